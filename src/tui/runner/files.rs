//! What is written into files for the person at the terminal: the list or the figures on the screen, and what was copied.

use super::inside::{Inside, desk};
use crate::service::{ListQuery, ViewTable};
use crate::tui::message::Refusal;
use std::path::{Path, PathBuf};
use tokio::sync::Mutex;

/// Writes the rows of a list; gives how many, and the file.
pub(super) async fn export_list(
    inside: &Mutex<Inside>,
    query: &ListQuery,
    folder: &Path,
) -> Result<(usize, String), Refusal> {
    let (path, rows) = desk(inside).await?.export_list(query, folder).await?;
    Ok((rows, named(&[path])))
}

/// Writes tables of what is on the screen; gives how many rows, and the files.
pub(super) async fn export_view(
    inside: &Mutex<Inside>,
    tables: &[ViewTable],
    folder: &Path,
) -> Result<(usize, String), Refusal> {
    let (paths, rows) = desk(inside).await?.export_view(tables, folder)?;
    Ok((rows, named(&paths)))
}

/// Writes a text that was copied; gives the file.
pub(super) async fn write_copied(inside: &Mutex<Inside>, text: &str, folder: &Path) -> Result<String, Refusal> {
    let path = desk(inside).await?.write_copied(text, folder)?;
    Ok(named(&[path]))
}

fn named(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}
