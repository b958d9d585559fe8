//! One page of a list, and how far back a list looks for it.
//!
//! A list with up to [`MOST`] rows is counted as a whole; of a longer one its first [`MOST`] can be walked through. The
//! filter and the sorting look at all of it, but in a longer list of dated entries, where that would take as long as
//! there are rows: there they look at the entries since a date, about [`REACH`] of them. The page says so. A date in
//! the filter is looked up wherever it lies.

use super::super::error::StoreError;
use super::super::funnel::{Cells, FromCells, Look, Value, args};
use super::super::session::Session;
use super::{WantedRecord, statements_of};
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{ClientId, LineId, ShiftId};
use crate::domain::list::{Cell, List, ListRow};
use crate::kpi::Window;

/// Most rows that a list counts; its statements stop counting at one more.
const MOST: i64 = 10_000;
/// Rows of a longer list that the filter and the sorting look at, all clients together.
const REACH: i64 = 2_000;
/// The same of each client at least.
const REACH_OF_EACH: i64 = 100;
/// Rows that each client's index gives faster than one pass over all of them.
const FIRST_PAGES: i64 = 1_000;

/// Which rows of a list are wanted.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// The list.
    pub(crate) list: List,
    /// A pattern of LIKE, with `\` before what is meant literally.
    pub(crate) pattern: Option<String>,
    /// The date that the filter names.
    pub(crate) date: Option<ProductionDate>,
    /// Column and whether the largest comes first.
    pub(crate) sort: Option<(usize, bool)>,
    /// How many rows at most.
    pub(crate) limit: i64,
    /// How many rows are before the first.
    pub(crate) offset: i64,
    /// Only rows that lie here; a list whose rows lie nowhere has none then.
    pub(crate) within: Option<WantedPlace>,
    /// What else the filter looks for in a list of records.
    pub(crate) record: WantedRecord,
}

/// Where the rows lie that are wanted.
#[derive(Debug, Clone, Default)]
pub(crate) struct WantedPlace {
    /// The first and the last production date.
    pub(crate) dates: Option<Window>,
    /// Of which client.
    pub(crate) client_id: Option<ClientId>,
    /// On lines of which name.
    pub(crate) line_id: Option<LineId>,
    /// In which shift.
    pub(crate) shift_id: Option<ShiftId>,
    /// Of orders those in process at this instant, of holds those that ran.
    pub(crate) waiting_at: Option<Instant>,
    /// Of stops the unplanned ones alone.
    pub(crate) is_unplanned: bool,
}

/// The rows that were found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// The rows of the page.
    pub(crate) rows: Vec<ListRow>,
    /// How many match.
    pub(crate) total: i64,
    /// Whether there are more than that.
    pub(crate) more: bool,
    /// Since when entries were looked at; all of them where there is no date.
    pub(crate) since: Option<ProductionDate>,
}

impl Found {
    pub(super) const NOTHING: Self = Self { rows: Vec::new(), total: 0, more: false, since: None };
}

/// The day of a list of entries since which it looks at them.
struct Since(Option<ProductionDate>);

impl FromCells for Since {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        cells.date_opt().map(Self)
    }
}

/// The cells of a row as they are stored: whole numbers, texts, and keys as text.
impl FromCells for ListRow {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        let client_id = cells.client_opt()?;
        let Cell::Text(key) = stored_cell(cells)? else {
            return Err(StoreError::Driver("a list has a row without a key".into()));
        };
        let version = cells.int()?;
        let mut row = Self { client_id, key, version, cells: Vec::new() };
        while !cells.is_at_end() {
            row.cells.push(stored_cell(cells)?);
        }
        Ok(row)
    }
}

fn stored_cell(cells: &mut Cells<'_>) -> Result<Cell, StoreError> {
    Ok(match cells.any()? {
        Value::Int(number) => number.map_or(Cell::Missing, Cell::Number),
        Value::Text(text) => text.map_or(Cell::Missing, Cell::Text),
        Value::Id(id) => id.map_or(Cell::Missing, |id| Cell::Text(id.to_string())),
        Value::Bytes(_) => Cell::Missing,
    })
}

impl Wanted {
    /// Whether rows are picked or put in order by what they hold.
    const fn is_searched(&self) -> bool {
        self.pattern.is_some() || self.sort.is_some()
    }

