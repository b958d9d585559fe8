//! How the dashboard looks, reads and is typed at: the settings and files of the user's own, read before the terminal is
//! taken over, so that what is wrong with them can be said.

use super::failure::Failure;
use crate::config::{Config, Start};
use crate::tui::Looks;
use crate::tui::keymap::Keymap;
use crate::tui::locale::Language;
use crate::tui::theme::Theme;

/// The looks of the settings; everything that is wrong with a file is said at once.
pub fn of(config: &Config) -> Result<Looks, Failure> {
    let mut looks = Looks::built_in().map_err(Failure::Failed)?;
    looks.theme = config.theme.as_deref().map(|name| theme(config, name)).transpose()?;
    if let Some((path, text)) = config.own.keys()? {
        let own = Keymap::built_in().map_err(Failure::Failed)?.with_keys(&text);
        looks.keymap = own.map_err(|wrong| {
            let wrong: Vec<String> = wrong.iter().map(|line| format!("\n  {line}")).collect();
            Failure::Failed(format!("{}: correct it or remove it{}", path.display(), wrong.concat()))
        })?;
    }
    looks.language = config.language.as_deref().and_then(Language::named).unwrap_or_default();
    looks.copies = config.copy;
    looks.rings = config.bell;
    looks.starts_as_andon = config.start == Start::Andon;
    looks.export_folder.clone_from(&config.export_folder);
    Ok(looks)
}

/// The theme of this name: the user's own, else one that comes along.
fn theme(config: &Config, name: &str) -> Result<Theme, Failure> {
    match (config.own.theme(name)?, Theme::text_of(name)) {
        (Some((path, text)), _) => {
            let wrong = |why: String| Failure::Failed(format!("{}: {}", path.display(), why.replace('\n', " ")));
            Theme::parse(&text).map_err(wrong)
        }
        (None, Some(text)) => Theme::parse(text).map_err(Failure::Failed),
        (None, None) => Err(Failure::Failed(format!(
            "there is no theme {name}; take one of {}, or write themes/{name}.toml beside config.toml",
            Theme::NAMES.join(", ")
        ))),
    }
}
