//! Figures are what the entries add up to, whatever was entered, in whatever order, and whoever else works there.

use super::oracle::{Factor, Of, Oracle};
use super::tests::{by, dates, desk, later, sums, window};
use super::*;
use crate::domain::clock::Instant;
use crate::domain::role::Role;
use crate::kpi::{BradfordFactor, Detail, Dimension, Kpi, Ratio, figure};
use crate::store::raw_entries::RawEntries;
use crate::store::test_plant::{MONDAY, TestPlant};
use crate::store::{Dice, Known, allow_bradford, enter_one, prepare, settle, work};

pub(super) const CLIENTS: [&str; 3] = ["ACME", "BOLT", "CORK"];
/// The days on which random work is done.
const FIRST: i32 = -6;
const LAST: i32 = 35;

/// Six weeks of random work, and a moment in the fourth.
pub(super) async fn worked(steps: usize, seed: u64) -> (TestPlant, Vec<Known>, Dice) {
    let plant = TestPlant::of(&CLIENTS).await;
    prepare(&plant, &CLIENTS).await;
    let (mut known, mut dice) = (vec![Known::default(); CLIENTS.len()], Dice(seed));
    let admin = plant.session(Role::Admin, &[]).await;
    work(&admin, &CLIENTS, &mut known, &mut dice, steps).await;
    for (client, known) in CLIENTS.iter().zip(&known) {
        settle(&admin, client, known, &mut dice).await;
    }
    (plant, known, dice)
}

pub(super) fn amid() -> Instant {
    Instant(i64::from(MONDAY.plus_days(20).0) * 86_400_000).plus_minutes(185)
}

/// The groups that there may be, with what each is of.
fn groups_of<'a>(by: Option<By>, all: Of<'a>, clients: &[&'a str]) -> Vec<(Option<String>, Of<'a>)> {
    let several = clients.len() > 1;
    let label = |key: GroupKey| key.label(several);
    let client_id = |client: &str| ClientId::parse(client).unwrap();
    match by {
        None => vec![(None, all)],
        Some(By::Client) => {
            let of =
                |client: &&'a str| (label(GroupKey::Client(client_id(client))), Of { client: Some(*client), ..all });
            clients.iter().map(of).collect()
        }
        Some(By::Line) => {
            let lines = clients.iter().flat_map(|client| ["L1", "L2"].map(|line| (*client, line)));
            let lines = lines.filter(|(_, line)| all.line.is_none_or(|only| only == *line));
            let key = |client, line| GroupKey::Line(client_id(client), LineId::parse(line).unwrap());
            lines
                .map(|(client, line)| (label(key(client, line)), Of { client: Some(client), line: Some(line), ..all }))
                .collect()
        }
        Some(By::Shift) => {
            let shifts = ["EARLY", "LATE"].into_iter().filter(|shift| all.shift.is_none_or(|only| only == *shift));
            let key = |shift| GroupKey::Shift(ShiftId::parse(shift).unwrap());
            shifts.map(|shift| (label(key(shift)), Of { shift: Some(shift), ..all })).collect()
        }
        Some(By::Product) => {
            let key = |product| GroupKey::Product(ProductId::parse(product).unwrap());
            let products = ["P1", "P2"].into_iter().filter(|product| all.product.is_none_or(|only| only == *product));
            products.map(|product| (label(key(product)), Of { product: Some(product), ..all })).collect()
        }
        Some(span @ (By::Day | By::Week | By::Month)) => {
            let period = |period: Period| {
                let (from, to) = (period.first().max(all.window.from()), period.last().min(all.window.to()));
                (label(GroupKey::Period(period)), Of { window: Window::new(from, to).unwrap(), ..all })
            };
            all.window.periods(span.span().unwrap()).map(period).collect()
        }
    }
}

/// Absence by employee as a panel tells it.
fn factors(panel: &Panel) -> Option<Vec<Factor>> {
    let Detail::Employees(factors) = &panel.get(Kpi::Bradford).unwrap().detail else { return None };
    let told = |factor: &BradfordFactor| {
        let BradfordFactor { client_id, employee_number, spells, days, points, .. } = factor;
        (client_id.as_str().to_owned(), employee_number.as_str().to_owned(), *spells, *days, *points)
    };
    Some(factors.iter().map(told).collect())
}

