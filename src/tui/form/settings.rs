//! The form of a client's settings.

use super::field::{Field, FieldKind, Source};
use super::{Form, one};
use crate::domain::id::Stage;
use crate::domain::measure::whole;
use crate::domain::reject::Reject;
use crate::domain::text::NOTE_LIMIT;
use crate::service::{ClientSettings, Command, SetClientSettings};

/// What can be set.
pub fn fields() -> Vec<Field> {
    let two_people = "Whether somebody else has to release what a person asked to be released";
    let bradford = "Whether absence may be looked at by employee: personal data, so no unless it was agreed";
    let days = "How many days back a LEADER may correct somebody else's entry";
    let stages = "Where it inspects, in the order of its work, with ; between them: sewing; packing";
    vec![
        Field::new("two_person_release", "Release by two", FieldKind::Pick(Source::YesNo), two_people).required(),
        Field::new("bradford", "Bradford factor", FieldKind::Pick(Source::YesNo), bradford).required(),
        Field::new("correction_days", "Correction days", FieldKind::Whole, days).required(),
        Field::new("stages", "Stages", FieldKind::Text(NOTE_LIMIT), stages).hint("none").saving(),
    ]
}

/// Fills in what is set.
pub fn prefill(form: &mut Form, settings: &ClientSettings) {
    form.fill("two_person_release", yes_or_no(settings.two_person_release));
    form.fill("bradford", yes_or_no(settings.bradford));
    form.fill("correction_days", settings.correction_days.to_string());
    form.fill("stages", in_order(&settings.stages));
}

/// What stands between two stages.
const BETWEEN: char = ';';

fn in_order(stages: &[Stage]) -> String {
    stages.iter().map(Stage::as_str).collect::<Vec<_>>().join("; ")
}

/// The stages that were typed.
fn typed(text: &str, from: &[Stage]) -> Result<Vec<Stage>, Reject> {
    if text.trim() == in_order(from) {
        return Ok(from.to_vec());
    }
    if let Some(stage) = from.iter().find(|stage| stage.as_str().contains(BETWEEN)) {
        let why = format!("cannot be changed here, because {stage} has a {BETWEEN} in its name");
        return Err(Reject::new("stages", why, "leave them as they are"));
    }
    let named = text.split(BETWEEN).map(str::trim).filter(|name| !name.is_empty());
    named.map(|name| Stage::parse(name).map_err(|reject| Reject { field: "stages".into(), ..reject })).collect()
}

fn yes_or_no(yes: bool) -> String {
    if yes { "yes" } else { "no" }.to_owned()
}

/// What it comes to.
pub fn command(form: &Form, from: &ClientSettings) -> Result<Command, Vec<Reject>> {
    let correction_days = form.optional("correction_days", |text| whole("correction_days", text))?;
    Ok(Command::SetClientSettings(SetClientSettings {
        client_id: form.of_client()?.client_id.clone(),
        from: from.clone(),
        to: ClientSettings {
            two_person_release: form.text("two_person_release") == "yes",
            bradford: form.text("bradford") == "yes",
            correction_days: correction_days.unwrap_or(from.correction_days),
            stages: one(typed(form.text("stages"), &from.stages))?,
        },
    }))
}
