//! Where the planned time went: one bar of all of it, cut into fully productive time, planned stops and the losses.

use super::{escaped, put};
use crate::domain::measure::MILLIS_PER_MINUTE;
use crate::kpi::{Ratio, Unit};
use crate::service::report::{Loss, grouped};
use std::fmt::Write;

const WIDTH: f64 = 1160.0;
const BAR: f64 = 40.0;

/// Adds the bar; nothing where no time was planned.
pub(super) fn put(page: &mut String, losses: &[Loss]) {
    let shown: Vec<(usize, &Loss)> = losses.iter().enumerate().filter(|(_, loss)| loss.millis > 0).collect();
    let total: i128 = shown.iter().map(|(_, loss)| loss.millis).sum();
    if total == 0 {
        return;
    }
    put!(page, "<figure class=\"wide\"><figcaption>Planned time<span>{} min</span></figcaption>\n", minutes(total));
    put!(page, "<svg viewBox=\"0 0 {WIDTH} {BAR}\" role=\"img\" aria-label=\"Where the planned time went\">\n");
    let mut left = 0.0;
    for (place, loss) in &shown {
        let width = Ratio::new(loss.millis, total).map_or(0.0, |share| share.value(1)) * WIDTH;
        put!(
            page,
            "<rect class=\"part-{place}\" x=\"{left:.1}\" y=\"0\" width=\"{width:.1}\" height=\"{BAR}\"><title>{}: {} min</title></rect>\n",
            escaped(loss.name),
            minutes(loss.millis)
        );
        left += width;
    }
    put!(page, "</svg>\n<p class=\"small\">");
    for (place, loss) in &shown {
        let share = loss.share.map(|share| format!(" ({})", Unit::Percent.text(Some(share)))).unwrap_or_default();
        put!(
            page,
            "<svg class=\"legend\" viewBox=\"0 0 8 8\"><rect class=\"part-{place}\" width=\"8\" height=\"8\"/></svg>"
        );
        put!(page, "{} {} min{share} ", escaped(loss.name), minutes(loss.millis));
    }
    put!(page, "</p></figure>\n");
}

fn minutes(millis: i128) -> String {
    grouped(Ratio::new(millis, MILLIS_PER_MINUTE).map_or(0, |minutes| minutes.scaled_half_away(1)))
}
