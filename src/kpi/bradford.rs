//! The Bradford factor: how much of a person's absence comes in many short spells.

use super::period::Window;
use crate::domain::clock::ProductionDate;
use crate::domain::id::{ClientId, EmployeeNumber};
use std::collections::BTreeMap;

/// 52 weeks.
const DAYS: i32 = 364;

/// One employee's factor over 52 weeks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BradfordFactor {
    /// At which client.
    pub client_id: ClientId,
    /// The client's number for the person.
    pub employee_number: EmployeeNumber,
    /// The person's name.
    pub name: String,
    /// Spells of absence.
    pub spells: i64,
    /// Scheduled days of absence.
    pub days: i64,
    /// Spells² × days.
    pub points: i64,
}

/// What was entered of an employee for one shift of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttendanceDay {
    /// The day.
    pub date: ProductionDate,
    /// Minutes scheduled.
    pub scheduled_minutes: i64,
    /// Minutes absent.
    pub absence_minutes: i64,
    /// Whether that absence counts; agreed leave does not.
    pub counts: bool,
}

/// The days that the factors of a window rest on: the 52 weeks that end with its last day.
pub fn window_until(to: ProductionDate) -> Window {
    Window::ending(to, DAYS)
}

/// Spells and days of absence that counts, of one employee, in any order of entry.
///
/// A spell is consecutive *scheduled* days of absence: days that nobody was to work (a weekend, a day wholly
/// of agreed leave) neither end nor lengthen it; a day that was worked ends it. A day counts whole, however
/// much of it was missed. Two shifts of one day are one day.
pub fn spells_and_days(attendance: impl IntoIterator<Item = AttendanceDay>) -> (i64, i64) {
    let mut of_date: BTreeMap<ProductionDate, (bool, bool)> = BTreeMap::new();
    for day in attendance {
        let leave = if day.counts { 0 } else { day.absence_minutes };
        let (was_scheduled, was_absent) = of_date.entry(day.date).or_default();
        *was_scheduled |= day.scheduled_minutes > leave;
        *was_absent |= day.counts && day.absence_minutes > 0;
    }
    let (mut spells, mut days, mut in_spell) = (0, 0, false);
    for (was_scheduled, was_absent) in of_date.into_values() {
        if was_absent {
            days += 1;
            spells += i64::from(!in_spell);
            in_spell = true;
        } else if was_scheduled {
            in_spell = false;
        }
    }
    (spells, days)
}

impl BradfordFactor {
    /// The factor of an employee: spells² × days, in points; none for one who was never absent.
    ///
    /// Source: the Bradford factor of absence management (S² × D, CIPD), spells by scheduled days.
    pub fn of(
        client_id: ClientId,
        employee_number: EmployeeNumber,
        name: String,
        attendance: impl IntoIterator<Item = AttendanceDay>,
    ) -> Option<Self> {
        let (spells, days) = spells_and_days(attendance);
        let points = spells * spells * days;
        (days > 0).then_some(Self { client_id, employee_number, name, spells, days, points })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    /// Days from a Monday on: `w` worked, `a` absent, `l` leave, `h` half leave and half worked, `-` not scheduled.
    fn days(text: &str) -> Vec<AttendanceDay> {
        let minutes = |letter| match letter {
            'w' => Some((0, true)),
            'a' => Some((480, true)),
            'l' => Some((480, false)),
            'h' => Some((240, false)),
            _ => None,
        };
        let day = |(place, letter): (usize, char)| {
            let (absence_minutes, counts) = minutes(letter)?;
            let date = ProductionDate(20_605).plus_days(i32::try_from(place).unwrap());
            Some(AttendanceDay { date, scheduled_minutes: 480, absence_minutes, counts })
        };
        text.chars().enumerate().filter_map(day).collect()
    }

    fn points(text: &str) -> i64 {
        let (spells, days) = spells_and_days(days(text));
        spells * spells * days
    }

    // The four examples of ten days in a year of the CIPD's factsheet "Absence measurement and management": ten
    // of one day 1000, five of two days 250, two of five days 40, one of ten days 10.
    #[rstest]
    #[case("aaaaa--aaaaa--wwwww", 10)]
    #[case("aaaaa--wwwww--aaaaa", 40)]
    #[case("aawww--aawww--aawww--aawww--aawww", 250)]
    #[case("awawa--wawaw--awawa--wawaw", 1000)]
    fn ten_days_of_absence_weigh_by_their_spells(#[case] text: &str, #[case] expected: i64) {
        assert_eq!(points(text), expected);
    }

    #[rstest]
    #[case::friday_and_monday_are_one("wwwwa--awwww", (1, 2))]
    #[case::a_day_of_leave_between_them_too("wwwal--awwww", (1, 2))]
    #[case::half_a_day_worked_ends_it("wwwah--awwww", (2, 2))]
    #[case::leave_alone_is_no_absence("lllll--wwwww", (0, 0))]
    #[case::nothing_entered("", (0, 0))]
    fn a_spell_is_of_scheduled_days(#[case] text: &str, #[case] expected: (i64, i64)) {
        assert_eq!(spells_and_days(days(text)), expected);
    }

    #[test]
    fn two_shifts_of_a_day_are_one_day_and_the_order_of_entry_does_not_matter() {
        let mut entered = days("aa-a");
        entered.extend(days("a"));
        entered.reverse();
        assert_eq!(spells_and_days(entered), (1, 3));
    }

    #[test]
    fn only_those_who_were_absent_have_a_factor() {
        let of = |text| {
            let number = EmployeeNumber::parse("E1").unwrap();
            BradfordFactor::of(ClientId::parse("ACME").unwrap(), number, "Ada".to_owned(), days(text))
        };
        assert_eq!(of("wwwww"), None);
        assert_eq!(of("awa").map(|factor| (factor.spells, factor.days, factor.points)), Some((2, 2, 8)));
        assert_eq!(window_until(ProductionDate(364)).from(), ProductionDate(1));
    }
}
