//! The news of whoever sits at the terminal, waited for as a task of its own.

use crate::service::{Desk, News};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// Between two pieces of news: what changes faster is read once for several changes.
const PACE: Duration = Duration::from_millis(500);

/// The task; it ends with this value.
#[derive(Debug)]
pub(super) struct Live {
    task: JoinHandle<()>,
    is_gone: Arc<AtomicBool>,
}

impl Live {
    /// Begins to wait for the news of a desk. What changes from here on is told, so what is read next misses nothing.
    pub(super) async fn begin(desk: &Desk, doubt: Arc<Notify>, tell: impl Fn(News) + Send + 'static) -> Self {
        let mut feed = desk.feed(doubt).await;
        let is_gone = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn({
            let is_gone = is_gone.clone();
            async move {
                loop {
                    let news = feed.next().await;
                    match news {
                        News::ServerGone => is_gone.store(true, Ordering::Relaxed),
                        News::ServerBack => is_gone.store(false, Ordering::Relaxed),
                        News::Changed => {}
                    }
                    tell(news);
                    tokio::time::sleep(PACE).await;
                }
            }
        });
        Self { task, is_gone }
    }

    /// Whether the server is gone, so that asking it would only take long.
    pub(super) fn is_gone(&self) -> bool {
        self.is_gone.load(Ordering::Relaxed)
    }

    /// Ends the task, and waits until it has.
    pub(super) async fn end(mut self) {
        self.task.abort();
        (&mut self.task).await.ok();
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.task.abort();
    }
}
