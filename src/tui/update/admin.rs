//! Administration: adding what a plant is made of, letting people in, and the first steps of a new plant.

use super::{entries, forms};
use crate::domain::id::ClientId;
use crate::domain::list::List;
use crate::domain::role::Role;
use crate::domain::scope::ScopedClient;
use crate::service::Command;
use crate::tui::action::Action;
use crate::tui::form::{Form, FormKind};
use crate::tui::layer::{Dialog, Layer, PickFor, Then};
use crate::tui::model::{Model, NoticeKind};
use crate::tui::screen::gate;
use crate::tui::widget::pick::{PickList, numbered};

/// The form that adds to the list in view.
fn kind_of(model: &Model) -> Option<FormKind> {
    match model.list()? {
        List::Clients => Some(FormKind::AddClient),
        List::Users => Some(FormKind::AddUser),
        List::Lines => Some(FormKind::AddLine),
        List::Products => Some(FormKind::AddProduct),
        List::Shifts => Some(FormKind::AddShift),
        _ => None,
    }
}

/// Opens the form that adds to the list in view.
pub fn add_record(model: &mut Model) {
    let Some(kind) = kind_of(model) else {
        return super::plant::act(model, Action::NewRow);
    };
    open(model, kind);
}

fn open(model: &mut Model, kind: FormKind) {
    let needs = match kind {
        FormKind::AddClient | FormKind::AddUser => crate::domain::role::Permission::KeepAccounts,
        _ => crate::domain::role::Permission::KeepMasterData,
    };
    let role = model.seat.as_ref().map(|seat| seat.role);
    if let Some(role) = role.filter(|role| !role.may(needs)) {
        return model.say(NoticeKind::Refused, format!("this takes a {}, you are {role}", needs.least_role()));
    }
    if forms::must_choose_client(model, &kind) {
        return entries::open(model, Action::AddRecord);
    }
    let client = if kind.needs_client() { forms::client_in_view(model) } else { None };
    forms::open(model, Form::new(kind, client));
}

/// Opens the form for a client that was chosen first.
pub fn add_for(model: &mut Model, client: ScopedClient) {
    if let Some(kind) = gate::next_step(model).filter(|_| kind_of(model).is_none()).or_else(|| kind_of(model)) {
        forms::open(model, Form::new(kind, Some(client)));
    }
}

/// Adds what a new plant lacks next.
pub fn setup_step(model: &mut Model) {
    match gate::next_step(model) {
        Some(kind) => open(model, kind),
        None => model.say(NoticeKind::Info, "nothing is missing"),
    }
}

/// The selected user, and whether the list of users is in view.
fn selected_user(model: &Model) -> Option<String> {
    model.list_screen().filter(|screen| screen.list == List::Users)?.text_of("login")
}

fn is_active(model: &Model) -> bool {
    model.list_screen().and_then(|screen| screen.text_of("active")).is_none_or(|text| text == "yes")
}

/// Lets the selected client or user in, or asks whether to keep them out.
pub fn toggle_active(model: &mut Model) {
    let Some(screen) = model.list_screen() else { return };
    let active = !is_active(model);
    let (command, name) = match (screen.list, screen.row()) {
        (List::Clients, Some(_)) => {
            let Some(Ok(client_id)) = screen.text_of("client_id").map(|text| ClientId::parse(&text)) else { return };
            (Command::SetClientActive { client_id: client_id.clone(), active }, client_id.to_string())
        }
        (List::Users, Some(_)) => {
            let Some(login) = screen.text_of("login") else { return };
            (Command::SetUserActive { login: login.clone(), active }, login)
        }
        _ => return model.say(NoticeKind::Refused, "select a client or a user first"),
    };
    if active {
        return forms::run(model, command);
    }
    let lines = vec![format!("{name} is kept out at once, also where somebody is logged in now.")];
    let dialog =
        Dialog::new(format!("Disable {name}?"), lines, "Cancel").button('d', "Disable", Then::Run(Box::new(command)));
    model.layers.push(Layer::Dialog(dialog));
}

/// Asks which client to give to the selected user or take away.
pub fn assign_client(model: &mut Model) {
    let Some(login) = selected_user(model) else {
        return model.say(NoticeKind::Refused, "go to the list of users and select one first");
    };
    let clients = model.list_screen().and_then(|screen| screen.text_of("clients")).unwrap_or_default();
    let has: Vec<ClientId> = clients.split([' ', ',']).filter_map(|text| ClientId::parse(text).ok()).collect();
    let mut choices = super::lists::client_choices(model);
    for choice in &mut choices {
        let given = has.iter().any(|client| client.as_str() == choice.code);
        choice.more = if given { "has it: Enter takes it away".to_owned() } else { String::new() };
    }
    let list = PickList::new(format!("Clients of {login}"), choices);
    model.layers.push(Layer::Pick(list, PickFor::Assignment { login, has }));
}

/// Gives or takes a client.
pub fn assign(model: &mut Model, login: String, has: &[ClientId], client: &str) {
    let Ok(client_id) = ClientId::parse(client) else { return };
    let assigned = !has.contains(&client_id);
    forms::run(model, Command::SetAssignment { login, client_id, assigned });
}

/// Asks which role the selected user is to have.
pub fn change_role(model: &mut Model) {
    let Some(login) = selected_user(model) else {
        return model.say(NoticeKind::Refused, "go to the list of users and select one first");
    };
    let choices = numbered(Role::ALL.iter().map(|role| role.as_str()));
    let list = PickList::new(format!("Role of {login}"), choices);
    let list = match model.list_screen().and_then(|screen| screen.text_of("role")) {
        Some(role) => list.at(&role),
        None => list,
    };
    model.layers.push(Layer::Pick(list, PickFor::Role(login)));
}

/// Asks whether to void the selected user's password.
pub fn reset_user(model: &mut Model) {
    let Some(login) = selected_user(model) else {
        return model.say(NoticeKind::Refused, "go to the list of users and select one first");
    };
    let lines = vec![format!("{login}'s password is void at once; a one-time code is shown for a new one.")];
    let dialog = Dialog::new(format!("Reset {login}?"), lines, "Cancel").button(
        'r',
        "Reset",
        Then::Run(Box::new(Command::ResetUser { login })),
    );
    model.layers.push(Layer::Dialog(dialog));
}
