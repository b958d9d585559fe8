//! Opening the forms of quality, people, orders and master data from the lists they belong to, and what they lead to.

use super::{entries, forms, holds, look};
use crate::domain::entity::Entity;
use crate::domain::hold::HoldStep;
use crate::domain::id::{ClientId, EmployeeNumber, EntryId, LineId, ShiftId, WorkOrderId};
use crate::domain::list::{Cell, List};
use crate::domain::order::{OrderStatus, OrderStep};
use crate::domain::role::Permission;
use crate::domain::scope::ScopedClient;
use crate::service::{Answer, AttendanceWeek, ClientSettings, Command, Crew, HoldOffer, Query, RemoveRow, StepOrder};
use crate::tui::action::Action;
use crate::tui::form::plant::PlantForm;
use crate::tui::form::row::{self, RowForm};
use crate::tui::form::{Form, FormKind, inspection};
use crate::tui::layer::{About, Layer, Page, PageLine};
use crate::tui::message::{Refusal, Slot};
use crate::tui::model::{Model, NoticeKind};

/// Does something on the screens of quality, people, orders and administration.
pub fn act(model: &mut Model, action: Action) {
    match action {
        Action::NewRow => new_row(model),
        Action::EditRow => edit_row(model),
        Action::RemoveRow => remove_row(model),
        Action::TakeAttendance => ask_for_crew(model, None),
        Action::CoverAbsence => cover(model),
        Action::ShowWeek => show_week(model),
        Action::ReleaseOrder => step_order(model, OrderStep::Release),
        Action::StartOrder => step_order(model, OrderStep::Start),
        Action::CompleteOrder => step_order(model, OrderStep::Complete),
        Action::DeliverOrder => step_order(model, OrderStep::Deliver),
        Action::CancelOrder => step_order(model, OrderStep::Cancel),
        Action::HoldHistory => holds::show_history(model),
        Action::HoldQueue => holds::show_queue(model),
        Action::HoldTag => holds::write_tag(model),
        _ => {}
    }
}

/// What the list in view adds.
fn kind_of(model: &Model) -> Option<FormKind> {
    let list = model.list()?;
    let entity = match list {
        List::Quality => return Some(FormKind::Plant(PlantForm::Inspection)),
        list => row::entity_of(list)?,
    };
    Some(FormKind::Plant(PlantForm::Row(RowForm { entity, known: None })))
}

/// The right it takes to keep what the list in view holds.
const fn needs(list: List) -> Permission {
    match list {
        List::Quality | List::Attendance => Permission::Enter,
        List::Coverage => Permission::Cover,
        List::WorkOrders | List::Jobs => Permission::KeepOrders,
        List::Targets => Permission::SetTargets,
        List::Clients | List::Users => Permission::KeepAccounts,
        _ => Permission::KeepMasterData,
    }
}

/// Whether the person may keep the list in view; says why not.
fn may(model: &mut Model) -> bool {
    let (Some(list), Some(seat)) = (model.list(), &model.seat) else { return false };
    let (role, needs) = (seat.role, needs(list));
    if !role.may(needs) {
        model.say(NoticeKind::Refused, format!("this takes a {}, you are {role}", needs.least_role()));
    }
    role.may(needs)
}

fn new_row(model: &mut Model) {
    if !may(model) {
        return;
    }
    match model.list() {
        Some(List::Attendance) => return ask_for_crew(model, None),
        Some(List::Coverage) => {
            return model.say(NoticeKind::Info, "select an absence in the list of attendance, and press o there");
        }
        _ => {}
    }
    let Some(kind) = kind_of(model) else {
        return model.say(NoticeKind::Info, "nothing is added to this list");
    };
    if forms::must_choose_client(model, &kind) {
        return entries::open(model, Action::NewRow);
    }
    let client = if kind.needs_client() { forms::client_in_view(model) } else { None };
    forms::open(model, Form::new(kind, client));
}

/// Opens the form for a client that was chosen first.
pub fn new_for(model: &mut Model, client: ScopedClient) {
    if model.list() == Some(List::Attendance) {
        return ask_crew_of(model, &client, None, None);
    }
    if let Some(kind) = kind_of(model) {
        forms::open(model, Form::new(kind, Some(client)));
    }
}

