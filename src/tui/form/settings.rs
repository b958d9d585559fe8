//! The form of a client's settings.

use super::Form;
use super::field::{Field, FieldKind, Source};
use crate::domain::measure::whole;
use crate::domain::reject::Reject;
use crate::service::{ClientSettings, Command, SetClientSettings};

/// What can be set.
pub fn fields() -> Vec<Field> {
    let two_people = "Whether somebody else has to release what a person asked to be released";
    let bradford = "Whether absence may be looked at by employee: personal data, so no unless it was agreed";
    let days = "How many days back a LEADER may correct somebody else's entry";
    vec![
        Field::new("two_person_release", "Release by two", FieldKind::Pick(Source::YesNo), two_people).required(),
        Field::new("bradford", "Bradford factor", FieldKind::Pick(Source::YesNo), bradford).required(),
        Field::new("correction_days", "Correction days", FieldKind::Whole, days).required().saving(),
    ]
}

/// Fills in what is set.
pub fn prefill(form: &mut Form, settings: ClientSettings) {
    form.fill("two_person_release", yes_or_no(settings.two_person_release));
    form.fill("bradford", yes_or_no(settings.bradford));
    form.fill("correction_days", settings.correction_days.to_string());
}

fn yes_or_no(yes: bool) -> String {
    if yes { "yes" } else { "no" }.to_owned()
}

/// What it comes to.
pub fn command(form: &Form, from: ClientSettings) -> Result<Command, Vec<Reject>> {
    let correction_days = form.optional("correction_days", |text| whole("correction_days", text))?;
    Ok(Command::SetClientSettings(SetClientSettings {
        client_id: form.of_client()?.client_id.clone(),
        from,
        to: ClientSettings {
            two_person_release: form.text("two_person_release") == "yes",
            bradford: form.text("bradford") == "yes",
            correction_days: correction_days.unwrap_or(from.correction_days),
        },
    }))
}
