//! Rubbish that is nearly right, into everything that reads: files that are imported, keys and bytes that are typed, and
//! text. Nothing ends the program, and what is taken can be told from what is refused.
//!
//! What begins is the corpus in `tests/suite/fuzz`; each case changes one of its texts by a few random steps, the same
//! in every run. `KPI_OPS_TEST_FUZZ` multiplies the number of cases, for a night.

use super::import_desk::ImportDesk;
use super::plant::{FloorPlant, PASSWORD};
use super::pty::Pty;
use super::terminal::Terminal;
use kpi_ops::domain::text::{CleanText, is_forbidden, shielded, shown, shown_lines, unshielded};
use kpi_ops::service::{Entity, Problem};
use kpi_ops::tui::escape::Pieces;
use kpi_ops::tui::input::{Input, Key, KeyName};
use kpi_ops::tui::keymap::Keymap;

/// Cases of an ordinary run, by what reads them.
fn cases(ordinary: u64) -> u64 {
    let times = std::env::var("KPI_OPS_TEST_FUZZ").ok().map_or(1, |text| text.parse().expect("KPI_OPS_TEST_FUZZ"));
    ordinary * times
}

/// Numbers that look random and are the same in every run (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.roll() % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }

    fn one_of<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        &things[self.below(things.len())]
    }
}

/// What breaks parsers: separators, quotes, signs, borders of numbers and dates, bytes that are no text.
const TOKENS: &[&[u8]] = &[
    b",",
    b";",
    b"\"",
    b"\"\"",
    b"\n",
    b"\r\n",
    b"\r",
    b"\0",
    b"\t",
    b" ",
    b"-",
    b"+",
    b"=",
    b"@",
    b"'",
    b":",
    b".",
    b"0",
    b"-1",
    b"9223372036854775807",
    b"9223372036854775808",
    b"-9223372036854775808",
    b"1e309",
    b"NaN",
    b"0.0000000001",
    b"1,5",
    b"2026-02-30",
    b"0000-00-00",
    b"9999-12-31",
    b"1969-12-31",
    b"2026-03-29 02:30",
    b"2026-10-25 02:30",
    b"2026-05-18T10:00:00+14:00",
    b"24:00",
    b"\xEF\xBB\xBF",
    b"\xFF\xFE",
    b"\xC0\x80",
    b"\xED\xA0\x80",
    b"\xE2\x80\xAE",
    b"\x1b[2J",
    b"\x1b]0;x\x07",
    b"\xF0\x9F\x8F\xAD",
    b"e\xCC\x81",
    b"ACME",
    b"RIVAL",
    b"L1",
    b"P1",
    b"W1",
    b"E",
    b"N",
    b"SCRATCH:3;DENT:1",
    b"SCRATCH:",
    b"::;;",
    b"yes",
    b"no",
    b"\xC2\x85",
    b"\xE2\x80\xA8",
    b"%s%n",
    b"../../etc/passwd",
];

/// A text after a few steps.
fn changed(dice: &mut Dice, seed: &[u8]) -> Vec<u8> {
    let mut text = seed.to_vec();
    for _ in 0..=dice.below(5) {
        let place = dice.below(text.len() + 1);
        match dice.below(7) {
            0 => drop(text.splice(place..place, dice.one_of(TOKENS).iter().copied())),
            1 if place < text.len() => text[place] ^= 1 << dice.below(8),
            2 => text.truncate(place),
            3 => {
                let end = (place + dice.below(12)).min(text.len());
                drop(text.splice(place..end, dice.one_of(TOKENS).iter().copied()));
            }
            4 => {
                let lines: Vec<Vec<u8>> = text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
                let again = dice.one_of(&lines).clone();
                text.splice(place..place, again);
            }
            5 => drop(text.drain(place..(place + dice.below(8)).min(text.len()))),
            _ => {
                let long = dice.one_of(TOKENS).repeat(1 + dice.below(300));
                text.splice(place..place, long);
            }
        }
    }
    text
}

