//! The one table of actions: which keys do what where, and how the footer, the help and the palette call it.

use super::action::Action;
use super::input::Key;
use super::locale::Language;
use crate::domain::spelled;
use serde::Deserialize;

spelled! {
    /// A place where keys mean something of their own.
    Context {
        /// Wherever one is.
        Always = "always",
        /// On every screen, while nothing lies over it.
        Everywhere = "everywhere",
        /// On every list.
        List = "list",
        /// While a list's filter is typed.
        Filter = "filter",
        /// The shift board.
        Board = "board",
        /// The board above the line.
        Andon = "andon",
        /// The list of counts.
        Production = "production",
        /// The list of stops.
        Downtime = "downtime",
        /// The list of holds.
        Holds = "holds",
        /// The lists of quality.
        Quality = "quality",
        /// The lists of people.
        People = "people",
        /// The lists of orders.
        Orders = "orders",
        /// The KPIs, however they are shown.
        Kpis = "kpis",
        /// The KPIs as tiles.
        KpiPanel = "kpi-panel",
        /// The clients side by side.
        KpiCompare = "kpi-compare",
        /// One KPI in detail.
        KpiDetail = "kpi-detail",
        /// The lists of administration.
        Admin = "admin",
        /// The isolation audit.
        Isolation = "isolation",
        /// A form that makes a new entry like the last one.
        EntryForm = "entry-form",
        /// A form.
        Form = "form",
        /// A list to choose from.
        Pick = "pick",
        /// A list to choose several from.
        Marks = "marks",
        /// The list of what is kept.
        Kept = "kept",
        /// A question.
        Dialog = "dialog",
        /// A page to read.
        Page = "page",
        /// The locked terminal.
        Lock = "lock",
    }
}

impl Context {
    /// Which contexts are active together, the most special first. Within each of these no key may mean two things.
    pub const TOGETHER: &'static [&'static [Self]] = &[
        &[Self::Board, Self::Everywhere, Self::Always],
        &[Self::Andon],
        &[Self::Production, Self::List, Self::Everywhere, Self::Always],
        &[Self::Downtime, Self::List, Self::Everywhere, Self::Always],
        &[Self::Holds, Self::List, Self::Everywhere, Self::Always],
        &[Self::Quality, Self::List, Self::Everywhere, Self::Always],
        &[Self::People, Self::List, Self::Everywhere, Self::Always],
        &[Self::Orders, Self::List, Self::Everywhere, Self::Always],
        &[Self::KpiPanel, Self::Kpis, Self::Everywhere, Self::Always],
        &[Self::KpiCompare, Self::Kpis, Self::Everywhere, Self::Always],
        &[Self::KpiDetail, Self::Kpis, Self::Everywhere, Self::Always],
        &[Self::Admin, Self::List, Self::Everywhere, Self::Always],
        &[Self::Isolation, Self::Everywhere, Self::Always],
        &[Self::Filter, Self::Always],
        &[Self::Form, Self::Always],
        &[Self::EntryForm, Self::Form, Self::Always],
        &[Self::Pick, Self::Always],
        &[Self::Marks, Self::Pick, Self::Always],
        &[Self::Kept, Self::Pick, Self::Always],
        &[Self::Dialog, Self::Always],
        &[Self::Page, Self::Always],
        &[Self::Lock, Self::Always],
    ];

    /// Whether letters are text here.
    pub const fn takes_text(self) -> bool {
        matches!(self, Self::Filter | Self::Form | Self::Pick | Self::Lock | Self::Always)
    }

    /// What it is called as a heading of the help.
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Always => "Always",
            Self::Everywhere => "Everywhere",
            Self::List => "Lists",
            Self::Filter => "Filter",
            Self::Board => "Shift board",
            Self::Andon => "Board above the line",
            Self::Production => "Production",
            Self::Downtime => "Downtime",
            Self::Holds => "Holds",
            Self::Quality => "Quality",
            Self::People => "People",
            Self::Orders => "Orders",
            Self::Kpis => "KPIs",
            Self::KpiPanel => "KPI panel",
            Self::KpiCompare => "Clients compared",
            Self::KpiDetail => "KPI in detail",
            Self::Admin => "Admin",
            Self::Isolation => "Isolation audit",
            Self::EntryForm => "Forms of new entries",
            Self::Form => "Forms",
            Self::Pick => "Choosing",
            Self::Marks => "Choosing several",
            Self::Kept => "Not saved yet",
            Self::Dialog => "Questions",
            Self::Page => "Pages",
            Self::Lock => "Locked",
        }
    }
}

