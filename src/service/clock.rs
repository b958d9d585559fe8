//! The one place that knows what time it is.

use crate::domain::clock::Instant;
use crate::domain::measure::MILLIS_PER_MINUTE;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// The system's clock, or one that tests set.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's time.
    System,
    /// A time that stands still until it is moved.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands still at `at`.
    pub fn fixed(at: Instant) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at.0)))
    }

    /// The time.
    pub fn now(&self) -> Instant {
        match self {
            Self::System => Instant::from(chrono::Utc::now()),
            Self::Fixed(at) => Instant(at.load(Ordering::Relaxed)),
        }
    }

    /// Moves a fixed clock; the system's clock goes by itself.
    pub fn advance(&self, minutes: i64) {
        if let Self::Fixed(at) = self {
            at.fetch_add(minutes * MILLIS_PER_MINUTE, Ordering::Relaxed);
        }
    }

    /// A new UUIDv7, made from this clock's time so that entries sort by it.
    pub fn new_id(&self) -> uuid::Uuid {
        let millis = u64::try_from(self.now().0).unwrap_or(0);
        let random = *uuid::Uuid::new_v4().as_bytes();
        let mut tail = [0; 10];
        tail.copy_from_slice(random.split_at(6).1);
        uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
    }
}
