//! Whether a server still says anything. A network that drops packets without a word closes no connection: whoever waits
//! then would wait for a quarter of an hour, so every round trip has a limit, and whoever finds out first that the server
//! is gone ends the waiting of the others.

use crate::store::error::StoreError;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// What is known of the way to a server; shared by all who use it.
#[derive(Debug, Clone, Default)]
pub(in crate::store) struct Link {
    /// Grows whenever the server is found to be gone.
    losses: watch::Sender<u32>,
    /// Connections that were made before are used no more: one of them said nothing.
    trusted_from: Arc<Mutex<Option<Instant>>>,
}

impl Link {
    /// Takes the server as gone: whoever waits for it is told, and its connections are not used again.
    pub(in crate::store) fn lose(&self) {
        self.distrust();
        self.losses.send_modify(|losses| *losses = losses.wrapping_add(1));
    }

    /// Takes the connections that there are as dead.
    pub(super) fn distrust(&self) {
        *self.trusted_from.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Whether a connection of an age was made since one said nothing.
    pub(super) fn trusts(&self, age: Duration) -> bool {
        let from = *self.trusted_from.lock().unwrap_or_else(PoisonError::into_inner);
        from.is_none_or(|from| age < from.elapsed())
    }

    /// Begins to wait for answers: what was lost before does not count.
    pub(super) fn waiting(&self) -> Waiting {
        Waiting { losses: self.losses.subscribe(), is_in_vain: false }
    }
}

/// Somebody who waits for one connection's answers.
#[derive(Debug)]
pub(in crate::store) struct Waiting {
    losses: watch::Receiver<u32>,
    is_in_vain: bool,
}

impl Waiting {
    /// Waits for an answer, no longer than the limit and no longer than the server is there. What came of the question
    /// is then unknown, and so is what the connection would say next: nothing more is asked of it.
    pub(in crate::store) async fn within<T, E: Into<StoreError>>(
        &mut self,
        limit: Duration,
        answer: impl Future<Output = Result<T, E>>,
    ) -> Result<T, StoreError> {
        if self.is_in_vain {
            return Err(StoreError::NoAnswer);
        }
        tokio::select! {
            biased;
            answer = answer => return answer.map_err(Into::into),
            Ok(()) = self.losses.changed() => {}
            () = tokio::time::sleep(limit) => {}
        }
        self.is_in_vain = true;
        Err(StoreError::NoAnswer)
    }

    /// Whether an answer did not come.
    pub(super) const fn is_in_vain(&self) -> bool {
        self.is_in_vain
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::{pending, ready};

    const LONG: Duration = Duration::from_mins(1);

    #[tokio::test]
    async fn whoever_finds_that_the_server_is_gone_ends_the_waiting_of_the_others() {
        let link = Link::default();
        link.lose();
        let mut waiting = link.waiting();
        assert_eq!(
            waiting.within(LONG, ready(Ok::<_, StoreError>(7))).await.unwrap(),
            7,
            "what was lost before does not count"
        );
        let told = async {
            tokio::task::yield_now().await;
            link.lose();
        };
        let (answer, ()) = tokio::join!(waiting.within(LONG, pending::<Result<(), StoreError>>()), told);
        assert!(matches!(answer, Err(StoreError::NoAnswer)));
        assert!(
            matches!(waiting.within(LONG, ready(Ok::<_, StoreError>(7))).await, Err(StoreError::NoAnswer)),
            "it is not asked again"
        );
    }

    #[tokio::test]
    async fn an_answer_that_does_not_come_is_waited_for_no_longer_than_the_limit() {
        let mut waiting = Link::default().waiting();
        let answer = waiting.within(Duration::from_millis(1), pending::<Result<(), StoreError>>()).await;
        assert!(matches!(answer, Err(StoreError::NoAnswer)));
        assert!(waiting.is_in_vain());
    }

    #[test]
    fn connections_from_before_a_silence_are_not_used_again() {
        let link = Link::default();
        assert!(link.trusts(LONG));
        link.distrust();
        assert!(!link.trusts(LONG));
        std::thread::sleep(Duration::from_millis(2));
        assert!(link.trusts(Duration::ZERO));
    }
}
