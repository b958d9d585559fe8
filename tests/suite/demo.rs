//! The demo plant: repeatable, plausible, alive at any hour, and only where nothing else is.

use super::plant::{ADMIN_PASSWORD, secret};
use super::program::Home;
use kpi_ops::domain::clock::{Instant, PlantClock};
use kpi_ops::domain::hold::HoldStatus;
use kpi_ops::domain::list::{Cell, List};
use kpi_ops::domain::role::Role;
use kpi_ops::kpi::{By, Kpi};
use kpi_ops::service::clock::Clock;
use kpi_ops::service::{
    Answer, DatabaseUrl, DemoPlan, DemoState, Desk, KpiQuery, ListQuery, LoginOutcome, Plant, Query,
};
use rstest::rstest;
use sqlx::{AssertSqlSafe, ConnectOptions, Row};

/// Wednesday 2026-05-20, 10:17 in Vienna.
const WEDNESDAY: &str = "2026-05-20 10:17";

fn at(local: &str) -> Instant {
    PlantClock::parse("Europe/Vienna").unwrap().parse_instant("at", local).unwrap()
}

/// What is in a database whose filling ended right after its first step.
pub const UNFINISHED: &str =
    "INSERT INTO t_plant_setting (name, value, created_by, created_at, updated_by, updated_at, version)
    VALUES ('demo', '[]', 'demo', 1, 'demo', 1, 1)";

/// A plant that is deleted when this is dropped.
pub struct Demo {
    pub plant: Plant,
    now: Instant,
    folder: tempfile::TempDir,
}

impl Demo {
    async fn empty(local: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let now = at(local);
        let plant = Plant::open(&DatabaseUrl::file(folder.path().join("demo.db")), Clock::fixed(now)).await.unwrap();
        Self { plant, now, folder }
    }

    /// One that is filled at a local time.
    pub async fn filled(local: &str, plan: DemoPlan) -> Self {
        let demo = Self::empty(local).await;
        demo.plant.fill_demo(plan, |_, _| {}).await.unwrap();
        demo
    }

    async fn desk(&self, login: &str) -> Desk {
        let logins = self.plant.demo_logins().await.unwrap();
        let password = &logins.iter().find(|known| known.login == login).unwrap().password;
        match self.plant.login(login, &secret(password), "tty").await.unwrap() {
            LoginOutcome::In(desk) => desk,
            LoginOutcome::SetPassword(_) => panic!("{login} has a password"),
        }
    }

    async fn rows(&self, sql: &str) -> Vec<String> {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(self.folder.path().join("demo.db"));
        let mut connection = options.connect().await.unwrap();
        let rows = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(&mut connection).await.unwrap();
        rows.iter().map(|row| row.get::<String, _>(0)).collect()
    }

    async fn number(&self, sql: &str) -> i64 {
        self.rows(&format!("SELECT CAST(({sql}) AS TEXT)")).await[0].parse().unwrap()
    }

    /// Every value of every table but what rests on chance: passwords' hashes, which are salted, what is sealed with the
    /// database's own key, and the names of triggers.
    async fn everything(&self) -> Vec<String> {
        let mut everything = Vec::new();
        let tables =
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 't\\_%' ESCAPE '\\' ORDER BY name";
        for table in self.rows(tables).await {
            let columns = format!(
                "SELECT name FROM pragma_table_info('{table}') WHERE name NOT IN
                   ('password_hash', 'infix', 'hash', 'previous_hash', 'seal', 'key_mark', 'local_secret')"
            );
            let columns = self.rows(&columns).await.into_iter().map(|name| format!("quote({name})"));
            let list = columns.collect::<Vec<_>>().join(" || ',' || ");
            everything
                .extend(self.rows(&format!("SELECT '{table}: ' || {list} AS row FROM {table} ORDER BY row")).await);
        }
        everything
    }
}

fn small(seed: u64) -> DemoPlan {
    DemoPlan { seed, clients: 2, days: 9 }
}

