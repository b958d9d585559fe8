//! `kpi-ops init`: the database and its first ADMIN.

use super::failure::{Exit, Failure};
use super::login::open_plant;
use super::owner::Owner;
use super::{output, prompt};
use crate::config::Config;
use crate::service::{Desk, Plant, Problem};
use clap::Args;

/// What `init` is told.
#[derive(Debug, Args)]
pub struct Init {
    /// The login of the first ADMIN
    #[arg(long, value_name = "NAME")]
    admin: String,
    /// Read the ADMIN's password from one line of standard input instead of asking twice
    #[arg(long)]
    password_stdin: bool,
    #[command(flatten)]
    owner: Owner,
}

/// Makes the database and its first ADMIN.
pub async fn run(config: &Config, init: Init) -> Result<Exit, Failure> {
    init.owner.prepare(config).await?;
    let plant = open_plant(config).await?;
    if !plant.is_new().await? {
        let why = "has an ADMIN already";
        return Err(Problem::reject("database", format!("{} {why}", plant.url()), "log in, or name a new file").into());
    }
    let desk = if init.password_stdin {
        plant.create_first_admin(&init.admin, &init.admin, &prompt::password_from_stdin()?).await?
    } else {
        ask_for_admin(&plant, &init.admin).await?
    };
    let ready = format!("{} is ready; {} is its ADMIN", plant.url(), desk.person().login);
    desk.close().await;
    output::line(ready)?;
    Ok(Exit::Done)
}

async fn ask_for_admin(plant: &Plant, login: &str) -> Result<Desk, Failure> {
    if !prompt::can_ask_secret() {
        return Err(Failure::Usage(
            "there is no terminal to ask for a password on; give it with --password-stdin".into(),
        ));
    }
    loop {
        match plant.create_first_admin(login, login, &prompt::ask_new_password()?).await {
            Err(problem @ Problem::Rejected(_)) if prompt::may_try_again(&problem) => {}
            done => return Ok(done?),
        }
    }
}
