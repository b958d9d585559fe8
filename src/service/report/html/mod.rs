//! The report as one page for a browser or a printer: nothing is fetched, nothing runs, and every text is escaped.

mod frame;
mod pareto;
mod table;
mod time;
mod trend;

use super::{Report, ReportKpi, Standing, family_title, figure_text, standing, standing_text};
use crate::domain::text::shown;
use crate::kpi::Family;
use std::cmp::Ordering;
use std::fmt::Write;

const STYLE: &str = include_str!("../../../../assets/report/style.css");

/// Text that is nothing but text, inside an element or an attribute.
pub(in crate::service) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in shown(text).chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            letter => safe.push(letter),
        }
    }
    safe
}

/// Adds text to a page. Writing to a String cannot fail.
macro_rules! put {
    ($page:expr, $($what:tt)*) => { write!($page, $($what)*).ok() };
}
use put;

/// The page.
pub fn page(report: &Report) -> String {
    let mut page = String::new();
    let title = escaped(&format!("{} {}", report.kind.title(), report.period));
    put!(page, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    put!(page, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    // Whatever a text holds, nothing is loaded and nothing runs.
    put!(
        page,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    );
    put!(page, "<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n");
    put_header(&mut page, report);
    put_standing_out(&mut page, report);
    for &family in Family::ALL {
        put_family(&mut page, report, family);
    }
    put_plots(&mut page, report);
    table::put_all(&mut page, report);
    put_footer(&mut page, report);
    put!(page, "</body>\n</html>\n");
    page
}

fn put_header(page: &mut String, report: &Report) {
    put!(page, "<header>\n<div class=\"kind\">{}</div>\n", report.kind.title());
    put!(page, "<h1>{}</h1>\n", escaped(&report.period_text()));
    put!(page, "<p>{}</p>\n", escaped(&report.clients_text()));
    put!(page, "<p class=\"soft small\">{}</p>\n", escaped(&report.made_text()));
    if report.is_unfinished {
        put!(page, "<p class=\"note\">The last day of this report has not ended: its figures still move.</p>\n");
    }
    put!(page, "</header>\n");
}

fn put_standing_out(page: &mut String, report: &Report) {
    put!(page, "<section>\n<h2>What stands out</h2>\n");
    if report.standing_out().next().is_none() {
        put!(page, "<p class=\"calm\">{}</p>\n</section>\n", report.nothing_text());
        return;
    }
    put!(page, "<div class=\"out\">\n");
    for kpi in report.standing_out() {
        let class = standing(&kpi.value).class();
        put!(page, "<article class=\"{class}\"><div class=\"head\"><b>{}</b>", escaped(kpi.value.kpi.name()));
        put!(page, "<span class=\"value\">{}</span></div>\n", escaped(&figure_text(&kpi.value)));
        put!(page, "<p>{} {} {}</p>\n", chip(kpi), target(kpi), change(report, kpi));
        for why in &kpi.why {
            put!(page, "<p class=\"soft small\">{}</p>\n", escaped(why));
        }
        put!(page, "</article>\n");
    }
    put!(page, "</div>\n</section>\n");
}

fn put_family(page: &mut String, report: &Report, family: Family) {
    put!(page, "<section>\n<h2>{}</h2>\n<div class=\"tiles\">\n", family_title(family));
    let (with, without): (Vec<_>, Vec<_>) = report.family(family).partition(|kpi| kpi.has_something_to_show());
    for kpi in with {
        put!(page, "<div class=\"tile {}\">", standing(&kpi.value).class());
        put!(page, "<div class=\"name\">{}</div>", escaped(kpi.value.kpi.name()));
        put!(page, "<div class=\"value\">{}</div>", escaped(&figure_text(&kpi.value)));
        for under in [chip(kpi), target(kpi), change(report, kpi)] {
            put!(page, "<div class=\"under\">{under}</div>");
        }
        put!(page, "</div>\n");
    }
    put!(page, "</div>\n");
    if !without.is_empty() {
        let names: Vec<_> = without.iter().map(|kpi| kpi.value.kpi.name()).collect();
        put!(page, "<p class=\"soft small\">No value: {}.</p>\n", escaped(&names.join(", ")));
    }
    put!(page, "</section>\n");
}

/// How it stands, in a word and a sign.
fn chip(kpi: &ReportKpi) -> String {
    let standing = standing(&kpi.value);
    if standing == Standing::None {
        return String::new();
    }
    let (class, sign, word) = (standing.class(), standing.sign(), escaped(&standing_text(&kpi.value)));
    format!("<span class=\"chip {class}\">{sign} {word}</span>")
}

fn target(kpi: &ReportKpi) -> String {
    match kpi.value.target {
        Some(_) => {
            let text = format!("target {}{}", kpi.value.target_number(), kpi.value.kpi.unit().suffix());
            format!("<span class=\"whole\">{}</span>", escaped(&text))
        }
        None => String::new(),
    }
}

/// The change since the period before, whether it is for the better, and the figure it comes from.
fn change(report: &Report, kpi: &ReportKpi) -> String {
    let Some(change) = kpi.value.change_since(&kpi.before) else { return String::new() };
    let number = change.number();
    // What is too small to be shown is no change.
    let merit = if number.starts_with(['+', '-']) { change.merit() } else { Ordering::Equal };
    let arrow = match (merit, change.by.numerator().cmp(&0)) {
        (Ordering::Equal, _) => "=",
        (_, Ordering::Less) => "▼",
        _ => "▲",
    };
    let (class, word) = match merit {
        Ordering::Greater => ("better", " better"),
        Ordering::Less => ("worse", " worse"),
        Ordering::Equal => ("soft", ""),
    };
    format!(
        "<span class=\"whole {class}\" title=\"{}: {}\">{arrow} {}{word}</span>",
        report.kind.before(),
        escaped(&figure_text(&kpi.before)),
        escaped(&number),
    )
}

fn put_plots(page: &mut String, report: &Report) {
    if !report.trends.is_empty() {
        put!(
            page,
            "<section>\n<h2>How it went</h2>\n<p class=\"soft small\">Day by day up to the report, whose dates \
            are shaded. Dashed: the target. Dotted: the limits of the control chart. Ringed: a day that its usual \
            spread does not explain.</p>\n<div class=\"plots\">\n"
        );
        for trend in &report.trends {
            trend::put(page, trend);
        }
        put!(page, "</div>\n</section>\n");
    }
    let causes: Vec<_> = report.causes.iter().filter(|causes| !causes.bars.is_empty()).collect();
    if !causes.is_empty() || !report.losses.is_empty() {
        put!(page, "<section>\n<h2>Where it comes from</h2>\n<div class=\"plots\">\n");
        time::put(page, &report.losses);
        for causes in causes {
            pareto::put(page, causes);
        }
        put!(page, "</div>\n</section>\n");
    }
}

fn put_footer(page: &mut String, report: &Report) {
    put!(
        page,
        "<footer>\n<p>Every change is since {}; ▲ and ▼ say whether the figure grew or fell. ",
        report.kind.before()
    );
    put!(
        page,
        "~ rests in part on cycle times told from history. — has no value: there is nothing to divide by.</p>\n"
    );
    put!(page, "<p class=\"trail\">{}</p>\n", escaped(&report.trail_text()));
    put!(page, "<p>KPI Operations, {}.</p>\n</footer>\n", escaped(&report.made_text()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_markup() {
        assert_eq!(escaped("<b a='1' c=\"2\">&"), "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;");
    }
}
