//! Which time the KPIs are wanted of, as people choose it.

use crate::domain::clock::ProductionDate;
use crate::kpi::{Span, Window};
use crate::service::PanelWindow;

/// Windows of more days than this are first shown by weeks.
const DAILY: i32 = 92;
/// And those of more than this by months.
const WEEKLY: i32 = 800;

/// A window as it was chosen: one that ends today goes on with the days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowChoice {
    /// The shift that is on.
    ThisShift,
    /// So many days that end today.
    Days(i32),
    /// From one date to another.
    Dates(Window),
}

impl WindowChoice {
    /// The window of a day.
    pub fn query(self, today: ProductionDate) -> PanelWindow {
        let window = match self {
            Self::ThisShift => return PanelWindow::ThisShift,
            Self::Days(days) => Window::ending(today, days),
            Self::Dates(window) => window,
        };
        PanelWindow::Dates { from: window.from(), to: window.to() }
    }

    /// What it is called.
    pub fn words(self) -> String {
        match self {
            Self::ThisShift => "This shift".to_owned(),
            Self::Days(1) => "Today".to_owned(),
            Self::Days(days) => format!("Last {days} days"),
            Self::Dates(window) if window.days() == 1 => "One day".to_owned(),
            Self::Dates(window) => format!("{} days", window.days()),
        }
    }

    /// What the window before it is called.
    pub fn before(self) -> String {
        match self {
            Self::ThisShift => "the shift before".to_owned(),
            Self::Days(1) => "the day before".to_owned(),
            Self::Dates(window) if window.days() == 1 => "the day before".to_owned(),
            Self::Days(days) => format!("the {days} before"),
            Self::Dates(window) => format!("the {} before", window.days()),
        }
    }

    /// How long the points of its series are at first.
    pub const fn span(self) -> Span {
        let days = match self {
            Self::ThisShift => 1,
            Self::Days(days) => days,
            Self::Dates(window) => window.days(),
        };
        if days <= DAILY {
            Span::Day
        } else if days <= WEEKLY {
            Span::Week
        } else {
            Span::Month
        }
    }
}
