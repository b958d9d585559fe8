//! The plant's day on a server, as people and scripts call the program: what works on a file works there, and the
//! figures are the same.

use super::plant::{Engine, FloorPlant, MONDAY_TEN, PASSWORD, migrated};
use super::program::Home;
use super::terminal::Terminal;
use crate::test_server::TestDatabase;
use kpi_ops::service::clock::Clock;
use kpi_ops::service::{DatabaseUrl, DemoPlan, Entity, Import, Plant};
use rstest::rstest;

const ADMIN: &str = "pferde fressen keine gurken";

/// A home whose database is on a server.
fn home_on(database: &TestDatabase) -> Home {
    let mut home = Home::new();
    home.uses(&database.runtime_url());
    home
}

/// The same with its schema and the ADMIN `anna`, who makes the calls.
fn with_admin(database: &TestDatabase) -> Home {
    let mut home = home_on(database);
    let owner = database.owner_url();
    let arguments = ["init", "--owner-database", &owner, "--admin", "anna", "--password-stdin"];
    let said = home.call_with(&format!("{ADMIN}\n"), &arguments).done();
    assert!(said.contains("is ready; anna is its ADMIN") && !said.contains("a-password-of-tests"), "{said}");
    home.acts_as("anna", ADMIN);
    home
}

