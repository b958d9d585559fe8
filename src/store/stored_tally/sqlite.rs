//! The rules as triggers of SQLite, one row at a time: delta upserts, and nothing for a change that changes no sum.
//!
//! No trigger holds a SELECT, in its body or in WHEN (7-database.md rule 4): the guard trusts their names, and a query
//! that took one of these names must get nothing by it. A view's UPDATE sets every column, so what fires is decided by
//! comparing, not by what was set.

use super::dialect::{Dialect, counts_changes};
use super::rule::{Key, Kind, PushDown, Rule, Sum, inputs};

/// One trigger to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trigger {
    /// Its name.
    pub(super) name: String,
    /// Whose rows it watches.
    pub(super) source: &'static str,
    /// Which rows it changes.
    pub(super) target: &'static str,
    /// The statement that makes it.
    pub(super) text: String,
}

/// What every trigger of stored tallies is called first.
pub(super) const PREFIX: &str = "tg_";

/// A rule's text for a row of that name.
fn spelled(text: &str, row: &str) -> String {
    Dialect::Sqlite.spelled(text, row)
}

/// A part of a key for a row of that name.
fn key_of(key: Key, row: &str) -> String {
    Dialect::Sqlite.key_of(key, row)
}

/// The triggers of every rule, with what this database puts into their names.
pub(super) fn triggers(rules: &[Rule], push_down: &PushDown, infix: &str) -> Vec<Trigger> {
    let mut triggers: Vec<_> = rules.iter().flat_map(|rule| of_rule(rule, infix)).collect();
    triggers.push(of_push_down(push_down, infix));
    triggers
}

fn of_rule(rule: &Rule, infix: &str) -> Vec<Trigger> {
    let trigger = |what: &str, event: &str, when: &str, body: &str| {
        let name = format!("{PREFIX}{infix}_{}_{}_{what}", rule.source, rule.target);
        let when = if when.is_empty() { String::new() } else { format!("WHEN {when} ") };
        let text = format!("CREATE TRIGGER {name} AFTER {event} ON t_{} {when}BEGIN {body}; END", rule.source);
        Trigger { name, source: rule.source, target: rule.target, text }
    };
    let live = |row: &str| rule.live.map(|live| spelled(live, row)).unwrap_or_default();
    let mut triggers = vec![
        trigger("insert", "INSERT", &live("NEW"), &added(rule)),
        trigger("delete", "DELETE", &live("OLD"), &taken(rule)),
    ];
    let mut stays = Vec::new();
    if rule.live.is_some() {
        let moving = rule.key.iter().map(|(_, key)| *key).filter(|key| !matches!(key, Key::Constant(_)));
        let same_key: Vec<_> = moving.map(|key| format!("{} = {}", key_of(key, "NEW"), key_of(key, "OLD"))).collect();
        let both = |row: &str| [same_key.join(" AND "), format!("({})", live(row))].join(" AND ");
        let only = |row: &str, other: &str| format!("({}) AND ({}) IS NOT TRUE", live(row), both(other));
        let event = format!("UPDATE OF {}", rule.place_columns().join(", "));
        triggers.push(trigger("leave", &event, &only("OLD", "NEW"), &taken(rule)));
        triggers.push(trigger("arrive", &event, &only("NEW", "OLD"), &added(rule)));
        stays = vec![both("NEW"), format!("({})", live("OLD"))];
    }
    for (number, group) in rule.groups.iter().enumerate() {
        let inputs = inputs(group);
        let changed: Vec<_> = inputs.iter().map(|column| format!("NEW.{column} IS NOT OLD.{column}")).collect();
        let when: Vec<_> = stays.iter().cloned().chain([format!("({})", changed.join(" OR "))]).collect();
        let event = format!("UPDATE OF {}", inputs.join(", "));
        triggers.push(trigger(&format!("change{number}"), &event, &when.join(" AND "), &changed_by(rule, group)));
    }
    triggers
}

