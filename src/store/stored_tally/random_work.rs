//! Random work at a plant, for the proof that stored tallies are what the entries add up to: everything that people,
//! imports and recalculations do to entries, through sessions.

use super::random_correction::{change_line_shift, correct, recalculate, remove_or_restore};
use super::random_entry::{attend, count, inspect, order, stop};
use crate::domain::clock::Instant;
use crate::domain::role::Role;
use crate::store::funnel::{InsertInto, Stamp, Value, WriteTx, args};
use crate::store::line_shift::LINE_SHIFT;
use crate::store::test_plant::{MONDAY, TestPlant};
use crate::store::{Session, StoreError};
use uuid::Uuid;

/// Days on which the plant works: six weeks, from the end of one month over the next into a third.
const FIRST_DAY: i64 = MONDAY.0 as i64 - 6;
const DAYS: i64 = 42;
pub(super) const LOSSES: [&str; 7] =
    ["planned", "breakdown", "setup", "small_stop", "reduced_speed", "reject", "startup_reject"];
pub(super) const SHIFTS: [&str; 2] = ["EARLY", "LATE"];
pub(super) const LINES: [&str; 2] = ["L1", "L2"];
pub(super) const PRODUCTS: [&str; 2] = ["P1", "P2"];
pub(super) const STAGES: [&str; 3] = ["cutting", "sewing", "final"];
pub(super) const TYPES: [&str; 3] = ["STAIN", "HOLE", "UNCLASSIFIED"];
pub(super) const ABSENCES: [(&str, bool); 3] = [("SICK", true), ("LEAVE", false), ("UNCLASSIFIED", true)];
pub(super) const PEOPLE: [&str; 4] = ["100", "101", "102", "103"];

pub(super) const fn table(table: &'static str, columns: &'static [&'static str]) -> InsertInto {
    InsertInto { table, columns, stamp: Stamp::Full }
}

/// Numbers that are the same in every run.
#[derive(Debug, Clone)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number below `limit`.
    pub(super) fn below(&mut self, limit: i64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % u64::try_from(limit).unwrap()).cast_signed()
    }

    /// Whether one of `limit` chances came.
    pub(super) fn one_in(&mut self, limit: i64) -> bool {
        self.below(limit) == 0
    }

    /// One of some.
    pub(super) fn of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[usize::try_from(self.below(choices.len().try_into().unwrap())).unwrap()].clone()
    }

    /// A day on which the plant works.
    pub(super) fn date(&mut self) -> i64 {
        FIRST_DAY + self.below(DAYS)
    }

    /// A key.
    pub(super) fn id(&mut self) -> Uuid {
        Uuid::from_u64_pair(self.below(i64::MAX).cast_unsigned(), self.0)
    }
}

/// The keys of what one client has.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    pub(super) counts: Vec<Uuid>,
    pub(super) stops: Vec<Uuid>,
    pub(super) inspections: Vec<Uuid>,
    pub(super) defects: Vec<(Uuid, &'static str)>,
    pub(super) people: Vec<(i64, &'static str, &'static str)>,
    pub(super) covers: Vec<Uuid>,
    pub(super) orders: Vec<String>,
}

