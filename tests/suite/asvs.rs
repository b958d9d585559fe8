//! OWASP ASVS 5.0, chapters 6 to 8 and 16, as a checklist: what each requirement means here, and the tests that show it,
//! the words of the README that say it, or the reason why it has no place or does not hold.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Sections of the standard with the number of their requirements.
const SECTIONS: [(&str, usize); 23] = [
    ("6.1", 3),
    ("6.2", 12),
    ("6.3", 8),
    ("6.4", 6),
    ("6.5", 8),
    ("6.6", 4),
    ("6.7", 2),
    ("6.8", 4),
    ("7.1", 3),
    ("7.2", 4),
    ("7.3", 2),
    ("7.4", 5),
    ("7.5", 3),
    ("7.6", 2),
    ("8.1", 4),
    ("8.2", 4),
    ("8.3", 3),
    ("8.4", 2),
    ("16.1", 1),
    ("16.2", 5),
    ("16.3", 4),
    ("16.4", 3),
    ("16.5", 4),
];

/// One line of the checklist.
struct Requirement {
    id: String,
    level: u8,
    meaning: String,
    standing: String,
    shown_by: String,
}

fn checklist() -> Vec<Requirement> {
    let mut rows = csv::Reader::from_reader(include_str!("../asvs/asvs-5.0.csv").as_bytes());
    let row = |row: csv::StringRecord| Requirement {
        id: row[0].to_owned(),
        level: row[1].parse().unwrap(),
        meaning: row[2].to_owned(),
        standing: row[3].to_owned(),
        shown_by: row[4].to_owned(),
    };
    rows.records().map(|record| row(record.unwrap())).collect()
}

/// The name of every test and of every named case in the sources.
fn tests() -> BTreeSet<String> {
    fn walk(folder: &Path, names: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, names);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let mut is_test = false;
                for line in text.lines().map(str::trim) {
                    is_test |= line.starts_with("#[test]")
                        || line.starts_with("#[tokio::test")
                        || line.starts_with("#[rstest]");
                    if let Some(case) = line.strip_prefix("#[case::").and_then(|rest| rest.split(['(', ']']).next()) {
                        names.insert(case.to_owned());
                    }
                    let name =
                        line.trim_start_matches("async ").strip_prefix("fn ").and_then(|rest| rest.split('(').next());
                    if let Some(name) = name
                        && std::mem::take(&mut is_test)
                    {
                        names.insert(name.to_owned());
                    }
                }
            }
        }
    }
    let mut names = BTreeSet::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    walk(&root.join("src"), &mut names);
    walk(&root.join("tests"), &mut names);
    names
}

#[test]
fn every_requirement_of_the_chapters_stands_in_the_checklist_once() {
    let mut found: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for requirement in checklist() {
        let (section, number) = requirement.id.rsplit_once('.').unwrap();
        let is_new = found.entry(section.to_owned()).or_default().insert(number.parse().unwrap());
        assert!(is_new, "{} stands there twice", requirement.id);
    }
    for (section, count) in SECTIONS {
        let numbers = found.remove(section).unwrap_or_default();
        assert_eq!(numbers.into_iter().collect::<Vec<_>>(), (1..=count).collect::<Vec<_>>(), "{section}");
    }
    assert!(found.is_empty(), "no such sections: {found:?}");
}

#[test]
fn every_requirement_is_shown_said_or_answered_for() {
    let (tests, readme) = (tests(), include_str!("../../README.md"));
    let readme = readme.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut wrong = Vec::new();
    for Requirement { id, level, meaning, standing, shown_by } in checklist() {
        if !(1..=3).contains(&level) || meaning.len() < 15 {
            wrong.push(format!("{id} has no level or meaning"));
        }
        match standing.as_str() {
            "tested" => {
                let missing = shown_by.split("; ").filter(|name| !tests.contains(*name));
                wrong.extend(missing.map(|name| format!("{id}: there is no test {name:?}")));
            }
            "told" if readme.contains(&shown_by) => {}
            "told" => wrong.push(format!("{id}: the README does not say {shown_by:?}")),
            "not here" | "open" if shown_by.len() >= 20 => {}
            _ => wrong.push(format!("{id}: {standing:?} needs a reason")),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
