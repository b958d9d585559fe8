//! What counts so far while a shift goes on: nights in which the clocks change, stops that run on, several zones.

use super::tests::{by, dates, desk, groups, one};
use super::*;
use crate::domain::clock::{Instant, PlantClock};
use crate::domain::downtime::Loss;
use crate::domain::role::Role;
use crate::domain::shift::{Shift, Weekdays};
use crate::kpi::{Kpi, Ratio};
use crate::service::PanelWindow;
use crate::store::test_plant::{RawLineShift, TestPlant, line_shift, stop};
use rstest::rstest;

/// An instant in UTC.
fn at(text: &str) -> Instant {
    Instant::from(format!("{text}:00Z").parse::<chrono::DateTime<chrono::Utc>>().unwrap())
}

fn on(text: &str) -> ProductionDate {
    ProductionDate::parse("date", text).unwrap()
}

/// A shift of a client's line as the service opens it: by the clocks of the client's zone.
fn row(client: &str, zone: &str, shift: &str, date: &str) -> RawLineShift {
    let (start_minute, end_minute) = if shift == "NIGHT" { (1320, 360) } else { (360, 840) };
    let shift = Shift {
        shift_id: ShiftId::parse(shift).unwrap(),
        valid_from: ProductionDate::BEGINNING,
        name: shift.to_owned(),
        start_minute,
        end_minute,
        break_minutes: 30,
        days: Weekdays::EVERY_DAY,
    };
    let window = shift.window(on(date), PlantClock::parse(zone).unwrap());
    let mut row = line_shift(client, "L1", 0, 0);
    (row.key.shift_id, row.key.production_date) = (shift.shift_id, window.production_date);
    (row.starts_at, row.ends_at, row.planned_minutes) = (window.starts_at, window.ends_at, window.planned_minutes);
    row
}

async fn plant_in(zones: &[(&str, &str)]) -> TestPlant {
    let clients: Vec<_> = zones.iter().map(|(client, _)| *client).collect();
    let plant = TestPlant::of(&clients).await;
    plant.add_night().await;
    for (client, zone) in zones {
        plant.set_zone(client, zone).await;
    }
    plant
}

async fn availability(plant: &TestPlant, now: &str, from: &str, to: &str) -> Option<Ratio> {
    let desk = desk(plant, Role::Admin, &[], at(now)).await;
    one(&desk, &KpiQuery::of(Window::new(on(from), on(to)).unwrap()), Kpi::Availability).await.figure
}

// A night of seven hours plans 390 minutes, one of nine 510; they pass evenly over the time that really passes.
#[rstest]
#[case::vienna_in_spring("Europe/Vienna", "2026-03-28", "2026-03-29", &[
    ("2026-03-28T21:00", 0), ("2026-03-28T23:00", 111), ("2026-03-29T00:59", 221), ("2026-03-29T01:00", 222),
    ("2026-03-29T01:30", 250), ("2026-03-29T03:59", 389), ("2026-03-29T04:00", 390), ("2026-03-29T12:00", 390),
])]
#[case::berlin_in_autumn("Europe/Berlin", "2026-10-24", "2026-10-25", &[
    ("2026-10-24T20:00", 0), ("2026-10-24T22:00", 113), ("2026-10-25T00:30", 255), ("2026-10-25T01:30", 311),
    ("2026-10-25T04:59", 509), ("2026-10-25T05:00", 510), ("2026-10-26T00:00", 510),
])]
#[case::new_york_in_spring("America/New_York", "2026-03-07", "2026-03-08", &[
    ("2026-03-08T03:00", 0), ("2026-03-08T06:59", 221), ("2026-03-08T07:00", 222), ("2026-03-08T09:59", 389),
    ("2026-03-08T10:00", 390),
])]
#[case::new_york_in_autumn("America/New_York", "2026-10-31", "2026-11-01", &[
    ("2026-11-01T02:00", 0), ("2026-11-01T05:30", 198), ("2026-11-01T06:30", 255), ("2026-11-01T10:59", 509),
    ("2026-11-01T11:00", 510),
])]
#[tokio::test]
async fn a_night_in_which_the_clocks_change_counts_the_time_that_passed_on_the_day_it_began(
    #[case] zone: &str,
    #[case] date: &str,
    #[case] next: &str,
    #[case] planned: &[(&str, i64)],
) {
    let plant = plant_in(&[("ACME", zone)]).await;
    plant.enter(&[row("ACME", zone, "NIGHT", date)]).await;
    for (now, planned) in planned {
        assert_eq!(availability(&plant, now, date, next).await, Ratio::new(*planned, *planned), "{now}");
        assert_eq!(availability(&plant, now, next, next).await, None, "{now}");
        let desk = desk(&plant, Role::Admin, &[], at(now)).await;
        let both = Window::new(on(date), on(next)).unwrap();
        assert_eq!(groups(&desk, &by(both, By::Day)).await, [date], "{now}");
        assert_eq!(groups(&desk, &by(both, By::Shift)).await, ["NIGHT"], "{now}");
    }
}

