//! The pure step by itself: no plant, no runner, messages in and effects out.

use super::*;
use crate::domain::clock::{Instant, PlantClock};
use crate::domain::id::ClientId;
use crate::domain::list::{List, Page};
use crate::domain::role::Role;
use crate::domain::scope::ScopedClient;
use crate::service::{Answer, Command, Query, Receipt};
use crate::tui::capability::{Capability, Palette};
use crate::tui::keymap::Keymap;
use crate::tui::message::{Entry, Gate, Outcome, Refusal, Refused, Seat, Slot, Ticket};
use crate::tui::screen::Tab;
use crate::tui::screen::list::ListScreen;
use crate::tui::theme::Theme;
use crate::tui::undo::Undo;

fn model() -> Model {
    let theme = Theme::built_in(Palette::Mono).expect("theme");
    let keymap = Keymap::built_in().expect("keymap");
    let mut model = Model::new(keymap, theme, Capability::PLAIN, Rect::new(0, 0, 80, 24), Instant(0));
    begin(&mut model);
    answer(&mut model, 1, Outcome::Gate(Ok(Gate::default())));
    model
}

fn seat(role: Role) -> Seat {
    let clock = PlantClock::parse("UTC").expect("zone");
    let client = ScopedClient { client_id: ClientId::parse("ACME").expect("id"), name: "Acme".into(), clock };
    Seat {
        login: "ann".into(),
        full_name: "Ann".into(),
        role,
        all: vec![client.clone()],
        clients: vec![client],
        ends_at: Instant(i64::MAX),
    }
}

fn inside(role: Role) -> Model {
    let mut model = model();
    let effects = keys(&mut model, "ann<enter>secret<enter>");
    let Some(Effect::LogIn { ticket, .. }) = effects.last() else { panic!("{effects:?}") };
    let ticket = ticket.0;
    answer(&mut model, ticket, Outcome::Entered(Ok(Entry::In(seat(role)))));
    model
}

fn keys(model: &mut Model, story: &str) -> Vec<Effect> {
    Input::story(story).expect("story").into_iter().flat_map(|input| update(model, Msg::Input(input))).collect()
}

fn answer(model: &mut Model, ticket: u64, outcome: Outcome) -> Vec<Effect> {
    update(model, Msg::Answer(Ticket(ticket), Box::new(outcome)))
}

fn asked(effects: &[Effect], slot: Slot) -> Ticket {
    let find = |effect: &Effect| match effect {
        Effect::Ask(ticket, other, _) if *other == slot => Some(*ticket),
        _ => None,
    };
    effects.iter().rev().find_map(find).unwrap_or_else(|| panic!("not asked: {effects:?}"))
}

fn page(total: u64) -> Outcome {
    let page = Page { list: List::Production, offset: 0, total, more: false, since: None, rows: Vec::new() };
    Outcome::Answered(Slot::List(List::Production), Ok(Answer::Page(page)))
}

#[test]
fn an_answer_that_is_no_longer_wanted_is_dropped() {
    let mut model = inside(Role::Operator);
    let first = asked(&keys(&mut model, "2"), Slot::List(List::Production));
    let second = asked(&keys(&mut model, "/x"), Slot::List(List::Production));
    answer(&mut model, first.0, page(111));
    assert_eq!(model.list_screen().map(ListScreen::total), Some(0), "the older answer came late");
    answer(&mut model, second.0, page(5));
    assert_eq!(model.list_screen().map(ListScreen::total), Some(5));
}

#[test]
fn figures_of_another_scope_are_forgotten_before_new_ones_come() {
    let mut model = inside(Role::Admin);
    let ticket = asked(&keys(&mut model, "2"), Slot::List(List::Production));
    answer(&mut model, ticket.0, page(5));
    let effects = keys(&mut model, "c<enter>");
    let Some(Effect::Narrow(narrow, _)) = effects.last() else { panic!("{effects:?}") };
    let narrow = narrow.0;
    answer(&mut model, narrow, Outcome::Narrowed(Ok(seat(Role::Admin))));
    assert!(model.list_screen().is_some_and(|screen| screen.page.value().is_none()));
}

#[test]
fn keys_wait_while_something_is_saved_and_are_taken_afterwards() {
    let mut model = inside(Role::Operator);
    let undo = Command::ResetUser { login: "x".into() };
    model.remember(Undo { done: "done".into(), command: undo, left: None });
    let effects = keys(&mut model, "2u3");
    let Some(Effect::Run(ticket, _)) = effects.iter().find(|effect| matches!(effect, Effect::Run(..))) else {
        panic!("{effects:?}")
    };
    assert_eq!(model.tab, Tab::Production, "3 waits");
    let ticket = ticket.0;
    answer(&mut model, ticket, Outcome::Done(Ok(Box::new((Receipt::done("taken back"), None)))));
    assert_eq!(model.tab, Tab::Downtime);
}

#[test]
fn a_password_is_in_no_debug_text() {
    let mut model = model();
    keys(&mut model, "ann<enter>gurkensalat");
    assert!(!format!("{model:?}").contains("gurken"));
    let effects = keys(&mut model, "<enter>");
    assert_eq!(effects.len(), 1);
    assert!(!format!("{effects:?}").contains("gurken"), "{effects:?}");
}

#[test]
fn a_refused_key_asks_for_nothing_outside() {
    let mut model = inside(Role::Operator);
    keys(&mut model, "4");
    let effects = keys(&mut model, "a");
    assert!(effects.is_empty(), "{effects:?}");
    assert!(model.notice.as_ref().is_some_and(|notice| notice.text.contains("LEADER")));
}

#[test]
fn a_failure_keeps_the_old_rows_and_says_so() {
    let mut model = inside(Role::Operator);
    let ticket = asked(&keys(&mut model, "2"), Slot::List(List::Production));
    answer(&mut model, ticket.0, page(5));
    let ticket = asked(&keys(&mut model, "<f5>"), Slot::List(List::Production));
    let refusal = Refusal { text: "the disk is gone".into(), rejects: Vec::new(), sort: Refused::Only };
    answer(&mut model, ticket.0, Outcome::Answered(Slot::List(List::Production), Err(refusal)));
    let screen = model.list_screen().expect("list");
    assert_eq!((screen.total(), screen.page.failure()), (5, Some("the disk is gone")));
}

#[test]
fn old_figures_are_read_anew_by_the_clock_and_young_ones_are_not() {
    let mut model = inside(Role::Operator);
    let effects = keys(&mut model, "2");
    let open: Vec<(Ticket, Slot)> = model.asked.iter().map(|(ticket, slot)| (*ticket, *slot)).collect();
    for (ticket, slot) in open.into_iter().filter(|(_, slot)| *slot != Slot::List(List::Production)) {
        let refusal = Refusal { text: "later".into(), rejects: Vec::new(), sort: Refused::Only };
        answer(&mut model, ticket.0, Outcome::Answered(slot, Err(refusal)));
    }
    answer(&mut model, asked(&effects, Slot::List(List::Production)).0, page(5));
    assert!(update(&mut model, Msg::Clock(Instant(10_000))).is_empty());
    let effects = update(&mut model, Msg::Clock(Instant(60_000)));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Ask(_, _, Query::List(_)))), "{effects:?}");
}