/// One action with all that is known about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The action.
    pub action: Action,
    /// Its keys, the one to show first.
    pub keys: Vec<Key>,
    /// Where they work.
    pub contexts: Vec<Context>,
    /// Its name on footer and palette.
    pub label: String,
    /// Its line in the help.
    pub help: String,
    /// Whether it asks before it acts.
    pub danger: bool,
    /// Its place on the footer; none keeps it off.
    pub footer: Option<u8>,
}

impl Row {
    /// The key to show.
    pub fn key(&self) -> String {
        self.keys.first().map(|key| key.shown()).unwrap_or_default()
    }

    /// All keys, for the help.
    pub fn all_keys(&self) -> String {
        self.keys.iter().map(|key| key.shown()).collect::<Vec<_>>().join(" ")
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    action: Vec<FileRow>,
}

/// Keys of somebody's own: actions by name, each with all of its keys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnKeys {
    #[serde(default)]
    keys: std::collections::BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileRow {
    name: Action,
    keys: Vec<String>,
    context: Vec<Context>,
    label: String,
    help: String,
    #[serde(default)]
    danger: bool,
    footer: Option<u8>,
}

/// The table of actions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    rows: Vec<Row>,
}

impl Keymap {
    /// The table that comes with the program.
    pub fn built_in() -> Result<Self, String> {
        Self::parse(include_str!("../../assets/keymap.toml"))
    }

    /// Reads a table; refuses keys that cannot be read.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        file.action.into_iter().map(read_row).collect::<Result<_, _>>().map(|rows| Self { rows })
    }

    /// The table with keys of somebody's own, from a file of theirs:
    ///
    /// ```toml
    /// [keys]
    /// log-count = ["n", "f6"]
    /// ```
    ///
    /// Everything that is wrong is said at once: actions and keys that there are not, actions left without a key, letters
    /// where one types text, and keys that would mean two things in one place.
    pub fn with_keys(mut self, text: &str) -> Result<Self, Vec<String>> {
        let own: OwnKeys = toml::from_str(text).map_err(|error| vec![error.message().replace('\n', " ")])?;
        let mut wrong = Vec::new();
        for (name, keys) in &own.keys {
            let row = Action::parse(name).and_then(|action| self.rows.iter_mut().find(|row| row.action == action));
            let Some(row) = row else {
                wrong.push(format!("{name}: there is no such action"));
                continue;
            };
            let unknown = keys.iter().filter(|key| Key::parse(key).is_none());
            wrong.extend(unknown.map(|key| format!("{name}: there is no key {key}")));
            let keys: Vec<Key> = keys.iter().filter_map(|key| Key::parse(key)).collect();
            if keys.is_empty() {
                wrong.push(format!("{name}: an action needs a key"));
            }
            let is_typed = row.contexts.iter().any(|context| context.takes_text());
            let typed = keys.iter().filter(|key| is_typed && key.typed().is_some());
            wrong.extend(typed.map(|key| format!("{name}: {} is text where this key works", key.shown())));
            row.keys = keys;
        }
        let clashes = self.clashes();
        wrong.extend(clashes.iter().map(|(key, one, other)| format!("{}: both {one} and {other}", key.shown())));
        wrong.dedup();
        if wrong.is_empty() { Ok(self) } else { Err(wrong) }
    }

    /// The table with its labels and help in a language.
    #[must_use]
    pub fn in_language(mut self, language: Language) -> Self {
        for row in &mut self.rows {
            row.label = language.say(&row.label).to_owned();
            row.help = language.say(&row.help).to_owned();
        }
        self
    }

    /// What a key does where these contexts are active.
    pub fn find(&self, contexts: &[Context], key: Key) -> Option<&Row> {
        contexts
            .iter()
            .find_map(|context| self.rows.iter().find(|row| row.contexts.contains(context) && row.keys.contains(&key)))
    }

    /// Everything about an action.
    pub fn row(&self, action: Action) -> Option<&Row> {
        self.rows.iter().find(|row| row.action == action)
    }

    /// The key that an action is shown with, for texts that name it.
    pub fn key_of(&self, action: Action) -> String {
        self.row(action).map(Row::key).unwrap_or_default()
    }

    /// All rows, in the order of the table.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The rows of one context.
    pub fn rows_of(&self, context: Context) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |row| row.contexts.contains(&context))
    }

    /// The rows for the footer where these contexts are active, by place.
    pub fn footer(&self, contexts: &[Context]) -> Vec<&Row> {
        let is_here = |row: &&Row| row.contexts.iter().any(|context| contexts.contains(context));
        let mut rows: Vec<&Row> = self.rows.iter().filter(|row| row.footer.is_some()).filter(is_here).collect();
        rows.sort_by_key(|row| row.footer);
        rows
    }

    /// Keys that mean two things where one can be: the contexts, the key and the two actions.
    pub fn clashes(&self) -> Vec<(Key, Action, Action)> {
        let mut clashes = Vec::new();
        for together in Context::TOGETHER {
            let is_here = |row: &&Row| row.contexts.iter().any(|context| together.contains(context));
            let keys_of = |row: &'_ Row| row.keys.iter().map(|key| (*key, row.action)).collect::<Vec<_>>();
            let here: Vec<(Key, Action)> = self.rows.iter().filter(is_here).flat_map(keys_of).collect();
            for (index, (key, action)) in here.iter().enumerate() {
                let others = here.iter().skip(index + 1).filter(|(other, _)| other == key);
                clashes.extend(others.map(|(_, other)| (*key, *action, *other)));
            }
        }
        clashes
    }
}

