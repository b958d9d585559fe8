//! Windows of production dates, the periods a series is cut into, and the groups of `--by`.

use super::catalogue::Dimension;
use crate::domain::clock::ProductionDate;
use crate::domain::id::{ClientId, LineId, ProductId, ShiftId};
use crate::domain::reject::Reject;
use crate::domain::spelled;
use chrono::{Datelike, Days, Months, NaiveDate};
use std::fmt;

spelled! {
    /// What figures are grouped by.
    By {
        /// Production date.
        Day = "day",
        /// ISO week.
        Week = "week",
        /// Calendar month.
        Month = "month",
        /// Client.
        Client = "client",
        /// Line.
        Line = "line",
        /// Shift.
        Shift = "shift",
        /// Product.
        Product = "product",
    }
}

impl By {
    /// The dimension it groups by.
    pub const fn dimension(self) -> Dimension {
        match self {
            Self::Day | Self::Week | Self::Month => Dimension::Day,
            Self::Client => Dimension::Client,
            Self::Line => Dimension::Line,
            Self::Shift => Dimension::Shift,
            Self::Product => Dimension::Product,
        }
    }

    /// The span of time it groups by, where it is one.
    pub const fn span(self) -> Option<Span> {
        match self {
            Self::Day => Some(Span::Day),
            Self::Week => Some(Span::Week),
            Self::Month => Some(Span::Month),
            Self::Client | Self::Line | Self::Shift | Self::Product => None,
        }
    }
}

spelled! {
    /// How long a point of a series is.
    Span {
        /// One production date.
        Day = "day",
        /// An ISO week: Monday to Sunday.
        Week = "week",
        /// A calendar month.
        Month = "month",
    }
}

/// A day, an ISO week or a month; ordered by its first day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    first: ProductionDate,
    span: Span,
}

impl Period {
    /// The period a date lies in.
    pub fn of(span: Span, date: ProductionDate) -> Self {
        let day = date.date();
        let first = match span {
            Span::Day => day,
            Span::Week => {
                day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into())).unwrap_or(NaiveDate::MIN)
            }
            Span::Month => day.with_day(1).unwrap_or(day),
        };
        Self { first: ProductionDate::of(first), span }
    }

    /// Its first day.
    pub const fn first(self) -> ProductionDate {
        self.first
    }

    /// Its last day.
    pub fn last(self) -> ProductionDate {
        match self.span {
            Span::Day => self.first,
            Span::Week => self.first.plus_days(6),
            Span::Month => {
                let next = self.first.date().checked_add_months(Months::new(1)).unwrap_or(NaiveDate::MAX);
                ProductionDate::of(next).plus_days(-1)
            }
        }
    }

    /// The one after it.
    #[must_use]
    pub fn next(self) -> Self {
        Self { first: self.last().plus_days(1), span: self.span }
    }
}

impl fmt::Display for Period {
    /// `2026-05-20`, `2026-W05`, `2026-01`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = self.first.date();
        let text = match self.span {
            Span::Day => self.first.to_string(),
            Span::Week => format!("{:04}-W{:02}", day.iso_week().year(), day.iso_week().week()),
            Span::Month => format!("{:04}-{:02}", day.year(), day.month()),
        };
        formatter.pad(&text)
    }
}

/// A window of production dates, both ends inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Window {
    from: ProductionDate,
    to: ProductionDate,
}

impl Window {
    /// From one date to another, which does not lie before it.
    pub fn new(from: ProductionDate, to: ProductionDate) -> Result<Self, Reject> {
        if to < from {
            return Err(Reject::new("to", format!("{to} lies before {from}"), "give the earlier date first"));
        }
        Ok(Self { from, to })
    }

    /// The `days` days (at least one) that end with `to`.
    pub fn ending(to: ProductionDate, days: i32) -> Self {
        Self { from: to.plus_days(1 - days.max(1)), to }
    }

    /// Its first day.
    pub const fn from(self) -> ProductionDate {
        self.from
    }

    /// Its last day.
    pub const fn to(self) -> ProductionDate {
        self.to
    }

    /// How many days it has.
    pub const fn days(self) -> i32 {
        self.to.0.saturating_sub(self.from.0).saturating_add(1)
    }

    /// Whether a date lies in it.
    pub fn contains(self, date: ProductionDate) -> bool {
        (self.from..=self.to).contains(&date)
    }

