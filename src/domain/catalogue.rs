//! Codes that people choose from: reasons of stops and holds, types of defects and absences.

use super::spelled;

spelled! {
    /// Which catalogue a code belongs to.
    CatalogueKind {
        /// Reasons of stops.
        Downtime = "downtime",
        /// Reasons of holds.
        Hold = "hold",
        /// Types of defects.
        Defect = "defect",
        /// Types of absences.
        Absence = "absence",
    }
}

/// The code of whatever nobody has classified yet; it has its own bar in every Pareto.
pub const UNCLASSIFIED: &str = "UNCLASSIFIED";
