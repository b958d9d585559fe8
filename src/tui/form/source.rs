//! What fields choose from.

/// Where a field's choices come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// Lines of the client.
    Lines,
    /// Products of the client.
    Products,
    /// Open orders of the client.
    WorkOrders,
    /// Jobs of its open orders.
    Jobs,
    /// Shifts.
    Shifts,
    /// Reasons of stops.
    StopReasons,
    /// Reasons of holds.
    HoldReasons,
    /// What becomes of released goods.
    Dispositions,
    /// Roles.
    Roles,
    /// Clients of the person.
    Clients,
    /// Stages of inspection.
    Stages,
    /// Types of defects.
    DefectTypes,
    /// Yes and no.
    YesNo,
    /// The catalogues.
    CatalogueKinds,
    /// Losses that stops stand for.
    Losses,
    /// How urgent an order is.
    Priorities,
    /// KPIs.
    Kpis,
    /// The crew of the form.
    Crew,
    /// Types of absence.
    AbsenceTypes,
    /// The floating pool.
    Pool,
    /// The hours of the form.
    Hours,
}

impl Source {
    /// Whether the choices come from the client's form help.
    pub const fn is_of_client(self) -> bool {
        matches!(
            self,
            Self::Lines
                | Self::Products
                | Self::WorkOrders
                | Self::Jobs
                | Self::Shifts
                | Self::StopReasons
                | Self::HoldReasons
                | Self::Stages
                | Self::DefectTypes
        )
    }
}
