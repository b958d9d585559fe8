//! The names above a screen of lists: which there are, and which is in view.

use super::list::visible_lists;
use super::{Tab, list_title};
use crate::domain::list::List;
use crate::domain::role::Permission;
use crate::tui::model::Model;
use crate::tui::widget::{Pen, width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// One thing that can be in view on a screen of lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// A list.
    List(List),
    /// The isolation audit.
    Isolation,
}

impl Shown {
    const fn title(self) -> &'static str {
        match self {
            Self::List(list) => list_title(list),
            Self::Isolation => "Isolation",
        }
    }
}

/// What this person can have in view on the screen, in order.
pub fn all(model: &Model) -> Vec<Shown> {
    let mut all: Vec<Shown> = visible_lists(model).into_iter().map(Shown::List).collect();
    let may_audit = model.seat.as_ref().is_some_and(|seat| seat.role.may(Permission::ReadAudit));
    if model.tab == Tab::Admin && may_audit {
        all.push(Shown::Isolation);
    }
    all
}

/// What is in view.
pub fn current(model: &Model) -> Option<Shown> {
    if model.shows_isolation() { Some(Shown::Isolation) } else { model.list().map(Shown::List) }
}

/// Draws the names; gives the column behind them. Where there is no room for all of them, those around the one in view
/// are drawn, and a mark stands for the others.
pub fn draw(model: &Model, pen: &Pen, area: Rect, buffer: &mut Buffer) -> u16 {
    let (all, current) = (all(model), current(model));
    let several = all.len() > 1;
    let title = |shown: &Shown| {
        let title = pen.say(shown.title());
        if Some(*shown) == current && several { format!("[{title}]") } else { title.to_owned() }
    };
    let titles: Vec<String> = all.iter().map(title).collect();
    let at = all.iter().position(|shown| Some(*shown) == current).unwrap_or(0);
    let (from, to) = window(&titles, at, area.width.saturating_sub(1 + GAP));
    let mut x = area.x + 1;
    let mut put = |text: &str, style| {
        pen.text(text, style, Rect { x, width: area.right().saturating_sub(x), ..area }, buffer);
        x = x.saturating_add(width(text) + GAP);
    };
    if from > 0 {
        put(pen.glyphs.cut, pen.theme.dim);
    }
    for (index, title) in titles.iter().enumerate().take(to).skip(from) {
        put(title, if index == at { pen.theme.strong } else { pen.theme.dim });
    }
    if to < titles.len() {
        put(pen.glyphs.cut, pen.theme.dim);
    }
    x
}

/// Columns between two names.
const GAP: u16 = 2;
/// Columns of the mark for names that are not drawn, and the gap beside it.
const MARK: u16 = 3;

/// The names to draw: from which, and before which. The one in view is among them.
fn window(titles: &[String], at: usize, room: u16) -> (usize, usize) {
    let needed = |from: usize, to: usize| -> u16 {
        let names = titles.iter().take(to).skip(from).map(|title| width(title) + GAP).sum::<u16>();
        let left_out = u16::from(from > 0) + u16::from(to < titles.len());
        (names + left_out * MARK).saturating_sub(GAP)
    };
    let from = (0..=at).find(|from| needed(*from, at + 1) <= room).unwrap_or(at);
    let to = (at + 1..=titles.len()).rev().find(|to| needed(from, *to) <= room).unwrap_or(at + 1);
    (from, to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(0, 100, (0, 4))]
    #[case(0, 24, (0, 2))]
    #[case(2, 24, (2, 4))]
    #[case(3, 24, (2, 4))]
    #[case(3, 5, (3, 4))]
    fn the_name_in_view_is_always_drawn(#[case] at: usize, #[case] room: u16, #[case] shown: (usize, usize)) {
        let titles = ["Clients", "Audit trail", "Products", "Isolation"].map(ToOwned::to_owned);
        assert_eq!(window(&titles, at, room), shown);
    }
}
