//! Clients side by side: every client's figure of every KPI, each with how it stands, the worst of each KPI marked.

use super::standing::{of_status, standing, status, status_word};
use super::{KpiScreen, panel};
use crate::domain::id::ClientId;
use crate::kpi::{Direction, Kpi, KpiValue, Panel, Ratio, Status};
use crate::service;
use crate::tui::widget::matrix::{self, Cell, Matrix};
use crate::tui::widget::{Pen, inset, row};
use panel::Way;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::cmp::Ordering;

/// Rows below the table that say more about the selected figure.
const ABOUT: u16 = 1;

/// What is selected among the clients.
#[derive(Debug, Default)]
pub struct Comparison {
    /// The selected client; the first one until another is selected.
    selected: Option<ClientId>,
    /// Whether the worst clients of the selected KPI come first.
    pub worst_first: bool,
}

/// The clients in the order in which they are shown.
fn clients<'a>(kpis: &'a KpiScreen, screen: &'a service::KpiScreen) -> Vec<&'a (ClientId, Panel)> {
    let mut clients: Vec<_> = screen.by_client.iter().collect();
    if kpis.compare.worst_first {
        clients.sort_by(|left, right| worse(left.1.get(kpis.selected), right.1.get(kpis.selected)));
    }
    clients
}

/// Which of two figures is worse: it comes first. Those without a value come last.
fn worse(left: Option<&KpiValue>, right: Option<&KpiValue>) -> Ordering {
    let figure = |value: Option<&KpiValue>| value.and_then(|value| value.figure);
    match (figure(left), figure(right)) {
        (Some(one), Some(other)) => by_direction(left.map(|value| value.kpi), one, other),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

fn by_direction(kpi: Option<Kpi>, one: Ratio, other: Ratio) -> Ordering {
    match kpi.map(Kpi::direction) {
        Some(Direction::Lower) => other.compare(one),
        Some(Direction::Higher) | None => one.compare(other),
    }
}

/// The worst figure of a KPI, where the clients differ.
fn worst(screen: &service::KpiScreen, kpi: Kpi) -> Option<Ratio> {
    let mut values: Vec<&KpiValue> = screen.by_client.iter().filter_map(|(_, panel)| panel.get(kpi)).collect();
    values.retain(|value| value.figure.is_some());
    values.sort_by(|left, right| worse(Some(*left), Some(*right)));
    let (first, last) = (values.first()?.figure?, values.last()?.figure?);
    (first.compare(last) != Ordering::Equal).then_some(first)
}

/// Whether KPIs go down and clients across: only where all clients fit beside each other.
fn kpis_go_down(clients: usize, width: u16) -> bool {
    usize::from(matrix::columns_in(width)) >= clients
}

impl KpiScreen {
    /// The client that is selected among those compared.
    pub fn compared_client(&self) -> Option<&ClientId> {
        let screen = self.data.value()?;
        let clients = clients(self, screen);
        let known = clients.iter().find(|(client_id, _)| Some(client_id) == self.compare.selected.as_ref());
        known.or(clients.first()).map(|(client_id, _)| client_id)
    }

    /// Selects the figure that lies in a way, on a table of this area.
    pub fn step_compared(&mut self, way: Way, area: Rect) {
        let Some(screen) = self.data.value() else { return };
        let clients: Vec<ClientId> =
            clients(self, screen).into_iter().map(|(client_id, _)| client_id.clone()).collect();
        let kpis: Vec<Kpi> = self.values().iter().map(|value| value.kpi).collect();
        let is_kpi = matches!(way, Way::Up | Way::Down) == kpis_go_down(clients.len(), area.width);
        let by = if matches!(way, Way::Up | Way::Left) { -1 } else { 1 };
        if is_kpi {
            self.selected = stepped(&kpis, &self.selected, by).copied().unwrap_or(self.selected);
        } else if let Some(selected) = self.compared_client().cloned() {
            self.compare.selected = stepped(&clients, &selected, by).cloned();
        }
    }

    /// Selects the next abnormal figure, client by client; says whether there is one.
    pub fn select_next_abnormal_compared(&mut self) -> bool {
        let Some(screen) = self.data.value() else { return false };
        let abnormal: Vec<(ClientId, Kpi)> = clients(self, screen)
            .into_iter()
            .flat_map(|(client_id, panel)| panel.values().iter().map(move |value| (client_id, value)))
            .filter(|(_, value)| status(value) == Status::Bad)
            .map(|(client_id, value)| (client_id.clone(), value.kpi))
            .collect();
        let here = self.compared_client().cloned().map(|client_id| (client_id, self.selected));
        let after = abnormal.iter().position(|found| Some(found) == here.as_ref()).map_or(0, |at| at + 1);
        let Some((client_id, kpi)) = abnormal.get(after).or(abnormal.first()) else { return false };
        self.selected = *kpi;
        self.compare.selected = Some(client_id.clone());
        true
    }
}

fn stepped<'a, T: PartialEq>(all: &'a [T], from: &T, by: isize) -> Option<&'a T> {
    let at = all.iter().position(|one| one == from)?;
    all.get(at.checked_add_signed(by)?.min(all.len().saturating_sub(1)))
}

