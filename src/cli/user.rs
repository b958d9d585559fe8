//! `kpi-ops user`: the people who log in.

use super::failure::{Exit, Failure};
use super::login::log_in;
use super::{output, prompt};
use crate::config::Config;
use crate::domain::id::ClientId;
use crate::domain::reject::Reject;
use crate::domain::role::Role;
use crate::domain::text::CleanText;
use crate::service::{AddUser, Command, Desk, Receipt, UserAccount};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// What is done with people.
#[derive(Debug, Subcommand)]
pub enum User {
    /// Add a person; prints a one-time code with which they set their password
    Add(Add),
    /// List every person
    List,
    /// Keep a person out, at once
    Disable {
        /// The login
        login: String,
    },
    /// Let a person in again
    Enable {
        /// The login
        login: String,
    },
    /// Let a LEADER see further clients; moves an OPERATOR, who has exactly one
    Assign(Assignment),
    /// Take clients away from a LEADER, at once
    Unassign(Assignment),
    /// Give a person another role; their open sessions end
    Role {
        /// The login
        login: String,
        /// OPERATOR, LEADER, POWERUSER or ADMIN
        #[arg(value_parser = role)]
        role: Role,
    },
    /// Void a person's password; prints a one-time code for a new one
    Reset {
        /// The login
        login: String,
    },
    /// Keep the SSH keys of a person
    #[command(subcommand)]
    SshKey(SshKey),
}

/// A new person.
#[derive(Debug, Args)]
pub struct Add {
    /// The name they log in with
    login: String,
    /// OPERATOR, LEADER, POWERUSER or ADMIN
    #[arg(long, value_parser = role)]
    role: Role,
    /// The name people call them [default: the login]
    #[arg(long, value_name = "FULL", value_parser = full_name)]
    name: Option<CleanText>,
    /// A client they see: exactly one for an OPERATOR, any number for a LEADER
    #[arg(long = "client", value_name = "ID")]
    clients: Vec<ClientId>,
    /// Read their password, which is final, from one line of standard input
    #[arg(long)]
    password_stdin: bool,
}

/// A person and clients.
#[derive(Debug, Args)]
pub struct Assignment {
    /// The login
    login: String,
    /// The client; may be given more than once
    #[arg(long = "client", value_name = "ID", required = true)]
    clients: Vec<ClientId>,
}

/// What is done with SSH keys.
#[derive(Debug, Subcommand)]
pub enum SshKey {
    /// Let a person in with a key
    Add {
        /// The login
        login: String,
        /// The public key file, such as `id_ed25519.pub`; - reads standard input
        file: PathBuf,
    },
    /// Take a key away
    Remove {
        /// The login
        login: String,
        /// The key's fingerprint, as `list` shows it
        fingerprint: String,
    },
    /// Let a person in by a key alone, without the password
    Alone {
        /// The login
        login: String,
    },
    /// Ask a person who comes with a key for the password too, as at first
    WithPassword {
        /// The login
        login: String,
    },
    /// List a person's keys
    List {
        /// The login
        login: String,
    },
}

fn role(raw: &str) -> Result<Role, Reject> {
    let unknown = || Reject::new("role", format!("\"{raw}\" is no role"), format!("write one of {}", Role::choices()));
    Role::parse(raw).ok_or_else(unknown)
}

fn full_name(raw: &str) -> Result<CleanText, Reject> {
    CleanText::name("name", raw)
}

/// Does it.
pub async fn run(config: &Config, user: User) -> Result<Exit, Failure> {
    let desk = log_in(config).await?;
    let done = act(&desk, user).await;
    desk.close().await;
    done
}

async fn act(desk: &Desk, user: User) -> Result<Exit, Failure> {
    match user {
        User::Add(add) => self::add(desk, add).await?,
        User::List => list(desk).await?,
        User::Disable { login } => say(&desk.run(Command::SetUserActive { login, active: false }).await?)?,
        User::Enable { login } => say(&desk.run(Command::SetUserActive { login, active: true }).await?)?,
        User::Assign(assignment) => assign(desk, assignment, true).await?,
        User::Unassign(assignment) => assign(desk, assignment, false).await?,
        User::Role { login, role } => say(&desk.run(Command::SetRole { login, role }).await?)?,
        User::Reset { login } => say(&desk.run(Command::ResetUser { login }).await?)?,
        User::SshKey(key) => ssh_key(desk, key).await?,
    }
    Ok(Exit::Done)
}

