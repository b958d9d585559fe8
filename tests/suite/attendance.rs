//! Attendance of a crew through a desk, and cover from the floating pool.

use super::import_desk::ImportDesk;
use super::plant::{FloorPlant, run};
use kpi_ops::domain::clock::ProductionDate;
use kpi_ops::domain::id::{ClientId, EntryId};
use kpi_ops::domain::measure::Minutes;
use kpi_ops::service::{
    Answer, AttendanceWeek, Attended, Command, CoverAbsence, Crew, Desk, Entity, Query, TakeAttendance, WorkedTime,
};
use uuid::Uuid;

/// Monday 2026-05-18.
const MONDAY: ProductionDate = ProductionDate(20_591);

fn client(name: &str) -> ClientId {
    name.parse().unwrap()
}

/// The floor's plant with twelve people at ACME, one at RIVAL, and one person in the pool.
pub async fn people_plant() -> FloorPlant {
    let desk = ImportDesk::new().await;
    let people: String = (1..=12).map(|number| format!("{},Worker {number:02},Hall 1\n", 100 + number)).collect();
    desk.import(Entity::Employees, format!("employee_id,name,department\n{people}")).await;
    let one = "employee_id,name\n101,Rival worker\n";
    desk.import_for(Some("RIVAL"), Entity::Employees, one).await;
    let pool = "x'00000000000000000000000000000077'";
    for sql in [
        format!("INSERT INTO t_employee VALUES ({pool}, 'x', 0)"),
        format!(
            "INSERT INTO t_floating_pool (employee_id, name, active, created_by, created_at, updated_by, updated_at, version)
             VALUES ({pool}, 'Petra Pool', 1, 'x', 0, 'x', 0, 1)"
        ),
    ] {
        desk.plant.sql(&sql).await;
    }
    desk.plant
}

async fn crew(desk: &Desk) -> Crew {
    let shift = Some((MONDAY, "E".parse().unwrap()));
    match desk.ask(Query::Crew { client_id: client("ACME"), shift }).await.unwrap() {
        Answer::Crew(crew) => *crew,
        other => panic!("{other:?}"),
    }
}

/// Everybody present, but for the one with this number.
fn but_for(crew: &Crew, number: &str, absence_type: Option<&str>) -> TakeAttendance {
    let people = crew.people.iter().map(|member| Attended {
        employee_number: member.employee_number.clone(),
        version: member.version,
        presence: Some(WorkedTime {
            scheduled: crew.scheduled,
            worked: if member.employee_number.as_str() == number { Minutes::ZERO } else { crew.scheduled },
            absence_type: absence_type
                .filter(|_| member.employee_number.as_str() == number)
                .map(|code| code.parse().unwrap()),
        }),
    });
    TakeAttendance {
        client_id: client("ACME"),
        production_date: MONDAY,
        shift_id: "E".parse().unwrap(),
        people: people.collect(),
    }
}

async fn sums(plant: &FloorPlant) -> String {
    let sql = "SELECT count(*) || ' ' || coalesce(sum(scheduled_minutes), 0) || ' ' || coalesce(sum(absence_minutes), 0) FROM t_attendance_entry
               WHERE client_id = 'ACME' AND deleted_at IS NULL";
    plant.texts(sql).await.remove(0)
}

#[tokio::test]
async fn a_crew_is_taken_at_once_changed_by_exception_and_taken_back() {
    let plant = people_plant().await;
    let olga = plant.desk("olga").await;
    let expected = crew(&olga).await;
    assert!(!expected.is_taken && expected.people.iter().all(|member| member.expected));
    assert_eq!((expected.people.len(), expected.scheduled), (12, Minutes(450)));
    assert!(expected.pool.is_empty(), "who does not cover is not told of the pool");
    let receipt = run(&olga, Command::TakeAttendance(but_for(&expected, "105", None))).await;
    assert_eq!(receipt.done, "attendance of E saved: 12 people, 1 absent");
    assert_eq!(sums(&plant).await, "12 5400 450");
    let kind = "SELECT absence_type || absence_counts FROM t_attendance_entry WHERE absence_minutes > 0";
    assert_eq!(plant.texts(kind).await, ["UNCLASSIFIED1"]);

    let taken = crew(&olga).await;
    let again = run(&olga, Command::TakeAttendance(but_for(&taken, "105", Some("UNCLASSIFIED")))).await;
    assert_eq!((again.done.as_str(), again.undo), ("attendance was saved already", None));
    let sick = run(&olga, Command::TakeAttendance(but_for(&taken, "105", Some("SICK")))).await;
    assert_eq!(plant.texts(kind).await, ["SICK1"]);
    let stale = olga.run(Command::TakeAttendance(but_for(&taken, "106", Some("SICK")))).await.unwrap_err().to_string();
    assert!(stale.starts_with("olga changed it meanwhile"), "{stale}");
    run(&olga, sick.undo.unwrap()).await;
    assert_eq!(plant.texts(kind).await, ["UNCLASSIFIED1"]);
    // What somebody takes back is what was there when they took it.
    let mut back = receipt.undo.unwrap();
    if let Command::TakeAttendance(take) = &mut back {
        take.people.iter_mut().filter(|person| person.employee_number.as_str() == "105").for_each(|it| it.version = 3);
    }
    run(&olga, back).await;
    assert_eq!(sums(&plant).await.split(' ').next(), Some("0"));
    assert!(!crew(&olga).await.is_taken);
}

