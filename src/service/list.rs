//! Lists: the filter made into a pattern, and stored cells made into dates, flags and local times.

use super::{Desk, ListQuery, Place, Problem, Within};
use crate::domain::clock::{Instant, PlantClock, ProductionDate};
use crate::domain::list::{Cell, CellKind, Column, List, ListRow, Page, Sort};
use crate::domain::shift::Weekdays;
use crate::domain::text::{CleanText, NAME_LIMIT};
use crate::kpi::Window;
use crate::store::list::{Wanted, WantedPlace, WantedRecord};

/// Most rows of one page, whatever is asked for.
const LARGEST_PAGE: u64 = 1000;
/// Decimals of a stored target.
const MILLION: u64 = 1_000_000;

impl Desk {
    pub(super) async fn list(&self, query: &ListQuery) -> Result<Page, Problem> {
        let list = query.list;
        let filter = CleanText::parse("filter", &query.filter, NAME_LIMIT)?;
        let (text, record) = if list.is_record() {
            self.wanted_record(filter.as_str())
        } else {
            (filter.as_str().to_owned(), WantedRecord::default())
        };
        let wanted = Wanted {
            list,
            pattern: (!text.is_empty()).then(|| pattern(&text)),
            date: ProductionDate::parse("filter", filter.as_str()).ok(),
            sort: query.sort.map(|sort| sortable(list, sort)).transpose()?,
            limit: whole(query.limit.min(LARGEST_PAGE)),
            offset: whole(query.offset),
            within: query.within.as_ref().map(wanted_place).transpose()?,
            record,
        };
        let found = self.session.list(&wanted).await?;
        let rows = found.rows.into_iter().map(|row| self.dress(list, row)).collect();
        let total = u64::try_from(found.total).unwrap_or(0);
        Ok(Page { list, offset: query.offset, total, more: found.more, since: found.since, rows })
    }

    /// What the filter of a record asks for: dates (`2026-05-20`, `2026-05-01..2026-05-20`, open at either end), and words
    /// that a row must hold, all of them. Gives the first word and the rest.
    ///
    /// Where the clients in view have several time zones, a date is what is that date in any of them.
    fn wanted_record(&self, filter: &str) -> (String, WantedRecord) {
        let mut record = WantedRecord::default();
        let mut words = Vec::new();
        for word in filter.split_whitespace() {
            match span(word) {
                Some((first, last)) => {
                    record.from = first.and_then(|date| self.midnights(date).min()).or(record.from);
                    record.to = last.and_then(|date| self.midnights(date.plus_days(1)).max()).or(record.to);
                }
                None => words.push(word),
            }
        }
        let mut words = words.into_iter();
        let first = words.next().unwrap_or_default().to_owned();
        record.words = [words.next(), words.next(), None].map(|word| word.map(pattern));
        let rest: Vec<&str> = words.collect();
        if !rest.is_empty() {
            // What comes behind the third word is looked for in its order.
            record.words[2] = Some(rest.into_iter().map(pattern).collect());
        }
        (first, record)
    }

    /// When a date begins at each client in view; in UTC where there is none.
    fn midnights(&self, date: ProductionDate) -> impl Iterator<Item = Instant> {
        let mut clocks: Vec<PlantClock> = self.clients().iter().map(|client| client.clock).collect();
        if clocks.is_empty() {
            clocks.push(PlantClock::UTC);
        }
        clocks.into_iter().map(move |clock| clock.at_minute(date, 0))
    }

    fn dress(&self, list: List, mut row: ListRow) -> ListRow {
        let clock = self.clock_of(&row);
        let stored = std::mem::take(&mut row.cells);
        row.cells =
            list.columns().iter().zip(stored).map(|(column, cell)| dressed(list, column, cell, clock)).collect();
        row
    }

    /// The clock of the row's client. What is no client's has the clock of the only client, or none at all: UTC.
    fn clock_of(&self, row: &ListRow) -> PlantClock {
        let scope = self.session.scope();
        let client = row.client_id.as_ref().and_then(|client| scope.client(client)).or_else(|| scope.only_client());
        client.map_or(PlantClock::new(chrono_tz::UTC), |client| client.clock)
    }
}

/// The dates that a word of a filter names.
fn span(word: &str) -> Option<(Option<ProductionDate>, Option<ProductionDate>)> {
    let date = |text: &str| ProductionDate::parse("filter", text).ok();
    match word.split_once("..") {
        None => date(word).map(|date| (Some(date), Some(date))),
        Some(("", "")) => None,
        Some((first, "")) => date(first).map(|first| (Some(first), None)),
        Some(("", last)) => date(last).map(|last| (None, Some(last))),
        Some((first, last)) => date(first).zip(date(last)).map(|(first, last)| (Some(first), Some(last))),
    }
}

/// Where the rows lie: a place's own date is narrower than the span.
fn wanted_place(within: &Within) -> Result<WantedPlace, Problem> {
    let Place { client_id, line_id, shift_id, date } = within.place.clone();
    let dates = date.map(|date| (date, date)).or(within.dates);
    let dates = dates.map(|(from, to)| Window::new(from, to)).transpose()?;
    let (waiting_at, is_unplanned) = (within.waiting_at, within.is_unplanned);
    Ok(WantedPlace { dates, client_id, line_id, shift_id, waiting_at, is_unplanned })
}

/// The pattern of LIKE for rows that hold a text.
fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

/// The column to sort by; texts of the detail are no order for a list.
fn sortable(list: List, sort: Sort) -> Result<(usize, bool), Problem> {
    match list.columns().get(sort.column) {
        Some(column) if column.rank != Column::DETAIL => Ok((sort.column, sort.descending)),
        Some(column) => {
            Err(Problem::reject("sort", format!("{} is no column to sort by", column.title), "take another one"))
        }
        None => Err(Problem::reject("sort", "there is no such column", "take another one")),
    }
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX / 2)
}

fn dressed(list: List, column: &Column, cell: Cell, clock: PlantClock) -> Cell {
    let Cell::Number(number) = cell else { return cell };
    match column.kind {
        CellKind::Number => cell,
        CellKind::Flag => Cell::Flag(number != 0),
        CellKind::Time => Cell::Time(Instant(number), clock.local(Instant(number))),
        CellKind::Date => match i32::try_from(number).map(ProductionDate) {
            Ok(date) if date != ProductionDate::BEGINNING => Cell::Date(date),
            _ => Cell::Missing,
        },
        CellKind::Text => Cell::Text(written(list, column.name, number)),
    }
}

/// A text that is stored as a number.
fn written(list: List, column: &str, number: i64) -> String {
    match (list, column) {
        (List::Shifts, "start" | "end") => format!("{:02}:{:02}", number / 60, number % 60),
        (List::Shifts, "days") => Weekdays(number).to_string(),
        (List::Targets, "target" | "warn") => millionths(number),
        _ => number.to_string(),
    }
}

/// A number of millionths as a decimal without trailing zeros.
pub(in crate::service) fn millionths(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    let size = number.unsigned_abs();
    let decimal = format!("{sign}{}.{:06}", size / MILLION, size % MILLION);
    decimal.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(85_500_000, "85.5")]
    #[case(-500_000, "-0.5")]
    #[case(90_000_000, "90")]
    #[case(0, "0")]
    fn a_target_is_written_without_idle_zeros(#[case] stored: i64, #[case] written: &str) {
        assert_eq!(millionths(stored), written);
    }

    #[test]
    fn signs_that_mean_something_in_a_pattern_are_taken_literally() {
        assert_eq!(pattern(r"100%_\"), r"%100\%\_\\%");
    }
}