/// Prints what was done, and the code, where there is one.
fn say(receipt: &Receipt) -> Result<(), Failure> {
    output::line(&receipt.done)?;
    if let Some(code) = &receipt.one_time_code {
        output::line(format_args!("one-time code, valid an hour, shown this once: {}", code.reveal()))?;
    }
    Ok(())
}

async fn add(desk: &Desk, add: Add) -> Result<(), Failure> {
    let full_name = match add.name {
        Some(name) => name,
        None => CleanText::name("login", &add.login).map_err(crate::service::Problem::from)?,
    };
    let user = AddUser { login: add.login, full_name, role: add.role, clients: add.clients };
    if add.password_stdin {
        let password = prompt::password_from_stdin()?;
        return say(&desk.add_user_with_password(user, &password).await?);
    }
    say(&desk.run(Command::AddUser(user)).await?)
}

async fn list(desk: &Desk) -> Result<(), Failure> {
    let row = |user: UserAccount| {
        let clients = match (user.role.sees_all_clients(), user.clients.is_empty()) {
            (true, _) => "all".to_owned(),
            (false, true) => "none".to_owned(),
            (false, false) => user.clients.iter().map(ClientId::as_str).collect::<Vec<_>>().join(", "),
        };
        let state = match (user.active, user.must_set_password, user.ssh_key_alone) {
            (false, _, _) => "disabled",
            (true, true, _) => "must set a password",
            (true, false, true) => "active, SSH key alone",
            (true, false, false) => "active",
        };
        [user.login.to_string(), user.full_name, user.role.to_string(), clients, state.to_owned()]
    };
    let rows: Vec<_> = desk.every_user().await?.into_iter().map(row).collect();
    output::table(["LOGIN", "NAME", "ROLE", "CLIENTS", "STATE"], &rows)
}

async fn assign(desk: &Desk, assignment: Assignment, assigned: bool) -> Result<(), Failure> {
    for client_id in assignment.clients {
        let command = Command::SetAssignment { login: assignment.login.clone(), client_id, assigned };
        say(&desk.run(command).await?)?;
    }
    Ok(())
}

async fn ssh_key(desk: &Desk, key: SshKey) -> Result<(), Failure> {
    match key {
        SshKey::Add { login, file } => {
            let key = read_key(&file)?;
            say(&desk.run(Command::AddSshKey { login, key }).await?)
        }
        SshKey::Remove { login, fingerprint } => say(&desk.run(Command::RemoveSshKey { login, fingerprint }).await?),
        SshKey::Alone { login } => say(&desk.run(Command::SetSshKeyAlone { login, alone: true }).await?),
        SshKey::WithPassword { login } => say(&desk.run(Command::SetSshKeyAlone { login, alone: false }).await?),
        SshKey::List { login } => {
            let row = |key: crate::service::AccountKey| {
                let added = key.added_at.utc().format("%Y-%m-%d %H:%M UTC").to_string();
                let (kind, comment) = key.public_key.split_once(' ').unwrap_or((&key.public_key, ""));
                let comment = comment.split_once(' ').map_or("", |(_, comment)| comment);
                [key.fingerprint.clone(), kind.to_owned(), comment.to_owned(), added]
            };
            let rows: Vec<_> = desk.ssh_keys(&login).await?.into_iter().map(row).collect();
            output::table(["FINGERPRINT", "TYPE", "COMMENT", "ADDED"], &rows)
        }
    }
}

fn read_key(file: &std::path::Path) -> Result<String, Failure> {
    let text =
        if file.as_os_str() == "-" { std::io::read_to_string(std::io::stdin()) } else { std::fs::read_to_string(file) };
    text.map_err(|error| Failure::Failed(format!("cannot read {}: {error}", file.display())))
}
