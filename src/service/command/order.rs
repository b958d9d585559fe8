//! The commands of an order's way.

use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{ClientId, WorkOrderId};
use crate::domain::measure::Units;
use crate::domain::order::{OrderStatus, OrderStep};
use serde::{Deserialize, Serialize};

/// A step of a work order on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepOrder {
    /// The client.
    pub client_id: ClientId,
    /// The order.
    pub work_order_id: WorkOrderId,
    /// The step.
    pub step: OrderStep,
    /// The version that was looked at; an older one is refused.
    pub version: i64,
    /// When it was taken; now where none is given.
    pub at: Option<Instant>,
    /// How much was delivered; the whole order where none is given.
    pub quantity: Option<Units>,
}

/// A step of a work order is taken back: it stands as it stood before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RewindOrder {
    /// The client.
    pub client_id: ClientId,
    /// The order.
    pub work_order_id: WorkOrderId,
    /// The version that the step made; an older one is refused.
    pub version: i64,
    /// How it stood.
    pub to: OrderStanding,
}

/// Where an order stands on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderStanding {
    /// The status.
    pub status: OrderStatus,
    /// When it was begun.
    pub started_at: Option<Instant>,
    /// When all was made.
    pub completed_at: Option<Instant>,
    /// When it was cancelled.
    pub cancelled_at: Option<Instant>,
    /// When it was delivered.
    pub delivered_at: Option<Instant>,
    /// The client's local date of that.
    pub delivered_date: Option<ProductionDate>,
    /// How much was delivered.
    pub delivered_quantity: Option<Units>,
}
