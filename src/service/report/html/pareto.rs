//! What something comes from: bars from the largest down, with the line of all so far.

use super::{escaped, put};
use crate::kpi::{Bar, Pareto, Ratio};
use crate::service::report::grouped;
use std::fmt::Write;

const WIDTH: f64 = 560.0;
const ROW: f64 = 24.0;
const NAMES: f64 = 170.0;
const FIGURES: f64 = 112.0;
const HEAD: f64 = 18.0;
/// Bars of one plot; what is smaller is in the spreadsheet.
pub(super) const MOST_BARS: usize = 10;
/// Letters of a name.
const LETTERS: usize = 25;

/// Adds the plot.
pub(super) fn put(page: &mut String, pareto: &Pareto) {
    let shown: Vec<&Bar> = pareto.bars.iter().take(MOST_BARS).collect();
    let rows = f64::from(u32::try_from(shown.len()).unwrap_or(u32::MAX));
    let height = HEAD + rows * ROW + 4.0;
    let more = pareto.bars.len().saturating_sub(shown.len());
    let more = if more > 0 { format!(", {more} more") } else { String::new() };
    let title = escaped(pareto.kind.name());
    put!(
        page,
        "<figure><figcaption>{title}<span>{}{}{more}</span></figcaption>\n",
        grouped(pareto.total().into()),
        pareto.kind.suffix()
    );
    put!(page, "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{title}, the largest first\">\n");
    let room = WIDTH - NAMES - FIGURES;
    put!(
        page,
        "<text x=\"{NAMES}\" y=\"11\">0 %</text><text x=\"{:.1}\" y=\"11\" text-anchor=\"end\">100 %</text>",
        NAMES + room
    );
    put!(
        page,
        "<text x=\"{:.1}\" y=\"11\" text-anchor=\"end\">{}</text><text x=\"{WIDTH}\" y=\"11\" text-anchor=\"end\">so far</text>\n",
        WIDTH - 52.0,
        pareto.kind.suffix().trim()
    );
    for share in [0.0, 0.5, 1.0] {
        let x = NAMES + room * share;
        put!(page, "<line class=\"grid\" x1=\"{x:.1}\" y1=\"{HEAD}\" x2=\"{x:.1}\" y2=\"{height}\"/>");
    }
    let mut line = String::new();
    for (place, cause) in (0_u32..).zip(&shown) {
        let top = HEAD + f64::from(place) * ROW;
        put_bar(page, cause, top, room);
        let verb = if place == 0 { 'M' } else { 'L' };
        put!(line, "{verb}{:.1} {:.1}", NAMES + room * of_one(cause.cumulative), top + ROW / 2.0);
    }
    put!(page, "<path class=\"sum\" d=\"{line}\"/>\n");
    for (place, cause) in (0_u32..).zip(&shown) {
        let (x, y) = (NAMES + room * of_one(cause.cumulative), HEAD + f64::from(place) * ROW + ROW / 2.0);
        put!(page, "<circle class=\"sum-dot\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.8\"/>");
    }
    put!(page, "</svg></figure>\n");
}

fn put_bar(page: &mut String, cause: &Bar, top: f64, room: f64) {
    let class = if cause.is_unclassified() { "bar unknown" } else { "bar" };
    let width = (room * of_one(cause.share)).max(1.0);
    let text = top + ROW / 2.0 + 4.0;
    put!(
        page,
        "<text class=\"ink\" x=\"{:.1}\" y=\"{text:.1}\" text-anchor=\"end\">{}<title>{}</title></text>",
        NAMES - 8.0,
        escaped(&cut(&cause.name)),
        escaped(&cause.name)
    );
    put!(
        page,
        "<rect class=\"{class}\" x=\"{NAMES}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{:.1}\"/>",
        top + 4.0,
        ROW - 8.0
    );
    put!(
        page,
        "<text class=\"ink\" x=\"{:.1}\" y=\"{text:.1}\" text-anchor=\"end\">{}</text>",
        WIDTH - 52.0,
        grouped(cause.amount.into())
    );
    put!(
        page,
        "<text x=\"{WIDTH}\" y=\"{text:.1}\" text-anchor=\"end\">{}</text>\n",
        escaped(&percent(cause.cumulative))
    );
}

fn of_one(share: Ratio) -> f64 {
    share.value(1).clamp(0.0, 1.0)
}

fn percent(share: Ratio) -> String {
    crate::kpi::Unit::Percent.text(Some(share))
}

fn cut(name: &str) -> String {
    if name.chars().count() <= LETTERS {
        return name.to_owned();
    }
    name.chars().take(LETTERS - 1).chain(['…']).collect()
}
