//! Attendance and cover of everybody who can be named.

use super::Aim;
use crate::domain::id::{ClientId, EntryId};
use crate::domain::measure::Minutes;
use crate::service::{Attended, Command, CoverAbsence, TakeAttendance, WorkedTime};
use crate::store::many_clients::{TODAY, last_hour_of_late, people_numbers, pool_member};
use uuid::Uuid;

pub(super) fn attendance(client: &ClientId, aim: &Aim) -> Vec<Command> {
    let attended = |number: &str, version, worked: i64, kind: Option<&str>| Attended {
        employee_number: number.parse().unwrap(),
        version,
        presence: Some(WorkedTime {
            scheduled: Minutes(480),
            worked: Minutes(worked),
            absence_type: kind.map(|kind| kind.parse().unwrap()),
        }),
    };
    let take = |shift: &str, people| {
        let (client_id, production_date) = (client.clone(), TODAY.plus_days(-1));
        let shift_id = shift.parse().unwrap();
        Command::TakeAttendance(TakeAttendance { client_id, production_date, shift_id, people })
    };
    let mut all = Vec::new();
    for number in people_numbers() {
        all.push(take("L", vec![attended(number, 0, 0, None)]));
        all.push(take("E", vec![attended(number, 1, 300, None)]));
        all.push(take("E", vec![attended(number, 7, 200, Some("NONE"))]));
        all.push(take("E", vec![Attended { presence: None, ..attended(number, 1, 0, None) }]));
    }
    for owner in &aim.owners {
        all.push(take("E", vec![attended(&format!("E-{owner}"), 0, 480, None)]));
    }
    all.push(take("GONE", vec![attended("1", 0, 480, None)]));
    for (turn, number) in (0..).zip(people_numbers()) {
        let pool = [(pool_member(1 + turn % 3), "L"), (pool_member(2), "E"), (Uuid::from_u128(9), "L")];
        for (place, (pool, shift)) in (0..).zip(pool) {
            all.push(Command::CoverAbsence(CoverAbsence {
                coverage_id: EntryId(Uuid::from_u128(0xc0_7e00 + turn * 16 + place)),
                client_id: client.clone(),
                production_date: TODAY.plus_days(-1),
                shift_id: shift.parse().unwrap(),
                employee_number: number.parse().unwrap(),
                pool_employee_id: EntryId(pool),
                times: Some(last_hour_of_late(client)),
            }));
        }
    }
    all
}
