//! What was inspected and what passed the first time, stage by stage: the inputs of first-pass and rolled
//! throughput yield.

use super::ratio::Ratio;
use crate::domain::id::Stage;
use std::ops::{Add, AddAssign};

/// The sums of the stages, by name. Over several clients, stages of the same name are added, and such a stage
/// stands where the client that has it earliest puts it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stages(Vec<(Stage, StageSums)>);

/// What was inspected at one stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct StageSums {
    /// Its place in the client's order.
    pub position: i64,
    /// Units inspected.
    pub inspected: i64,
    /// Those that passed the first time, without rework or repair.
    pub passed: i64,
}

impl StageSums {
    fn add(&mut self, other: Self) {
        self.position = self.position.min(other.position);
        self.inspected += other.inspected;
        self.passed += other.passed;
    }

    /// First-pass yield of the stage: passed ÷ inspected, in units. No value where nothing was inspected.
    pub fn fpy(self) -> Option<Ratio> {
        Ratio::new(self.passed, self.inspected)
    }
}

impl Stages {
    /// Adds the sums of one stage.
    pub fn add_stage(&mut self, stage: Stage, sums: StageSums) {
        match self.place(&stage) {
            Ok(place) => self.add_at(place, sums),
            Err(place) => self.0.insert(place, (stage, sums)),
        }
    }

    /// Where a stage is, or belongs: a client has so few that a sorted list beats a tree.
    fn place(&self, stage: &Stage) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.cmp(stage))
    }

    fn add_at(&mut self, place: usize, sums: StageSums) {
        if let Some((_, known)) = self.0.get_mut(place) {
            known.add(sums);
        }
    }

    /// Every stage in order: by position, then by name.
    pub fn in_order(&self) -> Vec<(&Stage, StageSums)> {
        let mut stages: Vec<_> = self.0.iter().map(|(stage, sums)| (stage, *sums)).collect();
        stages.sort_by_key(|(_, sums)| sums.position);
        stages
    }

    /// The stages at which something was inspected, in order.
    pub fn inspected(&self) -> Vec<(&Stage, StageSums)> {
        self.in_order().into_iter().filter(|(_, sums)| sums.inspected > 0).collect()
    }

    /// The stages at which nothing was inspected, in order: rolled throughput yield leaves them out and names them.
    pub fn left_out(&self) -> Vec<&Stage> {
        self.in_order().into_iter().filter(|(_, sums)| sums.inspected <= 0).map(|(stage, _)| stage).collect()
    }

    /// Whether no stage is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(Stage, StageSums)> for Stages {
    fn from_iter<I: IntoIterator<Item = (Stage, StageSums)>>(stages: I) -> Self {
        let mut all = Self::default();
        stages.into_iter().for_each(|(stage, sums)| all.add_stage(stage, sums));
        all
    }
}

impl AddAssign<&Self> for Stages {
    fn add_assign(&mut self, other: &Self) {
        for (stage, sums) in &other.0 {
            match self.place(stage) {
                Ok(place) => self.add_at(place, *sums),
                Err(place) => self.0.insert(place, (stage.clone(), *sums)),
            }
        }
    }
}

impl Add<&Self> for Stages {
    type Output = Self;
    fn add(mut self, other: &Self) -> Self {
        self += other;
        self
    }
}
