//! How long a hold waits, beside the moment since when it does: one that waits too long is seen without reading.

use crate::domain::clock::Instant;
use crate::domain::hold::HoldStatus;
use crate::domain::list::{Cell, Column, ListRow};
use chrono::NaiveDateTime;

/// Whole days from which a wait is long: the second bucket of the ages of holds (`kpi/age.rs`).
const LONG_DAYS: i64 = 3;
/// Minutes of a day.
const DAY: i64 = 24 * 60;

/// The wait of a hold that nobody has brought to its end.
#[derive(Debug, Clone, Copy)]
pub struct Wait {
    since: NaiveDateTime,
    minutes: i64,
}

impl Wait {
    /// The column that it is shown in.
    pub const COLUMN: &'static str = "since";

    /// The wait of a row of the list of holds; none in other lists, and none of a hold that is over.
    pub fn of(row: &ListRow, columns: &[Column], now: Instant) -> Option<Self> {
        let cell = |name: &str| {
            let place = columns.iter().position(|column| column.name == name)?;
            row.cells.get(place)
        };
        let (Some(Cell::Time(at, local)), Some(Cell::Text(status))) = (cell(Self::COLUMN), cell("status")) else {
            return None;
        };
        let waits = [HoldStatus::Requested, HoldStatus::OnHold, HoldStatus::ReleaseRequested];
        let waits = waits.iter().any(|waiting| waiting.as_str() == status);
        waits.then(|| Self { since: *local, minutes: now.minutes_since(*at).max(0) })
    }

    /// Whether it waits too long.
    pub const fn is_long(self) -> bool {
        self.minutes / DAY >= LONG_DAYS
    }

    /// Since when and how long, in a column of this width: `05-14 09:00   4d!`; the mark says that it is long where there
    /// is no colour.
    pub fn written(self, width: u16) -> String {
        let age = match self.minutes {
            minutes @ 0..60 => format!("{minutes}m"),
            minutes @ 60..DAY => format!("{}h", minutes / 60),
            minutes => format!("{}d", minutes / DAY),
        };
        let age = if self.is_long() { format!("{age}!") } else { age };
        let width = usize::from(width);
        let forms = ["%Y-%m-%d %H:%M", "%m-%d %H:%M", "%Y-%m-%d", "%m-%d"];
        let moments = forms.iter().map(|form| self.since.format(form).to_string());
        let fits = moments.into_iter().find(|moment| moment.len() + 1 + age.len() <= width);
        fits.map_or_else(|| age.clone(), |moment| format!("{moment}{age:>room$}", room = width - moment.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::list::List;
    use rstest::rstest;

    fn wait(minutes: i64) -> Wait {
        let since = chrono::NaiveDate::from_ymd_opt(2026, 5, 14).and_then(|date| date.and_hms_opt(9, 0, 0));
        Wait { since: since.expect("a time"), minutes }
    }

    #[rstest]
    #[case(5, 16, "05-14 09:00   5m")]
    #[case(26 * 60, 16, "05-14 09:00   1d")]
    #[case(4 * DAY, 16, "05-14 09:00  4d!")]
    #[case(12 * DAY, 22, "2026-05-14 09:00  12d!")]
    #[case(120 * DAY, 16, "2026-05-14 120d!")]
    #[case(120 * DAY, 4, "120d!")]
    fn the_age_stands_beside_as_much_of_the_moment_as_fits(
        #[case] minutes: i64,
        #[case] width: u16,
        #[case] expected: &str,
    ) {
        assert_eq!(wait(minutes).written(width), expected);
    }

    #[rstest]
    #[case("on_hold", true)]
    #[case("released", false)]
    fn only_what_is_open_waits(#[case] status: &str, #[case] waits: bool) {
        let columns = List::Holds.columns();
        let mut cells = vec![Cell::Missing; columns.len()];
        for (cell, column) in cells.iter_mut().zip(columns) {
            match column.name {
                "status" => *cell = Cell::Text(status.to_owned()),
                "since" => *cell = Cell::Time(Instant(0), wait(0).since),
                _ => {}
            }
        }
        let row = ListRow { client_id: None, key: String::new(), version: 1, cells };
        let found = Wait::of(&row, columns, Instant(3 * DAY * 60_000));
        assert_eq!(found.is_some_and(Wait::is_long), waits);
    }
}
