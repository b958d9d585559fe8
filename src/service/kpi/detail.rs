//! One KPI in detail: its figure in a place, the series behind it, and the way down to what it is made of.

use super::super::{Desk, ListQuery, PanelWindow, Place, Problem, Within};
use super::groups::{self, ByClient, Groups, Wanted};
use super::judge::{Judge, WaitsAt};
use super::paretos;
use super::slice::Slice;
use crate::domain::id::ClientId;
use crate::domain::list::List;
use crate::domain::role::Permission;
use crate::kpi::{
    By, ControlChart, Dimension, Direction, Family, GroupKey, Kpi, KpiValue, Pareto, Period, Ratio, SixBigLosses, Span,
    Sums, Window, bradford::window_until, figure, six_big_losses, wilson,
};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// Rows of the first page of entries.
const PAGE: u64 = 50;

/// Which KPI is looked at, when and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DetailQuery {
    /// The KPI.
    pub kpi: Kpi,
    /// The window.
    pub window: PanelWindow,
    /// The place on the way down; the whole scope where nothing is named.
    pub place: Place,
    /// How long a point of the series is.
    pub span: Span,
}

/// A KPI in a place.
#[derive(Debug, Clone, PartialEq)]
pub struct KpiDetail {
    /// The KPI.
    pub kpi: Kpi,
    /// The production dates.
    pub window: Window,
    /// What the window is called, where it is not just its dates.
    pub label: Option<String>,
    /// The place.
    pub place: Place,
    /// The figure, with target and status.
    pub value: KpiValue,
    /// The same of the window before.
    pub before: KpiValue,
    /// What the figure is made of.
    pub sums: Sums,
    /// The sums of every period of the window, in order; empty ones too.
    pub series: Vec<(Period, Sums)>,
    /// The series with its limits, where the KPI has a chart and there are points enough.
    pub chart: Option<ControlChart>,
    /// The 95 % Wilson interval of a share, like the figure.
    pub interval: Option<(Ratio, Ratio)>,
    /// What it was caused by, the most telling first; none until it is asked for, which is a question of its own.
    pub paretos: Option<Vec<Pareto>>,
    /// Where the planned time of the place went.
    pub losses: SixBigLosses,
    /// What lies one level below, the worst first; levels of which there is only one are skipped. None at the bottom.
    pub children: Vec<Child>,
    /// The entries that the figure rests on, as the list to ask for.
    pub entries: ListQuery,
}

/// A part of a figure, one level further down.
#[derive(Debug, Clone, PartialEq)]
pub struct Child {
    /// Where it is.
    pub place: Place,
    /// What it is called.
    pub label: String,
    /// Its figure.
    pub value: KpiValue,
    /// The entries that it rests on.
    pub entries: ListQuery,
}

impl Desk {
    /// What a KPI was caused by in a place, the most telling first.
    pub(crate) async fn kpi_causes(&self, query: &DetailQuery) -> Result<Vec<Pareto>, Problem> {
        let mut tx = self.session.read().await?;
        let slice = Slice::read(&mut tx, query.window, self.now()).await?;
        let wanted = wanted(query, &slice);
        let client_id = query.place.client_id.as_ref();
        let judge = Judge::read(self, &mut tx, client_id, wanted.dates(), WaitsAt::Never).await?;
        super::check_filters(&mut tx, &wanted).await?;
        paretos::read(&mut tx, &judge, &wanted, query.kpi).await
    }

