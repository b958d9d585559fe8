//! Entries that a server has not confirmed: they were made while it was gone, wait on this machine, and are sent in order
//! when it is back. Sending twice is one entry. One that the server then refuses stays with the reason, for its author
//! to correct or to give up; nothing is dropped by itself.

mod waiting;

use super::{Command, Desk, Problem, Receipt};
use crate::domain::clock::Instant;
use crate::domain::id::ClientId;
use crate::store::StoreError;
use crate::store::local::{Kept, Kind, Local};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An entry that waits, or that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsent {
    /// Its place in the queue, and its key there.
    #[serde(skip)]
    pub id: Uuid,
    /// Whose entry it is.
    pub client_id: Option<ClientId>,
    /// When it was made; it is judged by that time, whenever it is sent.
    pub at: Instant,
    /// What it says, in a few words.
    pub what: String,
    /// What is sent.
    pub command: Command,
    /// The form that it came from, in its own words, where it came from one.
    pub form: Option<String>,
    /// Why the server refused it, if it did.
    pub refused: Option<String>,
}

/// What is not sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outbox {
    /// Entries that wait or were refused, the oldest first.
    pub entries: Vec<Unsent>,
    /// How many are of clients that do not exist for the person now; they stay, and are not sent.
    pub aside: usize,
    /// How many were changed from outside and cannot be read; they stay.
    pub spoiled: usize,
}

impl Outbox {
    /// How many wait for the server.
    pub fn waiting(&self) -> usize {
        self.entries.iter().filter(|entry| entry.refused.is_none()).count()
    }

    /// How many were refused.
    pub fn refused(&self) -> usize {
        self.entries.len() - self.waiting()
    }
}

/// What came of sending.
#[derive(Debug, Default)]
pub struct Sent {
    /// What was confirmed, in order.
    pub confirmed: Vec<Receipt>,
    /// What was refused, each with the reason.
    pub refused: Vec<(String, String)>,
    /// What still is not sent.
    pub outbox: Outbox,
    /// Why it ended before the last one.
    pub stopped: Option<Problem>,
}

impl Desk {
    /// Whether the database is on a server, which can be gone.
    pub fn is_on_server(&self) -> bool {
        self.session.store().url().is_server()
    }

    /// Whether this machine keeps anything for the person.
    pub fn keeps(&self) -> bool {
        self.session.local().is_some()
    }

    /// Whether the server did not answer the last time that something was entered or sent.
    pub fn is_cut_off(&self) -> bool {
        self.session.local().is_some_and(Local::is_cut_off)
    }

    /// Does one thing as [`Desk::run`] does; an entry for a server that is gone waits on this machine instead, with the
    /// form it came from, behind those that wait already. `is_gone` says that the server is known to be.
    pub async fn enter(&self, command: Command, form: Option<String>, is_gone: bool) -> Result<Receipt, Problem> {
        let local = self.session.local().filter(|_| self.is_on_server());
        let Some(local) = local else { return self.run(command).await };
        if (is_gone || local.is_cut_off()) && command.can_wait() {
            // Nobody waits for a server that is known to be gone, nor for those who try whether it is back.
            return self.wait_unless_wrong(local, command, form).await;
        }
        let _turn = local.turn().await;
        if let Some(receipt) = self.take_back(local, &command).await? {
            return Ok(receipt);
        }
        if is_gone {
            return Err(Problem::NeedsServer(command.name()));
        }
        if self.outbox_of(local).await?.waiting() > 0 {
            // What was made before goes before.
            self.send(local).await?;
        }
        if self.outbox_of(local).await?.waiting() > 0 && command.can_wait() {
            return self.wait_unless_wrong(local, command, form).await;
        }
        let done = self.run(command.clone()).await;
        let is_gone = matches!(done, Err(Problem::Store(StoreError::NoAnswer)));
        local.cut_off(is_gone);
        match done {
            Err(_) if is_gone && command.can_wait() => self.wait(local, command, form).await,
            Err(_) if is_gone => Err(Problem::NeedsServer(command.name())),
            done => done,
        }
    }

    /// Has an entry wait, unless it can be said without the server that it is wrong.
    async fn wait_unless_wrong(
        &self,
        local: &Local,
        command: Command,
        form: Option<String>,
    ) -> Result<Receipt, Problem> {
        match self.without_server(&command).await {
            Err(Problem::Store(StoreError::NoAnswer)) => self.wait(local, command, form).await,
            wrong => wrong,
        }
    }

    /// What can be said of a command without the server: why it is wrong, or that the server does not answer.
    async fn without_server(&self, command: &Command) -> Result<Receipt, Problem> {
        Problem::unless_allowed(self.person().role, command.permission(), command.name())?;
        self.unless_over()?;
        Box::pin(self.with(self.session.cut_off()).perform(command.clone())).await
    }

