//! The KPIs of attendance: pure functions of a tally. A zero denominator gives no value. The Bradford factor
//! has a file of its own.

use super::ratio::Ratio;
use super::tally::Tally;

/// Absenteeism: Σ minutes of absence that counts ÷ Σ scheduled minutes.
///
/// Agreed leave is in neither sum: its minutes were taken out of the schedule before it was added. An absence
/// without a type counts. No value where nobody was scheduled. Source: the lost-time rate of the ILO and of
/// ISO 30414 (absence ÷ contracted time).
pub fn absenteeism(tally: &Tally) -> Option<Ratio> {
    Ratio::new(tally.absence_minutes, tally.scheduled_minutes)
}

/// Coverage: covered minutes of absence that counts ÷ minutes of absence that counts.
///
/// No more of an absence is covered than there was of it. No value where there was no absence.
pub fn coverage(tally: &Tally) -> Option<Ratio> {
    Ratio::new(tally.covered_minutes, tally.absence_minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absence_is_set_against_the_schedule_and_its_cover_against_the_absence() {
        let tally = Tally { scheduled_minutes: 9600, absence_minutes: 480, covered_minutes: 360, ..Tally::default() };
        assert_eq!(absenteeism(&tally).unwrap().rounded(100, 1), "5.0");
        assert_eq!(coverage(&tally).unwrap().rounded(100, 1), "75.0");
        assert_eq!((absenteeism(&Tally::default()), coverage(&Tally::default())), (None, None));
    }
}