/// Adds a row where it belongs now.
fn added(rule: &Rule) -> String {
    let sums: Vec<&Sum> = rule.sums().collect();
    if rule.kind == Kind::Parent {
        return updated(rule, "NEW", &sums, |sum| format!("+ {}", value(sum, "NEW")));
    }
    let mut columns = vec!["client_id"];
    columns.extend(rule.key.iter().map(|(column, _)| *column));
    let mut values = vec!["NEW.client_id".to_owned()];
    values.extend(rule.key.iter().map(|(_, key)| key_of(*key, "NEW")));
    let conflict = columns.join(", ");
    columns.extend(sums.iter().map(|sum| sum.column));
    values.extend(sums.iter().map(|sum| spelled(&sum.value, "NEW")));
    let mut set: Vec<_> = sums.iter().map(|sum| format!("{0} = {0} + excluded.{0}", sum.column)).collect();
    if counts_changes(rule.target) {
        columns.push("change");
        values.push("1".into());
        set.push("change = change + 1".into());
    }
    format!(
        "INSERT INTO t_{} ({}) VALUES ({}) ON CONFLICT ({conflict}) DO UPDATE SET {}",
        rule.target,
        columns.join(", "),
        values.join(", "),
        set.join(", "),
    )
}

/// Takes a row away from where it was: that row of sums is there, because this one was added to it.
fn taken(rule: &Rule) -> String {
    let sums: Vec<&Sum> = rule.sums().collect();
    updated(rule, "OLD", &sums, |sum| format!("- {}", value(sum, "OLD")))
}

/// Corrects one group of sums of a row that stays where it is.
fn changed_by(rule: &Rule, group: &[Sum]) -> String {
    let sums: Vec<&Sum> = group.iter().filter(|sum| sum.value.contains('@')).collect();
    updated(rule, "NEW", &sums, |sum| format!("+ {} - {}", value(sum, "NEW"), value(sum, "OLD")))
}

fn updated(rule: &Rule, row: &str, sums: &[&Sum], delta: impl Fn(&Sum) -> String) -> String {
    let mut set: Vec<_> = sums.iter().map(|sum| format!("{0} = {0} {1}", sum.column, delta(sum))).collect();
    if rule.kind == Kind::Tally && counts_changes(rule.target) {
        set.push("change = change + 1".into());
    }
    let mut same = vec![format!("client_id = {row}.client_id")];
    same.extend(rule.key.iter().map(|(column, key)| format!("{column} = {}", key_of(*key, row))));
    format!("UPDATE t_{} SET {} WHERE {}", rule.target, set.join(", "), same.join(" AND "))
}

fn value(sum: &Sum, row: &str) -> String {
    format!("({})", spelled(&sum.value, row))
}

fn of_push_down(push_down: &PushDown, infix: &str) -> Trigger {
    let PushDown { source, target, key: (below, above), sign, values, .. } = push_down;
    let mut watched = inputs(values);
    watched.push(sign);
    let name = format!("{PREFIX}{infix}_{source}_{target}_push");
    let changed: Vec<_> = watched.iter().map(|column| format!("NEW.{column} IS NOT OLD.{column}")).collect();
    let set: Vec<_> = values.iter().map(|sum| format!("{} = {}", sum.column, value(sum, "NEW"))).collect();
    let differs: Vec<_> = values.iter().map(|sum| format!("{} IS NOT {}", sum.column, value(sum, "NEW"))).collect();
    let text = format!(
        "CREATE TRIGGER {name} AFTER UPDATE OF {} ON t_{source} WHEN {} BEGIN UPDATE t_{target} SET {}
         WHERE client_id = NEW.client_id AND {below} = NEW.{above} AND ({}); END",
        watched.join(", "),
        changed.join(" OR "),
        set.join(", "),
        differs.join(" OR "),
    );
    Trigger { name, source, target, text }
}
