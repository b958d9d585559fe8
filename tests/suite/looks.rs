//! Themes, keys and the language of the user's own: read at the start, wrong ones refused in full.

use super::plant::{FloorPlant, PASSWORD};
use super::program::Home;
use super::pty::Pty;
use super::terminal::Terminal;
use kpi_ops::tui::Looks;
use kpi_ops::tui::action::Action;
use kpi_ops::tui::locale::Language;
use kpi_ops::tui::theme::Theme;
use ratatui::style::Color;

/// A terminal of the floor's plant with other looks.
async fn terminal(floor: &FloorPlant, change: impl FnOnce(&mut Looks)) -> Terminal {
    let mut looks = Looks::built_in().unwrap();
    change(&mut looks);
    let mut terminal = Terminal::open(&floor.test.plant, 80, 24).await;
    terminal.dashboard.look_like(looks).unwrap();
    terminal.keys(&format!("olga<enter>{PASSWORD}<enter>")).await;
    terminal
}

#[tokio::test]
async fn the_screens_speak_spanish() {
    let floor = FloorPlant::new().await;
    let mut terminal = terminal(&floor, |looks| looks.language = Language::Spanish).await;
    terminal.keys("2n240<f2>").await.shows("Conteo").shows("Fecha").shows("Ayuda").shows("Salir").shows("1 de 1");
    terminal.keys("n").await.shows("Registrar un conteo").shows("Producto");
    terminal.keys("<esc>?").await.shows("Ayuda: Producción").shows("Conteos de lo hecho");
    // The lock keeps the language, and so does the next person's login.
    terminal.keys("<esc>Q").await;
    assert_eq!(terminal.dashboard.model().language, Language::Spanish);
}

#[tokio::test]
async fn a_theme_colours_the_whole_screen_and_own_keys_are_what_the_footer_says() {
    let floor = FloorPlant::new().await;
    let mut terminal = terminal(&floor, |looks| {
        looks.theme = Some(Theme::parse(Theme::text_of("grey-night").unwrap()).unwrap());
        looks.keymap = looks.keymap.clone().with_keys("[keys]\nquit = [\"X\"]").unwrap();
    })
    .await;
    terminal.keys("2").await.shows("X Quit");
    assert_eq!(terminal.dashboard.model().keymap.key_of(Action::Quit), "X");
    let ground = |cell: &ratatui::buffer::Cell| cell.bg != Color::Reset;
    assert!(terminal.dashboard.port.buffer().content().iter().all(ground), "a cell has the terminal's own ground");
    terminal.keys("X").await;
    assert!(terminal.left);
}

#[tokio::test]
async fn a_row_is_copied_only_where_the_settings_allow_it() {
    let floor = FloorPlant::new().await;
    let mut off = terminal(&floor, |_| {}).await;
    off.keys("2n240<f2>").await.keys("y").await.shows("copying is off here");
    assert!(off.dashboard.port.copied.is_empty());
    let mut on = terminal(&floor, |looks| looks.copies = true).await;
    on.keys("2y").await.shows("in the clipboard, if your terminal takes it: ACME");
    let [copied] = on.dashboard.port.copied.as_slice() else { panic!("{:?}", on.dashboard.port.copied) };
    assert!(
        copied.starts_with("ACME\t2026-05-18\t") && copied.contains("\t240\t") && !copied.contains('\n'),
        "{copied:?}"
    );
}

#[tokio::test]
async fn one_cell_of_a_row_is_copied_from_lists_board_and_kpis() {
    let floor = FloorPlant::new().await;
    let mut on = terminal(&floor, |looks| looks.copies = true).await;
    on.keys("2n240<f2>").await.keys("Y").await.shows("The whole row").shows("Units");
    on.keys("units<enter>").await.shows("in the clipboard, if your terminal takes it: 240");
    on.keys("1y").await.shows("in the clipboard");
    on.keys("Ymade<enter>").await.shows("takes it: 240");
    on.keys("8Yvalue<enter>").await.shows("in the clipboard");
    let [cell, row, made, value] = on.dashboard.port.copied.as_slice() else {
        panic!("{:?}", on.dashboard.port.copied)
    };
    assert_eq!((cell.as_str(), made.as_str()), ("240", "240"));
    assert!(row.starts_with("ACME\tL1\t") && row.contains("\t240\t"), "{row:?}");
    assert!(value.ends_with('%') || value == "—", "{value:?}");
}

#[tokio::test]
async fn where_the_terminal_takes_no_copy_a_file_does() {
    let floor = FloorPlant::new().await;
    let folder = floor.test.folder.path().join("copies");
    std::fs::create_dir(&folder).unwrap();
    let mut off = terminal(&floor, |looks| looks.export_folder = Some(folder.clone())).await;
    off.keys("2n240<f2>").await.keys("y").await.shows("copied into").shows("copied-");
    assert!(off.dashboard.port.copied.is_empty());
    let file = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    assert!(std::fs::read_to_string(file).unwrap().contains("\t240\t"));
}

