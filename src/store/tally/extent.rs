//! Which stored days and months are read for a window: days one by one, or months inside and days at the edges.

use crate::domain::clock::ProductionDate;
use crate::kpi::{Period, Span, Window};

/// Days in at most two stretches, and a stretch of whole months between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Extent {
    days: [Option<Window>; 2],
    months: Option<Window>,
}

impl Extent {
    /// Every day of a window.
    pub(crate) const fn days(window: Window) -> Self {
        Self { days: [Some(window), None], months: None }
    }

    /// A window as a whole: its whole months that end by `until`, and the days around them.
    pub(crate) fn total(window: Window, until: ProductionDate) -> Self {
        let starts = |month: &Period| month.first() >= window.from();
        let ends = |month: &Period| month.last() <= window.to() && month.last() <= until;
        let mut months = window.periods(Span::Month).filter(|month| starts(month) && ends(month));
        let Some(first) = months.next() else { return Self::days(window) };
        let last = months.last().unwrap_or(first);
        let before = Window::new(window.from(), first.first().plus_days(-1)).ok();
        let after = Window::new(last.last().plus_days(1), window.to()).ok();
        Self { days: [before, after], months: Window::new(first.first(), last.last()).ok() }
    }

    /// The same with every day of the window that follows.
    #[must_use]
    pub(crate) fn then_days(self, next: Window) -> Self {
        let [before, after] = self.days;
        if self.months.is_none() {
            let from = before.map_or(next.from(), Window::from);
            return Self::days(Window::new(from, next.to()).unwrap_or(next));
        }
        let from = after.map_or(next.from(), Window::from);
        Self { days: [before, Some(Window::new(from, next.to()).unwrap_or(next))], ..self }
    }

    /// The stretches of days.
    pub(crate) const fn stretches(self) -> [Option<Window>; 2] {
        self.days
    }

    /// The dates of the whole months.
    pub(crate) const fn months(self) -> Option<Window> {
        self.months
    }

    /// From its first date to its last.
    pub(crate) fn whole(self) -> Option<Window> {
        let windows = || self.days.into_iter().chain([self.months]).flatten();
        Window::new(windows().map(Window::from).min()?, windows().map(Window::to).max()?).ok()
    }

    /// The parts of it that lie in a month: days, or the month itself where it is a whole one.
    pub(crate) fn parts_within(self, month: Window) -> impl Iterator<Item = Self> {
        let inside = move |part: Window| Window::new(part.from().max(month.from()), part.to().min(month.to())).ok();
        let days = self.days.into_iter().flatten().filter_map(inside).map(Self::days);
        let months = self.months.and_then(inside).map(|months| Self { days: [None, None], months: Some(months) });
        days.chain(months)
    }
}

/// The number under which a date's month is stored: year × 100 + month.
pub(crate) fn month_number(date: ProductionDate) -> i64 {
    use chrono::Datelike as _;
    let day = date.date();
    i64::from(day.year()) * 100 + i64::from(day.month())
}

/// The dates of the month that has a number.
pub(crate) fn month_window(number: i64) -> Option<Window> {
    let (year, month) = (i32::try_from(number / 100).ok()?, u32::try_from(number % 100).ok()?);
    let month = Period::of(Span::Month, ProductionDate::of(chrono::NaiveDate::from_ymd_opt(year, month, 1)?));
    Window::new(month.first(), month.last()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Each date of an extent as often as it is read.
    fn dates(extent: Extent) -> Vec<i32> {
        let windows = extent.days.into_iter().chain([extent.months]).flatten();
        let mut dates: Vec<i32> = windows.flat_map(|window| window.from().0..=window.to().0).collect();
        dates.sort_unstable();
        dates
    }

    proptest! {
        #[test]
        fn the_parts_of_every_month_are_the_whole(from in 19_000_i32..21_000, days in 1_i32..800) {
            let window = Window::ending(ProductionDate(from + days - 1), days);
            let extent = Extent::total(window.before(), window.to()).then_days(window);
            let numbers = window.before().from().0..=window.to().0;
            let numbers: std::collections::BTreeSet<_> = numbers.map(|day| month_number(ProductionDate(day))).collect();
            let parts = numbers.into_iter().flat_map(|number| extent.parts_within(month_window(number).unwrap()));
            let mut read: Vec<_> = parts.flat_map(dates).collect();
            read.sort_unstable();
            prop_assert_eq!(read, dates(extent));
        }

        #[test]
        fn every_date_is_read_once(from in 19_000_i32..21_000, days in 1_i32..800, until in 19_000_i32..21_000) {
            let window = Window::ending(ProductionDate(from + days - 1), days);
            let extent = Extent::total(window, ProductionDate(until));
            let before = Extent::total(window.before(), ProductionDate(until)).then_days(window);
            prop_assert_eq!(dates(extent), (from..from + days).collect::<Vec<_>>());
            prop_assert_eq!(dates(before), (from - days..from + days).collect::<Vec<_>>());
            prop_assert!(extent.months().is_none_or(|months| months.to().0 <= until));
        }
    }
}
