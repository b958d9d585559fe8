//! `kpi-ops ssh-config`: what sshd's configuration needs, so that people reach the dashboard over SSH and nothing else.

use super::failure::{Exit, Failure};
use super::output;
use crate::config::Config;
use clap::Args;
use std::path::Path;

/// For whom it is printed.
#[derive(Debug, Args)]
pub struct SshConfig {
    /// The account of the operating system that the program runs under, which has the database and the audit key
    #[arg(long, value_name = "NAME", default_value = "kpi-ops", value_parser = account)]
    account: String,
    /// The file of the keys of floor terminals, which are no person's; owned by root
    #[arg(long, value_name = "FILE", default_value = "/etc/ssh/kpi-ops-terminals")]
    terminals: std::path::PathBuf,
}

fn account(raw: &str) -> Result<String, &'static str> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    let is_name = !raw.is_empty() && !raw.starts_with('-') && raw.chars().all(is_plain);
    if is_name { Ok(raw.to_owned()) } else { Err("name an account of letters, digits, dot or dash") }
}

/// Prints it.
pub fn run(config: &Config, wanted: &SshConfig) -> Result<Exit, Failure> {
    let program = std::env::current_exe().map_err(Failure::failed)?;
    let program = plain(&program)?;
    let terminals = plain(&wanted.terminals)?;
    // A file's place is no secret; a server's URL can hold a password and belongs into config.toml.
    let database = match (&config.database_flag, config.database.path()) {
        (Some(_), Some(path)) => format!(" --database sqlite:{}", plain(path)?),
        (Some(_), None) => {
            return Err(Failure::Usage(
                "a server's URL does not belong into sshd's configuration; put it into config.toml of the account"
                    .into(),
            ));
        }
        (None, _) => String::new(),
    };
    let account = &wanted.account;
    output::line(format_args!(
        "\
# /etc/ssh/sshd_config.d/kpi-ops.conf, made by kpi-ops ssh-config. Check it with: sshd -t
# A shift change opens many connections at once.
MaxStartups 60:30:120
LoginGraceTime 30

Match User {account}
    AuthenticationMethods publickey
    PasswordAuthentication no
    KbdInteractiveAuthentication no
    # People's keys are in the plant's database; keys of floor terminals, one a line, in the file.
    AuthorizedKeysCommand {program}{database} ssh-keys %f
    AuthorizedKeysCommandUser {account}
    AuthorizedKeysFile {terminals}
    # The program instead of a shell, whatever command was sent; it reads from this file whose key it was.
    ForceCommand {program}{database} --ssh
    ExposeAuthInfo yes
    PermitTTY yes
    PermitUserRC no
    DisableForwarding yes
    AllowTcpForwarding no
    AllowAgentForwarding no
    AllowStreamLocalForwarding no
    X11Forwarding no
    PermitTunnel no
    MaxSessions 1
    # A lost link is noticed within a minute.
    ClientAliveInterval 15
    ClientAliveCountMax 3

Match all"
    ))?;
    Ok(Exit::Done)
}

/// A path as sshd and the account's shell take it without quoting.
fn plain(path: &Path) -> Result<&str, Failure> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-+@".contains(letter);
    let text = path.to_str().filter(|text| text.starts_with('/') && text.chars().all(is_plain));
    text.ok_or_else(|| {
        let why = "sshd takes absolute paths of letters, digits, dot, dash and slash";
        Failure::Usage(format!("{}: {why}; move it, or name it from the root", path.display()))
    })
}
