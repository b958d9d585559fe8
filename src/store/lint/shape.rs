//! What a catalogue says of its tables, the same for every engine.

use crate::store::error::StoreError;
use sqlx::{Row, SqliteConnection};

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    /// The columns of the primary key, in its order.
    pub(super) key: Vec<String>,
    pub(super) indexes: Vec<Index>,
    pub(super) foreign: Vec<Foreign>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) is_required: bool,
}

/// An index beside the primary key, or what a UNIQUE makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Index {
    pub(super) name: String,
    pub(super) is_unique: bool,
    pub(super) columns: Vec<String>,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Foreign {
    pub(super) parent: String,
    /// The columns here with those of the parent.
    pub(super) columns: Vec<(String, String)>,
    pub(super) cascades: bool,
}

const COLUMNS: &str =
    "SELECT t.name, c.name, c.\"notnull\", c.pk FROM pragma_table_list AS t, pragma_table_info(t.name) AS c
    WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite^_%' ESCAPE '^' ORDER BY t.name, c.cid";
const INDEXES: &str = "SELECT t.name, i.name, i.\"unique\", coalesce(c.name, '')
    FROM pragma_table_list AS t, pragma_index_list(t.name) AS i, pragma_index_info(i.name) AS c
    WHERE t.schema = 'main' AND t.type = 'table' AND i.origin <> 'pk' ORDER BY t.name, i.name, c.seqno";
const FOREIGN: &str =
    "SELECT t.name, f.id, f.\"table\", f.\"from\", coalesce(f.\"to\", f.\"from\"), f.on_update, f.on_delete
    FROM pragma_table_list AS t, pragma_foreign_key_list(t.name) AS f
    WHERE t.schema = 'main' AND t.type = 'table' ORDER BY t.name, f.id, f.seq";

/// The tables of a SQLite database.
pub(super) async fn of_sqlite(connection: &mut SqliteConnection) -> Result<Vec<Table>, StoreError> {
    let mut tables: Vec<Table> = Vec::new();
    for row in sqlx::query(COLUMNS).fetch_all(&mut *connection).await? {
        let (name, column): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let (is_required, place): (i64, i64) = (row.try_get(2)?, row.try_get(3)?);
        if tables.last().is_none_or(|last| last.name != name) {
            tables.push(Table { name, ..Table::default() });
        }
        let Some(table) = tables.last_mut() else { continue };
        table.columns.push(Column { name: column.clone(), is_required: is_required != 0 });
        if place > 0 {
            // Places are sorted below; until then the place stands before the name.
            table.key.push(format!("{place:03}{column}"));
        }
    }
    for table in &mut tables {
        table.key.sort();
        table.key = table.key.iter().filter_map(|column| column.get(3..).map(str::to_owned)).collect();
    }
    for row in sqlx::query(INDEXES).fetch_all(&mut *connection).await? {
        let (of, name): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let Some(table) = tables.iter_mut().find(|table| table.name == of) else { continue };
        if table.indexes.last().is_none_or(|last| last.name != name) {
            let is_unique = row.try_get::<i64, _>(2)? != 0;
            table.indexes.push(Index { name, is_unique, columns: Vec::new() });
        }
        if let Some(index) = table.indexes.last_mut() {
            index.columns.push(row.try_get(3)?);
        }
    }
    let mut before = None;
    for row in sqlx::query(FOREIGN).fetch_all(&mut *connection).await? {
        let (of, number): (String, i64) = (row.try_get(0)?, row.try_get(1)?);
        let Some(table) = tables.iter_mut().find(|table| table.name == of) else { continue };
        if before != Some((of.clone(), number)) {
            let acts = |action: String| !matches!(action.as_str(), "NO ACTION" | "RESTRICT");
            let cascades = acts(row.try_get(5)?) || acts(row.try_get(6)?);
            table.foreign.push(Foreign { parent: row.try_get(2)?, columns: Vec::new(), cascades });
            before = Some((of, number));
        }
        if let Some(foreign) = table.foreign.last_mut() {
            foreign.columns.push((row.try_get(3)?, row.try_get(4)?));
        }
    }
    Ok(tables)
}
