//! Figures read and added up by group and client: the one place where all of them come from.

use super::super::{Place, Problem};
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{ClientId, ProductId, ShiftId};
use crate::domain::shift::LineShiftKey;
use crate::kpi::{By, Dimension, GroupKey, Period, Span, Sums, Tally, Window};
use crate::store::ReadTx;
use crate::store::tally::{self, Made, Selection};
use std::collections::BTreeMap;

/// The sums of one group, by client.
pub(super) type ByClient = BTreeMap<ClientId, Sums>;

/// The sums of groups, in the order of the groups.
pub(super) type Groups = BTreeMap<GroupKey, ByClient>;

/// The shift that is looked at of each client, with its date.
pub(super) type ShiftOfClient = BTreeMap<ClientId, (ProductionDate, ShiftId)>;

/// What figures are wanted of.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// Production dates.
    pub(super) window: Window,
    /// Of each client this shift of this date alone; clients that are not named have none.
    pub(super) shifts: Option<ShiftOfClient>,
    /// Narrowed to a place.
    pub(super) place: Place,
    /// Narrowed to a product.
    pub(super) product_id: Option<ProductId>,
    /// The groups.
    pub(super) by: Option<By>,
}

impl Wanted {
    /// Everything of a window together.
    pub(super) fn of(window: Window) -> Self {
        Self { window, shifts: None, place: Place::default(), product_id: None, by: None }
    }

    /// What the figures are filtered and grouped by.
    pub(super) fn dimensions(&self) -> Vec<Dimension> {
        let filters = [
            self.place.line_id.as_ref().map(|_| Dimension::Line),
            self.place.shift_id.as_ref().map(|_| Dimension::Shift),
            self.shifts.as_ref().map(|_| Dimension::Shift),
            self.product_id.as_ref().map(|_| Dimension::Product),
        ];
        filters.into_iter().flatten().chain(self.by.map(By::dimension)).collect()
    }

    /// The dates that are read.
    pub(super) fn dates(&self) -> Window {
        self.place.date.map_or(self.window, |date| Window::ending(date, 1))
    }

    fn takes(&self, key: &LineShiftKey) -> bool {
        let is_wanted =
            |(date, shift_id): &(ProductionDate, ShiftId)| (*date, shift_id) == (key.production_date, &key.shift_id);
        self.place.client_id.as_ref().is_none_or(|client_id| *client_id == key.client_id)
            && self.shifts.as_ref().is_none_or(|shifts| shifts.get(&key.client_id).is_some_and(is_wanted))
    }

    /// The group of a line shift; none where products are told apart, because it belongs to no single one.
    fn group_of(&self, key: &LineShiftKey) -> Option<GroupKey> {
        match self.by {
            None => Some(GroupKey::All),
            Some(By::Day) => Some(GroupKey::Period(Period::of(Span::Day, key.production_date))),
            Some(By::Week) => Some(GroupKey::Period(Period::of(Span::Week, key.production_date))),
            Some(By::Month) => Some(GroupKey::Period(Period::of(Span::Month, key.production_date))),
            Some(By::Client) => Some(GroupKey::Client(key.client_id.clone())),
            Some(By::Line) => Some(GroupKey::Line(key.client_id.clone(), key.line_id.clone())),
            Some(By::Shift) => Some(GroupKey::Shift(key.shift_id.clone())),
            Some(By::Product) => None,
        }
    }
}

/// Units alone: a line shift's time belongs to no single product.
fn units_of(made: Made) -> Tally {
    let Made { units, defects, scrap, rework, startup_defects } = made;
    Tally { units, defects, scrap, rework, startup_defects, ..Tally::default() }
}

/// Reads what is wanted, and adds it up.
pub(super) async fn read(tx: &mut ReadTx, wanted: &Wanted, now: Instant) -> Result<Groups, Problem> {
    let mut groups = Groups::new();
    let mut add = |group: GroupKey, client_id: ClientId, tally: Tally| {
        groups.entry(group).or_default().entry(client_id).or_default().tally += tally;
    };
    let Place { line_id, shift_id, .. } = &wanted.place;
    let selection = Selection { window: wanted.dates(), line_id: line_id.as_ref(), shift_id: shift_id.as_ref() };
    match (&wanted.product_id, wanted.by) {
        (Some(product_id), _) => {
            for row in tally::of_product(tx, selection, product_id).await? {
                if wanted.takes(&row.line_shift) {
                    let group =
                        wanted.group_of(&row.line_shift).unwrap_or_else(|| GroupKey::Product(product_id.clone()));
                    add(group, row.line_shift.client_id, units_of(row.made));
                }
            }
        }
        (None, Some(By::Product)) => {
            for row in tally::by_product(tx, selection).await? {
                add(GroupKey::Product(row.product_id), row.client_id, units_of(row.made));
            }
        }
        (None, _) => {
            for row in tally::line_shifts(tx, selection).await? {
                let key = row.key();
                if let Some(group) = wanted.group_of(&key).filter(|_| wanted.takes(&key)) {
                    add(group, row.client_id.clone(), Tally::of_line_shift(&row, now));
                }
            }
        }
    }
    Ok(groups)
}
