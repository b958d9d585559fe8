//! The rules as triggers of PostgreSQL, one statement at a time: a trigger for each table and each way of writing it,
//! which adds what the statement's rows differ by. A trigger for each row made an import many times slower.
//!
//! Rows of sums are touched in the order of their keys, so that two writers wait for each other instead of each having
//! what the other needs. What stays the same is not touched at all. The functions run with the rights of the owner,
//! because nobody else may change a sum, and policies bind the owner too: rows outside the scope are refused.

mod install;
#[cfg(test)]
mod tests;

use super::dialect::{Dialect, counts_changes};
use super::rule::{Kind, PushDown, Rule};
pub(in crate::store) use install::{are_kept, differences, install, rebuild, see_every_client};

const POSTGRES: Dialect = Dialect::Postgres;
/// The statements that make the functions and triggers of stored tallies.
pub(in crate::store) fn texts() -> impl Iterator<Item = String> {
    triggers(&super::rules::all(), &super::rules::push_down()).into_iter().map(|trigger| trigger.text)
}

/// What every function and trigger of stored tallies is called first.
pub(in crate::store) const PREFIX: &str = "tg_";
const IN_SCOPE: &str = "ANY (coalesce(nullif(current_setting('app.clients', true), ''), '{}')::text[])";

/// One trigger to be made, with its function of the same name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trigger {
    /// The name of both.
    pub(super) name: String,
    /// The table.
    pub(super) source: &'static str,
    /// What the function does, as the database keeps it.
    pub(super) body: String,
    /// The statements that make both.
    pub(super) text: String,
}

/// A way of writing a table, and the rows that its trigger sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    Insert,
    Update,
    Delete,
}

impl Event {
    const ALL: [Self; 3] = [Self::Insert, Self::Update, Self::Delete];

    fn word(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }

    /// The rows as they are now and as they were, each with its sign.
    fn sides(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Insert => &[("new_rows", "")],
            Self::Update => &[("new_rows", ""), ("old_rows", "-")],
            Self::Delete => &[("old_rows", "-")],
        }
    }

    /// Rows of which there are as many as were written.
    fn rows(self) -> &'static str {
        if self == Self::Delete { "old_rows" } else { "new_rows" }
    }

    fn referencing(self) -> &'static str {
        match self {
            Self::Insert => "NEW TABLE AS new_rows",
            Self::Update => "OLD TABLE AS old_rows NEW TABLE AS new_rows",
            Self::Delete => "OLD TABLE AS old_rows",
        }
    }
}

/// The triggers of every rule.
pub(super) fn triggers(rules: &[Rule], push_down: &PushDown) -> Vec<Trigger> {
    let mut sources: Vec<&'static str> = Vec::new();
    for rule in rules {
        if !sources.contains(&rule.source) {
            sources.push(rule.source);
        }
    }
    let of_source = |source: &'static str| {
        Event::ALL.map(|event| {
            let rules = rules.iter().filter(|rule| rule.source == source);
            let mut steps: Vec<_> = rules.map(|rule| step(rule, event)).collect();
            if push_down.source == source && event == Event::Update {
                steps.push(pushed(push_down));
            }
            trigger(source, event, &steps.concat())
        })
    };
    sources.into_iter().flat_map(of_source).collect()
}

fn trigger(source: &'static str, event: Event, steps: &str) -> Trigger {
    let (name, rows) = (format!("{PREFIX}{source}_{}", event.word()), event.rows());
    let body = format!(
        "
BEGIN
    IF NOT EXISTS (SELECT 1 FROM {rows}) THEN
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT 1 FROM {rows} AS r WHERE (r.client_id = {IN_SCOPE}) IS NOT TRUE) THEN
        RAISE EXCEPTION 'outside the scope';
    END IF;{steps}
    RETURN NULL;
END "
    );
    // Joined by key, whatever the first statement of a connection makes the planner believe of the next ones.
    let text = format!(
        "CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
         SET search_path = pg_catalog, public, pg_temp SET enable_hashjoin = off SET enable_mergejoin = off
         AS $${body}$$;
         REVOKE ALL ON FUNCTION {name} FROM PUBLIC;
         CREATE TRIGGER {name} AFTER {} ON t_{source} REFERENCING {} FOR EACH STATEMENT EXECUTE FUNCTION {name}();",
        event.word().to_uppercase(),
        event.referencing(),
    );
    Trigger { name, source, body, text }
}

/// Adds to one target what the rows of a statement differ by.
fn step(rule: &Rule, event: Event) -> String {
    match rule.kind {
        Kind::Parent => onto_parents(rule, event),
        Kind::Tally => into_tallies(rule, event),
    }
}

/// The columns of a target's key.
fn key(rule: &Rule) -> Vec<&'static str> {
    ["client_id"].into_iter().chain(rule.key.iter().map(|(column, _)| *column)).collect()
}

