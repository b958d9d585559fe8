//! The people of a client, when they were there, who covered for them, and what is on the record.

use super::{POOL, Row, TODAY, dice, entry_id, key, marker, people_of, table, window};
use crate::store::funnel::{InsertInto, Stamp, args};
use uuid::Uuid;

/// Employee numbers that every client has; who has the last one works for the client before or after as well.
pub(super) const NUMBERS: [&str; 4] = ["100", "101", "102", "900"];
/// Days with attendance.
const DAYS: i32 = 6;

/// Somebody of the floating pool.
pub(super) fn pool(number: u128) -> Uuid {
    entry_id(9, number)
}

/// The person behind a number of a client.
fn person(client: usize, number: usize) -> Uuid {
    match NUMBERS[number] {
        "900" => entry_id(8, (client / 2) as u128),
        _ => entry_id(7, (client * 10 + number) as u128),
    }
}

pub(super) fn persons_of(client: usize) -> Vec<Uuid> {
    (0..NUMBERS.len()).map(|number| person(client, number)).collect()
}

/// The people of a client.
#[rustfmt::skip]
pub(super) fn assignments(client: usize) -> Vec<(InsertInto, Vec<Row>)> {
    let assign = |number: usize| {
        let name = format!("Worker {number} of {}", marker(client));
        let department = format!("hall {}", dice(client, "hall", 0, 9));
        // Who works for two clients is primary at the first.
        let is_primary = number < 3 || client.is_multiple_of(2);
        let values = args![&key(client), NUMBERS[number], person(client, number), name, department, is_primary, number != 2];
        (values, "paul".to_owned(), super::NOW.plus_minutes(-6000))
    };
    let columns = &["client_id", "employee_number", "employee_id", "name", "department", "is_primary", "active"];
    vec![(table("t_employee_client_assignment", columns), (0..NUMBERS.len()).map(assign).collect())]
}

#[rustfmt::skip]
pub(super) fn of_client(client: usize) -> Vec<(InsertInto, Vec<Row>)> {
    let (id, word) = (key(client), marker(client));
    let [operator, _, leader] = people_of(client).map(|(login, _)| login);
    let (mut attendance, mut coverage, mut bookings) = (Vec::new(), Vec::new(), Vec::new());
    for day in 0..DAYS {
        let date = TODAY.plus_days(-day);
        let times = window(client, 0, date);
        for (place, number) in NUMBERS.iter().enumerate() {
            let n = i64::from(day) * 10 + i64::try_from(place).unwrap();
            let absent = if dice(client, "absent", n, 4) == 0 { 60 * (1 + dice(client, "hours", n, 8)) } else { 0 };
            let kind = ["UNCLASSIFIED", "SICK", "LEAVE"][usize::try_from(dice(client, "absence", n, 3)).unwrap()];
            let counts = (absent > 0).then_some(kind != "LEAVE");
            attendance.push((args![&id, date, "E", *number, i64::from(i32::MIN), 480_i64, 480 - absent, absent, (absent > 0).then_some(kind), counts,
                day > 2, format!("attendance of {word}")], operator.clone(), times.starts_at));
        }
        // The pool covers at several clients; each begins in a second of its own.
        let turn = u128::from(date.0.cast_unsigned()) * 100 + client as u128;
        if dice(client, "cover", day.into(), 2) == 0 {
            let from = times.starts_at.plus_millis(1000 * i64::try_from(client).unwrap());
            let cover = entry_id(10, turn);
            let by = leader.clone();
            coverage.push((args![&id, cover, date, "E", NUMBERS[0], pool(1 + turn % POOL), from, from.plus_minutes(5), 5_i64, format!("cover of {word}")], by.clone(), from));
            bookings.push((args![pool(1 + turn % POOL), from, from.plus_minutes(5), cover], by, from));
        }
    }
    // Everybody who may ask has done something lately.
    let authors = [leader.as_str(), operator.as_str(), leader.as_str(), "lena", "luis", "paul", "anna"];
    let trail = (1_i64..).zip(authors).map(|(seq, author)| {
        let at = super::NOW.plus_minutes(-100 * seq);
        (args![&id, seq, "work_order", "W1", "update", format!("{{\"notes\":\"{word}\"}}"), None::<String>, author, at, None::<Vec<u8>>, None::<Vec<u8>>], author.to_owned(), at)
    });
    vec![
        (table("t_attendance_entry", &["client_id", "production_date", "shift_id", "employee_number", "shift_valid_from", "scheduled_minutes", "worked_minutes",
            "absence_minutes", "absence_type", "absence_counts", "late", "notes"]), attendance),
        (table("t_coverage_entry", &["client_id", "coverage_id", "production_date", "shift_id", "employee_number", "pool_employee_id", "covered_from",
            "covered_to", "minutes", "notes"]), coverage),
        (InsertInto { stamp: Stamp::Created, ..table("t_pool_booking", &["employee_id", "booked_from", "booked_to", "coverage_id"]) }, bookings),
        (InsertInto { stamp: Stamp::Bare, ..table("t_audit_entry", &["client_id", "seq", "table_name", "row_key", "action", "before", "after", "by_login", "at",
            "previous_hash", "hash"]) }, trail.collect()),
    ]
}
