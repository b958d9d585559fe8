//! `kpi-ops completions` and `kpi-ops man`: what shells and manuals know of the command line, made from itself.

use super::Arguments;
use super::failure::{Exit, Failure};
use super::output;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

/// For which shell.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    shell: Shell,
}

/// Which page.
#[derive(Debug, Args)]
pub struct Man {
    /// The command the page is about, such as user add [default: kpi-ops itself]
    command: Vec<String>,
}

/// Prints what the shell completes the command line with.
pub fn completions(wanted: &Completions) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(wanted.shell, &mut Arguments::command(), "kpi-ops", &mut script);
    print(&script)
}

/// Prints a page of the manual, for man.
pub fn man(wanted: &Man) -> Result<Exit, Failure> {
    let mut whole = Arguments::command();
    // Flags that every command takes are on its page too.
    whole.build();
    let mut command = &whole;
    for word in &wanted.command {
        command = command.find_subcommand(word).ok_or_else(|| {
            let known: Vec<_> = command.get_subcommands().map(clap::Command::get_name).collect();
            Failure::Usage(format!("{} has no command \"{word}\"; it has {}", command.get_name(), known.join(", ")))
        })?;
    }
    let name = std::iter::once("kpi-ops").chain(wanted.command.iter().map(String::as_str)).collect::<Vec<_>>();
    let mut page = Vec::new();
    let command = command.clone().display_name(name.join("-"));
    clap_mangen::Man::new(command).title(name.join("-").to_uppercase()).render(&mut page).map_err(Failure::failed)?;
    print(&page)
}

fn print(text: &[u8]) -> Result<Exit, Failure> {
    output::line(String::from_utf8_lossy(text).trim_end())?;
    Ok(Exit::Done)
}
