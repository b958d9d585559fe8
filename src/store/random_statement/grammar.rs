//! The grammar of random statements: everything that a forgotten or wrong filter can look like.

use super::super::many_clients::{Columns, key};
use super::super::scoped::{Kind, TABLES};

/// A way to make statements, from a seed.
pub(super) struct Grammar<'a> {
    columns: &'a Columns,
    own: Vec<String>,
    state: u64,
}

/// A table in a statement, with the name that its columns are called by.
#[derive(Debug, Clone, Copy)]
struct Part {
    table: &'static str,
    alias: &'static str,
}

impl<'a> Grammar<'a> {
    pub(super) fn new(columns: &'a Columns, own: &[usize], seed: u64) -> Self {
        Self { columns, own: own.iter().map(|&client| key(client).to_string()).collect(), state: seed.max(1) }
    }

    fn next(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next() % most as u64).unwrap()
    }

    fn of<T: Copy>(&mut self, some: &[T]) -> T {
        some[self.below(some.len())]
    }

    fn table(&mut self, is_wanted: impl Fn(Kind) -> bool) -> &'static str {
        let some: Vec<_> = TABLES.iter().filter(|(_, kind)| is_wanted(*kind)).map(|(name, _)| *name).collect();
        self.of(&some)
    }

    fn part(&mut self, alias: &'static str) -> Part {
        Part { table: self.table(|kind| kind != Kind::Record), alias }
    }

    /// A part of a client's own rows.
    fn scoped(&mut self, alias: &'static str) -> Part {
        Part { table: self.table(|kind| matches!(kind, Kind::Tenant | Kind::TenantAppendOnly | Kind::Tally)), alias }
    }

    /// A column of a kind: `I` whole numbers, `T` texts, `U` ids; the table's first one where it has none.
    fn column(&mut self, part: Part, kind: char) -> String {
        let fitting: Vec<_> = self.columns[part.table].iter().filter(|(_, it)| *it == kind).collect();
        let name =
            if fitting.is_empty() { &self.columns[part.table][0].0 } else { &fitting[self.below(fitting.len())].0 };
        format!("{}.{name}", part.alias)
    }

    fn kind(&mut self, part: Part) -> char {
        let at = self.below(self.columns[part.table].len());
        self.columns[part.table][at].1
    }

    /// A client: an own one, a foreign one, one out of use, or nobody.
    fn client(&mut self) -> String {
        match self.below(4) {
            0 => self.own[0].clone(),
            1 => format!("CL{:02}", self.below(61)),
            2 => "CL60".to_owned(),
            _ => "NOBODY".to_owned(),
        }
    }

    /// A condition, as wrong as they come.
    fn wrong(&mut self, part: Part) -> String {
        let (int, text) = (self.column(part, 'I'), self.column(part, 'T'));
        let has = |kind: char, columns: &Columns| columns[part.table].iter().any(|(_, it)| *it == kind);
        let (has_int, has_text) = (has('I', self.columns), has('T', self.columns));
        let client = self.client();
        match self.below(11) {
            0 => "1 = 1".into(),
            1 => format!("({} OR 1 = 1)", self.plain(part)),
            2 => format!("NOT ({})", self.plain(part)),
            3 if has_int => format!("{int} >= {}", self.below(300)),
            4 if has_int => format!("{int} IS NOT NULL"),
            5 if has_text => format!("{text} LIKE '%{}%'", self.of(&["SECRET", "CL07", "L1", "1", "_"])),
            6 if has_text => format!("{text} <> '{client}'"),
            7 if has_text => format!("{text} IN ('{client}', 'W1', 'L1', 'E', 'JAM')"),
            8 if self.is_of_clients(part) => format!("{}.client_id = '{client}'", part.alias),
            9 if self.is_of_clients(part) => format!("{}.client_id <> '{client}'", part.alias),
            10 if self.is_of_clients(part) => format!("{}.client_id NOT IN ('{client}')", part.alias),
            _ => self.plain(part),
        }
    }

    fn plain(&mut self, part: Part) -> String {
        let kind = self.kind(part);
        format!("{} IS NOT NULL", self.column(part, kind))
    }

    fn is_of_clients(&self, part: Part) -> bool {
        self.columns[part.table][0].0 == "client_id"
    }

    /// Sums and counts of a part.
    fn sums(&mut self, part: Part) -> String {
        let kind = self.of(&['I', 'T']);
        let column = self.column(part, kind);
        let mut sums = format!("count(*), count(DISTINCT {column})");
        if self.columns[part.table].iter().any(|(_, it)| *it == 'I') {
            let int = self.column(part, 'I');
            sums = format!("{sums}, CAST(sum({int}) AS BIGINT), min({int})");
        }
        if self.columns[part.table].iter().any(|(_, it)| *it == 'T') {
            sums = format!("{sums}, max({})", self.column(part, 'T'));
        }
        sums
    }

    /// Two columns that can be compared.
    fn pair(&mut self, one: Part, other: Part) -> (String, String) {
        let kinds = |part: Part| self.columns[part.table].iter().map(|(_, kind)| *kind).collect::<Vec<_>>();
        let (first, second) = (kinds(one), kinds(other));
        let both: Vec<_> = first.into_iter().filter(|kind| second.contains(kind)).collect();
        if both.is_empty() {
            return ("1".into(), "1".into());
        }
        let kind = self.of(&both);
        (self.column(one, kind), self.column(other, kind))
    }

    /// A statement that looks.
    pub(super) fn read(&mut self) -> String {
        let (a, b) = (self.part("a"), self.part("b"));
        let (one, other) = (self.wrong(a), self.wrong(b));
        let (left, right) = self.pair(a, b);
        let sums = self.sums(a);
        let (from, joined) = (format!("{} AS a", a.table), format!("{} AS b", b.table));
        match self.below(12) {
            0 => format!("SELECT {sums} FROM {from} WHERE {one}"),
            1 => format!("SELECT a.* FROM {from} WHERE {one}"),
            2 => {
                let kind = self.kind(a);
                let column = self.column(a, kind);
                format!(
                    "SELECT {column}, count(*) FROM {from} WHERE {one} GROUP BY {column} HAVING count(*) > {}",
                    self.below(3)
                )
            }
            3 => format!("SELECT {sums} FROM {from} JOIN {joined} ON {left} = {right} WHERE {other}"),
            4 => format!("SELECT {sums} FROM {from} LEFT JOIN {joined} ON {left} = {right} AND {other} WHERE {one}"),
            5 => format!(
                "SELECT {sums} FROM {from} WHERE EXISTS (SELECT 1 FROM {joined} WHERE {left} = {right} AND {other})"
            ),
            6 => format!(
                "SELECT {sums} FROM {from} WHERE NOT EXISTS (SELECT 1 FROM {joined} WHERE {left} = {right} OR {other})"
            ),
            7 => format!(
                "SELECT {sums} FROM {from} WHERE {left} NOT IN (SELECT {right} FROM {joined} WHERE {right} IS NOT NULL AND {other})"
            ),
            8 => format!(
                "WITH w AS (SELECT b.* FROM {joined} WHERE {other}) SELECT count(*), (SELECT count(*) FROM w) FROM {from} WHERE {one}"
            ),
            9 => {
                let (a, b) = (self.scoped("a"), self.scoped("b"));
                let verb = self.of(&["UNION", "UNION ALL", "EXCEPT", "INTERSECT"]);
                format!(
                    "SELECT a.client_id FROM {} AS a WHERE {} {verb} SELECT b.client_id FROM {} AS b",
                    a.table,
                    self.wrong(a),
                    b.table
                )
            }
            10 => {
                let part = self.scoped("a");
                let kind = self.kind(part);
                let column = self.column(part, kind);
                format!(
                    "SELECT client_id, n, many FROM (SELECT a.client_id, count(*) OVER (ORDER BY {column}) AS n,
                       count(*) OVER (PARTITION BY {column}) AS many FROM {} AS a WHERE {}) AS ranked",
                    part.table,
                    self.wrong(part)
                )
            }
            _ => format!(
                "SELECT (SELECT count(*) FROM {from} WHERE {one}), (SELECT count(*) FROM {joined} WHERE {other})"
            ),
        }
    }

    /// A statement that changes, and one that looks at what it did.
    pub(super) fn write(&mut self) -> (String, String) {
        let part = Part { table: self.table(|kind| kind == Kind::Tenant), alias: "a" };
        let table = part.table;
        let condition = self.wrong(part).replace("a.", "");
        let look = format!("SELECT a.* FROM {table} AS a");
        let bare = |column: String| column.replace("a.", "");
        let client = self.client();
        let text = match self.below(9) {
            0 | 1 => {
                let column = bare(self.column(part, 'T'));
                format!("UPDATE {table} SET {column} = {column} WHERE {condition} RETURNING client_id, version")
            }
            2 | 3 => {
                format!("UPDATE {table} SET version = version + 1, updated_by = 'somebody' WHERE {condition} RETURNING client_id, version")
            }
            4 => format!("UPDATE {table} SET client_id = '{client}' WHERE {condition} RETURNING version"),
            5 => {
                let int = bare(self.column(part, 'I'));
                format!("UPDATE {table} SET {int} = {int} + 1 WHERE {condition} RETURNING client_id")
            }
            6 => format!("DELETE FROM {table} WHERE {condition} RETURNING client_id"),
            7 => format!(
                "INSERT INTO production_line (client_id, line_id, name, micro_stop_minutes, active, created_by, created_at, updated_by, updated_at, version)
                 VALUES ('{client}', 'N{}', 'new', 2, 1, 'x', 0, 'x', 0, 1) RETURNING client_id",
                self.below(1_000_000)
            ),
            _ => format!(
                "INSERT INTO stage (client_id, stage, position, created_by, created_at, updated_by, updated_at, version)
                 SELECT client_id, CAST(count(*) AS TEXT) || '-{}', 5, 'x', 0, 'x', 0, 1 FROM {table} WHERE {condition} GROUP BY client_id RETURNING client_id",
                self.below(1_000_000)
            ),
        };
        (text, look)
    }
}