/// The corpus of files, by what they hold.
const FILES: &[(Entity, &[u8])] = &[
    (Entity::Codes, include_bytes!("fuzz/codes.csv")),
    (Entity::Products, include_bytes!("fuzz/products.csv")),
    (Entity::Shifts, include_bytes!("fuzz/shifts.csv")),
    (Entity::Lines, include_bytes!("fuzz/lines.csv")),
    (Entity::Employees, include_bytes!("fuzz/employees.csv")),
    (Entity::WorkOrders, include_bytes!("fuzz/work-orders.csv")),
    (Entity::Jobs, include_bytes!("fuzz/jobs.csv")),
    (Entity::PartOpportunities, include_bytes!("fuzz/part-opportunities.csv")),
    (Entity::Production, include_bytes!("fuzz/production.csv")),
    (Entity::Downtime, include_bytes!("fuzz/downtime.csv")),
    (Entity::Holds, include_bytes!("fuzz/holds.csv")),
    (Entity::Quality, include_bytes!("fuzz/quality.csv")),
    (Entity::Attendance, include_bytes!("fuzz/attendance.csv")),
    (Entity::Targets, include_bytes!("fuzz/targets.csv")),
];

#[tokio::test]
async fn no_file_ends_the_program_and_every_row_of_it_is_taken_or_refused() {
    let desk = ImportDesk::new().await;
    let mut dice = Dice(1);
    let (mut taken, mut refused) = (0, 0);
    for (entity, seed) in FILES {
        for case in 0..cases(8) {
            // The corpus itself comes first, so that what is changed is nearly right.
            let text = if case == 0 { seed.to_vec() } else { changed(&mut dice, seed) };
            match desk.try_import(Some("ACME"), *entity, &text).await {
                Ok(report) => {
                    assert_eq!(
                        report.read,
                        report.new + report.updated + report.unchanged + report.rejected,
                        "{entity}: {}",
                        String::from_utf8_lossy(&text)
                    );
                    assert!(case > 0 || report.rejected == 0, "{entity}: {:?}", report.refusals);
                    taken += report.new + report.updated + report.unchanged;
                    refused += report.rejected;
                }
                Err(Problem::Rejected(rejects)) => refused += u64::try_from(rejects.len()).unwrap(),
                Err(Problem::File(_)) => refused += 1,
                Err(other) => panic!("{entity}: {other}\n{}", String::from_utf8_lossy(&text)),
            }
        }
    }
    assert!(taken >= 20 && refused > 100, "{taken} taken, {refused} refused");
    assert_eq!(desk.plant.test.plant.doctor(false, None).await.unwrap(), [], "tallies and trail are whole");
}

/// The corpus of texts, one a line; escapes stand for themselves.
const TEXTS: &str = include_str!("fuzz/texts.txt");

#[test]
fn clean_text_is_clean_whatever_comes_and_cleaning_it_again_changes_nothing() {
    let mut dice = Dice(2);
    let seeds: Vec<&str> = TEXTS.lines().collect();
    let (mut clean, mut refused) = (0, 0);
    for case in 0..cases(4_000) {
        let seed = *dice.one_of(&seeds);
        let text = String::from_utf8_lossy(&changed(&mut dice, seed.as_bytes())).into_owned();
        for told in [shown(&text), shown_lines(&text)] {
            let steers = |character: char| is_forbidden(character) && character != '\n';
            assert!(!told.chars().any(steers), "{text:?} is shown as {told:?}");
        }
        assert_eq!(unshielded(&shielded(&text)), text);
        match CleanText::name("name", &text) {
            Ok(kept) => {
                clean += 1;
                let kept = kept.as_str();
                assert!(
                    !kept.chars().any(is_forbidden) && kept.trim() == kept && !kept.is_empty(),
                    "{text:?}: {kept:?}"
                );
                assert_eq!(CleanText::name("name", kept).unwrap().as_str(), kept);
            }
            Err(reject) => {
                refused += 1;
                assert!(reject.field == "name" && !reject.why.is_empty() && !reject.try_this.is_empty());
            }
        }
        // What reads words of people and settings does not end over them.
        let _ = (Key::parse(&text), Input::story(&text));
        if case % 100 == 0 {
            let _ = (Keymap::parse(&text), Keymap::built_in().unwrap().with_keys(&text));
        }
    }
    assert!(clean > 200 && refused > 200, "{clean} clean, {refused} refused");
}

