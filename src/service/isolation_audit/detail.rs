//! What people see on the way down from a figure: its detail, its causes and the panel, asked as somebody who has one
//! client and as an ADMIN; and what they are told of another client, beside what they are told of one that never was.
//!
//! Details are many, so each KPI is asked for at some of the clients, at others for the next KPI: all of both are asked.

use super::AuditRow;
use super::seen::{DAYS, Looks, REPEATS, at};
use crate::domain::id::ClientId;
use crate::domain::role::Permission;
use crate::kpi::{Kpi, Span};
use crate::service::{Desk, DetailQuery, KpiDetail, PanelWindow, Place, Problem};
use crate::store::Session;
use std::collections::BTreeMap;

/// At how many clients each KPI is asked for at most.
const CLIENTS: usize = 8;

const DETAIL: &str = "the detail of a KPI of a client is made of its own entries";
const CAUSES: &str = "the causes of a KPI of a client are its own";
const FOREIGN: &str = "a KPI of another client is told like one of a client that never was";
const PANEL: &str = "the panel of a client is made of its own entries";

/// What was asked, with what was wrong.
type Asked = BTreeMap<&'static str, (i64, Vec<String>)>;

impl Looks {
    /// Details, causes and panels.
    pub(super) async fn detail_rows(&self, desk: &Desk) -> Result<Vec<AuditRow>, Problem> {
        let mut asked = Asked::new();
        let step = self.sessions.len().div_ceil(CLIENTS).max(1);
        let nobody = nobody(desk);
        for (place, (client, session)) in self.sessions.iter().enumerate() {
            let next = self.sessions.get((place + 1) % self.sessions.len());
            let other = next.map(|(other, _)| other).filter(|other| *other != client);
            let kpis = (place..).zip(Kpi::ALL).filter(|(turn, _)| turn.is_multiple_of(step)).map(|(_, kpi)| *kpi);
            let mut wrong = found(desk, client, session, kpis.clone()).await?;
            // People go on entering meanwhile: what differs because of that is the same when both are asked again.
            for _ in 0..REPEATS {
                if wrong.values().all(|(_, wrong)| wrong.is_empty()) {
                    break;
                }
                wrong = found(desk, client, session, kpis.clone()).await?;
            }
            if let Some(other) = other {
                wrong.insert(FOREIGN, of_another(desk, client, session, [other, &nobody], kpis).await?);
            }
            for (what, (count, wrong)) in wrong {
                let all = asked.entry(what).or_default();
                all.0 += count;
                all.1.extend(wrong);
            }
        }
        let rows = asked.into_iter();
        Ok(rows.map(|(what, (count, wrong))| AuditRow::new(5, what, "answers").counting(count, wrong)).collect())
    }
}

/// A client that there is not.
fn nobody(desk: &Desk) -> ClientId {
    let is_there = |name: &ClientId| desk.clients().iter().any(|client| client.client_id == *name);
    let mut names = (0_u32..).map(|number| ClientId::stored(format!("NOBODY-{number}")));
    names.find(|name| !is_there(name)).unwrap_or_else(|| ClientId::stored(String::new()))
}

/// A question about one client's KPI.
fn question(desk: &Desk, kpi: Kpi, client: &ClientId) -> Option<DetailQuery> {
    let today = desk.clients().iter().map(|client| client.clock.date(desk.now())).max()?;
    let window = PanelWindow::Dates { from: today.plus_days(1 - DAYS), to: today };
    let place = Place { client_id: Some(client.clone()), ..Place::default() };
    Some(DetailQuery { kpi, window, place, span: Span::Week })
}

/// What a client's person and an ADMIN are told of the client at one moment.
async fn found(
    desk: &Desk,
    client: &ClientId,
    session: &Session,
    kpis: impl Iterator<Item = Kpi> + Send,
) -> Result<Asked, Problem> {
    let begun = desk.standing_still();
    let own = at(&begun, client, session).await?;
    let mut asked = Asked::new();
    let mut compare = |what, is_same: bool, of: &str| {
        let all = asked.entry(what).or_default();
        all.0 += 1;
        if !is_same {
            all.1.push(format!("{client} is told another one of {of} than an ADMIN"));
        }
    };
    for kpi in kpis.filter(|kpi| *kpi != Kpi::Bradford || own.person().role.may(Permission::SeeBradford)) {
        let Some(query) = question(&begun, kpi, client) else { continue };
        compare(DETAIL, own.kpi_detail(&query).await? == begun.kpi_detail(&query).await?, kpi.name());
        compare(CAUSES, own.kpi_causes(&query).await? == begun.kpi_causes(&query).await?, kpi.name());
    }
    if let Some(DetailQuery { window, .. }) = question(&begun, Kpi::Oee, client) {
        let narrowed = begun.narrow(Some(vec![client.clone()])).await?;
        let (one, other) = (own.kpi_screen(window).await?, narrowed.kpi_screen(window).await?);
        compare(PANEL, one.tally() == other.tally(), "the panel");
        narrowed.leave().await;
    }
    own.leave().await;
    Ok(asked)
}

/// What a client's person is told of another client and of one that never was.
async fn of_another(
    desk: &Desk,
    client: &ClientId,
    session: &Session,
    named: [&ClientId; 2],
    kpis: impl Iterator<Item = Kpi> + Send,
) -> Result<(i64, Vec<String>), Problem> {
    let own = at(&desk.standing_still(), client, session).await?;
    let (mut count, mut wrong) = (0, Vec::new());
    for kpi in kpis {
        let mut told = Vec::new();
        for name in named {
            let Some(query) = question(desk, kpi, name) else { continue };
            // What is refused is refused in the same words but for the name.
            let answer = own.kpi_detail(&query).await.map(|detail| unnamed(detail, &query.place));
            told.push(answer.map_err(|problem| problem.to_string().replace(name.as_str(), "")));
        }
        count += 1;
        if told.first() != told.last() {
            wrong.push(format!("{client} is told something of {} of another client", kpi.name()));
        }
    }
    own.leave().await;
    Ok((count, wrong))
}

/// The answer without the name of the client that was asked about.
fn unnamed(mut detail: KpiDetail, asked: &Place) -> KpiDetail {
    if detail.place == *asked {
        detail.place = Place::default();
    }
    if let Some(within) = detail.entries.within.as_mut().filter(|within| within.place.client_id == asked.client_id) {
        within.place.client_id = None;
    }
    detail
}
