//! Logging in for a command: as `--user`, with the password from the environment or asked for on the terminal.

use super::failure::Failure;
use super::prompt;
use crate::config::Config;
use crate::service::clock::Clock;
use crate::service::{Desk, LoginOutcome, Plant, Problem, Ticket};

/// Opens the plant of the settings.
pub async fn open_plant(config: &Config) -> Result<Plant, Failure> {
    Ok(Plant::open_with_key(&config.database, config.audit_key.as_deref(), Clock::System).await?)
}

/// Logs in as the settings say. What is missing is asked for.
pub async fn log_in(config: &Config) -> Result<Desk, Failure> {
    let user = match &config.user {
        Some(user) => user.clone(),
        None if prompt::can_ask() => prompt::ask("Login")?,
        None => return Err(Failure::Usage("who are you? name yourself with --user LOGIN or KPI_OPS_USER".into())),
    };
    let secret = match &config.password {
        Some(password) => password.clone(),
        None if prompt::can_ask_secret() => prompt::ask_secret("Password")?,
        None => {
            return Err(Failure::Usage("there is no terminal to ask for the password on; set KPI_OPS_PASSWORD".into()));
        }
    };
    let plant = open_plant(config).await?;
    match plant.login(&user, &secret, &config.terminal).await? {
        LoginOutcome::In(desk) => Ok(desk),
        LoginOutcome::SetPassword(ticket) => set_password(&plant, &ticket).await,
    }
}

/// The one-time code was right; a person at the terminal sets the password now.
async fn set_password(plant: &Plant, ticket: &Ticket) -> Result<Desk, Failure> {
    if !prompt::can_ask_secret() {
        return Err(Failure::SetPasswordFirst);
    }
    loop {
        match plant.set_password(ticket, &prompt::ask_new_password()?).await {
            Err(problem @ Problem::Rejected(_)) if prompt::may_try_again(&problem) => {}
            done => return Ok(done?),
        }
    }
}