    async fn wait(&self, local: &Local, command: Command, form: Option<String>) -> Result<Receipt, Problem> {
        let what = command.in_words();
        let undo = command.way_back();
        let entry = Unsent {
            id: self.new_id().0,
            client_id: command.client_id().cloned(),
            at: self.now(),
            what: what.clone(),
            command,
            form,
            refused: None,
        };
        local.keep(Kind::Unsent, entry.id, &entry.text()?).await?;
        let receipt =
            Receipt::done(format!("the server is gone: {what} waits here and is sent when it is back")).waiting();
        Ok(match undo {
            Some(undo) => receipt.undone_by(undo),
            None => receipt,
        })
    }

    /// Takes what waits back before it was sent: it never was.
    async fn take_back(&self, local: &Local, command: &Command) -> Result<Option<Receipt>, Problem> {
        let entries = self.outbox_of(local).await?.entries;
        let Some(last) = entries.iter().rfind(|entry| command.takes_back(&entry.command)) else { return Ok(None) };
        for follows in entries.iter().filter(|entry| entry.command.follows_on(&last.command)) {
            local.forget(Kind::Unsent, follows.id).await?;
        }
        local.forget(Kind::Unsent, last.id).await?;
        Ok(Some(Receipt::done(format!("{} is taken back; it was not sent yet", last.what))))
    }

    /// Sends what waits, in order, until all is sent or the server does not answer.
    pub async fn send_unsent(&self) -> Result<Sent, Problem> {
        let Some(local) = self.session.local() else { return Ok(Sent::default()) };
        let _turn = local.turn().await;
        self.send(local).await
    }

    async fn send(&self, local: &Local) -> Result<Sent, Problem> {
        let mut sent = Sent::default();
        for entry in self.outbox_of(local).await?.entries.into_iter().filter(|entry| entry.refused.is_none()) {
            let done = self.as_of(entry.at).run(entry.command.clone()).await;
            local.cut_off(matches!(done, Err(Problem::Store(StoreError::NoAnswer))));
            match done {
                Ok(receipt) => {
                    local.forget(Kind::Unsent, entry.id).await?;
                    sent.confirmed.push(receipt);
                }
                Err(problem) if problem.is_of_the_entry() => {
                    let why = problem.to_string().replace('\n', " ");
                    sent.refused.push((entry.what.clone(), why.clone()));
                    let refused = Unsent { refused: Some(why), ..entry };
                    local.change(Kind::Unsent, refused.id, &refused.text()?).await?;
                }
                Err(problem) => {
                    sent.stopped = Some(problem);
                    break;
                }
            }
        }
        if sent.stopped.is_none() {
            // Whoever unlocked the terminal meanwhile is told with what they entered.
            self.tell_tries().await.ok();
        }
        sent.outbox = self.outbox_of(local).await?;
        Ok(sent)
    }

    /// The person's entries that are not sent.
    pub async fn outbox(&self) -> Result<Outbox, Problem> {
        match self.session.local() {
            Some(local) => self.outbox_of(local).await,
            None => Ok(Outbox::default()),
        }
    }

    async fn outbox_of(&self, local: &Local) -> Result<Outbox, Problem> {
        let found = local.all(Kind::Unsent).await?;
        let mut outbox = Outbox { spoiled: found.spoiled, ..Outbox::default() };
        for kept in found.kept {
            match Unsent::read(&kept) {
                Some(entry) if self.is_of_somebody_else(entry.client_id.as_ref()) => outbox.aside += 1,
                Some(entry) => outbox.entries.push(entry),
                None => outbox.spoiled += 1,
            }
        }
        Ok(outbox)
    }

    /// Gives an entry up that was not sent or was refused.
    pub async fn discard_unsent(&self, id: Uuid) -> Result<Outbox, Problem> {
        let Some(local) = self.session.local() else { return Ok(Outbox::default()) };
        let _turn = local.turn().await;
        local.forget(Kind::Unsent, id).await?;
        self.outbox_of(local).await
    }

    /// Has a refused entry wait again, and sends what waits.
    pub async fn send_again(&self, id: Uuid) -> Result<Sent, Problem> {
        let Some(local) = self.session.local() else { return Ok(Sent::default()) };
        let _turn = local.turn().await;
        if let Some(entry) = self.outbox_of(local).await?.entries.into_iter().find(|entry| entry.id == id) {
            let waits = Unsent { refused: None, ..entry };
            local.change(Kind::Unsent, id, &waits.text()?).await?;
        }
        self.send(local).await
    }
}

impl Unsent {
    fn text(&self) -> Result<String, Problem> {
        serde_json::to_string(self).map_err(|error| Problem::File(error.to_string()))
    }

    fn read(kept: &Kept) -> Option<Self> {
        let entry: Self = serde_json::from_str(&kept.text).ok()?;
        Some(Self { id: kept.id, ..entry })
    }
}

impl Problem {
    /// Whether it lies in what was entered, so that sending the same again cannot help until something is changed.
    const fn is_of_the_entry(&self) -> bool {
        matches!(self, Self::Rejected(_) | Self::NotAllowed { .. } | Self::NoSuch { .. } | Self::Conflict { .. })
            || matches!(
                self,
                Self::Store(
                    StoreError::Duplicate
                        | StoreError::NoParent
                        | StoreError::Check(_)
                        | StoreError::OutOfScope
                        | StoreError::Overlap
                        | StoreError::Guarded
                )
            )
    }
}
