//! One KPI in detail, level by level: where one is on the way down, what is selected there, and what is in view.

mod draw;
mod facts;
mod parts;
mod way;

pub use draw::draw;

use super::window::WindowChoice;
use crate::domain::clock::ProductionDate;
use crate::domain::list::{List, Sort};
use crate::kpi::{Family, Kpi, Span};
use crate::service::{Child, DetailQuery, KpiDetail, ListQuery, Place};
use crate::tui::loaded::Loaded;
use crate::tui::message::Ticket;

/// A KPI that is looked at in detail.
#[derive(Debug)]
pub struct DetailScreen {
    /// Which.
    pub kpi: Kpi,
    /// The levels one went down through, never empty: the last one is in view. The others are as they were left.
    levels: Vec<Level>,
    /// How long the points of the series are, where that was chosen.
    span: Option<Span>,
    /// Which section stands first, counted round.
    pub section: usize,
}

/// One level of the way down.
#[derive(Debug)]
pub struct Level {
    /// Where it is.
    pub place: Place,
    /// What it is called on the way.
    pub name: String,
    /// Its figures.
    pub data: Loaded<Box<KpiDetail>>,
    /// Of which window and span they were asked for last, and of which those in view are.
    pub asked: Option<(WindowChoice, Span)>,
    /// Of which window and span those in view are.
    pub shown: Option<(WindowChoice, Span)>,
    /// The question for the causes that is waited for.
    pub causes: Option<Ticket>,
    /// The selected part; the worst one until somebody selects another.
    selected: Option<Place>,
}

impl Level {
    fn new(place: Place, name: String) -> Self {
        Self { place, name, data: Loaded::Idle, asked: None, shown: None, causes: None, selected: None }
    }

    /// The parts below.
    pub fn children(&self) -> &[Child] {
        self.data.value().map(|detail| detail.children.as_slice()).unwrap_or_default()
    }

    /// Position of the selected part.
    pub fn selected(&self) -> usize {
        let at = |place: &Place| self.children().iter().position(|child| child.place == *place);
        self.selected.as_ref().and_then(at).unwrap_or(0)
    }

    /// The selected part.
    pub fn child(&self) -> Option<&Child> {
        self.children().get(self.selected())
    }

    /// Selects a part by position, the last one beyond the end.
    pub fn select(&mut self, position: usize) {
        let last = self.children().len().saturating_sub(1);
        self.selected = self.children().get(position.min(last)).map(|child| child.place.clone());
    }
}

/// Where Enter leads.
#[derive(Debug, Clone, PartialEq)]
pub enum Below {
    /// To a part, which is in view now.
    Part,
    /// To the entries.
    Entries(ListQuery),
    /// Nowhere: the figures are not there yet.
    Nothing,
}

impl DetailScreen {
    /// A KPI in a place.
    pub fn new(kpi: Kpi, place: Place, name: String) -> Self {
        Self { kpi, levels: vec![Level::new(place, name)], span: None, section: 0 }
    }

    /// The level in view.
    pub fn level(&self) -> Option<&Level> {
        self.levels.last()
    }

    /// The level in view, to change.
    pub fn level_mut(&mut self) -> Option<&mut Level> {
        self.levels.last_mut()
    }

    /// The names of the levels, from the top.
    pub fn names(&self) -> Vec<&str> {
        self.levels.iter().map(|level| level.name.as_str()).collect()
    }

    /// How long the points of the series are.
    pub fn span(&self, window: WindowChoice) -> Span {
        self.span.unwrap_or(window.span())
    }

    /// Goes on to the next length of points.
    pub fn next_span(&mut self, window: WindowChoice) {
        self.span = Some(match self.span(window) {
            Span::Day => Span::Week,
            Span::Week => Span::Month,
            Span::Month => Span::Day,
        });
    }

    /// The last section's number.
    pub fn last_section(&self) -> usize {
        let detail = self.level().and_then(|level| level.data.value());
        detail.map_or(0, |detail| parts::sections(detail, true).len().saturating_sub(1))
    }

    /// The question for the level in view.
    pub fn query(&self, window: WindowChoice, today: ProductionDate) -> Option<DetailQuery> {
        let place = self.level()?.place.clone();
        Some(DetailQuery { kpi: self.kpi, window: window.query(today), place, span: self.span(window) })
    }

    /// Goes down into the selected part, or to the entries where it has no parts.
    pub fn go_down(&mut self) -> Below {
        let Some(level) = self.level() else { return Below::Nothing };
        let Some(child) = level.child() else {
            return self.entries().map_or(Below::Nothing, Below::Entries);
        };
        if child.place.date.is_some() {
            return self.entries().map_or(Below::Nothing, Below::Entries);
        }
        let next = Level::new(child.place.clone(), child.label.clone());
        self.levels.push(next);
        self.section = 0;
        Below::Part
    }

    /// Goes back up; says whether there was a level above.
    pub fn go_up(&mut self) -> bool {
        if self.levels.len() < 2 {
            return false;
        }
        self.levels.pop();
        self.section = 0;
        true
    }

    /// The entries below the selected part, or below all of the place: those first that weigh most.
    pub fn entries(&self) -> Option<ListQuery> {
        let level = self.level()?;
        let query = level.child().map_or(&level.data.value()?.entries, |child| &child.entries);
        Some(ListQuery { sort: heaviest_first(self.kpi, query.list), ..query.clone() })
    }

    /// The names of the levels down to the entries of the selected part.
    pub fn trail(&self) -> String {
        let names = self.levels.iter().skip(1).map(|level| level.name.as_str());
        let child = self.level().and_then(Level::child).map(|child| child.label.as_str());
        let top = self.levels.first().filter(|_| self.levels.len() == 1 && child.is_none());
        top.map(|level| level.name.as_str()).into_iter().chain(names).chain(child).collect::<Vec<_>>().join(" ")
    }
}

/// The sorting of a list that puts first what moved a KPI most.
fn heaviest_first(kpi: Kpi, list: List) -> Option<Sort> {
    let (name, descending) = match (kpi, list) {
        (_, List::Downtime) => ("minutes", true),
        (Kpi::QualityRate, List::Production) => ("defects", true),
        (Kpi::ScrapRate, List::Production) => ("scrap", true),
        (Kpi::ReworkRate, List::Production) => ("rework", true),
        (_, List::Attendance) => ("absence_minutes", true),
        (_, List::WorkOrders) => ("required_date", false),
        _ if kpi.family() == Family::Production => ("units", false),
        _ => return None,
    };
    let column = list.columns().iter().position(|column| column.name == name)?;
    Some(Sort { column, descending })
}
