//! Everything that can be asked, in every way that makes a difference: each list filtered, sorted and by pages, each KPI
//! in each place, each export to its end.

use super::scope::Who;
use crate::domain::clock::ProductionDate;
use crate::domain::entity::Entity;
use crate::domain::id::{ClientId, EntryId};
use crate::domain::list::{Column, List, Sort};
use crate::kpi::{By, Kpi, Span};
use crate::service::{
    DetailQuery, ExportQuery, Exported, KpiQuery, ListQuery, PanelWindow, Place, Query, RecordKey, Within,
};
use crate::store::many_clients::{CLIENTS, DISABLED, NOW, SHARED_PRODUCT, TODAY, entry_id, key, marker, own_id};

/// How much is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// One of each kind, and one of each list.
    Glance,
    /// Each KPI, list and export.
    Core,
    /// Every combination.
    Every,
}

/// Kinds of questions; [`kind`] numbers them.
pub(super) const KINDS: usize = 21;

/// The kind of a question, with every field named: a new variant or field does not compile before somebody has thought
/// of what it may tell, and [`questions`] asks it.
pub(super) const fn kind(query: &Query) -> usize {
    match query {
        Query::Board => 0,
        Query::List(ListQuery { list: _, filter: _, sort: _, offset: _, limit: _, within }) => {
            if let Some(Within { place: Place { client_id: _, line_id: _, shift_id: _, date: _ }, .. }) = within {}
            1
        }
        Query::FormHelp { client_id: _ } => 2,
        Query::Setup => 3,
        Query::Export(ExportQuery { what: _, window: _, after: _ }) => 4,
        Query::Kpis(KpiQuery { from: _, to: _, line_id: _, shift_id: _, product_id: _, by: _ }) => 5,
        Query::KpiPanel { window: PanelWindow::Dates { from: _, to: _ } | PanelWindow::ThisShift } => 6,
        Query::KpiDetail(DetailQuery { kpi: _, window: _, place: _, span: _ }) => 7,
        Query::WaitingDays { window: PanelWindow::Dates { from: _, to: _ } | PanelWindow::ThisShift } => 8,
        Query::KpiCauses(DetailQuery { kpi: _, window: _, place: _, span: _ }) => 9,
        Query::TrailEnds => 10,
        Query::Crew { client_id: _, shift: _ } => 11,
        Query::AttendanceWeek { client_id: _, from: _ } => 12,
        Query::Row { entity: _, client_id: _, key: _ } => 13,
        Query::HoldHistory { client_id: _, hold_id: _ } => 14,
        Query::Record(
            RecordKey::Count { client_id: _, entry_id: _ }
            | RecordKey::Stop { client_id: _, entry_id: _ }
            | RecordKey::LastCount { client_id: _ }
            | RecordKey::LastStop { client_id: _ },
        ) => 15,
        Query::ShiftReview { client_id: _, shift: _ } => 16,
        Query::LeftNotes => 17,
        Query::HoldQueue => 18,
        Query::HoldTag { client_id: _, hold_id: _ } => 19,
        Query::DoneToday => 20,
        // For an ADMIN alone, who sees every client: `tests/suite/isolation_audit.rs` and `administration.rs` ask them.
        Query::IsolationAudit | Query::ClientSettings { client_id: _ } => KINDS,
    }
}

/// The dates of the entries.
pub(super) const DATES: (ProductionDate, ProductionDate) = (TODAY.plus_days(-6), TODAY);

/// A client that exists and is not theirs.
pub(super) fn foreign(who: &Who) -> usize {
    (0..CLIENTS).rev().find(|client| !who.clients.contains(client)).unwrap_or(DISABLED)
}

/// Clients to name: their first and last, a foreign one, one out of use, and one that never was.
pub(super) fn names(who: &Who) -> Vec<ClientId> {
    let own = who.clients.first().into_iter().chain(who.clients.last()).copied();
    let existing = own.chain([foreign(who), DISABLED]).map(key);
    let mut names: Vec<_> = existing.chain([ClientId::parse("NOBODY").unwrap()]).collect();
    names.dedup();
    names
}

