//! The report people send round: a day, an ISO week or a month of the clients in view, as a page for a browser, a
//! spreadsheet, or plain text.
//!
//! It asks what the screens ask, the same questions at the same desk, so no figure is computed here; and the three
//! ways of writing it draw on one value, so they cannot disagree.

mod compose;
mod html;
mod sheets;
mod text;
mod told;

pub(in crate::service) use html::escaped;
pub use html::page as report_html;
pub use sheets::write as report_sheets;
pub use text::text as report_text;
pub use told::told;

use crate::domain::clock::ProductionDate;
use crate::domain::id::ClientId;
use crate::domain::list::{Cell, Column};
use crate::domain::spelled;
use crate::kpi::ratio::NO_VALUE;
use crate::kpi::{Family, Kpi, KpiValue, Pareto, Period, Ratio, Span, Status, Window};
use crate::service::ChainEnd;
use chrono::NaiveDateTime;

spelled! {
    /// How long a report reaches.
    ReportKind {
        /// One production date.
        Daily = "daily",
        /// An ISO week.
        Weekly = "weekly",
        /// A month.
        Monthly = "monthly",
    }
}

impl ReportKind {
    const fn span(self) -> Span {
        match self {
            Self::Daily => Span::Day,
            Self::Weekly => Span::Week,
            Self::Monthly => Span::Month,
        }
    }

    /// What it is called.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Daily => "Daily report",
            Self::Weekly => "Weekly report",
            Self::Monthly => "Monthly report",
        }
    }

    /// What it is compared with.
    pub const fn before(self) -> &'static str {
        match self {
            Self::Daily => "the day before",
            Self::Weekly => "the week before",
            Self::Monthly => "the month before",
        }
    }

    /// The days of the trends: they end with the report and show where it comes from.
    const fn trend_days(self) -> i32 {
        match self {
            Self::Daily => 30,
            Self::Weekly => 56,
            Self::Monthly => 92,
        }
    }
}

/// A report.
#[derive(Debug, Clone)]
pub struct Report {
    /// How long it reaches.
    pub kind: ReportKind,
    /// Its day, week or month.
    pub period: Period,
    /// The clients in it, with their names.
    pub clients: Vec<(ClientId, String)>,
    /// When it was made, local time, with the zone.
    pub made_at: (NaiveDateTime, String),
    /// Who made it.
    pub made_by: String,
    /// Whether its last day has not ended, so that figures still move.
    pub is_unfinished: bool,
    /// Every KPI, in the order of the catalogue.
    pub kpis: Vec<ReportKpi>,
    /// How the most telling KPIs went, the abnormal first.
    pub trends: Vec<Trend>,
    /// KPIs by client, line and shift.
    pub tables: Vec<KpiTable>,
    /// What stops, defects, holds and absences come from.
    pub causes: Vec<Pareto>,
    /// Where the planned time went.
    pub losses: Vec<Loss>,
    /// Open holds and the oldest orders.
    pub entries: Vec<Entries>,
    /// Where the audit trail of each client ended when the report was made: whoever cuts it off later is found out.
    pub trail: Vec<ChainEnd>,
}

/// A KPI of a report.
#[derive(Debug, Clone)]
pub struct ReportKpi {
    /// Its figure.
    pub value: KpiValue,
    /// That of the period before.
    pub before: KpiValue,
    /// Why it is as it is; filled for what stands out.
    pub why: Vec<String>,
}

/// How a KPI went, day by day.
#[derive(Debug, Clone)]
pub struct Trend {
    /// Which.
    pub kpi: Kpi,
    /// Its days, in order.
    pub days: Vec<TrendDay>,
    /// Its target.
    pub target: Option<Ratio>,
    /// The dates of the report.
    pub reported: Window,
}

/// One day of a trend.
#[derive(Debug, Clone, Copy)]
pub struct TrendDay {
    /// The production date.
    pub date: ProductionDate,
    /// The figure.
    pub figure: Option<Ratio>,
    /// Centre, lower and upper limit of the control chart.
    pub limits: Option<[Ratio; 3]>,
    /// Whether it breaks a rule of the control chart.
    pub is_marked: bool,
}

/// KPIs of several groups.
#[derive(Debug, Clone)]
pub struct KpiTable {
    /// What it is of.
    pub title: &'static str,
    /// What a row is.
    pub row: &'static str,
    /// The KPIs that a page has room for.
    pub shown: Vec<Kpi>,
    /// The rows: what each is called, and all its KPIs.
    pub rows: Vec<(String, Vec<KpiValue>)>,
}

/// A part of the planned time.
#[derive(Debug, Clone)]
pub struct Loss {
    /// Its name.
    pub name: &'static str,
    /// Milliseconds of it.
    pub millis: i128,
    /// Its share of the planned time.
    pub share: Option<Ratio>,
}

/// Some rows of a list.
#[derive(Debug, Clone)]
pub struct Entries {
    /// What they are.
    pub title: &'static str,
    /// Their columns.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// How many more there are.
    pub more: u64,
    /// What is said where there are none.
    pub none: &'static str,
}

impl Report {
    /// The dates.
    pub fn window(&self) -> (ProductionDate, ProductionDate) {
        (self.period.first(), self.period.last())
    }

    /// The period as people write it: the date with its weekday, or the week or month with its dates.
    pub fn period_text(&self) -> String {
        let (from, to) = self.window();
        match self.kind {
            ReportKind::Daily => from.date().format("%A, %Y-%m-%d").to_string(),
            ReportKind::Weekly => format!("{}, {from} to {to}", self.period),
            ReportKind::Monthly => format!("{}, {from} to {to}", from.date().format("%B %Y")),
        }
    }

