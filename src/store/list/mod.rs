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
use crate::domain::id::{ClientId, LineId, ShiftId};
use crate::domain::list::{Cell, List, ListRow};
use crate::kpi::Window;

/// Rows that each client's index gives faster than one pass over all of them.
const FIRST_PAGES: i64 = 1_000;

/// The statements of one list.
pub(in crate::store) struct ListSql {
    /// The names of the selected columns, for the test that compares them with the list's.
    #[cfg(test)]
    columns: &'static [&'static str],
    /// All rows.
    all: ListTexts,
    /// Those that lie in a place and a span of dates, for lists of entries.
    within: Option<ListTexts>,
}

/// The statements of one list, of all its rows or of some.
struct ListTexts {
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
/// - `order`: the list's own order;
/// - `within`: for lists of entries, the condition of the rows that lie in a place: see [`within!`].
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
            $(within: $within:expr;)?
            columns: { $($column:literal = $expr:expr),+ $(,)? }
            detail: { $($detail:literal = $detail_expr:expr),* $(,)? }
        }
    ) => {
        $(#[$doc])*
        pub(super) const $name: ListSql = list!(@lists
            [concat!("SELECT ", $client, ", ", $key, ", ", $version $(, ", ", $expr)+ $(, ", ", $detail_expr)*)]
            [$(short $from)? $(long $table, $($part)+, $newest)?]
            [concat!(
                $rows, " AND ($1 IS NULL OR lower(''" $(, " || ' ' || coalesce(", $text, ", '')")+,
                ") LIKE lower($1) ESCAPE '\\'" $($(, " OR ", $named)+)? $(, " OR ", $date, " = $2")?, ")"
            )]
            [$($within)?]
            [$order] [$ties]
            [$($column = $expr),+] [$($detail),*]
        );
    };
    (@lists $select:tt $from:tt [$where:expr] [$($within:expr)?] $order:tt $ties:tt
        [$($column:literal = $expr:expr),+] [$($detail:literal),*]
    ) => {
        ListSql {
            #[cfg(test)]
            columns: &[$($column,)+ $($detail,)*],
            all: list!(@texts $select $from [$where] $order $ties [$($expr),+]),
            within: list!(@within $select $from [$where] [$($within)?] $order $ties [$($expr),+]),
        }
    };
    (@within $select:tt $from:tt [$where:expr] [] $order:tt $ties:tt $columns:tt) => { None };
    (@within $select:tt $from:tt [$where:expr] [$within:expr] $order:tt $ties:tt $columns:tt) => {
        Some(list!(@texts $select $from [concat!($where, " AND ", $within)] $order $ties $columns))
    };
    (@texts [$select:expr] $from:tt [$where:expr] [$order:expr] [$ties:expr] [$($expr:expr),+]) => {
        $crate::store::list::ListTexts {
            newest: list!(@newest $from [$select] [$where] [$order]),
            ordered: list!(@page $from [$select] [$where] [$order]),
            sorted: &[$([
                list!(@page $from [$select] [$where] [concat!($expr, " ASC NULLS LAST, ", $ties)]),
                list!(@page $from [$select] [$where] [concat!($expr, " DESC NULLS LAST, ", $ties)]),
            ],)+],
            count: list!(@count $from [$where]),
        }
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

/// The condition of rows that lie in a place: in production dates, or due in them; of a client; of a line and a shift,
/// where the rows have them.
macro_rules! within {
    (dated $($column:literal = $place:literal),*) => {
        concat!(
            "e.production_date BETWEEN coalesce($5, -2147483648) AND coalesce($6, 2147483647)",
            within!($($column = $place),*)
        )
    };
    (due $date:literal) => { concat!("($5 IS NULL OR ", $date, " BETWEEN $5 AND $6)", within!()) };
    (undated) => { "($7 IS NULL OR e.client_id = $7)" };
    ($($column:literal = $place:literal),*) => {
        concat!(
            " AND ($7 IS NULL OR e.client_id = $7)"
            $(, " AND (", $place, " IS NULL OR e.", $column, " = ", $place, ")")*
        )
    };
}
use within;

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
    /// Only rows that lie here; a list whose rows lie nowhere has none then.
    pub(crate) within: Option<WantedPlace>,
}

/// Where the rows lie that are wanted.
#[derive(Debug, Clone, Default)]
pub(crate) struct WantedPlace {
    /// The first and the last production date.
    pub(crate) dates: Option<Window>,
    /// Of which client.
    pub(crate) client_id: Option<ClientId>,
    /// On lines of which name.
    pub(crate) line_id: Option<LineId>,
    /// In which shift.
    pub(crate) shift_id: Option<ShiftId>,
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
    /// The values of the statements: a count takes no notice of limit and offset.
    fn values(&self) -> Vec<Value> {
        let mut values = args![self.pattern.as_ref(), self.date, self.limit, self.offset];
        if let Some(WantedPlace { dates, client_id, line_id, shift_id }) = &self.within {
            let (from, to) = (dates.map(Window::from), dates.map(Window::to));
            values.extend(args![from, to, client_id.as_ref(), line_id.as_ref(), shift_id.as_ref()]);
        }
        values
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
    let list = match (&wanted.within, &list.within) {
        (None, _) => &list.all,
        (Some(_), Some(within)) => within,
        (Some(_), None) => return Ok((Vec::new(), 0)),
    };
    let sorted = wanted.sort.and_then(|(column, descending)| {
        let [ascending_text, descending_text] = list.sorted.get(column)?;
        Some(*if descending { descending_text } else { ascending_text })
    });
    let total = tx.one(list.count, wanted.values()).await?;
    let own = if wanted.offset <= FIRST_PAGES { list.newest } else { list.ordered };
    let rows = tx.all(sorted.unwrap_or(own), wanted.values()).await?;
    Ok((rows, total))
}

/// Every statement of every list, for the test that prepares them.
#[cfg(test)]
pub(in crate::store) fn all_statements() -> impl Iterator<Item = (String, &'static str)> {
    List::ALL.iter().flat_map(|&list| {
        let list_sql = statements_of(list);
        let texts = [Some(&list_sql.all), list_sql.within.as_ref()].into_iter().flatten();
        let all = texts.flat_map(|texts| {
            let own = [texts.newest, texts.ordered, texts.count].into_iter();
            own.chain(texts.sorted.iter().flatten().copied())
        });
        all.enumerate().map(move |(number, sql)| (format!("list {list} {number}"), sql))
    })
}

#[cfg(test)]
mod tests;
