//! Text that could steer a terminal, disguise itself or become a formula: no entry takes it, and where somebody has planted
//! it in the database all the same, nothing lets it out.

use super::plant::{ADMIN_PASSWORD, FloorPlant, MONDAY_TEN, PASSWORD, secret};
use super::program::Home;
use super::scene::Scene;
use super::terminal::Terminal;
use kpi_ops::domain::clock::{PlantClock, ProductionDate};
use kpi_ops::domain::hold::HoldStep;
use kpi_ops::domain::id::EntryId;
use kpi_ops::domain::scope::ScopedClient;
use kpi_ops::domain::text::is_forbidden;
use kpi_ops::service::clock::Clock;
use kpi_ops::service::{ClientSettings, DatabaseUrl, Entity, Import, LoginOutcome, Plant};
use kpi_ops::tui::capability::Capability;
use kpi_ops::tui::form::field::FieldKind;
use kpi_ops::tui::form::own::Own;
use kpi_ops::tui::form::plant::PlantForm;
use kpi_ops::tui::form::row::RowForm;
use kpi_ops::tui::form::{Form, FormKind};
use kpi_ops::tui::layer::Layer;

/// One text of each sort. Control characters that a terminal's input filters are in those for files and arguments too.
const HOSTILE: [&str; 7] = [
    "x\u{202e}y",
    "x\u{e0041}y",
    "x\u{200b}y",
    "x\u{301}\u{301}\u{301}\u{301}\u{301}",
    "\u{301}x",
    "x\u{fe0f}y",
    "x\u{feff}y",
];
const STEERING: [&str; 4] = ["x\u{1b}[2Jy", "x\u{9b}31my", "x\u{1b}]0;title\u{7}y", "x\ny"];

fn is_fit(text: &str) -> bool {
    !text.chars().any(|character| character != '\n' && is_forbidden(character))
}

/// Every form. One that is new goes here, or this does not compile.
pub(super) fn forms() -> Vec<FormKind> {
    let entry = EntryId(uuid::Uuid::nil());
    let known = |kind: &FormKind| match kind {
        FormKind::LogIn
        | FormKind::SetPassword
        | FormKind::FirstAdmin
        | FormKind::Own(_)
        | FormKind::Count
        | FormKind::StartStop
        | FormKind::PastStop
        | FormKind::ClassifyStop(_)
        | FormKind::CorrectCount(_)
        | FormKind::CorrectStop(_)
        | FormKind::SplitStop(_)
        | FormKind::CloseShift(..)
        | FormKind::ReopenShift(..)
        | FormKind::OpenHold(_)
        | FormKind::StepHold(..)
        | FormKind::AddClient
        | FormKind::AddUser
        | FormKind::AddLine
        | FormKind::AddProduct
        | FormKind::AddShift
        | FormKind::Window => (),
        FormKind::Plant(form) => match form {
            PlantForm::Inspection
            | PlantForm::CorrectInspection(..)
            | PlantForm::OfferedHold(..)
            | PlantForm::Row(_)
            | PlantForm::Deliver(..)
            | PlantForm::Attendance(..)
            | PlantForm::Cover(..)
            | PlantForm::SignHour(_)
            | PlantForm::Settings(_) => (),
        },
    };
    let settings = ClientSettings { two_person_release: true, bradford: false, correction_days: 7, stages: Vec::new() };
    let of_plant = [
        PlantForm::Inspection,
        PlantForm::CorrectInspection(entry, 1),
        PlantForm::Deliver("W1".parse().unwrap(), 1),
        PlantForm::Settings(Box::new(settings)),
    ];
    let rows = Entity::ALL.iter().map(|&entity| PlantForm::Row(RowForm { entity, known: None }));
    let of_plant = of_plant.into_iter().chain(rows).map(FormKind::Plant);
    let mut forms = vec![
        FormKind::LogIn,
        FormKind::SetPassword,
        FormKind::FirstAdmin,
        FormKind::Own(Own::ChangePassword),
        FormKind::Count,
        FormKind::StartStop,
        FormKind::PastStop,
        FormKind::ClassifyStop(entry),
        FormKind::CorrectCount(entry),
        FormKind::CorrectStop(entry),
        FormKind::SplitStop(entry),
        FormKind::CloseShift(ProductionDate(20_000), "E".parse().unwrap()),
        FormKind::ReopenShift(ProductionDate(20_000), "E".parse().unwrap()),
        FormKind::OpenHold(HoldStep::Request),
        FormKind::StepHold(entry, 1, HoldStep::Release),
        FormKind::AddClient,
        FormKind::AddUser,
        FormKind::AddLine,
        FormKind::AddProduct,
        FormKind::AddShift,
        FormKind::Window,
    ];
    forms.extend(of_plant);
    forms.iter().for_each(known);
    forms
}

