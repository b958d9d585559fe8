//! The time that is looked at: production dates, or of each client the shift that is on.

use super::super::{PanelWindow, Place, Problem};
use super::groups::ShiftOfClient;
use crate::domain::clock::{Instant, PlantClock};
use crate::domain::scope::ScopedClient;
use crate::domain::shift::{Shift, ShiftWindow, shift_at};
use crate::kpi::{Dimension, Window};
use crate::store::{ReadTx, master_data, tally};
use std::collections::BTreeSet;

/// A window and, where it is a shift, which one of each client; with what lies before it.
#[derive(Debug, Clone)]
pub(super) struct Slice {
    /// The production dates.
    pub(super) window: Window,
    /// What it is called, where it is not just its dates.
    pub(super) label: Option<String>,
    /// Of each client this shift alone.
    pub(super) shifts: Option<ShiftOfClient>,
    before: Option<ShiftOfClient>,
}

impl Slice {
    /// The time that a window means now.
    pub(super) async fn read(tx: &mut ReadTx, window: PanelWindow, now: Instant) -> Result<Self, Problem> {
        match window {
            PanelWindow::Dates { from, to } => {
                Ok(Self { window: Window::new(from, to)?, label: None, shifts: None, before: None })
            }
            PanelWindow::ThisShift => {
                let shifts = master_data::shifts(tx).await?;
                Ok(this_shift(&tally::clients(tx).await?, &shifts, now))
            }
        }
    }

    /// What lies before it: the dates of the same number before, or the shift that was on until this one began.
    pub(super) fn before(&self) -> Self {
        match &self.before {
            None => Self { window: self.window.before(), label: None, shifts: None, before: None },
            Some(before) => Self {
                window: dates(before).unwrap_or(self.window),
                label: None,
                shifts: Some(before.clone()),
                before: None,
            },
        }
    }

    /// A place with the date and the shift of its client, where this is a shift; of all clients those that all share.
    pub(super) fn place(&self, place: Place) -> Place {
        let Some(shifts) = &self.shifts else { return place };
        let of_all = shifts.values().next().filter(|first| shifts.values().all(|shift| shift == *first));
        let shift = place.client_id.as_ref().map_or(of_all, |client_id| shifts.get(client_id));
        match shift {
            Some((date, shift_id)) => Place { date: Some(*date), shift_id: Some(shift_id.clone()), ..place },
            None => place,
        }
    }

    /// What its figures are filtered by.
    pub(super) fn dimensions(&self) -> Vec<Dimension> {
        self.shifts.iter().map(|_| Dimension::Shift).collect()
    }
}

/// The shift of each client that is on, and the one that was on until it began.
fn this_shift(clients: &[ScopedClient], shifts: &[Shift], now: Instant) -> Slice {
    let (mut present, mut before) = (ShiftOfClient::new(), ShiftOfClient::new());
    let mut names = BTreeSet::new();
    let key = |(shift, window): (&Shift, ShiftWindow)| (window.production_date, shift.shift_id.clone());
    for client in clients {
        let Some((shift, window)) = shift_at(shifts, now, client.clock) else { continue };
        names.insert(shift.name.as_str().to_owned());
        let last = shift_at(shifts, window.starts_at.plus_minutes(-1), client.clock);
        before.extend(last.map(|last| (client.client_id.clone(), key(last))));
        present.insert(client.client_id.clone(), key((shift, window)));
    }
    let clock = clients.first().map_or(PlantClock::new(chrono_tz::UTC), |client| client.clock);
    let today = Window::ending(clock.date(now), 1);
    let names = names.into_iter().collect::<Vec<_>>().join(", ");
    Slice {
        window: dates(&present).unwrap_or(today),
        label: Some(if names.is_empty() { "no shift is on".to_owned() } else { names }),
        shifts: Some(present),
        before: Some(before),
    }
}

/// The dates of shifts.
fn dates(shifts: &ShiftOfClient) -> Option<Window> {
    let dates = || shifts.values().map(|(date, _)| *date);
    Window::new(dates().min()?, dates().max()?).ok()
}