    /// One KPI in detail.
    pub(crate) async fn kpi_detail(&self, query: &DetailQuery) -> Result<KpiDetail, Problem> {
        let mut tx = self.session.read().await?;
        let slice = Slice::read(&mut tx, query.window, self.now()).await?;
        let wanted = Wanted {
            with_bradford: query.kpi == Kpi::Bradford && self.person().role.may(Permission::SeeBradford),
            with_waiting: matches!(query.kpi, Kpi::WipAge | Kpi::HoldAge),
            ..wanted(query, &slice)
        };
        let part_before = slice.before();
        let wanted_before = Wanted {
            window: part_before.window,
            shifts: part_before.shifts.clone(),
            place: dated_before(&query.place),
            by: None,
            ..wanted.clone()
        };
        let both = Window::new(wanted_before.dates().from().min(wanted.dates().from()), wanted.dates().to())?;
        let waits_at = match wanted.waits_at() {
            WaitsAt::Never => WaitsAt::Never,
            WaitsAt::Ends(..) | WaitsAt::Since(_) => {
                WaitsAt::Since(wanted_before.dates().to().min(wanted.dates().from()))
            }
        };
        let judge = Judge::read(self, &mut tx, query.place.client_id.as_ref(), both, waits_at).await?;
        super::check_filters(&mut tx, &wanted).await?;
        let series = groups::read(&mut tx, &judge.clients, &wanted, judge.now).await?;
        let before = groups::read(&mut tx, &judge.clients, &wanted_before, judge.now).await?;
        let before = before.into_values().next().unwrap_or_default();
        let mut deepest = query.place.clone();
        let mut children = Vec::new();
        for by in levels_below(query.kpi, &query.place, slice.shifts.is_some()) {
            let level = Wanted { place: deepest.clone(), by: Some(by), ..wanted.clone() };
            let groups = groups::read(&mut tx, &judge.clients, &level, judge.now).await?;
            children = judged(&judge, query.kpi, &groups, &level, &slice);
            let [only] = children.as_slice() else { break };
            deepest = only.place.clone();
            children.clear();
        }
        drop(tx);

        let dimensions = Wanted { by: None, ..wanted.clone() }.dimensions();
        let by_client = over_time(&judge, &series);
        let (value, before) = (
            judge.value(query.kpi, &by_client, wanted.dates().to(), &dimensions),
            judge.value(query.kpi, &before, wanted_before.dates().to(), &dimensions),
        );
        let sums: Sums = by_client.values().sum();
        let series = of_periods(&series, wanted.dates(), query.span);
        let figures = series.iter().map(|(period, sums)| (*period, figure(query.kpi, sums)));
        Ok(KpiDetail {
            chart: ControlChart::of(query.kpi, figures),
            interval: wilson::interval(query.kpi, value.figure),
            paretos: None,
            losses: six_big_losses(&sums.tally),
            kpi: query.kpi,
            window: slice.window,
            label: slice.label.clone(),
            place: query.place.clone(),
            value,
            before,
            sums,
            series,
            children,
            entries: entries(&judge, query.kpi, deepest, &slice),
        })
    }
}

/// What is wanted of a place, period by period.
fn wanted(query: &DetailQuery, slice: &Slice) -> Wanted {
    Wanted {
        shifts: slice.shifts.clone(),
        place: query.place.clone(),
        by: Some(span_by(query.span)),
        with_waiting: false,
        ..Wanted::of(slice.window)
    }
}

const fn span_by(span: Span) -> By {
    match span {
        Span::Day => By::Day,
        Span::Week => By::Week,
        Span::Month => By::Month,
    }
}

/// A single day is compared with the day before it.
fn dated_before(place: &Place) -> Place {
    Place { date: place.date.map(|date| date.plus_days(-1)), ..place.clone() }
}

/// The levels that a KPI has below a place. What waits has no days below it: it is what waits at the end.
fn levels_below(kpi: Kpi, place: &Place, is_shift: bool) -> Vec<By> {
    let has_days = !matches!(kpi, Kpi::WipAge | Kpi::HoldAge | Kpi::Bradford);
    let levels = [
        (By::Client, place.client_id.is_none()),
        (By::Line, place.line_id.is_none() && kpi.has(Dimension::Line)),
        (By::Shift, place.shift_id.is_none() && kpi.has(Dimension::Shift) && has_days && !is_shift),
        (By::Day, place.date.is_none() && has_days && !is_shift),
    ];
    levels.into_iter().filter_map(|(by, is_below)| is_below.then_some(by)).collect()
}

