//! What the user has written of their own beside the settings: themes and keys. Read only by whoever draws.

use super::ConfigError;
use std::path::{Path, PathBuf};

/// Where the user's own themes and keys lie.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OwnFiles {
    folder: PathBuf,
}

impl OwnFiles {
    /// Those beside the file of the settings.
    pub(super) fn beside(settings: &Path) -> Self {
        Self { folder: settings.parent().unwrap_or(settings).to_path_buf() }
    }

    /// The file of the settings, which need not be there.
    pub fn settings(&self) -> PathBuf {
        self.folder.join("config.toml")
    }

    /// Their keys, `keys.toml`: the file and its text, where there is one.
    pub fn keys(&self) -> Result<Option<(PathBuf, String)>, ConfigError> {
        self.read(&["keys.toml"])
    }

    /// Their theme of this name, `themes/NAME.toml`.
    pub fn theme(&self, name: &str) -> Result<Option<(PathBuf, String)>, ConfigError> {
        let is_name = |character: char| character.is_ascii_alphanumeric() || character == '-';
        if !name.chars().all(is_name) {
            return Ok(None);
        }
        self.read(&["themes", &format!("{name}.toml")])
    }

    fn read(&self, parts: &[&str]) -> Result<Option<(PathBuf, String)>, ConfigError> {
        let path = parts.iter().fold(self.folder.clone(), |path, part| path.join(part));
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some((path, text))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(ConfigError::Unreadable { path, why: error.to_string() }),
        }
    }
}
