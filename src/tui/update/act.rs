//! What each action does, wherever it came from: a key, the palette, a button.

use super::{
    admin, andon, dialog, entries, forms, gate, holds, isolation, kept, kpi, lists, lock, look, plant, shift, take_out,
    worklist,
};
use crate::domain::role::Role;
use crate::service::Command;
use crate::tui::action::Action;
use crate::tui::form::own::Own;
use crate::tui::form::{Form, FormKind};
use crate::tui::layer::{Layer, PickFor};
use crate::tui::model::{Model, NoticeKind};
use crate::tui::palette::PaletteState;

/// Does an action, or says why it is not for this person.
#[allow(clippy::too_many_lines, reason = "a table: every action stands once, with where it is done")]
pub fn act(model: &mut Model, action: Action) {
    if model.shows_andon() && !(model.gate_form.is_some() && action.is_for_gate()) {
        return andon::act(model, action);
    }
    if let Some(why) = model.refusal(action) {
        let label = model.keymap.row(action).map(|row| row.label.clone()).unwrap_or_default();
        model.say(NoticeKind::Refused, format!("{label}: {why}"));
        return;
    }
    if let Some(tab) = action.tab() {
        return look::show_tab(model, tab);
    }
    if let Some(step) = action.hold_step() {
        return entries::step_hold(model, step);
    }
    match action {
        Action::Help => look::open_help(model),
        Action::Palette => {
            let palette = PaletteState::of(model);
            model.layers.push(Layer::Palette(palette));
        }
        Action::PickClients => lists::open_client_picker(model),
        Action::Undo => entries::undo(model),
        Action::Reload => look::reload(model),
        Action::NextTab => look::step_tab(model, 1),
        Action::PreviousTab => look::step_tab(model, -1),
        Action::Unlock => forms::act(model, Action::CommitField),
        Action::Lock => lock::lock(model),
        Action::SwitchUser => gate::switch_user(model),
        Action::SetPin => forms::open(model, Form::new(FormKind::Own(Own::SetPin), None)),
        Action::ChangePassword => forms::open(model, Form::new(FormKind::Own(Own::ChangePassword), None)),
        Action::LogOut => dialog::ask_to_leave(model, false),
        Action::Quit => dialog::ask_to_leave(model, true),
        Action::Interrupt => interrupt(model),
        Action::SetupStep => admin::setup_step(model),
        Action::LogCount | Action::StartStop | Action::LogStop | Action::OpenHold => entries::open(model, action),
        Action::EndStop => entries::end_stop(model),
        Action::ClassifyStop => entries::classify_stop(model),
        Action::ShowAndon => andon::ask_to_begin(model),
        Action::AndonNext | Action::AndonPrevious | Action::AndonPause => {}
        Action::SeeAlarms => look::open_alarms(model),
        Action::ReviewShift => shift::review(model),
        Action::SignHour => shift::sign_hour(model),
        Action::ShowDone => entries::show_done(model),
        Action::ShowKept => kept::show(model),
        Action::ClassifyAll => worklist::begin(model),
        Action::CorrectEntry => entries::correct(model),
        Action::SplitStop => entries::split_stop(model),
        Action::RemoveEntry => entries::remove(model),
        Action::HoldHistory
        | Action::HoldQueue
        | Action::HoldTag
        | Action::NewRow
        | Action::EditRow
        | Action::RemoveRow
        | Action::TakeAttendance
        | Action::CoverAbsence
        | Action::ShowWeek
        | Action::ReleaseOrder
        | Action::StartOrder
        | Action::CompleteOrder
        | Action::DeliverOrder
        | Action::CancelOrder => plant::act(model, action),
        Action::AddRecord => admin::add_record(model),
        Action::ToggleActive => admin::toggle_active(model),
        Action::AssignClient => admin::assign_client(model),
        Action::ChangeRole => admin::change_role(model),
        Action::ResetUser => admin::reset_user(model),
        Action::IsolationAudit => isolation::show(model),
        Action::ExportView => take_out::export(model),
        Action::CopyRow => take_out::copy_row(model),
        Action::CopyCell => take_out::pick_cell(model),
        Action::LineUp
        | Action::LineDown
        | Action::FirstLine
        | Action::LastLine
        | Action::LinePageUp
        | Action::LinePageDown
        | Action::NextAbnormal
        | Action::FreezeBoard
        | Action::OpenLine => look::act(model, action),
        Action::WindowToday
        | Action::WindowShift
        | Action::WindowDates
        | Action::WindowWeek
        | Action::WindowMonth
        | Action::WindowQuarter
        | Action::WindowYear
        | Action::KpiUp
        | Action::KpiDown
        | Action::KpiLeft
        | Action::KpiRight
        | Action::FirstKpi
        | Action::LastKpi
        | Action::OpenKpi
        | Action::GoDown
        | Action::GoUp
        | Action::ShowEntries
        | Action::CompareClients
        | Action::SortClients
        | Action::SeriesSpan
        | Action::ExplainKpi => kpi::act(model, action),
        Action::Up
        | Action::Down
        | Action::PageUp
        | Action::PageDown
        | Action::First
        | Action::Last
        | Action::Open
        | Action::Filter
        | Action::Clear
        | Action::Sort
        | Action::ReverseSort
        | Action::NextList
        | Action::PreviousList
        | Action::KeepFilter
        | Action::DropFilter => lists::act(model, action),
        _ => act_on_layer(model, action),
    }
}

