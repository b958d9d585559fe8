//! The KPIs of every client day by day: the very answers of `kpi --by day`, client after client, a year at a time.

use super::{ExportCell, ExportMark, ExportPage, Exported, MarkPart, ViewTable};
use crate::domain::clock::ProductionDate;
use crate::domain::id::ClientId;
use crate::domain::scope::ScopedClient;
use crate::kpi::{By, KpiValue, Window};
use crate::service::{Desk, KpiGroup, KpiQuery, Problem};

/// Days of one page.
const DAYS_OF_A_PAGE: i32 = 366;

/// The columns.
pub(super) fn columns() -> Vec<&'static str> {
    ["client_id", "date"].into_iter().chain(ViewTable::KPI).collect()
}

impl Desk {
    /// The next days of the next client.
    pub(super) async fn export_kpis(&self, window: Window, mark: Option<&ExportMark>) -> Result<ExportPage, Problem> {
        let mut page = ExportPage { columns: Exported::Kpis.columns(true), rows: Vec::new(), next: None, left_out: 0 };
        let begun = mark.and_then(|mark| mark.client_id.as_ref());
        let to_come = |client: &&ScopedClient| begun.is_none_or(|begun| client.client_id >= *begun);
        let mut turns = self.clients().iter().filter(to_come).map(|client| &client.client_id);
        let Some(client_id) = turns.next() else { return Ok(page) };
        let first = mark.and_then(first_day).filter(|_| begun == Some(client_id)).unwrap_or(window.from());
        let last = first.plus_days(DAYS_OF_A_PAGE - 1).min(window.to());
        page.rows = self.kpi_rows(client_id, Window::new(first, last)?).await?;
        let next = if last < window.to() {
            Some((client_id, last.plus_days(1)))
        } else {
            turns.next().map(|client_id| (client_id, window.from()))
        };
        page.next = next.map(|(client_id, day)| ExportMark {
            client_id: Some(client_id.clone()),
            key: vec![MarkPart::Number(i64::from(day.0))],
        });
        Ok(page)
    }

    async fn kpi_rows(&self, client_id: &ClientId, window: Window) -> Result<Vec<Vec<ExportCell>>, Problem> {
        let desk = self.narrow(Some(vec![client_id.clone()])).await?;
        let asked = desk.kpis(&KpiQuery { by: Some(By::Day), ..KpiQuery::of(window) }).await;
        desk.leave().await;
        let rows = |group: &KpiGroup| {
            let day = group.group.as_deref().map_or(ExportCell::Missing, date);
            let row = |value: &KpiValue| row(client_id, &day, value);
            group.panel.values().iter().map(row).collect::<Vec<_>>()
        };
        Ok(asked?.groups.iter().flat_map(rows).collect())
    }
}

fn first_day(mark: &ExportMark) -> Option<ProductionDate> {
    match mark.key.first() {
        Some(MarkPart::Number(day)) => i32::try_from(*day).ok().map(ProductionDate),
        _ => None,
    }
}

fn date(label: &str) -> ExportCell {
    ProductionDate::parse("date", label).map_or_else(|_| ExportCell::Text(label.to_owned()), ExportCell::Date)
}

fn row(client_id: &ClientId, day: &ExportCell, value: &KpiValue) -> Vec<ExportCell> {
    [ExportCell::Text(client_id.to_string()), day.clone()].into_iter().chain(ViewTable::kpi(value)).collect()
}
