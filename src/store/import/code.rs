//! The code catalogues, the templates' and the clients', as an import reads and writes them.

use crate::domain::catalogue::CatalogueKind;
use crate::domain::downtime::Loss;
use crate::domain::id::{ClientId, Code};
use crate::store::error::StoreError;
use crate::store::funnel::{Cells, FromCells, InsertInto, Look, Stamp, Value, WriteTx, args, statements};
use crate::store::import::Stored;
use crate::store::master_data::spelled;

statements! {
    /// Templates of reasons for stops.
    DOWNTIME_TEMPLATES = "SELECT NULL, code, number, name, code_group, loss, NULL, 0, deleted_at FROM downtime_reason_template";
    /// Templates of reasons for holds.
    HOLD_TEMPLATES = "SELECT NULL, code, number, name, code_group, NULL, NULL, 0, deleted_at FROM hold_reason_template";
    /// Templates of defects.
    DEFECT_TEMPLATES = "SELECT NULL, code, number, name, code_group, NULL, NULL, 0, deleted_at FROM defect_type_template";
    /// Templates of absences.
    ABSENCE_TEMPLATES = "SELECT NULL, code, number, name, code_group, NULL, counts, 0, deleted_at FROM absence_type_template";
    /// Reasons for stops, of one client or of all in the scope.
    DOWNTIME = "SELECT client_id, code, number, name, code_group, loss, NULL, hidden, deleted_at FROM downtime_reason
                WHERE ($1 IS NULL OR client_id = $1)";
    /// Reasons for holds.
    HOLD = "SELECT client_id, code, number, name, code_group, NULL, NULL, hidden, deleted_at FROM hold_reason
            WHERE ($1 IS NULL OR client_id = $1)";
    /// Types of defects.
    DEFECT = "SELECT client_id, code, number, name, code_group, NULL, NULL, hidden, deleted_at FROM defect_type
              WHERE ($1 IS NULL OR client_id = $1)";
    /// Types of absences.
    ABSENCE = "SELECT client_id, code, number, name, code_group, NULL, counts, hidden, deleted_at FROM absence_type
               WHERE ($1 IS NULL OR client_id = $1)";
}

/// A code, of a client or a template.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CodeRow {
    /// The client; none is a template.
    pub(crate) client_id: Option<ClientId>,
    /// The code.
    pub(crate) code: Code,
    /// The short number for typing.
    pub(crate) number: Option<i64>,
    /// What people call it.
    pub(crate) name: String,
    /// What it is listed under.
    pub(crate) group: Option<String>,
    /// The loss a stop stands for; stops only.
    pub(crate) loss: Option<Loss>,
    /// Whether an absence counts; absences only.
    pub(crate) counts: Option<bool>,
    /// Whether it is offered no more; never so for a template.
    pub(crate) hidden: bool,
}

impl FromCells for CodeRow {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            client_id: cells.client_opt()?,
            code: cells.code()?,
            number: cells.int_opt()?,
            name: cells.text()?,
            group: cells.text_opt()?,
            loss: cells.text_opt()?.map(|text| spelled(&text, Loss::parse)).transpose()?,
            counts: cells.flag_opt()?,
            hidden: cells.flag()?,
        })
    }
}

/// The codes of a kind: the templates.
pub(crate) async fn templates(tx: &mut impl Look, kind: CatalogueKind) -> Result<Vec<Stored<CodeRow>>, StoreError> {
    let sql = match kind {
        CatalogueKind::Downtime => DOWNTIME_TEMPLATES,
        CatalogueKind::Hold => HOLD_TEMPLATES,
        CatalogueKind::Defect => DEFECT_TEMPLATES,
        CatalogueKind::Absence => ABSENCE_TEMPLATES,
    };
    tx.all(sql, args![]).await
}