#[tokio::test]
async fn the_week_shows_everybody_and_who_was_away() {
    let plant = people_plant().await;
    let olga = plant.desk("olga").await;
    run(&olga, Command::TakeAttendance(but_for(&crew(&olga).await, "105", Some("SICK")))).await;
    let week = olga.ask(Query::AttendanceWeek { client_id: client("ACME"), from: MONDAY }).await.unwrap();
    let Answer::AttendanceWeek(AttendanceWeek { people, .. }) = week else { panic!("{week:?}") };
    assert_eq!(people.len(), 12);
    let away: Vec<_> = people.iter().filter(|person| person.days[0].absence > Minutes::ZERO).collect();
    assert_eq!((away.len(), away[0].name.as_str()), (1, "Worker 05"));
    assert_eq!(away[0].days[0].absence_type.as_ref().unwrap().as_str(), "SICK");
}

#[tokio::test]
async fn nobody_is_taken_twice_from_nowhere_or_for_more_than_two_days() {
    let plant = people_plant().await;
    let olga = plant.desk("olga").await;
    let crew = crew(&olga).await;
    let refused = async |take| olga.run(Command::TakeAttendance(take)).await.unwrap_err().to_string();
    let plain = || but_for(&crew, "105", None);
    let mut twice = plain();
    twice.people.push(twice.people[0].clone());
    assert!(refused(twice).await.starts_with("people: 101 stands twice"));
    let mut stranger = plain();
    stranger.people[0].employee_number = "999".parse().unwrap();
    assert_eq!(refused(stranger).await, "no such employee: 999");
    let mut long = plain();
    long.people[0].presence.as_mut().unwrap().worked = Minutes(2881);
    assert!(refused(long).await.starts_with("worked: 101 has 450 scheduled and 2881 worked minutes; type minutes"));
    let typed = but_for(&crew, "105", Some("GONE"));
    assert_eq!(refused(typed).await, "no such absence type: GONE");
    let tomorrow = TakeAttendance { production_date: MONDAY.plus_days(1), ..plain() };
    assert!(refused(tomorrow).await.starts_with("shift_id: has not begun"));
    assert_eq!(plant.number("SELECT count(*) FROM t_attendance_entry").await, 0);
}

#[tokio::test]
async fn somebody_of_the_pool_covers_once_at_a_time_and_nobody_learns_where() {
    let plant = people_plant().await;
    let (luis, paul) = (plant.desk("luis").await, plant.desk("paul").await);
    run(&luis, Command::TakeAttendance(but_for(&crew(&luis).await, "105", None))).await;
    let pool = crew(&luis).await.pool;
    assert_eq!((pool[0].name.as_str(), pool[0].number), ("Petra Pool", Some(1)));
    let cover = |client: &ClientId, number: &str, id: u128| CoverAbsence {
        coverage_id: EntryId(Uuid::from_u128(id)),
        client_id: client.clone(),
        production_date: MONDAY,
        shift_id: "E".parse().unwrap(),
        employee_number: number.parse().unwrap(),
        pool_employee_id: EntryId(Uuid::from_u128(0x77)),
        times: None,
    };
    let refused = async |desk: &Desk, cover| desk.run(Command::CoverAbsence(cover)).await.unwrap_err().to_string();
    let acme = client("ACME");
    let present = refused(&luis, cover(&acme, "101", 1)).await;
    assert_eq!(present, "employee_number: 101 is not entered as absent; take the attendance first");
    let receipt = run(&luis, Command::CoverAbsence(cover(&acme, "105", 2))).await;
    assert_eq!(receipt.done, "Petra Pool covers 105 for 450 min");
    assert_eq!(crew(&luis).await.people[4].covered_by, [("Petra Pool".to_owned(), Minutes(450))]);
    let again = refused(&luis, cover(&acme, "105", 3)).await;
    assert!(again.starts_with("employee_number: the absence of 105 is covered already"), "{again}");
    let olga = plant.desk("olga").await;
    assert!(refused(&olga, cover(&acme, "105", 4)).await.contains("takes the role LEADER"));

    // At another client the same person is not available, whose shift of the same name overlaps hers.
    let rival = client("RIVAL");
    plant.test.clock.advance(240);
    let people = vec![Attended {
        employee_number: "101".parse().unwrap(),
        version: 0,
        presence: Some(WorkedTime { scheduled: Minutes(450), worked: Minutes::ZERO, absence_type: None }),
    }];
    let shift_id = "N".parse().unwrap();
    let date = MONDAY.plus_days(-1);
    let take = TakeAttendance { client_id: rival.clone(), production_date: date, shift_id, people };
    run(&paul, Command::TakeAttendance(take)).await;
    let there = CoverAbsence { production_date: date, shift_id: "N".parse().unwrap(), ..cover(&rival, "101", 5) };
    let said = refused(&paul, there).await;
    assert_eq!(said, "pool_employee_id: Petra Pool is not available; choose somebody else, or other times");
    assert_eq!(plant.number("SELECT count(*) FROM t_coverage_entry").await, 1);
}