pub(super) fn questions(who: &Who, depth: Depth) -> Vec<Query> {
    let mut asked = vec![Query::Board, Query::Setup, Query::TrailEnds];
    for client_id in names(who) {
        asked.push(Query::FormHelp { client_id: client_id.clone() });
        asked.push(Query::AttendanceWeek { client_id: client_id.clone(), from: DATES.0 });
        asked.extend(rows(&client_id));
        let holds = (0..7).map(|number| entry_id(4, number)).chain([own_id(4, foreign(who))]);
        for hold in holds.map(EntryId) {
            asked.push(Query::HoldHistory { client_id: client_id.clone(), hold_id: hold });
            asked.push(Query::HoldTag { client_id: client_id.clone(), hold_id: hold });
        }
        let shift = Some((TODAY.plus_days(-1), "E".parse().unwrap()));
        asked.push(Query::Crew { client_id: client_id.clone(), shift });
        asked.push(Query::Crew { client_id, shift: None });
    }
    asked.extend(records(who).into_iter().map(Query::Record));
    asked.extend([Query::LeftNotes, Query::HoldQueue, Query::DoneToday]);
    for client_id in names(who) {
        let shift = Some((TODAY.plus_days(-1), "E".parse().unwrap()));
        asked.push(Query::ShiftReview { client_id: client_id.clone(), shift });
        asked.push(Query::ShiftReview { client_id, shift: None });
    }
    if depth == Depth::Glance {
        let plain = |list| ListQuery { limit: 500, ..page(list) };
        asked.extend(List::ALL.iter().map(|&list| Query::List(plain(list))));
        asked.extend(details(who, Depth::Core).into_iter().step_by(7).map(Query::KpiDetail));
        asked.push(Query::Kpis(whole(Some(By::Client))));
        asked.extend([Query::KpiPanel { window: windows()[0] }, Query::WaitingDays { window: windows()[0] }]);
        let what = Exported::Entity(Entity::Production);
        asked.push(Query::Export(ExportQuery { what, window: Some(DATES), after: None }));
        return asked;
    }
    for &list in List::ALL {
        asked.extend(lists(who, list, depth).into_iter().map(Query::List));
    }
    let exported = Entity::ALL.iter().map(|&entity| Exported::Entity(entity)).chain([Exported::Kpis]);
    for what in exported {
        asked.push(Query::Export(ExportQuery { what, window: Some(DATES), after: None }));
        if depth == Depth::Every {
            asked.push(Query::Export(ExportQuery { what, window: None, after: None }));
            asked.extend(names(who).iter().map(|client| forged_mark(what, client)));
        }
    }
    asked.extend(kpis(who, depth).into_iter().map(Query::Kpis));
    for window in windows() {
        asked.extend([Query::KpiPanel { window }, Query::WaitingDays { window }]);
    }
    for detail in details(who, depth) {
        asked.extend([Query::KpiDetail(detail.clone()), Query::KpiCauses(detail)]);
    }
    asked
}

/// Rows that every client has, that one has, and that nobody has.
fn rows(client: &ClientId) -> Vec<Query> {
    let row = |entity, key: &[(&str, &str)]| {
        let key = key.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        Query::Row { entity, client_id: Some(client.clone()), key }
    };
    let own = format!("P-{client}");
    vec![
        row(Entity::Lines, &[("line_id", "L1")]),
        row(Entity::Lines, &[("line_id", "L9")]),
        row(Entity::Products, &[("product_id", "P1")]),
        row(Entity::Products, &[("product_id", SHARED_PRODUCT)]),
        row(Entity::Products, &[("product_id", "P-CL08")]),
        row(Entity::Products, &[("product_id", &own)]),
        row(Entity::Shifts, &[("shift_id", "E")]),
        row(Entity::Employees, &[("employee_id", "900")]),
        row(Entity::WorkOrders, &[("work_order_id", "W1")]),
        row(Entity::Jobs, &[("job_id", "J1")]),
        row(Entity::Codes, &[("kind", "defect"), ("code", "STAIN")]),
        row(Entity::Targets, &[("kpi", "oee"), ("valid_from", "")]),
        row(Entity::Quality, &[("id", "x")]),
    ]
}

/// Entries of every client that is named, of others with their ids, and each person's last.
fn records(who: &Who) -> Vec<RecordKey> {
    let mut keys = Vec::new();
    for client_id in names(who) {
        let shared = |kind| (0..34).step_by(11).map(move |number| entry_id(kind, number));
        let owned = |kind| names_by_number(who).into_iter().map(move |client| own_id(kind, client));
        let client = || client_id.clone();
        keys.extend(
            shared(1).chain(owned(1)).map(|id| RecordKey::Count { client_id: client(), entry_id: EntryId(id) }),
        );
        keys.extend(shared(2).chain(owned(2)).map(|id| RecordKey::Stop { client_id: client(), entry_id: EntryId(id) }));
        keys.extend([RecordKey::LastCount { client_id: client() }, RecordKey::LastStop { client_id: client() }]);
    }
    keys
}

/// The clients of [`names`] that have rows.
fn names_by_number(who: &Who) -> Vec<usize> {
    who.clients.iter().take(1).copied().chain([foreign(who)]).collect()
}

fn windows() -> [PanelWindow; 3] {
    let long = PanelWindow::Dates { from: TODAY.plus_days(-40), to: TODAY };
    [PanelWindow::Dates { from: DATES.0, to: DATES.1 }, long, PanelWindow::ThisShift]
}