fn any_input(dice: &mut Dice) -> Input {
    const NAMES: &[KeyName] = &[
        KeyName::Enter,
        KeyName::Esc,
        KeyName::Tab,
        KeyName::Backspace,
        KeyName::Delete,
        KeyName::Up,
        KeyName::Down,
        KeyName::Left,
        KeyName::Right,
        KeyName::Home,
        KeyName::End,
        KeyName::PageUp,
        KeyName::PageDown,
    ];
    let typed: Vec<char> = "0123456789abcdefghijklmnopqrstuvwxyz?/:-., é😀\u{202e}[O~;AB".chars().collect();
    match dice.below(12) {
        0..=5 => Input::Key(Key::plain(KeyName::Char(*dice.one_of(&typed)))),
        6..=8 => Input::Key(Key::plain(*dice.one_of(NAMES))),
        9 => Input::Key(Key::plain(KeyName::Function(u8::try_from(dice.below(14)).unwrap()))),
        10 => {
            let token: &&[u8] = dice.one_of(TOKENS);
            Input::Paste(String::from_utf8_lossy(token).repeat(1 + dice.below(40)))
        }
        _ => Input::Resize(u16::try_from(1 + dice.below(220)).unwrap(), u16::try_from(1 + dice.below(70)).unwrap()),
    }
}

#[test]
fn pieces_of_sequences_lose_no_key_that_is_none_of_theirs() {
    let mut dice = Dice(3);
    for _ in 0..cases(1_000) {
        let mut pieces = Pieces::default();
        let inputs: Vec<Input> = (0..dice.below(40)).map(|_| any_input(&mut dice)).collect();
        let pastes = inputs.iter().filter(|input| matches!(input, Input::Paste(_) | Input::Resize(..))).count();
        let mut whole: Vec<Input> = inputs.into_iter().flat_map(|input| pieces.take(input)).collect();
        whole.extend(pieces.release());
        assert!(!pieces.is_waiting());
        let kept = whole.iter().filter(|input| matches!(input, Input::Paste(_) | Input::Resize(..))).count();
        assert_eq!(kept, pastes, "a paste or a size is never part of a sequence");
    }
}

#[tokio::test]
async fn whatever_is_typed_the_dashboard_stands_and_goes_on() {
    let floor = FloorPlant::new().await;
    let mut dice = Dice(4);
    for round in 0..cases(3) {
        let mut terminal = Terminal::open(&floor.test.plant, 80, 24).await;
        terminal.keys(&format!("luis<enter>{PASSWORD}<enter><esc>")).await;
        for _ in 0..120 {
            terminal.give(any_input(&mut dice)).await;
            if terminal.left {
                break;
            }
            assert!(!terminal.screen().trim().is_empty(), "round {round}: nothing is drawn");
        }
    }
    assert_eq!(floor.test.plant.doctor(false, None).await.unwrap(), [], "whatever was saved is whole");
}

/// What terminals say to programs: keys with their modifiers, pastes, the mouse, answers to questions, and torn ones.
const BYTES: &[&[u8]] = &[
    b"\x1b[A\x1b[1;5B\x1bOP\x1b[15~\x1b[200~paste\x1b[201~",
    b"\x1b[M !!\x1b[<0;10;10M\x1b[<0;10;10m",
    b"\x1b[M   ",
    b"\x1b[?62;c\x1b[10;10R",
    b"\x1bP1$r0m\x1b\\\x1b]11;rgb:0/0/0\x07",
    b"\x1b[\xff\xfe\x80\xc3(",
    b"\x1b\x1b\x1b[[A\x9b31m",
];

#[test]
fn bytes_that_no_keyboard_sends_end_no_program() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let floor = runtime.block_on(FloorPlant::new());
    let mut dice = Dice(5);
    let mut pty = Pty::dashboard(&floor, (80, 24), &[]);
    pty.logs_in("olga", PASSWORD).types("2").shows("Counts");
    for _ in 0..cases(60) {
        let seed = *dice.one_of(BYTES);
        // What leaves on purpose is left out: q, and the interrupt, the end and the stop of a terminal.
        let leaves = |byte: &u8| b"qQ\x03\x04\x1a\x1c".contains(byte);
        let bytes: Vec<u8> = changed(&mut dice, seed).into_iter().filter(|byte| !leaves(byte)).take(600).collect();
        // What it draws is taken meanwhile: a terminal that nobody reads from takes no keys in the end.
        pty.types_bytes(&bytes).settles();
    }
    // The ends of what may have been begun: a report of the mouse, and a paste.
    pty.types("m\u{1b}[201~").settles();
    assert!(!pty.written().contains("panicked"), "{}", pty.text());
    pty.signal("-TERM");
    let (code, written) = pty.ends();
    assert!(code == 0 && !written.contains("panicked"), "it ended with {code}:\n{}", pty.text());
}
