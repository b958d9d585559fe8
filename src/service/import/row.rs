//! One row with a business key on a screen: judged and written by the rules of its file, read back in the same words,
//! and taken away.

use super::fields::Fields;
use super::reader::Layout;
use super::run::{family, table};
use super::words::{Words, of_code, of_employee, of_job, of_line, of_order, of_part, of_product, of_shift, of_target};
use super::{Bench, Done, Item};
use crate::domain::catalogue::{CatalogueKind, UNCLASSIFIED};
use crate::domain::clock::ProductionDate;
use crate::domain::entity::{Entity, Recognition};
use crate::domain::id::{
    ClientId, Code, EmployeeNumber, JobId, LineId, NO_SHIFT, PartNumber, ProductId, ShiftId, WorkOrderId,
};
use crate::domain::reject::Reject;
use crate::domain::text::shielded;
use crate::service::command::noun;
use crate::service::{Command, Desk, Problem, Receipt, RemoveRow, RowAsIs, SaveRow};
use crate::store::audit::AuditEntry;
use crate::store::funnel::{Look, Value};
use crate::store::import::code;
use crate::store::import::kept::{self, Standing, Table};
use crate::store::import::master::{LineRecord, ProductRecord, ShiftRecord, TargetRecord};
use crate::store::import::order::{JobRecord, OrderRecord, PartRecord};
use crate::store::import::people::EmployeeRecord;
use crate::store::import::{Key, Record, Stored, stored};
use crate::store::{StoreError, WriteTx};
use csv::StringRecord;
use serde_json::json;

impl Desk {
    /// A row as it is, in the words of its file.
    pub(in crate::service) async fn row(
        &self,
        entity: Entity,
        client: Option<&ClientId>,
        key: &[(String, String)],
    ) -> Result<RowAsIs, Problem> {
        let at = self.place(entity, client, key)?;
        let mut tx = self.session.read().await?;
        let standing = at.standing(&mut tx).await?.filter(|standing| !standing.removed).ok_or_else(|| at.no_such())?;
        let fields = at.words(&mut tx).await?.ok_or_else(|| at.no_such())?;
        let fields = fields.into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
        Ok(RowAsIs {
            version: standing.version,
            changed_by: standing.updated_by,
            changed_at: standing.updated_at,
            fields,
        })
    }

    /// Adds a row, or changes one.
    pub(in crate::service) async fn save_row(&self, save: SaveRow) -> Result<Receipt, Problem> {
        let at = self.place(save.entity, save.client_id.as_ref(), &save.fields)?;
        let mut tx = self.session.write(self.now()).await?;
        let standing = at.standing(&mut tx).await?;
        at.check_version(standing.as_ref(), save.version)?;
        let is_there = standing.as_ref().is_some_and(|standing| !standing.removed);
        let before = if is_there { at.words(&mut tx).await? } else { None };
        let layout = Layout::of_screen(save.entity, &save.fields)?;
        let record: StringRecord = save.fields.iter().map(|(_, text)| shielded(text)).collect();
        let mut bench = Bench {
            client: save.client_id.as_ref().map(|client| self.client(client)).transpose()?,
            clients: self.clients(),
            clock: &self.clock,
            now: self.now(),
            layout: layout.clone(),
            changes: Vec::new(),
            notes: Vec::new(),
            numbers: std::collections::HashMap::new(),
        };
        let item = Item { fields: Fields::new(&layout, &record, 1), id: self.new_id().0 };
        let verdict = family(&mut tx, save.entity, &mut bench, &[item]).await?.pop();
        let missing = || Err(Reject::new("row", "was not looked at", "try again"));
        let what = format!("{} {}", noun(save.entity), at.name);
        if verdict.unwrap_or_else(missing)? == Done::Unchanged {
            return Ok(Receipt::done(format!("{what} is as it was")));
        }
        let after = at.standing(&mut tx).await?.ok_or_else(|| at.no_such())?;
        let action = if is_there { "change" } else { "add" };
        let said = json!({ "fields": save.fields, "changes": bench.changes });
        at.record(&mut tx, action, before.as_ref().map(|before| json!(before)), said);
        let notes = std::mem::take(&mut bench.notes);
        tx.commit().await?;
        let notes = notes.iter().fold(String::new(), |all, note| all + "; " + note);
        let done = format!("{what} {}{notes}", if is_there { "changed" } else { "added" });
        Ok(Receipt::done(done).undone_by(match before {
            Some(before) => Command::SaveRow(at.saved(before, Some(after.version))),
            None => Command::RemoveRow(RemoveRow {
                entity: save.entity,
                client_id: save.client_id.clone(),
                version: after.version,
                key: at.key.clone(),
            }),
        }))
    }

