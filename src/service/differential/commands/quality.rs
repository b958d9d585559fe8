//! Inspections of every kind of thing that can be named, logged, corrected, removed and restored.

use super::{Aim, ids};
use crate::domain::id::{ClientId, EntryId};
use crate::domain::measure::Units;
use crate::domain::quality::Inspected;
use crate::service::{Command, DefectLine, LogInspection};
use crate::store::many_clients::TODAY;
use uuid::Uuid;

pub(super) fn inspections(client: &ClientId, aim: &Aim) -> Vec<Command> {
    let figures = |inspected, passed| Inspected {
        inspected: Units(inspected),
        passed: Units(passed),
        reworked: Units::ZERO,
        repaired: Units::ZERO,
        scrapped: Units::ZERO,
    };
    let plain = |number: u128| LogInspection {
        entry_id: EntryId(Uuid::from_u128(0x4a_0000 + number)),
        client_id: client.clone(),
        line_id: "L1".parse().unwrap(),
        shift: None,
        stage: "sewing".parse().unwrap(),
        work_order_id: None,
        job_id: None,
        part_number: None,
        inspected: figures(20, 18),
        defects: vec![DefectLine { code: "STAIN".parse().unwrap(), count: 2 }],
        notes: None,
    };
    let order = || Some("W1".parse().unwrap());
    let mut all = vec![
        plain(1),
        LogInspection { work_order_id: order(), job_id: Some("J1".parse().unwrap()), ..plain(2) },
        LogInspection { work_order_id: order(), job_id: Some("J4".parse().unwrap()), ..plain(3) },
        LogInspection { stage: "nowhere".parse().unwrap(), ..plain(4) },
        LogInspection { defects: vec![DefectLine { code: "NONE".parse().unwrap(), count: 1 }], ..plain(5) },
        LogInspection { inspected: figures(5, 6), ..plain(6) },
        LogInspection { shift: Some((TODAY.plus_days(-1), "L".parse().unwrap())), ..plain(7) },
        LogInspection { part_number: Some("PART".parse().unwrap()), ..plain(8) },
    ];
    for (number, owner) in (10..).zip(&aim.owners) {
        all.push(LogInspection { line_id: format!("L-{owner}").parse().unwrap(), ..plain(number) });
        all.push(LogInspection { work_order_id: Some(format!("W-{owner}").parse().unwrap()), ..plain(number + 20) });
        all.push(LogInspection { part_number: Some(format!("PART-{owner}").parse().unwrap()), ..plain(number + 40) });
    }
    all.extend(ids(3, aim, [0, 1].into_iter()).into_iter().map(|entry_id| LogInspection { entry_id, ..plain(0) }));
    let mut all: Vec<_> = all.into_iter().map(Command::LogInspection).collect();
    for entry_id in ids(3, aim, 0..3).into_iter().chain([plain(1).entry_id]) {
        let client_id = || client.clone();
        for version in [1, 7] {
            all.push(Command::CorrectInspection { to: LogInspection { entry_id, ..plain(0) }, version });
        }
        all.push(Command::RemoveInspection { client_id: client_id(), entry_id });
        all.push(Command::RestoreInspection { client_id: client_id(), entry_id });
    }
    all
}
