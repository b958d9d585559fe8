//! What the keys do to the KPIs: windows, moving, comparing, and the way down to the entries and back up.

use super::look;
use crate::kpi::Window;
use crate::service::{Answer, KpiDetail, ListQuery, Place, Query};
use crate::tui::action::Action;
use crate::tui::form::window as form;
use crate::tui::layout;
use crate::tui::message::{Slot, Ticket};
use crate::tui::model::{Model, NoticeKind};
use crate::tui::screen::kpi::detail::{Below, DetailScreen};
use crate::tui::screen::kpi::window::WindowChoice;
use crate::tui::screen::kpi::{View, Way};
use crate::tui::screen::{Tab, kpi};

/// Does something with the KPIs in view.
pub fn act(model: &mut Model, action: Action) {
    let area = layout::areas(model.size).body;
    match action {
        Action::WindowToday => show_window(model, WindowChoice::Days(1)),
        Action::WindowShift => show_window(model, WindowChoice::ThisShift),
        Action::WindowWeek => show_window(model, WindowChoice::Days(7)),
        Action::WindowMonth => show_window(model, WindowChoice::Days(30)),
        Action::WindowQuarter => show_window(model, WindowChoice::Days(90)),
        Action::WindowYear => show_window(model, WindowChoice::Days(365)),
        Action::WindowDates => super::forms::open(model, form::filled(window_in_view(model))),
        Action::KpiUp => model.kpis.step(Way::Up, area),
        Action::KpiDown => model.kpis.step(Way::Down, area),
        Action::KpiLeft => model.kpis.step(Way::Left, area),
        Action::KpiRight => model.kpis.step(Way::Right, area),
        Action::FirstKpi => select_end(model, false),
        Action::LastKpi => select_end(model, true),
        Action::OpenKpi => open(model),
        Action::GoDown => go_down(model),
        Action::GoUp => go_up(model),
        Action::ShowEntries => show_entries_below(model),
        Action::CompareClients => compare(model),
        Action::SortClients => model.kpis.compare.worst_first = !model.kpis.compare.worst_first,
        Action::SeriesSpan => {
            let window = model.kpis.window;
            if let Some(detail) = &mut model.kpis.detail {
                detail.next_span(window);
            }
            load(model);
        }
        Action::ExplainKpi => look::open_page(model, kpi::explained(model)),
        _ => {}
    }
}

/// Shows the figures of a window.
pub fn show_window(model: &mut Model, window: WindowChoice) {
    model.kpis.window = window;
    load(model);
}

fn window_in_view(model: &Model) -> Option<Window> {
    let detail = model.kpis.detail.as_ref().and_then(|detail| detail.level()?.data.value());
    let panel = model.kpis.data.value().map(|screen| screen.window);
    detail.map(|detail| detail.window).or(panel)
}

/// Reads what is in view of the KPIs.
pub fn load(model: &mut Model) {
    let Some(today) = model.clock_of(None).map(|clock| clock.date(model.now)) else { return };
    let window = model.kpis.window;
    let Some((detail, query)) = model.kpis.detail.as_ref().and_then(|open| Some((open, open.query(window, today)?)))
    else {
        model.kpis.asked = Some(window);
        let ticket = model.ask(Slot::Kpis, Query::KpiPanel { window: window.query(today) });
        model.kpis.data.ask(ticket);
        return;
    };
    let asked = (window, detail.span(window));
    let ticket = model.ask(Slot::KpiDetail, Query::KpiDetail(query));
    model.kpis.change_level(|level| {
        level.asked = Some(asked);
        level.data.ask(ticket);
    });
}

/// Takes the figures of the panel, and asks for the series that take longer.
pub fn take_panel(model: &mut Model, ticket: Ticket, answer: Result<Answer, String>) {
    let mut figures = match answer {
        Ok(Answer::KpiPanel(figures)) => Ok(figures),
        Ok(_) => Err("the answer is not a panel".to_owned()),
        Err(why) => Err(why),
    };
    if let (Ok(figures), Some(known)) = (&mut figures, model.kpis.data.value()) {
        figures.keep_waiting_of(known);
    }
    let is_read = figures.is_ok();
    if model.kpis.data.answer(ticket, figures, model.now) && is_read {
        model.kpis.shown = model.kpis.asked;
        let today = model.clock_of(None).map(|clock| clock.date(model.now));
        if let Some((shown, today)) = model.kpis.shown.zip(today) {
            model.ask(Slot::WaitingDays, Query::WaitingDays { window: shown.query(today) });
        }
    }
}

/// Takes what waited day by day; without it the panel lacks two lines and nothing else.
pub fn take_waiting(model: &mut Model, answer: Option<Answer>) {
    if let (Some(Answer::WaitingDays(waiting)), Some(screen)) = (answer, model.kpis.data.value_mut()) {
        screen.take_waiting(&waiting);
    }
}