    /// The window of the same length that ends the day before it.
    #[must_use]
    pub fn before(self) -> Self {
        Self::ending(self.from.plus_days(-1), self.days())
    }

    /// Every period that it touches, in order, so that a series has its gaps too. The first and the last
    /// may reach beyond it.
    pub fn periods(self, span: Span) -> impl Iterator<Item = Period> {
        std::iter::successors(Some(Period::of(span, self.from)), |period| Some(period.next()))
            .take_while(move |period| period.first() <= self.to)
    }
}

/// Which group figures belong to, in the order in which groups are listed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupKey {
    /// Everything together.
    All,
    /// A day, week or month.
    Period(Period),
    /// A client.
    Client(ClientId),
    /// A line of a client.
    Line(ClientId, LineId),
    /// A shift of the plant.
    Shift(ShiftId),
    /// A product.
    Product(ProductId),
}

impl GroupKey {
    /// The group as JSON and tables name it; a line is `CLIENT/LINE` where several clients are asked for.
    pub fn label(&self, several_clients: bool) -> Option<String> {
        match self {
            Self::All => None,
            Self::Period(period) => Some(period.to_string()),
            Self::Client(client_id) => Some(client_id.to_string()),
            Self::Line(client_id, line_id) if several_clients => Some(format!("{client_id}/{line_id}")),
            Self::Line(_, line_id) => Some(line_id.to_string()),
            Self::Shift(shift_id) => Some(shift_id.to_string()),
            Self::Product(product_id) => Some(product_id.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn date(text: &str) -> ProductionDate {
        ProductionDate::parse("date", text).unwrap()
    }

    #[rstest]
    #[case(Span::Day, "2026-05-20", "2026-05-20", "2026-05-20", "2026-05-20")]
    #[case(Span::Week, "2026-01-31", "2026-W05", "2026-01-26", "2026-02-01")]
    #[case::a_week_belongs_to_the_year_of_its_thursday(
        Span::Week,
        "2027-01-03",
        "2026-W53",
        "2026-12-28",
        "2027-01-03"
    )]
    #[case::and_so_at_its_other_end(Span::Week, "2024-12-30", "2025-W01", "2024-12-30", "2025-01-05")]
    #[case(Span::Month, "2026-01-15", "2026-01", "2026-01-01", "2026-01-31")]
    #[case(Span::Month, "2028-02-29", "2028-02", "2028-02-01", "2028-02-29")]
    fn a_date_lies_in_its_period(
        #[case] span: Span,
        #[case] day: &str,
        #[case] label: &str,
        #[case] first: &str,
        #[case] last: &str,
    ) {
        let period = Period::of(span, date(day));
        assert_eq!((period.to_string().as_str(), period.first(), period.last()), (label, date(first), date(last)));
    }

    #[test]
    fn the_window_before_is_as_long_and_ends_the_day_before() {
        let before = Window::new(date("2026-03-01"), date("2026-03-31")).unwrap().before();
        assert_eq!((before.from(), before.to(), before.days()), (date("2026-01-29"), date("2026-02-28"), 31));
        let day = Window::new(date("2026-03-01"), date("2026-03-01")).unwrap().before();
        assert_eq!((day.from(), day.to()), (date("2026-02-28"), date("2026-02-28")));
    }

    #[test]
    fn a_window_that_ends_before_it_begins_is_refused() {
        assert!(Window::new(date("2026-03-02"), date("2026-03-01")).is_err());
    }

    #[rstest]
    #[case(Span::Day, 7)]
    #[case(Span::Week, 2)]
    #[case(Span::Month, 2)]
    fn a_series_has_every_period_of_its_window(#[case] span: Span, #[case] count: usize) {
        let window = Window::new(date("2026-01-28"), date("2026-02-03")).unwrap();
        let periods: Vec<_> = window.periods(span).collect();
        assert_eq!(periods.len(), count);
        assert!(periods.iter().any(|period| period.first() <= window.to() && period.last() >= window.to()));
    }

    #[test]
    fn a_line_is_told_apart_by_its_client_only_where_there_are_several() {
        let key = GroupKey::Line(ClientId::parse("ACME").unwrap(), LineId::parse("L1").unwrap());
        assert_eq!((key.label(true).as_deref(), key.label(false).as_deref()), (Some("ACME/L1"), Some("L1")));
        assert_eq!(GroupKey::All.label(true), None);
    }
}
