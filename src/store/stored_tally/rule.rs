//! What a rule of stored tallies is: which rows are added, when they count, under which key, and which sums.
//!
//! A rule's texts are SQL that every engine understands, with two words of their own: `@column` is a column of the row
//! that is added, and `least(a, b)` the smaller of two numbers. [`super::dialect`] spells both for each engine.

/// Where a part of a target's key comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// A column of the source.
    Column(&'static str),
    /// The month of a date of the source, as year × 100 + month.
    MonthOf(&'static str),
    /// The same text for every row.
    Constant(&'static str),
}

/// What a rule adds to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A row that people made, to which its entries point: it is there whenever they are.
    Parent,
    /// A row of sums, made when the first row is added.
    Tally,
}

/// One sum of a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sum {
    /// Its column.
    pub(super) column: &'static str,
    /// What a row of the source adds to it.
    pub(super) value: String,
}

/// How the rows of one table add up in another. Both are of the same client, which is the first part of every key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    /// Whose rows are added, without the `t_` of a base table.
    pub(super) source: &'static str,
    /// Where they are added.
    pub(super) target: &'static str,
    /// What kind of row that is.
    pub(super) kind: Kind,
    /// The rest of the target's key, column by column.
    pub(super) key: Vec<(&'static str, Key)>,
    /// When a row of the source counts; none where it always does and its key never moves.
    pub(super) live: Option<&'static str>,
    /// The sums, in groups that change together, so that a change of one group touches no other.
    pub(super) groups: Vec<Vec<Sum>>,
}

impl Rule {
    /// The sums of all groups.
    pub(super) fn sums(&self) -> impl Iterator<Item = &Sum> {
        self.groups.iter().flatten()
    }

    /// The columns of the source that say where a row is added, and whether it is.
    pub(super) fn place_columns(&self) -> Vec<&str> {
        let mut columns = self.live.map(columns_of).unwrap_or_default();
        for (_, key) in &self.key {
            match key {
                Key::Column(column) | Key::MonthOf(column) => columns.push(column),
                Key::Constant(_) => {}
            }
        }
        without_repeats(columns)
    }
}

/// A change that goes the other way: what the lines of a parent must know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PushDown {
    /// The table whose rows know it.
    pub(super) source: &'static str,
    /// The table whose rows get it.
    pub(super) target: &'static str,
    /// The columns that lead from a row of the target to its source: the target's, the source's.
    pub(super) key: (&'static str, &'static str),
    /// A column of the source whose change is a sign that a line was added.
    pub(super) sign: &'static str,
    /// The columns of the target, and what they hold.
    pub(super) values: Vec<Sum>,
    /// Which rows of the target must have it.
    pub(super) live: &'static str,
}

/// The columns that the values of some sums are made of.
pub(super) fn inputs(sums: &[Sum]) -> Vec<&str> {
    without_repeats(sums.iter().flat_map(|sum| columns_of(&sum.value)).collect())
}

/// The columns that a text names with an `@`.
fn columns_of(text: &str) -> Vec<&str> {
    let is_outside = |letter: char| !(letter.is_ascii_alphanumeric() || letter == '_');
    text.split('@').skip(1).filter_map(|rest| rest.split(is_outside).next()).collect()
}

fn without_repeats(columns: Vec<&str>) -> Vec<&str> {
    let mut once = Vec::new();
    for column in columns {
        if !once.contains(&column) {
            once.push(column);
        }
    }
    once
}
