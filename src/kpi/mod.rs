//! What the plant's figures mean: whole-number tallies that add, and KPIs as pure functions of a tally.
//!
//! `store` reads the sums, `service` asks for panels, the screens and the command line show them. Nothing
//! here knows a clock, a database or a screen: "now" is always an argument.
//!
//! The one idea (3-kpis.md): add the tallies, then divide once. A percentage is never averaged.

pub mod age;
pub mod bradford;
pub mod catalogue;
pub mod chart;
pub mod elapsed;
pub mod explain;
pub mod line_shift;
pub mod losses;
mod normal;
pub mod orders;
pub mod pace;
pub mod panel;
pub mod pareto;
pub mod people;
pub mod period;
pub mod production;
#[cfg(test)]
mod properties;
pub mod quality;
pub mod ratio;
pub mod stages;
pub mod status;
pub mod sums;
pub mod tally;
pub mod value;
pub mod waiting;
pub mod wilson;

pub use age::{Ages, Bucket};
pub use bradford::{AttendanceDay, BradfordFactor};
pub use catalogue::{Dimension, Direction, Family, Kpi, Unit};
pub use chart::{ChartKind, ChartPoint, ControlChart, Rule};
pub use line_shift::{LineShiftSums, RunningStop};
pub use losses::{SixBigLosses, six_big_losses};
pub use panel::{ClientPart, Panel};
pub use pareto::{Bar, Pareto, ParetoKind};
pub use period::{By, GroupKey, Period, Span, Window};
pub use ratio::Ratio;
pub use stages::{StageSums, Stages};
pub use status::{Status, Target, Targets, Verdict, WorstClient};
pub use sums::{Sums, figure};
pub use tally::Tally;
pub use value::{Change, Detail, KpiValue};
pub use waiting::{HoldSpan, OrderSpan};