#[rstest]
#[case::before_midnight("2026-03-28T22:50", (82, 102), None)]
#[case::after_midnight("2026-03-28T23:30", (79, 139), None)]
#[case::after_the_clocks_changed("2026-03-29T01:30", (70, 250), None)]
#[case::at_the_change_of_shift("2026-03-29T04:00", (60, 390), None)]
#[case::in_the_next_shift("2026-03-29T05:00", (60, 390), Some((0, 56)))]
#[case::at_its_end("2026-03-29T12:00", (60, 390), Some((0, 450)))]
#[case::long_after("2026-03-31T12:00", (60, 390), Some((0, 450)))]
#[tokio::test]
async fn a_stop_that_runs_over_midnight_and_the_change_of_shift_counts_up_to_now_in_each(
    #[case] now: &str,
    #[case] night: (i64, i64),
    #[case] morning: Option<(i64, i64)>,
) {
    let zone = "Europe/Vienna";
    let plant = plant_in(&[("ACME", zone)]).await;
    let stopped = RawLineShift { stops: vec![stop(Loss::Breakdown, None)], ..row("ACME", zone, "NIGHT", "2026-03-28") };
    plant.enter(&[stopped, row("ACME", zone, "EARLY", "2026-03-29")]).await;
    // 23:30 in Vienna.
    plant.stops_run_since(at("2026-03-28T22:30")).await;
    assert_eq!(availability(&plant, now, "2026-03-28", "2026-03-28").await, Ratio::new(night.0, night.1));
    let morning = morning.and_then(|(run, planned)| Ratio::new(run, planned));
    assert_eq!(availability(&plant, now, "2026-03-29", "2026-03-29").await, morning);
    let desk = desk(&plant, Role::Admin, &[], at(now)).await;
    let both = KpiQuery::of(Window::new(on("2026-03-28"), on("2026-03-29")).unwrap());
    let lost = night.1 - night.0 + morning.map_or(0, |morning| morning.denominator().try_into().unwrap());
    let mttr = one(&desk, &both, Kpi::Mttr).await.figure;
    assert_eq!(mttr, Ratio::new(lost, 1), "it is one stop, counted where it began");
    let line = KpiQuery { line_id: Some(LineId::parse("L1").unwrap()), ..both };
    assert_eq!(one(&desk, &line, Kpi::Mttr).await.figure, mttr, "line by line it is the same");
}

#[tokio::test]
async fn clients_in_different_zones_are_each_asked_what_day_it_is_there() {
    let (vienna, new_york) = ("Europe/Vienna", "America/New_York");
    let plant = plant_in(&[("ACME", vienna), ("ZETA", new_york)]).await;
    for (client, zone) in [("ACME", vienna), ("ZETA", new_york)] {
        plant.enter(&[row(client, zone, "NIGHT", "2026-10-24"), row(client, zone, "EARLY", "2026-10-25")]).await;
        plant.add_order(client, "W24", on("2026-10-24")).await;
        plant.add_order(client, "W25", on("2026-10-25")).await;
    }
    let whole = Window::new(on("2026-10-24"), on("2026-10-25")).unwrap();
    // 04:00 on the 25th in Vienna, 23:00 on the 24th in New York.
    let now = at("2026-10-25T03:00");
    let together = desk(&plant, Role::Admin, &[], now).await;
    assert_eq!(one(&together, &KpiQuery::of(whole), Kpi::Otd).await.figure, Ratio::new(0, 3), "one is not due yet");
    let screen = together.kpi_screen(dates(whole)).await.unwrap();
    let due: Vec<_> = screen.by_client.iter().map(|(_, panel)| panel.get(Kpi::Otd).unwrap().figure).collect();
    assert_eq!(due, [Ratio::new(0, 2), Ratio::new(0, 1)]);
    assert_eq!(screen.panel.get(Kpi::Otd).unwrap().figure, Ratio::new(0, 3));
    // Seven of nine hours of the night have passed in Vienna, one of eight in New York.
    let planned = 420 * 510 / 540 + 60 * 450 / 480;
    assert_eq!(screen.panel.get(Kpi::Availability).unwrap().figure, Ratio::new(planned, planned));

    // 07:30 in Vienna, where the morning is on; 02:30 in New York, where it is still night.
    let now = "2026-10-25T06:30";
    let later = desk(&plant, Role::Admin, &[], at(now)).await;
    let shift = later.kpi_screen(PanelWindow::ThisShift).await.unwrap();
    assert_eq!(shift.window, whole);
    let (morning, night) = (90 * 450 / 480, 270 * 450 / 480);
    assert_eq!(shift.panel.get(Kpi::Availability).unwrap().figure, Ratio::new(morning + night, morning + night));
    let expected = Ratio::new(510 + night, 510 + night);
    assert_eq!(availability(&plant, now, "2026-10-24", "2026-10-24").await, expected);
    assert_eq!(availability(&plant, now, "2026-10-25", "2026-10-25").await, Ratio::new(morning, morning));
}
