//! How a KPI in detail is laid out: what it is of, its figure, its series as a chart, and below or beside it the
//! sections: the way down first, then what it is made of.

use super::{DetailScreen, facts, parts, way};
use crate::kpi::figure;
use crate::service::KpiDetail;
use crate::tui::layout::{VERY_WIDE, WIDE};
use crate::tui::model::Model;
use crate::tui::screen::kpi::draw_window;
use crate::tui::widget::{Pen, below, inset, row, width, wrap};
use parts::Section;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

/// Rows above the chart: window, way and figure, and what the figure is compared with.
const HEAD: u16 = 3;
/// Rows of the chart with its legend at least.
const LEAST_CHART: u16 = 6;
/// And at most: points that lie far apart make no line for the eye.
const TALLEST_CHART: u16 = 20;
/// Rows of the sections below the chart at least.
const LEAST_SECTION: u16 = 6;
/// Columns of the sections beside the chart.
const BESIDE: u16 = 50;
/// The same where there is more room.
const ROOMY_BESIDE: u16 = 76;

/// Draws the KPI.
pub fn draw(model: &Model, screen: &DetailScreen, area: Rect, buffer: &mut Buffer) {
    let pen = model.pen();
    let Some(level) = screen.level() else { return };
    let Some(detail) = level.data.value() else {
        let text = level.data.failure().map_or_else(
            || pen.say("reading...").to_owned(),
            |why| pen.tell("could not be read: {why}", &[("why", &why)]),
        );
        let place = inset(below(area, 2), 2);
        pen.text(&facts::way(&pen, screen), pen.theme.strong, inset(row(area, 0), 1), buffer);
        for (index, line) in wrap(&pen.plain(&text), place.width).iter().enumerate() {
            pen.text(line, pen.theme.dim, row(place, u16::try_from(index).unwrap_or(u16::MAX)), buffer);
        }
        return;
    };
    let wanted = (model.kpis.window, screen.span(model.kpis.window));
    let shown = level.shown.unwrap_or(wanted);
    let is_other = shown != wanted;
    draw_window(model, &pen, (shown.0, detail.window, detail.label.as_deref()), is_other, row(area, 0), buffer);
    facts::draw(&pen, screen, detail, Rect { height: 2.min(area.height), ..below(area, 1) }, buffer);
    let body = below(area, HEAD);
    if area.width >= WIDE {
        draw_wide(&pen, screen, detail, body, buffer);
    } else {
        draw_narrow(&pen, screen, detail, body, buffer);
    }
    if is_other || model.is_stale(&level.data) {
        buffer.set_style(below(area, 1), pen.theme.dim);
    }
}

/// The section that stands first.
fn first(screen: &DetailScreen, sections: &[Section]) -> usize {
    screen.section % sections.len().max(1)
}

/// Rows of the chart in a height: what so many rows of a section leave it, none for a single point or for no figures at all.
fn chart_height(detail: &KpiDetail, height: u16, section: u16, most: u16) -> u16 {
    let room = height.saturating_sub(section + 1).min(most);
    let points = detail.series.iter().filter(|(_, sums)| figure(detail.kpi, sums).is_some()).count();
    if points < 2 || room < LEAST_CHART { 0 } else { room }
}

fn draw_narrow(pen: &Pen, screen: &DetailScreen, detail: &KpiDetail, area: Rect, buffer: &mut Buffer) {
    let sections = parts::sections(detail, true);
    let first = first(screen, &sections);
    let wanted = sections.get(first).map_or(LEAST_SECTION, |section| section.rows(detail).max(LEAST_SECTION));
    let chart = chart_height(detail, area.height, wanted, 16);
    facts::draw_chart(pen, detail, Rect { height: chart, ..inset(area, 1) }, buffer);
    let rest = below(area, chart);
    draw_names(pen, &sections, first, detail, row(rest, 0), buffer);
    if let Some(section) = sections.get(first) {
        parts::draw(pen, screen, detail, *section, inset(below(rest, 1), 1), buffer);
    }
}

/// The names of the sections, the one in view in brackets.
fn draw_names(pen: &Pen, sections: &[Section], first: usize, detail: &KpiDetail, place: Rect, buffer: &mut Buffer) {
    pen.rule(place, buffer);
    let mut spans = Vec::new();
    for (index, section) in sections.iter().enumerate() {
        let title = section.title(detail);
        let title = pen.say(&title);
        spans.push(if index == first {
            Span::styled(format!("[{title}]"), pen.theme.strong)
        } else {
            Span::styled(format!(" {title} "), pen.theme.dim)
        });
    }
    let wide = |spans: &[Span<'_>]| -> u16 { spans.iter().map(|span| width(&span.content)).sum() };
    // Where not all fit, those before the one in view give way.
    let given_way = (0..first).find(|from| wide(spans.get(*from..).unwrap_or_default()) < place.width).unwrap_or(first);
    let spans = spans.split_off(given_way);
    let used = wide(&spans).min(place.width.saturating_sub(1));
    pen.line(spans, Rect { width: used, x: place.x + 1, ..place }, buffer);
}

fn draw_wide(pen: &Pen, screen: &DetailScreen, detail: &KpiDetail, area: Rect, buffer: &mut Buffer) {
    let beside = if area.width >= VERY_WIDE { ROOMY_BESIDE } else { BESIDE };
    let left = Rect { width: area.width - beside, ..area };
    let right = Rect { x: left.right(), width: beside, ..area };
    let chart = chart_height(detail, area.height, LEAST_SECTION, (area.height / 2).min(TALLEST_CHART));
    facts::draw_chart(pen, detail, Rect { height: chart, ..inset(left, 1) }, buffer);
    let below_chart = below(left, chart);
    draw_heading(pen, &Section::Way.title(detail), row(below_chart, 0), buffer);
    way::draw(pen, screen, inset(below(below_chart, 1), 1), buffer);

    for line in 0..right.height {
        pen.text(pen.glyphs.bar, pen.theme.dim, Rect { width: 1, ..row(right, line) }, buffer);
    }
    let mut rest = Rect { x: right.x + 1, width: right.width - 1, ..right };
    let mut sections = parts::sections(detail, false);
    let first = first(screen, &sections);
    sections.rotate_left(first);
    for section in sections {
        if rest.height < 3 {
            break;
        }
        draw_heading(pen, &section.title(detail), row(rest, 0), buffer);
        let used = parts::draw(pen, screen, detail, section, inset(below(rest, 1), 1), buffer);
        rest = below(rest, used + 2);
    }
}

fn draw_heading(pen: &Pen, title: &str, place: Rect, buffer: &mut Buffer) {
    pen.rule(place, buffer);
    pen.text(&format!(" {} ", pen.plain(pen.say(title))), pen.theme.dim, inset(place, 1), buffer);
}
