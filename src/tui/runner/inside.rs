//! Who is in at a terminal: their desk, the desk with all of their clients, and the news of what is in view.

use crate::domain::id::ClientId;
use crate::service::{Desk, FormHelp, LoginOutcome, News, Plant, Problem, StoreError};
use crate::tui::live::Live;
use crate::tui::message::{Entry, Gate, Seat};
use secrecy::SecretString;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::{Mutex, Notify, mpsc};

/// Where news go, at a terminal that is told them.
#[derive(Debug, Clone)]
pub(super) struct Teller {
    /// To the loop.
    pub(super) send: mpsc::UnboundedSender<super::Arrived>,
    /// Notified where an answer sounds as if the server were gone.
    pub(super) doubt: Arc<Notify>,
}

/// Who is in, and the ticket of a one-time code that was right.
#[derive(Debug, Default)]
pub(super) struct Inside {
    desk: Option<Desk>,
    /// The desk with all of the person's clients, where fewer are in view.
    whole: Option<Desk>,
    password_ticket: Option<crate::service::Ticket>,
    live: Option<Live>,
    teller: Option<Teller>,
    /// What clients' forms knew beforehand when a server was asked last, for when it is gone.
    pub(super) helps: HashMap<ClientId, FormHelp>,
}

impl Inside {
    /// Nobody, at a terminal that is told news or not.
    pub(super) fn nobody(teller: Option<Teller>) -> Arc<Mutex<Self>> {
        Arc::new(Mutex::new(Self { teller, ..Self::default() }))
    }

    /// Has a person's desks here; the news are those of the one in view. They are waited for before anything is asked, so
    /// that nothing is missed between.
    async fn have(&mut self, whole: Desk, in_view: Desk) -> Seat {
        if let Some(Teller { send, doubt }) = self.teller.clone() {
            let tell = move |news: News| {
                // A closed channel means that the program ends.
                send.send(super::Arrived::News(news)).ok();
            };
            self.live = Some(Live::begin(&in_view, doubt, tell).await);
        }
        let seat = seat(&whole, &in_view);
        (self.whole, self.desk, self.password_ticket) = (Some(whole), Some(in_view), None);
        seat
    }
}

pub(super) async fn look_at_gate(plant: &Plant) -> Result<Gate, Problem> {
    let is_demo = plant.is_demo().await?;
    let demo_logins = if is_demo { plant.demo_logins().await? } else { Vec::new() };
    Ok(Gate { is_new: plant.is_new().await?, demo_logins, is_demo, is_on_server: plant.url().is_server() })
}

pub(super) async fn log_in(
    plant: &Plant,
    inside: &Mutex<Inside>,
    login: &str,
    secret: &SecretString,
    terminal: &str,
) -> Result<Entry, Problem> {
    match plant.login(login, secret, terminal).await? {
        LoginOutcome::In(desk) => Ok(Entry::In(sit_down(inside, desk).await)),
        LoginOutcome::SetPassword(ticket) => {
            inside.lock().await.password_ticket = Some(ticket);
            Ok(Entry::SetPassword)
        }
    }
}

pub(super) async fn set_password(
    plant: &Plant,
    inside: &Mutex<Inside>,
    password: &SecretString,
) -> Result<Entry, Problem> {
    let ticket = inside.lock().await.password_ticket.clone().ok_or(Problem::LoginRefused)?;
    let desk = plant.set_password(&ticket, password).await?;
    Ok(Entry::In(sit_down(inside, desk).await))
}

pub(super) async fn sit_down(inside: &Mutex<Inside>, desk: Desk) -> Seat {
    inside.lock().await.have(desk.clone(), desk).await
}

fn seat(whole: &Desk, in_view: &Desk) -> Seat {
    let person = in_view.person();
    Seat {
        login: person.login.to_string(),
        full_name: person.full_name.clone(),
        role: person.role,
        all: whole.clients().to_vec(),
        clients: in_view.clients().to_vec(),
        ends_at: in_view.ends_at(),
    }
}

/// The desk in view. Where the server is known to be gone nothing is asked of it: that would only take long.
pub(super) async fn desk(inside: &Mutex<Inside>) -> Result<Desk, Problem> {
    let inside = inside.lock().await;
    if inside.live.as_ref().is_some_and(Live::is_gone) {
        return Err(Problem::Store(StoreError::NoAnswer));
    }
    inside.desk.clone().ok_or(Problem::LoginRefused)
}

/// The desk in view, and whether the server is known to be gone: what is entered then waits on this machine.
pub(super) async fn desk_at_hand(inside: &Mutex<Inside>) -> Result<(Desk, bool), Problem> {
    let inside = inside.lock().await;
    let is_gone = inside.live.as_ref().is_some_and(Live::is_gone);
    Ok((inside.desk.clone().ok_or(Problem::LoginRefused)?, is_gone))
}

pub(super) async fn whole_desk(inside: &Mutex<Inside>) -> Result<Desk, Problem> {
    inside.lock().await.whole.clone().ok_or(Problem::LoginRefused)
}

pub(super) async fn narrow(inside: &Mutex<Inside>, clients: Option<Vec<ClientId>>) -> Result<Seat, Problem> {
    let current = desk(inside).await?;
    let whole = current.narrow(None).await?;
    let in_view = match clients {
        Some(clients) => whole.narrow(Some(clients)).await?,
        None => whole.clone(),
    };
    Ok(inside.lock().await.have(whole, in_view).await)
}

/// Reads the person's scope anew.
pub(super) async fn look_round(inside: &Mutex<Inside>) -> Result<Seat, Problem> {
    let in_view = desk(inside).await?.refreshed().await?;
    let whole = in_view.narrow(None).await?;
    // Who was narrowed to clients that are gone sees the others.
    let in_view = if in_view.clients().is_empty() { whole.clone() } else { in_view };
    Ok(inside.lock().await.have(whole, in_view).await)
}

pub(super) async fn leave(inside: &Mutex<Inside>) {
    let Inside { desk, whole, live, .. } = std::mem::take(&mut *inside.lock().await);
    let is_gone = live.as_ref().is_some_and(Live::is_gone);
    if let Some(live) = live {
        live.end().await;
    }
    if let Some(whole) = whole.as_ref().filter(|_| !is_gone) {
        whole.tell_tries().await.ok();
    }
    for desk in desk.into_iter().chain(whole) {
        desk.leave().await;
    }
}
