//! The dashboard for people who come over SSH, and the keys that sshd asks for.
//!
//! sshd proves who holds a key and says so in a file (`ExposeAuthInfo`); nothing else that comes from the other end is
//! believed. The program starts no shell, pager or editor, and does not look at the command that somebody sent.

use super::dashboard;
use super::failure::{Exit, Failure};
use super::login::open_plant;
use super::output;
use crate::config::{self, Config, SSH_USER_AUTH, variable};
use crate::domain::ssh_key::SshKey;
use crate::service::{KeyHolder, Plant};
use clap::Args;
use std::io::IsTerminal;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// A key that sshd asks about.
#[derive(Debug, Args)]
pub struct SshKeys {
    /// The key's fingerprint, sshd's %f
    fingerprint: String,
}

/// Starts the program anew without whatever the other end put into its environment, libraries' own variables too.
/// Returns where nothing was to be left behind.
pub fn leave_environment_behind() -> Result<(), Failure> {
    let Some(kept) = config::environment_over_ssh() else { return Ok(()) };
    let program = std::env::current_exe().map_err(Failure::failed)?;
    let failed = Command::new(program).args(std::env::args_os().skip(1)).env_clear().envs(kept).exec();
    Err(Failure::failed(failed))
}

/// Opens the dashboard for whoever sshd let through.
pub async fn run(config: &Config) -> Result<Exit, Failure> {
    if !(std::io::stdin().is_terminal() && std::io::stdout().is_terminal()) {
        return Err(Failure::Usage("the dashboard needs a terminal; connect with ssh -t and without a command".into()));
    }
    let plant = open_plant(config).await?;
    let holder = holder(&plant).await?;
    dashboard::show(config, plant, holder).await
}

/// The person whose key sshd found good. A key that is no person's is a terminal's: its people log in with a name.
async fn holder(plant: &Plant) -> Result<Option<KeyHolder>, Failure> {
    let Some(file) = variable(SSH_USER_AUTH) else { return Ok(None) };
    let Some(key) = proved_key(Path::new(&file))? else { return Ok(None) };
    Ok(plant.key_holder(key.fingerprint()).await?)
}

/// The key in the file that sshd wrote for this session: a line with the word publickey and the key.
fn proved_key(file: &Path) -> Result<Option<SshKey>, Failure> {
    let unreadable = |error| Failure::Failed(format!("cannot read what sshd says of your key: {error}"));
    let mine = std::fs::metadata("/proc/self").map_err(unreadable)?.uid();
    let about = std::fs::metadata(file).map_err(unreadable)?;
    if about.uid() != mine || about.mode() & 0o022 != 0 {
        return Err(Failure::Failed(format!("{} could have been written by others; nobody is let in", file.display())));
    }
    let text = std::fs::read_to_string(file).map_err(unreadable)?;
    let mut keys = text.lines().rev().filter_map(|line| line.strip_prefix("publickey "));
    Ok(keys.next().and_then(|line| SshKey::parse(line).ok()))
}

/// Prints the key for sshd, where somebody who is let in has it. It opens a terminal and nothing else.
pub async fn serve_key(config: &Config, wanted: &SshKeys) -> Result<Exit, Failure> {
    let plant = open_plant(config).await?;
    let line = plant.authorized_key(&wanted.fingerprint).await;
    plant.close().await;
    if let Some(line) = line? {
        // The comment is somebody's words and says nothing to sshd.
        let key: Vec<_> = line.split(' ').take(2).collect();
        output::line(format_args!("restrict,pty {}", key.join(" ")))?;
    }
    Ok(Exit::Done)
}
