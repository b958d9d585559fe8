//! The sections of a KPI in detail: the way down, and what its figure is made of.

use super::{DetailScreen, way};
use crate::kpi::explain::{minutes, why_none};
use crate::kpi::pareto::{Bar, Pareto};
use crate::kpi::production::balance;
use crate::kpi::{Ages, Family, Kpi, ParetoKind, Ratio, Stages};
use crate::service::KpiDetail;
use crate::tui::layer::PageLine;
use crate::tui::screen::kpi::explain;
use crate::tui::widget::page::laid_out;
use crate::tui::widget::pareto::{self, ParetoBar};
use crate::tui::widget::{Pen, below, row};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// One section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// The parts below.
    Way,
    /// Where the planned time went.
    Time,
    /// Inspections by stage.
    Stages,
    /// What waits, by age.
    Ages,
    /// Absence by employee.
    Employees,
    /// What it was caused by: the Pareto at this place.
    Causes(usize),
    /// The figure with its numbers.
    Numbers,
}

/// The sections of a KPI; with the way down among them where it has no place of its own.
pub fn sections(detail: &KpiDetail, with_way: bool) -> Vec<Section> {
    let own = match detail.kpi {
        Kpi::Fpy | Kpi::Rty => Some(Section::Stages),
        Kpi::WipAge | Kpi::HoldAge => Some(Section::Ages),
        Kpi::Bradford => Some(Section::Employees),
        kpi if kpi.family() == Family::Production && detail.sums.tally.planned_minutes > 0 => Some(Section::Time),
        _ => None,
    };
    let way = with_way.then_some(Section::Way);
    let causes = (0..ParetoKind::of(detail.kpi).len()).map(Section::Causes);
    way.into_iter().chain(causes).chain(own).chain([Section::Numbers]).collect()
}

impl Section {
    /// Rows it needs in a narrow screen to say what matters.
    pub fn rows(self, detail: &KpiDetail) -> u16 {
        match self {
            Self::Way => 6,
            Self::Time | Self::Employees => 10,
            Self::Stages => u16::try_from(detail.sums.stages.in_order().len() + 1).unwrap_or(u16::MAX),
            Self::Ages => 8,
            Self::Causes(at) => {
                let bars = pareto_at(detail, at).map_or(0, |pareto| pareto.bars.len());
                u16::try_from(bars).unwrap_or(u16::MAX).clamp(1, 8)
            }
            Self::Numbers => 5,
        }
    }

    /// What stands above it.
    pub fn title(self, detail: &KpiDetail) -> String {
        match self {
            Self::Way => way::title(&detail.children).to_owned(),
            Self::Time => "Six big losses".to_owned(),
            Self::Stages => "Stages".to_owned(),
            Self::Ages => "By age in days".to_owned(),
            Self::Employees => "Employees".to_owned(),
            Self::Causes(at) => ParetoKind::of(detail.kpi).get(at).map_or("", |kind| kind.name()).to_owned(),
            Self::Numbers => "Numbers".to_owned(),
        }
    }
}

/// Draws a section; gives the rows it took.
pub fn draw(
    pen: &Pen,
    screen: &DetailScreen,
    detail: &KpiDetail,
    section: Section,
    area: Rect,
    buffer: &mut Buffer,
) -> u16 {
    match section {
        Section::Way => way::draw(pen, screen, area, buffer),
        Section::Time => draw_time(pen, detail, area, buffer),
        Section::Stages => draw_lines(pen, &stages(pen, &detail.sums.stages), area, buffer),
        Section::Ages => draw_ages(pen, ages_of(detail), area, buffer),
        Section::Employees => draw_lines(pen, &employees(pen, detail), area, buffer),
        Section::Causes(at) => draw_causes(pen, detail, at, area, buffer),
        Section::Numbers => draw_lines(pen, &explain::numbers_of(pen, &detail.value, &detail.sums), area, buffer),
    }
}

