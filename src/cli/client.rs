//! `kpi-ops client`: the clients of the plant.

use super::failure::{Exit, Failure};
use super::login::log_in;
use super::output;
use crate::config::Config;
use crate::domain::clock::PlantClock;
use crate::domain::id::ClientId;
use crate::domain::reject::Reject;
use crate::domain::text::CleanText;
use crate::service::{ClientAccount, Command, Desk};
use clap::Subcommand;

/// What is done with clients.
#[derive(Debug, Subcommand)]
pub enum Client {
    /// Add a client with its own catalogue and settings
    Add {
        /// Its key
        #[arg(value_name = "ID")]
        client_id: ClientId,
        /// Its name
        #[arg(long, value_parser = name)]
        name: CleanText,
        /// The IANA time zone of its plant, which decides what day an entry belongs to
        #[arg(long, value_name = "ZONE", default_value = "UTC", value_parser = zone)]
        time_zone: String,
    },
    /// List every client
    List,
    /// Hide a client from its people, at once
    Disable {
        /// Its key
        #[arg(value_name = "ID")]
        client_id: ClientId,
    },
    /// Let a client's people see it again
    Enable {
        /// Its key
        #[arg(value_name = "ID")]
        client_id: ClientId,
    },
}

fn name(raw: &str) -> Result<CleanText, Reject> {
    CleanText::name("name", raw)
}

fn zone(raw: &str) -> Result<String, Reject> {
    PlantClock::parse(raw).map(|clock| clock.zone_name().to_owned())
}

/// Does it.
pub async fn run(config: &Config, client: Client) -> Result<Exit, Failure> {
    let desk = log_in(config).await?;
    let done = act(&desk, client).await;
    desk.close().await;
    done
}

async fn act(desk: &Desk, client: Client) -> Result<Exit, Failure> {
    let command = match client {
        Client::List => {
            let row = |client: ClientAccount| {
                let state = if client.active { "active" } else { "disabled" };
                [client.client_id.to_string(), client.name, client.time_zone, state.to_owned()]
            };
            let rows: Vec<_> = desk.every_client().await?.into_iter().map(row).collect();
            output::table(["CLIENT", "NAME", "TIME ZONE", "STATE"], &rows)?;
            return Ok(Exit::Done);
        }
        Client::Add { client_id, name, time_zone } => Command::AddClient { client_id, name, time_zone },
        Client::Disable { client_id } => Command::SetClientActive { client_id, active: false },
        Client::Enable { client_id } => Command::SetClientActive { client_id, active: true },
    };
    output::line(desk.run(command).await?.done)?;
    Ok(Exit::Done)
}