#[test]
fn no_field_of_any_form_takes_hostile_text_and_the_refusal_names_the_field() {
    let clock = PlantClock::parse("Europe/Vienna").unwrap();
    let client = ScopedClient { client_id: "ACME".parse().unwrap(), name: "ACME".into(), clock };
    let mut checked = 0;
    for kind in forms() {
        for hostile in HOSTILE.iter().chain(&STEERING) {
            let mut form = Form::new(kind.clone(), Some(client.clone()));
            for index in 0..form.fields.len() {
                let field = &mut form.fields[index];
                if field.kind == FieldKind::Secret {
                    continue;
                }
                field.paste(hostile);
                // Of what steers a terminal nothing comes in at all.
                assert!(!field.text.chars().any(char::is_control), "{kind:?} {}", field.name);
                if HOSTILE.contains(hostile) {
                    let refused = field.check(&[], Some(clock), MONDAY_TEN).unwrap_err();
                    assert_eq!(refused.field, field.name, "{kind:?} {hostile:?}");
                    assert!(field.text.contains(hostile.trim()), "{kind:?}: what was typed is kept");
                    checked += 1;
                }
            }
            form.submit(MONDAY_TEN);
            let texts = form.fields.iter().filter(|field| field.kind != FieldKind::Secret);
            for field in texts.filter(|_| HOSTILE.contains(hostile)) {
                assert!(field.reject.is_some(), "{kind:?} {} {hostile:?}", field.name);
            }
        }
    }
    assert!(checked > 100, "{checked}");
}

#[test]
fn a_secret_is_masked_on_every_form_and_takes_a_paste() {
    let mut masked = 0;
    for kind in forms() {
        let mut scene = Scene::new(Capability::PLAIN, &["ACME"]);
        let mut form = Form::new(kind, None);
        form.fields.iter_mut().filter(|field| field.kind == FieldKind::Secret).for_each(|field| {
            field.paste("pasted-secret-9");
            assert_eq!(field.text, "pasted-secret-9");
            masked += 1;
        });
        scene.model.layers.push(Layer::Form(Box::new(form)));
        let screen = scene.at(80, 24);
        assert!(!screen.contains("pasted") && !screen.contains("secret-9"), "{screen}");
    }
    assert!(masked >= 6, "{masked}");
}