fn draw_lines(pen: &Pen, lines: &[PageLine], area: Rect, buffer: &mut Buffer) -> u16 {
    let lines = laid_out(pen, lines, area.width);
    let mut used = 0;
    for (style, text) in lines.iter().take(usize::from(area.height)) {
        pen.text(text, *style, row(area, used), buffer);
        used += 1;
    }
    used
}

fn pair(name: &str, text: String) -> PageLine {
    PageLine::Pair(name.to_owned(), text)
}

/// Rows of a Pareto at most: the vital few.
const CAUSES: u16 = 10;

fn pareto_at(detail: &KpiDetail, at: usize) -> Option<&Pareto> {
    detail.paretos.as_ref()?.get(at)
}

fn draw_causes(pen: &Pen, detail: &KpiDetail, at: usize, area: Rect, buffer: &mut Buffer) -> u16 {
    let Some(pareto) = pareto_at(detail, at).filter(|pareto| !pareto.bars.is_empty()) else {
        let text = if detail.paretos.is_some() { "nothing in this window" } else { "reading..." };
        pen.text(pen.say(text), pen.theme.dim, row(area, 0), buffer);
        return 1;
    };
    let thousandths = |share: Ratio| i64::try_from(share.scaled_half_away(1000)).unwrap_or(0);
    let bar = |bar: &Bar| ParetoBar {
        name: bar.name.clone(),
        amount: format!("{}{}", bar.amount, pareto.kind.suffix()),
        share: thousandths(bar.share),
        cumulative: thousandths(bar.cumulative),
        is_unclassified: bar.is_unclassified(),
    };
    let bars: Vec<ParetoBar> = pareto.bars.iter().map(bar).collect();
    pareto::draw(pen, &bars, Rect { height: area.height.min(CAUSES), ..area }, buffer)
}

/// The balance in words.
const BALANCE: &str = "planned {planned} = planned stops {planned_stops} + unplanned stops {stops} + earned {earned} + unexplained {unexplained}";

/// Where the planned time went: planned stops, the six big losses and what was fully productive, adding up to all of
/// it; and the balance.
fn draw_time(pen: &Pen, detail: &KpiDetail, area: Rect, buffer: &mut Buffer) -> u16 {
    let (split, tally) = (detail.losses, &detail.sums.tally);
    let named = [("planned stops", split.planned_stop_millis)]
        .into_iter()
        .chain(split.losses())
        .chain((split.unknown_millis != 0).then_some(("not told apart", split.unknown_millis)))
        .chain([("fully productive", split.fully_productive_millis)]);
    let mut so_far = 0;
    let bars: Vec<ParetoBar> = named
        .map(|(name, millis)| {
            so_far += millis;
            ParetoBar {
                name: pen.say(name).to_owned(),
                amount: minutes(millis),
                share: thousandths(millis, split.planned_millis),
                cumulative: thousandths(so_far, split.planned_millis),
                // Less than nothing was lost: an ideal cycle, a count or a time is wrong.
                is_unclassified: millis < 0,
            }
        })
        .collect();
    let used = pareto::draw(pen, &bars, area, buffer);
    let parts = balance(tally);
    let over = if parts.unexplained_millis < 0 { pen.glyphs.warn } else { "" };
    let known: [(&str, &dyn std::fmt::Display); 5] = [
        ("planned", &minutes(parts.planned_millis)),
        ("planned_stops", &minutes(parts.planned_stop_millis)),
        ("stops", &minutes(parts.unplanned_stop_millis)),
        ("earned", &minutes(parts.earned_millis)),
        ("unexplained", &format!("{over}{}", minutes(parts.unexplained_millis))),
    ];
    let text = pen.tell(BALANCE, &known);
    used + draw_lines(pen, &[PageLine::Text(text)], below(area, used), buffer)
}

/// A part of a whole in thousandths.
fn thousandths(part: i128, whole: i128) -> i64 {
    Ratio::new(part, whole).and_then(|share| i64::try_from(share.scaled_half_away(1000)).ok()).unwrap_or(0)
}

