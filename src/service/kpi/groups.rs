//! Figures read and added up by group and client: the one place where all of them come from.

use super::super::{Place, Problem};
use super::judge::WaitsAt;
use super::reading::{ClientReading, bradford, stages_in_use};
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{ClientId, ProductId, ShiftId};
use crate::domain::shift::LineShiftKey;
use crate::kpi::{By, Dimension, GroupKey, LineShiftSums, Period, Sums, Tally, Window, bradford::window_until};
use crate::store::ReadTx;
use crate::store::tally::extent::Extent;
use crate::store::tally::live::ClientLive;
use crate::store::tally::stored::ClientTallies;
use crate::store::tally::{self, Selection, people, products, stored};
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
    /// Whether the reader may see Bradford factors and wants them.
    pub(super) with_bradford: bool,
    /// Whether what waits is wanted.
    pub(super) with_waiting: bool,
}

impl Wanted {
    /// Everything of a window together.
    pub(super) fn of(window: Window) -> Self {
        Self {
            window,
            shifts: None,
            place: Place::default(),
            product_id: None,
            by: None,
            with_bradford: false,
            with_waiting: true,
        }
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

    /// When what waits is wanted. No line, shift or product has it.
    pub(super) fn waits_at(&self) -> WaitsAt {
        if !self.with_waiting || self.needs_line_shifts() || self.is_by_product() {
            return WaitsAt::Never;
        }
        match self.by.and_then(By::span) {
            Some(_) => WaitsAt::Since(self.dates().from()),
            None => WaitsAt::Ends(self.dates().to(), None),
        }
    }

    fn is_by_product(&self) -> bool {
        self.product_id.is_some() || self.by == Some(By::Product)
    }

    pub(super) fn selection(&self) -> Selection<'_> {
        let Place { client_id, line_id, shift_id, .. } = &self.place;
        Selection {
            window: self.dates(),
            client_id: client_id.as_ref(),
            line_id: line_id.as_ref(),
            shift_id: shift_id.as_ref(),
        }
    }

    /// Whether stored days cannot tell: they know no lines and shifts.
    pub(super) fn needs_line_shifts(&self) -> bool {
        self.dimensions().iter().any(|dimension| matches!(dimension, Dimension::Line | Dimension::Shift))
    }

    fn takes(&self, client_id: &ClientId, date: ProductionDate, shift_id: &ShiftId) -> bool {
        let is_wanted = |(of, shift): &(ProductionDate, ShiftId)| (*of, shift) == (date, shift_id);
        self.shifts.as_ref().is_none_or(|shifts| shifts.get(client_id).is_some_and(is_wanted))
    }

    /// Whether a line shift is wanted, by everything that narrows them.
    pub(super) fn takes_row(&self, row: &LineShiftSums) -> bool {
        let Selection { window, client_id, line_id, shift_id } = self.selection();
        window.contains(row.production_date)
            && client_id.is_none_or(|client_id| *client_id == row.client_id)
            && line_id.is_none_or(|line_id| *line_id == row.line_id)
            && shift_id.is_none_or(|shift_id| *shift_id == row.shift_id)
            && self.takes_key(&row.key())
    }

    fn takes_key(&self, key: &LineShiftKey) -> bool {
        self.takes(&key.client_id, key.production_date, &key.shift_id)
    }

    /// The group of a line shift, which belongs to no single product.
    fn group_of(&self, key: &LineShiftKey) -> Option<GroupKey> {
        match self.by {
            Some(By::Line) => Some(GroupKey::Line(key.client_id.clone(), key.line_id.clone())),
            Some(By::Shift) => Some(GroupKey::Shift(key.shift_id.clone())),
            _ => self.group_of_day(&key.client_id, key.production_date),
        }
    }

    /// The group of a date of a client; none where more than that must be known.
    fn group_of_day(&self, client_id: &ClientId, date: ProductionDate) -> Option<GroupKey> {
        match self.by {
            None => Some(GroupKey::All),
            Some(By::Client) => Some(GroupKey::Client(client_id.clone())),
            Some(By::Line | By::Shift | By::Product) => None,
            Some(By::Day | By::Week | By::Month) => {
                self.by.and_then(By::span).map(|span| GroupKey::Period(Period::of(span, date)))
            }
        }
    }
}

