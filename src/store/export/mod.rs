//! The rows of exports, a page at a time.
//!
//! Every entity has a text for its first page and one for the pages behind a key, both made by [`export!`] when the
//! program is built; the columns are those of its import, in the same order. A page costs the same wherever it lies,
//! because the rows come in the order of a key and the next page begins behind the last one. The views show the
//! scope's rows only; the client in a text says whose turn it is.
//!
//! The cells come as they are stored; `service::export` makes dates, times and decimals of them.

mod entries;
mod master_data;
mod orders;

use super::error::StoreError;
use super::funnel::{Cells, FromCells, Look, ReadTx, Value, args};
use crate::domain::entity::Entity;
use crate::domain::id::ClientId;

/// The statements of one entity.
pub(in crate::store) struct ExportSql {
    /// The names of the columns, for the test that compares them with the entity's.
    #[cfg(test)]
    columns: &'static [&'static str],
    /// How many columns the key has, which come first.
    key: usize,
    /// The first page.
    first: &'static str,
    /// The page behind a key.
    next: &'static str,
    /// How many rows of the window an import could not take.
    left_out: Option<&'static str>,
}

/// Makes the statements of one entity: `$1` is the client, `$2` and `$3` the window, `$4` the rows of a page, and the
/// key's columns have the places behind them. A column that says nothing else is the one of its name in the table `e`.
macro_rules! export {
    (
        $(#[$doc:meta])*
        $name:ident {
            key: [$($key:literal),+];
            from: $from:expr;
            rows: $rows:expr;
            $(left_out: $left_out:expr;)?
            columns: { $($column:literal $(= $expr:expr)?),+ $(,)? }
        }
    ) => {
        $(#[$doc])*
        pub(super) const $name: ExportSql = export!(@texts
            [concat!("SELECT ", export!(@key $($key),+) $(, ", ", export!(@cell $column $(, $expr)?))+, " FROM ", $from,
                " WHERE ", $rows)]
            [$($key),+] [$($column),+] [export!(@left_out $from $(, $left_out)?)]
        );
    };
    (@texts [$select:expr] [$($key:literal),+] [$($column:literal),+] [$left_out:expr]) => {
        ExportSql {
            #[cfg(test)]
            columns: &[$($column),+],
            key: [$($key),+].len(),
            first: concat!($select, " ORDER BY ", export!(@key $($key),+), " LIMIT $4"),
            next: concat!(
                $select, " AND (", export!(@key $($key),+), ") > (", export!(@places $($key),+), ") ORDER BY ",
                export!(@key $($key),+), " LIMIT $4"
            ),
            left_out: $left_out,
        }
    };
    (@key $first:literal $(, $key:literal)*) => { concat!("e.", $first $(, ", e.", $key)*) };
    (@places $one:literal) => { "$5" };
    (@places $one:literal, $two:literal) => { "$5, $6" };
    (@places $one:literal, $two:literal, $three:literal) => { "$5, $6, $7" };
    (@places $one:literal, $two:literal, $three:literal, $four:literal) => { "$5, $6, $7, $8" };
    (@cell $column:literal) => { concat!("e.", $column) };
    (@cell $column:literal, $expr:expr) => { $expr };
    (@left_out $from:expr) => { None };
    (@left_out $from:expr, $rows:expr) => { Some(concat!("SELECT count(*) FROM ", $from, " WHERE ", $rows)) };
}
use export;

/// Which rows of an entity come next.
#[derive(Debug, Clone)]
pub(crate) struct ExportWanted<'a> {
    /// What the rows are.
    pub(crate) entity: Entity,
    /// Whose; none for what all clients share.
    pub(crate) client_id: Option<&'a ClientId>,
    /// The window: production dates, or instants for holds.
    pub(crate) window: (i64, i64),
    /// The key of the row before the first.
    pub(crate) after: Option<&'a [Value]>,
    /// How many rows at most.
    pub(crate) limit: i64,
}

/// One row: its key, and the cells of its columns as they are stored.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ExportedRow {
    /// The key that the next page begins behind.
    pub(crate) key: Vec<Value>,
    /// The cells, in the order of the columns.
    pub(crate) cells: Vec<Value>,
}

/// Every cell of a row.
struct AllCells(Vec<Value>);

impl FromCells for AllCells {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        let mut all = Vec::new();
        while !cells.is_at_end() {
            all.push(cells.any()?);
        }
        Ok(Self(all))
    }
}

const fn statements_of(entity: Entity) -> &'static ExportSql {
    match entity {
        Entity::Codes => &master_data::CODES,
        Entity::Products => &master_data::PRODUCTS,
        Entity::Shifts => &master_data::SHIFTS,
        Entity::Lines => &master_data::LINES,
        Entity::Employees => &master_data::EMPLOYEES,
        Entity::Targets => &master_data::TARGETS,
        Entity::WorkOrders => &orders::WORK_ORDERS,
        Entity::Jobs => &orders::JOBS,
        Entity::PartOpportunities => &orders::PART_OPPORTUNITIES,
        Entity::Holds => &orders::HOLDS,
        Entity::Production => &entries::PRODUCTION,
        Entity::Downtime => &entries::DOWNTIME,
        Entity::Quality => &entries::QUALITY,
        Entity::Attendance => &entries::ATTENDANCE,
    }
}

/// The next rows, at most as many as are wanted.
pub(crate) async fn page(tx: &mut ReadTx, wanted: &ExportWanted<'_>) -> Result<Vec<ExportedRow>, StoreError> {
    let statements = statements_of(wanted.entity);
    let (from, to) = wanted.window;
    let mut values = args![wanted.client_id.map(ClientId::as_str), from, to, wanted.limit];
    let sql = match wanted.after {
        Some(key) => {
            values.extend_from_slice(key);
            statements.next
        }
        None => statements.first,
    };
    let rows: Vec<AllCells> = tx.all(sql, values).await?;
    let split = |AllCells(mut key): AllCells| {
        let cells = key.split_off(statements.key.min(key.len()));
        ExportedRow { key, cells }
    };
    Ok(rows.into_iter().map(split).collect())
}

/// How many rows of the window an import could not take, which are left out for that reason.
pub(crate) async fn left_out(tx: &mut ReadTx, wanted: &ExportWanted<'_>) -> Result<i64, StoreError> {
    let (from, to) = wanted.window;
    match statements_of(wanted.entity).left_out {
        Some(sql) => tx.one(sql, args![wanted.client_id.map(ClientId::as_str), from, to]).await,
        None => Ok(0),
    }
}

/// Every statement of every entity, for the test that prepares them.
#[cfg(test)]
pub(in crate::store) fn all_statements() -> impl Iterator<Item = (String, &'static str)> {
    Entity::ALL.iter().flat_map(|&entity| {
        let texts = statements_of(entity);
        let all = [Some(texts.first), Some(texts.next), texts.left_out].into_iter().flatten();
        all.enumerate().map(move |(number, sql)| (format!("export {entity} {number}"), sql))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_has_exactly_the_columns_of_the_import_in_their_order() {
        for &entity in Entity::ALL {
            let names: Vec<_> = entity.columns().iter().map(|column| column.name).collect();
            assert_eq!(statements_of(entity).columns, names, "{entity}");
        }
    }
}
