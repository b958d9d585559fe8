//! Looking: which screen is in view, what it reads, and the pages that explain it.

use super::{isolation, page_again};
use crate::domain::id::EntryId;
use crate::domain::list::List;
use crate::service::Query;
use crate::tui::action::Action;
use crate::tui::alarm::{self, Priority, Rule};
use crate::tui::layer::{Layer, Page, PageLine};
use crate::tui::layout;
use crate::tui::message::Slot;
use crate::tui::model::{Model, NoticeKind};
use crate::tui::palette;
use crate::tui::screen::anchor::Anchor;
use crate::tui::screen::isolation::IsolationScreen;
use crate::tui::screen::kpi::KpiScreen;
use crate::tui::screen::{Tab, board, list};
use crate::tui::widget::page::last_top;

/// Figures of the screen in view are read anew when they are older than this.
const STALE_MILLIS: i64 = 30_000;

/// Goes to a screen.
pub fn show_tab(model: &mut Model, tab: Tab) {
    let Some(seat) = &model.seat else { return };
    if !tab.is_for(seat.role) {
        return;
    }
    model.lists.widen();
    model.tab = tab;
    model.notice = None;
    let visible = list::visible_lists(model);
    if let Some(first) = visible.first()
        && !model.list().is_some_and(|list| visible.contains(&list))
    {
        model.lists.show(tab, *first);
    }
    reload(model);
}

/// Goes to the screen after or before this one.
pub fn step_tab(model: &mut Model, by: isize) {
    let Some(seat) = &model.seat else { return };
    let tabs: Vec<Tab> = Tab::ALL.iter().copied().filter(|tab| tab.is_for(seat.role)).collect();
    let at = tabs.iter().position(|tab| *tab == model.tab).unwrap_or(0);
    let count = isize::try_from(tabs.len()).unwrap_or(1).max(1);
    let next = (isize::try_from(at).unwrap_or(0) + by).rem_euclid(count);
    if let Some(tab) = usize::try_from(next).ok().and_then(|next| tabs.get(next)) {
        show_tab(model, *tab);
    }
}

/// Reads what is in view anew.
pub fn reload(model: &mut Model) {
    // Whatever was told before is in what is read from now on.
    model.link.is_behind = false;
    load_board(model);
    if model.setup.value().is_none() {
        load_setup(model);
    }
    match model.tab {
        Tab::Shift => {}
        Tab::Kpis => super::kpi::load(model),
        Tab::Admin if model.shows_isolation() => {}
        Tab::Production | Tab::Downtime | Tab::Holds | Tab::Quality | Tab::People | Tab::Orders | Tab::Admin => {
            if let Some(list) = model.list() {
                load_list(model, list);
            }
        }
    }
}

/// Reads what is in view anew and leaves everything where it stands: the selected row stays selected and where it is on
/// the screen, whatever came or went.
pub fn refresh(model: &mut Model) {
    reload(model);
    page_again::ask(model);
    if let Some(screen) = model.list_screen_mut() {
        screen.anchor = Anchor::Row;
    }
}

/// Does so if what is in view is old; called by the clock.
pub fn refresh_old(model: &mut Model) {
    // The audit may take long; the rest is read anew meanwhile.
    let is_asking = model.asked.values().any(|slot| *slot != Slot::IsolationAudit);
    if model.seat.is_none() || model.lock.is_some() || model.link.gone_since.is_some() || is_asking {
        return;
    }
    let at = match model.tab {
        Tab::Shift => model.board.data.at(),
        Tab::Kpis => model.kpis.age().0,
        Tab::Admin if model.shows_isolation() => None,
        Tab::Production | Tab::Downtime | Tab::Holds | Tab::Quality | Tab::People | Tab::Orders | Tab::Admin => {
            model.list_screen().and_then(|screen| screen.page.at())
        }
    };
    if at.is_some_and(|at| model.now.0 - at.0 >= STALE_MILLIS) {
        refresh(model);
    }
}

/// After something was saved: what is in view, and what a new plant lacks. The entry that was saved is selected, where it
/// is in view.
pub fn after_change(model: &mut Model, entry: Option<EntryId>) {
    load_setup(model);
    reload(model);
    if let Some(screen) = model.list_screen_mut() {
        screen.anchor = entry.map_or(Anchor::Row, Anchor::Entry);
    }
}

/// Forgets all figures: those of another scope must not be seen.
pub fn forget(model: &mut Model) {
    model.lists = super::super::screen::list::ListScreens::default();
    model.board = super::super::screen::board::BoardScreen::default();
    let (window, selected, is_comparing) = (model.kpis.window, model.kpis.selected, model.kpis.is_comparing);
    let is_comparing = is_comparing && model.seat.as_ref().is_some_and(|seat| seat.clients.len() > 1);
    model.kpis = KpiScreen { window, selected, is_comparing, ..KpiScreen::default() };
    model.alarms = crate::tui::alarm::AlarmBook::default();
    model.isolation = IsolationScreen { is_shown: model.isolation.is_shown, ..IsolationScreen::default() };
    model.setup = crate::tui::loaded::Loaded::Idle;
    model.asked.clear();
}

fn load_board(model: &mut Model) {
    if model.board.frozen_at.is_some() {
        return;
    }
    let ticket = model.ask(Slot::Board, Query::Board);
    model.board.data.ask(ticket);
}

fn load_setup(model: &mut Model) {
    let ticket = model.ask(Slot::Setup, Query::Setup);
    model.setup.ask(ticket);
}

/// Reads a list's window around its selection.
pub fn load_list(model: &mut Model, list: List) {
    let screen = model.lists.get_or_new(list);
    screen.anchor = Anchor::Position;
    let query = screen.query();
    let ticket = model.ask(Slot::List(list), Query::List(query));
    model.lists.get_or_new(list).page.ask(ticket);
}

