//! The rules that are the same on every engine.

use super::class::{self, Class};
use super::shape::Table;
use super::{Finding, Rule};

pub(super) const KNOWN: Rule =
    Rule { id: "known-table", words: "every table is known to the program, and every table it knows is there" };
pub(in crate::store) const KEY: Rule =
    Rule { id: "key-begins-with-client", words: "the primary key of a client's table begins with client_id" };
pub(in crate::store) const UNIQUE: Rule =
    Rule { id: "unique-begins-with-client", words: "a unique key of a client's table begins with client_id" };
pub(super) const INDEX: Rule =
    Rule { id: "index-begins-with-client", words: "an index of a client's table begins with client_id" };
pub(in crate::store) const FOREIGN: Rule =
    Rule { id: "foreign-key-carries-client", words: "a foreign key between clients' tables carries client_id" };
pub(in crate::store) const ROOTED: Rule =
    Rule { id: "client-exists", words: "the client_id of a client's table is required and leads to a client" };
pub(in crate::store) const STAND_IN: Rule =
    Rule { id: "one-name-for-a-client", words: "only client_id names a client, and only in a client's table" };
pub(super) const CASCADE: Rule = Rule { id: "no-cascade", words: "no foreign key deletes or changes rows by itself" };

/// In the order in which they are looked at.
pub(super) const RULES: &[Rule] = &[KNOWN, KEY, UNIQUE, INDEX, FOREIGN, ROOTED, STAND_IN, CASCADE];

/// Indexes that begin with something else, and why they may.
const OTHER_INDEXES: &[(&str, &str)] =
    &[("i_user_client_assignment_user", "finds the clients of one person, for whom no client is known yet")];

/// What the rules find in the tables.
pub(super) fn findings(tables: &[Table]) -> Vec<Finding> {
    let mut findings: Vec<_> = class::known()
        .filter(|name| !tables.iter().any(|table| table.name == *name))
        .map(|name| KNOWN.broken_by(format!("{name} is not there")))
        .collect();
    for table in tables {
        let class = class::of(&table.name);
        if class.is_none() {
            findings.push(KNOWN.broken_by(&table.name));
        }
        if class == Some(Class::Tenant) {
            of_tenant(table, &mut findings);
        }
        of_any(table, class, &mut findings);
    }
    findings
}

fn of_tenant(table: &Table, findings: &mut Vec<Finding>) {
    let name = &table.name;
    if table.key.first().is_none_or(|first| first != "client_id") {
        findings.push(KEY.broken_by(name));
    }
    for index in &table.indexes {
        let is_other = OTHER_INDEXES.iter().any(|(known, _)| *known == index.name);
        if !is_other && index.columns.first().is_none_or(|first| first != "client_id") {
            findings.push(if index.is_unique { UNIQUE } else { INDEX }.broken_by(format!("{name} {}", index.name)));
        }
    }
    let carries =
        |columns: &[(String, String)]| columns.iter().any(|(from, to)| from == "client_id" && to == "client_id");
    for foreign in &table.foreign {
        if class::of(&foreign.parent) == Some(Class::Tenant) && !carries(&foreign.columns) {
            findings.push(FOREIGN.broken_by(format!("{name} to {}", foreign.parent)));
        }
    }
    let is_required = table.columns.iter().any(|column| column.name == "client_id" && column.is_required);
    let is_rooted = name == "t_client" || table.foreign.iter().any(|foreign| carries(&foreign.columns));
    if !is_required || !is_rooted {
        findings.push(ROOTED.broken_by(name));
    }
}

fn of_any(table: &Table, class: Option<Class>, findings: &mut Vec<Finding>) {
    for column in &table.columns {
        let names_one = ["client", "customer", "tenant"].iter().any(|word| column.name.contains(word));
        let is_the_name = column.name == "client_id" && class == Some(Class::Tenant);
        if names_one && !is_the_name {
            findings.push(STAND_IN.broken_by(format!("{} {}", table.name, column.name)));
        }
    }
    for foreign in table.foreign.iter().filter(|foreign| foreign.cascades) {
        findings.push(CASCADE.broken_by(format!("{} to {}", table.name, foreign.parent)));
    }
}
