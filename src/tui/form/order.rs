//! The form that delivers an order.

use super::Form;
use super::field::{Field, FieldKind, moment};
use crate::domain::clock::Instant;
use crate::domain::id::WorkOrderId;
use crate::domain::measure::{Units, whole};
use crate::domain::order::OrderStep;
use crate::domain::reject::Reject;
use crate::service::{Command, StepOrder};

/// How much was delivered, and when.
pub fn deliver_fields() -> Vec<Field> {
    vec![
        Field::new("delivered_quantity", "Delivered", FieldKind::Whole, "How many units went to the customer")
            .required()
            .saving(),
        Field::new("at", "When", FieldKind::Moment, "When they went, like 14:30, or with its date").hint("now"),
    ]
}

/// What a delivery comes to.
pub fn deliver(form: &Form, order: &WorkOrderId, version: i64, now: Instant) -> Result<Command, Vec<Reject>> {
    let client = form.of_client()?;
    let at = form.optional("at", |text| moment("at", text, client.clock, now))?;
    let quantity = form.optional("delivered_quantity", |text| whole("delivered_quantity", text))?;
    Ok(Command::StepOrder(StepOrder {
        client_id: client.client_id.clone(),
        work_order_id: order.clone(),
        step: OrderStep::Deliver,
        version,
        at,
        quantity: quantity.map(Units),
    }))
}