/// The client of the selected row.
fn client_of_row(model: &Model) -> Option<ScopedClient> {
    let client = model.list_screen()?.row()?.client_id.clone()?;
    model.seat.as_ref()?.all.iter().find(|known| known.client_id == client).cloned()
}

fn select_first(model: &mut Model) {
    model.say(NoticeKind::Refused, "select a row first");
}

fn edit_row(model: &mut Model) {
    if !may(model) {
        return;
    }
    let (Some(list), client) = (model.list(), client_of_row(model)) else { return };
    if list == List::Clients {
        return ask_for_settings(model, client);
    }
    if list == List::Users {
        return model.say(NoticeKind::Info, "t lets in or keeps out, a gives clients, R another role, r a new code");
    }
    let Some(row) = model.list_screen().and_then(|screen| screen.row()).cloned() else { return select_first(model) };
    if list == List::Quality {
        return correct_inspection(model, client);
    }
    if list == List::Attendance {
        return ask_for_crew(model, Some(()));
    }
    let Some(entity) = row::entity_of(list) else {
        return model.say(NoticeKind::Info, "nothing is changed in this list");
    };
    let form = RowForm { entity, known: Some((row.version, row::key_of(entity, list, &row))) };
    let now = model.now;
    let clock = client.as_ref().or_else(|| model.seat.as_ref()?.all.first()).map(|client| client.clock);
    let Some(clock) = clock else { return };
    let mut open = Form::new(FormKind::Plant(PlantForm::Row(form.clone())), client.filter(|_| !form.is_of_plant()));
    form.fill(&mut open, list, &row, clock.date(now));
    forms::open(model, open);
}

fn ask_for_settings(model: &mut Model, client: Option<ScopedClient>) {
    let Some(ScopedClient { client_id, .. }) = client else {
        return model.say(NoticeKind::Refused, "select a client whose people are let in first");
    };
    model.ask(Slot::Settings, Query::ClientSettings { client_id });
}

/// Opens the form of a client's settings.
fn take_settings(model: &mut Model, client_id: &ClientId, settings: ClientSettings) {
    let client = model.seat.as_ref().and_then(|seat| seat.all.iter().find(|known| known.client_id == *client_id));
    let client = client.cloned();
    forms::open(model, Form::new(FormKind::Plant(PlantForm::Settings(Box::new(settings))), client));
}

fn correct_inspection(model: &mut Model, client: Option<ScopedClient>) {
    let Some((screen, row)) = model.list_screen().and_then(|screen| Some((screen, screen.row()?))) else { return };
    let Ok(id) = uuid::Uuid::parse_str(&row.key) else { return };
    let kind = FormKind::Plant(PlantForm::CorrectInspection(EntryId(id), row.version));
    let mut form = Form::new(kind, client);
    for name in [
        "stage",
        "work_order_id",
        "job_id",
        "part_number",
        "inspected",
        "passed",
        "scrapped",
        "reworked",
        "repaired",
        "notes",
    ] {
        let text = if screen.is_missing(name) { String::new() } else { screen.text_of(name).unwrap_or_default() };
        form.fill(name, text);
    }
    if !screen.is_missing("defects") {
        inspection::fill_defects(&mut form, &screen.text_of("defects").unwrap_or_default());
    }
    form.line = screen.text_of("line_id").and_then(|line| LineId::parse(&line).ok());
    form.focus = form.fields.iter().position(|field| field.name == "inspected").unwrap_or(0);
    forms::open(model, form);
}

/// Removes the selected row, without a question: it can be taken back.
fn remove_row(model: &mut Model) {
    if !may(model) {
        return;
    }
    let (Some(list), client) = (model.list(), client_of_row(model)) else { return };
    let Some(row) = model.list_screen().and_then(|screen| screen.row()).cloned() else { return select_first(model) };
    let command = if list == List::Quality {
        let (Some(client), Ok(id)) = (client, uuid::Uuid::parse_str(&row.key)) else { return };
        Command::RemoveInspection { client_id: client.client_id, entry_id: EntryId(id) }
    } else {
        let Some(entity) = row::entity_of(list) else {
            return model.say(NoticeKind::Info, "nothing is removed from this list");
        };
        let key = row::key_of(entity, list, &row);
        let client_id = if entity == Entity::Shifts { None } else { client.map(|client| client.client_id) };
        Command::RemoveRow(RemoveRow { entity, client_id, version: row.version, key })
    };
    forms::run_and_tell_undo(model, command);
}

