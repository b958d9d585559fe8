//! The rows of the lists, a page at a time.
//!
//! Every list has a text for its own order, one for its count, and two for each column it can be sorted by, all made
//! by [`list!`] when the program is built. None holds a client filter: they run on scoped views. The long lists find
//! the keys of a page first and read only its rows; and their first pages come from the newest rows of each client by
//! its index, so that they cost the same however many rows there are; on a server by a text of its own. How far back a
//! list looks is said in [`page`].
//!
//! The cells come as they are stored, as texts and numbers; `service::list` makes dates and local times of them.

mod accounts;
mod entries;
mod master_data;
mod orders;
mod page;
mod people;
mod record;

use crate::domain::list::List;

#[cfg(test)]
use page::Found;
pub(crate) use page::{Wanted, WantedPlace};
pub(crate) use record::WantedRecord;

/// The statements of one list.
pub(in crate::store) struct ListSql {
    /// The names of the selected columns, for the test that compares them with the list's.
    #[cfg(test)]
    columns: &'static [&'static str],
    /// All rows.
    all: ListTexts,
    /// Those that lie in a place and a span of dates, for lists of entries.
    within: Option<ListTexts>,
    /// How many rows there are, up to `$1`, for long lists.
    longer: Option<&'static str>,
    /// The date since which no client has more than `$1` rows, for lists of dated entries.
    since: Option<&'static str>,
}

/// The statements of one list, of all its rows or of some.
struct ListTexts {
    /// The list's own order, for its first pages.
    newest: &'static str,
    /// The same for a server, which would look for the newest rows of a client once for each of its rows. LATERAL is the
    /// one way to say it that a server runs fast, and SQLite has none: so this is the server's alone.
    newest_lateral: Option<&'static str>,
    /// The same for pages far behind.
    ordered: &'static str,
    /// Ascending and descending, by the position of the column; columns of the detail have none.
    sorted: &'static [[&'static str; 2]],
    /// How many rows match; of long lists, up to one more than a list counts.
    count: &'static str,
}

