//! Work orders and jobs.

use super::reject::Reject;
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
    /// A step that somebody takes with a work order.
    OrderStep {
        /// It is given to the floor.
        Release = "release",
        /// It is begun.
        Start = "start",
        /// All is made.
        Complete = "complete",
        /// It goes to the customer.
        Deliver = "deliver",
        /// It will not be made.
        Cancel = "cancel",
    }
}

impl OrderStep {
    /// The status after this step.
    pub const fn leads_to(self, status: OrderStatus) -> Option<OrderStatus> {
        match (self, status) {
            (Self::Release, OrderStatus::Planned) => Some(OrderStatus::Released),
            (Self::Start, OrderStatus::Planned | OrderStatus::Released) => Some(OrderStatus::InProcess),
            (Self::Complete, OrderStatus::InProcess) => Some(OrderStatus::Completed),
            (Self::Deliver, OrderStatus::Completed) => Some(OrderStatus::Delivered),
            (
                Self::Cancel,
                OrderStatus::Planned | OrderStatus::Released | OrderStatus::InProcess | OrderStatus::Completed,
            ) => Some(OrderStatus::Cancelled),
            _ => None,
        }
    }

    /// The steps that may follow.
    pub fn possible(status: OrderStatus) -> Vec<Self> {
        Self::ALL.iter().copied().filter(|step| step.leads_to(status).is_some()).collect()
    }

    /// The status after this step, or the refusal that says where the order is and what may follow.
    pub fn take(self, status: OrderStatus) -> Result<OrderStatus, Reject> {
        self.leads_to(status).ok_or_else(|| {
            let next: Vec<_> = Self::possible(status).iter().map(|step| step.as_str()).collect();
            let way_out = if next.is_empty() {
                "nothing more can be done with it".to_owned()
            } else {
                format!("possible now: {}", next.join(", "))
            };
            Reject::new("status", format!("the order is {}", status.as_str().replace('_', " ")), way_out)
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_goes_on_step_by_step_and_is_cancelled_from_any_status_but_delivered() {
        use OrderStatus as S;
        use OrderStep as T;
        let allowed = [
            (T::Release, S::Planned, S::Released),
            (T::Start, S::Planned, S::InProcess),
            (T::Start, S::Released, S::InProcess),
            (T::Complete, S::InProcess, S::Completed),
            (T::Deliver, S::Completed, S::Delivered),
            (T::Cancel, S::Planned, S::Cancelled),
            (T::Cancel, S::Released, S::Cancelled),
            (T::Cancel, S::InProcess, S::Cancelled),
            (T::Cancel, S::Completed, S::Cancelled),
        ];
        for &step in T::ALL {
            for &from in S::ALL {
                let expected = allowed.iter().find(|(s, f, _)| (*s, *f) == (step, from)).map(|(_, _, to)| *to);
                assert_eq!(step.leads_to(from), expected, "{step} from {from}");
            }
        }
        let refused = T::Deliver.take(S::Planned).unwrap_err();
        assert_eq!(refused.to_string(), "status: the order is planned; possible now: release, start, cancel");
    }
}