/// Compares every figure of every grouping with the oracle's; says how many had a value, how many of them were in part
/// inferred, and how many factors of employees there were.
async fn compare(desk: &Desk, oracle: &Oracle, all: Of<'_>, clients: &[&str]) -> [usize; 3] {
    let (mut with_value, mut seen_inferred, mut seen_factors) = (0, 0, 0);
    for by in std::iter::once(None).chain(By::ALL.iter().copied().map(Some)) {
        let query = KpiQuery {
            line_id: all.line.map(|line| LineId::parse(line).unwrap()),
            shift_id: all.shift.map(|shift| ShiftId::parse(shift).unwrap()),
            product_id: all.product.map(|product| ProductId::parse(product).unwrap()),
            by,
            ..KpiQuery::of(all.window)
        };
        let report = desk.kpis(&query).await.unwrap();
        let filters = [
            all.line.map(|_| Dimension::Line),
            all.shift.map(|_| Dimension::Shift),
            all.product.map(|_| Dimension::Product),
            by.map(By::dimension),
        ];
        let mut seen = 0;
        for (label, of) in groups_of(by, all, clients) {
            let group = report.groups.iter().find(|group| group.group == label);
            seen += usize::from(group.is_some());
            let sums = oracle.sums(of);
            for kpi in Kpi::ALL {
                let has_all = filters.iter().flatten().all(|dimension| kpi.has(*dimension));
                let expected = if has_all { figure(*kpi, &sums) } else { None };
                let found = group.and_then(|group| group.panel.get(*kpi).unwrap().figure);
                // A period that is still to come and in which nothing was done is not shown, whatever waits.
                if group.is_some() || !matches!(kpi, Kpi::WipAge | Kpi::HoldAge) {
                    assert_eq!(found, expected, "{kpi} of {label:?} by {by:?} of {all:?}");
                }
                with_value += usize::from(found.is_some());
                if let Some(value) = group.map(|group| group.panel.get(*kpi).unwrap()) {
                    let uses_standards = matches!(kpi, Kpi::Performance | Kpi::Oee | Kpi::Efficiency);
                    let inferred = if uses_standards && found.is_some() { oracle.inferred_share(of) } else { 0.0 };
                    // The same whole numbers, divided once each: not one bit may differ.
                    assert_eq!(
                        value.inferred_share.to_bits(),
                        inferred.to_bits(),
                        "inferred in {kpi} of {label:?} by {by:?} of {all:?}"
                    );
                    seen_inferred += usize::from(inferred > 0.0);
                }
            }
            if let Some(group) = group {
                // Spells are a matter of 52 weeks, not of the shifts in them.
                let is_whole = filters.iter().flatten().all(|of| matches!(of, Dimension::Client | Dimension::Day));
                let may_see = desk.person().role != Role::Operator && is_whole;
                let expected = if may_see { oracle.bradford(of) } else { None };
                assert_eq!(factors(&group.panel), expected, "factors of {label:?} by {by:?} of {all:?}");
                seen_factors += expected.map_or(0, |factors| factors.len());
            }
        }
        assert_eq!(seen, report.groups.len(), "no group that nobody knows of: {by:?} of {all:?}");
    }
    [with_value, seen_inferred, seen_factors]
}

#[tokio::test]
async fn every_figure_is_what_the_entries_add_up_to() {
    let (plant, _, _) = worked(4_000, 11).await;
    allow_bradford(&plant.session(Role::Admin, &[]).await, &[CLIENTS[0], CLIENTS[2]]).await;
    let mut seen = [0; 3];
    for (role, clients) in [(Role::Admin, &CLIENTS[..]), (Role::Leader, &CLIENTS[..2]), (Role::Operator, &CLIENTS[2..])]
    {
        for now in [amid(), later()] {
            let desk = desk(&plant, role, if role == Role::Admin { &[] } else { clients }, now).await;
            let oracle = Oracle::new(RawEntries::read(&desk.session).await, now);
            for (from, to) in [(FIRST, LAST), (0, 29), (-3, 17), (19, 22), (20, 20)] {
                let all = Of { window: window(from, to), client: None, line: None, shift: None, product: None };
                let (line, shift, product) = (Some("L1"), Some("LATE"), Some("P2"));
                for of in [
                    all,
                    Of { line, ..all },
                    Of { shift, ..all },
                    Of { line, shift, ..all },
                    Of { product, ..all },
                    Of { line, product, ..all },
                ] {
                    let more = compare(&desk, &oracle, of, clients).await;
                    seen.iter_mut().zip(more).for_each(|(seen, more)| *seen += more);
                }
            }
        }
    }
    let [with_value, inferred, factors] = seen;
    assert!(with_value > 20_000, "there is something to compare: {with_value}");
    assert!(inferred > 200 && factors > 2_000, "there is something to compare: {inferred}, {factors}");
}