/// Reads further rows if the selection came near the edge of those that are loaded.
pub fn load_more(model: &mut Model) {
    let needed = model
        .list_screen()
        .filter(|screen| screen.needs_rows() && screen.page.failure().is_none())
        .map(|screen| screen.list);
    if let Some(list) = needed {
        load_list(model, list);
        model.lists.get_or_new(list).anchor = Anchor::Row;
    }
}

/// Shows what the keys do here.
pub fn open_help(model: &mut Model) {
    let language = model.language;
    let mut lines = vec![PageLine::Text(language.say(model.tab.help().trim()).to_owned())];
    let mut shown: Vec<Action> = Vec::new();
    for context in palette::help_contexts(model) {
        lines.extend([PageLine::Blank, PageLine::Heading(language.say(context.heading()).to_owned())]);
        for row in model.keymap.rows_of(context).filter(|row| !shown.contains(&row.action)) {
            let keys = row.all_keys();
            lines.push(match model.refusal(row.action) {
                Some(why) => PageLine::Off(keys, format!("{} ({why})", row.help)),
                None => PageLine::Pair(keys, row.help.clone()),
            });
        }
        shown.extend(model.keymap.rows_of(context).map(|row| row.action));
    }
    model.layers.push(Layer::Page(Page {
        title: format!("{}: {}", language.say("Help"), language.say(model.tab.as_str())),
        lines,
        top: 0,
        about: None,
    }));
}

/// Shows the alarms with what each asks of whom; they have been seen then.
pub fn open_alarms(model: &mut Model) {
    let language = model.language;
    let Some(board) = model.board.data.value() else { return };
    let alarms = alarm::of_board(board, language, model.now);
    let mut lines = Vec::new();
    if alarms.is_empty() {
        lines.push(PageLine::Text(language.say("No alarms").to_owned()));
    }
    let glyphs = model.capability.glyphs();
    for alarm in &alarms {
        let shape = match alarm.priority() {
            Priority::High => glyphs.alarm,
            Priority::Medium => glyphs.warn,
            Priority::Low => glyphs.good,
        };
        let new = if model.alarms.is_new(alarm) { format!(" {}", language.say("NEW")) } else { String::new() };
        let name = format!("{shape} {}{new}", alarm.priority().letter());
        lines.push(PageLine::Pair(name, format!("{}: {}", alarm.name, alarm.text)));
    }
    let rules = Rule::ALL.into_iter().filter(|rule| alarms.iter().any(|alarm| alarm.rule() == *rule));
    for rule in rules {
        lines.push(PageLine::Blank);
        lines.push(PageLine::Text(format!("{}: {}", rule.priority().letter(), language.say(rule.response()))));
    }
    model.alarms.see(&alarms);
    model.layers.push(Layer::Page(Page { title: language.say("Alarms").to_owned(), lines, top: 0, about: None }));
}

/// Moves on the board.
pub fn act(model: &mut Model, action: Action) {
    match action {
        Action::LineUp => model.board.step(-1),
        Action::LineDown => model.board.step(1),
        Action::FirstLine => model.board.select(0),
        Action::LastLine => model.board.select(usize::MAX),
        Action::LinePageUp => page_lines(model, -1),
        Action::LinePageDown => page_lines(model, 1),
        Action::NextAbnormal => next_abnormal(model),
        Action::FreezeBoard => freeze(model),
        Action::OpenLine => open_page(model, board::explained(model)),
        _ => {}
    }
}

/// Shows a page, or says that there is none.
pub fn open_page(model: &mut Model, page: Option<(String, Vec<PageLine>)>) {
    match page {
        Some((title, lines)) => model.layers.push(Layer::Page(Page { title, lines, top: 0, about: None })),
        None => model.say(NoticeKind::Info, "there is nothing to explain yet"),
    }
}

/// Has the board stand still to be read, or go on.
fn freeze(model: &mut Model) {
    if model.board.frozen_at.take().is_none() {
        model.board.frozen_at = Some(model.now);
        let key = model.keymap.key_of(Action::FreezeBoard);
        let text = model.language.tell("the board stands still; {key} lets it go on", &[("key", &key)]);
        model.say(NoticeKind::Info, text);
    } else {
        load_board(model);
    }
}

fn page_lines(model: &mut Model, by: isize) {
    if let Some(line) = board::paged(model, layout::areas(model.size).body, by) {
        model.board.select(line);
    }
}

fn next_abnormal(model: &mut Model) {
    if model.shows_isolation() {
        return isolation::act(model, Action::NextAbnormal);
    }
    let (found, none) = match model.tab {
        Tab::Kpis => (model.kpis.select_next_abnormal(), "no KPI is off its target"),
        _ => (model.board.select_next_abnormal(), "no line is stopped or behind"),
    };
    if !found {
        model.say(NoticeKind::Info, none);
    }
}

/// Scrolls and closes pages.
pub fn act_on_page(model: &mut Model, action: Action) {
    let (pen, area) = (model.pen(), layout::areas(model.size).body);
    let page_rows = usize::from(area.height.saturating_sub(5)).max(1);
    let Some(Layer::Page(page)) = model.layers.last_mut() else { return };
    let last = last_top(&pen, page, area);
    match action {
        Action::ScrollUp => page.top = page.top.saturating_sub(1),
        Action::ScrollDown => page.top = (page.top + 1).min(last),
        Action::ScrollPageUp => page.top = page.top.saturating_sub(page_rows),
        Action::ScrollPageDown => page.top = (page.top + page_rows).min(last),
        _ => {
            model.layers.pop();
        }
    }
}
