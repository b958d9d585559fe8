//! What stands on a screen that is no list, as tables for a file: the board with its hours, the KPIs of a window, the
//! clients side by side, a KPI in detail, the isolation audit.

use super::Tab;
use super::board::{LineState, percent};
use super::kpi::View;
use crate::domain::clock::{Instant, PlantClock};
use crate::domain::measure::Units;
use crate::kpi::{Kpi, Panel, Ratio, Window, figure};
use crate::service::{Board, ExportCell, HourOnBoard, KpiDetail, KpiScreen, LineBoard, ViewTable};
use crate::tui::model::Model;

/// The columns of the board's lines.
const BOARD: [&str; 17] = [
    "client_id",
    "line_id",
    "name",
    "production_date",
    "shift_id",
    "made",
    "due_now",
    "pace_percent",
    "forecast",
    "target",
    "downtime_minutes",
    "defects",
    "last_count_at",
    "state",
    "stop_reason",
    "stopped_since",
    "closed",
];
/// The columns of their hours.
const HOURS: [&str; 8] =
    ["client_id", "line_id", "production_date", "hour", "plan", "made", "main_stop", "main_stop_minutes"];

/// The tables of the screen in view; none where it is a list or its figures are not there yet.
pub fn tables(model: &Model) -> Vec<ViewTable> {
    match model.tab {
        Tab::Shift => model.board.data.value().map(|board| of_board(model, board)).unwrap_or_default(),
        Tab::Kpis => of_kpis(model),
        Tab::Admin if model.shows_isolation() => vec![of_isolation(model)],
        _ => Vec::new(),
    }
}

fn text(text: impl Into<String>) -> ExportCell {
    ExportCell::Text(text.into())
}

fn whole(number: impl Into<i128>) -> ExportCell {
    ExportCell::Whole(number.into())
}

fn units(units: Option<Units>) -> ExportCell {
    units.map_or(ExportCell::Missing, |units| whole(units.get()))
}

fn time(at: Option<Instant>, clock: Option<PlantClock>) -> ExportCell {
    at.zip(clock).map_or(ExportCell::Missing, |(at, clock)| ExportCell::Time(clock.rfc3339_exact(at), clock.local(at)))
}

fn of_board(model: &Model, board: &Board) -> Vec<ViewTable> {
    let line = |line: &LineBoard| line_cells(line, model.clock_of(Some(&line.client_id)));
    let hours = board.lines.iter().flat_map(|line| line.hours.iter().map(|hour| hour_cells(line, hour)));
    vec![
        ViewTable { name: "board", columns: BOARD.to_vec(), rows: board.lines.iter().map(line).collect() },
        ViewTable { name: "board-hours", columns: HOURS.to_vec(), rows: hours.collect() },
    ]
}

fn line_cells(line: &LineBoard, clock: Option<PlantClock>) -> Vec<ExportCell> {
    let (state, shift) = (LineState::of(line), line.shift.as_ref());
    // Outside a shift nothing was to be made: that is not the same as none.
    let in_shift = |cell: ExportCell| if shift.is_some() { cell } else { ExportCell::Missing };
    vec![
        text(line.client_id.as_str()),
        text(line.line_id.as_str()),
        text(line.name.as_str()),
        shift.map_or(ExportCell::Missing, |shift| ExportCell::Date(shift.production_date)),
        shift.map_or(ExportCell::Missing, |shift| text(shift.shift_id.as_str())),
        in_shift(whole(line.made.get())),
        units(line.target_so_far),
        percent(line).map_or(ExportCell::Missing, whole),
        units(line.forecast),
        units(line.target),
        in_shift(whole(line.stopped.get())),
        in_shift(whole(line.defects.get())),
        time(line.last_count_at, clock),
        text(state.word()),
        state.stop().map_or(ExportCell::Missing, |stop| text(stop.reason.as_str())),
        time(state.stop().map(|stop| stop.started_at), clock),
        shift.map_or(ExportCell::Missing, |shift| ExportCell::YesNo(shift.closed)),
    ]
}

fn hour_cells(line: &LineBoard, hour: &HourOnBoard) -> Vec<ExportCell> {
    let stop = hour.main_stop.as_ref();
    vec![
        text(line.client_id.as_str()),
        text(line.line_id.as_str()),
        line.shift.as_ref().map_or(ExportCell::Missing, |shift| ExportCell::Date(shift.production_date)),
        text(hour.local_start.format("%H:%M").to_string()),
        units(hour.plan),
        whole(hour.made.get()),
        stop.map_or(ExportCell::Missing, |(name, _)| text(name.as_str())),
        stop.map_or(ExportCell::Missing, |(_, minutes)| whole(minutes.get())),
    ]
}

