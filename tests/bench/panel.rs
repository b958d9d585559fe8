//! Rows 1 to 4 and 6: the KPI panel with its daily trend, from the database, from memory, and in a new process.

use crate::duck::Duck;
use crate::measure::{Table, median, timed};
use crate::plant::{NOW, PlantFile, client_key};
use crate::write::count_of;
use kpi_ops::domain::clock::{PlantClock, ProductionDate};
use kpi_ops::kpi::{Kpi, Span};
use kpi_ops::service::{Answer, Command, Desk, DetailQuery, KpiScreen, PanelWindow, Place, Query};
use std::path::Path;

/// Who is asked for, and over how many days.
const SCOPES: [(&str, &str, usize, i32, f64); 4] = [
    ("1", "KPI panel with daily trend, one client, 365 days", 1, 365, 8.0),
    ("1", "the same, 30 days", 1, 30, 25.0),
    ("2", "the same, 10 clients, 365 days", 10, 365, 4.0),
    ("2", "the same, all 50 clients, 365 days", 50, 365, 2.0),
];
/// Rounds in which ours and theirs take turns.
const ROUNDS: usize = 15;

/// Yesterday by the plant's clocks: the last day on which every shift has begun.
fn last_day() -> ProductionDate {
    PlantClock::new(chrono_tz::UTC).date(NOW).plus_days(-1)
}

/// A window of so many days.
fn window(to: ProductionDate, days: i32) -> PanelWindow {
    PanelWindow::Dates { from: to.plus_days(1 - days), to }
}

/// The question that DuckDB is asked, as one statement and as several: each day from the first to the last.
fn question(clients: usize, from: ProductionDate, to: ProductionDate) -> [Vec<String>; 2] {
    let keys: Vec<_> = (0..clients).map(|number| format!("'{}'", client_key(number))).collect();
    let end = PlantClock::new(chrono_tz::UTC).at_minute(to, 1440).0.min(NOW.0);
    let numbers = [("{from}", i64::from(from.0)), ("{to}", i64::from(to.0)), ("{end}", end)];
    let sql = include_str!("kpi.sql").replace("{clients}", &keys.join(", "));
    let sql = numbers.iter().fold(sql, |sql, (place, number)| sql.replace(place, &number.to_string()));
    let blocks = sql.split("\n-- ").skip(2).filter_map(|block| block.split_once('\n'));
    let (names, blocks): (Vec<_>, Vec<_>) = blocks.map(|(name, sql)| (name, sql.trim().to_owned())).unzip();
    let (days, states) = names.split_at(5);
    let tables: Vec<_> = names.iter().zip(&blocks).map(|(name, sql)| format!("{name} AS ({sql})")).collect();
    let days: Vec<_> = days.iter().map(|name| format!("LEFT JOIN {name} USING (production_date)")).collect();
    let states: Vec<_> = states.iter().map(|name| format!("CROSS JOIN {name}")).collect();
    let one = format!(
        "WITH {} SELECT * FROM (SELECT unnest(range({}, {} + 1))::INT AS production_date) AS days {} {}",
        tables.join(", "),
        from.0,
        to.0,
        days.join(" "),
        states.join(" ")
    );
    [vec![one], blocks]
}

/// The question for the days of a window and of the window before it, which the panel shows too.
fn with_before(clients: usize, to: ProductionDate, days: i32) -> [Vec<String>; 2] {
    question(clients, to.plus_days(1 - 2 * days), to)
}

/// The panel of a desk.
async fn ask(desk: &Desk, window: PanelWindow) -> Box<KpiScreen> {
    match desk.ask(Query::KpiPanel { window }).await.expect("a panel") {
        Answer::KpiPanel(screen) => screen,
        other => panic!("{other:?}"),
    }
}

/// A desk with so many clients in view, whose connections are open, whose statements are prepared, and whose memory holds
/// no day of the window: two questions at once open both of its readers.
async fn fresh(desk: &Desk, clients: usize, days: i32) -> Desk {
    let keys = (0..clients).map(|number| client_key(number).parse().expect("a key")).collect();
    let fresh = desk.narrow(Some(keys)).await.expect("a narrower desk");
    let earlier = window(last_day().plus_days(-1000), days.min(30));
    tokio::join!(ask(&fresh, earlier), ask(&fresh, earlier));
    fresh
}