fn act_on_layer(model: &mut Model, action: Action) {
    match action {
        Action::CommitField
        | Action::Save
        | Action::NextField
        | Action::PreviousField
        | Action::ShowChoices
        | Action::FieldHelp
        | Action::ResetField
        | Action::CopyLast
        | Action::LeaveForm => forms::act(model, action),
        Action::ChoiceUp
        | Action::ChoiceDown
        | Action::ChoicePageUp
        | Action::ChoicePageDown
        | Action::Choose
        | Action::MarkChoice
        | Action::DiscardKept
        | Action::LeaveChoices => act_on_choices(model, action),
        Action::NextButton | Action::PreviousButton | Action::PressButton | Action::LeaveDialog => {
            dialog::act(model, action);
        }
        Action::ScrollUp | Action::ScrollDown | Action::ScrollPageUp | Action::ScrollPageDown | Action::ClosePage => {
            look::act_on_page(model, action);
        }
        _ => {}
    }
}

fn act_on_choices(model: &mut Model, action: Action) {
    if model.form().is_some_and(|form| form.pick.is_some()) {
        return forms::act_on_choices(model, action);
    }
    let list = match model.layers.last_mut() {
        Some(Layer::Palette(palette)) => &mut palette.list,
        Some(Layer::Pick(list, _)) => list,
        _ => return,
    };
    match action {
        Action::ChoiceUp => list.step(-1),
        Action::ChoiceDown => list.step(1),
        Action::ChoicePageUp => list.page(-1),
        Action::ChoicePageDown => list.page(1),
        Action::MarkChoice => {
            list.mark();
            list.query.clear();
        }
        Action::DiscardKept => {
            if let Some(code) = list.chosen().map(|choice| choice.code.clone()) {
                model.layers.pop();
                kept::ask_to_discard(model, &code);
            }
        }
        Action::LeaveChoices => {
            model.layers.pop();
        }
        Action::Choose => choose(model),
        _ => {}
    }
}

fn choose(model: &mut Model) {
    match model.layers.pop() {
        Some(Layer::Palette(palette)) => {
            if let Some(action) = palette.chosen(model) {
                act(model, action);
            }
        }
        Some(Layer::Pick(list, PickFor::Clients)) => lists::choose_clients(model, &list),
        Some(Layer::Pick(list, PickFor::FormClient(action))) => {
            if let Some(choice) = list.chosen() {
                entries::open_for(model, action, &choice.code.clone());
            }
        }
        Some(Layer::Pick(list, PickFor::Assignment { login, has })) => {
            if let Some(choice) = list.chosen() {
                admin::assign(model, login, &has, &choice.code.clone());
            }
        }
        Some(Layer::Pick(list, PickFor::Role(login))) => {
            if let Some(role) = list.chosen().and_then(|choice| Role::parse(&choice.code)) {
                forms::run(model, Command::SetRole { login, role });
            }
        }
        Some(Layer::Pick(list, PickFor::Review(review))) => {
            if let Some(number) = list.chosen().and_then(|choice| choice.number) {
                shift::choose(model, &review, number);
            }
        }
        Some(Layer::Pick(list, PickFor::WaitingHold(holds))) => {
            if let Some(number) = list.chosen().and_then(|choice| choice.number) {
                holds::go_to(model, &holds, number);
            }
        }
        Some(Layer::Pick(list, PickFor::Kept)) => {
            if let Some(choice) = list.chosen() {
                kept::choose(model, &choice.code.clone());
            }
        }
        Some(Layer::Pick(list, PickFor::Copy(texts))) => {
            let place = list.chosen().and_then(|choice| usize::try_from(choice.number? - 1).ok());
            if let Some(text) = place.and_then(|place| texts.get(place)) {
                take_out::copy(model, text);
            }
        }
        Some(Layer::Pick(list, PickFor::Undo(ways))) => {
            let place = list.chosen().and_then(|choice| usize::try_from(choice.number? - 1).ok());
            if let Some(way) = place.and_then(|place| ways.get(place)) {
                entries::take_back(model, way);
            }
        }
        Some(other) => model.layers.push(other),
        None => {}
    }
}

/// Ctrl-C: first clears what is open, then quits.
fn interrupt(model: &mut Model) {
    if model.waiting.is_some() {
        model.held.clear();
        model.say(NoticeKind::Info, "still working; ctrl-c again has no effect until it is done");
        return;
    }
    if let Some(lock) = &mut model.lock {
        return lock::clear_secrets(&mut lock.form);
    }
    if let Some(Layer::Form(_)) = model.layers.last() {
        return forms::ask_to_leave(model);
    }
    if model.layers.pop().is_some() {
        return;
    }
    if model.seat.is_none() || model.shows_andon() {
        return gate::interrupt(model);
    }
    if lists::clear(model) {
        return;
    }
    dialog::ask_to_leave(model, true);
}
