//! Work orders and jobs.

use super::spelled;

spelled! {
    /// Where a work order is on its way.
    OrderStatus {
        /// Known, not yet given to the floor.
        Planned = "planned",
        /// Given to the floor.
        Released = "released",
        /// The first count was entered.
        InProcess = "in_process",
        /// All made.
        Completed = "completed",
        /// At the customer.
        Delivered = "delivered",
        /// Will not be made.
        Cancelled = "cancelled",
    }
}

impl OrderStatus {
    /// Whether work can still be booked on the order as its next step.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Planned | Self::Released | Self::InProcess)
    }

    /// The status after the first count of production: planned and released orders are in process, others stay.
    #[must_use]
    pub const fn after_production(self) -> Self {
        match self {
            Self::Planned | Self::Released => Self::InProcess,
            Self::InProcess | Self::Completed | Self::Delivered | Self::Cancelled => self,
        }
    }
}

spelled! {
    /// How urgent a work order is.
    Priority {
        /// Before everything else.
        Rush = "rush",
        /// As usual.
        Standard = "standard",
        /// When there is room.
        Low = "low",
    }
}