/// Gives clients of a plant what their work refers to, and line shifts in which nothing was entered.
pub(crate) async fn prepare(plant: &TestPlant, clients: &[&str]) {
    let admin = plant.session(Role::Admin, &[]).await;
    let mut tx = admin.write(Instant(0)).await.unwrap();
    let person = InsertInto { table: "employee", columns: &["employee_id"], stamp: Stamp::Created };
    tx.insert_one(&person, args![Uuid::nil()]).await.unwrap();
    let pool = table("floating_pool", &["employee_id", "name", "active"]);
    tx.insert_one(&pool, args![Uuid::nil(), "Paula", true]).await.unwrap();
    for &client in clients {
        let stage = table("stage", &["client_id", "stage", "position"]);
        tx.insert(&stage, STAGES.map(|stage| args![client, stage, 1_i64]).into()).await.unwrap();
        let kind = table("defect_type", &["client_id", "code", "name", "hidden"]);
        tx.insert(&kind, TYPES.map(|code| args![client, code, code, false]).into()).await.unwrap();
        let reason = table("hold_reason", &["client_id", "code", "name", "hidden"]);
        tx.insert_one(&reason, args![client, "DOUBT", "Doubt", false]).await.unwrap();
        let absence = table("absence_type", &["client_id", "code", "name", "counts", "hidden"]);
        let absences = ABSENCES.map(|(code, counts)| args![client, code, code, counts, false]);
        tx.insert(&absence, absences.into()).await.unwrap();
        for number in PEOPLE {
            let id = Uuid::from_u64_pair(client.bytes().map(u64::from).sum(), number.parse().unwrap());
            tx.insert_one(&person, args![id]).await.unwrap();
            let place = table(
                "employee_client_assignment",
                &["client_id", "employee_number", "employee_id", "name", "is_primary", "active"],
            );
            tx.insert_one(&place, args![client, number, id, number, true, true]).await.unwrap();
        }
        for day in 0..DAYS {
            let rows =
                SHIFTS.iter().flat_map(|shift| LINES.map(|line| line_shift(client, FIRST_DAY + day, shift, line)));
            tx.insert(&LINE_SHIFT, rows.collect()).await.unwrap();
        }
    }
    tx.commit().await.unwrap();
}

fn line_shift(client: &str, date: i64, shift: &str, line: &str) -> Vec<Value> {
    let (none, at, start) = (None::<String>, None::<Instant>, date * 86_400_000);
    let (planned, crew) = (if line == "L1" { 450_i64 } else { 0 }, (shift == "EARLY").then_some(3_i64));
    args![
        client,
        date,
        shift,
        line,
        i64::from(i32::MIN),
        start,
        start + 28_800_000,
        planned,
        false,
        crew,
        false,
        None::<i64>,
        false,
        "open",
        none.clone(),
        at,
        none.clone(),
        none.clone(),
        at,
        none
    ]
}

/// Does one random thing for a client. A refusal is an error, after which nothing of the transaction stays.
async fn step(tx: &mut WriteTx, client: &'static str, known: &mut Known, dice: &mut Dice) -> Result<(), StoreError> {
    match dice.below(100) {
        0..20 => count(tx, client, known, dice).await,
        20..32 => stop(tx, client, known, dice).await,
        32..42 => inspect(tx, client, known, dice).await,
        42..50 => attend(tx, client, known, dice).await,
        50..54 => order(tx, client, known, dice).await,
        54..58 => change_line_shift(tx, client, dice).await,
        58..60 => recalculate(tx, client, dice).await,
        60..88 => correct(tx, client, known, dice).await,
        _ => remove_or_restore(tx, client, known, dice).await,
    }
}

/// What was done, and what was refused.
#[derive(Debug, Default)]
pub(crate) struct Done {
    pub(crate) kept: usize,
    pub(crate) rolled_back: usize,
    pub(crate) refused: usize,
}

/// Works for clients, some twenty steps to a transaction, of which one in seven is rolled back.
pub(crate) async fn work(
    session: &Session,
    clients: &[&'static str],
    known: &mut [Known],
    dice: &mut Dice,
    steps: usize,
) -> Done {
    let mut done = Done::default();
    while done.kept + done.rolled_back < steps {
        let mut tx = session.write(Instant(1)).await.unwrap();
        let mut tried = known.to_vec();
        let (mut result, mut made) = (Ok(()), 0);
        for _ in 0..=dice.below(40) {
            let place = usize::try_from(dice.below(clients.len().try_into().unwrap())).unwrap();
            result = step(&mut tx, clients[place], &mut tried[place], dice).await;
            made += 1;
            if result.is_err() {
                break;
            }
        }
        match result {
            Ok(()) if !dice.one_in(7) => {
                tx.commit().await.unwrap();
                known.clone_from_slice(&tried);
                done.kept += made;
            }
            Ok(()) => done.rolled_back += made,
            Err(StoreError::Overlap | StoreError::Duplicate | StoreError::Check(_)) => done.refused += 1,
            Err(error) => panic!("{error}"),
        }
    }
    done
}
