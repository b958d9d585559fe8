//! How old things are that wait: orders in process and open holds, counted by bucket.

use super::ratio::Ratio;
use std::ops::{Add, AddAssign};

/// The first day of each bucket; each reaches to the day before the next one's.
const BUCKETS: [(i64, &str); 5] = [(0, "0-2"), (3, "3-5"), (6, "6-10"), (11, "11-20"), (21, "over 20")];

/// Ages at one instant, in whole days. They add over clients and over anything else that splits the things
/// counted; not over time, because an order that waits through a week is the same order every day of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Ages {
    buckets: [Bucket; 5],
    net_days: i64,
    gross_days: i64,
    oldest_net_days: i64,
    oldest_gross_days: i64,
}

/// What is of one age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Bucket {
    /// How many orders or holds.
    pub count: i64,
    /// The units in them.
    pub units: i64,
}

impl Ages {
    /// Adds one order or hold. A bucket is chosen by the net age: what passed while it could not move is not
    /// its fault.
    pub fn add_one(&mut self, net_days: i64, gross_days: i64, units: i64) {
        let (net_days, gross_days) = (net_days.max(0), gross_days.max(0));
        let place = BUCKETS.iter().rposition(|(first, _)| net_days >= *first).unwrap_or(0);
        if let Some(bucket) = self.buckets.get_mut(place) {
            bucket.count += 1;
            bucket.units += units;
        }
        self.net_days += net_days;
        self.gross_days += gross_days;
        self.oldest_net_days = self.oldest_net_days.max(net_days);
        self.oldest_gross_days = self.oldest_gross_days.max(gross_days);
    }

    /// The buckets, the youngest first, each with its days: `0-2`, `3-5`, `6-10`, `11-20`, `over 20`.
    pub fn buckets(&self) -> impl Iterator<Item = (&'static str, Bucket)> {
        BUCKETS.iter().zip(self.buckets).map(|((_, days), bucket)| (*days, bucket))
    }

    /// How many orders or holds there are.
    pub fn count(&self) -> i64 {
        self.buckets.iter().map(|bucket| bucket.count).sum()
    }

    /// The units in all of them.
    pub fn units(&self) -> i64 {
        self.buckets.iter().map(|bucket| bucket.units).sum()
    }

    /// Mean age in days, less the time on hold: Σ net whole days ÷ number. No value where there is nothing.
    pub fn mean_net(&self) -> Option<Ratio> {
        Ratio::new(self.net_days, self.count())
    }

    /// Mean age in days, time on hold included: Σ gross whole days ÷ number. No value where there is nothing.
    pub fn mean_gross(&self) -> Option<Ratio> {
        Ratio::new(self.gross_days, self.count())
    }

    /// The greatest net age in whole days; none where there is nothing.
    pub fn oldest_net_days(&self) -> Option<i64> {
        (self.count() > 0).then_some(self.oldest_net_days)
    }

    /// The greatest gross age in whole days; none where there is nothing.
    pub fn oldest_gross_days(&self) -> Option<i64> {
        (self.count() > 0).then_some(self.oldest_gross_days)
    }
}

impl AddAssign for Ages {
    fn add_assign(&mut self, other: Self) {
        for (bucket, more) in self.buckets.iter_mut().zip(other.buckets) {
            bucket.count += more.count;
            bucket.units += more.units;
        }
        self.net_days += other.net_days;
        self.gross_days += other.gross_days;
        self.oldest_net_days = self.oldest_net_days.max(other.oldest_net_days);
        self.oldest_gross_days = self.oldest_gross_days.max(other.oldest_gross_days);
    }
}

impl Add for Ages {
    type Output = Self;
    fn add(mut self, other: Self) -> Self {
        self += other;
        self
    }
}
