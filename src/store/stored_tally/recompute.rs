//! The rules as queries over all rows: what the stored sums must be, where they are not, and how they are made anew.

use super::dialect::{Dialect, counts_changes};
use super::rule::{Kind, PushDown, Rule};

/// A table of stored sums with every rule that adds to it.
#[derive(Debug)]
pub(super) struct Target<'a> {
    /// Its name, without the `t_` of a base table.
    pub(super) table: &'static str,
    rules: Vec<&'a Rule>,
    dialect: Dialect,
}

impl<'a> Target<'a> {
    /// Every target, those that others rest on first.
    pub(super) fn all(rules: &'a [Rule], dialect: Dialect) -> Vec<Self> {
        let mut targets: Vec<Self> = Vec::new();
        for rule in rules {
            match targets.iter_mut().find(|target| target.table == rule.target) {
                Some(target) => target.rules.push(rule),
                None => targets.push(Self { table: rule.target, rules: vec![rule], dialect }),
            }
        }
        targets
    }

    /// Whether its rows are made by people, and only their sums by the database.
    pub(super) fn is_parent(&self) -> bool {
        self.rules.iter().any(|rule| rule.kind == Kind::Parent)
    }

    /// The columns of its key.
    fn key(&self) -> Vec<&'static str> {
        let rest = self.rules.first().map(|rule| rule.key.as_slice()).unwrap_or_default();
        ["client_id"].into_iter().chain(rest.iter().map(|(column, _)| *column)).collect()
    }

    /// The columns of its sums.
    pub(super) fn sums(&self) -> Vec<&'static str> {
        let mut columns = Vec::new();
        for sum in self.rules.iter().flat_map(|rule| rule.sums()) {
            if !columns.contains(&sum.column) {
                columns.push(sum.column);
            }
        }
        columns
    }

    /// The clients of which a stored row differs from the recomputed one, and of how many; a row of nothing but zeros
    /// is as good as none. Both directions at once: what is stored less what must be is nothing everywhere.
    pub(super) fn differences(&self) -> String {
        let key = self.key().join(", ");
        let sums = self.sums();
        let mut sides = vec![format!("SELECT {key}, {} FROM t_{}", sums.join(", "), self.table)];
        for rule in &self.rules {
            let own: Vec<_> = rule.sums().map(|sum| sum.column).collect();
            let negated = |column| {
                if own.contains(&column) { format!("-{column} AS {column}") } else { format!("0 AS {column}") }
            };
            let negated: Vec<_> = sums.iter().copied().map(negated).collect();
            sides.push(format!(
                "SELECT {key}, {} FROM ({}) AS recomputed",
                negated.join(", "),
                recomputed(rule, self.dialect)
            ));
        }
        let differs: Vec<_> = sums.iter().map(|column| format!("sum({column}) <> 0")).collect();
        format!(
            "SELECT client_id, count(*) FROM (SELECT {key} FROM ({}) AS sides GROUP BY {key} HAVING {}) AS different
             GROUP BY client_id ORDER BY client_id",
            sides.join(" UNION ALL "),
            differs.join(" OR "),
        )
    }

    /// Statements that make every row anew. A table that counts its changes keeps its rows, so that the counts go on.
    pub(super) fn rebuilding(&self) -> Vec<String> {
        let zero: Vec<_> = self.sums().iter().map(|column| format!("{column} = 0")).collect();
        let some: Vec<_> = self.sums().iter().map(|column| format!("{column} <> 0")).collect();
        let (table, zero, some) = (self.table, zero.join(", "), some.join(" OR "));
        let mut statements = vec![if self.is_parent() {
            format!("UPDATE t_{table} SET {zero} WHERE {some}")
        } else if counts_changes(table) {
            format!("UPDATE t_{table} SET {zero}, change = change + 1")
        } else {
            format!("DELETE FROM t_{table}")
        }];
        statements.extend(self.rules.iter().map(|rule| self.adding(rule)));
        statements
    }

    fn adding(&self, rule: &Rule) -> String {
        let (table, key) = (self.table, self.key());
        let mut columns: Vec<_> = key.iter().copied().chain(rule.sums().map(|sum| sum.column)).collect();
        if self.is_parent() {
            let set: Vec<_> = rule.sums().map(|sum| format!("{0} = recomputed.{0}", sum.column)).collect();
            let same: Vec<_> = key.iter().map(|column| format!("t_{table}.{column} = recomputed.{column}")).collect();
            return format!(
                "UPDATE t_{table} SET {} FROM ({}) AS recomputed WHERE {}",
                set.join(", "),
                recomputed(rule, self.dialect),
                same.join(" AND "),
            );
        }
        let mut set: Vec<_> =
            rule.sums().map(|sum| format!("{0} = t_{table}.{0} + excluded.{0}", sum.column)).collect();
        let mut values = columns.join(", ");
        if counts_changes(table) {
            columns.push("change");
            values.push_str(", 1");
            set.push(format!("change = t_{table}.change + 1"));
        }
        format!(
            "INSERT INTO t_{table} ({}) SELECT {values} FROM ({}) AS recomputed WHERE 1 = 1
             ON CONFLICT ({}) DO UPDATE SET {}",
            columns.join(", "),
            recomputed(rule, self.dialect),
            key.join(", "),
            set.join(", "),
        )
    }
}

/// What a rule's sums are by the rows of its source.
fn recomputed(rule: &Rule, dialect: Dialect) -> String {
    let mut columns = vec!["client_id".to_owned()];
    columns.extend(rule.key.iter().map(|(column, key)| format!("{} AS {column}", dialect.key_of(*key, "b"))));
    let group: Vec<_> = (1..=columns.len()).map(|place| place.to_string()).collect();
    columns.extend(
        rule.sums().map(|sum| format!("CAST(sum({}) AS BIGINT) AS {}", dialect.spelled(&sum.value, "b"), sum.column)),
    );
    format!(
        "SELECT {} FROM t_{} AS b WHERE {} GROUP BY {}",
        columns.join(", "),
        rule.source,
        rule.live.map_or("1 = 1".to_owned(), |live| dialect.spelled(live, "b")),
        group.join(", "),
    )
}

/// The statement that hands everything down anew.
pub(super) fn pushing(push_down: &PushDown, dialect: Dialect) -> String {
    let set: Vec<_> = push_down
        .values
        .iter()
        .map(|sum| format!("{} = {}", sum.column, dialect.spelled(&sum.value, "above")))
        .collect();
    format!(
        "UPDATE t_{} SET {} FROM t_{} AS above WHERE t_{0}.client_id = above.client_id AND t_{0}.{} = above.{}",
        push_down.target,
        set.join(", "),
        push_down.source,
        push_down.key.0,
        push_down.key.1,
    )
}

/// The clients of which rows do not know what was handed down, and how many.
pub(super) fn not_pushed(push_down: &PushDown, dialect: Dialect) -> String {
    let differs = push_down.values.iter();
    let differs: Vec<_> = differs
        .map(|sum| format!("b.{} IS DISTINCT FROM ({})", sum.column, dialect.spelled(&sum.value, "above")))
        .collect();
    format!(
        "SELECT b.client_id, count(*) FROM t_{} AS b JOIN t_{} AS above
           ON b.client_id = above.client_id AND b.{} = above.{}
         WHERE {} AND ({}) GROUP BY b.client_id ORDER BY b.client_id",
        push_down.target,
        push_down.source,
        push_down.key.0,
        push_down.key.1,
        dialect.spelled(push_down.live, "b"),
        differs.join(" OR "),
    )
}
