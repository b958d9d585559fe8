//! The form by which a leader signs an hour of a line's shift.

use super::field::{Field, FieldKind, Source};
use super::{Form, one};
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{LineId, ShiftId};
use crate::domain::reject::Reject;
use crate::domain::text::{CleanText, NOTE_LIMIT};
use crate::service::{Choice, Command, HourOnBoard, LineBoard, SignHour, SignOff};
use crate::tui::locale::Language;
use serde::{Deserialize, Serialize};
use std::fmt::Display;

/// The hours of a line's shift that have begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoursToSign {
    production_date: ProductionDate,
    shift_id: ShiftId,
    line_id: LineId,
    hours: Vec<HourToSign>,
    /// The one that is offered.
    offered: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct HourToSign {
    /// Its local start, which is typed; unlike a number it says which hour is meant.
    start: String,
    /// What was made in it, and who signed it.
    said: String,
    remark: Option<String>,
    version: i64,
}

impl HoursToSign {
    /// The hours of a line that have begun by now; none outside of a shift. The newest one that is over and not signed
    /// is offered, else the newest that is over, else the one that is on.
    pub fn of(line: &LineBoard, now: Instant, language: Language) -> Option<Self> {
        let shift = line.shift.as_ref()?;
        let begun = (0_i64..).zip(&line.hours).take_while(|(hour, _)| shift.starts_at.plus_minutes(60 * hour) <= now);
        let begun: Vec<&HourOnBoard> = begun.map(|(_, hour)| hour).collect();
        let ends = |hour: usize| shift.starts_at.plus_minutes(60 * (i64::try_from(hour).unwrap_or(0) + 1));
        let is_over = |hour: usize| ends(hour).min(shift.ends_at) <= now;
        let numbered = || begun.iter().enumerate().rev();
        let unsigned = numbered().find(|(at, hour)| is_over(*at) && hour.signed.is_none());
        let offered = unsigned.or_else(|| numbered().find(|(at, _)| is_over(*at))).or_else(|| numbered().next());
        Some(Self {
            production_date: shift.production_date,
            shift_id: shift.shift_id.clone(),
            line_id: line.line_id.clone(),
            offered: offered?.0,
            hours: begun.iter().map(|hour| HourToSign::of(hour, language)).collect(),
        })
    }

    /// The line.
    pub const fn line_id(&self) -> &LineId {
        &self.line_id
    }

    /// The hours as choices, by their local start.
    pub fn choices(&self) -> Vec<Choice> {
        let choice = |hour: &HourToSign| Choice {
            code: hour.start.clone(),
            number: None,
            name: hour.said.clone(),
            more: hour.remark.clone().unwrap_or_default(),
        };
        self.hours.iter().map(choice).collect()
    }

    fn position(&self, start: &str) -> Option<usize> {
        self.hours.iter().position(|hour| hour.start == start)
    }
}

impl HourToSign {
    fn of(hour: &HourOnBoard, language: Language) -> Self {
        let made = match hour.plan {
            Some(plan) => language.tell("{made} made of {plan}", &[("made", &hour.made), ("plan", &plan)]),
            None => language.tell("{made} made", &[("made", &hour.made)]),
        };
        let signed = hour.signed.as_ref().map(|signed| {
            let values: [(&str, &dyn Display); 1] = [("by", &signed.by)];
            format!(", {}", language.tell("signed by {by}", &values))
        });
        Self {
            start: hour.local_start.format("%H:%M").to_string(),
            said: made + &signed.unwrap_or_default(),
            remark: hour.signed.as_ref().and_then(|signed| signed.remark.clone()),
            version: hour.signed.as_ref().map_or(0, |signed| signed.version),
        }
    }
}

/// What signing asks for.
pub fn fields() -> Vec<Field> {
    let hour = "Which hour, by its start; F4 lists those that have begun";
    let remark = "What is to be said about it; Enter with nothing signs it without a remark";
    vec![
        Field::new("hour", "Hour", FieldKind::Pick(Source::Hours), hour).required(),
        Field::new("remark", "Remark", FieldKind::Text(NOTE_LIMIT), remark).hint("none: only signed").saving(),
    ]
}

/// Opens with the hour that is offered, and the cursor on what is said about it.
pub fn begin(form: &mut Form, hours: &HoursToSign) {
    let offered = hours.hours.get(hours.offered);
    form.fill("hour", offered.map_or_else(String::new, |hour| hour.start.clone()));
    fill_remark(form, hours);
    form.focus = 1;
}

/// Fills in what was said about the hour before.
pub fn fill_remark(form: &mut Form, hours: &HoursToSign) {
    let chosen = hours.position(form.text("hour")).and_then(|at| hours.hours.get(at));
    form.fill("remark", chosen.and_then(|hour| hour.remark.clone()).unwrap_or_default());
}

/// What signing comes to.
pub fn command(form: &Form, hours: &HoursToSign) -> Result<Command, Vec<Reject>> {
    let no_hour = || vec![Reject::new("hour", "is no hour that has begun", "F4 lists them")];
    let at = hours.position(form.text("hour")).ok_or_else(no_hour)?;
    let hour = hours.hours.get(at).ok_or_else(no_hour)?;
    Ok(Command::SignHour(SignHour {
        client_id: form.of_client()?.client_id.clone(),
        production_date: hours.production_date,
        shift_id: hours.shift_id.clone(),
        line_id: hours.line_id.clone(),
        hour: i64::try_from(at).map_err(|_| no_hour())?,
        version: hour.version,
        sign_off: Some(SignOff { remark: one(CleanText::note("remark", form.text("remark")))? }),
    }))
}
