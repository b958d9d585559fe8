//! The forms about people: coming in, passwords, new accounts.

use super::field::{Field, FieldKind, Source};
use super::{Form, FormKind, Submission, one};
use crate::domain::id::ClientId;
use crate::domain::reject::Reject;
use crate::domain::role::Role;
use crate::domain::text::{CleanText, ID_LIMIT, NAME_LIMIT};
use crate::service::{AddUser, Command};
use secrecy::SecretString;

fn login() -> Field {
    Field::new("login", "Login", FieldKind::Text(ID_LIMIT), "The name you log in with").required()
}

fn full_name() -> Field {
    Field::new("full_name", "Full name", FieldKind::Text(NAME_LIMIT), "The name people call them").required()
}

fn secret(name: &'static str, label: &'static str, help: &'static str) -> Field {
    Field::new(name, label, FieldKind::Secret, help).required()
}

/// Coming in.
pub fn login_fields() -> Vec<Field> {
    vec![login(), secret("password", "Password", "Your password, or the one-time code you were given")]
}

/// Setting a password.
pub fn password_fields() -> Vec<Field> {
    vec![
        secret("password", "New password", "A sentence is good"),
        secret("again", "Once more", "The same again, against slips"),
    ]
}

/// The first ADMIN.
pub fn first_admin_fields() -> Vec<Field> {
    let mut fields = vec![login(), full_name()];
    fields.extend(password_fields());
    fields
}

/// A new account.
pub fn user_fields() -> Vec<Field> {
    let help = "The client; an OPERATOR has exactly one. More are given on the list with a";
    vec![
        login(),
        full_name(),
        Field::new(
            "role",
            "Role",
            FieldKind::Pick(Source::Roles),
            "1 OPERATOR enters, 2 LEADER decides, 3 POWERUSER keeps master data, 4 ADMIN keeps accounts",
        )
        .required(),
        Field::new("client_id", "Client", FieldKind::Pick(Source::Clients), help)
            .hint("none: POWERUSER and ADMIN see all"),
    ]
}

/// What a form about oneself comes to.
pub fn read(form: &Form) -> Result<Submission, Vec<Reject>> {
    let secret = |name: &str| SecretString::from(form.field(name).map(|field| field.text.clone()).unwrap_or_default());
    let same =
        form.field("again").is_none_or(|again| Some(&again.text) == form.field("password").map(|field| &field.text));
    if !same {
        return Err(vec![Reject::new("again", "is not the same as above", "type the password twice alike")]);
    }
    let login = form.text("login").to_owned();
    Ok(match form.kind {
        FormKind::SetPassword => Submission::SetPassword(secret("password")),
        FormKind::FirstAdmin => Submission::FirstAdmin(login, form.text("full_name").to_owned(), secret("password")),
        _ => Submission::LogIn(login, secret("password")),
    })
}

/// What a new account comes to.
pub fn add_user(form: &Form) -> Result<Command, Vec<Reject>> {
    let role =
        Role::parse(form.text("role")).ok_or_else(|| vec![Reject::new("role", "is missing", "type its number")])?;
    Ok(Command::AddUser(AddUser {
        login: form.text("login").to_owned(),
        full_name: one(CleanText::name("full_name", form.text("full_name")))?,
        role,
        clients: form.optional("client_id", ClientId::parse)?.into_iter().collect(),
    }))
}
