//! What a catalogue says of its tables, the same for every engine.

use crate::store::error::StoreError;
use sqlx::{PgConnection, SqliteConnection};

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

/// Table, column, whether it is required, its place in the key or 0.
type ColumnRow = (String, String, bool, i64);
/// Table, index, whether it is unique, column; an expression has no name.
type IndexRow = (String, String, bool, String);
/// Table, number of the key, parent, column here, column there, whether it acts by itself.
type ForeignRow = (String, i64, String, String, String, bool);

/// The tables of a SQLite database.
pub(super) async fn of_sqlite(connection: &mut SqliteConnection) -> Result<Vec<Table>, StoreError> {
    let columns = "SELECT t.name, c.name, c.\"notnull\", c.pk
        FROM pragma_table_list AS t, pragma_table_info(t.name) AS c
        WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite^_%' ESCAPE '^' ORDER BY t.name, c.cid";
    let indexes = "SELECT t.name, i.name, i.\"unique\", coalesce(c.name, '')
        FROM pragma_table_list AS t, pragma_index_list(t.name) AS i, pragma_index_info(i.name) AS c
        WHERE t.schema = 'main' AND t.type = 'table' AND i.origin <> 'pk' ORDER BY t.name, i.name, c.seqno";
    let foreign = "SELECT t.name, f.id, f.\"table\", f.\"from\", coalesce(f.\"to\", f.\"from\"),
          f.on_update NOT IN ('NO ACTION', 'RESTRICT') OR f.on_delete NOT IN ('NO ACTION', 'RESTRICT')
        FROM pragma_table_list AS t, pragma_foreign_key_list(t.name) AS f
        WHERE t.schema = 'main' AND t.type = 'table' ORDER BY t.name, f.id, f.seq";
    Ok(put_together(
        sqlx::query_as(columns).fetch_all(&mut *connection).await?,
        sqlx::query_as(indexes).fetch_all(&mut *connection).await?,
        sqlx::query_as(foreign).fetch_all(&mut *connection).await?,
    ))
}

/// The tables of a PostgreSQL database.
pub(super) async fn of_postgres(connection: &mut PgConnection) -> Result<Vec<Table>, StoreError> {
    let columns = "SELECT CAST(c.relname AS text), CAST(a.attname AS text), a.attnotnull, coalesce(k.place, 0)
        FROM pg_class AS c
        JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN LATERAL (
          SELECT u.place FROM pg_index AS i, unnest(CAST(i.indkey AS int2[])) WITH ORDINALITY AS u (number, place)
          WHERE i.indrelid = c.oid AND i.indisprimary AND u.number = a.attnum) AS k ON true
        WHERE c.relnamespace = CAST('public' AS regnamespace) AND c.relkind IN ('r', 'p') ORDER BY 1, a.attnum";
    let indexes =
        "SELECT CAST(c.relname AS text), CAST(x.relname AS text), i.indisunique, coalesce(CAST(a.attname AS text), '')
        FROM pg_index AS i
        JOIN pg_class AS c ON c.oid = i.indrelid AND c.relnamespace = CAST('public' AS regnamespace)
        JOIN pg_class AS x ON x.oid = i.indexrelid
        CROSS JOIN LATERAL unnest(CAST(i.indkey AS int2[])) WITH ORDINALITY AS u (number, place)
        LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = u.number
        WHERE NOT i.indisprimary ORDER BY 1, 2, u.place";
    let foreign = "SELECT CAST(c.relname AS text), CAST(k.oid AS bigint), CAST(p.relname AS text),
          CAST(a.attname AS text), CAST(b.attname AS text), k.confupdtype NOT IN ('a', 'r') OR k.confdeltype NOT IN ('a', 'r')
        FROM pg_constraint AS k
        JOIN pg_class AS c ON c.oid = k.conrelid AND c.relnamespace = CAST('public' AS regnamespace)
        JOIN pg_class AS p ON p.oid = k.confrelid
        CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS u (here, there, place)
        JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = u.here
        JOIN pg_attribute AS b ON b.attrelid = p.oid AND b.attnum = u.there
        WHERE k.contype = 'f' ORDER BY 1, 2, u.place";
    Ok(put_together(
        sqlx::query_as(columns).fetch_all(&mut *connection).await?,
        sqlx::query_as(indexes).fetch_all(&mut *connection).await?,
        sqlx::query_as(foreign).fetch_all(&mut *connection).await?,
    ))
}

/// Tables of rows that come in the order of their tables, and in those of their keys.
fn put_together(columns: Vec<ColumnRow>, indexes: Vec<IndexRow>, foreign: Vec<ForeignRow>) -> Vec<Table> {
    let mut tables: Vec<(Table, Vec<(i64, String)>)> = Vec::new();
    for (of, name, is_required, place) in columns {
        if tables.last().is_none_or(|(last, _)| last.name != of) {
            tables.push((Table { name: of, ..Table::default() }, Vec::new()));
        }
        let Some((table, key)) = tables.last_mut() else { continue };
        if place > 0 {
            key.push((place, name.clone()));
        }
        table.columns.push(Column { name, is_required });
    }
    let with_key = |(mut table, mut key): (Table, Vec<(i64, String)>)| {
        key.sort();
        table.key = key.into_iter().map(|(_, name)| name).collect();
        table
    };
    let mut tables: Vec<Table> = tables.into_iter().map(with_key).collect();
    for (of, name, is_unique, column) in indexes {
        let Some(table) = tables.iter_mut().find(|table| table.name == of) else { continue };
        if table.indexes.last().is_none_or(|last| last.name != name) {
            table.indexes.push(Index { name, is_unique, columns: Vec::new() });
        }
        if let Some(index) = table.indexes.last_mut() {
            index.columns.push(column);
        }
    }
    let mut before = None;
    for (of, number, parent, here, there, cascades) in foreign {
        let Some(table) = tables.iter_mut().find(|table| table.name == of) else { continue };
        let this = Some((of, number));
        if before != this {
            table.foreign.push(Foreign { parent, columns: Vec::new(), cascades });
            before = this;
        }
        if let Some(foreign) = table.foreign.last_mut() {
            foreign.columns.push((here, there));
        }
    }
    tables
}
