//! What people see: every question that reads or calculates, asked as somebody who has one client, against the rest.
//!
//! Each client is looked at by its own OPERATOR where it has one, else by a session that is narrowed to it; both go the
//! way of every session, so nothing is special about them. What they are told of a client must be what an ADMIN, who sees
//! all, is told of that client.

use super::AuditRow;
use crate::domain::id::ClientId;
use crate::domain::list::List;
use crate::domain::role::{Permission, Role};
use crate::kpi::{By, Kpi, Panel, Window};
use crate::service::{Desk, Entity, ExportCell, ExportQuery, Exported, KpiQuery, ListQuery, Problem};
use crate::store::{Session, Store};
use std::collections::BTreeMap;

/// Days that KPIs are compared over.
pub(super) const DAYS: i32 = 365;
/// Rows of a list that are looked at, of each client.
const ROWS: u64 = 1_000;

/// How often figures that differ are asked for again.
pub(super) const REPEATS: usize = 3;

/// A session for each client, which sees that client alone.
#[derive(Debug)]
pub(super) struct Looks {
    pub(super) sessions: Vec<(ClientId, Session)>,
    /// The clients that have an OPERATOR of their own.
    operators: i64,
}

impl Looks {
    pub(super) async fn of(desk: &Desk) -> Result<Self, Problem> {
        let mut own: BTreeMap<ClientId, Session> = BTreeMap::new();
        for user in desk.session.everybody().await? {
            let Some(probe) = desk.session.probe(user).await? else { continue };
            if let (Role::Operator, [client]) = (probe.session.person().role, probe.should_see.as_slice())
                && !own.contains_key(client)
            {
                own.insert(client.clone(), probe.session);
            } else {
                probe.session.close().await;
            }
        }
        let operators = i64::try_from(own.len()).unwrap_or(0);
        let mut sessions = Vec::new();
        for client in desk.clients() {
            let session = match own.remove(&client.client_id) {
                Some(session) => session,
                None => desk.session.narrow(Some(vec![client.client_id.clone()])).await?,
            };
            sessions.push((client.client_id.clone(), session));
        }
        Ok(Self { sessions, operators })
    }

    pub(super) async fn close(&self) {
        for (_, session) in &self.sessions {
            session.close().await;
        }
    }

    fn clients(&self) -> i64 {
        i64::try_from(self.sessions.len()).unwrap_or(0)
    }

    /// Each table shows each of them the rows of their client, all of them and no other.
    pub(super) async fn table_row(&self, store: &Store) -> Result<AuditRow, Problem> {
        let there: BTreeMap<&str, BTreeMap<ClientId, i64>> = store
            .rows_by_client()
            .await?
            .into_iter()
            .map(|(table, rows)| (table, rows.into_iter().collect()))
            .collect();
        let (mut looked_at, mut wrong) = (0, Vec::new());
        for (client, session) in &self.sessions {
            for seen in session.seen_rows(client).await? {
                looked_at += seen.all;
                let own = there.get(seen.table).and_then(|rows| rows.get(client)).copied().unwrap_or(0);
                if seen.all != seen.own {
                    wrong.push(format!("{}: {client} sees {} rows of others", seen.table, seen.all - seen.own));
                }
                if seen.own != own {
                    wrong.push(format!("{}: {client} sees {} of its {own} rows", seen.table, seen.own));
                }
            }
        }
        let what = format!(
            "{} clients, {} of them by their own OPERATOR: each sees its own rows, all of them and no other",
            self.clients(),
            self.operators
        );
        Ok(AuditRow::new(7, what, "rows of every table").counting(looked_at, wrong))
    }

    /// Each KPI of each client is the one that an ADMIN is told of it.
    pub(super) async fn kpi_rows(&self, desk: &Desk) -> Result<Vec<AuditRow>, Problem> {
        let today = desk.clients().iter().map(|client| client.clock.date(desk.now())).max();
        let Some(today) = today else { return Ok(Vec::new()) };
        let window = Window::ending(today, DAYS);
        let begun = desk.standing_still();
        let told = told(&begun, window).await?;
        let mut wrong: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
        for (client, session) in &self.sessions {
            let mut differing = differing(&begun, client, session, window, &told).await?;
            // People go on entering meanwhile: what differs because of that is the same when both are asked again at once.
            for _ in 0..REPEATS {
                if differing.is_empty() {
                    break;
                }
                let now = desk.standing_still();
                differing = self::differing(&now, client, session, window, &self::told(&now, window).await?).await?;
            }
            for kpi in differing {
                wrong.entry(kpi.as_str()).or_default().push(format!("{client} is told another figure than its own"));
            }
        }
        let mut row = |kpi: &Kpi| {
            let what = format!("{} of a client is made of its own entries", kpi.name());
            let wrong = wrong.remove(kpi.as_str()).unwrap_or_default();
            AuditRow::new(5, what, "clients").counting(self.clients(), wrong)
        };
        Ok(Kpi::ALL.iter().map(&mut row).collect())
    }

