//! Asking a person on the terminal, and reading the password that is set from standard input.

use super::failure::Failure;
use super::output;
use crate::service::Problem;
use secrecy::{ExposeSecret, SecretString};
use std::io::{BufRead, IsTerminal, Read, Write};
use zeroize::Zeroizing;

/// No password is longer; a file that was piped in by mistake is not read to its end.
const LONGEST_LINE: u64 = 4096;

/// Whether somebody can be asked for a line: they type where the program reads.
pub fn can_ask() -> bool {
    std::io::stdin().is_terminal()
}

/// Whether somebody can be asked for a secret, which is read from the terminal itself: standard input may hold
/// something else, such as a password that is set.
pub fn can_ask_secret() -> bool {
    can_ask() || (std::io::stderr().is_terminal() && std::fs::File::open("/dev/tty").is_ok())
}

/// Asks for a line that may be seen.
pub fn ask(question: &str) -> Result<String, Failure> {
    eprint!("{question}: ");
    std::io::stderr().flush().map_err(Failure::failed)?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).map_err(Failure::failed)?;
    Ok(answer.trim().to_owned())
}

/// Asks for a secret without showing it.
pub fn ask_secret(question: &str) -> Result<SecretString, Failure> {
    let answer = rpassword::prompt_password(format!("{question}: "));
    answer
        .map(SecretString::from)
        .map_err(|error| Failure::Failed(format!("the password cannot be asked for: {error}")))
}

/// Asks for a new password twice.
pub fn ask_new_password() -> Result<SecretString, Failure> {
    loop {
        let first = ask_secret("New password (10 to 128 characters)")?;
        let second = ask_secret("The same again")?;
        if first.expose_secret() == second.expose_secret() {
            return Ok(first);
        }
        output::note(format_args!("kpi-ops: the two passwords differ; type them again"));
    }
}

/// The password that is set: one line of standard input.
pub fn password_from_stdin() -> Result<SecretString, Failure> {
    let mut text = Zeroizing::new(String::new());
    let mut input = std::io::BufReader::new(std::io::stdin().lock().take(LONGEST_LINE));
    input.read_line(&mut text).map_err(Failure::failed)?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(SecretString::from(line.strip_suffix('\r').unwrap_or(line)))
}

/// Says why a password was refused, where somebody can type another one.
pub fn may_try_again(problem: &Problem) -> bool {
    let about_password = problem.rejects().iter().any(|reject| reject.field == "password");
    if about_password && can_ask_secret() {
        output::note(format_args!("kpi-ops: {problem}"));
        return true;
    }
    false
}