    /// Takes a row away; what was entered with it stays.
    pub(in crate::service) async fn remove_row(&self, remove: RemoveRow) -> Result<Receipt, Problem> {
        let at = self.place(remove.entity, remove.client_id.as_ref(), &remove.key)?;
        let mut tx = self.session.write(self.now()).await?;
        let standing = at.standing(&mut tx).await?.filter(|standing| !standing.removed).ok_or_else(|| at.no_such())?;
        at.check_version(Some(&standing), Some(remove.version))?;
        at.unless_needed(&mut tx).await?;
        let before = at.words(&mut tx).await?.ok_or_else(|| at.no_such())?;
        let (table, key, version) = at.removed(&mut tx, &standing).await?;
        if !kept::remove(&mut tx, table, key, version).await? {
            return Err(StoreError::Busy.into());
        }
        at.record(&mut tx, "remove", Some(json!(before)), json!({ "removed": true }));
        tx.commit().await?;
        // A product itself is as it was; only the client's link to it went.
        let version = if remove.entity == Entity::Products { standing.version } else { standing.version + 1 };
        let saved = SaveRow { version: Some(version), ..at.saved(before, None) };
        Ok(Receipt::done(format!("{} {} removed", noun(remove.entity), at.name)).undone_by(Command::SaveRow(saved)))
    }

    fn place<'a>(
        &self,
        entity: Entity,
        client: Option<&'a ClientId>,
        fields: &'a [(String, String)],
    ) -> Result<Place<'a>, Problem> {
        let client = match (entity, client) {
            (Entity::Shifts, _) => None,
            (_, Some(client)) => {
                self.client(client)?;
                Some(client)
            }
            (_, None) => return Err(Problem::reject("client_id", "is missing", "choose a client first")),
        };
        Place::of(entity, client, fields)
    }
}

/// Where a row is.
struct Place<'a> {
    entity: Entity,
    client: Option<&'a ClientId>,
    /// The fields of its key.
    key: Vec<(String, String)>,
    /// Its key as people say it.
    name: String,
}

impl<'a> Place<'a> {
    fn of(entity: Entity, client: Option<&'a ClientId>, fields: &'a [(String, String)]) -> Result<Self, Problem> {
        let Recognition::Key(columns) = entity.recognition() else {
            return Err(Problem::reject("entity", "has no key of its own", "enter it with its own form"));
        };
        let named = |name: &&str| fields.iter().find(|(field, _)| field == *name).cloned();
        let key: Vec<_> = columns.iter().filter_map(named).collect();
        let parts = key.iter().filter(|(name, text)| name != "kind" && !text.is_empty()).map(|(_, text)| text.trim());
        let name = parts.collect::<Vec<_>>().join(" of ");
        Ok(Self { entity, client, key, name })
    }

    fn text(&self, name: &str) -> &str {
        self.key.iter().find(|(field, _)| field == name).map_or("", |(_, text)| text.trim())
    }

    fn no_such(&self) -> Problem {
        Problem::no_such(noun(self.entity), &self.name)
    }

