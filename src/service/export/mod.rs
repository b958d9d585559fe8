//! Exporting what the scope allows: rows of an entity in the columns of its import, or the KPIs day by day, a page at
//! a time, each page from a short look of its own; and the writers that make files of the pages.
//!
//! The command line asks page after page and hands the rows to a writer, so that neither holds them all.

mod cell;
mod csv;
mod json;
mod kpis;
mod list;
mod sheet;
mod view;

pub use cell::ExportCell;
pub use csv::CsvRows;
pub use json::JsonRows;
pub use sheet::SheetRows;
pub use view::ViewTable;

use super::{Desk, Problem};
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::entity::{Entity, FileColumn};
use crate::domain::id::ClientId;
use crate::domain::scope::ScopedClient;
use crate::kpi::Window;
use crate::store::export::{self, ExportWanted, ExportedRow};
use crate::store::funnel::Value;
use serde::{Deserialize, Serialize};

/// Rows of one page.
const ROWS_OF_A_PAGE: i64 = 1_000;
/// The column that says whose a row is, where there are several clients.
const CLIENT: &str = "client_id";

/// What can be exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Exported {
    /// The rows of an entity.
    Entity(Entity),
    /// The KPIs of every client, day by day.
    Kpis,
}

/// Which rows come next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportQuery {
    /// Of what.
    pub what: Exported,
    /// The first and the last production date; master data is exported whole and needs none.
    pub window: Option<(ProductionDate, ProductionDate)>,
    /// Where the page before ended; none for the first page.
    pub after: Option<ExportMark>,
}

/// Where a page ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportMark {
    client_id: Option<ClientId>,
    key: Vec<MarkPart>,
}

/// One column of the key of the row that a page ended with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum MarkPart {
    Number(i64),
    Text(String),
    Id(uuid::Uuid),
}

/// Some rows of an export.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportPage {
    /// The names of the columns.
    pub columns: Vec<&'static str>,
    /// The rows.
    pub rows: Vec<Vec<ExportCell>>,
    /// Where the next page begins; none where this is the last one.
    pub next: Option<ExportMark>,
    /// Rows that no import takes and that were left out: running stops, holds that nobody has granted. Told with the
    /// first page of a client.
    pub left_out: u64,
}

impl Exported {
    /// Reads the word of the command line.
    pub fn parse(text: &str) -> Option<Self> {
        if text.eq_ignore_ascii_case("kpis") { Some(Self::Kpis) } else { Entity::parse(text).map(Self::Entity) }
    }

    /// The word of the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Entity(entity) => entity.as_str(),
            Self::Kpis => "kpis",
        }
    }

    /// Whether its rows lie in a window; master data is exported whole.
    pub const fn needs_window(self) -> bool {
        match self {
            Self::Entity(entity) => match entity {
                Entity::Production
                | Entity::Downtime
                | Entity::Quality
                | Entity::Attendance
                | Entity::WorkOrders
                | Entity::Jobs
                | Entity::Holds => true,
                Entity::Codes
                | Entity::Products
                | Entity::Shifts
                | Entity::Lines
                | Entity::Employees
                | Entity::PartOpportunities
                | Entity::Targets => false,
            },
            Self::Kpis => true,
        }
    }

    /// What a row that was left out is called, where some are.
    pub const fn left_out_name(self) -> &'static str {
        match self {
            Self::Entity(Entity::Downtime) => "stops that still run",
            Self::Entity(Entity::Holds) => "holds that are asked for and not granted",
            Self::Entity(_) | Self::Kpis => "rows",
        }
    }

    /// The names of the columns: those of the import, behind the client where several are in view.
    fn columns(self, several: bool) -> Vec<&'static str> {
        match self {
            Self::Kpis => kpis::columns(),
            Self::Entity(entity) => {
                let client = (several && has_clients(entity)).then_some(CLIENT);
                client.into_iter().chain(entity.columns().iter().map(|column| column.name)).collect()
            }
        }
    }
}

/// Whether rows belong to one client each; products and shifts are the plant's.
const fn has_clients(entity: Entity) -> bool {
    !matches!(entity, Entity::Products | Entity::Shifts)
}

impl Desk {
    /// The next rows of an export.
    pub(super) async fn export(&self, query: &ExportQuery) -> Result<ExportPage, Problem> {
        let window = match query.window {
            Some((from, to)) => Some(Window::new(from, to)?),
            None if query.what.needs_window() => {
                let why = format!("is missing for {}", query.what.as_str());
                return Err(Problem::reject("from", why, "name the first and the last production date"));
            }
            None => None,
        };
        match (query.what, window) {
            (Exported::Entity(entity), window) => self.export_entity(entity, window, query.after.as_ref()).await,
            (Exported::Kpis, Some(window)) => self.export_kpis(window, query.after.as_ref()).await,
            (Exported::Kpis, None) => Err(Problem::reject("from", "is missing", "name the window")),
        }
    }