#[tokio::test]
async fn the_whole_time_is_its_days_together_and_all_clients_are_each_of_them_together() {
    let (plant, _, _) = worked(2_500, 12).await;
    let desk = desk(&plant, Role::Admin, &[], amid()).await;
    let whole = window(-150, 214);
    let panel = desk.kpis(&KpiQuery::of(whole)).await.unwrap().groups.remove(0).panel;
    let screen = desk.kpi_screen(dates(whole)).await.unwrap();
    assert_eq!(screen.panel, panel);
    for kpi in Kpi::ALL {
        let value = panel.get(*kpi).unwrap().figure;
        assert_eq!(figure(*kpi, screen.sums()), value, "{kpi}");
    }
    let with_value = panel.values().iter().filter(|value| value.figure.is_some()).count();
    assert!(with_value >= 17, "there is something to compare: {with_value}");
    // The ratios that are not products or made of other ratios: their sums add up.
    let added = [
        Kpi::Availability,
        Kpi::Performance,
        Kpi::QualityRate,
        Kpi::Efficiency,
        Kpi::ScrapRate,
        Kpi::ReworkRate,
        Kpi::Mtbf,
        Kpi::Mttr,
        Kpi::Fpy,
        Kpi::Ppm,
        Kpi::Dpmo,
        Kpi::Otd,
        Kpi::Otif,
        Kpi::Absenteeism,
        Kpi::Coverage,
    ];
    for grouping in [By::Client, By::Day, By::Week, By::Month, By::Line, By::Shift] {
        let report = desk.kpis(&by(whole, grouping)).await.unwrap();
        for kpi in added.into_iter().filter(|kpi| kpi.has(grouping.dimension())) {
            // A mean time of no stops has no value, and its minutes with it.
            let parts: Vec<_> = report.groups.iter().map(|group| sums(&group.panel, kpi)).collect();
            if matches!(kpi, Kpi::Mtbf | Kpi::Mttr) && parts.iter().any(|part| part.1 == 0) {
                continue;
            }
            let together = parts.iter().fold((0, 0), |total, part| (total.0 + part.0, total.1 + part.1));
            assert_eq!(together, sums(&panel, kpi), "{kpi} by {grouping}");
        }
    }
    let count = |report: KpiReport| {
        let ages = report.groups.iter().map(|group| sums(&group.panel, Kpi::WipAge)).collect::<Vec<_>>();
        ages.iter().fold((0, 0), |total, part| (total.0 + part.0, total.1 + part.1))
    };
    let by_client = desk.kpis(&by(whole, By::Client)).await.unwrap();
    assert_eq!(count(by_client), sums(&panel, Kpi::WipAge), "what waits adds up over clients");
}

#[tokio::test]
async fn the_order_in_which_entries_come_changes_nothing() {
    let seeds: Vec<u64> = (1..400).map(|seed| 0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(seed)).collect();
    let (forwards, kept) = entered(&seeds).await;
    let backwards: Vec<u64> = kept.iter().rev().copied().collect();
    let evens_first: Vec<u64> = kept.iter().step_by(2).chain(kept.iter().skip(1).step_by(2)).copied().collect();
    assert!(kept.len() > 300, "most are taken: {}", kept.len());
    for order in [backwards, evens_first] {
        let (figures, all) = entered(&order).await;
        assert_eq!(all.len(), kept.len());
        assert_eq!(figures, forwards);
    }
}

/// The figures of a plant in which those entries were made in that order, and which of them were taken.
async fn entered(seeds: &[u64]) -> (Vec<String>, Vec<u64>) {
    let plant = TestPlant::of(&CLIENTS[..1]).await;
    prepare(&plant, &CLIENTS[..1]).await;
    let admin = plant.session(Role::Admin, &[]).await;
    let mut kept = Vec::new();
    for seed in seeds {
        let mut tx = admin.write(Instant(3)).await.unwrap();
        if enter_one(&mut tx, "ACME", &mut Dice(*seed)).await.is_ok() {
            tx.commit().await.unwrap();
            kept.push(*seed);
        }
    }
    let desk = desk(&plant, Role::Leader, &["ACME"], amid()).await;
    (figures(&desk).await, kept)
}

/// Every figure of every grouping, as JSON.
async fn figures(desk: &Desk) -> Vec<String> {
    let all = window(FIRST, LAST);
    let mut figures = vec![serde_json::to_string(&desk.kpis(&KpiQuery::of(all)).await.unwrap()).unwrap()];
    for grouping in By::ALL {
        figures.push(serde_json::to_string(&desk.kpis(&by(all, *grouping)).await.unwrap()).unwrap());
    }
    figures
}

#[tokio::test]
async fn no_figure_of_a_client_moves_with_anything_that_another_does() {
    let (plant, mut known, mut dice) = worked(2_000, 13).await;
    let own = desk(&plant, Role::Leader, &["ACME"], amid()).await;
    let admin = desk(&plant, Role::Admin, &[], amid()).await;
    let narrowed = admin.narrow(Some(vec![ClientId::parse("ACME").unwrap()])).await.unwrap();
    let (before, all_before) = (figures(&own).await, desk_figures(&admin).await);
    let screen = own.kpi_screen(dates(window(0, 29))).await.unwrap();

    let other = plant.session(Role::Leader, &["BOLT"]).await;
    work(&other, &["BOLT"], &mut known[1..2], &mut dice, 1_500).await;
    settle(&other, "BOLT", &known[1], &mut dice).await;
    assert_eq!(figures(&own).await, before);
    assert_eq!(figures(&narrowed).await, before);
    assert_eq!(own.kpi_screen(dates(window(0, 29))).await.unwrap(), screen);
    // The control: the figures of all together have moved.
    let after = desk_figures(&admin).await;
    let moved = all_before.iter().zip(&after).filter(|(before, after)| before != after).count();
    assert!(moved >= 15, "{moved}: {all_before:?} {after:?}");
}

async fn desk_figures(desk: &Desk) -> Vec<(Kpi, Option<Ratio>)> {
    let panel = desk.kpis(&KpiQuery::of(window(FIRST, LAST))).await.unwrap().groups.remove(0).panel;
    panel.values().iter().map(|value| (value.kpi, value.figure)).collect()
}