/// What is to be added under each key: the rows as they are less the rows as they were.
fn differences_by_key(rule: &Rule, event: Event) -> String {
    let side = |(rows, sign): &(&str, &str)| {
        let keys = rule.key.iter().map(|(column, key)| format!("{} AS {column}", POSTGRES.key_of(*key, "r")));
        let sums = rule.sums().map(|sum| format!("{sign}({}) AS {}", POSTGRES.spelled(&sum.value, "r"), sum.column));
        let columns: Vec<_> = ["r.client_id".to_owned()].into_iter().chain(keys).chain(sums).collect();
        let live = rule.live.map_or_else(String::new, |live| format!(" WHERE {}", POSTGRES.spelled(live, "r")));
        format!("SELECT {} FROM {rows} AS r{live}", columns.join(", "))
    };
    let sides: Vec<_> = event.sides().iter().map(side).collect();
    let sums: Vec<_> = rule.sums().map(|sum| format!("CAST(sum(s.{0}) AS BIGINT) AS {0}", sum.column)).collect();
    let differs: Vec<_> = rule.sums().map(|sum| format!("sum(s.{}) <> 0", sum.column)).collect();
    let key: Vec<_> = key(rule).iter().map(|column| format!("s.{column}")).collect();
    let key = key.join(", ");
    format!(
        "SELECT {key}, {} FROM ({}) AS s GROUP BY {key} HAVING {}",
        sums.join(", "),
        sides.join(" UNION ALL "),
        differs.join(" OR "),
    )
}

fn onto_parents(rule: &Rule, event: Event) -> String {
    let (target, key) = (rule.target, key(rule));
    let same =
        |row: &str| key.iter().map(|column| format!("p.{column} = {row}.{column}")).collect::<Vec<_>>().join(" AND ");
    let own: Vec<_> =
        rule.key.iter().map(|(column, key)| format!("{} AS {column}", POSTGRES.key_of(*key, "r"))).collect();
    let own = |rows: &str| format!("SELECT r.client_id, {} FROM {rows} AS r", own.join(", "));
    let touched: Vec<_> = event.sides().iter().map(|(rows, _)| own(rows)).collect();
    let ordered: Vec<_> = key.iter().map(|column| format!("p.{column}")).collect();
    let set: Vec<_> = rule.sums().map(|sum| format!("{0} = p.{0} + d.{0}", sum.column)).collect();
    format!(
        "
    IF EXISTS (SELECT 1 FROM {} OFFSET 1) THEN
        PERFORM 1 FROM ({}) AS d JOIN t_{target} AS p ON {} ORDER BY {} FOR NO KEY UPDATE OF p;
    END IF;
    UPDATE t_{target} AS p SET {} FROM ({}) AS d WHERE {};",
        event.rows(),
        touched.join(" UNION "),
        same("d"),
        ordered.join(", "),
        set.join(", "),
        differences_by_key(rule, event),
        same("d"),
    )
}

fn into_tallies(rule: &Rule, event: Event) -> String {
    let (target, key) = (rule.target, key(rule));
    let sums: Vec<_> = rule.sums().map(|sum| sum.column).collect();
    let mut columns: Vec<_> = key.iter().chain(&sums).map(|column| (*column).to_owned()).collect();
    let mut values: Vec<_> = columns.iter().map(|column| format!("d.{column}")).collect();
    let mut set: Vec<_> = sums.iter().map(|column| format!("{column} = t.{column} + excluded.{column}")).collect();
    if counts_changes(target) {
        columns.push("change".into());
        values.push("1".into());
        set.push("change = t.change + 1".into());
    }
    let ordered: Vec<_> = key.iter().map(|column| format!("d.{column}")).collect();
    format!(
        "
    INSERT INTO t_{target} AS t ({}) SELECT {} FROM ({}) AS d ORDER BY {}
    ON CONFLICT ({}) DO UPDATE SET {};",
        columns.join(", "),
        values.join(", "),
        differences_by_key(rule, event),
        ordered.join(", "),
        key.join(", "),
        set.join(", "),
    )
}

fn pushed(push_down: &PushDown) -> String {
    let PushDown { target, key: (below, above), values, .. } = push_down;
    let value = |sum: &super::rule::Sum| POSTGRES.spelled(&sum.value, "r");
    let set: Vec<_> = values.iter().map(|sum| format!("{} = {}", sum.column, value(sum))).collect();
    let differs: Vec<_> =
        values.iter().map(|sum| format!("b.{} IS DISTINCT FROM ({})", sum.column, value(sum))).collect();
    format!(
        "
    UPDATE t_{target} AS b SET {} FROM new_rows AS r
    WHERE b.client_id = r.client_id AND b.{below} = r.{above} AND ({});",
        set.join(", "),
        differs.join(" OR "),
    )
}
