//! Holds in every state they can be in, each with the steps that led there.

use super::chance::Chance;
use super::inspect::Inspected;
use super::line::Setting;
use super::order::{Orders, Worked};
use crate::domain::clock::Instant;
use crate::domain::hold::{Disposition, HoldStatus, HoldStep};
use crate::store::demo::{Entered, HoldEventRow, HoldRow};
use uuid::Uuid;

/// Of a thousand inspections with failed units, those that end in a hold.
const HELD: i64 = 45;
/// Failed units of an inspection that are worth a hold.
const WORTH_IT: i64 = 3;

/// The holds of a client with their steps.
#[derive(Debug, Default)]
pub(super) struct Holds {
    pub(super) holds: Vec<Entered<HoldRow>>,
    pub(super) events: Vec<Entered<HoldEventRow>>,
}

/// Where a story of a hold ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Requested,
    Rejected,
    Withdrawn,
    OnHold,
    ReleaseRequested,
    Refused,
    Released(Disposition),
    Scrapped,
}

/// What happened long ago and is over, and what waits for somebody now.
pub(super) fn holds(setting: &Setting<'_>, orders: &Orders, inspected: &[Inspected]) -> Holds {
    let (worked, stalled) = (&orders.worked, orders.stalled.as_ref());
    let mut holds = Holds::default();
    let mut chance = Chance::of(setting.seed, &format!("holds {}", setting.client.id));
    for found in inspected {
        let inspection = &found.inspection.row;
        let is_over = setting.now.minutes_since(found.inspection.at) > 6 * 1440;
        let Some(order) = worked.iter().find(|order| Some(&order.id) == inspection.work_order_id.as_ref()) else {
            continue;
        };
        let is_held = inspection.inspected - inspection.passed >= WORTH_IT && chance.happens(HELD);
        if is_over && is_held {
            let end = past(&mut chance);
            let from = found.inspection.at.plus_minutes(chance.between(4, 25));
            let story = Story { from, end, quality_entry: Some(inspection.entry_id), reason: "QUALITY_FAILED" };
            let quantity = part_of(order, &mut chance);
            holds.tell(setting, &mut chance, order, quantity, &story);
        }
    }
    let recent: Vec<&Worked> = worked.iter().filter(|order| setting.now.minutes_since(order.to) < 3 * 1440).collect();
    let minutes_ago = [
        (95, End::Requested, "QUALITY_DOUBT"),
        (26 * 60, End::OnHold, "MATERIAL_SUSPECT"),
        (3 * 1440 + 200, End::ReleaseRequested, "PROCESS_DEVIATION"),
        (12 * 1440, End::OnHold, "SPECIFICATION"),
        (5 * 1440, End::Refused, "CUSTOMER_REQUEST"),
    ];
    for (number, (ago, end, reason)) in minutes_ago.into_iter().enumerate() {
        let Some(order) = recent.get(number % recent.len().max(1)) else { break };
        let from = setting.now.plus_minutes(-ago).max(order.from.plus_minutes(60)).min(setting.now.plus_minutes(-30));
        let quantity = part_of(order, &mut chance);
        holds.tell(setting, &mut chance, order, quantity, &Story { from, end, quality_entry: None, reason });
    }
    if let Some(order) = stalled {
        let from = order.from.plus_minutes(1440);
        let story = Story { from, end: End::OnHold, quality_entry: None, reason: "ENGINEERING_CHANGE" };
        holds.tell(setting, &mut chance, order, order.quantity, &story);
    }
    holds
}

fn past(chance: &mut Chance) -> End {
    match chance.between(1, 20) {
        1 | 2 => End::Rejected,
        3 => End::Withdrawn,
        4 | 5 => End::Scrapped,
        6..=12 => End::Released(Disposition::Rework),
        13..=18 => End::Released(Disposition::UseAsIs),
        _ => End::Released(Disposition::Return),
    }
}

fn part_of(order: &Worked, chance: &mut Chance) -> i64 {
    chance.around(10, 160).min(order.quantity / 6).max(1)
}

struct Story {
    from: Instant,
    end: End,
    quality_entry: Option<Uuid>,
    reason: &'static str,
}

