//! The README's table of keys, from the program's own table of actions.

use kpi_ops::tui::keymap::{Context, Keymap};
use std::fmt::Write;

const BEGIN: &str = "<!-- keys: made by `cargo run --example picture` -->\n";
const END: &str = "<!-- end of keys -->";

/// A README with its table of keys made anew.
pub fn renewed(readme: &str) -> String {
    let (before, rest) = readme.split_once(BEGIN).expect("the README has a place for its keys");
    let (_, after) = rest.split_once(END).expect("the README's keys have an end");
    format!("{before}{BEGIN}{}{END}{after}", table())
}

fn table() -> String {
    let keymap = Keymap::built_in().expect("the keymap");
    let mut text = String::from("\n| where | keys | what they do |\n|---|---|---|\n");
    for &context in Context::ALL {
        for row in keymap.rows().iter().filter(|row| row.contexts.first() == Some(&context)) {
            let keys = row.all_keys().replace('|', "\\|");
            let _ = writeln!(text, "| {} | `{keys}` | {} |", context.heading(), row.help.replace('|', "\\|"));
        }
    }
    text.push('\n');
    text
}