/// The groups of a level as children, the worst first; those without a value last.
fn judged(judge: &Judge, kpi: Kpi, groups: &Groups, level: &Wanted, slice: &Slice) -> Vec<Child> {
    let dimensions = level.dimensions();
    let child = |(key, sums): (&GroupKey, &ByClient)| {
        let last_day = match key {
            GroupKey::Period(period) => period.last(),
            _ => level.dates().to(),
        };
        let place = place_of(key, &level.place);
        Child {
            entries: entries(judge, kpi, place.clone(), slice),
            place,
            label: key.label(false).unwrap_or_default(),
            value: judge.value(kpi, sums, last_day, &dimensions),
        }
    };
    let mut children: Vec<_> = groups.iter().map(child).collect();
    children.sort_by(|left, right| worst_first(&left.value, &right.value));
    children
}

fn worst_first(left: &KpiValue, right: &KpiValue) -> Ordering {
    match (left.figure, right.figure) {
        (Some(one), Some(other)) => match left.kpi.direction() {
            Direction::Higher => one.compare(other),
            Direction::Lower => other.compare(one),
        },
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

fn place_of(key: &GroupKey, within: &Place) -> Place {
    let place = within.clone();
    match key {
        GroupKey::All | GroupKey::Product(_) => place,
        GroupKey::Period(day) => Place { date: Some(day.first()), ..place },
        GroupKey::Client(client_id) => Place { client_id: Some(client_id.clone()), ..place },
        GroupKey::Line(client_id, line_id) => {
            Place { client_id: Some(client_id.clone()), line_id: Some(line_id.clone()), ..place }
        }
        GroupKey::Shift(shift_id) => Place { shift_id: Some(shift_id.clone()), ..place },
    }
}

/// The periods of each client added up; a client without any is there too.
fn over_time(judge: &Judge, series: &Groups) -> ByClient {
    let of_client = |client_id: &ClientId| Sums::over_time(series.values().filter_map(|sums| sums.get(client_id)));
    judge.client_ids().map(|client_id| (client_id.clone(), of_client(client_id))).collect()
}

/// The sums of every period of a window, of all clients together.
fn of_periods(series: &Groups, window: Window, span: Span) -> Vec<(Period, Sums)> {
    let of = |period| series.get(&GroupKey::Period(period)).map_or_else(Sums::default, |sums| sums.values().sum());
    window.periods(span).map(|period| (period, of(period))).collect()
}

/// The entries that a KPI rests on, in a place: those of its family, and stops where time is what it is about.
fn entries(judge: &Judge, kpi: Kpi, place: Place, slice: &Slice) -> ListQuery {
    let list = match kpi {
        Kpi::Availability | Kpi::Mtbf | Kpi::Mttr => List::Downtime,
        Kpi::Otd | Kpi::Otif | Kpi::WipAge => List::WorkOrders,
        Kpi::HoldAge => List::Holds,
        _ => match kpi.family() {
            Family::Production => List::Production,
            Family::Quality => List::Quality,
            Family::Orders => List::WorkOrders,
            Family::People => List::Attendance,
        },
    };
    let place = slice.place(place);
    let (dates, waiting_at) = match kpi {
        Kpi::WipAge | Kpi::HoldAge => (None, judge.end_of(place.client_id.as_ref(), slice.window.to())),
        Kpi::Bradford => (Some(window_until(slice.window.to())), None),
        _ => (Some(slice.window), None),
    };
    let dates = dates.map(|window| (window.from(), window.to()));
    let is_unplanned = list == List::Downtime;
    let within = Some(Within { place, dates, waiting_at, is_unplanned });
    ListQuery { list, filter: String::new(), sort: None, offset: 0, limit: PAGE, within }
}