fn read_row(row: FileRow) -> Result<Row, String> {
    let keys = row
        .keys
        .iter()
        .map(|key| Key::parse(key).ok_or_else(|| format!("{}: no such key: {key}", row.name)))
        .collect::<Result<_, _>>()?;
    Ok(Row {
        action: row.name,
        keys,
        contexts: row.context,
        label: row.label,
        help: row.help,
        danger: row.danger,
        footer: row.footer,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keymap() -> Keymap {
        Keymap::built_in().expect("the table that comes along can be read")
    }

    #[test]
    fn every_action_stands_in_the_table_once_with_key_context_label_and_help() {
        let keymap = keymap();
        for action in Action::ALL {
            let rows: Vec<_> = keymap.rows().iter().filter(|row| row.action == *action).collect();
            assert_eq!(rows.len(), 1, "{action}");
            let row = rows[0];
            assert!(!row.keys.is_empty() && !row.contexts.is_empty(), "{action} has no key or context");
            assert!(!row.label.is_empty() && row.help.len() > 8, "{action} has no label or help");
        }
    }

    #[test]
    fn no_key_means_two_things_in_one_place() {
        assert_eq!(keymap().clashes(), []);
    }

    #[test]
    fn a_clash_is_found_where_there_is_one() {
        let text = include_str!("../../assets/keymap.toml")
            .replace("keys = [\"q\"]\ncontext = [\"everywhere\"]", "keys = [\"c\"]\ncontext = [\"everywhere\"]");
        let clashes = Keymap::parse(&text).expect("table").clashes();
        assert!(
            clashes.iter().any(|(_, one, other)| [*one, *other] == [Action::PickClients, Action::Quit]),
            "{clashes:?}"
        );
    }

    #[test]
    fn keys_of_ones_own_take_the_place_of_those_that_came_along() {
        let own = keymap().with_keys("[keys]\nquit = [\"X\"]\nlog-count = [\"f7\", \"n\"]").expect("keys");
        assert_eq!(own.key_of(Action::Quit), "X");
        assert_eq!(own.key_of(Action::LogCount), "F7");
        assert_eq!(own.key_of(Action::Help), keymap().key_of(Action::Help));
        assert_eq!(keymap().with_keys(""), Ok(keymap()));
    }

    #[test]
    fn everything_that_is_wrong_with_own_keys_is_said_at_once() {
        let text = "[keys]\nquit = [\"c\"]\nfly = [\"x\"]\nhelp = []\nsave = [\"s\"]\nundo = [\"f99\", \"u\"]";
        let wrong = keymap().with_keys(text).expect_err("wrong").join("\n");
        for part in [
            "c: both pick-clients and quit",
            "fly: there is no such action",
            "help: an action needs a key",
            "save: s is text where this key works",
            "undo: there is no key f99",
        ] {
            assert!(wrong.contains(part), "{part} is not in:\n{wrong}");
        }
        assert!(keymap().with_keys("[keys]\nquit = 3").is_err());
    }

    #[test]
    fn every_context_is_active_somewhere() {
        for context in Context::ALL {
            assert!(Context::TOGETHER.iter().any(|together| together.contains(context)), "{context}");
        }
    }

    #[test]
    fn every_function_key_has_a_letter_beside_it() {
        use crate::tui::input::KeyName;
        let is_function = |row: &&Row| row.keys.iter().any(|key| matches!(key.name, KeyName::Function(_)));
        for row in keymap().rows().iter().filter(is_function) {
            let others = |key: &Key| !matches!(key.name, KeyName::Function(_));
            assert!(row.keys.iter().any(others), "{}", row.action);
        }
    }
}
