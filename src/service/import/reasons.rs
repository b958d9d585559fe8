//! The client's codes of one kind, found by code or by number.

use super::fields::{Fields, no_such};
use crate::domain::catalogue::CatalogueKind;
use crate::domain::id::{ClientId, Code};
use crate::domain::reject::Reject;
use crate::service::Problem;
use crate::store::WriteTx;
use crate::store::import::code::{CodeRow, of_clients};

/// The codes of a kind.
#[derive(Debug)]
pub(super) struct Reasons {
    codes: Vec<CodeRow>,
    /// What one is called in a refusal.
    what: &'static str,
}

impl Reasons {
    /// Reads them, hidden ones too: history may name what is no longer offered.
    pub(super) async fn read(tx: &mut WriteTx, kind: CatalogueKind, client: &ClientId) -> Result<Self, Problem> {
        let rows = of_clients(tx, kind, Some(client)).await?;
        let codes = rows.into_iter().filter(|stored| !stored.removed).map(|stored| stored.row).collect();
        let what = match kind {
            CatalogueKind::Downtime => "stop reason",
            CatalogueKind::Hold => "hold reason",
            CatalogueKind::Defect => "defect type",
            CatalogueKind::Absence => "absence type",
        };
        Ok(Self { codes, what })
    }

    /// The code that a field names.
    pub(super) fn of(&self, fields: &Fields<'_>, column: &str) -> Result<&CodeRow, Reject> {
        let named = fields.must(column, Code::parse)?;
        self.find(column, &named)
    }

    /// A code by itself or by its number.
    pub(super) fn find(&self, column: &str, named: &Code) -> Result<&CodeRow, Reject> {
        let number = named.as_str().parse::<i64>().ok();
        let by_code = self.codes.iter().find(|row| row.code == *named);
        by_code
            .or_else(|| self.codes.iter().find(|row| number.is_some() && row.number == number))
            .ok_or_else(|| no_such(column, self.what, named))
    }
}