/// Makes the statements of one list.
///
/// - `key`: client, key as text and version of a row, and what makes an order complete;
/// - `from`: the table `e`, and what is joined to it; `rows`: which rows count;
/// - `long`: for long lists, the table, the columns of its key after the client, and the order that each client's
///   newest rows have in an index; `dated`, if its rows have a production date and an index that begins with it;
/// - `text`: what the filter looks into; `or named`: names behind codes, looked up once instead of for each row;
///   `or date`: which date it compares with;
/// - `order`: the list's own order;
/// - `columns`: each with what it shows, and behind `=>` what it is sorted by where that is something else;
/// - `within`: for lists of entries, the condition of the rows that lie in a place: see [`within!`].
macro_rules! list {
    (
        $(#[$doc:meta])*
        $name:ident {
            key: $client:expr, $key:expr, $version:expr, ties $ties:expr;
            $(from: $from:expr;)?
            $(long: $table:literal, by [$($part:ident),+], newest $newest:expr;)?
            $(dated: $dated:literal;)?
            rows: $rows:expr;
            text: [$($text:expr),+ $(,)?] $(or named [$($named:expr),+ $(,)?])? $(or date $date:expr)?;
            order: $order:expr;
            $(within: $within:expr;)?
            columns: { $($column:literal = $expr:expr $(=> $sorted:expr)?),+ $(,)? }
            detail: { $($detail:literal = $detail_expr:expr),* $(,)? }
        }
    ) => {
        $(#[$doc])*
        pub(super) static $name: ListSql = list!(@lists
            [concat!("SELECT ", $client, ", ", $key, ", ", $version $(, ", ", $expr)+ $(, ", ", $detail_expr)*)]
            [$(short $from)? $(long $table, $($part)+, $newest)?]
            [concat!(
                $rows, " AND ($1 IS NULL OR lower(''" $(, " || ' ' || coalesce(", $text, ", '')")+,
                ") LIKE lower($1) ESCAPE '\\'" $($(, " OR ", $named)+)? $(, " OR ", $date, " = $2")?, ")"
            )]
            [$($within)?] [$($dated)?]
            [$order] [$ties]
            [$($column = list!(@by $expr $(, $sorted)?)),+] [$($detail),*]
        );
    };
    (@lists $select:tt $from:tt [$where:expr] [$($within:expr)?] $dated:tt $order:tt $ties:tt
        [$($column:literal = $expr:expr),+] [$($detail:literal),*]
    ) => {
        ListSql {
            #[cfg(test)]
            columns: &[$($column,)+ $($detail,)*],
            all: list!(@texts $select $from [$where] $order $ties [$($expr),+]),
            within: list!(@within $select $from [$where] [$($within)?] $order $ties [$($expr),+]),
            longer: list!(@longer $from),
            since: list!(@since $from $dated),
        }
    };
    (@by $expr:expr) => { $expr };
    (@by $expr:expr, $sorted:expr) => { $sorted };
    (@longer [short $from:expr]) => { None };
    (@longer [long $table:literal, $($part:ident)+, $newest:expr]) => {
        Some(concat!("SELECT count(*) FROM (SELECT e.client_id FROM ", $table, " AS e LIMIT $1) AS few"))
    };
    (@since $from:tt []) => { None };
    (@since [long $table:literal, $($part:ident)+, $newest:expr] [$date:literal]) => {
        Some(concat!(
            "SELECT max((SELECT e.", $date, " FROM ", $table, " AS e WHERE e.client_id = c.client_id ORDER BY e.", $date,
            " DESC LIMIT 1 OFFSET $1)) FROM client AS c"
        ))
    };
    (@within $select:tt $from:tt [$where:expr] [] $order:tt $ties:tt $columns:tt) => { None };
    (@within $select:tt $from:tt [$where:expr] [$within:expr] $order:tt $ties:tt $columns:tt) => {
        Some(list!(@texts $select $from [concat!($where, " AND ", $within)] $order $ties $columns))
    };
    (@texts [$select:expr] $from:tt [$where:expr] [$order:expr] [$ties:expr] [$($expr:expr),+]) => {
        $crate::store::list::ListTexts {
            newest: list!(@newest $from [$select] [$where] [$order]),
            newest_lateral: list!(@lateral $from [$select] [$where] [$order]),
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
    (@lateral [short $from:expr] $select:tt $where:tt $order:tt) => { None };
    (@lateral [long $table:literal, $($part:ident)+, $newest:expr] [$select:expr] [$where:expr] [$order:expr]) => {
        Some(list!(@rows_of
            concat!(
                "SELECT e.client_id" $(, ", e.", stringify!($part))+,
                " FROM client AS c CROSS JOIN LATERAL (SELECT e.* FROM ", $table,
                " AS e WHERE e.client_id = c.client_id AND ", $where, " ORDER BY ", $newest,
                " LIMIT $3 + $4) AS e ORDER BY ", $order, " LIMIT $3 OFFSET $4"
            ),
            [$select] [$table] [$order] $($part)+
        ))
    };
    (@rows_of $keys:expr, [$select:expr] [$table:literal] [$order:expr] $($part:ident)+) => {
        concat!(
            $select, " FROM (", $keys, ") AS page CROSS JOIN ", $table, " AS e WHERE e.client_id = page.client_id"
            $(, " AND e.", stringify!($part), " = page.", stringify!($part))+, " ORDER BY ", $order
        )
    };
    (@count [short $from:expr] [$where:expr]) => { concat!("SELECT count(*) FROM ", $from, " WHERE ", $where) };
    (@count [long $table:literal, $($part:ident)+, $newest:expr] [$where:expr]) => {
        concat!("SELECT count(*) FROM (SELECT 1 FROM ", $table, " AS e WHERE ", $where, " LIMIT 10001) AS few")
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

fn statements_of(list: List) -> &'static ListSql {
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
        List::AuditTrail => &record::AUDIT_TRAIL,
        List::AccountRecord => &record::ACCOUNT_RECORD,
        List::Clients => &accounts::CLIENTS,
        List::Users => &accounts::USERS,
    }
}

/// The statements of lists for a server alone, for the test that prepares them.
#[cfg(test)]
pub(in crate::store) fn statements_of_servers() -> impl Iterator<Item = (String, &'static str)> {
    List::ALL.iter().flat_map(|&list| {
        let list_sql = statements_of(list);
        let texts = [Some(&list_sql.all), list_sql.within.as_ref()].into_iter().flatten();
        texts.filter_map(move |texts| Some((format!("{list}, newest on a server"), texts.newest_lateral?)))
    })
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
        let all = all.chain(list_sql.longer).chain(list_sql.since);
        all.enumerate().map(move |(number, sql)| (format!("list {list} {number}"), sql))
    })
}

#[cfg(test)]
mod tests;