    /// The clients in a line.
    pub fn clients_text(&self) -> String {
        let of = |(client_id, name): &(ClientId, String)| {
            if client_id.as_str() == name { name.clone() } else { format!("{name} ({client_id})") }
        };
        match self.clients.as_slice() {
            [] => "no client".to_owned(),
            few => few.iter().map(of).collect::<Vec<_>>().join(", "),
        }
    }

    /// When and by whom it was made.
    pub fn made_text(&self) -> String {
        let (at, zone) = &self.made_at;
        format!("made {} ({zone}) by {}", at.format("%Y-%m-%d %H:%M"), self.made_by)
    }

    /// Where the audit trails end, in a line.
    pub fn trail_text(&self) -> String {
        let of = |end: &ChainEnd| match &end.hash {
            Some(hash) => format!("{} entry {} {hash}", end.client_id, end.seq),
            None => format!("{} nothing", end.client_id),
        };
        match self.trail.as_slice() {
            [] => "The audit trail is empty.".to_owned(),
            ends => format!("The audit trail ends with: {}.", ends.iter().map(of).collect::<Vec<_>>().join(", ")),
        }
    }

    /// What is said where nothing stands out.
    pub fn nothing_text(&self) -> &'static str {
        if self.kpis.iter().any(|kpi| kpi.value.value().is_some()) {
            "Nothing is off its target."
        } else {
            "Nothing was entered for these dates."
        }
    }

    /// The KPIs of a family.
    pub fn family(&self, family: Family) -> impl Iterator<Item = &ReportKpi> {
        self.kpis.iter().filter(move |kpi| kpi.value.kpi.family() == family)
    }

    /// What stands out, the worst first.
    pub fn standing_out(&self) -> impl Iterator<Item = &ReportKpi> {
        let with = |rank: u8| self.kpis.iter().filter(move |kpi| kpi.rank() == Some(rank));
        (0..3).flat_map(with)
    }
}

impl ReportKpi {
    /// Whether there is a figure, or a word in its place.
    pub fn has_something_to_show(&self) -> bool {
        self.value.value().is_some() || self.value.number() != NO_VALUE
    }

    /// How loudly it asks to be looked at: 0 is the loudest.
    pub fn rank(&self) -> Option<u8> {
        match standing(&self.value) {
            Standing::Bad => Some(0),
            Standing::Warn => Some(1),
            Standing::Beyond => Some(2),
            Standing::Good | Standing::None => None,
        }
    }
}

/// How a figure stands, in the words of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// On target.
    Good,
    /// Worse than the target, within its warning limit.
    Warn,
    /// Worse than that.
    Bad,
    /// More than the time allows.
    Beyond,
    /// Without a target or a value.
    None,
}

impl Standing {
    /// In words; nothing where there is nothing to say.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Good => "on target",
            Self::Warn => "warning",
            Self::Bad => "off target",
            Self::Beyond => "over 100 %",
            Self::None => "",
        }
    }

    /// A sign that says the same without colour.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::Warn => "!",
            Self::Bad => "✕",
            Self::Beyond => "?",
            Self::None => "",
        }
    }

    /// The class of the style sheet.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Beyond => "beyond",
            Self::None => "plain",
        }
    }
}

/// How a figure stands; several clients with different targets stand as the worst of them.
pub fn standing(value: &KpiValue) -> Standing {
    let status = value.worst_client.as_ref().map_or(value.status, |worst| worst.status);
    match status {
        Status::Bad => Standing::Bad,
        Status::Warn => Standing::Warn,
        _ if value.is_beyond_ideal() => Standing::Beyond,
        Status::Ok => Standing::Good,
        Status::None => Standing::None,
    }
}

/// The standing in words, with the client where several have different targets.
pub fn standing_text(value: &KpiValue) -> String {
    let word = standing(value).word();
    match &value.worst_client {
        Some(worst) if !word.is_empty() => format!("{word} at {}", worst.client_id),
        _ => word.to_owned(),
    }
}

/// A figure as people read it, with its unit, and `~` where standards were inferred.
pub fn figure_text(value: &KpiValue) -> String {
    let mark = if value.is_inferred() { "~" } else { "" };
    format!("{mark}{}", value.text())
}

/// A family's heading.
pub const fn family_title(family: Family) -> &'static str {
    match family {
        Family::Production => "Production",
        Family::Quality => "Quality",
        Family::Orders => "Orders and holds",
        Family::People => "People",
    }
}

/// A cell of a list as people read it.
pub fn cell_text(cell: &Cell) -> String {
    match cell {
        Cell::Missing => String::new(),
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => grouped(i128::from(*number)),
        Cell::Date(date) => date.to_string(),
        Cell::Time(_, local) => local.format("%Y-%m-%d %H:%M").to_string(),
        Cell::Flag(yes) => if *yes { "yes" } else { "no" }.to_owned(),
    }
}

/// A whole number with commas between the thousands.
pub fn grouped(number: i128) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0 { format!("-{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(0, "0")]
    #[case(999, "999")]
    #[case(1_000, "1,000")]
    #[case(-12_345_678, "-12,345,678")]
    fn thousands_are_set_apart(#[case] number: i128, #[case] text: &str) {
        assert_eq!(grouped(number), text);
    }
}