fn of_kpis(model: &Model) -> Vec<ViewTable> {
    let kpis = &model.kpis;
    match kpis.view() {
        View::Detail => {
            let level = kpis.detail.as_ref().and_then(|detail| detail.level());
            level.and_then(|level| level.data.value()).map(|detail| of_detail(detail)).unwrap_or_default()
        }
        View::Compare => kpis.data.value().map(|screen| vec![of_clients(screen)]).unwrap_or_default(),
        View::Panel => kpis.data.value().map(|screen| vec![of_panel(model, screen)]).unwrap_or_default(),
    }
}

/// The columns of KPIs behind those that say whose and of when they are.
fn kpi_columns(before: &[&'static str]) -> Vec<&'static str> {
    before.iter().copied().chain(ViewTable::KPI).collect()
}

fn panel_rows(whose: &str, window: Window, panel: &Panel) -> Vec<Vec<ExportCell>> {
    let whose = [text(whose), ExportCell::Date(window.from()), ExportCell::Date(window.to())];
    panel.values().iter().map(|value| whose.iter().cloned().chain(ViewTable::kpi(value)).collect()).collect()
}

fn of_panel(model: &Model, screen: &KpiScreen) -> ViewTable {
    let clients = model.seat.as_ref().map(|seat| seat.clients.as_slice()).unwrap_or_default();
    let names: Vec<&str> = clients.iter().map(|client| client.client_id.as_str()).collect();
    let mut columns = kpi_columns(&["clients", "from", "to"]);
    columns.push("value_before");
    let mut rows = panel_rows(&names.join(" "), screen.window, &screen.panel);
    for (row, value) in rows.iter_mut().zip(screen.panel.values()) {
        let before = screen.before.get(value.kpi).and_then(crate::kpi::KpiValue::value);
        row.push(before.map_or(ExportCell::Missing, ExportCell::Number));
    }
    ViewTable { name: "kpis", columns, rows }
}

fn of_clients(screen: &KpiScreen) -> ViewTable {
    let rows = screen.by_client.iter().flat_map(|(client, panel)| panel_rows(client.as_str(), screen.window, panel));
    ViewTable { name: "kpis-by-client", columns: kpi_columns(&["client_id", "from", "to"]), rows: rows.collect() }
}

/// The figure and its parts; its series; and what it was caused by, as far as that is in view.
fn of_detail(detail: &KpiDetail) -> Vec<ViewTable> {
    let row = |part: ExportCell, value| [part].into_iter().chain(ViewTable::kpi(value)).collect();
    let own = std::iter::once(row(ExportCell::Missing, &detail.value));
    let parts = own.chain(detail.children.iter().map(|child| row(text(child.label.as_str()), &child.value)));
    let series = detail.series.iter().map(|(period, sums)| {
        let mut cells = vec![text(period.to_string())];
        cells.extend(ratio_cells(detail.kpi, figure(detail.kpi, sums)));
        cells
    });
    let mut tables = vec![
        ViewTable { name: detail.kpi.as_str(), columns: kpi_columns(&["part"]), rows: parts.collect() },
        ViewTable {
            name: "series",
            columns: vec!["period", "kpi", "value", "numerator", "denominator"],
            rows: series.collect(),
        },
    ];
    tables.extend(detail.paretos.as_ref().map(|paretos| {
        let bar = |kind: &str, bar: &crate::kpi::pareto::Bar| {
            let share = ExportCell::Number(bar.share.value(100));
            vec![text(kind), text(bar.code.as_str()), text(bar.name.as_str()), whole(bar.amount), share]
        };
        let rows =
            paretos.iter().flat_map(|pareto| pareto.bars.iter().map(move |found| bar(pareto.kind.as_str(), found)));
        ViewTable {
            name: "causes",
            columns: vec!["pareto", "code", "name", "amount", "share_percent"],
            rows: rows.collect(),
        }
    }));
    tables
}

fn ratio_cells(kpi: Kpi, figure: Option<Ratio>) -> [ExportCell; 4] {
    let value = figure.map_or(ExportCell::Missing, |figure| ExportCell::Number(figure.value(kpi.unit().scale())));
    // A sigma level is no quotient of sums.
    let exact = figure.filter(|_| kpi != Kpi::SigmaLevel);
    let part = |part: Option<i128>| part.map_or(ExportCell::Missing, ExportCell::Whole);
    [text(kpi.to_string()), value, part(exact.map(Ratio::numerator)), part(exact.map(Ratio::denominator))]
}

fn of_isolation(model: &Model) -> ViewTable {
    let row = |found: &crate::service::AuditRow| {
        let result = if found.is_passed() { "ok" } else { "failed" };
        vec![
            text(found.origin()),
            text(result),
            text(found.what.as_str()),
            text(found.looked_at.as_str()),
            whole(found.count),
            text(found.wrong.join("; ")),
        ]
    };
    let columns = vec!["number", "result", "what", "looked_at", "count", "wrong"];
    ViewTable { name: "isolation", columns, rows: model.isolation.rows().iter().map(row).collect() }
}
