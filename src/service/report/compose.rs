//! Putting a report together from the answers that the screens get too.

use super::{Entries, KpiTable, Loss, Report, ReportKind, ReportKpi, Trend, TrendDay, grouped};
use crate::domain::clock::{PlantClock, ProductionDate};
use crate::domain::hold::HoldStatus;
use crate::domain::list::{Cell, Column, List, ListRow, Page, Sort};
use crate::kpi::{
    By, Kpi, KpiValue, Panel, Pareto, Period, Ratio, SixBigLosses, Span, Unit, Window, explain, six_big_losses, sums,
};
use crate::service::{
    Answer, ChainEnd, Desk, DetailQuery, KpiDetail, KpiQuery, KpiReport, KpiScreen, ListQuery, PanelWindow, Place,
    Problem, Query,
};
use std::cmp::Ordering;

/// KPIs whose trend says most, in the order of a page.
const TELLING: [Kpi; 8] =
    [Kpi::Oee, Kpi::Availability, Kpi::Performance, Kpi::QualityRate, Kpi::Fpy, Kpi::Dpmo, Kpi::Otd, Kpi::Absenteeism];
/// KPIs that a table of lines or shifts has room for.
const OF_LINES: [Kpi; 7] =
    [Kpi::Oee, Kpi::Availability, Kpi::Performance, Kpi::QualityRate, Kpi::ScrapRate, Kpi::Mttr, Kpi::Fpy];
/// KPIs that a table of clients has room for.
const OF_CLIENTS: [Kpi; 7] =
    [Kpi::Oee, Kpi::Availability, Kpi::Performance, Kpi::QualityRate, Kpi::Fpy, Kpi::Otd, Kpi::Absenteeism];
/// KPIs whose causes are stops and defects, holds, and absences.
const CAUSED: [Kpi; 3] = [Kpi::Oee, Kpi::HoldAge, Kpi::Absenteeism];
/// Most trends on a page.
const MOST_TRENDS: usize = 12;
/// Rows of a list.
const ROWS_OF_A_LIST: u64 = 15;
/// Rows that are looked through for the open holds, which come first.
const MOST_ROWS: u64 = 1_000;
/// Parts that explain a figure.
const PARTS: usize = 3;

impl Desk {
    /// Whether figures of a window still move: a date of it is not over at some client, or a shift of it runs on.
    async fn is_unfinished(&self, window: Window) -> Result<bool, Problem> {
        let now = self.now();
        if self.clients().iter().any(|client| client.clock.date(now) <= window.to()) {
            return Ok(true);
        }
        let Answer::KpiPanel(present) = self.ask(Query::KpiPanel { window: PanelWindow::ThisShift }).await? else {
            return Err(something_else());
        };
        Ok(present.window.from() <= window.to())
    }

    /// The production date before today, at the first client in view: what a report is of unless another is named.
    pub fn yesterday(&self) -> ProductionDate {
        self.report_clock().date(self.now()).plus_days(-1)
    }

    fn report_clock(&self) -> PlantClock {
        self.clients().first().map_or(PlantClock::new(chrono_tz::UTC), |client| client.clock)
    }

    /// The report of the day, week or month in which a date lies.
    pub async fn report(&self, kind: ReportKind, date: ProductionDate) -> Result<Report, Problem> {
        let period = Period::of(kind.span(), date);
        let window = Window::new(period.first(), period.last())?;
        let before = Period::of(kind.span(), period.first().plus_days(-1));
        let screen = self.panel_of(window).await?;
        let panel_before = self.panel_of(Window::new(before.first(), before.last())?).await?.panel;
        let mut kpis = kpis(&screen.panel, &panel_before);
        for kpi in kpis.iter_mut().filter(|kpi| kpi.rank().is_some()) {
            let detail = self.detail_of(kpi.value.kpi, window).await?;
            let causes = self.causes_of(kpi.value.kpi, window).await?;
            kpi.why = why(&KpiDetail { paretos: Some(causes), ..detail });
        }
        let clock = self.report_clock();
        let mut report = Report {
            kind,
            period,
            clients: self.clients().iter().map(|client| (client.client_id.clone(), client.name.clone())).collect(),
            made_at: (clock.local(self.now()), clock.zone_name().to_owned()),
            made_by: self.person().full_name.clone(),
            is_unfinished: self.is_unfinished(window).await?,
            kpis,
            trends: Vec::new(),
            tables: self.tables(window).await?,
            causes: self.causes(window).await?,
            losses: losses(&six_big_losses(screen.tally())),
            entries: vec![self.open_holds().await?, self.oldest_orders().await?],
            trail: self.trail_of_report().await?,
        };
        report.trends = self.trends(&report, window).await?;
        Ok(report)
    }

    async fn trail_of_report(&self) -> Result<Vec<ChainEnd>, Problem> {
        match self.ask(Query::TrailEnds).await? {
            Answer::TrailEnds(ends) => Ok(ends),
            _ => Err(something_else()),
        }
    }

