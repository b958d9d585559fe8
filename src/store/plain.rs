//! Which texts the funnel takes: one plain statement, and nothing that SQLite or PostgreSQL would do on the side.

/// Whether a text is one plain statement. Not plain are: a second statement; a comment; EXPLAIN, which prints the
/// private names of views; a conflict clause of INSERT or UPDATE, which would act inside the views' triggers, and
/// REPLACE, which is one; an UPDATE with FROM, which changes a view's row once for each match.
pub(crate) fn is_plain(sql: &str) -> bool {
    let mut words = Words { rest: sql, depth: 0, is_broken: false };
    let mut before = "";
    let mut is_update = false;
    for (word, depth) in words.by_ref() {
        let is = |known: &str| word.eq_ignore_ascii_case(known);
        let follows = |known: &str| before.eq_ignore_ascii_case(known);
        if before.is_empty() && !["SELECT", "WITH", "INSERT", "UPDATE", "DELETE"].into_iter().any(is) {
            return false;
        }
        if (is("OR") && (follows("INSERT") || follows("UPDATE"))) || (is("INTO") && follows("REPLACE")) {
            return false;
        }
        if is_update && depth == 0 && is("FROM") && !follows("DISTINCT") {
            return false;
        }
        is_update |= depth == 0 && is("UPDATE");
        before = word;
    }
    !words.is_broken && !before.is_empty()
}

/// The words of a text with how deep in brackets they stand; what is quoted is none.
struct Words<'a> {
    rest: &'a str,
    depth: usize,
    is_broken: bool,
}

impl<'a> Iterator for Words<'a> {
    type Item = (&'a str, usize);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let first = self.rest.chars().next()?;
            if first.is_ascii_alphabetic() || first == '_' {
                let is_outside = |letter: char| !(letter.is_ascii_alphanumeric() || letter == '_');
                let (word, rest) = self.rest.split_at(self.rest.find(is_outside).unwrap_or(self.rest.len()));
                self.rest = rest;
                return Some((word, self.depth));
            }
            let after = self.rest.get(first.len_utf8()..).unwrap_or_default();
            let is_comment = self.rest.starts_with("--") || self.rest.starts_with("/*");
            match first {
                ';' => self.is_broken = true,
                _ if is_comment => self.is_broken = true,
                '\'' | '"' | '`' => {
                    let end = after.find(first);
                    self.is_broken |= end.is_none();
                    self.rest = end.and_then(|end| after.get(end + 1..)).unwrap_or_default();
                    continue;
                }
                '(' => self.depth += 1,
                ')' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
            if self.is_broken {
                return None;
            }
            self.rest = after;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("SELECT 1", true)]
    #[case("  with x AS (SELECT 1) SELECT * FROM x", true)]
    #[case("SELECT replace(name, 'a', ';') FROM t WHERE note = '-- no comment' AND b = 'it''s'", true)]
    #[case("UPDATE t SET a = (SELECT b FROM s) WHERE c IS NOT DISTINCT FROM d RETURNING version", true)]
    #[case("INSERT INTO t SELECT * FROM s WHERE a = 1 OR b = 2 ON CONFLICT (a) DO UPDATE SET b = 1", true)]
    #[case("", false)]
    #[case("EXPLAIN SELECT 1", false)]
    #[case("INSERT OR REPLACE INTO t VALUES (1)", false)]
    #[case("update\n or ignore t SET a = 1", false)]
    #[case("WITH x AS (SELECT 1) INSERT OR IGNORE INTO t SELECT * FROM x", false)]
    #[case("WITH x AS (SELECT 1) REPLACE INTO t SELECT * FROM x", false)]
    #[case("REPLACE INTO t VALUES (1)", false)]
    #[case("UPDATE t SET a = s.a FROM s WHERE s.b = t.b RETURNING 1", false)]
    #[case("SELECT 1; DROP TABLE t", false)]
    #[case("SELECT 1;", false)]
    #[case("PRAGMA query_only = OFF", false)]
    #[case("/* x */ SELECT 1", false)]
    #[case("INSERT /* x */ OR REPLACE INTO t VALUES (1)", false)]
    #[case("SELECT 1 -- x", false)]
    #[case("SELECT 'open", false)]
    fn the_funnel_takes_one_plain_statement_only(#[case] sql: &str, #[case] plain: bool) {
        assert_eq!(is_plain(sql), plain);
    }
}
