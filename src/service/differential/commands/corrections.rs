//! Corrections of entries and closes of shifts, aimed at everything that can be named.

use super::{Aim, counts, ids, stops};
use crate::domain::id::{ClientId, EntryId};
use crate::domain::measure::Units;
use crate::domain::production::Count;
use crate::domain::text::CleanText;
use crate::service::{
    CloseShift, Command, CorrectCount, CorrectStop, JoinStops, LogCount, LogStop, ReopenShift, SignHour, SignOff,
    SplitStop,
};
use crate::store::many_clients::{NOW, TODAY};
use uuid::Uuid;

/// Corrections of own, foreign and absent entries, by the versions that they have and by others.
pub(super) fn corrections(client: &ClientId, aim: &Aim) -> Vec<Command> {
    let mut all = Vec::new();
    let (count, stop) = (counts(client, aim).into_iter().next(), stops(client, aim).into_iter().next());
    let (Some(count), Some(stop)) = (count, stop) else { return all };
    let logged = [count.entry_id, EntryId(Uuid::from_u128(0xc0_0002))];
    for entry_id in ids(1, aim, (0..34).step_by(5)).into_iter().chain(logged) {
        let to = LogCount { entry_id, count: Count { units: Units(6), ..Count::default() }, ..count.clone() };
        all.push(Command::CorrectCount(CorrectCount { version: 1, to: to.clone() }));
        all.push(Command::CorrectCount(CorrectCount { version: 9, to: to.clone() }));
        for owner in &aim.owners {
            let work_order_id = Some(format!("W-{owner}").parse().unwrap());
            let line_id = format!("L-{owner}").parse().unwrap();
            let moved = LogCount { line_id, ..to.clone() };
            all.push(Command::CorrectCount(CorrectCount { version: 2, to: moved }));
            all.push(Command::CorrectCount(CorrectCount { version: 2, to: LogCount { work_order_id, ..to.clone() } }));
        }
    }
    let second_id = |number: u128| EntryId(Uuid::from_u128(0x58_0000 + number));
    for (number, entry_id) in (0..).zip(ids(2, aim, (0..34).step_by(5)).into_iter().chain([stop.entry_id])) {
        let to = LogStop { entry_id, ..stop.clone() };
        let ended_at = Some(NOW.plus_minutes(-16));
        all.push(Command::CorrectStop(CorrectStop { version: 1, to: LogStop { ended_at, ..to.clone() } }));
        all.push(Command::CorrectStop(CorrectStop { version: 9, to: to.clone() }));
        for owner in &aim.owners {
            let line_id = format!("L-{owner}").parse().unwrap();
            all.push(Command::CorrectStop(CorrectStop { version: 2, to: LogStop { line_id, ..to.clone() } }));
        }
        let (client_id, second_id) = (client.clone(), second_id(number));
        let at = NOW.plus_minutes(-18);
        let split = SplitStop { client_id: client_id.clone(), entry_id, version: 2, at, second_id, reason: None };
        all.push(Command::SplitStop(split.clone()));
        all.push(Command::SplitStop(SplitStop { version: 1, reason: Some("NONE".parse().unwrap()), ..split }));
        all.push(Command::JoinStops(JoinStops { client_id, entry_id, second_id }));
    }
    all
}

/// Signatures on hours of every line that can be named, and what takes them back.
pub(super) fn signatures(client: &ClientId, aim: &Aim) -> Vec<Command> {
    let mut all = Vec::new();
    let lines = ["L1".to_owned()].into_iter().chain(aim.owners.iter().map(|owner| format!("L-{owner}")));
    let days = [(TODAY, "E"), (TODAY, "GONE"), (TODAY.plus_days(-1), "E")];
    for (line, (production_date, shift)) in lines.flat_map(|line| days.map(|day| (line.clone(), day))) {
        let sign = |hour, version, sign_off| {
            let (client_id, line_id) = (client.clone(), line.parse().unwrap());
            let shift_id = shift.parse().unwrap();
            Command::SignHour(SignHour { client_id, production_date, shift_id, line_id, hour, version, sign_off })
        };
        let remark = CleanText::note("remark", "waited").unwrap();
        for (hour, version) in [(0, 0), (0, 1), (1, 0), (99, 0)] {
            all.push(sign(hour, version, Some(SignOff { remark: remark.clone() })));
        }
        all.extend([sign(1, 1, None), sign(2, 0, None)]);
    }
    all
}

/// Closes and reopenings, last of all: a closed shift takes no other entry.
pub(super) fn closes(client: &ClientId) -> Vec<Command> {
    let shifts = ["E", "L", "GONE"].map(|shift| shift.parse().unwrap());
    let days = [TODAY, TODAY.plus_days(-1), TODAY.plus_days(-400)];
    let mut all = Vec::new();
    for (production_date, shift_id) in days.into_iter().flat_map(|day| shifts.clone().map(|shift| (day, shift))) {
        let (client_id, reason) = (client.clone(), CleanText::name("reason", "wrong").unwrap());
        let close = CloseShift { client_id, production_date, shift_id, note: None };
        let reopen = ReopenShift {
            client_id: close.client_id.clone(),
            production_date,
            shift_id: close.shift_id.clone(),
            reason,
        };
        all.extend([Command::CloseShift(close.clone()), Command::CloseShift(close), Command::ReopenShift(reopen)]);
    }
    all
}
