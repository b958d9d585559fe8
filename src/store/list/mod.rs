//! The rows of the lists, a page at a time.
//!
//! Every list has a text for its own order, one for its count, and two for each column it can be sorted by, all made
//! by [`list!`] when the program is built. None holds a client filter: they run on scoped views. The long lists find
//! the keys of a page first and read only its rows; and their first pages come from the newest rows of each client by
//! its index, so that they cost the same however many rows there are.
//!
//! The cells come as they are stored, as texts and numbers; `service::list` makes dates and local times of them.

mod accounts;
mod entries;
mod master_data;
mod orders;
mod people;

use super::error::StoreError;
use super::funnel::{Cells, FromCells, Look, Value, args};
use super::session::Session;
use crate::domain::clock::ProductionDate;
use crate::domain::list::{Cell, List, ListRow};

/// Rows that each client's index gives faster than one pass over all of them.
const FIRST_PAGES: i64 = 1_000;

/// The statements of one list.
pub(in crate::store) struct ListSql {
    /// The names of the selected columns, for the test that compares them with the list's.
    #[cfg(test)]
    columns: &'static [&'static str],
    /// The list's own order, for its first pages.
    newest: &'static str,
    /// The same for pages far behind.
    ordered: &'static str,
    /// Ascending and descending, by the position of the column; columns of the detail have none.
    sorted: &'static [[&'static str; 2]],
    /// How many rows match.
    count: &'static str,
}

