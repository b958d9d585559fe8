//! A KPI in detail for a dashboard without a plant: two clients, their lines, shifts and days.

use super::scene::{TODAY, client, day, targets};
use kpi_ops::domain::clock::ProductionDate;
use kpi_ops::domain::id::{EmployeeNumber, LineId, ShiftId, Stage};
use kpi_ops::domain::list::List;
use kpi_ops::kpi::{
    Ages, BradfordFactor, ControlChart, Kpi, KpiValue, Panel, Pareto, ParetoKind, Span, StageSums, Sums, Tally, Window,
    figure, six_big_losses, wilson,
};
use kpi_ops::service::{Child, KpiDetail, ListQuery, Place, Within};

/// The places on one way down: everything, a client, a line, a shift.
pub fn places() -> Vec<Place> {
    let all = Place::default();
    let of_client = Place { client_id: Some(client("ACME")), ..all.clone() };
    let line = Place { line_id: Some(LineId::parse("L2").unwrap()), ..of_client.clone() };
    let shift = Place { shift_id: Some(ShiftId::parse("EARLY").unwrap()), ..line.clone() };
    vec![all, of_client, line, shift]
}

/// What lies below a place.
fn parts(place: &Place) -> Vec<(Place, String)> {
    if place.client_id.is_none() {
        let of = |id: &str| (Place { client_id: Some(client(id)), ..place.clone() }, id.to_owned());
        return ["ACME", "RIVAL"].map(of).to_vec();
    }
    if place.line_id.is_none() {
        let of = |id: &str| (Place { line_id: Some(LineId::parse(id).unwrap()), ..place.clone() }, id.to_owned());
        return ["L2", "L1", "L3"].map(of).to_vec();
    }
    if place.shift_id.is_none() {
        let of = |id: &str| (Place { shift_id: Some(ShiftId::parse(id).unwrap()), ..place.clone() }, id.to_owned());
        return ["EARLY", "NIGHT"].map(of).to_vec();
    }
    let of =
        |date: i32| (Place { date: Some(ProductionDate(date)), ..place.clone() }, ProductionDate(date).to_string());
    (TODAY.0 - 29..=TODAY.0).map(of).collect()
}

/// Sums with the stages, ages and employees of one time.
pub fn sums(tally: &Tally) -> Sums {
    let stage = |name: &str| Stage::parse(name).unwrap();
    let of = |position, inspected, passed| StageSums { position, inspected, passed };
    let stages =
        [(stage("INLINE"), of(1, 4000, 3900)), (stage("FINAL"), of(2, 3900, 3700)), (stage("SHIPPING"), of(3, 0, 0))];
    let (mut wip, mut holds) = (Ages::default(), Ages::default());
    for (net, gross, units) in [(1, 1, 400), (4, 9, 120), (25, 40, 60)] {
        wip.add_one(net, gross, units);
        holds.add_one(gross, gross, units / 2);
    }
    let bradford = [("7", "Ida Example", 4, 6), ("12", "Jan Example", 1, 9)].map(|(number, name, spells, days)| {
        let employee_number = EmployeeNumber::parse(number).unwrap();
        let points = spells * spells * days;
        BradfordFactor { client_id: client("ACME"), employee_number, name: name.into(), spells, days, points }
    });
    Sums { tally: *tally, stages: stages.into_iter().collect(), wip, holds, bradford: Some(bradford.to_vec()) }
}

fn value(kpi: Kpi, sums: &Sums) -> KpiValue {
    Panel::of(sums, &targets(), &[]).get(kpi).unwrap().clone()
}

fn pareto(kind: ParetoKind) -> Pareto {
    let causes = [
        ("JAM", "Jam or misfeed", 912),
        ("UNCLASSIFIED", "Unclassified", 403),
        ("SETUP", "Changeover", 288),
        ("TOOL", "Tool broken", 136),
    ];
    Pareto::of(kind, causes.map(|(code, name, amount)| (code.to_owned(), name.to_owned(), amount)))
}

/// A KPI of the last 30 days in a place.
pub fn kpi_detail(kpi: Kpi, place: &Place) -> KpiDetail {
    let window = Window::ending(TODAY, 30);
    let of_day = |date: ProductionDate| day(date).unwrap_or_default();
    let series: Vec<_> = window.periods(Span::Day).map(|period| (period, sums(&of_day(period.first())))).collect();
    let together = sums(&series.iter().map(|(_, sums)| sums.tally).sum());
    let before: Tally =
        (window.before().from().0..=window.before().to().0).map(|date| of_day(ProductionDate(date))).sum();
    let mut stopped = 400;
    let children = parts(place)
        .into_iter()
        .map(|(place, label)| {
            stopped -= 12;
            let part = Tally { planned_minutes: 1000, unplanned_stop_minutes: stopped.max(0), ..of_day(TODAY) };
            Child { entries: entries(kpi, &place), place, label, value: value(kpi, &sums(&part)) }
        })
        .collect();
    KpiDetail {
        kpi,
        window,
        label: None,
        place: place.clone(),
        value: value(kpi, &together),
        before: value(kpi, &sums(&before)),
        chart: ControlChart::of(kpi, series.iter().map(|(period, sums)| (*period, figure(kpi, sums)))),
        interval: wilson::interval(kpi, value(kpi, &together).figure),
        paretos: Some(ParetoKind::of(kpi).iter().map(|kind| pareto(*kind)).collect()),
        losses: six_big_losses(&together.tally),
        sums: together,
        series,
        children,
        entries: entries(kpi, place),
    }
}

fn entries(kpi: Kpi, place: &Place) -> ListQuery {
    let window = Window::ending(TODAY, 30);
    let (dates, list) = match kpi {
        Kpi::Rty => (Some((window.from(), window.to())), List::Quality),
        _ => (Some((window.from(), window.to())), List::Downtime),
    };
    let within = Within { place: place.clone(), dates, waiting_at: None, is_unplanned: list == List::Downtime };
    ListQuery { list, filter: String::new(), sort: None, offset: 0, limit: 50, within: Some(within) }
}
