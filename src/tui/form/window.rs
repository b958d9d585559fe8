//! The form for any two dates.

use super::field::{Field, FieldKind};
use super::{Form, one};
use crate::domain::clock::ProductionDate;
use crate::domain::reject::Reject;
use crate::kpi::Window;

/// The longest window: more days than a plant of this program has.
const LONGEST: i32 = 3_660;

/// The first and the last date.
pub fn fields() -> Vec<Field> {
    let date = |name, label, help| Field::new(name, label, FieldKind::Date, help).required().hint("2026-01-31");
    vec![
        date("from", "From", "The first production date, like 2026-01-31"),
        date("to", "To", "The last production date; it counts too").saving(),
    ]
}

/// The form, filled in with the window in view.
pub fn filled(window: Option<Window>) -> Form {
    let mut form = Form::new(super::FormKind::Window, None);
    if let Some(window) = window {
        form.fill("from", window.from().to_string());
        form.fill("to", window.to().to_string());
    }
    form
}

/// The window that was typed.
pub fn read(form: &Form) -> Result<Window, Vec<Reject>> {
    let date = |name| one(ProductionDate::parse(name, form.text(name)));
    let window = one(Window::new(date("from")?, date("to")?))?;
    if window.days() > LONGEST {
        return Err(vec![Reject::new("from", format!("is {} days before", window.days()), "ten years at most")]);
    }
    Ok(window)
}