async fn page(desk: &Desk, list: List, filter: &str) -> Vec<Vec<Cell>> {
    let query = ListQuery { list, filter: filter.into(), sort: None, offset: 0, limit: 1000, within: None };
    match desk.ask(Query::List(query)).await.unwrap() {
        Answer::Page(page) => page.rows.into_iter().map(|row| row.cells).collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_same_seed_on_the_same_day_makes_the_same_plant_and_another_seed_another() {
    let first = Demo::filled(WEDNESDAY, small(7)).await.everything().await;
    let second = Demo::filled(WEDNESDAY, small(7)).await.everything().await;
    let other = Demo::filled(WEDNESDAY, small(8)).await.everything().await;
    assert!(first.len() > 2000, "{} rows", first.len());
    assert!(first == second, "{:?}", first.iter().zip(&second).find(|(one, two)| one != two));
    assert!(first != other);
}

/// The figures of the whole plant: good and bad, and none that a plant cannot have.
#[tokio::test]
async fn the_figures_are_those_of_a_plant() {
    let demo = Demo::filled(WEDNESDAY, DemoPlan { seed: 1, clients: 6, days: 40 }).await;
    let desk = demo.desk("anna").await;
    let today = PlantClock::parse("Europe/Vienna").unwrap().date(demo.now);
    let query = KpiQuery {
        from: today.plus_days(-39),
        to: today.plus_days(-1),
        line_id: None,
        shift_id: None,
        product_id: None,
        by: Some(By::Line),
    };
    let Answer::Kpis(report) = desk.ask(Query::Kpis(query)).await.unwrap() else { panic!("no report") };
    assert_eq!(report.groups.len(), 16);
    let figures = |kpi: Kpi| -> Vec<f64> {
        report.groups.iter().filter_map(|group| group.panel.get(kpi).and_then(kpi_ops::kpi::KpiValue::value)).collect()
    };
    for (kpi, least, most) in [
        (Kpi::Availability, 60.0, 94.0),
        (Kpi::Performance, 85.0, 97.0),
        (Kpi::QualityRate, 95.0, 99.7),
        (Kpi::Oee, 45.0, 90.0),
        (Kpi::Mttr, 5.0, 25.0),
        (Kpi::ScrapRate, 0.1, 2.0),
    ] {
        let values = figures(kpi);
        assert_eq!(values.len(), 16, "{kpi}");
        assert!(values.iter().all(|value| (least..=most).contains(value)), "{kpi} {values:?}");
    }
    let oee = figures(Kpi::Oee);
    let spread = oee.iter().copied().fold(f64::MIN, f64::max) - oee.iter().copied().fold(f64::MAX, f64::min);
    assert!(spread > 10.0, "every line is alike: {oee:?}");

    let fpy = demo
        .rows("SELECT CAST(1000 * sum(passed) / sum(inspected) AS TEXT) FROM t_quality_entry GROUP BY client_id")
        .await;
    assert!(fpy.iter().all(|share| (920..=990).contains(&share.parse::<i64>().unwrap())), "{fpy:?}");
    let overlapping = "SELECT count(*) FROM t_downtime_entry AS a JOIN t_downtime_entry AS b ON a.client_id = b.client_id
        AND a.line_id = b.line_id AND a.entry_id < b.entry_id AND a.started_at < b.ended_at AND b.started_at < a.ended_at";
    assert_eq!(demo.number(overlapping).await, 0);
    assert_eq!(demo.number("SELECT count(*) FROM pragma_foreign_key_check").await, 0);
    let too_fast =
        "SELECT count(*) FROM (SELECT s.planned_minutes * 60000 AS planned, sum(p.units * p.ideal_cycle_ms) AS earned
        FROM t_line_shift AS s JOIN t_production_entry AS p USING (client_id, production_date, shift_id, line_id)
        GROUP BY s.client_id, s.production_date, s.shift_id, s.line_id) WHERE earned > planned";
    assert_eq!(demo.number(too_fast).await, 0);
}

#[tokio::test]
async fn the_plant_has_what_a_visitor_should_see() {
    let demo = Demo::filled(WEDNESDAY, DemoPlan { seed: 1, clients: 6, days: 90 }).await;
    let desk = demo.desk("anna").await;
    let holds = page(&desk, List::Holds, "").await;
    for status in HoldStatus::ALL {
        assert!(holds.iter().any(|cells| cells[1] == Cell::Text(status.to_string())), "no hold is {status}");
    }
    for (what, sql) in [
        ("an order that is late", "SELECT count(*) FROM t_work_order WHERE status = 'in_process' AND required_date < 20592"),
        ("a part of two clients with other opportunities", "SELECT count(*) FROM t_part_opportunities AS a JOIN
            t_part_opportunities AS b USING (part_number) WHERE a.client_id < b.client_id AND a.opportunities_per_unit <> b.opportunities_per_unit"),
        ("a covered absence", "SELECT count(*) FROM t_coverage_entry"),
        ("an hour with a leader's remark", "SELECT count(*) FROM t_hour_sign_off WHERE remark IS NOT NULL"),
        ("a night shift over midnight", "SELECT count(*) FROM t_production_entry WHERE shift_id = 'NIGHT' AND counted_at / 86400000 > production_date"),
        ("an inferred cycle", "SELECT count(*) FROM t_production_entry WHERE standard_source = 'history'"),
        ("a stop without a reason", "SELECT count(*) FROM t_downtime_entry WHERE reason = 'UNCLASSIFIED'"),
        ("a rush order", "SELECT count(*) FROM t_work_order WHERE priority = 'rush'"),
        ("an order to come", "SELECT count(*) FROM t_work_order WHERE status = 'planned'"),
        ("an order on hold as a whole", "SELECT count(*) FROM t_work_order AS o JOIN t_hold_entry AS h USING (client_id, work_order_id)
            WHERE h.status = 'on_hold' AND h.quantity = o.quantity"),
        ("a person at two clients", "SELECT count(*) FROM (SELECT 1 FROM t_employee_client_assignment GROUP BY employee_id HAVING count(*) > 1)"),
        ("a target that was raised", "SELECT count(*) FROM (SELECT 1 FROM t_kpi_target GROUP BY client_id, kpi HAVING count(*) > 1)"),
        ("zones", "SELECT count(DISTINCT time_zone) - 1 FROM t_client"),
    ] {
        assert!(demo.number(sql).await > 0, "there is no {what}");
    }
    let chronic =
        "SELECT count(*) FROM t_downtime_entry WHERE client_id = 'ALPINE' AND line_id = 'L2' AND reason = 'JAM'";
    let elsewhere =
        "SELECT count(*) FROM t_downtime_entry WHERE client_id = 'ALPINE' AND line_id = 'L1' AND reason = 'JAM'";
    assert!(demo.number(chronic).await > 3 * demo.number(elsewhere).await);
    let pool = "SELECT count(*) FROM t_pool_booking AS a JOIN t_pool_booking AS b ON a.employee_id = b.employee_id
        AND a.coverage_id < b.coverage_id AND a.booked_from < b.booked_to AND b.booked_from < a.booked_to";
    assert_eq!(demo.number(pool).await, 0);
}

/// At any hour of the week and on the days when the clocks change, a shift is on, it is going, and nothing of it lies
/// in the future.
#[rstest]
#[case::in_the_morning("2026-05-20 10:17")]
#[case::at_night("2026-05-21 03:40")]
#[case::on_sunday("2026-05-24 17:05")]
#[case::at_the_very_start_of_a_shift("2026-05-20 14:00")]
#[case::a_minute_later("2026-05-20 14:01")]
#[case::at_the_end("2026-05-20 21:59")]
#[case::when_the_clocks_go_forward("2026-03-29 04:30")]
#[case::when_the_clocks_go_back("2026-10-25 05:30")]
#[tokio::test]
async fn a_shift_is_going_on_now(#[case] local: &str) {
    let demo = Demo::filled(local, DemoPlan { seed: 3, clients: 1, days: 3 }).await;
    let Answer::Board(board) = demo.desk("omar").await.ask(Query::Board).await.unwrap() else { panic!("no board") };
    assert_eq!(board.lines.len(), 3);
    assert!(board.lines.iter().all(|line| line.shift.is_some() && line.target.is_some()), "{board:#?}");
    assert_eq!(board.lines.iter().filter(|line| line.running_stop.is_some()).count(), 1);
    let begun = board.lines[0].shift.as_ref().unwrap().starts_at;
    if demo.now.minutes_since(begun) > 45 {
        assert!(board.lines.iter().any(|line| line.made.get() > 0), "{board:#?}");
    }
    let now = demo.now.0;
    for (table, column) in [
        ("production_entry", "counted_at"),
        ("production_entry", "created_at"),
        ("downtime_entry", "started_at"),
        ("downtime_entry", "ended_at"),
        ("quality_entry", "created_at"),
        ("hold_event", "at"),
        ("attendance_entry", "created_at"),
        ("coverage_entry", "created_at"),
        ("line_shift", "starts_at"),
        ("hour_sign_off", "signed_at"),
        ("line_shift", "closed_at"),
        ("work_order", "created_at"),
        ("work_order", "delivered_at"),
        ("work_order", "cancelled_at"),
    ] {
        let later = format!("SELECT count(*) FROM t_{table} WHERE {column} > {now}");
        assert_eq!(demo.number(&later).await, 0, "{table}.{column} lies in the future");
    }
}

#[tokio::test]
async fn everybody_on_the_login_screen_gets_in_and_sees_their_clients() {
    let demo = Demo::filled(WEDNESDAY, DemoPlan { seed: 1, clients: 3, days: 2 }).await;
    let logins = demo.plant.demo_logins().await.unwrap();
    for role in Role::ALL {
        assert!(logins.iter().any(|login| login.role == *role), "nobody is {role}");
    }
    for login in logins {
        let desk = demo.desk(&login.login).await;
        let seen: Vec<_> = desk.clients().iter().map(|client| client.client_id.as_str().to_owned()).collect();
        let said = if login.role.sees_all_clients() { "ALPINE, BERGHOF, CORVA".to_owned() } else { login.clients };
        assert_eq!(seen.join(", "), said, "{}", login.login);
    }
}

#[tokio::test]
async fn a_demo_is_made_only_where_nothing_is() {
    let demo = Demo::empty(WEDNESDAY).await;
    assert_eq!(demo.plant.demo_state().await.unwrap(), DemoState::Blank);
    demo.plant.fill_demo(small(1), |_, _| {}).await.unwrap();
    assert_eq!(demo.plant.demo_state().await.unwrap(), DemoState::Ready);
    let before = demo.everything().await;
    assert!(demo.plant.fill_demo(small(2), |_, _| {}).await.is_err());
    assert_eq!(demo.everything().await, before);

    let plant = Demo::empty(WEDNESDAY).await;
    plant.plant.create_first_admin("vera", "Vera", &secret(ADMIN_PASSWORD)).await.unwrap();
    assert_eq!(plant.plant.demo_state().await.unwrap(), DemoState::Plant);
    let refused = plant.plant.fill_demo(small(1), |_, _| {}).await.unwrap_err().to_string();
    assert!(refused.contains("holds something") && !plant.plant.is_demo().await.unwrap(), "{refused}");
}

/// The process ends in the middle of the filling: nothing of the plant is there, and the next start says what it is.
#[tokio::test]
async fn an_interrupted_filling_leaves_no_half_plant() {
    let demo = Demo::empty(WEDNESDAY).await;
    let plant = demo.plant.clone();
    let (told, hears) = tokio::sync::oneshot::channel();
    let mut told = Some(told);
    let filling = tokio::spawn(async move {
        let progress = |done, _| {
            if done == 2 {
                told.take().map(|told| told.send(()));
            }
        };
        plant.fill_demo(DemoPlan { seed: 1, clients: 6, days: 60 }, progress).await
    });
    hears.await.unwrap();
    filling.abort();
    assert!(filling.await.unwrap_err().is_cancelled());
    let again = Plant::open(demo.plant.url(), Clock::fixed(demo.now)).await.unwrap();
    assert_eq!(again.demo_state().await.unwrap(), DemoState::Unfinished);
    assert!(again.demo_logins().await.unwrap().is_empty());
    assert_eq!(demo.number("SELECT count(*) FROM t_production_entry").await, 0);
    assert_eq!(demo.number("SELECT count(*) FROM t_production_line").await, 0);
}

/// A demo's people are made by its filling; nobody else becomes its first ADMIN when that never came so far.
#[tokio::test]
async fn a_demo_that_ended_before_its_people_were_made_gets_no_other_admin() {
    let demo = Demo::empty(WEDNESDAY).await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(demo.folder.path().join("demo.db"));
    let mut connection = options.connect().await.unwrap();
    sqlx::query(AssertSqlSafe(UNFINISHED)).execute(&mut connection).await.unwrap();
    assert_eq!(demo.plant.demo_state().await.unwrap(), DemoState::Unfinished);
    let refused = demo.plant.create_first_admin("vera", "Vera", &secret(ADMIN_PASSWORD)).await.unwrap_err().to_string();
    assert!(refused.contains("demo that was never filled") && refused.contains("new database"), "{refused}");
    assert_eq!(demo.number("SELECT count(*) FROM t_user_account").await, 0);
}

#[test]
fn the_command_fills_once_then_opens_and_leaves_everything_else_alone() {
    let home = Home::new();
    let fill = ["demo", "--no-open", "--clients", "2", "--days", "3"];
    let first = home.call(&fill);
    assert_eq!(first.code, 0, "{}", first.err);
    assert!(first.out.contains("kpi-ops-demo.db") && first.out.contains("ADMIN"), "{}", first.out);
    assert!(first.err.contains("filling the demo: 3 of 3"), "{}", first.err);
    let again = home.call(&fill).done();
    assert!(again.contains("is a demo already") && again.contains("anna"), "{again}");
    assert!(home.call(&["demo"]).failed(2).contains("needs a terminal"));

    let plant = Home::with_admin();
    let database = format!("sqlite:{}", plant.path().join(".local/share/kpi-ops/kpi-ops.db").display());
    let refused = plant.call(&["demo", "--no-open", "--database", &database]).failed(1);
    assert!(refused.contains("holds a plant") && refused.contains("--database"), "{refused}");
    for nonsense in [["--clients", "0"], ["--clients", "201"], ["--days", "0"], ["--days", "many"], ["--seed", "-1"]] {
        let ended = home.call(&["demo", "--no-open", nonsense[0], nonsense[1]]);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{nonsense:?} {}", ended.err);
    }
}