/// The codes of a kind: one client's, or those of every client of the scope.
pub(crate) async fn of_clients(
    tx: &mut impl Look,
    kind: CatalogueKind,
    client: Option<&ClientId>,
) -> Result<Vec<Stored<CodeRow>>, StoreError> {
    let sql = match kind {
        CatalogueKind::Downtime => DOWNTIME,
        CatalogueKind::Hold => HOLD,
        CatalogueKind::Defect => DEFECT,
        CatalogueKind::Absence => ABSENCE,
    };
    tx.all(sql, args![client]).await
}

const OWN_PLAIN: &[&str] = &["client_id", "code", "number", "name", "code_group", "hidden"];
const OWN_LOSS: &[&str] = &["client_id", "code", "number", "name", "code_group", "loss", "hidden"];
const OWN_COUNTS: &[&str] = &["client_id", "code", "number", "name", "code_group", "counts", "hidden"];
const TEMPLATE_PLAIN: &[&str] = &["code", "number", "name", "code_group"];
const TEMPLATE_LOSS: &[&str] = &["code", "number", "name", "code_group", "loss"];
const TEMPLATE_COUNTS: &[&str] = &["code", "number", "name", "code_group", "counts"];

fn table(kind: CatalogueKind, template: bool) -> InsertInto {
    let (table, columns) = match (kind, template) {
        (CatalogueKind::Downtime, false) => ("downtime_reason", OWN_LOSS),
        (CatalogueKind::Hold, false) => ("hold_reason", OWN_PLAIN),
        (CatalogueKind::Defect, false) => ("defect_type", OWN_PLAIN),
        (CatalogueKind::Absence, false) => ("absence_type", OWN_COUNTS),
        (CatalogueKind::Downtime, true) => ("downtime_reason_template", TEMPLATE_LOSS),
        (CatalogueKind::Hold, true) => ("hold_reason_template", TEMPLATE_PLAIN),
        (CatalogueKind::Defect, true) => ("defect_type_template", TEMPLATE_PLAIN),
        (CatalogueKind::Absence, true) => ("absence_type_template", TEMPLATE_COUNTS),
    };
    InsertInto { table, columns, stamp: Stamp::Full }
}

impl CodeRow {
    fn values(&self, kind: CatalogueKind) -> Vec<Value> {
        let mut values = Vec::new();
        if let Some(client) = &self.client_id {
            values.extend(args![client]);
        }
        values.extend(args![&self.code, self.number, &self.name, self.group.as_ref()]);
        match kind {
            CatalogueKind::Downtime => values.extend(args![self.loss.map(Loss::as_str)]),
            CatalogueKind::Absence => values.extend(args![self.counts]),
            CatalogueKind::Hold | CatalogueKind::Defect => {}
        }
        if self.client_id.is_some() {
            values.extend(args![self.hidden]);
        }
        values
    }

    fn key_width(&self) -> usize {
        if self.client_id.is_some() { 2 } else { 1 }
    }
}

/// A code that is there, as it will be.
#[derive(Debug, Clone)]
pub(crate) struct Rewritten {
    /// The code.
    pub(crate) row: CodeRow,
    /// Whether its number changes.
    pub(crate) renumbered: bool,
}

/// Writes codes of one kind. Those that get another number lose theirs first, so that numbers can move between them.
pub(crate) async fn save(
    tx: &mut WriteTx,
    kind: CatalogueKind,
    changed: &[Rewritten],
    new: &[CodeRow],
) -> Result<(), StoreError> {
    let freed =
        changed.iter().filter(|change| change.renumbered).map(|change| CodeRow { number: None, ..change.row.clone() });
    let last = changed.iter().filter(|change| !change.renumbered || change.row.number.is_some());
    for row in freed.chain(last.map(|change| change.row.clone())) {
        let into = table(kind, row.client_id.is_none());
        if !tx.replace(&into, row.key_width(), row.values(kind)).await? {
            return Err(StoreError::OutOfScope);
        }
    }
    for template in [true, false] {
        let rows = new.iter().filter(|row| row.client_id.is_none() == template).map(|row| row.values(kind));
        tx.insert(&table(kind, template), rows.collect()).await?;
    }
    Ok(())
}