/// Draws the table.
pub fn draw(pen: &Pen, kpis: &KpiScreen, screen: &service::KpiScreen, area: Rect, buffer: &mut Buffer) {
    let clients = clients(kpis, screen);
    let shown: Vec<Kpi> = kpis.values().iter().map(|value| value.kpi).collect();
    let worst: Vec<Option<Ratio>> = shown.iter().map(|kpi| worst(screen, *kpi)).collect();
    let selected_client = kpis.compared_client();
    let at = (
        clients.iter().position(|(client_id, _)| Some(client_id) == selected_client).unwrap_or(0),
        shown.iter().position(|kpi| *kpi == kpis.selected).unwrap_or(0),
    );
    let client_names: Vec<String> = clients.iter().map(|(client_id, _)| client_id.to_string()).collect();
    let kpi_names: Vec<String> = shown.iter().map(|kpi| pen.short(kpi.short_name()).to_owned()).collect();
    let cell = |client: usize, kpi: usize| -> Cell {
        let value = shown.get(kpi).zip(clients.get(client)).and_then(|(kpi, (_, panel))| panel.get(*kpi));
        value.map_or_else(Cell::default, |value| cell_of(pen, value, worst.get(kpi).copied().flatten()))
    };
    let is_down = kpis_go_down(clients.len(), area.width);
    let table = Rect { height: area.height.saturating_sub(ABOUT), ..area };
    if is_down {
        let matrix = Matrix {
            rows: &kpi_names,
            columns: &client_names,
            selected: (at.1, at.0),
            cell: &|row, column| cell(column, row),
        };
        matrix::draw(pen, &matrix, table, buffer);
    } else {
        let matrix = Matrix { rows: &client_names, columns: &kpi_names, selected: at, cell: &cell };
        matrix::draw(pen, &matrix, table, buffer);
    }
    let about = clients.get(at.0).and_then(|(client_id, panel)| Some((client_id, panel.get(kpis.selected)?)));
    if let Some((client_id, value)) = about {
        draw_about(pen, client_id, value, row(area, table.height), buffer);
    }
}

fn cell_of(pen: &Pen, value: &KpiValue, worst: Option<Ratio>) -> Cell {
    let stands = standing(pen, value);
    let is_worst = value.figure.zip(worst).is_some_and(|(figure, worst)| figure.compare(worst) == Ordering::Equal);
    let mark = match status(value) {
        _ if value.is_beyond_ideal() => pen.glyphs.warn,
        Status::None | Status::Ok => " ",
        Status::Warn | Status::Bad => of_status(pen, status(value)).0,
    };
    let style = match status(value) {
        Status::Warn | Status::Bad => stands.style,
        Status::None | Status::Ok => stands.figure,
    };
    Cell { text: format!("{mark} {}{}", pen.plain(&value.number()), if is_worst { "*" } else { " " }), style }
}

fn draw_about(pen: &Pen, client_id: &ClientId, value: &KpiValue, place: Rect, buffer: &mut Buffer) {
    let dot = pen.glyphs.dot;
    let target = match value.target {
        Some(_) => {
            format!("{} {}, {}", pen.say("target"), value.target_number(), pen.say(status_word(value.status)))
        }
        None => pen.say("no target").to_owned(),
    };
    let figure = if value.figure.is_some() { super::tile::shown(pen, value) } else { pen.say("no value").to_owned() };
    let text = format!("{} {dot} {client_id} {dot} {figure} {dot} {target}", pen.say(value.kpi.name()));
    pen.text(&text, pen.theme.strong, inset(place, 1), buffer);
    let legend = pen.say("* the worst");
    let start = place.right().saturating_sub(crate::tui::widget::width(legend) + 1).max(place.x);
    if crate::tui::widget::width(&text) + 2 < start.saturating_sub(place.x) {
        pen.text(legend, pen.theme.dim, Rect { x: start, width: place.right() - start, ..place }, buffer);
    }
}
