//! What can be chosen in a field: from the client's form help, from words that never change, or from the form itself.

use super::Form;
use super::field::{Field, FieldKind, Source};
use crate::domain::catalogue::CatalogueKind;
use crate::domain::downtime::Loss;
use crate::domain::hold::Disposition;
use crate::domain::order::Priority;
use crate::domain::role::Role;
use crate::kpi::Kpi;
use crate::service::{Choice, FormHelp};
use crate::tui::widget::pick::numbered;

impl Form {
    /// What can be chosen in a field.
    pub fn choices(&self, field: &Field) -> Vec<Choice> {
        let FieldKind::Pick(source) = field.kind else { return Vec::new() };
        let of_client =
            |take: fn(&FormHelp) -> &Vec<Choice>| self.help.as_deref().map(take).cloned().unwrap_or_default();
        match source {
            Source::Lines => of_client(|help| &help.lines),
            Source::Products => of_client(|help| &help.products),
            Source::WorkOrders => of_client(|help| &help.work_orders),
            Source::Jobs => self.jobs(),
            Source::Shifts => of_client(|help| &help.shifts),
            Source::StopReasons => of_client(|help| &help.downtime_reasons),
            Source::HoldReasons => of_client(|help| &help.hold_reasons),
            Source::Dispositions => numbered(Disposition::ALL.iter().map(|value| value.as_str())),
            Source::Roles => numbered(Role::ALL.iter().map(|value| value.as_str())),
            Source::Clients => self.clients.clone(),
            Source::Stages => of_client(|help| &help.stages),
            Source::DefectTypes => of_client(|help| &help.defect_types),
            Source::YesNo => numbered(["yes", "no"].into_iter()),
            Source::CatalogueKinds => numbered(CatalogueKind::ALL.iter().map(|value| value.as_str())),
            Source::Losses => numbered(Loss::ALL.iter().map(|value| value.as_str())),
            Source::Priorities => numbered(Priority::ALL.iter().map(|value| value.as_str())),
            Source::Kpis => numbered(Kpi::ALL.iter().map(|value| value.as_str())),
            Source::Crew | Source::AbsenceTypes | Source::Pool | Source::Hours => {
                self.kind.plant().map(|form| form.choices(source)).unwrap_or_default()
            }
        }
    }

    fn jobs(&self) -> Vec<Choice> {
        let order = self.text("work_order_id");
        let jobs = self.help.as_deref().map(|help| help.jobs.as_slice()).unwrap_or_default();
        jobs.iter().filter(|job| order.is_empty() || job.more == order).cloned().collect()
    }
}
