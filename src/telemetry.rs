//! The log: a file a day in the user's state folder, never the screen. It says what failed and where, and holds no
//! secrets, because nothing that holds one can be formatted.

use std::path::Path;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;

/// Days after which a log is deleted.
const DAYS_KEPT: usize = 14;

/// Starts writing the log; it ends, whole, when the guard is dropped. Without a folder to write in there is no log,
/// which is no reason to refuse work.
pub fn start(folder: &Path) -> Option<WorkerGuard> {
    std::fs::create_dir_all(folder).ok()?;
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("kpi-ops")
        .filename_suffix("log")
        .max_log_files(DAYS_KEPT)
        .build(folder)
        .ok()?;
    let (writer, guard) = tracing_appender::non_blocking(file);
    let started = tracing_subscriber::fmt()
        .with_writer(writer)
        .with_ansi(false)
        .with_env_filter(EnvFilter::new("info,sqlx=warn"))
        .try_init();
    started.ok().map(|()| guard)
}
