//! Does what the model wants kept on this machine, one thing after the other and in the order in which it was wanted,
//! so that nothing older takes the place of something newer. Whoever leaves, leaves behind it.

use super::inside::{Inside, leave, whole_desk};
use super::{Arrived, Runner};
use crate::domain::id::ClientId;
use crate::service::{Answer, Desk, Draft, FormHelp, Outbox, Problem, Query, Sent, StoreError};
use crate::tui::kept::{Keep, KeptAtLogin};
use crate::tui::message::{Outcome, Refusal, Ticket};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, mpsc, oneshot};
use uuid::Uuid;

/// So long the end of the program waits for what is still to be kept.
const LONGEST_END: Duration = Duration::from_secs(5);

/// One thing to do.
#[derive(Debug)]
pub(super) enum Work {
    /// Keep a draft.
    Keep(Box<Draft>),
    /// Forget one.
    Forget(Uuid),
    /// Tell the server how the terminal was tried while it was gone.
    TellTries,
    /// The person leaves.
    Leave,
    /// Say that everything before is done.
    Tell(oneshot::Sender<()>),
}

/// Somebody's place with what is to be done for them.
type Order = (Arc<Mutex<Inside>>, Work);

/// The queue of what is to be kept.
#[derive(Debug)]
pub(super) struct Keeper {
    orders: mpsc::UnboundedSender<Order>,
}

impl Keeper {
    /// A queue that says by `failed` what could not be kept.
    pub(super) fn new(failed: mpsc::UnboundedSender<Arrived>) -> Self {
        let (orders, todo) = mpsc::unbounded_channel();
        tokio::spawn(work(todo, failed));
        Self { orders }
    }

    /// Puts something into the queue.
    pub(super) fn put(&self, inside: &Arc<Mutex<Inside>>, work: Work) {
        // Its other end is there as long as this one.
        let _ = self.orders.send((inside.clone(), work));
    }

    /// Waits until everything so far is done.
    pub(super) async fn finish(&self, inside: &Arc<Mutex<Inside>>) {
        let (tell, told) = oneshot::channel();
        self.put(inside, Work::Tell(tell));
        let _ = tokio::time::timeout(LONGEST_END, told).await;
    }
}

async fn work(mut todo: mpsc::UnboundedReceiver<Order>, failed: mpsc::UnboundedSender<Arrived>) {
    while let Some((inside, work)) = todo.recv().await {
        if let Err(problem) = one(&inside, work).await {
            let _ = failed.send(Arrived::Answer(Ticket(0), Box::new(Outcome::NotKept(problem.to_string()))));
        }
    }
}

async fn one(inside: &Mutex<Inside>, work: Work) -> Result<(), Problem> {
    match work {
        Work::Keep(draft) => whole_desk(inside).await?.keep_draft(&draft).await,
        Work::Forget(id) => whole_desk(inside).await?.forget_draft(id).await,
        Work::TellTries => {
            // What cannot be told now is told before the next try, or when the person leaves.
            whole_desk(inside).await?.tell_tries().await.ok();
            Ok(())
        }
        Work::Leave => {
            leave(inside).await;
            Ok(())
        }
        Work::Tell(tell) => {
            let _ = tell.send(());
            Ok(())
        }
    }
}

impl Runner {
    /// Does what is wanted with what this machine keeps.
    pub(super) fn keep(&mut self, keep: Keep) {
        let inside = self.inside.clone();
        match keep {
            Keep::Draft(draft) => self.keeper.put(&inside, Work::Keep(draft)),
            Keep::Forget(id) => self.keeper.put(&inside, Work::Forget(id)),
            Keep::Ask(ticket) => self
                .spawn(ticket, async move { Outcome::Kept(kept(&inside).await.map(Box::new).map_err(Refusal::from)) }),
            Keep::Send(ticket, again) => self.spawn(ticket, async move {
                Outcome::Sent(send(&inside, again).await.map(Box::new).map_err(Refusal::from))
            }),
            Keep::Discard(ticket, id) => self
                .spawn(ticket, async move { Outcome::Outbox(outbox(&inside, Some(id)).await.map_err(Refusal::from)) }),
            Keep::Look(ticket) => {
                self.spawn(ticket, async move { Outcome::Outbox(outbox(&inside, None).await.map_err(Refusal::from)) });
            }
        }
    }
}

async fn send(inside: &Mutex<Inside>, again: Option<Uuid>) -> Result<Sent, Problem> {
    let desk = whole_desk(inside).await?;
    match again {
        Some(id) => desk.send_again(id).await,
        None => desk.send_unsent().await,
    }
}

/// What a client's forms know beforehand; what they knew the last time, where the server is gone.
pub(super) async fn help_for(
    inside: &Mutex<Inside>,
    desk: &Desk,
    client_id: ClientId,
    is_gone: bool,
) -> Result<Box<FormHelp>, Problem> {
    let known = inside.lock().await.helps.get(&client_id).cloned();
    // Which shift is on now is for the server to say, when the entry is sent.
    let known = known.map(|known| Box::new(FormHelp { shift_now: None, ..known }));
    if is_gone || (desk.is_cut_off() && known.is_some()) {
        return known.ok_or(Problem::NeedsServer("open this form"));
    }
    match desk.ask(Query::FormHelp { client_id: client_id.clone() }).await {
        Ok(Answer::FormHelp(help)) => {
            if desk.is_on_server() {
                inside.lock().await.helps.insert(client_id, (*help).clone());
            }
            Ok(help)
        }
        Ok(_) => Err(Problem::no_such("client", client_id)),
        Err(Problem::Store(StoreError::NoAnswer)) => known.ok_or(Problem::NeedsServer("open this form")),
        Err(problem) => Err(problem),
    }
}

/// Clients whose forms are made ready at the login, for when the server is gone.
const MOST_READY: usize = 6;

/// What this machine keeps for whoever came in.
async fn kept(inside: &Mutex<Inside>) -> Result<KeptAtLogin, Problem> {
    let desk = whole_desk(inside).await?;
    let found = KeptAtLogin {
        drafts: desk.drafts().await?,
        outbox: desk.outbox().await?,
        seed: desk.keeps().then(|| desk.draft_seed()),
    };
    if desk.is_on_server() {
        desk.know_shift().await.ok();
        for client in desk.clients().iter().take(MOST_READY) {
            help_for(inside, &desk, client.client_id.clone(), false).await.ok();
        }
    }
    Ok(found)
}

/// What is not sent, after this was given up.
async fn outbox(inside: &Mutex<Inside>, discard: Option<Uuid>) -> Result<Outbox, Problem> {
    let desk = whole_desk(inside).await?;
    match discard {
        Some(id) => desk.discard_unsent(id).await,
        None => desk.outbox().await,
    }
}