/// Microseconds of the panel read from the database.
async fn read(desk: &Desk, clients: usize, days: i32) -> f64 {
    let fresh = fresh(desk, clients, days).await;
    let (time, _) = timed(ask(&fresh, window(last_day(), days))).await;
    fresh.leave().await;
    time
}

/// Ours and DuckDB's figures are the same, before anybody is timed.
async fn agree(desk: &Desk, duck: &mut Duck) {
    let (to, days) = (last_day().plus_days(-3), 365);
    duck.prepare("check", &question(1, to.plus_days(1 - days), to));
    let theirs = duck.sums("check");
    let one = fresh(desk, 1, days).await;
    let ours = *ask(&one, window(to, days)).await.tally();
    let pairs = [
        ("line_shifts", i128::from(ours.line_shifts)),
        ("planned_minutes", i128::from(ours.planned_minutes)),
        ("planned_stop_minutes", i128::from(ours.planned_stop_minutes)),
        ("unplanned_stop_minutes", i128::from(ours.unplanned_stop_minutes)),
        ("unplanned_stops", i128::from(ours.unplanned_stops)),
        ("units", i128::from(ours.units)),
        ("defects", i128::from(ours.defects)),
        ("earned_millis", ours.earned_millis),
        ("labour_millis", ours.labour_millis),
        ("inspected", i128::from(ours.inspected)),
        ("passed", i128::from(ours.passed)),
        ("opportunity_defects", i128::from(ours.opportunity_defects)),
        ("opportunities", ours.opportunities),
        ("scheduled_minutes", i128::from(ours.scheduled_minutes)),
        ("absence_minutes", i128::from(ours.absence_minutes)),
        ("covered_minutes", i128::from(ours.covered_minutes)),
        ("due_orders", i128::from(ours.due_orders)),
        ("on_time_orders", i128::from(ours.on_time_orders)),
        ("in_full_orders", i128::from(ours.in_full_orders)),
    ];
    for (name, ours) in pairs {
        assert_eq!(theirs.get(name).copied(), Some(ours), "{name}: DuckDB and the plant must agree");
    }
    one.leave().await;
    eprintln!("DuckDB and the plant agree on {} sums of 365 days", pairs.len());
}

/// Rows 1 and 2, and with another plant row 4.
pub async fn panels(table: &mut Table, desk: &Desk, small: Option<&Desk>, mut duck: Result<&mut Duck, &str>) {
    if let Ok(duck) = &mut duck {
        agree(desk, duck).await;
    }
    let mut growth = Vec::new();
    for (number, what, clients, days, budget) in SCOPES {
        let name = format!("panel_{clients}_{days}");
        if let Ok(duck) = &mut duck {
            duck.prepare(&name, &with_before(clients, last_day(), days));
        }
        let (mut ours, mut theirs, mut tenth) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(read(desk, clients, days).await);
            if let Some(small) = small {
                tenth.push(read(small, clients, days).await);
            }
            if let Ok(duck) = &mut duck {
                theirs.push(duck.time(&name, 3));
            }
        }
        let ours = median(ours);
        match &duck {
            Ok(_) => table.faster(number, what, budget, ours, median(theirs)),
            Err(why) => table.missing(number, what, &format!("≥ {budget} ×"), why),
        }
        growth.push((what, ours, median(tenth)));
    }
    if small.is_some() {
        for (what, ours, tenth) in growth {
            table.at_most("4", &format!("growth from the small plant: {what}"), 1.05, ours, tenth);
        }
    }
}

/// Row 3: the panel of a year from memory, after somebody else saved a count.
pub async fn memory(table: &mut Table, desk: &Desk, other: &Desk, duck: Result<&mut Duck, &str>) {
    let what = "the same again from memory, after someone else's commit";
    let one = fresh(desk, 1, 365).await;
    ask(&one, window(last_day(), 365)).await;
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let saved = other.run(Command::LogCount(count_of(other, 0, 7))).await.expect("a count is saved");
        times.push(timed(ask(&one, window(last_day(), 365))).await.0);
        other.run(saved.undo.expect("a count can be taken back")).await.expect("a count is taken back");
    }
    one.leave().await;
    match duck {
        Ok(duck) => table.faster("3", what, 100.0, median(times), duck.time("panel_1_365", 9)),
        Err(why) => table.missing("3", what, "≥ 100 ×", why),
    }
}