    fn client(&self) -> Result<&'a ClientId, Problem> {
        self.client.ok_or_else(|| Problem::reject("client_id", "is missing", "choose a client first"))
    }

    fn kind(&self) -> Result<CatalogueKind, Problem> {
        let missing = || Problem::reject("kind", "is missing", CatalogueKind::choices());
        CatalogueKind::parse(self.text("kind")).ok_or_else(missing)
    }

    fn valid_from(&self) -> Result<ProductionDate, Reject> {
        match self.text("valid_from") {
            "" => Ok(ProductionDate::BEGINNING),
            text => ProductionDate::parse("valid_from", text),
        }
    }

    fn table(&self) -> Result<Table, Problem> {
        Ok(match self.entity {
            Entity::Codes => Table::Code(self.kind()?),
            Entity::Products => Table::Link,
            Entity::Shifts => Table::Shift,
            Entity::Lines => Table::Line,
            Entity::Employees => Table::Employee,
            Entity::WorkOrders => Table::Order,
            Entity::Jobs => Table::Job,
            Entity::PartOpportunities => Table::Part,
            Entity::Targets => Table::Target,
            _ => return Err(Problem::reject("entity", "has no key of its own", "enter it with its own form")),
        })
    }

    /// The columns of the key in the table.
    fn columns(&self) -> Result<Vec<Value>, Problem> {
        let mut columns: Vec<Value> = Vec::new();
        if self.entity != Entity::Shifts {
            columns.push(Value::from(self.client()?));
        }
        match self.entity {
            Entity::Codes => columns.extend(Code::parse(self.text("code"))?.columns()),
            Entity::Products => columns.extend(ProductId::parse(self.text("product_id"))?.columns()),
            Entity::Shifts => columns.extend(ShiftId::parse(self.text("shift_id"))?.columns()),
            Entity::Lines => columns.extend(LineId::parse(self.text("line_id"))?.columns()),
            Entity::Employees => columns.extend(EmployeeNumber::parse(self.text("employee_id"))?.columns()),
            Entity::WorkOrders => columns.extend(WorkOrderId::parse(self.text("work_order_id"))?.columns()),
            Entity::Jobs => columns.extend(JobId::parse(self.text("job_id"))?.columns()),
            Entity::PartOpportunities => columns.extend(PartNumber::parse(self.text("part_number"))?.columns()),
            _ => columns.extend([Value::from(self.text("kpi")), Value::from(self.valid_from()?)]),
        }
        Ok(columns)
    }

    /// A client's product stands as the product does, and is there while it is linked.
    async fn standing(&self, tx: &mut impl Look) -> Result<Option<Standing>, Problem> {
        let standing = kept::standing(tx, self.table()?, self.columns()?).await?;
        let (Entity::Products, Some(link)) = (self.entity, &standing) else { return Ok(standing) };
        let key = ProductId::parse(self.text("product_id"))?.columns();
        let product = kept::standing(tx, Table::Product, key).await?;
        Ok(product.map(|product| Standing { removed: link.removed || product.removed, ..product }))
    }

    /// A new row is not there yet; one that is changed is as it was looked at. A row that was removed may come back.
    fn check_version(&self, standing: Option<&Standing>, version: Option<i64>) -> Result<(), Problem> {
        match (standing, version) {
            (Some(standing), None) if !standing.removed => {
                let field = self.key.last().map_or("row", |(name, _)| name);
                Err(Problem::reject(
                    field,
                    format!("{} exists already", self.name),
                    "choose another key, or change that one",
                ))
            }
            (Some(standing), Some(version)) if standing.version != version => {
                let (by, at) = (standing.updated_by.clone(), standing.updated_at);
                Err(StoreError::Conflict { by, at }.into())
            }
            // A target from another date is another row.
            (None, Some(_)) if self.entity != Entity::Targets => Err(self.no_such()),
            _ => Ok(()),
        }
    }

    /// What the program or its history needs is not taken away.
    async fn unless_needed(&self, tx: &mut WriteTx) -> Result<(), Problem> {
        let needed = |why: &str, way_out: &str| Problem::reject("row", format!("{} {why}", self.name), way_out);
        match self.entity {
            Entity::Codes if self.text("code") == UNCLASSIFIED => {
                Err(needed("stands for what nobody has classified yet", "rename it instead"))
            }
            Entity::Shifts if self.text("shift_id") == NO_SHIFT => {
                Err(needed("is reserved for work outside any shift", "leave it"))
            }
            Entity::WorkOrders => {
                let order = WorkOrderId::parse(self.text("work_order_id"))?;
                if kept::order_is_used(tx, self.client()?, &order).await? {
                    return Err(needed("has counts, inspections or holds", "cancel the order instead"));
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The one row to take away: of a shift its newest version.
    async fn removed(&self, tx: &mut WriteTx, standing: &Standing) -> Result<(Table, Vec<Value>, i64), Problem> {
        let mut key = self.columns()?;
        if self.entity == Entity::Shifts {
            let newest = self.newest_shift(tx).await?.ok_or_else(|| self.no_such())?;
            key.push(Value::from(newest.valid_from));
        }
        let version = match self.entity {
            Entity::Products => kept::standing(tx, Table::Link, key.clone()).await?.map(|link| link.version),
            _ => Some(standing.version),
        };
        Ok((self.table()?, key, version.ok_or_else(|| self.no_such())?))
    }

    fn saved(&self, before: Words, version: Option<i64>) -> SaveRow {
        let fields = before.into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
        SaveRow { entity: self.entity, client_id: self.client.cloned(), version, fields }
    }

    fn record(&self, tx: &mut WriteTx, action: &str, before: Option<serde_json::Value>, after: serde_json::Value) {
        if let Some(client) = self.client {
            let key = self.name.clone();
            tx.record(client, AuditEntry { table: table(self.entity), key, action, before, after: Some(after) });
        } else {
            let after = json!({ "before": before, "after": after });
            tx.record_shared(action, format!("{} {}", noun(self.entity), self.name), after);
        }
    }

    async fn newest_shift(&self, tx: &mut impl Look) -> Result<Option<ShiftRecord>, Problem> {
        let shift = ShiftId::parse(self.text("shift_id"))?;
        let versions: Vec<Stored<ShiftRecord>> = stored(tx, None, &[shift]).await?;
        let live = versions.into_iter().filter(|version| !version.removed).map(|version| version.row);
        Ok(live.max_by_key(|version| version.valid_from))
    }

    async fn one<T: Record, K: Key>(&self, tx: &mut impl Look, key: K, has_client: bool) -> Result<Option<T>, Problem> {
        let client = if has_client { Some(self.client()?) } else { None };
        let rows: Vec<Stored<T>> = stored(tx, client, &[key]).await?;
        Ok(rows.into_iter().next().map(|stored| stored.row))
    }

    /// The row in the words of its file, as far as a screen may change them.
    async fn words(&self, tx: &mut impl Look) -> Result<Option<Words>, Problem> {
        Ok(match self.entity {
            Entity::Codes => {
                let kind = self.kind()?;
                let code = Code::parse(self.text("code"))?;
                let rows = code::of_clients(tx, kind, Some(self.client()?)).await?;
                rows.into_iter().find(|stored| stored.row.code == code).map(|stored| of_code(kind, &stored.row))
            }
            Entity::Products => {
                let key = ProductId::parse(self.text("product_id"))?;
                self.one(tx, key, false).await?.map(|row: ProductRecord| of_product(&row))
            }
            Entity::Shifts => self.newest_shift(tx).await?.map(|row| of_shift(&row)),
            Entity::Lines => {
                self.one(tx, LineId::parse(self.text("line_id"))?, true).await?.map(|row: LineRecord| of_line(&row))
            }
            Entity::Employees => {
                let key = EmployeeNumber::parse(self.text("employee_id"))?;
                self.one(tx, key, true).await?.map(|row: EmployeeRecord| of_employee(&row))
            }
            Entity::WorkOrders => {
                let key = WorkOrderId::parse(self.text("work_order_id"))?;
                self.one(tx, key, true).await?.map(|row: OrderRecord| of_order(&row))
            }
            Entity::Jobs => {
                self.one(tx, JobId::parse(self.text("job_id"))?, true).await?.map(|row: JobRecord| of_job(&row))
            }
            Entity::PartOpportunities => {
                let key = PartNumber::parse(self.text("part_number"))?;
                self.one(tx, key, true).await?.map(|row: PartRecord| of_part(&row))
            }
            _ => {
                let from = self.valid_from()?;
                let rows: Vec<Stored<TargetRecord>> =
                    stored(tx, Some(self.client()?), &[] as &[ProductionDate]).await?;
                let mut rows = rows.into_iter().map(|stored| stored.row);
                rows.find(|row| row.kpi == self.text("kpi") && row.valid_from == from).map(|row| of_target(&row))
            }
        })
    }
}
