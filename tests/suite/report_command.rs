//! `kpi-ops report` as a person or a job calls it, and that screen, report, export and JSON say the same.

use super::kpi_command::kpi_ops;
use super::plant::{FloorPlant, PASSWORD, secret};
use calamine::{Data, Reader, Xlsx, open_workbook};
use kpi_ops::domain::clock::ProductionDate;
use kpi_ops::kpi::{Kpi, KpiValue};
use kpi_ops::service::clock::Clock;
use kpi_ops::service::{Answer, DatabaseUrl, Desk, LoginOutcome, PanelWindow, Plant, Query};
use rstest::rstest;

const DAY: &str = "2026-05-13";

/// ACME with two days of everything, and texts that are not what they seem.
async fn plant() -> FloorPlant {
    let plant = FloorPlant::new().await;
    let files = [
        ("lines", "line_id,name\nL<b>&\"',Evil\nL1,Line 1\n"),
        ("employees", "employee_id,name\n1,Ann\n2,Bob\n"),
        ("part-opportunities", "part_number,opportunities_per_unit\nPN1,7\n"),
        ("targets", "kpi,target,warn\noee,85,80\navailability,90,80\nfpy,99,97\nquality_rate,97,\nabsenteeism,3,6\n"),
        (
            "work-orders",
            "work_order_id,product_id,quantity,started_at,required_date,delivered_at,delivered_quantity\n\
             <script>alert(1)</script>,P1,900,2026-05-02 08:00,,,\nW2,P1,100,,2026-05-12,2026-05-12 09:00,100\n\
             W3,P1,100,,2026-05-13,2026-05-14 09:00,100\n",
        ),
        (
            "production",
            "production_date,shift_id,line_id,product_id,units,defects,scrap,planned_minutes,crew\n\
             2026-05-12,E,L1,P1,811,13,7,450,2\n2026-05-13,E,L1,P1,640,31,17,450,2\n\
             2026-05-13,L,\"L<b>&\"\"'\",P1,333,2,1,437,3\n",
        ),
        (
            "downtime",
            "production_date,shift_id,line_id,reason,minutes\n2026-05-12,E,L1,JAM,17\n2026-05-13,E,L1,MACHINE_FAILURE,71\n\
             2026-05-13,E,L1,JAM,23\n2026-05-13,L,\"L<b>&\"\"'\",UNCLASSIFIED,31\n",
        ),
        (
            "quality",
            "production_date,shift_id,line_id,stage,inspected,passed,part_number\n2026-05-13,E,L1,cut,300,287,PN1\n\
             2026-05-13,E,L1,sew,211,199,PN1\n",
        ),
        (
            "attendance",
            "production_date,shift_id,employee_id,scheduled_minutes,worked_minutes\n2026-05-13,E,1,450,450\n\
             2026-05-13,E,2,450,380\n",
        ),
        (
            "holds",
            "work_order_id,reason,quantity,hold_from\n<script>alert(1)</script>,QUALITY_DOUBT,40,2026-05-10 10:00\n",
        ),
    ];
    for (entity, rows) in files {
        let file = plant.test.folder.path().join(entity).with_extension("csv");
        std::fs::write(&file, rows).unwrap();
        let import = ["import", entity, file.to_str().unwrap(), "--client", "ACME"];
        let (code, out, error) = kpi_ops(&plant, "paul", &import).await;
        assert_eq!(code, 0, "{entity}: {out}{error}");
    }
    plant
}

/// The leader's desk with the clock that the program has: what waits grows older every day.
async fn desk_of_today(plant: &FloorPlant) -> Desk {
    let file = DatabaseUrl::file(plant.test.folder.path().join("plant.db"));
    let today = Plant::open(&file, Clock::System).await.unwrap();
    match today.login("luis", &secret(PASSWORD), "tty").await.unwrap() {
        LoginOutcome::In(desk) => desk,
        LoginOutcome::SetPassword(_) => panic!("luis has a password"),
    }
}

async fn report(plant: &FloorPlant, kind: &str, ending: &str) -> std::path::PathBuf {
    let file = plant.test.folder.path().join("report").with_extension(ending);
    let arguments = ["report", kind, "--date", DAY, "--client", "ACME", "-o", file.to_str().unwrap()];
    let (code, out, error) = kpi_ops(plant, "luis", &arguments).await;
    assert_eq!(code, 0, "{error}");
    assert!(out.starts_with(&format!("{kind} report, 2026-")), "{out}");
    file
}