/// The causes of row 5: what a year of stops and of defects is made of, as the detail of a KPI asks for them.
const CAUSES: [(&str, Kpi, &str); 2] = [
    (
        "stops",
        Kpi::Availability,
        "SELECT reason, sum(minutes) AS minutes, count(*) AS stops FROM downtime_entry WHERE client_id = 'C00'
         AND production_date BETWEEN {from} AND {to} AND minutes IS NOT NULL GROUP BY ALL ORDER BY minutes DESC",
    ),
    (
        "defects",
        Kpi::Ppm,
        "SELECT defect_type, sum(count) AS defects FROM defect_detail WHERE client_id = 'C00'
         AND production_date BETWEEN {from} AND {to} GROUP BY ALL ORDER BY defects DESC",
    ),
];

/// Row 5: causes.
pub async fn causes(table: &mut Table, desk: &Desk, mut duck: Result<&mut Duck, &str>) {
    for (name, kpi, sql) in CAUSES {
        let what = format!("Pareto of {name}, one client, 365 days");
        let (from, to) = (last_day().plus_days(-364), last_day());
        if let Ok(duck) = &mut duck {
            let sql = sql.replace("{from}", &from.0.to_string()).replace("{to}", &to.0.to_string());
            duck.prepare(name, &[vec![sql]]);
        }
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let one = fresh(desk, 1, 365).await;
            let query =
                |window| Query::KpiCauses(DetailQuery { kpi, window, place: Place::default(), span: Span::Day });
            one.ask(query(window(last_day().plus_days(-1000), 30))).await.expect("causes");
            let (time, causes) = timed(one.ask(query(window(to, 365)))).await;
            causes.expect("causes");
            ours.push(time);
            one.leave().await;
            if let Ok(duck) = &mut duck {
                theirs.push(duck.time(name, 3));
            }
        }
        match &duck {
            Ok(_) => table.faster("5", &what, 4.0, median(ours), median(theirs)),
            Err(why) => table.missing("5", &what, "≥ 4 ×", why),
        }
    }
}

/// Row 6: the first panel of a process that was just begun; the file was evicted.
pub fn cold(table: &mut Table, plant: &PlantFile, duck: Result<&mut Duck, &str>) {
    let what = "first panel in a new process, file not in cache";
    let Ok(duck) = duck else { return table.missing("6", what, "≥ 15 ×", "no DuckDB") };
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..7 {
        evict(&plant.path);
        let mut command = std::process::Command::new(std::env::current_exe().expect("this program"));
        let output = command.arg("--first-panel").arg(&plant.path).output().expect("a new process");
        let said = String::from_utf8_lossy(&output.stdout).trim().parse();
        ours.push(said.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr))));
        theirs.push(duck.cold(&with_before(1, last_day(), 365), evict));
    }
    table.faster("6", what, 15.0, median(ours), median(theirs));
}

/// Reads a panel of the small plant so many times, each time of another window, for a profile.
pub async fn again_and_again(clients: usize, days: i32, rounds: i32) {
    let plant = PlantFile::ready(crate::plant::Size::Small).await.open().await;
    let desk = fresh(&crate::lists::desk(&plant).await, clients, days).await;
    let mut times = Vec::new();
    for round in 0..rounds {
        times.push(timed(ask(&desk, window(last_day().plus_days(-(round % 2)), days))).await.0);
    }
    println!("{}", crate::measure::time(median(times)));
}

/// In the new process: opening the plant and the first panel. The password's hash, which is meant to be slow, is
/// left out by looking again with new connections, to a file that was evicted again.
pub async fn first(path: &Path) {
    let file = PlantFile { size: crate::plant::Size::Big, path: path.to_path_buf() };
    let (opening, plant) = timed(file.open()).await;
    let desk = PlantFile::desk(&plant, "paul").await;
    evict(path);
    let (asking, ()) = timed(async {
        let one = desk.narrow(Some(vec![client_key(0).parse().expect("a key")])).await.expect("a narrower desk");
        ask(&one, window(last_day(), 365)).await;
    })
    .await;
    println!("{}", opening + asking);
}

/// Drops a file from the cache of the machine.
fn evict(path: &Path) {
    let file = format!("if={}", path.display());
    let done =
        std::process::Command::new("dd").args([file.as_str(), "iflag=nocache", "count=0", "status=none"]).status();
    assert!(done.is_ok_and(|status| status.success()), "dd drops a file from the cache");
}