/// Reads what is wanted of the clients in view, and adds it up.
pub(super) async fn read(
    tx: &mut ReadTx,
    clients: &[ClientLive],
    wanted: &Wanted,
    now: Instant,
) -> Result<Groups, Problem> {
    let is_by_product = wanted.is_by_product();
    let mut groups = match (is_by_product, wanted.needs_line_shifts()) {
        (true, true) => products_in_line_shifts(tx, wanted).await?,
        (true, false) => stored_products(tx, clients, wanted, now).await?,
        (false, true) => line_shifts(tx, clients, wanted, now).await?,
        (false, false) => {
            let extent = extent(clients, wanted, now);
            let tallies = stored::read(tx, extent, wanted.place.client_id.as_ref()).await?;
            of_stored(clients, &tallies, extent, wanted, now)
        }
    };
    // A factor rests on 52 weeks, whatever shift is on now.
    let is_split = wanted.place.line_id.is_some()
        || wanted.place.shift_id.is_some()
        || matches!(wanted.by, Some(By::Line | By::Shift));
    if wanted.with_bradford && !is_by_product && !is_split {
        add_bradford(tx, clients, wanted, &mut groups).await?;
    }
    Ok(groups)
}

/// Periods need every day, anything else the months inside.
fn extent(clients: &[ClientLive], wanted: &Wanted, now: Instant) -> Extent {
    match wanted.by.and_then(By::span) {
        Some(_) => Extent::days(wanted.dates()),
        None => Extent::total(wanted.dates(), earliest_today(clients, now)),
    }
}

/// The date on which it is today at every client, or already later.
pub(super) fn earliest_today(clients: &[ClientLive], now: Instant) -> ProductionDate {
    let todays = clients.iter().map(|live| live.client.clock.date(now));
    todays.min().unwrap_or(ProductionDate::BEGINNING)
}

/// The date that it is already at some client.
pub(super) fn latest_today(clients: &[ClientLive], now: Instant) -> ProductionDate {
    clients.iter().map(|live| live.client.clock.date(now)).max().unwrap_or(ProductionDate::BEGINNING)
}

/// Whole clients, from stored days and months.
pub(super) fn of_stored(
    clients: &[ClientLive],
    tallies: &[ClientTallies],
    extent: Extent,
    wanted: &Wanted,
    now: Instant,
) -> Groups {
    let mut groups = Groups::new();
    for live in clients {
        let client_id = &live.client.client_id;
        let Some(tallies) = stored::of_client(tallies, client_id) else { continue };
        let reading = ClientReading::new(live, tallies, extent, now);
        let windows = windows(client_id, wanted);
        let ends: Vec<_> = windows.iter().map(|(_, window)| window.to()).collect();
        let waiting = if wanted.with_waiting { reading.waiting(&ends) } else { vec![Default::default(); ends.len()] };
        for ((group, window), (wip, holds)) in windows.into_iter().zip(waiting) {
            let sums = Sums { wip, holds, ..reading.sums(window) };
            groups.entry(group).or_default().insert(client_id.clone(), sums);
        }
    }
    groups
}

/// The groups of a client, each with its dates inside the window.
fn windows(client_id: &ClientId, wanted: &Wanted) -> Vec<(GroupKey, Window)> {
    let dates = wanted.dates();
    let Some(span) = wanted.by.and_then(By::span) else {
        return wanted.group_of_day(client_id, dates.to()).map(|group| (group, dates)).into_iter().collect();
    };
    let inside = |period: Period| {
        let window = Window::new(period.first().max(dates.from()), period.last().min(dates.to())).ok()?;
        Some((GroupKey::Period(period), window))
    };
    dates.periods(span).filter_map(inside).collect()
}