#[rstest]
#[case("daily", DAY, DAY)]
#[case("weekly", "2026-05-11", "2026-05-17")]
#[case("monthly", "2026-05-01", "2026-05-31")]
#[tokio::test(flavor = "multi_thread")]
async fn screen_report_export_and_json_agree_to_the_last_digit(
    #[case] kind: &str,
    #[case] from: &str,
    #[case] to: &str,
) {
    let plant = plant().await;
    let date = |text| ProductionDate::parse("date", text).unwrap();
    let window = PanelWindow::Dates { from: date(from), to: date(to) };
    let desk = desk_of_today(&plant).await;
    let Answer::KpiPanel(screen) = desk.ask(Query::KpiPanel { window }).await.unwrap() else { panic!("a panel") };
    let values: Vec<&KpiValue> = screen.panel.values().iter().collect();
    let with = |kpi| screen.panel.get(kpi).unwrap().value().is_some();
    assert!(
        [Kpi::Oee, Kpi::Mttr, Kpi::Fpy, Kpi::Rty, Kpi::Dpmo, Kpi::Otd, Kpi::Absenteeism].into_iter().all(with),
        "there are figures to compare"
    );

    let json = ["kpi", "--from", from, "--to", to, "--client", "ACME", "--format", "csv"];
    let (code, csv, error) = kpi_ops(&plant, "luis", &json).await;
    assert_eq!(code, 0, "{error}");
    let of_csv: Vec<Option<f64>> = csv.lines().skip(1).map(|row| row.split(',').nth(4).unwrap().parse().ok()).collect();
    assert_eq!(of_csv, values.iter().map(|value| value.value()).collect::<Vec<_>>());

    let mut book: Xlsx<_> = open_workbook(report(&plant, kind, "xlsx").await).unwrap();
    let sheet = book.worksheet_range("KPIs").unwrap();
    for (row, value) in (5..).zip(&values) {
        assert_eq!(sheet.get_value((row, 2)), Some(&Data::String(value.kpi.to_string())));
        let figure = match sheet.get_value((row, 3)) {
            Some(Data::Float(figure)) => Some(*figure),
            _ => None,
        };
        assert_eq!(figure, value.value(), "{}", value.kpi);
    }

    let html = std::fs::read_to_string(report(&plant, kind, "html").await).unwrap();
    let text = std::fs::read_to_string(report(&plant, kind, "txt").await).unwrap();
    for value in values.iter().filter(|value| value.value().is_some()) {
        let tile = format!("{}</div><div class=\"value\">{}</div>", value.kpi.name(), value.text());
        assert!(html.contains(&tile), "{tile}");
        let line = text.lines().find(|line| line.starts_with(&format!("{} ", value.kpi.name()))).unwrap();
        assert!(line.contains(&value.text()), "{line}");
    }
    if from == to {
        let export = ["export", "kpis", "--from", from, "--to", to, "--client", "ACME", "--format", "csv"];
        let (_, exported, _) = kpi_ops(&plant, "luis", &export).await;
        let exported: Vec<Option<f64>> =
            exported.lines().skip(1).map(|row| row.split(',').nth(3).unwrap().parse().ok()).collect();
        // By day there are no ages of what waits and no year of absences, only on its last one.
        let by_day = ["kpi", "--from", from, "--to", to, "--client", "ACME", "--by", "day", "--format", "csv"];
        let (_, by_day, _) = kpi_ops(&plant, "luis", &by_day).await;
        let by_day: Vec<Option<f64>> =
            by_day.lines().skip(1).map(|row| row.split(',').nth(4).unwrap().parse().ok()).collect();
        assert_eq!(exported, by_day);
        assert_eq!(exported[0], values[0].value());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_holds_everything_in_itself_and_no_text_becomes_markup() {
    let plant = plant().await;
    let html = std::fs::read_to_string(report(&plant, "daily", "html").await).unwrap();
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && !html.contains("<script"), "an order's key");
    assert!(html.contains("L&lt;b&gt;&amp;&quot;&#39;") && !html.contains("L<b>"), "a line's key");
    for outside in ["http://", "https://", "src=", "href=", "url(", "@import"] {
        assert!(!html.contains(outside), "{outside}");
    }
    assert_eq!(html.matches("<svg").count(), html.matches("</svg>").count());
    assert!(html.contains("What stands out") && html.contains("class=\"target\""));
    assert!(html.contains(&format!("Wednesday, {DAY}")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plain_text_fits_80_columns() {
    let plant = plant().await;
    let text = std::fs::read_to_string(report(&plant, "weekly", "txt").await).unwrap();
    let long: Vec<_> = text.lines().filter(|line| line.chars().count() > 80).collect();
    assert!(long.is_empty(), "{long:#?}");
    assert!(text.contains("WHAT STANDS OUT") && text.contains("2026-W20"), "{text}");
}

#[rstest]
#[case::no_file(&["report", "daily"], 2, "--output <FILE>")]
#[case::another_ending(&["report", "daily", "-o", "report.pdf"], 2, "name a file that ends in .html, .xlsx or .txt")]
#[case::another_length(&["report", "yearly", "-o", "report.txt"], 2, "daily, weekly, monthly")]
#[case::a_client_of_others(&["report", "daily", "--client", "RIVAL", "-o", "report.txt"], 1, "kpi-ops: no such client: RIVAL\n")]
#[case::a_client_of_nobody(&["report", "daily", "--client", "NOBODY", "-o", "report.txt"], 1, "kpi-ops: no such client: NOBODY\n")]
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_reported_says_the_way_out(#[case] arguments: &[&str], #[case] code: i32, #[case] hint: &str) {
    let plant = FloorPlant::new().await;
    let (ended, out, error) = kpi_ops(&plant, "olga", arguments).await;
    assert_eq!((ended, out.as_str()), (code, ""), "{error}");
    assert!(error.contains(hint), "{error}");
}