#[tokio::test]
async fn board_and_kpis_go_into_files_with_the_figures_of_the_command_line() {
    let floor = FloorPlant::new().await;
    let folder = floor.test.folder.path().join("views");
    std::fs::create_dir(&folder).unwrap();
    let mut here = terminal(&floor, |looks| looks.export_folder = Some(folder.clone())).await;
    here.keys("2n240<tab>3<f2>").await;
    let file = |name: &str| {
        let mut files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        let path = files.find(|path| path.file_name().unwrap().to_string_lossy().starts_with(name)).unwrap();
        std::fs::read_to_string(path).unwrap()
    };
    here.keys("1E").await.shows("rows are in");
    let (board, hours) = (file("board-2"), file("board-hours-"));
    assert!(board.starts_with("client_id,line_id,name,") && board.contains("ACME,L1,"), "{board}");
    assert!(board.lines().any(|line| line.contains(",240,")), "{board}");
    assert!(hours.lines().count() > 2 && hours.contains(",240,"), "{hours}");
    here.keys("8E").await.shows("rows are in");
    let kpis = file("kpis-");
    let rate = kpis.lines().find(|line| line.contains(",quality_rate,")).unwrap_or_else(|| panic!("{kpis}"));
    assert!(rate.contains(",98.75,percent,"), "unrounded, as kpi --format json gives it: {rate}");
    here.keys("<enter>E").await.shows("rows are in");
    let (figure, series) = (file("availability-"), file("series-"));
    assert!(figure.starts_with("part,kpi,value,") && series.lines().count() > 25, "{figure}{series}");
}

#[tokio::test]
async fn the_tag_of_a_hold_is_written_as_text_and_as_a_page_to_print() {
    let floor = FloorPlant::new().await;
    let folder = floor.test.folder.path().join("tags");
    std::fs::create_dir(&folder).unwrap();
    let mut here = terminal(&floor, |looks| looks.export_folder = Some(folder.clone())).await;
    here.keys("4nW1<enter>40<enter>1<enter>").await.shows("asked for");
    here.keys("p").await.shows("the tag is in").shows(".html");
    let read = |ending: &str| {
        let mut files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        std::fs::read_to_string(files.find(|path| path.extension().unwrap() == ending).unwrap()).unwrap()
    };
    let (text, page) = (read("txt"), read("html"));
    for said in ["REQUESTED", "ACME (ACME)", "W1", "P1 Widget", "40", "2026-05-18 12:00"] {
        assert!(text.contains(said) && page.contains(said), "{said} is missing in\n{text}\n{page}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert!(page.starts_with("<!doctype html>") && !page.contains("http"), "{page}");
    let mut elsewhere = terminal(&floor, |_| {}).await;
    elsewhere.keys("4p").await.shows("no files are written here");
}

#[tokio::test]
async fn the_list_on_the_screen_goes_into_a_file_as_it_is_filtered() {
    let floor = FloorPlant::new().await;
    let folder = floor.test.folder.path().to_owned();
    let mut here = terminal(&floor, |looks| looks.export_folder = Some(folder.clone())).await;
    here.keys("2n240<tab>3<f2>").await;
    here.keys("n120<f2>").await;
    here.keys("E").await.shows("2 rows are in");
    let file = |name: &str| {
        let mut files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        let path = files.find(|path| path.file_name().unwrap().to_string_lossy().starts_with(name)).unwrap();
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions()) & 0o777, 0o600);
        std::fs::read_to_string(path).unwrap()
    };
    let counts = file("production-");
    assert_eq!(counts.lines().count(), 3, "{counts}");
    assert!(counts.starts_with("client_id,production_date,") && counts.contains(",240,no,3,"), "{counts}");
    // The same second again: the file that is there is not written over.
    here.keys("E").await.shows("cannot write");
    floor.test.clock.advance(1);
    here.keys("/P9<enter>E").await.shows("0 rows are in");
    here.keys(&format!("Qanna<enter>{}<enter>", super::plant::ADMIN_PASSWORD)).await;
    here.keys("9[[[E").await.shows("rows are in");
    let trail = file("audit-");
    assert!(
        trail.contains(",changes\n") && trail.contains("Units: none -> 240") && !trail.contains("{\"\""),
        "{trail}"
    );
    let mut elsewhere = terminal(&floor, |_| {}).await;
    elsewhere.keys("2E").await.shows("no files are written here");
}

#[test]
fn what_is_wrong_with_own_files_is_said_before_the_terminal_is_taken_over() {
    let floor = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(FloorPlant::new());
    let folder = floor.test.folder.path().join(".config/kpi-ops");
    std::fs::create_dir_all(folder.join("themes")).unwrap();
    for (name, text, told) in [
        ("config.toml", "theme = \"pink\"\n", "there is no theme pink"),
        ("config.toml", "theme = \"../../etc/passwd\"\n", "there is no theme"),
        ("themes/pink.toml", "normal = {}\n", "themes/pink.toml: "),
        ("keys.toml", "[keys]\nquit = [\"c\"]\nfly = [\"x\"]\n", "c: both pick-clients and quit"),
    ] {
        std::fs::write(folder.join(name), text).unwrap();
        if name.starts_with("themes") {
            std::fs::write(folder.join("config.toml"), "theme = \"pink\"\n").unwrap();
        }
        let (code, text) = Pty::dashboard(&floor, (80, 24), &[]).ends();
        assert_eq!(code, 1, "{name}: {text}");
        assert!(text.contains(told) && !text.contains("\u{1b}[?1049h"), "{name}: {text}");
        if name == "keys.toml" {
            assert!(text.contains("fly: there is no such action"), "{text}");
        }
        std::fs::write(folder.join("config.toml"), "").unwrap();
    }
    // A command that draws nothing does not ask for them.
    let home = Home::with_admin();
    std::fs::create_dir_all(home.path().join(".config/kpi-ops")).unwrap();
    std::fs::write(home.path().join(".config/kpi-ops/keys.toml"), "[keys]\nfly = [\"x\"]\n").unwrap();
    home.call(&["client", "list"]).done();
}
