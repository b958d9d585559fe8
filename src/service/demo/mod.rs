//! The demo plant: some clients with their lines, orders, people and three months of history, and a shift that is on
//! now.
//!
//! Everything follows from the seed and the clock: keys, names, figures and who entered them when. It fills only a
//! database that holds nothing. The mark of the demo is written first and gets its logins last, so that a filling that
//! was interrupted is told from a plant, and refused.

mod accounts;
mod calendar;
mod cast;
mod chance;
mod hold;
mod inspect;
mod line;
mod master;
mod order;
mod people;
mod turn;

use super::{Plant, Problem};
use crate::domain::clock::{Instant, PlantClock};
use crate::domain::id::ClientId;
use crate::store::Session;
use crate::store::audit::AuditEntry;
use crate::store::demo::{DemoRow, Entered, FillTx, PersonRow, PoolRow};
use cast::{Cast, Client};
use line::{Entries, Setting};
use people::{Member, Pool};
use serde_json::json;

/// What a demo is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoPlan {
    /// Where its chance begins.
    pub seed: u64,
    /// How many clients it has.
    pub clients: u16,
    /// How many days of history, today included.
    pub days: i32,
}

impl Default for DemoPlan {
    fn default() -> Self {
        Self { seed: 1, clients: 6, days: 90 }
    }
}

/// Most clients of a demo.
pub const MOST_CLIENTS: u16 = 200;
/// Most days of a demo.
pub const MOST_DAYS: i32 = 1_100;

/// People of the first client who also have a place at the second.
const LENT: usize = 2;

/// What a database is to the demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemoState {
    /// It holds nothing, so it can be filled.
    Blank,
    /// It is a demo.
    Ready,
    /// Its filling was interrupted, or is under way.
    Unfinished,
    /// It holds something else.
    Plant,
}

/// What was filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DemoFilled {
    /// Rows written.
    pub rows: usize,
}

impl Plant {
    /// What this database is to the demo.
    pub async fn demo_state(&self) -> Result<DemoState, Problem> {
        Ok(if self.is_blank().await? {
            DemoState::Blank
        } else if !self.is_demo().await? {
            DemoState::Plant
        } else if self.demo_logins().await?.is_empty() {
            DemoState::Unfinished
        } else {
            DemoState::Ready
        })
    }

    /// Fills a blank database with a demo plant. `progress` hears how many of how many steps are done.
    pub async fn fill_demo(
        &self,
        plan: DemoPlan,
        mut progress: impl FnMut(usize, usize),
    ) -> Result<DemoFilled, Problem> {
        check(plan)?;
        let cast = Cast::of(usize::from(plan.clients))?;
        let now = self.clock().now();
        let since = PlantClock::new(chrono_tz::UTC).date(now).plus_days(-plan.days);
        let begun = PlantClock::new(chrono_tz::UTC).at_minute(since, 8 * 60);
        let steps = cast.clients.len() + 1;

        self.mark_demo(&[]).await?;
        let session = accounts::open(self.store(), plan.seed, &cast, begun).await?;
        progress(1, steps);
        let part = session.narrow(None).await?;
        let tx = part.fill(begun).await?;
        let mut filling =
            Filling { whole: &session, part, tx, plan, cast: &cast, now, begun, rows: 0, lent: Vec::new() };
        let shifts = calendar::shifts()?;
        let mut pool = Pool::of(plan.seed, &cast.words, begun);
        filling.shared(&shifts, &pool).await?;
        for (number, client) in cast.clients.iter().enumerate() {
            filling = filling.save_and_go_on_with(&client.id).await?;
            filling.client(client, &shifts, &mut pool).await?;
            progress(number + 2, steps);
        }
        let rows = filling.rows;
        filling.tx.commit().await?;
        filling.part.close().await;
        session.close().await;
        self.store().finish_demo(&accounts::logins(&cast)?, begun).await?;
        Ok(DemoFilled { rows })
    }
}

fn check(plan: DemoPlan) -> Result<(), Problem> {
    if !(1..=MOST_CLIENTS).contains(&plan.clients) {
        return Err(Problem::reject("clients", "is out of range", format!("give a number from 1 to {MOST_CLIENTS}")));
    }
    if !(1..=MOST_DAYS).contains(&plan.days) {
        return Err(Problem::reject("days", "is out of range", format!("give a number from 1 to {MOST_DAYS}")));
    }
    Ok(())
}

/// A filling on its way: one transaction for what all share and one for each client, narrowed to it. A server looks each
/// row's client up among those in view, and can count the rows that it plans for once they are saved.
struct Filling<'a> {
    whole: &'a Session,
    part: Session,
    tx: FillTx,
    plan: DemoPlan,
    cast: &'a Cast,
    now: Instant,
    begun: Instant,
    rows: usize,
    /// People of the client before, who also work for the next one.
    lent: Vec<Member>,
}