/// An export that goes on behind a row that somebody made up.
fn forged_mark(what: Exported, client: &ClientId) -> Query {
    let forged = serde_json::json!({
        "what": what, "window": [DATES.0, DATES.1],
        "after": { "client_id": client, "key": [] },
    });
    Query::Export(serde_json::from_value(forged).unwrap())
}

const fn page(list: List) -> ListQuery {
    ListQuery { list, filter: String::new(), sort: None, offset: 0, limit: 40, within: None }
}

const fn whole(by: Option<By>) -> KpiQuery {
    KpiQuery { from: DATES.0, to: DATES.1, line_id: None, shift_id: None, product_id: None, by }
}

fn lists(who: &Who, list: List, depth: Depth) -> Vec<ListQuery> {
    let plain = page(list);
    let mut asked = vec![plain.clone(), ListQuery { filter: marker(foreign(who)), ..plain.clone() }];
    let place = |place: Place| Within { place, dates: None, waiting_at: None, is_unplanned: false };
    let of = |client: ClientId| place(Place { client_id: Some(client), ..Place::default() });
    asked.push(ListQuery { within: Some(of(key(foreign(who)))), ..plain.clone() });
    if depth == Depth::Core {
        return asked;
    }
    for filter in ["SECRET", "cl07", "P-CL", "%", "W1", "100", "2026-05-18", "op07a"] {
        asked.push(ListQuery { filter: filter.into(), ..plain.clone() });
    }
    for (column, _) in list.columns().iter().enumerate().filter(|(_, column)| column.rank != Column::DETAIL) {
        let sort = Some(Sort { column, descending: column % 2 == 0 });
        asked.push(ListQuery { sort, offset: column as u64, limit: 20, ..plain.clone() });
    }
    for (offset, limit) in [(0, 3), (3, 1000), (1_000_000, 5)] {
        asked.push(ListQuery { offset, limit, ..plain.clone() });
    }
    let line = Place { line_id: Some("L1".parse().unwrap()), ..Place::default() };
    let shift = Place { shift_id: Some("E".parse().unwrap()), date: Some(TODAY), ..Place::default() };
    let parts = names(who).into_iter().map(of).chain([place(line), place(shift)]);
    let waiting = Within { waiting_at: Some(NOW), ..place(Place::default()) };
    let unplanned = Within { dates: Some(DATES), is_unplanned: true, ..place(Place::default()) };
    asked.extend(parts.chain([waiting, unplanned]).map(|within| ListQuery { within: Some(within), ..plain.clone() }));
    asked
}

fn kpis(who: &Who, depth: Depth) -> Vec<KpiQuery> {
    let plain = whole(None);
    let mut asked: Vec<_> = By::ALL.iter().map(|&by| whole(Some(by))).chain([plain.clone()]).collect();
    let foreign_product = format!("P-{}", key(foreign(who)));
    asked.push(KpiQuery { product_id: Some(foreign_product.parse().unwrap()), ..plain.clone() });
    if depth == Depth::Core {
        return asked;
    }
    for product in ["P1", SHARED_PRODUCT, "P-NOTHING", "P-CL08"] {
        asked.push(KpiQuery { product_id: Some(product.parse().unwrap()), ..plain.clone() });
    }
    for (by, (line, shift)) in By::ALL.iter().zip([("L1", "E"), ("L3", "N"), ("L9", "X")].into_iter().cycle()) {
        asked.push(KpiQuery { line_id: Some(line.parse().unwrap()), ..whole(Some(*by)) });
        asked.push(KpiQuery { shift_id: Some(shift.parse().unwrap()), ..whole(Some(*by)) });
    }
    asked
}

fn details(who: &Who, depth: Depth) -> Vec<DetailQuery> {
    let mut asked = Vec::new();
    let of = |client: ClientId| Place { client_id: Some(client), ..Place::default() };
    for &kpi in Kpi::ALL {
        let plain = DetailQuery { kpi, window: windows()[0], place: Place::default(), span: Span::Day };
        asked.push(plain.clone());
        if depth == Depth::Core {
            continue;
        }
        let (span, window) = (Span::Week, windows()[1 + kpi as usize % 2]);
        asked.push(DetailQuery { window, span, ..plain.clone() });
        let client = names(who).into_iter().cycle().nth(kpi as usize).unwrap();
        asked.push(DetailQuery { place: of(client), ..plain.clone() });
        let line = Place { line_id: Some("L2".parse().unwrap()), date: Some(TODAY.plus_days(-1)), ..Place::default() };
        asked.push(DetailQuery { place: line, ..plain.clone() });
        let foreign = Place { line_id: Some("L1".parse().unwrap()), ..of(key(foreign(who))) };
        asked.push(DetailQuery { place: foreign, ..plain });
    }
    asked
}
