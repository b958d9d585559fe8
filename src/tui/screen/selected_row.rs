//! The row that is selected, as titles and texts: what is copied of it. The texts are those on the screen, cleaned, with
//! nothing cut off.

use super::Tab;
use super::board::LineState;
use super::kpi::View;
use crate::domain::list::Column;
use crate::domain::text::shown;
use crate::kpi::KpiValue;
use crate::tui::model::Model;
use crate::tui::widget::Pen;
use crate::tui::widget::cell::said;

/// The cells of the selected row with their titles; none where nothing is selected.
pub fn cells(model: &Model) -> Vec<(String, String)> {
    let pen = model.pen();
    let found = match model.tab {
        Tab::Shift => of_board(model, &pen),
        Tab::Kpis => of_kpis(model, &pen),
        Tab::Admin if model.shows_isolation() => of_isolation(model, &pen),
        _ => of_list(model, &pen),
    };
    let clean = |(title, text): (String, String)| (title, shown(&text).into_owned());
    found.into_iter().map(clean).collect()
}

fn of_list(model: &Model, pen: &Pen) -> Vec<(String, String)> {
    let Some((list, row)) = model.list_screen().and_then(|screen| Some((screen.list, screen.row()?))) else {
        return Vec::new();
    };
    let in_table = list.columns().iter().zip(&row.cells).filter(|(column, _)| column.rank != Column::DETAIL);
    in_table.map(|(column, cell)| (pen.say(column.title).to_owned(), said(pen, cell, column, 16, ""))).collect()
}

fn titled<const COUNT: usize>(pen: &Pen, cells: [(&str, String); COUNT]) -> Vec<(String, String)> {
    cells.into_iter().map(|(title, text)| (pen.say(title).to_owned(), text)).collect()
}

fn of_board(model: &Model, pen: &Pen) -> Vec<(String, String)> {
    let Some(line) = model.board.line() else { return Vec::new() };
    let clock = model.clock_of(Some(&line.client_id));
    let time = |at| clock.map_or_else(String::new, |clock| clock.local(at).format("%H:%M").to_string());
    let known =
        |units: Option<crate::domain::measure::Units>| units.map_or_else(String::new, |units| units.to_string());
    let state = LineState::of(line);
    titled(
        pen,
        [
            ("Client", line.client_id.to_string()),
            ("Line", line.line_id.to_string()),
            ("Name", line.name.clone()),
            ("Made", line.made.to_string()),
            ("Due now", known(line.target_so_far)),
            ("Forecast", known(line.forecast)),
            ("Target", known(line.target)),
            ("Defects", line.defects.to_string()),
            ("Last count", line.last_count_at.map_or_else(String::new, time)),
            ("State", state.text(pen)),
            ("Reason", state.stop().map_or_else(String::new, |stop| stop.reason.clone())),
        ],
    )
}

fn of_kpis(model: &Model, pen: &Pen) -> Vec<(String, String)> {
    let kpis = &model.kpis;
    match kpis.view() {
        View::Panel => kpis.value().map(|value| of_value(pen, "", value)).unwrap_or_default(),
        View::Compare => {
            let compared = kpis.compared_client().zip(kpis.data.value()).and_then(|(client, screen)| {
                let (_, panel) = screen.by_client.iter().find(|(known, _)| known == client)?;
                Some(of_value(pen, client.as_str(), panel.get(kpis.selected)?))
            });
            compared.unwrap_or_default()
        }
        View::Detail => {
            let level = kpis.detail.as_ref().and_then(|detail| detail.level());
            let part = level.and_then(|level| level.child()).map(|child| of_value(pen, &child.label, &child.value));
            let own = || level.and_then(|level| Some(of_value(pen, &level.name, &level.data.value()?.value)));
            part.or_else(own).unwrap_or_default()
        }
    }
}

fn of_value(pen: &Pen, part: &str, value: &KpiValue) -> Vec<(String, String)> {
    let target = value.target.map_or_else(String::new, |_| value.target_number());
    let mut cells = titled(
        pen,
        [
            ("Where", part.to_owned()),
            ("KPI", pen.say(value.kpi.name()).to_owned()),
            ("Value", value.text()),
            ("Target", target),
            ("State", super::kpi::standing_of(pen, value)),
        ],
    );
    cells.retain(|(_, text)| !text.is_empty());
    cells
}

fn of_isolation(model: &Model, pen: &Pen) -> Vec<(String, String)> {
    let Some(found) = model.isolation.row() else { return Vec::new() };
    titled(
        pen,
        [
            ("No.", found.origin()),
            ("Result", if found.is_passed() { "ok" } else { "FAILED" }.to_owned()),
            ("Looked at", format!("{} {}", found.count, found.looked_at)),
            ("What has to be so", found.what.clone()),
            ("What is wrong", found.wrong.join("; ")),
        ],
    )
}