/// Takes the selected order a step on, where its status allows it.
fn step_order(model: &mut Model, step: OrderStep) {
    if model.list() != Some(List::WorkOrders) {
        return model.say(NoticeKind::Refused, "go to the list of work orders and select one first");
    }
    if !may(model) {
        return;
    }
    let client = client_of_row(model);
    let Some((screen, row)) = model.list_screen().and_then(|screen| Some((screen, screen.row()?))) else {
        return select_first(model);
    };
    let (Some(client), version) = (client, row.version) else { return };
    let Some(Ok(order)) = screen.text_of("work_order_id").map(|text| WorkOrderId::parse(&text)) else { return };
    let quantity = screen.text_of("quantity").unwrap_or_default();
    let status = screen.text_of("status").and_then(|status| OrderStatus::parse(&status));
    if let Some(Err(reject)) = status.map(|status| step.take(status)) {
        return model.say(NoticeKind::Refused, format!("{}; {}", reject.why, reject.try_this));
    }
    if step == OrderStep::Deliver {
        let mut form = Form::new(FormKind::Plant(PlantForm::Deliver(order, version)), Some(client));
        form.fill("delivered_quantity", quantity);
        return forms::open(model, form);
    }
    let client_id = client.client_id;
    let command =
        Command::StepOrder(StepOrder { client_id, work_order_id: order, step, version, at: None, quantity: None });
    if step == OrderStep::Cancel { forms::run_and_tell_undo(model, command) } else { forms::run(model, command) }
}

/// Asks for the crew of the shift that is on, or of the selected row's.
fn ask_for_crew(model: &mut Model, of_row: Option<()>) {
    let row_client = client_of_row(model).filter(|_| of_row.is_some());
    let shift = of_row.and_then(|()| shift_of_row(model));
    let Some(client) = row_client.or_else(|| forms::client_in_view(model)) else {
        return entries::open(model, Action::NewRow);
    };
    ask_crew_of(model, &client, shift, None);
}

fn ask_crew_of(
    model: &mut Model,
    client: &ScopedClient,
    shift: Option<(crate::domain::clock::ProductionDate, ShiftId)>,
    cover: Option<EmployeeNumber>,
) {
    let client_id = client.client_id.clone();
    model.crew_for = Some((client_id.clone(), cover));
    model.ask(Slot::Crew, Query::Crew { client_id, shift });
}

/// The date and the shift of the selected row.
fn shift_of_row(model: &Model) -> Option<(crate::domain::clock::ProductionDate, ShiftId)> {
    let screen = model.list_screen()?;
    let place = screen.list.columns().iter().position(|column| column.name == "production_date")?;
    let Some(Cell::Date(date)) = screen.row()?.cells.get(place) else { return None };
    Some((*date, ShiftId::parse(&screen.text_of("shift_id")?).ok()?))
}

fn cover(model: &mut Model) {
    let (client, shift) = (client_of_row(model), shift_of_row(model));
    let absent = model.list() == Some(List::Attendance)
        && model.list_screen().and_then(|screen| screen.text_of("absence_minutes")).is_some_and(|text| text != "0");
    let person = model.list_screen().and_then(|screen| screen.text_of("employee_id"));
    let person = person.and_then(|number| EmployeeNumber::parse(&number).ok());
    match (client, shift, person) {
        (Some(client), Some(shift), Some(person)) if absent => ask_crew_of(model, &client, Some(shift), Some(person)),
        _ => model.say(NoticeKind::Refused, "select somebody who is absent in the list of attendance first"),
    }
}

/// Opens what a crew was asked for.
pub fn take_crew(model: &mut Model, crew: Result<Box<Crew>, Refusal>) {
    let Some((client_id, cover)) = model.crew_for.take() else { return };
    let crew = match crew {
        Ok(crew) => crew,
        Err(refusal) => return model.say(NoticeKind::Refused, refusal.text),
    };
    let client = model.seat.as_ref().and_then(|seat| seat.all.iter().find(|known| known.client_id == client_id));
    let client = client.cloned();
    let form = match cover {
        Some(person) if crew.pool.is_empty() => {
            let text = format!("nobody is in the floating pool who could cover {person}");
            return model.say(NoticeKind::Info, text);
        }
        Some(person) => PlantForm::Cover(crew, person),
        None if crew.people.is_empty() => {
            return model.say(NoticeKind::Info, "nobody works for this client yet; add employees first");
        }
        None => PlantForm::Attendance(crew, false),
    };
    forms::open(model, Form::new(FormKind::Plant(form), client));
}

