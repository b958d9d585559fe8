//! A list narrowed to what lies below a figure, over the list as it was: going back brings that one back.

use super::Tab;
use super::list::{ListScreen, ListScreens};
use crate::domain::list::List;
use crate::service::ListQuery;

/// The list that is narrowed.
#[derive(Debug)]
pub struct Narrowed {
    /// Which.
    pub list: List,
    /// What it is narrowed to, in words.
    pub note: String,
    /// The text that belongs to it; what is typed over it is a filter like any other.
    pub filter: String,
    tab: Tab,
    list_before: Option<List>,
    screen_before: Option<ListScreen>,
}

impl ListScreens {
    /// Narrows a list on a screen and has it in view there; the list as it was is kept.
    pub fn narrow(&mut self, tab: Tab, query: ListQuery, note: String) {
        self.widen();
        let (list, list_before) = (query.list, self.current(tab));
        let mut screen = ListScreen::new(list);
        screen.filter.clone_from(&query.filter);
        screen.sort = query.sort;
        screen.within = query.within;
        let screen_before = self.replace(list, Some(screen));
        self.show(tab, list);
        self.narrowed = Some(Narrowed { list, note, filter: query.filter, tab, list_before, screen_before });
    }

    /// Brings the list back as it was before it was narrowed; says whether one was.
    pub fn widen(&mut self) -> bool {
        let Some(narrowed) = self.narrowed.take() else { return false };
        self.replace(narrowed.list, narrowed.screen_before);
        if let Some(list) = narrowed.list_before {
            self.show(narrowed.tab, list);
        }
        true
    }

    /// How a list is narrowed, if it is.
    pub fn narrowing(&self, list: List) -> Option<&Narrowed> {
        self.narrowed.as_ref().filter(|narrowed| narrowed.list == list)
    }
}
