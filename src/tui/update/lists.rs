//! Moving in lists, filtering, sorting, opening; and choosing which clients are in view.

use super::{isolation, kpi, look};
use crate::domain::id::ClientId;
use crate::service::Choice;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::input::{Key, KeyName};
use crate::tui::layer::{About, Layer, Page, PickFor};
use crate::tui::model::{Model, Waiting};
use crate::tui::screen::list::{self, ListScreen};
use crate::tui::screen::list_title;
use crate::tui::screen::row_detail;
use crate::tui::screen::strip::{self, Shown};
use crate::tui::widget::pick::PickList;

/// The choice that stands for every client.
const ALL_CLIENTS: &str = "*";

/// Does something with the list in view.
pub fn act(model: &mut Model, action: Action) {
    match action {
        Action::NextList => return step_list(model, 1),
        Action::PreviousList => return step_list(model, -1),
        _ if model.shows_isolation() => return isolation::act(model, action),
        _ => {}
    }
    let rows = model.list_rows();
    let hidden = model.list().and_then(|list| list::hidden_column(model, list));
    let Some(screen) = model.list_screen_mut() else { return };
    match action {
        Action::Up => screen.select(screen.selected.saturating_sub(1), rows),
        Action::Down => screen.select(screen.selected + 1, rows),
        Action::PageUp => screen.select(screen.selected.saturating_sub(rows), rows),
        Action::PageDown => screen.select(screen.selected + rows, rows),
        Action::First => screen.select(0, rows),
        Action::Last => {
            screen.to_last = screen.page.value().is_none();
            screen.select(u64::MAX, rows);
        }
        Action::Open => return open(model),
        Action::Filter => screen.is_filtering = true,
        Action::KeepFilter => screen.is_filtering = false,
        Action::Clear | Action::DropFilter => {
            clear(model);
            return;
        }
        Action::Sort => {
            screen.sort_next(hidden);
            return from_the_top(model);
        }
        Action::ReverseSort => {
            match &mut screen.sort {
                Some(sort) => sort.descending = !sort.descending,
                None => screen.sort_next(hidden),
            }
            return from_the_top(model);
        }
        _ => {}
    }
    look::load_more(model);
}

fn from_the_top(model: &mut Model) {
    let Some(screen) = model.list_screen_mut() else { return };
    screen.selected = 0;
    screen.top = 0;
    let list = screen.list;
    look::load_list(model, list);
}

/// Takes the filter off, or goes back to the figure that led to the list; says whether there was anything to do.
pub fn clear(model: &mut Model) -> bool {
    let narrowing = model.list().and_then(|list| model.lists.narrowing(list));
    let own = narrowing.map(|narrowed| narrowed.filter.clone()).unwrap_or_default();
    let Some(screen) = model.list_screen_mut() else { return false };
    let is_filtering = std::mem::take(&mut screen.is_filtering);
    if screen.filter != own {
        screen.filter = own;
        from_the_top(model);
        return true;
    }
    is_filtering || kpi::return_from_entries(model)
}

/// Types into the filter; every letter narrows at once.
pub fn type_filter(model: &mut Model, key: Key) {
    let Some(screen) = model.list_screen_mut().filter(|screen| screen.is_filtering) else { return };
    match (key.typed(), key.name) {
        (Some(character), _) => screen.filter.push(character),
        (None, KeyName::Backspace) => {
            if screen.filter.pop().is_none() {
                screen.is_filtering = false;
            }
        }
        (None, _) => return,
    }
    from_the_top(model);
}

fn step_list(model: &mut Model, by: isize) {
    let all = strip::all(model);
    let Some(current) = strip::current(model) else { return };
    let at = all.iter().position(|shown| *shown == current).unwrap_or(0);
    let count = isize::try_from(all.len()).unwrap_or(1).max(1);
    let next = (isize::try_from(at).unwrap_or(0) + by).rem_euclid(count);
    match usize::try_from(next).ok().and_then(|next| all.get(next)) {
        Some(Shown::List(list)) => {
            model.isolation.is_shown = false;
            model.lists.show(model.tab, *list);
            look::reload(model);
        }
        Some(Shown::Isolation) => model.isolation.is_shown = true,
        None => {}
    }
}

fn open(model: &mut Model) {
    let page = model.list_screen().and_then(|screen: &ListScreen| {
        let row = screen.row()?;
        Some(Page {
            title: list_title(screen.list).to_owned(),
            lines: row_detail::detail(model, screen.list, row),
            top: 0,
            about: Some(About::Row { list: screen.list, client_id: row.client_id.clone(), key: row.key.clone() }),
        })
    });
    model.layers.extend(page.map(Layer::Page));
}

/// Types into a list to choose from.
pub fn type_into_pick(list: &mut PickList, key: Key) {
    match (key.typed(), key.name) {
        (Some(character), _) => list.type_character(character),
        (None, KeyName::Backspace) => list.backspace(),
        (None, _) => {}
    }
}

/// The clients of the person, as choices.
pub fn client_choices(model: &Model) -> Vec<Choice> {
    let clients = model.seat.as_ref().map(|seat| seat.all.as_slice()).unwrap_or_default();
    clients
        .iter()
        .map(|client| Choice {
            code: client.client_id.to_string(),
            number: None,
            name: client.name.clone(),
            more: client.clock.zone_name().to_owned(),
        })
        .collect()
}

/// Opens the list of clients, with those in view marked.
pub fn open_client_picker(model: &mut Model) {
    let Some(seat) = &model.seat else { return };
    let mut choices = client_choices(model);
    choices.insert(
        0,
        Choice {
            code: ALL_CLIENTS.to_owned(),
            number: None,
            name: model.language.say("all of your clients").to_owned(),
            more: String::new(),
        },
    );
    let mut list = PickList::new("Clients in view", choices);
    if seat.clients.len() < seat.all.len() {
        list.marked = seat.clients.iter().map(|client| client.client_id.to_string()).collect();
        if let Some(only) = seat.only_client() {
            list = list.at(only.client_id.as_str());
            list.marked.clear();
        }
    }
    model.layers.push(Layer::Pick(list, PickFor::Clients));
}

/// Has the marked clients in view, or the selected one where none is marked.
pub fn choose_clients(model: &mut Model, list: &PickList) {
    let selected = list.chosen().map(|choice| choice.code.clone());
    let mut wanted: Vec<String> = list.marked.iter().cloned().collect();
    if wanted.is_empty() {
        wanted.extend(selected);
    }
    let all = wanted.is_empty() || wanted.iter().any(|code| code == ALL_CLIENTS);
    let clients = (!all).then(|| wanted.iter().filter_map(|code| ClientId::parse(code).ok()).collect());
    let ticket = model.ticket();
    model.waiting = Some(Waiting::Narrow(ticket));
    model.send(Effect::Narrow(ticket, clients));
}
