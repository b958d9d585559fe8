//! Chance that can be repeated: the same seed and the same name always give the same numbers.
//!
//! Every thing that is made up (a line's shift, a person's absences) draws from a stream of its own name, so that
//! none changes because another was added.

use crate::domain::clock::Instant;
use uuid::Uuid;

/// A stream of numbers.
#[derive(Debug, Clone)]
pub(super) struct Chance {
    state: u64,
}

impl Chance {
    /// The stream of a name under a seed.
    pub(super) fn of(seed: u64, name: &str) -> Self {
        // FNV-1a spreads the name, the generator below spreads the rest.
        let spread = name
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
        let mut chance = Self { state: spread ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) };
        chance.next();
        chance
    }

    /// The generator `SplitMix64`: small, and good enough for made-up figures.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A whole number from `least` to `most`, both possible.
    pub(super) fn between(&mut self, least: i64, most: i64) -> i64 {
        let span = u64::try_from(most - least).unwrap_or(0) + 1;
        least + i64::try_from(self.next() % span).unwrap_or(0)
    }

    /// A number around the middle of the two, seldom near either.
    pub(super) fn around(&mut self, least: i64, most: i64) -> i64 {
        (self.between(least, most) + self.between(least, most) + self.between(least, most)) / 3
    }

    /// Whether something happens that happens so many times in a thousand.
    pub(super) fn happens(&mut self, in_a_thousand: i64) -> bool {
        self.between(1, 1000) <= in_a_thousand
    }

    /// One of several, as long as there is any.
    pub(super) fn pick<'a, T>(&mut self, choices: &'a [T]) -> Option<&'a T> {
        let last = i64::try_from(choices.len()).unwrap_or(0) - 1;
        choices.get(usize::try_from(self.between(0, last.max(0))).unwrap_or(0))
    }

    /// One of several texts.
    pub(super) fn word(&mut self, choices: &[String]) -> Option<String> {
        self.pick(choices).cloned()
    }

    /// A part of a whole: so many of ten thousand, rounded up or down by chance.
    pub(super) fn share(&mut self, whole: i64, of_ten_thousand: i64) -> i64 {
        (whole * of_ten_thousand + self.between(0, 9_999)) / 10_000
    }

    /// A key that sorts by its time.
    pub(super) fn id(&mut self, at: Instant) -> Uuid {
        let mut tail = [0; 10];
        tail.iter_mut()
            .zip(self.next().to_be_bytes().into_iter().chain(self.next().to_be_bytes()))
            .for_each(|(byte, random)| *byte = random);
        uuid::Builder::from_unix_timestamp_millis(u64::try_from(at.0).unwrap_or(0), &tail).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_name_give_the_same_numbers_and_others_do_not() {
        let draw = |seed, name| {
            let mut chance = Chance::of(seed, name);
            (0..8).map(|_| chance.between(0, 1_000_000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(1, "a"), draw(1, "a"));
        assert_ne!(draw(1, "a"), draw(2, "a"));
        assert_ne!(draw(1, "a"), draw(1, "b"));
    }

    #[test]
    fn a_share_is_right_on_the_whole() {
        let mut chance = Chance::of(7, "share");
        let total: i64 = (0..10_000).map(|_| chance.share(37, 250)).sum();
        assert!((8_900..9_600).contains(&total), "{total} of about 9250");
    }
}
