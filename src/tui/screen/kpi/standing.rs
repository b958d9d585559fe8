//! How a KPI stands: a mark, words and a style, so that it is told without colour too. What is normal stays quiet.

use crate::kpi::{KpiValue, Status};
use crate::tui::widget::Pen;
use ratatui::style::Style;

/// How a KPI stands, ready to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its mark.
    pub mark: &'static str,
    /// In words.
    pub words: String,
    /// How mark and words look.
    pub style: Style,
    /// How the figure looks.
    pub figure: Style,
}

/// How a KPI stands. More than is possible is abnormal whatever the target says.
pub fn standing(pen: &Pen, value: &KpiValue) -> Standing {
    let stands = |mark, words: &str, style, figure| Standing { mark, words: pen.say(words).to_owned(), style, figure };
    if value.figure.is_none() {
        return stands(pen.glyphs.neutral, "no value", pen.theme.dim, pen.theme.dim);
    }
    if value.is_beyond_ideal() {
        return stands(pen.glyphs.warn, "over 100 %", pen.theme.warn, pen.theme.strong);
    }
    let status = status(value);
    let (mark, style) = of_status(pen, status);
    let words = match (&value.worst_client, status) {
        (Some(worst), Status::Warn) => pen.tell("near: {client}", &[("client", &worst.client_id)]),
        (Some(worst), Status::Bad) => pen.tell("off: {client}", &[("client", &worst.client_id)]),
        (Some(_), Status::None | Status::Ok) | (None, _) => pen.say(status_word(status)).to_owned(),
    };
    let figure = if matches!(status, Status::Warn | Status::Bad) { pen.theme.strong } else { pen.theme.normal };
    Standing { mark, words, style, figure }
}

/// The status that counts: of all together, or of the worst client where their targets differ.
pub fn status(value: &KpiValue) -> Status {
    value.worst_client.as_ref().map_or(value.status, |worst| worst.status)
}

/// How soon somebody should look at it: 0 first; none where it is normal.
pub fn urgency(value: &KpiValue) -> Option<u8> {
    match status(value) {
        Status::Bad => Some(0),
        _ if value.is_beyond_ideal() => Some(1),
        Status::Warn => Some(2),
        Status::None | Status::Ok => None,
    }
}

/// A status as mark and style.
pub const fn of_status(pen: &Pen, status: Status) -> (&'static str, Style) {
    match status {
        Status::None => (pen.glyphs.neutral, pen.theme.dim),
        Status::Ok => (pen.glyphs.good, pen.theme.good),
        Status::Warn => (pen.glyphs.warn, pen.theme.warn),
        Status::Bad => (pen.glyphs.alarm, pen.theme.alarm),
    }
}

/// A status in words.
pub const fn status_word(status: Status) -> &'static str {
    match status {
        Status::None => "no target",
        Status::Ok => "on target",
        Status::Warn => "near target",
        Status::Bad => "off target",
    }
}