    async fn panel_of(&self, window: Window) -> Result<KpiScreen, Problem> {
        let window = PanelWindow::Dates { from: window.from(), to: window.to() };
        match self.ask(Query::KpiPanel { window }).await? {
            Answer::KpiPanel(screen) => Ok(*screen),
            _ => Err(something_else()),
        }
    }

    async fn detail_of(&self, kpi: Kpi, window: Window) -> Result<KpiDetail, Problem> {
        match self.ask(Query::KpiDetail(of_all(kpi, window))).await? {
            Answer::KpiDetail(detail) => Ok(*detail),
            _ => Err(something_else()),
        }
    }

    async fn causes_of(&self, kpi: Kpi, window: Window) -> Result<Vec<Pareto>, Problem> {
        match self.ask(Query::KpiCauses(of_all(kpi, window))).await? {
            Answer::KpiCauses(causes) => Ok(causes),
            _ => Err(something_else()),
        }
    }

    async fn trends(&self, report: &Report, reported: Window) -> Result<Vec<Trend>, Problem> {
        let window = Window::ending(reported.to(), report.kind.trend_days());
        let abnormal = report.standing_out().map(|kpi| kpi.value.kpi);
        let mut wanted: Vec<Kpi> = Vec::new();
        for kpi in abnormal.chain(TELLING) {
            if !wanted.contains(&kpi) && wanted.len() < MOST_TRENDS {
                wanted.push(kpi);
            }
        }
        let mut trends = Vec::new();
        for kpi in wanted {
            let trend = trend(&self.detail_of(kpi, window).await?, reported);
            if trend.days.iter().filter(|day| day.figure.is_some()).count() > 1 {
                trends.push(trend);
            }
        }
        Ok(trends)
    }

    /// What stops, defects, holds and absences come from, each once.
    async fn causes(&self, window: Window) -> Result<Vec<Pareto>, Problem> {
        let mut causes: Vec<Pareto> = Vec::new();
        for kpi in CAUSED {
            for pareto in self.causes_of(kpi, window).await? {
                if !causes.iter().any(|known| known.kind == pareto.kind) {
                    causes.push(pareto);
                }
            }
        }
        Ok(causes)
    }

    async fn tables(&self, window: Window) -> Result<Vec<KpiTable>, Problem> {
        let by_client = (self.clients().len() > 1).then_some((By::Client, "Clients", "Client", &OF_CLIENTS));
        let others = [(By::Line, "Lines", "Line", &OF_LINES), (By::Shift, "Shifts", "Shift", &OF_LINES)];
        let mut tables = Vec::new();
        for (by, title, row, shown) in by_client.into_iter().chain(others) {
            let report = self.grouped(by, window).await?;
            let rows: Vec<_> = report
                .groups
                .into_iter()
                .map(|group| (group.group.unwrap_or_default(), group.panel.values().to_vec()))
                .collect();
            if !rows.is_empty() {
                tables.push(KpiTable { title, row, shown: shown.to_vec(), rows });
            }
        }
        Ok(tables)
    }

    async fn grouped(&self, by: By, window: Window) -> Result<KpiReport, Problem> {
        match self.ask(Query::Kpis(KpiQuery { by: Some(by), ..KpiQuery::of(window) })).await? {
            Answer::Kpis(report) => Ok(report),
            _ => Err(something_else()),
        }
    }

    /// Holds that nobody has ended, in the order of the list: what waits for somebody first.
    async fn open_holds(&self) -> Result<Entries, Problem> {
        let shown = ["client_id", "work_order_id", "quantity", "reason_name", "status", "since"];
        let mut page = self.page(List::Holds, "", None, MOST_ROWS).await?;
        let status = place_of(List::Holds, "status");
        let is_open = |row: &ListRow| match status.and_then(|place| row.cells.get(place)) {
            Some(Cell::Text(status)) => ["on_hold", "release_requested"].contains(&status.as_str()),
            _ => false,
        };
        page.rows.retain(is_open);
        page.total = u64::try_from(page.rows.len()).unwrap_or(0);
        Ok(self.entries("Holds open now", "No hold is open.", page, &shown))
    }

    /// Orders in process, the oldest first.
    async fn oldest_orders(&self) -> Result<Entries, Problem> {
        let shown = ["client_id", "work_order_id", "product_id", "quantity", "made", "started_at", "required_date"];
        let sort = place_of(List::WorkOrders, "started_at").map(|column| Sort { column, descending: false });
        let page = self.page(List::WorkOrders, "in_process", sort, ROWS_OF_A_LIST).await?;
        Ok(self.entries("Oldest orders in process now", "No order is in process.", page, &shown))
    }

    async fn page(&self, list: List, filter: &str, sort: Option<Sort>, limit: u64) -> Result<Page, Problem> {
        let query = ListQuery { list, filter: filter.to_owned(), sort, offset: 0, limit, within: None };
        match self.ask(Query::List(query)).await? {
            Answer::Page(page) => Ok(page),
            _ => Err(something_else()),
        }
    }