fn show_week(model: &mut Model) {
    let Some(client) = client_of_row(model).or_else(|| forms::client_in_view(model)) else {
        return model.say(NoticeKind::Refused, "select a row, or one client with c, first");
    };
    let date = shift_of_row(model).map_or_else(|| client.clock.date(model.now), |(date, _)| date);
    let from = date.plus_days(-i32::try_from(date.weekday().num_days_from_monday()).unwrap_or(0));
    model.week_of = Some(client.client_id.clone());
    model.ask(Slot::Week, Query::AttendanceWeek { client_id: client.client_id, from });
}

/// Shows a week.
fn take_week(model: &mut Model, week: Result<AttendanceWeek, Refusal>) {
    match week {
        Ok(week) => {
            let about = model.week_of.take().map(|client_id| About::Week { client_id, from: week.from });
            let title = format!("Attendance from {}", week.from);
            model.layers.push(Layer::Page(Page { title, lines: days_of(&week), top: 0, about }));
        }
        Err(refusal) => model.say(NoticeKind::Refused, refusal.text),
    }
}

/// A week: a line a person, a column a day.
pub fn days_of(week: &AttendanceWeek) -> Vec<PageLine> {
    let dates: Vec<_> = (0..7).map(|day| week.from.plus_days(day)).collect();
    let heads: String = dates.iter().map(|date| date.date().format("%a%d.").to_string()).collect();
    let mut lines = vec![PageLine::Pair("Worked, or why not".to_owned(), heads)];
    for person in &week.people {
        let cell = |date| {
            let of_day: Vec<_> = person.days.iter().filter(|day| day.date == date).collect();
            let text = match of_day.as_slice() {
                [] => "-".to_owned(),
                [day] if day.absence.get() > 0 => day.absence_type.as_ref().map_or("?".to_owned(), ToString::to_string),
                days => days.iter().map(|day| day.worked.get()).sum::<i64>().to_string(),
            };
            let cut: String = text.chars().take(5).collect();
            format!("{cut:.<6}")
        };
        let cells: String = dates.iter().map(|date| cell(*date)).collect();
        lines.push(PageLine::Pair(person.name.chars().take(22).collect(), cells));
    }
    lines
}

/// Opens the hold that a failed inspection offers: one key places it, Esc leaves it.
pub fn offer_hold(model: &mut Model, offer: Box<HoldOffer>, done: &str) {
    let Some(seat) = &model.seat else { return };
    let step = if seat.role.may(Permission::DecideHold) { HoldStep::Place } else { HoldStep::Request };
    let client = seat.all.iter().find(|known| known.client_id == offer.client_id).cloned();
    forms::open(model, Form::new(FormKind::Plant(PlantForm::OfferedHold(step, offer)), client));
    model.say(NoticeKind::Saved, format!("{done}; Enter holds what failed, Esc leaves it"));
}

/// Takes an answer that one of these was asked for; gives back one that is something else's.
pub fn take_answer(model: &mut Model, slot: Slot, answer: Result<Answer, Refusal>) {
    match (slot, answer) {
        (Slot::Crew, Ok(Answer::Crew(crew))) => take_crew(model, Ok(crew)),
        (Slot::Crew, Err(refusal)) => take_crew(model, Err(refusal)),
        (Slot::Week, Ok(Answer::AttendanceWeek(week))) => take_week(model, Ok(week)),
        (Slot::Week, Err(refusal)) => take_week(model, Err(refusal)),
        (Slot::HoldHistory, Ok(Answer::HoldHistory(events))) => holds::take_history(model, Ok(events)),
        (Slot::HoldHistory, Err(refusal)) => holds::take_history(model, Err(refusal)),
        (Slot::Settings, Ok(Answer::ClientSettings(client, settings))) => take_settings(model, &client, settings),
        (Slot::HoldQueue, Ok(Answer::HoldQueue(queue))) => holds::take_queue(model, &queue),
        (Slot::Settings | Slot::HoldQueue, Err(refusal)) => model.say(NoticeKind::Refused, refusal.text),
        _ => look::load_more(model),
    }
}