/// First-pass yield stage by stage, in the client's order.
fn stages(pen: &Pen, stages: &Stages) -> Vec<PageLine> {
    let mut lines: Vec<PageLine> = stages
        .inspected()
        .into_iter()
        .map(|(stage, sums)| {
            let yielded = Kpi::Fpy.unit().text(sums.fpy());
            pair(
                stage.as_str(),
                format!(
                    "{yielded:>8}  {}",
                    pen.tell("{row} of {total}", &[("row", &sums.passed), ("total", &sums.inspected)])
                ),
            )
        })
        .collect();
    let left_out: Vec<&str> = stages.left_out().into_iter().map(crate::domain::id::Stage::as_str).collect();
    if !left_out.is_empty() {
        let text = pen.tell("{stages}: nothing was inspected", &[("stages", &left_out.join(", "))]);
        lines.push(pair(pen.say("left out"), text));
    }
    if lines.is_empty() {
        lines.push(PageLine::Off(pen.say("stages").to_owned(), pen.glyphs.missing.to_owned()));
    }
    lines
}

const fn ages_of(detail: &KpiDetail) -> (&Ages, &'static str) {
    match detail.kpi {
        Kpi::HoldAge => (&detail.sums.holds, "holds"),
        _ => (&detail.sums.wip, "orders"),
    }
}

/// What waits by bucket, with the oldest and both means.
fn draw_ages(pen: &Pen, (ages, what): (&Ages, &str), area: Rect, buffer: &mut Buffer) -> u16 {
    let (what, units) = (pen.say(what), pen.say("units"));
    let mut so_far: i128 = 0;
    let bars: Vec<ParetoBar> = ages
        .buckets()
        .map(|(days, bucket)| {
            so_far += i128::from(bucket.count);
            ParetoBar {
                name: format!("{days} d"),
                amount: format!("{} {what}, {} {units}", bucket.count, bucket.units),
                share: thousandths(bucket.count.into(), ages.count().into()),
                cumulative: thousandths(so_far, ages.count().into()),
                is_unclassified: false,
            }
        })
        .collect();
    let used = pareto::draw(pen, &bars, area, buffer);
    let days = |figure: Option<Ratio>| Kpi::WipAge.unit().text(figure);
    let oldest = ages.oldest_net_days().map_or_else(String::new, |days| format!("{days} d"));
    let gross = ages.oldest_gross_days().map_or_else(String::new, |days| format!("{days} d"));
    // A hold's time is all on hold; an order's may be in part.
    let with_hold = |net: String, gross: String| {
        if net == gross {
            net
        } else {
            pen.tell("{net}, with the time on hold {gross}", &[("net", &net), ("gross", &gross)])
        }
    };
    let lines = [
        pair(pen.say("together"), format!("{} {what}, {} {units}", ages.count(), ages.units())),
        pair(pen.say("oldest"), with_hold(oldest, gross)),
        pair(pen.say("mean"), with_hold(days(ages.mean_net()), days(ages.mean_gross()))),
    ];
    used + draw_lines(pen, &lines, below(area, used), buffer)
}

/// Bradford factors, the highest first; or why there are none.
fn employees(pen: &Pen, detail: &KpiDetail) -> Vec<PageLine> {
    match &detail.sums.bradford {
        None => vec![{
            let why = pen.translated(&why_none(Kpi::Bradford, &detail.sums));
            PageLine::Text(pen.tell("No value: {why}.", &[("why", &why)]))
        }],
        Some(employees) if employees.is_empty() => vec![PageLine::Text("Nobody was absent.".to_owned())],
        Some(employees) => employees
            .iter()
            .map(|one| {
                let name = format!("{} {}", one.employee_number, one.name);
                let points = format!("{:>6}", one.points);
                let known: [(&str, &dyn std::fmt::Display); 3] =
                    [("points", &points), ("spells", &one.spells), ("days", &one.days)];
                pair(&name, pen.tell("{points} points  {spells} spells, {days} days", &known))
            })
            .collect(),
    }
}
