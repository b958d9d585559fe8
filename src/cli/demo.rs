//! `kpi-ops demo`: a plant to look at. Fills a database that holds nothing, opens one that is a demo already, and
//! leaves every other alone.

use super::failure::{Exit, Failure};
use super::{dashboard, output};
use crate::config::Config;
use crate::service::clock::Clock;
use crate::service::{DemoPlan, DemoState, MOST_CLIENTS, MOST_DAYS, Plant};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;

/// What `demo` is told.
#[derive(Debug, Args)]
#[command(
    after_help = "Without --database the demo is kpi-ops-demo.db beside the plant's own database, which it never touches."
)]
pub struct Demo {
    /// The same seed on the same day makes the same plant
    #[arg(long, value_name = "N", default_value_t = DemoPlan::default().seed)]
    seed: u64,
    /// Clients
    #[arg(long, value_name = "N", default_value_t = DemoPlan::default().clients,
          value_parser = clap::value_parser!(u16).range(1..=i64::from(MOST_CLIENTS)))]
    clients: u16,
    /// Days of history up to today
    #[arg(long, value_name = "N", default_value_t = DemoPlan::default().days,
          value_parser = clap::value_parser!(i32).range(1..=i64::from(MOST_DAYS)))]
    days: i32,
    /// Only fill the database
    #[arg(long)]
    no_open: bool,
}

/// Fills the demo database where it holds nothing, and opens it or says how to get in.
pub async fn run(config: &Config, demo: Demo) -> Result<Exit, Failure> {
    if !demo.no_open {
        dashboard::require_terminal()?;
    }
    let plant = Plant::open_with_key(&config.demo_database, config.audit_key.as_deref(), Clock::System).await?;
    let path = plant.url().name();
    match plant.demo_state().await? {
        DemoState::Ready => output::line(format_args!("{path} is a demo already"))?,
        DemoState::Blank => {
            let rows = fill(&plant, &demo).await?;
            output::line(format_args!(
                "{path}: {rows} rows of a demo plant, {} clients, {} days",
                demo.clients, demo.days
            ))?;
        }
        DemoState::Unfinished => {
            return Err(Failure::Failed(format!(
                "{path}: this demo is being filled, or was interrupted while it was; in the second case {} and start again",
                if plant.url().is_server() { "drop the database, make it anew" } else { "delete the file" }
            )));
        }
        DemoState::Plant => {
            return Err(Failure::Failed(format!(
                "{path} holds a plant, and a demo is made only in a database that holds nothing; name another with \
                 --database {}",
                if plant.url().is_server() { "postgres://USER@HOST/DATABASE" } else { "sqlite:PATH" }
            )));
        }
    }
    if !demo.no_open {
        return dashboard::show(config, plant, None).await;
    }
    for login in plant.demo_logins().await? {
        let clients = &login.clients;
        output::line(format_args!("  {:<8} {:<10} {}  ({clients})", login.login, login.role, login.password))?;
    }
    Ok(Exit::Done)
}

async fn fill(plant: &Plant, demo: &Demo) -> Result<usize, Failure> {
    let plan = DemoPlan { seed: demo.seed, clients: demo.clients, days: demo.days };
    let is_watched = std::io::stderr().is_terminal();
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("filling the demo {bar:40} {pos}/{len}") {
        bar.set_style(style);
    }
    let filled = plant
        .fill_demo(plan, |done, steps| {
            bar.set_length(u64::try_from(steps).unwrap_or(0));
            bar.set_position(u64::try_from(done).unwrap_or(0));
            if !is_watched {
                output::note(format_args!("filling the demo: {done} of {steps}"));
            }
        })
        .await?;
    bar.finish_and_clear();
    Ok(filled.rows)
}
