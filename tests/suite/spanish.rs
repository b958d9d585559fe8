//! The screens in Spanish: as they look, and that no English word of ours is left on them.

use super::plant::{ADMIN_PASSWORD, FloorPlant, PASSWORD};
use super::terminal::Terminal;
use kpi_ops::tui::Looks;
use kpi_ops::tui::input::Input;
use kpi_ops::tui::locale::Language;
use std::collections::{BTreeMap, BTreeSet};

/// Words of this plant and of the standards, which are no language's: names, keys, roles, abbreviations.
const NAMES: [&str; 32] = [
    "widget",
    "line",
    "esc",
    "enter",
    "del",
    "demo",
    "admin",
    "kpi",
    "oee",
    "mtbf",
    "mttr",
    "fpy",
    "rty",
    "ppm",
    "dpmo",
    "otd",
    "otif",
    "wip",
    "operations",
    "anna",
    "olga",
    "luis",
    "min",
    "early",
    "tab",
    "space",
    "machine",
    "failed",
    "quality",
    "inspection",
    "end",
    "right",
];

/// What is walked through, as keys from anywhere.
const NARROW: [&str; 45] = [
    "1",
    "1<enter>",
    "1A",
    "1h",
    "2",
    "2<enter>",
    "2n",
    "2m",
    "3",
    "3s",
    "3n",
    "3x",
    "3w",
    "4",
    "4v",
    "4i",
    "4a",
    "5",
    "5n",
    "5]",
    "6",
    "6t",
    "6w",
    "6]",
    "6]]",
    "7",
    "7n",
    "7]",
    "7]]",
    "8",
    "8<enter>",
    "8<enter>l",
    "8<enter>ll",
    "8x",
    "8v",
    "9",
    "9]",
    "9[",
    "c",
    ":",
    "?",
    "U",
    "D",
    "Y",
    "q",
];

/// A terminal that speaks Spanish.
async fn spanish(floor: &FloorPlant, width: u16, height: u16) -> Terminal {
    let mut terminal = Terminal::open(&floor.test.plant, width, height).await;
    let looks = Looks { language: Language::Spanish, ..Looks::built_in().unwrap() };
    terminal.dashboard.look_like(looks).unwrap();
    terminal.keys("").await;
    terminal
}

/// The floor after a bit of a morning.
async fn morning() -> FloorPlant {
    let floor = FloorPlant::new().await;
    let mut terminal = Terminal::open(&floor.test.plant, 80, 24).await;
    terminal.keys(&format!("olga<enter>{PASSWORD}<enter>")).await;
    terminal.keys("3n08:10<enter>08:40<enter>2<enter>").await.shows("✓");
    terminal.keys("2n240<tab>3<f2>").await.shows("✓");
    floor.test.clock.advance(20);
    terminal.give(Input::Resize(80, 24)).await.shows("Locked");
    terminal.keys(&format!("{PASSWORD}<enter>n120<f2>3s1<enter>")).await.shows("✓");
    terminal.keys("4nW1<enter>40<enter>1<enter>").await.shows("✓");
    floor.test.clock.advance(7);
    floor
}

/// Words of letters, three or more, in small letters.
fn words(text: &str) -> BTreeSet<String> {
    let words = text.split(|letter: char| !letter.is_alphabetic());
    words.filter(|word| word.chars().count() > 2).map(str::to_lowercase).collect()
}

/// The English words that the catalogue translates, and the sources write: those that are Spanish words too are left
/// out, for nobody could tell.
fn english() -> BTreeSet<String> {
    let texts: BTreeMap<String, String> = toml::from_str(include_str!("../../assets/locales/es.toml")).unwrap();
    let spanish: BTreeSet<String> = texts.values().flat_map(|text| words(text)).collect();
    let mut english: BTreeSet<String> = texts.keys().flat_map(|text| words(text)).collect();
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src/tui"))];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read_to_string(path).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap_or_default();
                let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
                let literals = lines.flat_map(|line| line.split('"').skip(1).step_by(2));
                // A single word in quotes is as often the name of a column or a file.
                english.extend(literals.filter(|text| text.contains(' ')).flat_map(words));
            }
        }
    }
    english.retain(|word| !spanish.contains(word) && !NAMES.contains(&word.as_str()));
    english
}

/// Adds what is English on the screen to what was found.
fn look(terminal: &Terminal, at: &str, english: &BTreeSet<String>, found: &mut BTreeMap<String, BTreeSet<String>>) {
    let left: BTreeSet<String> = words(&terminal.screen()).intersection(english).cloned().collect();
    if !left.is_empty() {
        found.insert(at.to_owned(), left);
    }
}

#[tokio::test]
async fn no_english_word_is_left_on_any_screen_in_spanish() {
    let (floor, english, mut found) = (morning().await, english(), BTreeMap::new());
    assert!(english.len() > 500, "{} words are known", english.len());
    for word in ["reading", "worse", "hours"] {
        assert!(english.contains(word), "{word}");
    }
    let wide = ["1", "1h", "3", "4", "8", "8<enter>", "9", "9["];
    for (width, height, stories) in [(80, 24, NARROW.as_slice()), (160, 50, &wide)] {
        let mut terminal = spanish(&floor, width, height).await;
        look(&terminal, "gate", &english, &mut found);
        terminal.keys(&format!("anna<enter>{ADMIN_PASSWORD}<enter><esc>")).await;
        for keys in stories {
            terminal.keys(keys).await;
            look(&terminal, &format!("{keys} at {width}x{height}"), &english, &mut found);
            terminal.keys("<esc><esc><esc><esc><esc>").await;
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test]
async fn the_main_pages_look_like_this_in_spanish() {
    let floor = morning().await;
    let mut terminal = spanish(&floor, 80, 24).await;
    terminal.keys(&format!("anna<enter>{ADMIN_PASSWORD}<enter><esc>")).await;
    for (keys, name) in [
        ("1", "shift"),
        ("1<enter>", "hours"),
        ("2n", "count"),
        ("3", "downtime"),
        ("4", "holds"),
        ("7", "orders"),
        ("8", "kpis"),
        ("8x", "kpi_explained"),
        ("8<enter>", "kpi_detail"),
    ] {
        terminal.keys(keys).await;
        insta::assert_snapshot!(format!("spanish_{name}"), terminal.screen());
        terminal.keys("<esc><esc><esc>").await;
    }
}
