//! Lists as a desk gives them: local times, readable cells, and a plain no to what cannot be.

use super::plant::{FloorPlant, run};
use kpi_ops::domain::clock::PlantClock;
use kpi_ops::domain::list::{Cell, Column, List, ListRow, Page, Sort};
use kpi_ops::domain::measure::Units;
use kpi_ops::domain::production::Count;
use kpi_ops::service::{Answer, Command, Desk, ListQuery, LogCount, Problem, Query};

fn query(list: List) -> ListQuery {
    ListQuery { list, filter: String::new(), sort: None, offset: 0, limit: 50, within: None }
}

async fn page(desk: &Desk, query: ListQuery) -> Page {
    match desk.ask(Query::List(query)).await.unwrap() {
        Answer::Page(page) => page,
        other => panic!("{other:?}"),
    }
}

fn cell<'a>(list: List, row: &'a ListRow, name: &str) -> &'a Cell {
    let position = list.columns().iter().position(|column| column.name == name).unwrap();
    &row.cells[position]
}

async fn log(plant: &FloorPlant, client: &str, units: i64) {
    run(
        &plant.admin,
        Command::LogCount(LogCount {
            entry_id: plant.admin.new_id(),
            client_id: client.parse().unwrap(),
            line_id: "L1".parse().unwrap(),
            shift: None,
            product_id: "P1".parse().unwrap(),
            work_order_id: Some("W1".parse().unwrap()),
            job_id: None,
            count: Count { units: Units(units), ..Count::default() },
            counted_at: None,
            estimated: false,
            notes: None,
        }),
    )
    .await;
}

#[tokio::test]
async fn a_time_is_shown_as_the_clock_on_the_wall_of_its_client_says() {
    let plant = FloorPlant::new().await;
    log(&plant, "ACME", 10).await;
    log(&plant, "RIVAL", 20).await;
    let page = page(&plant.admin, query(List::Production)).await;
    assert_eq!(page.total, 2);
    for row in &page.rows {
        let client = row.client_id.as_ref().unwrap();
        let zone = if client.as_str() == "ACME" { "Europe/Vienna" } else { "America/Mexico_City" };
        let clock = PlantClock::parse(zone).unwrap();
        let now = plant.admin.now();
        assert_eq!(cell(List::Production, row, "counted_at"), &Cell::Time(now, clock.local(now)), "{client}");
        assert_eq!(
            cell(List::Production, row, "production_date"),
            &Cell::Date(match client.as_str() {
                "ACME" => clock.date(now),
                // 04:00 in Mexico belongs to the night shift of the day before.
                _ => clock.date(now).plus_days(-1),
            })
        );
    }
}

#[tokio::test]
async fn cells_read_as_people_write_them() {
    let plant = FloorPlant::new().await;
    plant
        .sql("INSERT INTO t_kpi_target (client_id, kpi, valid_from, target_micro, warning_micro, created_by, created_at,
                updated_by, updated_at, version) VALUES ('ACME', 'oee', -2147483648, 77500000, NULL, 'x', 0, 'x', 0, 1)")
        .await;
    let shifts = page(&plant.admin, query(List::Shifts)).await;
    let starts: Vec<_> = shifts.rows.iter().map(|row| cell(List::Shifts, row, "start").clone()).collect();
    assert_eq!(starts, ["06:00", "14:00", "22:00"].map(|time| Cell::Text(time.into())));
    assert_eq!(cell(List::Shifts, &shifts.rows[2], "end"), &Cell::Text("06:00".into()));
    assert_eq!(cell(List::Shifts, &shifts.rows[0], "days"), &Cell::Text("mon tue wed thu fri sat sun".into()));
    assert_eq!(cell(List::Shifts, &shifts.rows[0], "valid_from"), &Cell::Missing);
    let targets = page(&plant.admin, query(List::Targets)).await;
    assert_eq!(cell(List::Targets, &targets.rows[0], "target"), &Cell::Text("77.5".into()));
    assert_eq!(cell(List::Targets, &targets.rows[0], "warn"), &Cell::Missing);
    let lines = page(&plant.admin, query(List::Lines)).await;
    assert_eq!(cell(List::Lines, &lines.rows[0], "active"), &Cell::Flag(true));
}

#[tokio::test]
async fn the_date_in_the_filter_finds_the_rows_of_that_date() {
    let plant = FloorPlant::new().await;
    log(&plant, "ACME", 10).await;
    for (filter, rows) in
        [("2026-05-18", 1), ("2026-05-17", 0), ("widget", 1), ("WIDGET", 1), ("%", 0), ("acme", 1), ("  ", 1)]
    {
        let page = page(&plant.admin, ListQuery { filter: filter.into(), ..query(List::Production) }).await;
        assert_eq!((page.total, page.rows.len()), (rows, usize::try_from(rows).unwrap()), "{filter}");
    }
}

#[tokio::test]
async fn what_a_list_cannot_do_is_refused_by_name() {
    let plant = FloorPlant::new().await;
    let detail = List::Production.columns().iter().position(|column| column.rank == Column::DETAIL).unwrap();
    for column in [detail, 999] {
        let sort = Some(Sort { column, descending: true });
        let refused = plant.admin.ask(Query::List(ListQuery { sort, ..query(List::Production) })).await.unwrap_err();
        assert_eq!(refused.rejects()[0].field, "sort", "{refused}");
    }
    let filter = "x".repeat(121);
    let refused = plant.admin.ask(Query::List(ListQuery { filter, ..query(List::Lines) })).await.unwrap_err();
    assert_eq!(refused.rejects()[0].field, "filter", "{refused}");
    let desk = plant.desk("olga").await;
    let refused = desk.ask(Query::List(query(List::Users))).await.unwrap_err();
    assert!(matches!(refused, Problem::NotAllowed { what: "users", .. }), "{refused}");
    // A page that begins behind the last row is empty and still knows how many there are.
    let behind = page(&plant.admin, ListQuery { offset: u64::MAX, limit: u64::MAX, ..query(List::Lines) }).await;
    assert_eq!((behind.total, behind.rows.len()), (2, 0));
}

#[tokio::test]
async fn what_a_new_plant_lacks_is_counted_for_the_person_who_asks() {
    let plant = FloorPlant::new().await;
    let setup = async |desk: &Desk| match desk.ask(Query::Setup).await.unwrap() {
        Answer::Setup(setup) => (setup.clients, setup.lines, setup.products, setup.shifts, setup.other_users),
        other => panic!("{other:?}"),
    };
    assert_eq!(setup(&plant.admin).await, (2, 2, 1, 3, Some(5)));
    assert_eq!(setup(&plant.desk("rosa").await).await, (1, 1, 1, 3, None));
}