impl Holds {
    fn tell(&mut self, setting: &Setting<'_>, chance: &mut Chance, order: &Worked, quantity: i64, story: &Story) {
        let client = setting.client;
        let hold_id = chance.id(story.from);
        let row = HoldRow {
            client_id: client.id.as_str().to_owned(),
            hold_id,
            work_order_id: order.id.clone(),
            job_id: None,
            reason: story.reason.into(),
            quantity,
            status: HoldStatus::Requested.as_str().into(),
            requested_by: Some(client.operator.clone()),
            requested_at: Some(story.from),
            approved_by: None,
            approved_at: None,
            placed_by: None,
            hold_from: None,
            release_requested_by: None,
            release_requested_at: None,
            released_by: None,
            released_at: None,
            disposition: None,
            quality_entry_id: story.quality_entry,
            split_from: None,
            notes: None,
        };
        let mut telling = Telling { row, events: Vec::new(), at: story.from, now: setting.now };
        telling.step(HoldStep::Request, &client.operator, 0);
        telling.go_on_until(story.end, setting, chance);
        let by = client.operator.clone();
        self.events.extend(telling.events);
        self.holds.push(Entered { by, at: story.from, row: telling.row });
    }
}

/// A hold on its way.
struct Telling {
    row: HoldRow,
    events: Vec<Entered<HoldEventRow>>,
    at: Instant,
    now: Instant,
}

impl Telling {
    fn go_on_until(&mut self, end: End, setting: &Setting<'_>, chance: &mut Chance) {
        let client = setting.client;
        let decided = chance.between(4, 28);
        match end {
            End::Requested => return,
            End::Rejected => return self.step(HoldStep::Reject, &client.leader, decided),
            End::Withdrawn => return self.step(HoldStep::Withdraw, &client.operator, decided),
            End::OnHold | End::ReleaseRequested | End::Refused | End::Released(_) | End::Scrapped => {
                self.step(HoldStep::Approve, &client.leader, decided);
            }
        }
        match end {
            End::ReleaseRequested => self.step(HoldStep::RequestRelease, &client.operator, chance.between(600, 2400)),
            End::Refused => {
                self.step(HoldStep::RequestRelease, &client.operator, chance.between(600, 1800));
                self.step(HoldStep::RefuseRelease, &client.leader, chance.between(20, 200));
            }
            End::Released(disposition) => {
                self.step(HoldStep::RequestRelease, &client.operator, chance.between(600, 4000));
                self.row.disposition = Some(disposition.as_str().into());
                self.step(HoldStep::Release, &client.second, chance.between(15, 300));
            }
            End::Scrapped => {
                self.row.disposition = Some(Disposition::Scrap.as_str().into());
                self.step(HoldStep::Scrap, &client.second, chance.between(400, 3000));
            }
            End::Requested | End::Rejected | End::Withdrawn | End::OnHold => {}
        }
    }

    /// One step, so many minutes after the one before; never in the future.
    fn step(&mut self, step: HoldStep, by: &str, minutes: i64) {
        self.at = self.at.plus_minutes(minutes).min(self.now);
        let (who, at) = (Some(by.to_owned()), Some(self.at));
        match step {
            HoldStep::Approve => (self.row.approved_by, self.row.approved_at, self.row.hold_from) = (who, at, at),
            HoldStep::RequestRelease => (self.row.release_requested_by, self.row.release_requested_at) = (who, at),
            HoldStep::RefuseRelease => (self.row.release_requested_by, self.row.release_requested_at) = (None, None),
            HoldStep::Release | HoldStep::Scrap => (self.row.released_by, self.row.released_at) = (who, at),
            HoldStep::Place => (self.row.placed_by, self.row.hold_from) = (who, at),
            HoldStep::Request | HoldStep::Reject | HoldStep::Withdraw => {}
        }
        let before = HoldStatus::parse(&self.row.status).filter(|_| step != HoldStep::Request);
        if let Some(status) = step.leads_to(before) {
            self.row.status = status.as_str().into();
        }
        let row = HoldEventRow {
            client_id: self.row.client_id.clone(),
            hold_id: self.row.hold_id,
            seq: i64::try_from(self.events.len()).unwrap_or(0) + 1,
            step: step.as_str().into(),
            quantity: self.row.quantity,
            by_login: by.to_owned(),
            at: self.at,
            note: None,
        };
        self.events.push(Entered { by: by.to_owned(), at: self.at, row });
    }
}
