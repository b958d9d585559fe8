//! The forms that a new plant is built with: client, line, product, shift.

use super::field::{Field, FieldKind};
use super::{Form, one};
use crate::domain::id::{ClientId, LineId, ProductId, ShiftId};
use crate::domain::measure::{seconds_to_millis, whole};
use crate::domain::reject::Reject;
use crate::domain::shift::{Weekdays, minute_of_day};
use crate::domain::text::{CleanText, ID_LIMIT, NAME_LIMIT};
use crate::service::{AddProduct, AddShift, Command};

fn key(name: &'static str, label: &'static str, help: &'static str) -> Field {
    Field::new(name, label, FieldKind::Text(ID_LIMIT), help).required()
}

fn name() -> Field {
    Field::new("name", "Name", FieldKind::Text(NAME_LIMIT), "What people call it").required()
}

/// A new client.
pub fn client_fields() -> Vec<Field> {
    let mut zone =
        Field::new("time_zone", "Time zone", FieldKind::Zone, "The IANA zone of its clocks, like Europe/Vienna")
            .required();
    zone.fill("UTC");
    vec![key("client_id", "Client", "A short key, like ACME; it never changes"), name(), zone]
}

/// A new line.
pub fn line_fields() -> Vec<Field> {
    vec![key("line_id", "Line", "A short key, like L1; it never changes"), name()]
}

/// A new product.
pub fn product_fields() -> Vec<Field> {
    let help = "Seconds the line needs for one unit at its fastest; performance rests on it";
    vec![
        key("product_id", "Product", "A short key; an existing product is linked to the client"),
        name(),
        Field::new("ideal_cycle", "Ideal cycle (s)", FieldKind::Seconds, help).hint("unknown"),
    ]
}

/// A new shift.
pub fn shift_fields() -> Vec<Field> {
    let time = |name, label, help| Field::new(name, label, FieldKind::TimeOfDay, help).required();
    let mut breaks =
        Field::new("break_minutes", "Breaks (min)", FieldKind::Whole, "Minutes of breaks inside the shift");
    breaks.fill("30");
    vec![
        key("shift_id", "Shift", "A short key, like A or EARLY; it never changes"),
        name(),
        time("start", "Starts", "Local time of day, like 06:00").hint("06:00"),
        time("end", "Ends", "Local time of day; at or before the start is the next day").hint("14:00"),
        breaks,
        Field::new("days", "Days", FieldKind::Days, "Days it starts on, like mon-fri").hint("every day"),
    ]
}

/// Fills the name in with the key until a person types one.
pub fn name_like_key(form: &mut Form, key: &str) {
    let text = form.text(key).to_owned();
    form.fill("name", text);
}

fn clean_name(form: &Form) -> Result<CleanText, Vec<Reject>> {
    one(CleanText::name("name", form.text("name")))
}

/// What a new client comes to.
pub fn add_client(form: &Form) -> Result<Command, Vec<Reject>> {
    Ok(Command::AddClient {
        client_id: one(ClientId::parse(form.text("client_id")))?,
        name: clean_name(form)?,
        time_zone: form.text("time_zone").to_owned(),
    })
}

/// What a new line comes to.
pub fn add_line(form: &Form) -> Result<Command, Vec<Reject>> {
    Ok(Command::AddLine {
        client_id: form.of_client()?.client_id.clone(),
        line_id: one(LineId::parse(form.text("line_id")))?,
        name: clean_name(form)?,
    })
}

/// What a new product comes to.
pub fn add_product(form: &Form) -> Result<Command, Vec<Reject>> {
    Ok(Command::AddProduct(AddProduct {
        client_id: form.of_client()?.client_id.clone(),
        product_id: one(ProductId::parse(form.text("product_id")))?,
        name: clean_name(form)?,
        ideal_cycle: form.optional("ideal_cycle", |text| seconds_to_millis("ideal_cycle", text))?,
    }))
}

/// What a new shift comes to.
pub fn add_shift(form: &Form) -> Result<Command, Vec<Reject>> {
    Ok(Command::AddShift(AddShift {
        shift_id: one(ShiftId::parse(form.text("shift_id")))?,
        name: clean_name(form)?,
        start_minute: one(minute_of_day("start", form.text("start")))?,
        end_minute: one(minute_of_day("end", form.text("end")))?,
        break_minutes: form.optional("break_minutes", |text| whole("break_minutes", text))?.unwrap_or(0),
        days: one(Weekdays::parse(form.text("days")))?,
    }))
}