    /// The values of the statements: a count takes no notice of limit and offset.
    fn values(&self) -> Vec<Value> {
        let mut values = args![self.pattern.as_ref(), self.date, self.limit, self.offset];
        if let Some(place) = &self.within {
            let (from, to) = (place.dates.map(Window::from), place.dates.map(Window::to));
            values.extend(args![from, to, place.client_id.as_ref(), place.line_id.as_ref(), place.shift_id.as_ref()]);
            values.extend(args![place.waiting_at, place.is_unplanned]);
        }
        if self.list.is_record() {
            values.extend(self.record.values());
        }
        values
    }
}

impl Session {
    /// The rows that are wanted, and how many match altogether.
    pub(crate) async fn list(&self, wanted: &Wanted) -> Result<Found, StoreError> {
        match wanted.list {
            List::Clients | List::Users | List::AccountRecord => self.list_accounts(wanted).await,
            _ => {
                let mut tx = self.read().await?;
                let is_long = self.is_long(&mut tx, wanted.list).await?;
                let clients = i64::try_from(self.scope().clients().len()).unwrap_or(1).max(1);
                page(&mut tx, wanted, is_long.then(|| (REACH / clients).max(REACH_OF_EACH))).await
            }
        }
    }

    /// Whether a list has more rows than are counted. One that had them once is not counted again by this session.
    async fn is_long(&self, tx: &mut impl Look, list: List) -> Result<bool, StoreError> {
        let Some(longer) = statements_of(list).longer else { return Ok(false) };
        if self.is_known_as_long(list) {
            return Ok(true);
        }
        let is_long = tx.one::<i64>(longer, args![MOST + 1]).await? > MOST;
        if is_long {
            self.know_as_long(list);
        }
        Ok(is_long)
    }

    /// Looks through the account door, where no scope filters; so the role is asked of the account as it is now.
    async fn list_accounts(&self, wanted: &Wanted) -> Result<Found, StoreError> {
        let person = self.person_now().await?;
        if !person.role.may(wanted.list.permission()) {
            return Err(StoreError::SessionOver);
        }
        page(&mut self.store().look().await?, wanted, None).await
    }
}

/// Reads a page; of a long list with a filter or a sorting, from about `reach` entries of each client.
async fn page(tx: &mut impl Look, wanted: &Wanted, reach: Option<i64>) -> Result<Found, StoreError> {
    let list = statements_of(wanted.list);
    let (within, since) = match reach {
        Some(reach) if wanted.is_searched() => narrowed(tx, wanted, reach).await?,
        _ => (wanted.within.clone(), None),
    };
    let wanted = &Wanted { within, ..wanted.clone() };
    let texts = match (&wanted.within, &list.within) {
        (None, _) => &list.all,
        (Some(_), Some(within)) => within,
        (Some(_), None) => return Ok(Found::NOTHING),
    };
    let is_plain = !wanted.is_searched() && wanted.within.is_none();
    let counted = if reach.is_some() && is_plain { MOST + 1 } else { tx.one(texts.count, wanted.values()).await? };
    let more = list.longer.is_some() && counted > MOST;
    let total = if more { MOST } else { counted };
    if wanted.offset >= total {
        return Ok(Found { rows: Vec::new(), total, more, since });
    }
    let sorted = wanted.sort.and_then(|(column, descending)| {
        let [ascending_text, descending_text] = texts.sorted.get(column)?;
        Some(*if descending { descending_text } else { ascending_text })
    });
    let newest = if tx.open()?.has_lateral() { texts.newest_lateral.unwrap_or(texts.newest) } else { texts.newest };
    let own = if reach.is_some() || wanted.offset <= FIRST_PAGES { newest } else { texts.ordered };
    let rows = tx.all(sorted.unwrap_or(own), wanted.values()).await?;
    Ok(Found { rows, total, more, since })
}

/// The place that a search in a long list is narrowed to: the date that the filter names, or the newest entries.
async fn narrowed(
    tx: &mut impl Look,
    wanted: &Wanted,
    reach: i64,
) -> Result<(Option<WantedPlace>, Option<ProductionDate>), StoreError> {
    let place = wanted.within.clone().unwrap_or_default();
    let (Some(since), None) = (statements_of(wanted.list).since, place.dates) else {
        return Ok((wanted.within.clone(), None));
    };
    if let Some(date) = wanted.date {
        return Ok((Some(WantedPlace { dates: Window::new(date, date).ok(), ..place }), None));
    }
    let Since(since) = tx.one(since, args![reach]).await?;
    let dates = since.and_then(|since| Window::new(since, ProductionDate(i32::MAX)).ok());
    Ok((Some(WantedPlace { dates, ..place }), since))
}