    fn entries(&self, title: &'static str, none: &'static str, page: Page, shown: &[&str]) -> Entries {
        let several = self.clients().len() > 1;
        let places: Vec<usize> = shown
            .iter()
            .filter(|name| several || **name != "client_id")
            .filter_map(|name| place_of(page.list, name))
            .collect();
        let columns: Vec<Column> = places.iter().filter_map(|place| page.list.columns().get(*place).copied()).collect();
        let row = |row: ListRow| places.iter().filter_map(|place| row.cells.get(*place).map(in_words)).collect();
        let most = usize::try_from(ROWS_OF_A_LIST).unwrap_or(usize::MAX);
        let rows: Vec<Vec<Cell>> = page.rows.into_iter().take(most).map(row).collect();
        let more = page.total.saturating_sub(u64::try_from(rows.len()).unwrap_or(0));
        Entries { title, columns, rows, more, none }
    }
}

fn something_else() -> Problem {
    Problem::reject("report", "the plant answered something else", "make it again")
}

fn place_of(list: List, name: &str) -> Option<usize> {
    list.columns().iter().position(|column| column.name == name)
}

/// A status as people write it.
fn in_words(cell: &Cell) -> Cell {
    match cell {
        Cell::Text(status) if HoldStatus::parse(status).is_some() => Cell::Text(status.replace('_', " ")),
        other => other.clone(),
    }
}

fn kpis(panel: &Panel, before: &Panel) -> Vec<ReportKpi> {
    let with_before = |value: &KpiValue| {
        let before = before.get(value.kpi)?.clone();
        Some(ReportKpi { value: value.clone(), before, why: Vec::new() })
    };
    panel.values().iter().filter_map(with_before).collect()
}

/// The parts of the planned time, in the order in which they take it away.
fn losses(all: &SixBigLosses) -> Vec<Loss> {
    let [breakdowns, setup, small, speed, rejects, startup] = all.losses();
    let parts = [
        ("fully productive", all.fully_productive_millis),
        ("planned stops", all.planned_stop_millis),
        breakdowns,
        setup,
        small,
        speed,
        rejects,
        startup,
        ("unexplained, for lack of ideal cycles", all.unknown_millis),
    ];
    let loss = |(name, millis)| Loss { name, millis, share: Ratio::new(millis, all.planned_millis) };
    parts.map(loss).to_vec()
}

/// Why a figure is as it is: its formula, and the parts that pull it down most.
/// The question for a KPI of a window, day by day.
fn of_all(kpi: Kpi, window: Window) -> DetailQuery {
    let window = PanelWindow::Dates { from: window.from(), to: window.to() };
    DetailQuery { kpi, window, place: Place::default(), span: Span::Day }
}

fn why(detail: &KpiDetail) -> Vec<String> {
    let mut why = vec![format!(
        "{} = {} = {}",
        detail.kpi.formula(),
        explain::numbers(detail.kpi, &detail.sums),
        detail.value.text()
    )];
    let worst: Vec<_> = detail
        .children
        .iter()
        .filter(|child| is_worse(&child.value, &detail.value))
        .take(PARTS)
        .map(|child| format!("{} {}", child.label, child.value.text()))
        .collect();
    // The numbers of RTY are its stages already.
    if detail.kpi != Kpi::Rty {
        why.extend(super::told(&detail.value));
    }
    if let Some((kind, bar)) =
        detail.paretos.iter().flatten().next().and_then(|pareto| Some((pareto.kind, pareto.bars.first()?)))
    {
        let share = Unit::Percent.text(Some(bar.share));
        why.push(format!(
            "{}: most of it {} {}{} ({share})",
            kind.name(),
            bar.name,
            grouped(bar.amount.into()),
            kind.suffix()
        ));
    }
    if !worst.is_empty() {
        why.push(format!("Worst: {}", worst.join(", ")));
    }
    why
}

/// Whether a part stands worse than the whole.
fn is_worse(part: &KpiValue, whole: &KpiValue) -> bool {
    part.change_since(whole).is_some_and(|change| change.merit() == Ordering::Less)
}

fn trend(detail: &KpiDetail, reported: Window) -> Trend {
    let figures = detail.series.iter().map(|(period, sums)| (*period, sums::figure(detail.kpi, sums)));
    let day = |(period, figure): (Period, Option<Ratio>)| {
        let mut points = detail.chart.iter().flat_map(|chart| &chart.points);
        let point = points.find(|point| point.period == period);
        TrendDay {
            date: period.first(),
            figure,
            limits: point.map(|point| [point.centre, point.lower, point.upper]),
            is_marked: point.is_some_and(|point| !point.broken.is_empty()),
        }
    };
    Trend {
        kpi: detail.kpi,
        days: figures.map(day).collect(),
        target: detail.value.target.and_then(|target| target.figure(detail.kpi)),
        reported,
    }
}