#[tokio::test]
async fn the_way_out_stands_on_every_screen() {
    let floor = FloorPlant::new().await;
    let mut terminal = Terminal::open(&floor.test.plant, 80, 24).await;
    assert!(!terminal.screen().contains("Switch user"), "nobody is in yet");
    terminal.keys(&format!("anna<enter>{ADMIN_PASSWORD}<enter>")).await;
    for digit in 1..=9 {
        terminal.keys(&digit.to_string()).await.shows("q Quit");
    }
    terminal.keys("c").await.hides("Switch user");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_column_of_every_import_refuses_hostile_text_by_its_name() {
    let mut home = Home::new();
    let database = format!("sqlite:{}", home.path().join("demo.db").display());
    let filled = ["demo", "--no-open", "--clients", "1", "--days", "8", "--database", &database];
    assert_eq!(home.call(&filled).code, 0);
    home.uses(&database);
    home.acts_as("anna", "good-shift-1");
    let plant = Plant::open(&DatabaseUrl::parse(&database).unwrap(), Clock::System).await.unwrap();
    let Ok(LoginOutcome::In(desk)) = plant.login("anna", &secret("good-shift-1"), "tty").await else {
        panic!("no desk")
    };
    let client = desk.clients()[0].client_id.to_string();
    let mut texts = HOSTILE.iter().chain(&STEERING).cycle();
    for &entity in Entity::ALL {
        let name = entity.as_str();
        let export = ["export", name, "--from", "2020-01-01", "--to", "2030-12-31", "--client", &client];
        let csv = home.call(&[&export[..], &["--format", "csv"]].concat());
        assert_eq!(csv.code, 0, "{}", csv.err);
        let mut rows = csv::Reader::from_reader(csv.out.as_bytes());
        let columns: Vec<String> = rows.headers().unwrap().iter().map(ToOwned::to_owned).collect();
        // The newest one: its shift may still be changed.
        let row = rows.records().last().unwrap_or_else(|| panic!("the demo has no {name}")).unwrap();
        for (place, column) in columns.iter().enumerate() {
            let hostile = texts.next().unwrap();
            let path = home.path().join("rows.csv");
            let mut file = csv::Writer::from_path(&path).unwrap();
            file.write_record(&columns).unwrap();
            // An entry with a key that is known is left alone before anything else is looked at.
            let key = format!("new-{place}");
            let fields = row.iter().zip(&columns).enumerate().map(|(at, (field, column))| match column.as_str() {
                _ if at == place => hostile,
                "id" => key.as_str(),
                _ => field,
            });
            file.write_record(fields).unwrap();
            file.flush().unwrap();
            let import = Import { entity, file: &path, client: Some(&client), dry_run: false, all_or_nothing: false };
            let report = desk.import(&import, |_| {}).await.unwrap();
            assert_eq!((report.rejected, report.new, report.updated), (1, 0, 0), "{name} {column} {hostile:?}");
            assert_eq!(&report.refusals[0].1.field, column, "{name} {hostile:?}: {}", report.refusals[0].1);
        }
    }
    plant.close().await;
}

#[test]
fn the_file_of_rejected_rows_holds_no_formula_and_can_be_mended_and_imported() {
    let home = Home::with_admin();
    home.call(&["client", "add", "ACME", "--name", "Acme"]).done();
    let lines = "line_id,name,micro_stop_minutes\n=L1,@SUM(A1),-2+3\n'=L2,One,x\n";
    std::fs::write(home.path().join("lines.csv"), lines).unwrap();
    let ended = home.call(&["import", "lines", "lines.csv", "--client", "ACME"]);
    assert_eq!(ended.code, 3, "{}", ended.err);
    let rejected = std::fs::read_to_string(home.path().join("lines.rejected.csv")).unwrap();
    for row in csv::Reader::from_reader(rejected.as_bytes()).records() {
        for field in &row.unwrap() {
            assert!(!field.starts_with(['=', '+', '-', '@']), "{field}");
        }
    }
    let mended = rejected.replace("'-2+3", "2").replace(",x,", ",2,");
    std::fs::write(home.path().join("mended.csv"), mended).unwrap();
    home.call(&["import", "lines", "mended.csv", "--client", "ACME"]).done();
    let out = home.call(&["export", "lines", "--from", "2020-01-01", "--to", "2020-01-02", "--format", "json"]).out;
    assert!(out.contains("\"=L1\"") && out.contains("\"@SUM(A1)\"") && out.contains("\"=L2\""), "{out}");
}

#[test]
fn no_argument_takes_hostile_text_and_what_is_said_of_it_steers_nothing() {
    let home = Home::with_admin();
    home.call(&["client", "add", "ACME", "--name", "Acme"]).done();
    std::fs::write(home.path().join("lines.csv"), "line_id,name\nL1,One\n").unwrap();
    let dates = ["--from", "2026-01-01", "--to", "2026-01-31"];
    let calls: [&[&str]; 26] = [
        &["client", "add", "@", "--name", "New"],
        &["client", "add", "NEW", "--name", "@"],
        &["client", "add", "NEW", "--name", "New", "--time-zone", "@"],
        &["client", "disable", "@"],
        &["client", "enable", "@"],
        &["user", "add", "@", "--role", "OPERATOR", "--client", "ACME"],
        &["user", "add", "new", "--role", "OPERATOR", "--client", "@"],
        &["user", "add", "new", "--role", "OPERATOR", "--client", "ACME", "--name", "@"],
        &["user", "add", "new", "--role", "@", "--client", "ACME"],
        &["user", "disable", "@"],
        &["user", "enable", "@"],
        &["user", "assign", "@", "--client", "ACME"],
        &["user", "assign", "anna", "--client", "@"],
        &["user", "unassign", "@", "--client", "ACME"],
        &["user", "reset", "@"],
        &["user", "role", "@", "LEADER"],
        &["import", "@", "lines.csv", "--client", "ACME"],
        &["import", "lines", "@", "--client", "ACME"],
        &["import", "lines", "lines.csv", "--client", "@"],
        &["export", "@"],
        &["export", "lines", "--client", "@"],
        &["kpi", "--client", "@"],
        &["kpi", "--by", "@"],
        &["report", "daily", "-o", "r.txt", "--client", "@"],
        &["recalculate", "--client", "@"],
        &["--user", "@", "client", "list"],
    ];
    for call in calls {
        // One of each sort for each argument would take minutes, because every call hashes a password.
        let hostile =
            HOSTILE.iter().chain(&STEERING).nth(call.concat().len() % (HOSTILE.len() + STEERING.len())).unwrap();
        let mut arguments: Vec<&str> = call.iter().map(|part| if *part == "@" { *hostile } else { *part }).collect();
        if ["export", "kpi", "recalculate"].contains(&call[0]) {
            arguments.extend(dates);
        }
        let ended = home.call(&arguments);
        assert_ne!(ended.code, 0, "{call:?} with {hostile:?}: {}", ended.out);
        assert!(is_fit(&ended.out) && is_fit(&ended.err), "{call:?} with {hostile:?}: {:?}", ended.err);
    }
    let (clients, users) = (home.call(&["client", "list"]).done(), home.call(&["user", "list"]).done());
    assert_eq!((clients.lines().count(), users.lines().count()), (2, 2), "{clients}{users}");
}

/// A plant in whose rows somebody has planted texts past every door.
async fn planted() -> FloorPlant {
    let floor = FloorPlant::new().await;
    let mut olga = Terminal::open(&floor.test.plant, 80, 24).await;
    olga.keys(&format!("olga<enter>{PASSWORD}<enter>2n240<f2>")).await.shows("✓");
    olga.keys("3s1<enter>").await.shows("✓");
    olga.keys("4nW1<enter>40<enter>1<enter>").await.shows("✓");
    for sql in [
        "UPDATE t_client SET name = name || char(27) || '[2J' || char(8238) || '<planted>'",
        "UPDATE t_production_line SET name = '=1' || char(27) || ']0;owned' || char(7)",
        "UPDATE t_product SET name = 'W' || char(155) || '31m' || char(917569) || '&'",
        "UPDATE t_shift SET name = 'S' || char(10) || char(8203)",
        "UPDATE t_downtime_reason SET name = 'R' || char(13) || char(10) || char(27) || 'c'",
        "UPDATE t_hold_reason SET name = 'H' || char(0x2066) || char(27) || '[31m'",
        "UPDATE t_production_entry SET notes = 'N' || char(27) || '[1;1H' || char(0x301) || char(0x301) || char(0x301) || char(0x301) || char(0x301)",
        "UPDATE t_user_account SET full_name = 'U' || char(27) || '[8m' || char(0xfeff)",
    ] {
        floor.sql(&format!("PRAGMA ignore_check_constraints = ON; {sql}")).await;
    }
    floor
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_planted_in_the_database_does_not_reach_the_screen() {
    let floor = planted().await;
    let mut terminal = Terminal::open(&floor.test.plant, 120, 40).await;
    terminal.keys(&format!("anna<enter>{ADMIN_PASSWORD}<enter>")).await;
    let mut shown = 0;
    let walk = [
        "1",
        "<enter>",
        "<esc>2",
        "<enter>",
        "<esc>n",
        "<esc>3",
        "<enter>",
        "<esc>4",
        "<enter>",
        "<esc>5",
        "6",
        "7",
        "8",
        "<enter>",
        "<esc>9",
        "]",
        "]",
        "]",
        "]",
        "]",
        "]",
        "]",
        "<enter>",
        "<esc>]",
        "c",
        "<esc>:line",
        "<esc>?",
    ];
    for keys in walk {
        terminal.keys(keys).await;
        let screen = terminal.screen();
        assert!(is_fit(&screen), "after {keys}:\n{}", screen.escape_debug());
        shown += screen.matches('\u{fffd}').count();
    }
    assert!(shown > 10, "what was planted was not in view at all: {shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_planted_in_the_database_does_not_reach_a_file_or_a_line() {
    let floor = planted().await;
    let mut home = Home::new();
    home.uses(&format!("sqlite:{}", floor.test.folder.path().join("plant.db").display()));
    home.acts_as("anna", ADMIN_PASSWORD);
    let dates = ["--from", "2026-05-01", "--to", "2026-05-31"];
    let mut replaced = 0;
    for call in [
        &["client", "list"][..],
        &["user", "list"],
        &["audit"],
        &["export", "lines", "--format", "csv"],
        &["export", "lines", "--format", "json"],
        &["export", "products", "--format", "csv"],
        &["export", "production", "--format", "json"],
        &["export", "codes", "--format", "csv"],
    ] {
        let arguments = if call[0] == "export" { [call, &dates].concat() } else { call.to_vec() };
        let ended = home.call(&arguments);
        assert!(is_fit(&ended.out) && is_fit(&ended.err), "{call:?}: {:?}", ended.out);
        assert!(!ended.out.split([',', '\n']).any(|cell| cell.starts_with(['=', '@', '+'])), "{call:?}: {}", ended.out);
        replaced += ended.out.matches('\u{fffd}').count();
    }
    for file in ["r.txt", "r.html"] {
        let ended = home.call(&["report", "weekly", "--date", "2026-05-18", "-o", file]);
        assert_eq!(ended.code, 0, "{}", ended.err);
        let text = std::fs::read_to_string(home.path().join(file)).unwrap();
        assert!(is_fit(&text), "{file}");
        assert!(!text.contains("<planted>") || file.ends_with("txt"), "{file} holds an element out of a name");
        replaced += text.matches('\u{fffd}').count();
    }
    assert!(replaced > 8, "what was planted was not told at all: {replaced}");
}
