//! `kpi-ops recalculate`: past entries as today's catalogue, standards and opportunities judge them.

use super::failure::{Exit, Failure};
use super::login::log_in;
use super::output;
use crate::config::Config;
use crate::domain::clock::ProductionDate;
use crate::domain::id::ClientId;
use crate::domain::reject::Reject;
use crate::kpi::Window;
use crate::service::Command;
use clap::Args;

/// Whose entries, of which dates.
#[derive(Debug, Args)]
#[command(after_help = WHAT)]
pub struct Recalculate {
    /// The client
    #[arg(long = "client", value_name = "ID")]
    client_id: ClientId,
    /// The first production date, YYYY-MM-DD
    #[arg(long, value_name = "D", value_parser = date)]
    from: ProductionDate,
    /// The last production date; it counts too
    #[arg(long, value_name = "D", value_parser = date)]
    to: ProductionDate,
}

const WHAT: &str = "\
An entry keeps what it was judged by when it was entered; this judges it anew, in closed shifts too:
  downtime    the loss of its reason, and whether it is a micro-stop of its line
  production  the ideal cycle of its order, else of its product, else of history; the labour standard
  quality     the opportunities of its part
  attendance  whether its absence type counts
What changed is in the audit trail. It has no undo.";

fn date(raw: &str) -> Result<ProductionDate, Reject> {
    ProductionDate::parse("date", raw)
}

/// Does it.
pub async fn run(config: &Config, recalculate: Recalculate) -> Result<Exit, Failure> {
    let Recalculate { client_id, from, to } = recalculate;
    Window::new(from, to).map_err(|reject| Failure::Usage(reject.on("--to").to_string()))?;
    let desk = log_in(config).await?;
    let done = desk.run(Command::Recalculate { client_id, from, to }).await;
    desk.close().await;
    output::line(done?.done)?;
    Ok(Exit::Done)
}