/// Lines and shifts: line by line shift, with the stages inspected and the attendance of shifts.
async fn line_shifts(
    tx: &mut ReadTx,
    clients: &[ClientLive],
    wanted: &Wanted,
    now: Instant,
) -> Result<Groups, Problem> {
    let mut groups = Groups::new();
    let selection = wanted.selection();
    for row in tally::line_shifts(tx, selection).await? {
        let key = row.key();
        if let Some(group) = wanted.group_of(&key).filter(|_| wanted.takes_key(&key)) {
            *tally_of(&mut groups, group, key.client_id) += Tally::of_line_shift(&row, now);
        }
    }
    for row in tally::by_stage(tx, selection).await? {
        if let Some(group) = wanted.group_of(&row.line_shift).filter(|_| wanted.takes_key(&row.line_shift)) {
            let sums = groups.entry(group).or_default().entry(row.line_shift.client_id).or_default();
            sums.stages.add_stage(row.stage, row.sums);
        }
    }
    if !wanted.dimensions().contains(&Dimension::Line) {
        let rows = people::by_shift(tx, selection.window, selection.shift_id, selection.client_id).await?;
        for (client_id, row) in rows {
            let group = match wanted.by {
                Some(By::Shift) => Some(GroupKey::Shift(row.shift_id.clone())),
                _ => wanted.group_of_day(&client_id, row.production_date),
            };
            if let Some(group) = group.filter(|_| wanted.takes(&client_id, row.production_date, &row.shift_id)) {
                *tally_of(&mut groups, group, client_id) += row.tally;
            }
        }
    }
    for sums in groups.values_mut() {
        for live in clients {
            if let Some(sums) = sums.get_mut(&live.client.client_id) {
                sums.stages += &stages_in_use(live);
            }
        }
    }
    Ok(groups)
}

fn tally_of(groups: &mut Groups, group: GroupKey, client_id: ClientId) -> &mut Tally {
    &mut groups.entry(group).or_default().entry(client_id).or_default().tally
}

/// Products of whole clients, from stored days and months.
async fn stored_products(
    tx: &mut ReadTx,
    clients: &[ClientLive],
    wanted: &Wanted,
    now: Instant,
) -> Result<Groups, Problem> {
    let mut groups = Groups::new();
    let extent = extent(clients, wanted, now);
    let of_client = wanted.place.client_id.as_ref();
    for (client_id, made) in products::by_product(tx, extent, wanted.product_id.as_ref(), of_client).await? {
        let group = match wanted.by {
            Some(By::Product) => Some(GroupKey::Product(made.product_id)),
            _ => wanted.group_of_day(&client_id, made.date),
        };
        // A product whose counts were all taken back has a stored row without anything in it.
        if let Some(group) = group.filter(|_| !made.tally.is_empty()) {
            *tally_of(&mut groups, group, client_id) += made.tally;
        }
    }
    Ok(groups)
}

/// Products on lines or in shifts.
async fn products_in_line_shifts(tx: &mut ReadTx, wanted: &Wanted) -> Result<Groups, Problem> {
    let mut groups = Groups::new();
    let rows = products::in_line_shifts(tx, wanted.selection(), wanted.product_id.as_ref()).await?;
    for row in rows.into_iter().filter(|row| wanted.takes_key(&row.line_shift)) {
        let group = match wanted.by {
            Some(By::Product) => Some(GroupKey::Product(row.made.product_id)),
            _ => wanted.group_of(&row.line_shift),
        };
        if let Some(group) = group {
            *tally_of(&mut groups, group, row.line_shift.client_id) += row.made.tally;
        }
    }
    Ok(groups)
}

/// Adds the factors of the 52 weeks before the end of each group, of clients that allow it.
async fn add_bradford(
    tx: &mut ReadTx,
    clients: &[ClientLive],
    wanted: &Wanted,
    groups: &mut Groups,
) -> Result<(), Problem> {
    for live in clients.iter().filter(|live| live.allows_bradford) {
        let client_id = &live.client.client_id;
        let windows = windows(client_id, wanted);
        let weeks = |window: &Window| window_until(window.to());
        let from = windows.iter().map(|(_, window)| weeks(window).from()).min();
        let Some(read) = from.and_then(|from| Window::new(from, wanted.dates().to()).ok()) else { continue };
        let absentees = people::absentees(tx, client_id, read).await?;
        for (group, window) in windows {
            let is_total = matches!(group, GroupKey::All | GroupKey::Client(_));
            let by_client = if is_total { Some(groups.entry(group).or_default()) } else { groups.get_mut(&group) };
            if let Some(by_client) = by_client {
                let sums = by_client.entry(client_id.clone()).or_default();
                sums.bradford = Some(bradford(live, &absentees, weeks(&window)));
            }
        }
    }
    Ok(())
}