    /// The next rows of an entity: client after client, each in the order of its keys, until the page is full.
    async fn export_entity(
        &self,
        entity: Entity,
        window: Option<Window>,
        mark: Option<&ExportMark>,
    ) -> Result<ExportPage, Problem> {
        let several = self.clients().len() > 1;
        let columns = Exported::Entity(entity).columns(several);
        let mut page = ExportPage { columns, rows: Vec::new(), next: None, left_out: 0 };
        let mut after: Option<Vec<Value>> = mark.map(|mark| mark.key.iter().map(MarkPart::value).collect());
        let mut tx = self.session.read().await?;
        for client in self.turns(entity, mark) {
            let wanted = ExportWanted {
                entity,
                client_id: client.map(|client| &client.client_id),
                window: stored_window(entity, window, client),
                after: after.as_deref(),
                limit: ROWS_OF_A_PAGE - i64::try_from(page.rows.len()).unwrap_or(ROWS_OF_A_PAGE),
            };
            if after.is_none() {
                page.left_out += u64::try_from(export::left_out(&mut tx, &wanted).await?).unwrap_or(0);
            }
            let rows = export::page(&mut tx, &wanted).await?;
            let is_full = i64::try_from(rows.len()) == Ok(wanted.limit);
            let last = rows.last().map(|row| row.key.clone());
            let whose = client.filter(|_| several && has_clients(entity));
            page.rows.extend(rows.into_iter().map(|row| dressed(entity, client, whose, row)));
            if let (true, Some(key)) = (is_full, last) {
                let key = key.into_iter().filter_map(MarkPart::of).collect();
                page.next = Some(ExportMark { client_id: client.map(|client| client.client_id.clone()), key });
                break;
            }
            after = None;
        }
        Ok(page)
    }

    /// Whose rows are still to come.
    fn turns(&self, entity: Entity, mark: Option<&ExportMark>) -> Vec<Option<&ScopedClient>> {
        if !has_clients(entity) {
            return vec![None];
        }
        let begun = mark.and_then(|mark| mark.client_id.as_ref());
        let to_come = |client: &&ScopedClient| begun.is_none_or(|begun| client.client_id >= *begun);
        self.clients().iter().filter(to_come).map(Some).collect()
    }
}

/// The window as the rows are stored: production dates, and instants for holds.
fn stored_window(entity: Entity, window: Option<Window>, client: Option<&ScopedClient>) -> (i64, i64) {
    let Some(window) = window else { return (i64::MIN, i64::MAX) };
    match (entity, client) {
        (Entity::Holds, Some(client)) => {
            let Instant(from) = client.clock.at_minute(window.from(), 0);
            let Instant(to) = client.clock.at_minute(window.to().plus_days(1), 0);
            (from, to)
        }
        _ => (i64::from(window.from().0), i64::from(window.to().0)),
    }
}

fn dressed(
    entity: Entity,
    client: Option<&ScopedClient>,
    whose: Option<&ScopedClient>,
    row: ExportedRow,
) -> Vec<ExportCell> {
    let client_id = whose.map(|client| ExportCell::Text(client.client_id.to_string()));
    let clock = client.map(|client| client.clock);
    let cell = |(column, value): (&FileColumn, Value)| ExportCell::of(column, value, clock);
    client_id.into_iter().chain(entity.columns().iter().zip(row.cells).map(cell)).collect()
}

impl MarkPart {
    fn of(value: Value) -> Option<Self> {
        match value {
            Value::Int(number) => number.map(Self::Number),
            Value::Text(text) => text.map(Self::Text),
            Value::Id(id) => id.map(Self::Id),
            Value::Bytes(_) => None,
        }
    }

    fn value(&self) -> Value {
        match self {
            Self::Number(number) => Value::Int(Some(*number)),
            Self::Text(text) => Value::Text(Some(text.clone())),
            Self::Id(id) => Value::Id(Some(*id)),
        }
    }
}

/// Writes the rows of an export into a file of some format.
pub trait ExportRows: Send {
    /// The names of the columns, before the first row.
    fn header(&mut self, columns: &[&'static str]) -> std::io::Result<()>;
    /// One row.
    fn row(&mut self, cells: &[ExportCell]) -> std::io::Result<()>;
    /// The end; nothing is whole before it.
    fn end(&mut self) -> std::io::Result<()>;
}