fn write(home: &Home, name: &str, content: &str) {
    std::fs::write(home.path().join(name), content).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plant_is_made_and_kept_on_a_server_from_the_command_line() {
    let database = TestDatabase::empty().await;
    let refused = home_on(&database).call(&["client", "list"]).failed(2);
    assert!(refused.contains("--user"), "{refused}");
    let home = with_admin(&database);
    let again = home.call_with("x\n", &["init", "--admin", "eve", "--password-stdin"]).failed(1);
    assert!(again.contains("has an ADMIN already"), "{again}");
    assert!(home.call(&["migrate"]).done().ends_with("is up to date\n"));

    home.call(&["client", "add", "ACME", "--name", "Acme", "--time-zone", "Europe/Vienna"]).done();
    home.call(&["client", "add", "BOLT", "--name", "Bolt", "--time-zone", "Europe/Vienna"]).done();
    let twice = home.call(&["client", "add", "ACME", "--name", "Acme"]).failed(1);
    assert!(twice.contains("ACME"), "{twice}");
    for (login, role, client) in [("lena", "LEADER", "ACME"), ("otto", "LEADER", "BOLT")] {
        let arguments = ["user", "add", login, "--role", role, "--client", client, "--password-stdin"];
        home.call_with("ein langes kennwort 7\n", &arguments).done();
    }
    write(&home, "products.csv", "product_id,name,ideal_cycle_seconds\nP1,Widget,30\n");
    write(&home, "shifts.csv", "shift_id,name,start,end,break_minutes\nE,Early,06:00,14:00,30\n");
    write(&home, "lines.csv", "line_id,name\nL1,Line 1\n");
    write(&home, "orders.csv", "work_order_id,product_id,quantity\nW1,P1,1000\n");
    write(
        &home,
        "counts.csv",
        "production_date,shift_id,line_id,product_id,units,defects,work_order_id\n\
         2026-05-18,E,L1,P1,600,12,W1\n2026-05-19,E,L1,P1,500,0,W1\n",
    );
    write(&home, "stops.csv", "production_date,shift_id,line_id,reason,minutes\n2026-05-18,E,L1,MACHINE_FAILURE,60\n");
    home.call(&["import", "products", "products.csv", "--client", "ACME"]).done();
    home.call(&["import", "shifts", "shifts.csv"]).done();
    for (entity, file) in
        [("lines", "lines.csv"), ("work-orders", "orders.csv"), ("production", "counts.csv"), ("downtime", "stops.csv")]
    {
        for round in ["new", "unchanged"] {
            let done = home.call(&["import", entity, file, "--client", "ACME"]);
            assert_eq!(done.code, 0, "{entity} {round}: {}", done.err);
        }
    }
    let window = ["--from", "2026-05-18", "--to", "2026-05-19"];
    let kpi = |home: &Home, more: &[&str]| -> serde_json::Value {
        let arguments: Vec<_> = ["kpi", "--format", "json"].iter().chain(&window).chain(more).copied().collect();
        serde_json::from_str(&home.call(&arguments).done()).unwrap()
    };
    let figures = &kpi(&home, &[])["groups"][0]["kpis"];
    assert_eq!(figures["quality_rate"]["numerator"], 1088);
    assert_eq!(figures["quality_rate"]["denominator"], 1100);
    assert_eq!(figures["availability"]["numerator"], 840);

    let mut otto = home_on(&database);
    // The key of the audit trail is the same on every machine of the plant.
    let key = ".local/share/kpi-ops/server.audit-key";
    std::fs::create_dir_all(otto.path().join(key).parent().unwrap()).unwrap();
    std::fs::copy(home.path().join(key), otto.path().join(key)).unwrap();
    otto.acts_as("otto", "ein langes kennwort 7");
    assert_eq!(kpi(&otto, &[])["clients"], serde_json::json!(["BOLT"]));
    let absent = |client: &str| otto.call(&["kpi", "--from", "2026-05-18", "--to", "2026-05-18", "--client", client]);
    assert_eq!(absent("ACME").failed(1).replace("ACME", "NONE"), absent("NONE").failed(1));

    let exported = home.call(&["export", "production", window[0], window[1], window[2], window[3], "--format", "csv"]);
    assert_eq!(exported.done().lines().count(), 3);
    home.call(&["report", "daily", "--date", "2026-05-18", "-o", "day.html"]).done();
    assert!(std::fs::read_to_string(home.path().join("day.html")).unwrap().contains("Acme"));
    home.call(&["recalculate", "--client", "ACME", "--from", "2026-05-18", "--to", "2026-05-19"]).done();
    assert!(home.call(&["doctor"]).done().ends_with(": nothing is wrong\n"));
    home.call(&["user", "disable", "otto"]).done();
    assert_eq!(otto.call(&["client", "list"]).code, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_on_a_server_has_the_figures_of_one_in_a_file() {
    let database = TestDatabase::empty().await;
    let owner = database.owner_url();
    let server = home_on(&database);
    server.call(&["migrate", "--owner-database", &owner]).done();
    let mut file = Home::new();
    file.uses(&format!("sqlite:{}", file.path().join("demo.db").display()));
    let mut homes = [(file.path().join("demo.db").display().to_string(), file), (database.runtime_url(), server)];
    for (url, home) in &mut homes {
        let url = if url.starts_with("postgres") { url.clone() } else { format!("sqlite:{url}") };
        // One moment for both, because a demo has a shift that is going on.
        let url = DatabaseUrl::parse(&url).unwrap().with_slots_in(&home.path().join(".local/share/kpi-ops"));
        let plant = Plant::open(&url, Clock::fixed(MONDAY_TEN)).await.unwrap();
        plant.fill_demo(DemoPlan { seed: 5, clients: 3, days: 9 }, |_, _| {}).await.unwrap();
        plant.close().await;
        home.acts_as("anna", "good-shift-1");
    }
    let both = |arguments: &[&str]| {
        homes.each_ref().map(|(_, home)| {
            let ended = home.call(arguments);
            assert_eq!(ended.code, 0, "{arguments:?}: {}", ended.err);
            ended.out + &ended.err
        })
    };
    let window = ["--from", "2026-05-01", "--to", "2026-05-19"];
    for by in ["day", "week", "month", "client", "line", "shift", "product"] {
        let arguments: Vec<_> = ["kpi", "--by", by, "--format", "json"].iter().chain(&window).copied().collect();
        let [on_file, on_server] = both(&arguments);
        assert!(on_file.len() > 1000, "{on_file}");
        assert!(on_file == on_server, "by {by}: {}", first_difference(&on_file, &on_server));
    }
    for entity in Entity::ALL.iter().map(|entity| entity.as_str()).chain(["kpis"]) {
        let arguments: Vec<_> = ["export", entity, "--format", "csv"].iter().chain(&window).copied().collect();
        let [on_file, on_server] = both(&arguments);
        assert!(on_file.lines().count() > 1, "{entity}: {on_file}");
        assert!(on_file == on_server, "{entity}: {}", first_difference(&on_file, &on_server));
    }
    let audits = both(&["audit"]);
    assert!(audits.iter().all(|said| said.contains("100 %")), "{audits:?}");
    let doctors = both(&["doctor"]);
    assert!(doctors.iter().all(|said| said.ends_with(": nothing is wrong\n")), "{doctors:?}");
}

/// What somebody may do to a server's database, and what the audit then says of it.
#[tokio::test(flavor = "multi_thread")]
async fn the_audit_of_a_server_passes_and_finds_what_was_taken_from_it() {
    let database = TestDatabase::empty().await;
    let home = with_admin(&database);
    for client in ["ACME", "BOLT"] {
        home.call(&["client", "add", client, "--name", client]).done();
    }
    let passed = home.call(&["audit"]).done();
    assert!(passed.contains("100 %"), "{passed}");
    let mut owner = database.owner().await;
    for (taken, told) in [
        (
            "ALTER TABLE t_job DISABLE ROW LEVEL SECURITY",
            "job: it does not hold that every table has row-level security",
        ),
        ("ALTER TABLE t_quality_entry NO FORCE ROW LEVEL SECURITY", "quality_entry: it does not hold that every table"),
        ("ALTER TABLE t_audit_entry DISABLE TRIGGER USER", "nothing refuses a"),
    ] {
        sqlx::raw_sql(taken).execute(&mut owner).await.unwrap();
        let found = home.call(&["audit"]);
        assert_eq!(found.code, 5, "{taken}: {}{}", found.out, found.err);
        assert!(found.out.contains(told), "{taken}: {}", found.out);
    }
}

/// What is wrong with a database that a demo cannot fill, and the way out on a server, where no file can be deleted.
#[tokio::test(flavor = "multi_thread")]
async fn a_demo_on_a_server_says_the_way_out_there() {
    let database = migrated().await;
    let home = home_on(&database);
    sqlx::raw_sql(super::demo::UNFINISHED).execute(&mut database.superuser().await).await.unwrap();
    let half = home.call(&["demo", "--no-open"]).failed(1);
    assert!(half.contains("interrupted") && half.contains("drop the database"), "{half}");
    let admin = home.call_with("x\n", &["init", "--admin", "eve", "--password-stdin"]).failed(1);
    assert!(admin.contains("demo that was never filled"), "{admin}");
    let plant = with_admin(&TestDatabase::empty().await).call(&["demo", "--no-open"]).failed(1);
    assert!(plant.contains("holds a plant") && plant.contains("postgres://USER@HOST/DATABASE"), "{plant}");
}

/// What somebody plants into the rows and the walls of many clients, and the row of the audit that says so. Each is
/// planted beside those before.
#[tokio::test(flavor = "multi_thread")]
async fn the_audit_of_many_clients_on_a_server_passes_and_names_what_was_planted() {
    let database = migrated().await;
    let mut home = home_on(&database);
    assert_eq!(home.call(&["demo", "--no-open", "--clients", "12", "--days", "3"]).code, 0);
    home.acts_as("anna", "good-shift-1");
    let passed = home.call(&["audit"]).done();
    assert!(passed.contains("100 %") && passed.contains("12 clients"), "{passed}");
    let mut superuser = database.superuser().await;
    for (planted, told) in [
        (
            "SET session_replication_role = replica;
             INSERT INTO t_job (client_id, job_id, work_order_id, part_number, quantity, completed, scrapped, created_by,
               created_at, updated_by, updated_at, version)
             SELECT 'ALPINE', 'J-OF-ANOTHER', o.work_order_id, 'P', 1, 0, 0, 'x', 0, 'x', 0, 1 FROM t_work_order AS o
             WHERE o.client_id <> 'ALPINE' AND NOT EXISTS (SELECT 1 FROM t_work_order AS own
               WHERE own.client_id = 'ALPINE' AND own.work_order_id = o.work_order_id) LIMIT 1",
            "1 rows have a work_order that is not their client's",
        ),
        (
            "DO $$ DECLARE policy name; BEGIN
               FOR policy IN SELECT p.policyname FROM pg_policies AS p WHERE p.tablename = 't_hold_entry' LOOP
                 EXECUTE format('DROP POLICY %I ON t_hold_entry', policy);
               END LOOP;
             END $$",
            "hold_entry has none: it does not hold that a client's table has the policy",
        ),
        (
            "SET session_replication_role = replica;
             DELETE FROM t_audit_entry AS e WHERE e.client_id = 'CORVA'
               AND e.seq = (SELECT max(last.seq) FROM t_audit_entry AS last WHERE last.client_id = 'CORVA')",
            "was cut off",
        ),
        ("DROP TABLE t_defect_detail CASCADE", "defect_detail is not there"),
    ] {
        sqlx::raw_sql(planted).execute(&mut superuser).await.unwrap();
        let found = home.call(&["audit"]);
        assert_eq!(found.code, 5, "{planted}: {}{}", found.out, found.err);
        assert!(found.out.contains(told), "{planted}: {}", found.out);
    }
}

/// The dashboard's day on a server: in, a count, a stop, taken back, the figures.
#[tokio::test(flavor = "multi_thread")]
async fn the_dashboard_counts_stops_takes_back_and_shows_the_figures_on_a_server() {
    let floor = FloorPlant::on(Engine::Server).await;
    let mut terminal = Terminal::open(&floor.test.plant, 80, 24).await;
    terminal.keys(&format!("olga<enter>{PASSWORD}<enter>")).await.shows("ACME").hides("RIVAL");
    terminal.keys("2n120<enter>").await.shows("✓ 120 units on Line 1 saved");
    assert_eq!(floor.number("SELECT units FROM t_tally_day WHERE client_id = 'ACME'").await, 120);
    terminal.keys("1s").await.keys("<enter>").await.shows("✓");
    assert_eq!(
        floor.number("SELECT count(*) FROM t_downtime_entry WHERE ended_at IS NULL AND deleted_at IS NULL").await,
        1
    );
    floor.test.clock.advance(2);
    terminal.keys("e").await.shows("✓ Line 1 runs again after 2 min");
    assert_eq!(floor.number("SELECT minutes FROM t_downtime_entry WHERE deleted_at IS NULL").await, 2);
    terminal.keys("u").await.shows("✓");
    assert_eq!(
        floor.number("SELECT count(*) FROM t_downtime_entry WHERE ended_at IS NULL AND deleted_at IS NULL").await,
        1
    );
    terminal.keys("2").await.shows("120");
    terminal.keys("8").await.shows("Availability").shows("OEE");
    terminal.keys("<f3>").await.keys(&format!("rosa<enter>{PASSWORD}<enter>2")).await.shows("RIVAL").hides("120");
}

/// Fails with a deadlock as often as is wanted, past every rollback: a sequence counts on.
const CROSSES: &str = "CREATE SEQUENCE planted;
    CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
      IF nextval('planted') IN (1, 3) THEN RAISE EXCEPTION 'planted' USING ERRCODE = '40P01'; END IF; RETURN NULL; END $$;
    CREATE TRIGGER planted AFTER INSERT ON t_production_line FOR EACH STATEMENT EXECUTE FUNCTION planted()";

#[rstest]
#[case::in_batches(false, 3)]
#[case::as_a_whole(true, 3)]
#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_crosses_somebody_is_done_again_and_every_row_is_there_once(
    #[case] all_or_nothing: bool,
    #[case] records: i64,
) {
    let floor = FloorPlant::on(Engine::Server).await;
    floor.script(CROSSES).await;
    let lines: String = (0..2_500).map(|number| format!("X{number},Line {number}\n")).collect();
    let file = floor.test.folder.path().join("lines.csv");
    std::fs::write(&file, format!("line_id,name\n{lines}")).unwrap();
    let import = Import { entity: Entity::Lines, file: &file, client: Some("ACME"), dry_run: false, all_or_nothing };
    let report = floor.desk("paul").await.import(&import, |_| {}).await.unwrap();
    assert_eq!((report.read, report.new, report.rejected), (2_500, 2_500, 0));
    assert_eq!(floor.number("SELECT count(*) FROM t_production_line WHERE line_id LIKE 'X%'").await, 2_500);
    assert_eq!(floor.number("SELECT count(*) FROM t_audit_entry WHERE action = 'import'").await, records);
    assert!(floor.number("SELECT last_value FROM planted").await > 3, "it was done again");
}

/// Where two long texts part.
fn first_difference(one: &str, other: &str) -> String {
    let same = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    let around = |text: &str| {
        String::from_utf8_lossy(&text.as_bytes()[same.saturating_sub(150)..text.len().min(same + 150)]).into_owned()
    };
    format!("\n{}\n{}", around(one), around(other))
}