impl Filling<'_> {
    /// Makes durable what was written, and begins the part of a client.
    async fn save_and_go_on_with(self, client: &ClientId) -> Result<Self, Problem> {
        self.tx.commit().await?;
        self.part.close().await;
        let part = self.whole.narrow(Some(vec![client.clone()])).await?;
        let tx = part.fill(self.begun).await?;
        Ok(Self { part, tx, ..self })
    }

    async fn write<T: DemoRow>(&mut self, rows: Vec<Entered<T>>) -> Result<(), Problem> {
        self.rows += self.tx.write(rows).await?;
        Ok(())
    }

    fn admin(&self) -> String {
        self.cast.people.first().map(|person| person.login.clone()).unwrap_or_default()
    }

    /// What all clients share.
    async fn shared(&mut self, shifts: &[crate::domain::shift::Shift], pool: &Pool) -> Result<(), Problem> {
        let (by, at) = (self.admin(), self.begun);
        self.write(master::shifts(shifts, &by, at)).await?;
        self.write(master::products(self.cast, &by, at)).await?;
        let person = |id| Entered { by: by.clone(), at, row: PersonRow { employee_id: id } };
        self.write(pool.people.iter().map(|(id, _)| person(*id)).collect()).await?;
        let skills = self.cast.words.skills.iter().cycle();
        let people = pool.people.iter().zip(skills).map(|((id, name), skills)| {
            let row = PoolRow { employee_id: *id, name: name.clone(), skills: Some(skills.clone()), active: true };
            Entered { by: by.clone(), at, row }
        });
        self.write(people.collect()).await
    }

    /// Everything of one client.
    async fn client(
        &mut self,
        client: &Client,
        shifts: &[crate::domain::shift::Shift],
        pool: &mut Pool,
    ) -> Result<(), Problem> {
        let written_before = self.rows;
        let (by, at, cast) = (self.admin(), self.begun, self.cast);
        let master = master::of_client(client, &by, at, client.clock.date(self.now));
        self.write(master.links).await?;
        self.write(master.stages).await?;
        self.write(master.lines).await?;
        self.write(master.parts).await?;
        self.write(master.targets).await?;
        if client.place == 0 {
            self.tx.switch(client.id.as_str(), "bradford", 1).await?;
        }
        let codes = self.tx.codes(client.id.as_str()).await?;
        let turns = calendar::turns(client, shifts, self.plan.days, self.now);
        let setting =
            Setting { seed: self.plan.seed, client, words: &cast.words, codes: &codes, turns: &turns, now: self.now };
        self.work(&setting).await?;
        let members = people::members(self.plan.seed, client, &cast.words, at);
        self.people(&setting, &members, pool).await?;
        let rows = self.rows - written_before;
        self.record(&client.id, rows);
        Ok(())
    }

    /// Orders, counts, stops, inspections and holds.
    async fn work(&mut self, setting: &Setting<'_>) -> Result<(), Problem> {
        let mut orders = order::Orders::of(setting.client);
        let mut entries = Entries::default();
        for line in &setting.client.lines {
            line::history(setting, line, &mut orders, &mut entries);
        }
        orders.plan_ahead(setting);
        let held = hold::holds(setting, &orders, &entries.inspected);
        self.write(orders.rows).await?;
        self.write(orders.jobs).await?;
        self.write(entries.line_shifts).await?;
        self.write(entries.signed).await?;
        self.write(entries.counts).await?;
        self.write(entries.stops).await?;
        let (inspections, defects): (Vec<_>, Vec<_>) =
            entries.inspected.into_iter().map(|found| (found.inspection, found.defects)).unzip();
        self.write(inspections).await?;
        self.write(defects.into_iter().flatten().collect()).await?;
        self.write(held.holds).await?;
        self.write(held.events).await
    }

    /// Employees, attendance and coverage.
    async fn people(&mut self, setting: &Setting<'_>, members: &[Member], pool: &mut Pool) -> Result<(), Problem> {
        let (by, at) = (setting.client.leader.clone(), self.begun);
        let person = |member: &Member| Entered { by: by.clone(), at, row: PersonRow { employee_id: member.id } };
        self.write(members.iter().map(person).collect()).await?;
        self.write(people::employees(setting.client, members, at)).await?;
        if setting.client.place == 1 {
            self.write(people::lent(setting.client, &self.lent, at)).await?;
        }
        self.lent = members.iter().take(LENT).cloned().collect();
        let presence = people::presence(setting, members, pool);
        self.write(presence.attendance).await?;
        self.write(presence.coverage).await?;
        self.write(presence.bookings).await
    }

    fn record(&mut self, client: &ClientId, rows: usize) {
        let entry = AuditEntry {
            table: "client",
            key: client.as_str().to_owned(),
            action: "demo_filled",
            before: None,
            after: Some(json!({ "rows": rows, "seed": self.plan.seed, "days": self.plan.days })),
        };
        self.tx.tx().record(client, entry);
    }
}
