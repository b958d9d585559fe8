//! Where things are on the screen. Header and footer never move.

use ratatui::layout::{Constraint, Layout, Rect};

/// Narrower than this the card is shown instead of the screen.
pub const LEAST_WIDTH: u16 = 60;
/// Lower than this the card is shown instead of the screen.
pub const LEAST_HEIGHT: u16 = 20;
/// From this width on there is room for a detail beside a list.
pub const WIDE: u16 = 120;
/// From this width on such a detail may be roomy.
pub const VERY_WIDE: u16 = 160;
/// Columns of the detail beside a list.
pub const DETAIL_WIDTH: u16 = 44;
/// Rows of a list's screen that are no rows of the list: title and heading.
pub const LIST_HEADER: u16 = 2;

/// The parts of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Areas {
    /// Clients, shift, person, alarms, clock.
    pub header: Rect,
    /// The screens with their digits.
    pub tabs: Rect,
    /// A line.
    pub rule: Rect,
    /// One purpose.
    pub body: Rect,
    /// The last outcome, and the age of what is shown.
    pub message: Rect,
    /// What the keys do here.
    pub footer: Rect,
}

/// Whether the screen is too small to work on.
pub const fn is_too_small(area: Rect) -> bool {
    area.width < LEAST_WIDTH || area.height < LEAST_HEIGHT
}

/// Divides the screen.
pub fn areas(area: Rect) -> Areas {
    let rows =
        [1, 1, 1, 0, 1, 1].map(|height| if height == 0 { Constraint::Min(1) } else { Constraint::Length(height) });
    let [header, tabs, rule, body, message, footer] = Layout::vertical(rows).areas(area);
    Areas { header, tabs, rule, body, message, footer }
}

/// Columns of what explains a figure beside the figures.
pub const fn explained_width(body: Rect) -> u16 {
    if body.width >= VERY_WIDE { 56 } else { 40 }
}

/// Divides the body into a list and its detail, where there is room for one.
pub fn list_and_detail(body: Rect) -> (Rect, Option<Rect>) {
    if body.width < WIDE {
        return (body, None);
    }
    let [list, detail] = Layout::horizontal([Constraint::Min(1), Constraint::Length(DETAIL_WIDTH)]).areas(body);
    (list, Some(detail))
}

/// A box of at most this size in the middle of an area.
pub fn centred(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}
