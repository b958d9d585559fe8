//! The five things that are done most, as keys: how many each takes, what it leaves, and that the README says the same.

use super::attendance::people_plant;
use super::inspection::quality_plant;
use super::plant::{FloorPlant, PASSWORD};
use super::terminal::Terminal;
use kpi_ops::tui::input::{Input, KeyName};

/// A thing that is done, with the keys from its screen on.
struct Routine {
    /// As the README calls it.
    name: &'static str,
    /// Its keys.
    story: &'static str,
    /// How many keys it may take, and whether digits are among them.
    most: (usize, bool),
    /// How many fields are typed, and how many are filled in.
    fields: (usize, usize),
}

const COUNT: Routine = Routine { name: "a count", story: "n240<enter>", most: (3, false), fields: (1, 7) };
const STOP: Routine = Routine { name: "a stop", story: "s2<enter>", most: (4, true), fields: (1, 3) };
const RELEASE: Routine = Routine { name: "the release of a hold", story: "r1<enter>", most: (5, true), fields: (1, 3) };
const INSPECTION: Routine = Routine {
    name: "an inspection with two defects",
    story: "n50<enter>45<enter>1<enter>3<enter>2<enter>4<enter><enter>",
    most: (12, false),
    fields: (6, 5),
};
const ATTENDANCE: Routine = Routine {
    name: "the attendance of a crew of 12 with one absence",
    story: "t5<enter>1<f2>",
    most: (6, true),
    fields: (2, 36),
};
const ALL: [&Routine; 5] = [&COUNT, &STOP, &RELEASE, &INSPECTION, &ATTENDANCE];

impl Routine {
    /// How many keys it takes, with digits or without.
    fn keys(&self, counts_digits: bool) -> usize {
        let is_digit = |input: &Input| matches!(input, Input::Key(key) if matches!(key.name, KeyName::Char('0'..='9')));
        let keys = Input::story(self.story).unwrap();
        keys.iter().filter(|input| counts_digits || !is_digit(input)).count()
    }

    /// How its row in the README begins, and how it ends.
    fn row(&self) -> (String, String) {
        let mut story = self.story.replace("<enter>", " Enter ").replace("<f2>", " F2");
        story.insert(1, ' ');
        let story = story.split_whitespace().collect::<Vec<_>>().join(" ");
        let begin = format!("| {} | `{story}`, {}", self.name, self.keys(false));
        (begin, format!("| {} / {} |", self.fields.0, self.fields.1))
    }
}

async fn logged_in(floor: &FloorPlant, login: &str) -> Terminal {
    let mut terminal = Terminal::open(&floor.test.plant, 80, 24).await;
    terminal.keys(&format!("{login}<enter>{PASSWORD}<enter>")).await;
    terminal
}

#[test]
fn the_readme_says_how_many_keys_they_take_and_none_takes_more_than_it_may() {
    let readme = include_str!("../../README.md");
    for routine in ALL {
        let (most, counts_digits) = routine.most;
        assert!(routine.keys(counts_digits) <= most, "{} takes {}", routine.name, routine.keys(counts_digits));
        let (begin, end) = routine.row();
        let is_there = readme.lines().any(|line| line.starts_with(&begin) && line.ends_with(&end));
        assert!(is_there, "the README lacks\n{begin} ... {end}");
    }
}

#[tokio::test]
async fn a_count_takes_its_figure_and_two_keys_and_says_where_the_time_went_before_it_is_saved() {
    let floor = FloorPlant::new().await;
    floor.sql("UPDATE t_product SET ideal_cycle_ms = 30000").await;
    let mut olga = logged_in(&floor, "olga").await;
    olga.keys("3n08:00<enter>08:40<enter>2<enter>2n60<enter>").await.shows("✓ 60 units");
    floor.sql("UPDATE t_line_shift SET target_units = 800").await;
    // 06:00 to 12:00 less the breaks so far; 40 minutes of stops; 60 + 240 units of half a minute.
    olga.keys("n240").await.shows("shift so far 337 min").shows("= stops 40 min").shows("+ earned 150 min");
    olga.shows("+ unexplained 147 min").shows("made 300 of 600 due");
    insta::assert_snapshot!("count_80x24", olga.screen());
    // More than there was time for is marked, and the figure alone is what is saved.
    olga.keys("0").await.shows("+ unexplained -933 min");
    olga.keys("<backspace><enter>").await.shows("✓ 240 units on Line 1 saved").shows("240");
    assert_eq!(floor.number("SELECT sum(units) FROM t_production_entry").await, 300);
    olga.keys("n7<f2>1").await;
    olga.keys(&format!("2{}", COUNT.story)).await.shows("✓ 240 units on Line 1 saved");
}

#[tokio::test]
async fn a_stop_takes_three_keys_and_its_end_one() {
    let floor = FloorPlant::new().await;
    let mut olga = logged_in(&floor, "olga").await;
    olga.keys(&format!("3{}", STOP.story)).await.shows("✓");
    floor.test.clock.advance(2);
    olga.keys("e").await.shows("runs again after 2 min");
}

#[tokio::test]
async fn a_hold_is_released_with_three_keys() {
    let floor = FloorPlant::new().await;
    let mut lena = logged_in(&floor, "lena").await;
    lena.keys("4nW1<enter>40<enter>1<enter>").await.shows("are on hold");
    let mut luis = logged_in(&floor, "luis").await;
    luis.keys("4r").await.shows("Release the goods");
    insta::assert_snapshot!("release_80x24", luis.screen());
    luis.keys("<esc>").await;
    luis.keys(RELEASE.story).await.shows("✓").shows("released");
}

#[tokio::test]
async fn an_inspection_is_copied_from_a_similar_one_with_one_key() {
    let floor = quality_plant().await;
    let mut luis = logged_in(&floor, "luis").await;
    luis.keys("5n<shift-tab><shift-tab><shift-tab>W1<enter>J1<enter><enter>20<enter>20<enter><enter>").await;
    luis.shows("20 of 20 passed");
    floor.test.clock.advance(1);
    luis.keys("n").await.shows("Log an inspection");
    insta::assert_snapshot!("inspection_80x24", luis.screen());
    luis.keys("<esc>").await;
    luis.keys(INSPECTION.story).await.shows("45 of 50 passed").shows("Place a hold on what failed");
    insta::assert_snapshot!("offered_hold_80x24", luis.screen());
    luis.keys("<esc>").await;
    floor.test.clock.advance(1);
    luis.keys("n<f9>").await.shows("50").shows("  how many      3").shows("  how many      4");
    // What was typed is not copied over, and what passed is never copied.
    luis.keys("<f2>").await.shows("is missing");
    luis.keys("44<enter>").await.shows("44 of 50 passed");
    assert_eq!(floor.number("SELECT count(*) FROM t_defect_detail WHERE deleted_at IS NULL").await, 4);
}

#[tokio::test]
async fn attendance_of_twelve_with_one_absence_takes_five_keys() {
    let floor = people_plant().await;
    let mut olga = logged_in(&floor, "olga").await;
    olga.keys("6t").await.shows("12 people, 0 absent");
    insta::assert_snapshot!("crew_80x24", olga.screen());
    olga.keys("<esc>").await;
    olga.keys(ATTENDANCE.story).await.shows("attendance of E saved: 12 people, 1 absent");
}
