//! A leader signs an hour of a line's shift, with what is to be said about it, or takes that back.

use super::entry::{active_line, open_line_shift, same_version, shift_of, unless_changed};
use super::{Command, Desk, Problem, Receipt, SignHour, SignOff};
use crate::domain::clock::{Instant, PlantClock};
use crate::domain::id::LineId;
use crate::domain::measure::MILLIS_PER_MINUTE;
use crate::domain::shift::{LineShiftKey, ShiftWindow};
use crate::domain::text::{CleanText, NOTE_LIMIT};
use crate::store::audit::AuditEntry;
use crate::store::record::Changed;
use crate::store::sign_off::{HourKey, Kept, Signed};
use crate::store::{master_data, sign_off};
use chrono::NaiveDateTime;
use serde_json::json;

/// Milliseconds of an hour.
const HOUR: i64 = 60 * MILLIS_PER_MINUTE;

/// A leader's signature on an hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedHour {
    /// Who signed.
    pub by: String,
    /// When, at the client.
    pub local: NaiveDateTime,
    /// What is to be said about the hour.
    pub remark: Option<String>,
    /// Its version.
    pub version: i64,
}

impl SignedHour {
    pub(super) fn of(signed: &Signed, clock: PlantClock) -> Self {
        let (by, remark) = (signed.by.clone(), signed.remark.clone());
        Self { by, local: clock.local(signed.at), remark, version: signed.version }
    }
}

/// A signed hour of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HourOfLine {
    /// The line.
    pub line_id: LineId,
    /// Its start, at the client.
    pub local_start: NaiveDateTime,
    /// The signature.
    pub signed: SignedHour,
}

impl HourOfLine {
    /// The hours of a shift that began then.
    pub(super) fn all(signed: &[Signed], starts_at: Instant, clock: PlantClock) -> Vec<Self> {
        let hour = |signed: &Signed| Self {
            line_id: signed.key.line_id.clone(),
            local_start: clock.local(starts_at.plus_millis(signed.hour * HOUR)),
            signed: SignedHour::of(signed, clock),
        };
        signed.iter().map(hour).collect()
    }
}

impl Desk {
    /// Signs an hour that has begun, while its shift is open. Whoever signs stands for the remark, also for one that
    /// somebody else wrote before.
    pub(super) async fn sign_hour(&self, sign: SignHour) -> Result<Receipt, Problem> {
        let client = self.client(&sign.client_id)?;
        let mut tx = self.session.write(self.now()).await?;
        active_line(&mut tx, &sign.client_id, &sign.line_id).await?;
        let shifts = master_data::shifts(&mut tx).await?;
        let given = (sign.production_date, sign.shift_id.clone());
        let (shift, window) = shift_of(&shifts, client, Some(&given), self.now())?;
        let starts_at = window.starts_at.plus_millis(sign.hour.saturating_mul(HOUR));
        if !(0..hours(&window)).contains(&sign.hour) {
            return Err(Problem::reject("hour", "is no hour of the shift", "F4 lists them"));
        }
        if starts_at > self.now() {
            return Err(Problem::reject("hour", "has not begun", "sign it when it is over"));
        }
        let line_shift = LineShiftKey {
            client_id: sign.client_id.clone(),
            production_date: sign.production_date,
            shift_id: sign.shift_id.clone(),
            line_id: sign.line_id.clone(),
        };
        open_line_shift(&mut tx, &line_shift, shift, &window).await?;
        let key = HourKey { line_shift: &line_shift, hour: sign.hour };
        let kept = sign_off::find(&mut tx, key).await?;
        let live = kept.as_ref().filter(|kept| !kept.taken_back);
        let hour = format!("{} on {}", client.clock.local(starts_at).format("%H:%M"), sign.line_id);
        if let Some(done) = already(&sign, live, self.person().login.as_str(), &hour) {
            return Ok(done);
        }
        if let Some(live) = live.filter(|live| live.version != sign.version) {
            let changed = Changed { version: live.version, by: live.by.clone(), at: live.at };
            same_version(&changed, sign.version)?;
        }
        let hit = match (&sign.sign_off, &kept) {
            (Some(signed), kept) => {
                let version = kept.as_ref().map(|kept| kept.version);
                sign_off::sign(&mut tx, key, signed.remark.as_ref(), version).await?
            }
            (None, Some(kept)) => sign_off::take_back(&mut tx, key, kept.version).await?,
            (None, None) => false,
        };
        unless_changed(hit)?;
        let version = kept.as_ref().map_or(1, |kept| kept.version + 1);
        let before = live.map(|live| SignOff { remark: remark(live.remark.as_deref()) });
        let entry = AuditEntry {
            table: "hour_sign_off",
            key: format!("{hour}, {}", sign.production_date),
            action: if sign.sign_off.is_some() { "sign" } else { "take_back" },
            before: live.map(|live| json!({ "sign_off": before, "signed_by": live.signed_by })),
            after: serde_json::to_value(SignHour { version, ..sign.clone() }).ok(),
        };
        tx.record(&sign.client_id, entry);
        tx.commit().await?;
        let done = match &sign.sign_off {
            Some(_) => format!("hour {hour} signed"),
            None => format!("signature of hour {hour} taken back"),
        };
        Ok(Receipt::done(done).undone_by(Command::SignHour(SignHour { version, sign_off: before, ..sign })))
    }
}

/// The receipt of what stands there already.
fn already(sign: &SignHour, live: Option<&Kept>, login: &str, hour: &str) -> Option<Receipt> {
    match (&sign.sign_off, live) {
        (None, None) => Some(Receipt::done(format!("hour {hour} is not signed"))),
        (Some(signed), Some(live))
            if live.signed_by == login && live.remark.as_deref() == signed.remark.as_ref().map(CleanText::as_str) =>
        {
            Some(Receipt::done(format!("hour {hour} was signed already")))
        }
        _ => None,
    }
}

/// A remark that was kept before.
fn remark(kept: Option<&str>) -> Option<CleanText> {
    kept.and_then(|text| CleanText::required("remark", text, NOTE_LIMIT).ok())
}

/// Hours that a shift has, the last one begun included.
fn hours(window: &ShiftWindow) -> i64 {
    let length = window.ends_at.0 - window.starts_at.0;
    length / HOUR + i64::from(length % HOUR > 0)
}