    /// Each list, each export, the board and the help of forms tell each of them of their client alone.
    pub(super) async fn list_rows(&self, desk: &Desk) -> Result<Vec<AuditRow>, Problem> {
        let mut rows = Vec::new();
        let lists = List::ALL.iter().filter(|list| list.permission() == Permission::Look);
        let mut asked: BTreeMap<String, (i64, Vec<String>)> = BTreeMap::new();
        for (client, session) in &self.sessions {
            let probe = at(desk, client, session).await?;
            for &list in lists.clone() {
                let query = ListQuery { list, filter: String::new(), sort: None, offset: 0, limit: ROWS, within: None };
                let page = probe.list(&query).await?;
                let foreign =
                    page.rows.iter().filter(|row| row.client_id.as_ref().is_some_and(|of| of != client)).count();
                let (count, wrong) = asked.entry(format!("the list of {list}")).or_default();
                *count += i64::try_from(page.rows.len()).unwrap_or(0);
                if foreign > 0 {
                    wrong.push(format!("{client} is told {foreign} rows of others"));
                }
            }
            for &entity in Entity::ALL {
                let dates = desk.clients().iter().map(|it| it.clock.date(desk.now())).max();
                let window = dates.map(|today| (today.plus_days(-DAYS), today));
                let query = ExportQuery { what: Exported::Entity(entity), window, after: None };
                let page = probe.export(&query).await?;
                let place = page.columns.iter().position(|column| *column == "client_id");
                let is_foreign = |row: &&Vec<ExportCell>| {
                    let of = place.and_then(|place| row.get(place));
                    matches!(of, Some(ExportCell::Text(of)) if of != client.as_str())
                };
                let foreign = page.rows.iter().filter(is_foreign).count();
                let (count, wrong) = asked.entry(format!("the export of {}", entity.as_str())).or_default();
                *count += i64::try_from(page.rows.len()).unwrap_or(0);
                if foreign > 0 {
                    wrong.push(format!("{client} is given {foreign} rows of others"));
                }
            }
            let board = probe.board().await?;
            let (count, wrong) = asked.entry("the shift board".to_owned()).or_default();
            *count += i64::try_from(board.lines.len()).unwrap_or(0);
            let lines = board.lines.iter().filter(|line| line.client_id != *client).count();
            let holds = board.holds.iter().filter(|hold| hold.client_id != *client).count();
            if lines + holds > 0 {
                wrong.push(format!("{client} is shown {} lines and holds of others", lines + holds));
            }
            let (count, wrong) = asked.entry("the help of forms".to_owned()).or_default();
            for (other, _) in self.sessions.iter().filter(|(other, _)| other != client) {
                *count += 1;
                if probe.form_help(other).await.is_ok() {
                    wrong.push(format!("{client} is helped with {other}"));
                }
            }
            let ends = session.trail_ends().await?;
            let (count, wrong) = asked.entry("the end of the audit trail".to_owned()).or_default();
            *count += i64::try_from(ends.len()).unwrap_or(0);
            if ends.iter().any(|end| end.client_id != *client) {
                wrong.push(format!("{client} is told the ends of others"));
            }
            probe.session.close().await;
        }
        for (what, (count, wrong)) in asked {
            let what = format!("{what} tells a client's people of their client alone");
            rows.push(AuditRow::new(7, what, "rows, asked at every client").counting(count, wrong));
        }
        Ok(rows)
    }

    /// Everybody with an account sees the clients that their role and their assignments give them.
    pub(super) async fn role_row(&self, desk: &Desk) -> Result<AuditRow, Problem> {
        let mut people: BTreeMap<Role, i64> = BTreeMap::new();
        let mut wrong = Vec::new();
        for user in desk.session.everybody().await? {
            let Some(probe) = desk.session.probe(user).await? else { continue };
            let person = probe.session.person().clone();
            *people.entry(person.role).or_default() += 1;
            let seen: Vec<_> = probe.session.scope().clients().iter().map(|it| it.client_id.clone()).collect();
            if seen != probe.should_see {
                wrong.push(format!("{} sees {} clients, not {}", person.login, seen.len(), probe.should_see.len()));
            }
            if person.role == Role::Operator && seen.len() > 1 {
                wrong.push(format!("{} is an OPERATOR of {} clients", person.login, seen.len()));
            }
            probe.session.close().await;
        }
        let counted: Vec<_> = people.iter().map(|(role, count)| format!("{count} {role}")).collect();
        let what = format!("everybody sees what their role and their clients give them: {}", counted.join(", "));
        Ok(AuditRow::new(7, what, "accounts").counting(people.values().sum(), wrong))
    }
}

/// A desk of one client's own: its OPERATOR's as it is, an ADMIN's narrowed to the client.
pub(super) async fn at(desk: &Desk, client: &ClientId, session: &Session) -> Result<Desk, Problem> {
    let narrowed = session.is_narrowed().then(|| vec![client.clone()]);
    Ok(Desk::new(session.narrow(narrowed).await?, desk.clock.clone()))
}

/// What an ADMIN is told of each client.
async fn told(desk: &Desk, window: Window) -> Result<BTreeMap<String, Panel>, Problem> {
    let all = desk.kpis(&KpiQuery { by: Some(By::Client), ..KpiQuery::of(window) }).await?;
    Ok(all.groups.into_iter().filter_map(|group| Some((group.group?, group.panel))).collect())
}

/// The KPIs of which somebody of one client is told something else.
async fn differing(
    desk: &Desk,
    client: &ClientId,
    session: &Session,
    window: Window,
    told: &BTreeMap<String, Panel>,
) -> Result<Vec<Kpi>, Problem> {
    let probe = at(desk, client, session).await?;
    let role = probe.person().role;
    let own = probe.kpis(&KpiQuery::of(window)).await?;
    probe.session.close().await;
    let own = own.groups.first().map(|group| &group.panel);
    let of = |panel: Option<&Panel>, kpi| panel.and_then(|panel| panel.get(kpi)).and_then(|value| value.figure);
    let seen = Kpi::ALL.iter().filter(|kpi| **kpi != Kpi::Bradford || role.may(Permission::SeeBradford));
    Ok(seen.copied().filter(|&kpi| of(own, kpi) != of(told.get(client.as_str()), kpi)).collect())
}