/// Takes the figures of the level in view; those of a level that was left are no longer wanted.
pub fn take_detail(model: &mut Model, ticket: Ticket, answer: Result<Answer, String>) {
    let now = model.now;
    let mut figures: Result<Box<KpiDetail>, String> = match answer {
        Ok(Answer::KpiDetail(figures)) => Ok(figures),
        Ok(_) => Err("the answer is not a KPI".to_owned()),
        Err(why) => Err(why),
    };
    let mut is_taken = false;
    model.kpis.change_level(|level| {
        if let (Ok(figures), Some(known)) = (&mut figures, level.data.value())
            && figures.paretos.is_none()
            && known.window == figures.window
        {
            figures.paretos.clone_from(&known.paretos);
        }
        let is_read = figures.is_ok();
        if level.data.answer(ticket, figures, now) && is_read {
            level.shown = level.asked;
            is_taken = true;
        }
    });
    let today = model.clock_of(None).map(|clock| clock.date(model.now));
    let query = today.zip(model.kpis.detail.as_ref()).and_then(|(today, open)| open.query(model.kpis.window, today));
    if let Some(query) = query.filter(|_| is_taken) {
        let ticket = model.ask(Slot::KpiCauses, Query::KpiCauses(query));
        model.kpis.change_level(|level| level.causes = Some(ticket));
    }
}

/// Takes the causes of the level in view; those of a level that was left are no longer wanted.
pub fn take_causes(model: &mut Model, ticket: Ticket, answer: Result<Answer, String>) {
    let causes = match answer {
        Ok(Answer::KpiCauses(causes)) => causes,
        Ok(_) => return,
        // The server's absence is told once, and the level's figures say that they are old.
        Err(_) if model.link.gone_since.is_some() => return,
        Err(why) => return model.say(NoticeKind::Refused, why),
    };
    model.kpis.change_level(|level| {
        if let Some(detail) = level.data.value_mut().filter(|_| level.causes == Some(ticket)) {
            detail.paretos = Some(causes);
        }
    });
}

fn select_end(model: &mut Model, to_end: bool) {
    if model.kpis.view() == View::Detail {
        return model.kpis.change_level(|level| level.select(if to_end { usize::MAX } else { 0 }));
    }
    let values = model.kpis.values();
    let end = if to_end { values.last() } else { values.first() };
    model.kpis.selected = end.map_or(model.kpis.selected, |value| value.kpi);
}

/// Opens the selected KPI in detail: of all clients in view, or of the one selected among them.
fn open(model: &mut Model) {
    if model.kpis.data.value().is_none() {
        return;
    }
    let client_id = if model.kpis.is_comparing { model.kpis.compared_client().cloned() } else { None };
    let name = match (&client_id, model.seat.as_ref().map(|seat| seat.clients.as_slice())) {
        (Some(client_id), _) => client_id.to_string(),
        (None, Some([only])) => only.name.clone(),
        (None, Some(several)) => model.language.tell("{n} clients", &[("n", &several.len())]),
        (None, None) => String::new(),
    };
    let place = Place { client_id, ..Place::default() };
    model.kpis.detail = Some(DetailScreen::new(model.kpis.selected, place, name));
    load(model);
}

fn go_down(model: &mut Model) {
    match model.kpis.detail.as_mut().map(DetailScreen::go_down) {
        Some(Below::Part) => load(model),
        Some(Below::Entries(query)) => show_entries(model, query),
        Some(Below::Nothing) | None => {}
    }
}

/// One step back: to the level above, from the highest to where the KPI was opened, from the clients to the panel.
fn go_up(model: &mut Model) {
    let is_above = model.kpis.detail.as_mut().is_some_and(DetailScreen::go_up);
    if !is_above && model.kpis.detail.take().is_none() {
        model.kpis.is_comparing = false;
    }
    load(model);
}

fn show_entries_below(model: &mut Model) {
    if let Some(query) = model.kpis.detail.as_ref().and_then(DetailScreen::entries) {
        show_entries(model, query);
    }
}

/// Shows a list narrowed to the entries below a figure.
fn show_entries(model: &mut Model, query: ListQuery) {
    let Some(tab) = Tab::ALL.iter().copied().find(|tab| tab.lists().contains(&query.list)) else { return };
    let Some(detail) = &model.kpis.detail else { return };
    let note = format!("{} {}", detail.kpi.short_name(), detail.trail());
    let list = query.list;
    model.lists.narrow(tab, query, note);
    model.tab = tab;
    look::load_list(model, list);
}

/// Goes from a narrowed list back to the figure that led there; says whether one did.
pub fn return_from_entries(model: &mut Model) -> bool {
    let is_narrowed = model.list().is_some_and(|list| model.lists.narrowing(list).is_some());
    if is_narrowed {
        model.lists.widen();
        model.tab = Tab::Kpis;
        load(model);
    }
    is_narrowed
}

fn compare(model: &mut Model) {
    let several = model.seat.as_ref().is_some_and(|seat| seat.clients.len() > 1);
    if !several {
        let key = model.keymap.key_of(Action::PickClients);
        return model.say(NoticeKind::Info, format!("only one client is in view; {key} chooses several"));
    }
    let was_in_detail = model.kpis.detail.take().is_some();
    model.kpis.is_comparing = was_in_detail || !model.kpis.is_comparing;
    load(model);
}
