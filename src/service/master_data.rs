//! Adding lines, products and shifts: what the first day at a plant needs.

use super::{AddProduct, AddShift, Desk, Problem, Receipt};
use crate::domain::id::{ClientId, LineId};
use crate::domain::shift::Shift;
use crate::domain::text::CleanText;
use crate::store::audit::AuditEntry;
use crate::store::master_data;
use crate::store::master_data::{FIRST_VERSION, Product};
use serde_json::json;

impl Desk {
    /// Adds a production line.
    pub(super) async fn add_line(&self, client: ClientId, line: LineId, name: CleanText) -> Result<Receipt, Problem> {
        self.client(&client)?;
        let mut tx = self.session.write(self.now()).await?;
        if master_data::line(&mut tx, &client, &line).await?.is_some() {
            return Err(Problem::reject("line_id", format!("{line} exists already"), "choose another key"));
        }
        master_data::add_line(&mut tx, &client, &line, name.as_str()).await?;
        let entry = AuditEntry {
            table: "production_line",
            key: line.to_string(),
            action: "add",
            before: None,
            after: Some(json!({ "name": name })),
        };
        tx.record(&client, entry);
        tx.commit().await?;
        Ok(Receipt::done(format!("line {line} added to {client}")))
    }

    /// Adds a product and lets a client know of it; a product that exists is linked as it is.
    pub(super) async fn add_product(&self, add: AddProduct) -> Result<Receipt, Problem> {
        self.client(&add.client_id)?;
        let mut tx = self.session.write(self.now()).await?;
        if master_data::linked_product(&mut tx, &add.client_id, &add.product_id).await?.is_some() {
            return Err(Problem::reject(
                "product_id",
                format!("{} exists already", add.product_id),
                "choose another key",
            ));
        }
        if master_data::product(&mut tx, &add.product_id).await?.is_none() {
            let product = Product {
                product_id: add.product_id.clone(),
                name: add.name.as_str().to_owned(),
                ideal_cycle: add.ideal_cycle,
                labour_standard: None,
                standard_crew: 1,
                active: true,
            };
            master_data::add_product(&mut tx, &product).await?;
            let after = json!({ "name": add.name, "ideal_cycle_ms": add.ideal_cycle });
            tx.record_shared("add", format!("product {}", add.product_id), after);
        }
        master_data::link_product(&mut tx, &add.client_id, &add.product_id).await?;
        let key = add.product_id.to_string();
        let entry = AuditEntry { table: "client_product", key, action: "link", before: None, after: None };
        tx.record(&add.client_id, entry);
        tx.commit().await?;
        Ok(Receipt::done(format!("product {} added to {}", add.product_id, add.client_id)))
    }

    /// Adds a shift pattern for the whole plant.
    pub(super) async fn add_shift(&self, add: AddShift) -> Result<Receipt, Problem> {
        let shift = Shift {
            shift_id: add.shift_id,
            valid_from: FIRST_VERSION,
            name: add.name.as_str().to_owned(),
            start_minute: add.start_minute,
            end_minute: add.end_minute,
            break_minutes: add.break_minutes,
            days: add.days,
        };
        if shift.break_minutes > shift.nominal_minutes() {
            return Err(Problem::reject(
                "break_minutes",
                format!("{} is more than the {} minutes of the shift", shift.break_minutes, shift.nominal_minutes()),
                "type fewer minutes",
            ));
        }
        let mut tx = self.session.write(self.now()).await?;
        if master_data::shift_exists(&mut tx, &shift).await? {
            return Err(Problem::reject(
                "shift_id",
                format!("{} exists already", shift.shift_id),
                "choose another key",
            ));
        }
        master_data::add_shift(&mut tx, &shift).await?;
        let after = json!({ "name": shift.name, "start": shift.start_minute, "end": shift.end_minute, "break": shift.break_minutes });
        tx.record_shared("add", format!("shift {}", shift.shift_id), after);
        tx.commit().await?;
        Ok(Receipt::done(format!("shift {} added", shift.shift_id)))
    }
}