/// Makes the statements of one list.
///
/// - `key`: client, key as text and version of a row, and what makes an order complete;
/// - `from`: the table `e`, and what is joined to it; `rows`: which rows count;
/// - `long`: for long lists, the table, the columns of its key after the client, and the order that each client's
///   newest rows have in an index;
/// - `text`: what the filter looks into; `or named`: names behind codes, looked up once instead of for each row;
///   `or date`: which date it compares with;
/// - `order`: the list's own order.
macro_rules! list {
    (
        $(#[$doc:meta])*
        $name:ident {
            key: $client:expr, $key:expr, $version:expr, ties $ties:expr;
            $(from: $from:expr;)?
            $(long: $table:literal, by [$($part:ident),+], newest $newest:expr;)?
            rows: $rows:expr;
            text: [$($text:expr),+ $(,)?] $(or named [$($named:expr),+ $(,)?])? $(or date $date:expr)?;
            order: $order:expr;
            columns: { $($column:literal = $expr:expr),+ $(,)? }
            detail: { $($detail:literal = $detail_expr:expr),* $(,)? }
        }
    ) => {
        list!(@texts $(#[$doc])* $name
            [concat!("SELECT ", $client, ", ", $key, ", ", $version $(, ", ", $expr)+ $(, ", ", $detail_expr)*)]
            [$(short $from)? $(long $table, $($part)+, $newest)?]
            [concat!(
                $rows, " AND ($1 IS NULL OR lower(''" $(, " || ' ' || coalesce(", $text, ", '')")+,
                ") LIKE lower($1) ESCAPE '\\'" $($(, " OR ", $named)+)? $(, " OR ", $date, " = $2")?, ")"
            )]
            [$order] [$ties]
            [$($column = $expr),+] [$($detail),*]
        );
    };
    (@texts $(#[$doc:meta])* $name:ident
        [$select:expr] $from:tt [$where:expr] [$order:expr] [$ties:expr]
        [$($column:literal = $expr:expr),+] [$($detail:literal),*]
    ) => {
        $(#[$doc])*
        pub(super) const $name: ListSql = ListSql {
            #[cfg(test)]
            columns: &[$($column,)+ $($detail,)*],
            newest: list!(@newest $from [$select] [$where] [$order]),
            ordered: list!(@page $from [$select] [$where] [$order]),
            sorted: &[$([
                list!(@page $from [$select] [$where] [concat!($expr, " ASC NULLS LAST, ", $ties)]),
                list!(@page $from [$select] [$where] [concat!($expr, " DESC NULLS LAST, ", $ties)]),
            ],)+],
            count: list!(@count $from [$where]),
        };
    };
    (@page [short $from:expr] [$select:expr] [$where:expr] [$order:expr]) => {
        concat!($select, " FROM ", $from, " WHERE ", $where, " ORDER BY ", $order, " LIMIT $3 OFFSET $4")
    };
    (@page [long $table:literal, $($part:ident)+, $newest:expr] [$select:expr] [$where:expr] [$order:expr]) => {
        list!(@rows_of
            concat!(
                "SELECT e.client_id" $(, ", e.", stringify!($part))+, " FROM ", $table, " AS e WHERE ", $where,
                " ORDER BY ", $order, " LIMIT $3 OFFSET $4"
            ),
            [$select] [$table] [$order] $($part)+
        )
    };
    (@newest [short $from:expr] $select:tt $where:tt $order:tt) => {
        list!(@page [short $from] $select $where $order)
    };
    (@newest [long $table:literal, $first:ident $($part:ident)*, $newest:expr] [$select:expr] [$where:expr] [$order:expr]) => {
        list!(@rows_of
            concat!(
                "SELECT e.client_id, e.", stringify!($first) $(, ", e.", stringify!($part))*,
                " FROM client AS c CROSS JOIN ", $table, " AS e WHERE e.client_id = c.client_id AND (e.",
                stringify!($first) $(, ", e.", stringify!($part))*, ") IN (SELECT e.",
                stringify!($first) $(, ", e.", stringify!($part))*, " FROM ", $table,
                " AS e WHERE e.client_id = c.client_id AND ", $where, " ORDER BY ", $newest,
                " LIMIT $3 + $4) ORDER BY ", $order, " LIMIT $3 OFFSET $4"
            ),
            [$select] [$table] [$order] $first $($part)*
        )
    };
    (@rows_of $keys:expr, [$select:expr] [$table:literal] [$order:expr] $($part:ident)+) => {
        concat!(
            $select, " FROM (", $keys, ") AS page CROSS JOIN ", $table, " AS e WHERE e.client_id = page.client_id"
            $(, " AND e.", stringify!($part), " = page.", stringify!($part))+, " ORDER BY ", $order
        )
    };
    (@count [short $from:expr] [$where:expr]) => { concat!("SELECT count(*) FROM ", $from, " WHERE ", $where) };
    (@count [long $table:literal, $($part:ident)+, $newest:expr] [$where:expr]) => {
        concat!("SELECT count(*) FROM ", $table, " AS e WHERE ", $where)
    };
}
use list;

/// The name that a code or key has in another table of the same client.
macro_rules! name_of {
    ($table:literal, $key:literal, $column:literal) => {
        concat!(
            "(SELECT n.name FROM ",
            $table,
            " AS n WHERE n.client_id = e.client_id AND n.",
            $key,
            " = e.",
            $column,
            ")"
        )
    };
}
use name_of;

/// Whether the name behind a code of the row holds the filter's text.
macro_rules! is_named {
    ($table:literal, $key:literal, $column:literal) => {
        concat!(
            "(e.client_id, e.",
            $column,
            ") IN (SELECT n.client_id, n.",
            $key,
            " FROM ",
            $table,
            " AS n WHERE lower(n.name) LIKE lower($1) ESCAPE '\\')"
        )
    };
}
use is_named;

/// Whether the name of the row's product holds the filter's text.
macro_rules! product_is_named {
    () => {
        "e.product_id IN (SELECT n.product_id FROM product AS n WHERE lower(n.name) LIKE lower($1) ESCAPE '\\')"
    };
}
use product_is_named;

/// The name of the row's product.
macro_rules! product_name {
    () => {
        "(SELECT n.name FROM product AS n WHERE n.product_id = e.product_id)"
    };
}
use product_name;

/// Which rows of a list are wanted.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// The list.
    pub(crate) list: List,
    /// A pattern of LIKE, with `\` before what is meant literally.
    pub(crate) pattern: Option<String>,
    /// The date that the filter names.
    pub(crate) date: Option<ProductionDate>,
    /// Column and whether the largest comes first.
    pub(crate) sort: Option<(usize, bool)>,
    /// How many rows at most.
    pub(crate) limit: i64,
    /// How many rows are before the first.
    pub(crate) offset: i64,
}

/// The cells of a row as they are stored: whole numbers, texts, and keys as text.
impl FromCells for ListRow {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        let client_id = cells.client_opt()?;
        let Cell::Text(key) = stored_cell(cells)? else {
            return Err(StoreError::Driver("a list has a row without a key".into()));
        };
        let version = cells.int()?;
        let mut row = Self { client_id, key, version, cells: Vec::new() };
        while !cells.is_at_end() {
            row.cells.push(stored_cell(cells)?);
        }
        Ok(row)
    }
}

fn stored_cell(cells: &mut Cells<'_>) -> Result<Cell, StoreError> {
    Ok(match cells.any()? {
        Value::Int(number) => number.map_or(Cell::Missing, Cell::Number),
        Value::Text(text) => text.map_or(Cell::Missing, Cell::Text),
        Value::Id(id) => id.map_or(Cell::Missing, |id| Cell::Text(id.to_string())),
        Value::Bytes(_) => Cell::Missing,
    })
}

const fn statements_of(list: List) -> &'static ListSql {
    match list {
        List::Production => &entries::PRODUCTION,
        List::Downtime => &entries::DOWNTIME,
        List::Quality => &entries::QUALITY,
        List::Holds => &orders::HOLDS,
        List::WorkOrders => &orders::WORK_ORDERS,
        List::Jobs => &orders::JOBS,
        List::PartOpportunities => &orders::PART_OPPORTUNITIES,
        List::Attendance => &people::ATTENDANCE,
        List::Coverage => &people::COVERAGE,
        List::Employees => &people::EMPLOYEES,
        List::Lines => &master_data::LINES,
        List::Products => &master_data::PRODUCTS,
        List::Shifts => &master_data::SHIFTS,
        List::Codes => &master_data::CODES,
        List::Targets => &master_data::TARGETS,
        List::AuditTrail => &master_data::AUDIT_TRAIL,
        List::Clients => &accounts::CLIENTS,
        List::Users => &accounts::USERS,
    }
}

impl Wanted {
    fn matching(&self) -> Vec<Value> {
        args![self.pattern.as_ref(), self.date]
    }
}

impl Session {
    /// The rows that are wanted, and how many match altogether.
    pub(crate) async fn list(&self, wanted: &Wanted) -> Result<(Vec<ListRow>, i64), StoreError> {
        match wanted.list {
            List::Clients | List::Users => self.list_accounts(wanted).await,
            _ => page(&mut self.read().await?, wanted).await,
        }
    }

    /// Looks through the account door, where no scope filters; so the role is asked of the account as it is now.
    async fn list_accounts(&self, wanted: &Wanted) -> Result<(Vec<ListRow>, i64), StoreError> {
        let person = self.store().person(self.person().user_id).await?.ok_or(StoreError::SessionOver)?;
        if !person.role.may(wanted.list.permission()) {
            return Err(StoreError::SessionOver);
        }
        page(&mut self.store().look().await?, wanted).await
    }
}

async fn page(tx: &mut impl Look, wanted: &Wanted) -> Result<(Vec<ListRow>, i64), StoreError> {
    let list = statements_of(wanted.list);
    let sorted = wanted.sort.and_then(|(column, descending)| {
        let [ascending_text, descending_text] = list.sorted.get(column)?;
        Some(*if descending { descending_text } else { ascending_text })
    });
    let total = tx.one(list.count, wanted.matching()).await?;
    let mut values = wanted.matching();
    values.extend(args![wanted.limit, wanted.offset]);
    let own = if wanted.offset <= FIRST_PAGES { list.newest } else { list.ordered };
    let rows = tx.all(sorted.unwrap_or(own), values).await?;
    Ok((rows, total))
}

/// Every statement of every list, for the test that prepares them.
#[cfg(test)]
pub(in crate::store) fn all_statements() -> impl Iterator<Item = (String, &'static str)> {
    List::ALL.iter().flat_map(|&list| {
        let texts = statements_of(list);
        let own = [texts.newest, texts.ordered, texts.count].into_iter().chain(texts.sorted.iter().flatten().copied());
        own.enumerate().map(move |(number, sql)| (format!("list {list} {number}"), sql))
    })
}

#[cfg(test)]
mod tests;
