//! Whether the functions and triggers of a server are those that the migrations and the rules of tallies make: what a
//! function does word for word, what a trigger answers to as the server prints it.

use super::{Finding, Rule};
use crate::store::error::StoreError;
use crate::store::postgres::MIGRATIONS;
use crate::store::stored_tally::postgres as stored_tally;
use sqlx::PgConnection;
use std::collections::BTreeMap;

pub(super) const MADE: Rule = Rule {
    id: "generated-triggers",
    words: "the functions and triggers of the database are those of the tallies and of the migrations, word for word",
};

/// What a function is by its name: its body, and whether it has its owner's rights.
type Functions = BTreeMap<String, (String, bool)>;
/// What a trigger answers to, by its table and its name.
type Triggers = BTreeMap<String, String>;

/// What is missing, what is another, and what nobody knows.
pub(super) async fn findings(connection: &mut PgConnection) -> Result<Vec<Finding>, StoreError> {
    let functions = "SELECT CAST(p.proname AS text), p.prosrc, p.prosecdef FROM pg_proc AS p
        WHERE p.pronamespace = CAST('public' AS regnamespace)";
    let functions = sqlx::query_as::<_, (String, String, bool)>(functions).fetch_all(&mut *connection).await?;
    let functions = functions.into_iter().map(|(name, body, is_definer)| (name, (body, is_definer))).collect();
    let triggers = "SELECT pg_get_triggerdef(t.oid) FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
        WHERE c.relnamespace = CAST('public' AS regnamespace) AND NOT t.tgisinternal";
    let triggers = sqlx::query_scalar::<_, String>(triggers).fetch_all(connection).await?;
    let triggers = triggers.iter().filter_map(|text| trigger(text)).collect();
    let (wanted_functions, wanted_triggers) = wanted();
    Ok([differing(&wanted_functions, &functions), differing(&wanted_triggers, &triggers)].concat())
}

fn differing<T: PartialEq>(wanted: &BTreeMap<String, T>, there: &BTreeMap<String, T>) -> Vec<Finding> {
    let other = wanted.iter().filter(|(name, what)| there.get(*name) != Some(what)).map(|(name, _)| name);
    let unknown = there.keys().filter(|name| !wanted.contains_key(*name));
    other.chain(unknown).map(|name| MADE.broken_by(name)).collect()
}

/// What the statements of the migrations and of the tallies make.
fn wanted() -> (Functions, Triggers) {
    let texts = MIGRATIONS.iter().map(|migration| migration.sql.as_str().to_owned()).chain(stored_tally::texts());
    let (mut functions, mut triggers) = (Functions::new(), Triggers::new());
    for text in texts {
        functions.extend(parts(&text, "FUNCTION ", &["CREATE ", "CREATE OR REPLACE "]).filter_map(function));
        triggers.extend(parts(&text, "TRIGGER ", &["CREATE "]).filter_map(|text| trigger(text.split(';').next()?)));
    }
    (functions, triggers)
}

/// What stands behind each word that follows one of some beginnings.
fn parts<'a>(text: &'a str, word: &'static str, begins: &'static [&'static str]) -> impl Iterator<Item = &'a str> {
    let places = text.match_indices(word).filter(|(place, _)| {
        let before = text.get(..*place).unwrap_or_default();
        begins.iter().any(|begin| before.ends_with(begin))
    });
    places.filter_map(|(place, _)| text.get(place + word.len()..))
}

fn function(text: &str) -> Option<(String, (String, bool))> {
    let (name, rest) = text.split_once('(')?;
    let (head, rest) = rest.split_once("$$")?;
    let (body, _) = rest.split_once("$$")?;
    Some((name.to_owned(), (body.to_owned(), head.contains("SECURITY DEFINER"))))
}

/// The name, and the rest without what the server prints otherwise than it was written: the order of the ways of writing,
/// casts of literals, parentheses, the schema, and the case of names.
fn trigger(text: &str) -> Option<(String, String)> {
    let text = text.strip_prefix("CREATE TRIGGER ").unwrap_or(text).to_lowercase();
    let text = text.replace("::text", "").replace("public.", "").replace(['(', ')'], " ");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace(" ,", ",");
    let (name, rest) = text.split_once(' ')?;
    let (events, rest) = rest.split_once(" on ")?;
    let (when, events) = events.split_once(' ')?;
    let mut events: Vec<_> = events.split(" or ").collect();
    events.sort_unstable();
    let (table, _) = rest.split_once(' ')?;
    Some((format!("{name} of {table}"), format!("{when} {} on {rest}", events.join(" or "))))
}
