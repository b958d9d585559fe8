//! What a plant consists of, row by row: added, changed, taken away, and orders on their way.

use super::Aim;
use crate::domain::entity::Entity;
use crate::domain::id::ClientId;
use crate::domain::order::{OrderStatus, OrderStep};
use crate::service::{Command, OrderStanding, RemoveRow, RewindOrder, SaveRow, StepOrder};

type Fields<'a> = [(&'static str, &'a str)];

pub(super) fn rows(client: &ClientId, aim: &Aim) -> Vec<Command> {
    let owned = |fields: &Fields<'_>| fields.iter().map(|(name, text)| ((*name).into(), (*text).into())).collect();
    let save = |entity, version, fields: &Fields<'_>| {
        let client_id = Some(client.clone()).filter(|_| entity != Entity::Shifts);
        Command::SaveRow(SaveRow { entity, client_id, version, fields: owned(fields) })
    };
    let remove = |entity, version, key: &Fields<'_>| {
        let client_id = Some(client.clone()).filter(|_| entity != Entity::Shifts);
        Command::RemoveRow(RemoveRow { entity, client_id, version, key: owned(key) })
    };
    let mut all = Vec::new();
    for version in [None, Some(1), Some(9)] {
        all.extend([
            save(Entity::Lines, version, &[("line_id", "L2"), ("name", "Second")]),
            save(Entity::Lines, version, &[("line_id", "L8"), ("name", "Eighth")]),
            save(Entity::Employees, version, &[("employee_id", "101"), ("name", "Renamed")]),
            save(Entity::WorkOrders, version, &[("work_order_id", "W2"), ("product_id", "P1"), ("quantity", "70")]),
            save(Entity::WorkOrders, version, &[("work_order_id", "W9"), ("product_id", "P1"), ("quantity", "70")]),
            save(
                Entity::Jobs,
                version,
                &[("job_id", "J9"), ("work_order_id", "W1"), ("part_number", "A"), ("quantity", "7")],
            ),
            save(Entity::PartOpportunities, version, &[("part_number", "A"), ("opportunities_per_unit", "7")]),
            save(Entity::Codes, version, &[("kind", "defect"), ("code", "STAIN"), ("name", "Spot"), ("number", "77")]),
            save(Entity::Targets, version, &[("kpi", "oee"), ("target", "71"), ("valid_from", "2026-05-01")]),
        ]);
    }
    for owner in &aim.owners {
        let key = vec![("line_id".to_owned(), format!("L-{owner}"))];
        all.push(Command::RemoveRow(RemoveRow {
            entity: Entity::Lines,
            client_id: Some(client.clone()),
            version: 1,
            key,
        }));
        let (line, order) = (format!("L-{owner}"), format!("W-{owner}"));
        all.push(save(Entity::Lines, Some(1), &[("line_id", &line), ("name", "Taken")]));
        let fields = [("work_order_id", order.as_str()), ("product_id", "P1"), ("quantity", "70")];
        all.push(save(Entity::WorkOrders, Some(1), &fields));
        for &step in OrderStep::ALL {
            all.push(Command::StepOrder(StepOrder {
                client_id: client.clone(),
                work_order_id: order.parse().unwrap(),
                step,
                version: 1,
                at: None,
                quantity: None,
            }));
        }
    }
    for (order, version) in [("W9", 1), ("W9", 2), ("W2", 1), ("W2", 9)] {
        for &step in OrderStep::ALL {
            let work_order_id = order.parse().unwrap();
            let step = StepOrder { client_id: client.clone(), work_order_id, step, version, at: None, quantity: None };
            all.push(Command::StepOrder(step));
        }
        let to = OrderStanding {
            status: OrderStatus::Planned,
            started_at: None,
            completed_at: None,
            cancelled_at: None,
            delivered_at: None,
            delivered_date: None,
            delivered_quantity: None,
        };
        let work_order_id = order.parse().unwrap();
        all.push(Command::RewindOrder(RewindOrder {
            client_id: client.clone(),
            work_order_id,
            version: version + 1,
            to,
        }));
    }
    all.extend([
        remove(Entity::Lines, 1, &[("line_id", "L8")]),
        remove(Entity::WorkOrders, 1, &[("work_order_id", "W1")]),
        remove(Entity::WorkOrders, 1, &[("work_order_id", "W9")]),
        remove(Entity::Codes, 1, &[("kind", "defect"), ("code", "UNCLASSIFIED")]),
        remove(Entity::Jobs, 1, &[("job_id", "J9")]),
    ]);
    all
}
