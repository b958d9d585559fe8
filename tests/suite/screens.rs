//! Every screen as it looks, at the design size and at the wide one, with a clock that stands still.

use super::plant::{ADMIN_PASSWORD, FloorPlant, PASSWORD};
use super::terminal::Terminal;
use kpi_ops::domain::list::List;
use kpi_ops::tui::capability::{Capability, Characters, Palette};
use kpi_ops::tui::input::Input;

/// The floor after a bit of a morning: counts, a stop that is over, one that runs, a hold to decide.
async fn morning() -> FloorPlant {
    let floor = FloorPlant::new().await;
    let mut terminal = Terminal::open(&floor.test.plant, 80, 24).await;
    terminal.keys(&format!("olga<enter>{PASSWORD}<enter>")).await;
    terminal.keys("3n08:10<enter>08:40<enter>2<enter>").await.shows("✓");
    terminal.keys("2n240<tab>3<f2>").await.shows("✓");
    floor.test.clock.advance(20);
    // Twenty minutes without a key lock an operator's terminal.
    terminal.give(Input::Resize(80, 24)).await.shows("Locked");
    terminal.keys(&format!("{PASSWORD}<enter>n120<f2>3s1<enter>")).await.shows("✓");
    terminal.keys("4nW1<enter>40<enter>1<enter>").await.shows("✓");
    floor.test.clock.advance(7);
    floor
}

#[tokio::test]
async fn every_screen_looks_as_it_did() {
    let floor = morning().await;
    for (width, height) in [(80, 24), (120, 40)] {
        let mut terminal = Terminal::open(&floor.test.plant, width, height).await;
        insta::assert_snapshot!(format!("login_{width}x{height}"), terminal.screen());
        terminal.keys(&format!("anna<enter>{ADMIN_PASSWORD}<enter>")).await;
        for (digit, name) in
            (1..).zip(["shift", "production", "downtime", "holds", "quality", "people", "orders", "kpis", "admin"])
        {
            terminal.keys(&digit.to_string()).await;
            insta::assert_snapshot!(format!("{digit}_{name}_{width}x{height}"), terminal.screen());
        }
    }
}

#[tokio::test]
async fn what_lies_over_the_screen_looks_as_it_did() {
    let floor = morning().await;
    let mut terminal = Terminal::open(&floor.test.plant, 80, 24).await;
    terminal.keys(&format!("luis<enter>{PASSWORD}<enter>")).await;
    for (name, open, close) in [
        ("form_count", "2n", "<esc>"),
        ("form_stop_choices", "3s<f4>", "<esc><esc>"),
        ("question", "2n5<esc>", "d"),
        ("detail", "2<enter>", "<esc>"),
        ("help", "3?", "<esc>"),
        ("palette", "3:stop", "<esc>"),
        ("clients", "c", "<esc>"),
        ("wrong_fields", "2n1x<f2>", "<f5><esc>"),
    ] {
        terminal.keys(open).await;
        insta::assert_snapshot!(name, terminal.screen());
        terminal.keys(close).await;
    }
}

#[tokio::test]
async fn without_colour_and_beyond_ascii_nothing_is_lost_but_beauty() {
    let floor = morning().await;
    let plain = Capability { palette: Palette::Mono, characters: Characters::Ascii, frames: 0 };
    let mut terminal = Terminal::with(&floor.test.plant, 80, 24, plain).await;
    terminal.keys(&format!("olga<enter>{PASSWORD}<enter>")).await;
    for keys in ["1", "2", "3", "4", "8", "?", "<esc>:", "<esc>2n"] {
        terminal.keys(keys).await;
        let screen = terminal.screen();
        assert!(screen.is_ascii(), "not ASCII:\n{screen}");
        let buffer = terminal.dashboard.port.buffer();
        let coloured = buffer.content().iter().any(|cell| {
            let colours = [cell.fg, cell.bg];
            colours.iter().any(|colour| *colour != ratatui::style::Color::Reset)
        });
        assert!(!coloured, "colour on a terminal without:\n{screen}");
    }
    terminal.keys("<esc>1").await.shows("! 1 stopped").shows("stopped 7m00");
}

#[tokio::test]
async fn a_hundred_thousand_rows_are_walked_without_loading_them() {
    let floor = FloorPlant::new().await;
    floor
        .sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
             INSERT INTO t_work_order (client_id, work_order_id, product_id, quantity, status, priority, created_by, created_at,
               updated_by, updated_at, version)
             SELECT 'ACME', printf('X%06d', i), 'P1', i, 'planned', 'standard', 'x', 0, 'x', 0, 1 FROM n",
        )
        .await;
    let mut terminal = Terminal::open(&floor.test.plant, 80, 24).await;
    terminal.keys(&format!("olga<enter>{PASSWORD}<enter>7")).await.shows("1 of more than 10000");
    let loaded = |terminal: &Terminal| {
        let screen = terminal.dashboard.model().lists.get(List::WorkOrders).unwrap();
        screen.page.value().unwrap().rows.len()
    };
    terminal.keys("G").await.shows("10000 of more than 10000");
    assert!(loaded(&terminal) <= 200);
    terminal.keys("<pageup><pageup><up>").await.shows("9965 of more than 10000");
    terminal.keys("g").await.shows("1 of more than 10000");
    terminal.keys("/X05000").await.shows("of 10");
    assert!(loaded(&terminal) <= 200);
}
