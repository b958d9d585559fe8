//! The holds that wait for the person who asks: what they may do with each, how long it waits, and whether its order is
//! due.

use super::{Desk, Problem};
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::hold::{HoldStatus, HoldStep};
use crate::domain::id::{ClientId, EntryId, WorkOrderId};
use crate::domain::measure::Units;
use crate::domain::role::Permission;
use crate::store::hold_queue::{self, Open};
use crate::store::master_data;
use crate::store::master_data::Setting;
use std::collections::BTreeMap;

/// A hold that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingHold {
    /// The client.
    pub client_id: ClientId,
    /// The hold.
    pub hold_id: EntryId,
    /// The order whose goods are held.
    pub work_order_id: WorkOrderId,
    /// The reason's name.
    pub reason: String,
    /// How much.
    pub quantity: Units,
    /// Where it is.
    pub status: HoldStatus,
    /// Who asked for what is to be decided.
    pub asked_by: String,
    /// Since when it waits.
    pub since: Instant,
    /// When the order is due.
    pub due: Option<ProductionDate>,
    /// Whether that is today or past, at the client.
    pub is_due: bool,
    /// What this person may do with it; nothing where they wait for somebody else.
    pub steps: Vec<HoldStep>,
}

impl Desk {
    /// The holds that wait for this person, the longest first: for a leader what is to be decided and is not theirs
    /// alone to wait for, for everybody what they asked for and nobody has decided.
    pub(super) async fn hold_queue(&self) -> Result<Vec<WaitingHold>, Problem> {
        let (now, person) = (self.now(), self.person());
        let login = person.login.as_str();
        let mut tx = self.session.read().await?;
        let open = hold_queue::open(&mut tx).await?;
        let mut two_people: BTreeMap<ClientId, bool> = BTreeMap::new();
        let mut queue = Vec::new();
        for waiting in open {
            let hold = &waiting.hold;
            let Some(client) = self.session.scope().client(&hold.client_id) else { continue };
            if !two_people.contains_key(&hold.client_id) {
                let setting = master_data::setting(&mut tx, &hold.client_id, Setting::TwoPersonRelease).await?;
                two_people.insert(hold.client_id.clone(), setting != 0);
            }
            let wants_two = two_people.get(&hold.client_id).copied().unwrap_or(true);
            let is_own = waiting.asked_by() == Some(login);
            let steps = self.steps_of(&waiting, wants_two);
            if steps.is_empty() && !is_own {
                continue;
            }
            let today = client.clock.date(now);
            let asked_by = waiting.asked_by().unwrap_or_default().to_owned();
            let Open { hold, due, .. } = waiting;
            queue.push(WaitingHold {
                client_id: hold.client_id,
                hold_id: hold.hold_id,
                work_order_id: hold.work_order_id,
                reason: hold.reason_name,
                quantity: hold.quantity,
                status: hold.status,
                asked_by,
                since: hold.since,
                due,
                is_due: due.is_some_and(|due| due <= today),
                steps,
            });
        }
        Ok(queue)
    }

    /// What this person may do with a hold that somebody has to decide.
    fn steps_of(&self, waiting: &Open, wants_two: bool) -> Vec<HoldStep> {
        let person = self.person();
        if !person.role.may(Permission::DecideHold) {
            return Vec::new();
        }
        let is_second = || waiting.hands().second_person(person.login.as_str()).is_ok();
        let may = |step: &HoldStep| match step {
            HoldStep::Approve | HoldStep::Reject | HoldStep::RefuseRelease => true,
            HoldStep::Release => !wants_two || is_second(),
            _ => false,
        };
        let mut steps = HoldStep::possible(waiting.hold.status, person.role);
        steps.retain(may);
        // Who may not release what was asked for leaves it to another leader.
        if waiting.hold.status == HoldStatus::ReleaseRequested && !steps.contains(&HoldStep::Release) {
            steps.clear();
        }
        steps
    }
}
