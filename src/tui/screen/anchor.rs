//! What stays selected in a list whose rows come anew, and where on the screen.

use super::list::ListScreen;
use crate::domain::clock::Instant;
use crate::domain::id::{ClientId, EntryId};
use crate::domain::list::{ListRow, Page};
use crate::tui::message::Ticket;

/// What stays selected when rows come anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// Whatever stands at the same place of the list.
    Position,
    /// The row that is selected, and it stays where it is on the screen.
    Row,
    /// The row of an entry that was just saved; where it is not in view, the row that is selected.
    Entry(EntryId),
}

impl ListScreen {
    /// Takes rows if they are the ones that are waited for; says whether they were. `rows` are those that fit the screen.
    pub fn take_page(&mut self, ticket: Ticket, page: Result<Page, String>, at: Instant, rows: u64) -> bool {
        let kept = match (self.anchor, self.row()) {
            (Anchor::Position, _) => None,
            (_, selected) => selected.map(|row| (row.client_id.clone(), row.key.clone())),
        };
        if !self.page.answer(ticket, page, at) {
            return false;
        }
        if let Some((anchor, now)) =
            self.page.value().map(|page| (self.anchor, place(page, self.anchor, kept.as_ref())))
            && let Some(now) = now
        {
            // Who is at the top sees what comes in there; the others go on reading where they are.
            if anchor == Anchor::Row && self.top > 0 {
                self.top = (self.top + now).saturating_sub(self.selected);
            }
            self.selected = now;
        }
        self.keep_visible(rows);
        true
    }
}

/// Where the row is that stays selected.
fn place(page: &Page, anchor: Anchor, kept: Option<&(Option<ClientId>, String)>) -> Option<u64> {
    let at = |is_it: &dyn Fn(&ListRow) -> bool| {
        let index = page.rows.iter().position(is_it)?;
        Some(page.offset + u64::try_from(index).ok()?)
    };
    let entry = match anchor {
        Anchor::Entry(entry) => at(&|row| row.key == entry.to_string()),
        Anchor::Position | Anchor::Row => None,
    };
    entry.or_else(|| kept.and_then(|(client_id, key)| at(&|row| (&row.client_id, &row.key) == (client_id, key))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::list::List;
    use crate::tui::loaded::Loaded;
    use rstest::rstest;
    use uuid::Uuid;

    fn page(keys: &[&str]) -> Page {
        let row = |key: &&str| ListRow { client_id: None, key: (*key).to_owned(), version: 1, cells: Vec::new() };
        let (rows, total) = (keys.iter().map(row).collect(), keys.len() as u64);
        Page { list: List::Production, offset: 0, total, more: false, since: None, rows }
    }

    const SAVED: Uuid = Uuid::from_u128(7);

    #[rstest]
    #[case::a_row_came_in_above(Anchor::Row, &["new", "a", "b", "c", "d", "e"], "d", 4, 3)]
    #[case::one_went_above(Anchor::Row, &["b", "c", "d", "e"], "d", 2, 1)]
    #[case::one_came_below(Anchor::Row, &["a", "b", "c", "d", "new", "e"], "d", 3, 2)]
    #[case::the_row_itself_went(Anchor::Row, &["a", "b", "c", "e"], "e", 3, 1)]
    #[case::another_place_was_wanted(Anchor::Position, &["new", "a", "b", "c", "d", "e"], "c", 3, 2)]
    #[case::an_entry_was_saved(Anchor::Entry(EntryId(SAVED)), &["saved", "a", "b", "c", "d", "e"], "saved", 0, 0)]
    #[case::it_is_not_in_view(Anchor::Entry(EntryId(SAVED)), &["new", "a", "b", "c", "d", "e"], "d", 4, 2)]
    fn the_selection_stays_with_its_row(
        #[case] anchor: Anchor,
        #[case] rows: &[&str],
        #[case] selected: &str,
        #[case] at: u64,
        #[case] top: u64,
    ) {
        let named = |keys: &[&str]| -> Page {
            let key = |key: &&str| if *key == "saved" { SAVED.to_string() } else { (*key).to_owned() };
            let keys: Vec<String> = keys.iter().map(key).collect();
            page(&keys.iter().map(String::as_str).collect::<Vec<_>>())
        };
        let mut screen = ListScreen::new(List::Production);
        screen.page = Loaded::Ready(page(&["a", "b", "c", "d", "e"]), Instant(0));
        (screen.selected, screen.top, screen.anchor) = (3, 2, anchor);
        screen.page.ask(Ticket(1));
        assert!(screen.take_page(Ticket(1), Ok(named(rows)), Instant(1), 3));
        let key = screen.row().map(|row| row.key.clone()).unwrap();
        let key = if key == SAVED.to_string() { "saved" } else { &key };
        assert_eq!((key, screen.selected, screen.top), (selected, at, top));
    }

    #[test]
    fn who_is_at_the_top_sees_what_comes_in_there() {
        let mut screen = ListScreen::new(List::Production);
        screen.page = Loaded::Ready(page(&["a", "b"]), Instant(0));
        screen.anchor = Anchor::Row;
        screen.page.ask(Ticket(1));
        screen.take_page(Ticket(1), Ok(page(&["new", "a", "b"])), Instant(1), 5);
        assert_eq!((screen.selected, screen.top), (1, 0));
    }
}
