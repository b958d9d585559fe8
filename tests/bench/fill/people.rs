//! Employees, their attendance, and who covered for them.

use super::master::{POOL, pool_person};
use super::{Client, MINUTE, Table, beginning, id, int, maybe, text};
use crate::chance::Chance;
use crate::plant::SEED;
use kpi_ops::domain::clock::ProductionDate;
use sqlx::SqliteConnection;

/// Employees of each client in the big plant, a third of them in each shift.
const EMPLOYEES: i64 = 60;
/// Minutes that everybody is scheduled for.
const SCHEDULED: i64 = 450;
/// Scheduled days in a thousand.
const AT_WORK: i64 = 913;

/// The people of a client and their days.
pub async fn of_client(tx: &mut SqliteConnection, client: &Client) -> u64 {
    let mut persons = Table::append_only("employee", &["employee_id"]);
    let place_columns =
        ["client_id", "employee_number", "employee_id", "name", "department", "is_primary", "valid_from", "active"];
    let mut places = Table::of("employee_client_assignment", &place_columns);
    let employees = EMPLOYEES / client.size.part();
    for number in 0..employees {
        let person = Chance::of(SEED, &format!("person {} {number}", client.key)).id(beginning());
        persons.write([id(person)], beginning());
        let row = [
            client.value(),
            text(employee(number)),
            id(person),
            text(format!("Person {number}")),
            text("Assembly"),
            int(1),
            int(i64::from(client.first_day().0)),
            int(1),
        ];
        places.write(row, beginning());
    }
    persons.done(tx).await + places.done(tx).await + attendance(tx, client, employees).await
}

fn employee(number: i64) -> String {
    format!("E{number:03}")
}

async fn attendance(tx: &mut SqliteConnection, client: &Client, employees: i64) -> u64 {
    let mut attendance = Table::of(
        "attendance_entry",
        &[
            "client_id",
            "production_date",
            "shift_id",
            "employee_number",
            "shift_valid_from",
            "scheduled_minutes",
            "worked_minutes",
            "absence_minutes",
            "absence_type",
            "absence_counts",
            "late",
        ],
    );
    let mut coverage = Table::of(
        "coverage_entry",
        &[
            "client_id",
            "production_date",
            "shift_id",
            "employee_number",
            "coverage_id",
            "pool_employee_id",
            "covered_from",
            "covered_to",
            "minutes",
        ],
    );
    let booking_columns = ["employee_id", "booked_from", "booked_to", "coverage_id"];
    let mut bookings = Table::append_only("pool_booking", &booking_columns);
    let mut chance = client.chance("people");
    for turn in client.turns() {
        let mut covered = 0;
        let shift = i64::try_from(turn.number).expect("a shift");
        for number in (0..employees).filter(|number| number % 3 == shift) {
            if !chance.hits(AT_WORK) {
                continue;
            }
            let absence = match chance.between(0, 99) {
                0..=3 => SCHEDULED,
                4 => chance.between(15, 240),
                _ => 0,
            };
            let (code, counts) = chance.one(&client.absences).clone();
            let away = absence > 0;
            let key = || [client.value(), turn.day(), turn.shift(), text(employee(number))];
            let [owner, day, shift_id, person] = key();
            let row = [
                owner,
                day,
                shift_id,
                person,
                int(i64::from(ProductionDate::BEGINNING.0)),
                int(SCHEDULED),
                int(SCHEDULED - absence),
                int(absence),
                maybe(away.then(|| text(code))),
                maybe(away.then(|| int(counts))),
                int(0),
            ];
            attendance.write(row, turn.starts_at + 10 * MINUTE);
            // Two pool people of the client are free for each shift.
            if away && counts == 1 && covered < POOL / 3 && chance.hits(300) {
                let entry = chance.id(turn.starts_at);
                let borrowed = pool_person(client.number, shift * (POOL / 3) + covered);
                let until = turn.starts_at + absence * MINUTE;
                let [owner, day, shift_id, person] = key();
                let row = [
                    owner,
                    day,
                    shift_id,
                    person,
                    id(entry),
                    id(borrowed),
                    int(turn.starts_at),
                    int(until),
                    int(absence),
                ];
                coverage.write(row, turn.starts_at);
                bookings.write([id(borrowed), int(turn.starts_at), int(until), id(entry)], turn.starts_at);
                covered += 1;
            }
        }
    }
    attendance.done(tx).await + coverage.done(tx).await + bookings.done(tx).await
}
