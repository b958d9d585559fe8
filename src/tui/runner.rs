//! Does what the model wants done, on tokio, and brings the answers. Only here anything waits.
//!
//! Of two questions for the same place one runs and the newest waits; those between are never asked.

mod files;
mod inside;
mod keeper;

use super::effect::Effect;
use super::form::own::{Own, OwnSecrets};
use super::message::{Entry, FilledIn, Msg, Outcome, Refusal, Refused, Seat, Slot, Ticket, Unlocked};
use crate::domain::id::ClientId;
use crate::service::{Answer, Command, Desk, News, Plant, Problem, Query, Receipt, Record, RecordKey, StoreError};
use files::{export_list, export_view, write_copied};
use inside::{
    Inside, Teller, desk, desk_at_hand, leave, log_in, look_at_gate, look_round, narrow, set_password, sit_down,
    whole_desk,
};
use keeper::{Keeper, Work};
use secrecy::{ExposeSecret, SecretString};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, mpsc};

/// What takes longer to save than this may wait for a server that is gone.
const DOUBTFUL: Duration = Duration::from_secs(2);

/// What came in.
#[derive(Debug)]
pub enum Arrived {
    /// An answer with its ticket.
    Answer(Ticket, Box<Outcome>),
    /// The plant told something by itself.
    News(News),
}

/// Does effects and collects answers.
#[derive(Debug)]
pub struct Runner {
    plant: Plant,
    terminal: String,
    inside: Arc<Mutex<Inside>>,
    arrived: mpsc::UnboundedReceiver<Arrived>,
    send: mpsc::UnboundedSender<Arrived>,
    /// Where the terminal is told news.
    teller: Option<Teller>,
    /// The desk of the board that the terminal comes back to.
    board: Arc<Mutex<Option<Desk>>>,
    open: usize,
    /// Places with a question running, and the newest one that waits.
    asked: HashMap<Slot, Option<(Ticket, Query)>>,
    keeper: Keeper,
}

impl Runner {
    /// A runner for a plant; `terminal` names where its people sit, for the delays after failed logins.
    pub fn new(plant: Plant, terminal: String) -> Self {
        let (send, arrived) = mpsc::unbounded_channel();
        let (inside, keeper) = (Inside::nobody(None), Keeper::new(send.clone()));
        let (board, asked) = (Arc::default(), HashMap::new());
        Self { plant, terminal, inside, arrived, send, teller: None, board, open: 0, asked, keeper }
    }

    /// Has whoever comes in told what changes.
    pub fn listen(&mut self) {
        self.teller = Some(Teller { send: self.send.clone(), doubt: Arc::default() });
        self.inside = Inside::nobody(self.teller.clone());
    }

    /// Whether nothing is on its way.
    pub const fn is_idle(&self) -> bool {
        self.open == 0
    }

    /// The plant's time.
    pub fn now(&self) -> crate::domain::clock::Instant {
        self.plant.clock().now()
    }

    /// Waits for an answer or for news. Dropping the wait loses nothing.
    pub async fn next(&mut self) -> Msg {
        loop {
            if let Some(arrived) = self.arrived.recv().await {
                return self.taken(arrived);
            }
        }
    }

    /// What is there already.
    pub fn ready(&mut self) -> Option<Msg> {
        self.arrived.try_recv().ok().map(|arrived| self.taken(arrived))
    }

    fn taken(&mut self, arrived: Arrived) -> Msg {
        let (ticket, outcome) = match arrived {
            Arrived::Answer(ticket, outcome) => (ticket, outcome),
            Arrived::News(news) => {
                if news == News::ServerBack {
                    self.keeper.put(&self.inside, Work::TellTries);
                }
                return Msg::News(news);
            }
        };
        if matches!(*outcome, Outcome::NotKept(_)) {
            // Nobody waited for it.
            return Msg::Answer(ticket, outcome);
        }
        self.open = self.open.saturating_sub(1);
        if let Outcome::Answered(slot, _) = *outcome
            && let Some(waiting) = self.asked.remove(&slot).flatten()
        {
            self.ask(waiting.0, slot, waiting.1);
        }
        let is_gone = outcome.refusal().is_some_and(|refusal| refusal.sort == Refused::ServerGone) || outcome.waits();
        if let Some(teller) = self.teller.as_ref().filter(|_| is_gone) {
            teller.doubt.notify_one();
        }
        Msg::Answer(ticket, outcome)
    }

    /// Does an effect.
    #[allow(clippy::too_many_lines, reason = "a table: every effect stands once, with what it takes")]
    pub fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::LookAtGate(ticket) => {
                let plant = self.plant.clone();
                self.spawn(ticket, async move { Outcome::Gate(look_at_gate(&plant).await.map_err(Refusal::from)) });
            }
            Effect::LogIn { ticket, login, secret } => {
                let (plant, inside, terminal) = (self.plant.clone(), self.inside.clone(), self.terminal.clone());
                self.spawn(ticket, async move {
                    Outcome::Entered(log_in(&plant, &inside, &login, &secret, &terminal).await.map_err(Refusal::from))
                });
            }
            Effect::LogInByKey(ticket, holder) => {
                let (plant, inside, terminal) = (self.plant.clone(), self.inside.clone(), self.terminal.clone());
                self.spawn(ticket, async move {
                    Outcome::Entered(match plant.login_by_key(&holder, &terminal).await {
                        Ok(desk) => Ok(Entry::In(sit_down(&inside, desk).await)),
                        Err(problem) => Err(Refusal::from(problem)),
                    })
                });
            }
            Effect::SetPassword { ticket, password } => {
                let (plant, inside) = (self.plant.clone(), self.inside.clone());
                self.spawn(ticket, async move {
                    Outcome::Entered(set_password(&plant, &inside, &password).await.map_err(Refusal::from))
                });
            }
            Effect::FirstAdmin { ticket, login, full_name, password } => {
                let (plant, inside) = (self.plant.clone(), self.inside.clone());
                self.spawn(ticket, async move {
                    let desk = plant.create_first_admin(&login, &full_name, &password).await;
                    Outcome::Entered(match desk {
                        Ok(desk) => Ok(Entry::In(sit_down(&inside, desk).await)),
                        Err(problem) => Err(Refusal::from(problem)),
                    })
                });
            }
            Effect::Narrow(ticket, clients) => {
                let inside = self.inside.clone();
                self.spawn(
                    ticket,
                    async move { Outcome::Narrowed(narrow(&inside, clients).await.map_err(Refusal::from)) },
                );
            }
            Effect::Ask(ticket, slot, query) => self.ask(ticket, slot, query),
            Effect::AskFormHelp { ticket, client_id, record } => {
                let inside = self.inside.clone();
                self.spawn(ticket, async move {
                    Outcome::FormHelp(form_help(&inside, client_id, record).await.map_err(Refusal::from))
                });
            }
            Effect::AskRecord(ticket, key) => {
                let inside = self.inside.clone();
                self.spawn(ticket, async move { Outcome::Record(record(&inside, key).await.map_err(Refusal::from)) });
            }
            Effect::Check(ticket, command) => {
                let inside = self.inside.clone();
                self.spawn(
                    ticket,
                    async move { Outcome::Checked(check(&inside, *command).await.map_err(Refusal::from)) },
                );
            }
            Effect::Run(ticket, command) => self.save(ticket, *command, None),
            Effect::Save(ticket, command, form) => self.save(ticket, *command, form),
            Effect::Keep(keep) => self.keep(keep),
            Effect::Own { ticket, secrets, command } => {
                let (inside, terminal) = (self.inside.clone(), self.terminal.clone());
                self.spawn(ticket, async move { own(&inside, secrets, command, &terminal).await });
            }
            Effect::LookRound(ticket) => {
                let inside = self.inside.clone();
                self.spawn(ticket, async move { Outcome::Round(look_round(&inside).await.map_err(Refusal::from)) });
            }
            Effect::Export(ticket, query, folder) => {
                let inside = self.inside.clone();
                self.spawn(ticket, async move { Outcome::Exported(export_list(&inside, &query, &folder).await) });
            }
            Effect::ExportView(ticket, tables, folder) => {
                let inside = self.inside.clone();
                self.spawn(ticket, async move { Outcome::Exported(export_view(&inside, &tables, &folder).await) });
            }
            Effect::WriteCopied(ticket, text, folder) => {
                let inside = self.inside.clone();
                self.spawn(ticket, async move { Outcome::Copied(write_copied(&inside, &text, &folder).await) });
            }
            Effect::WriteTag { ticket, client_id, hold_id, folder } => {
                let inside = self.inside.clone();
                self.spawn(ticket, async move {
                    let written = match desk(&inside).await {
                        Ok(desk) => desk.write_hold_tag(&client_id, hold_id, &folder).await,
                        Err(problem) => Err(problem),
                    };
                    Outcome::Tagged(written.map(|path| path.display().to_string()).map_err(Refusal::from))
                });
            }
            // The loop has given it to the terminal, which the runner never sees.
            Effect::Copy(_) | Effect::Ring => {}
            Effect::ShowBoard(ticket) => self.be_board(ticket, true),
            Effect::ResumeBoard(ticket) => self.be_board(ticket, false),
            Effect::LogOut => {
                // The next person gets a place of their own: whatever of this one still runs cannot sit down in it.
                let inside = std::mem::replace(&mut self.inside, Inside::nobody(self.teller.clone()));
                self.asked.clear();
                self.keeper.put(&inside, Work::Leave);
            }
        }
    }

    /// Makes the terminal a board: of the clients in view, or the one that it was before somebody logged in from it.
    fn be_board(&mut self, ticket: Ticket, is_new: bool) {
        let (inside, board) = (self.inside.clone(), self.board.clone());
        self.spawn(ticket, async move {
            let shown = show_board(&inside, &board, is_new).await;
            Outcome::Board(shown.map_err(Refusal::from))
        });
    }

    /// Does one thing. The feed looks whether the server is there when that takes long: a network that drops packets without
    /// a word tells nobody.
    fn save(&mut self, ticket: Ticket, command: Command, form: Option<String>) {
        let (inside, teller) = (self.inside.clone(), self.teller.clone());
        self.spawn(ticket, async move {
            let done = run(&inside, command, form);
            tokio::pin!(done);
            if let Ok(done) = tokio::time::timeout(DOUBTFUL, &mut done).await {
                return done;
            }
            if let Some(teller) = teller {
                teller.doubt.notify_one();
            }
            done.await
        });
    }

    fn ask(&mut self, ticket: Ticket, slot: Slot, query: Query) {
        if let Some(waiting) = self.asked.get_mut(&slot) {
            *waiting = Some((ticket, query));
            return;
        }
        self.asked.insert(slot, None);
        let inside = self.inside.clone();
        self.spawn(ticket, async move {
            // The audit is of the whole plant, whichever clients are in view.
            let desk = match query {
                Query::IsolationAudit => whole_desk(&inside).await,
                _ => desk(&inside).await,
            };
            let answer = match desk {
                Ok(desk) => match desk.ask(query).await {
                    // What the person was given is shown as soon as it is noticed, like what was taken away.
                    Ok(_) if desk.has_new_clients() => Err(Problem::Store(StoreError::ScopeMoved)),
                    answer => answer,
                },
                Err(problem) => Err(problem),
            };
            Outcome::Answered(slot, answer.map_err(Refusal::from))
        });
    }

    fn spawn(&mut self, ticket: Ticket, work: impl Future<Output = Outcome> + Send + 'static) {
        self.open += 1;
        let send = self.send.clone();
        let work = tokio::spawn(work);
        tokio::spawn(async move {
            let outcome = work.await.unwrap_or_else(|broken| Outcome::Broken(broken.to_string()));
            // A closed channel means that the program ends: nobody wants the answer.
            let _ = send.send(Arrived::Answer(ticket, Box::new(outcome)));
        });
    }

    /// Ends the session, if somebody is in.
    pub async fn close(&self) {
        self.keeper.finish(&self.inside).await;
        leave(&self.inside).await;
    }
}

/// Puts the board's desk in the place of whoever sat here: from now on nothing can be done but reading.
async fn show_board(inside: &Mutex<Inside>, board: &Mutex<Option<Desk>>, is_new: bool) -> Result<Seat, Problem> {
    if is_new {
        *board.lock().await = Some(desk(inside).await?.only_reading());
    }
    let desk = board.lock().await.clone().ok_or(Problem::LoginRefused)?;
    Ok(sit_down(inside, desk).await)
}

async fn form_help(
    inside: &Mutex<Inside>,
    client_id: Option<ClientId>,
    key: Option<RecordKey>,
) -> Result<FilledIn, Problem> {
    let (desk, is_gone) = desk_at_hand(inside).await?;
    let help = match client_id {
        None => Box::default(),
        Some(client_id) => keeper::help_for(inside, &desk, client_id, is_gone).await?,
    };
    let record = match key {
        Some(key) => record(inside, key).await?,
        None => None,
    };
    Ok(FilledIn { help, entry_id: desk.new_id(), record })
}

async fn record(inside: &Mutex<Inside>, key: RecordKey) -> Result<Option<Box<Record>>, Problem> {
    match desk(inside).await?.ask(Query::Record(key)).await? {
        Answer::Record(record) => Ok(record),
        _ => Err(Problem::no_such("entry", "")),
    }
}

async fn check(inside: &Mutex<Inside>, command: Command) -> Result<(), Problem> {
    desk(inside).await?.check(command).await
}

async fn run(inside: &Mutex<Inside>, command: Command, form: Option<String>) -> Outcome {
    let changes_scope =
        matches!(command, Command::AddClient { .. } | Command::SetClientActive { .. } | Command::SetAssignment { .. });
    let done = match desk_at_hand(inside).await {
        Ok((desk, is_gone)) => match desk.enter(command.clone(), form, is_gone).await {
            Err(Problem::Unproved) => return Outcome::Unproved(Box::new(command)),
            done => done,
        },
        Err(problem) => Err(problem),
    };
    // What was done is done: a scope that could not be read anew is read with the next change.
    let seat = if changes_scope && done.is_ok() { look_round(inside).await.ok() } else { None };
    Outcome::Done(done.map(|receipt| Box::new((receipt, seat))).map_err(Refusal::from))
}

/// Tries or sets one's own password or PIN.
async fn own(inside: &Mutex<Inside>, secrets: OwnSecrets, command: Option<Box<Command>>, terminal: &str) -> Outcome {
    let desk = match (desk_at_hand(inside).await, secrets.own) {
        // The person of a session that is still open comes back to it, whether or not the server is there.
        (Ok((desk, true)), Own::Unlock | Own::UnlockByPin) => desk.while_gone(),
        (Ok((desk, false)), _) => desk,
        (Ok((_, true)), own) => return not_done(own, Problem::Store(StoreError::NoAnswer)),
        (Err(problem), own) => return not_done(own, problem),
    };
    let (current, new) = (secrets.current, secrets.new.unwrap_or_default());
    let set = |done: Result<Receipt, Problem>| {
        Outcome::Done(done.map(|receipt| Box::new((receipt, None))).map_err(Refusal::from))
    };
    let opened = |done: Result<(), Problem>, how| Outcome::Unlocked(done.map(|()| how).map_err(Refusal::from));
    match (secrets.own, command) {
        // A scanner types the badge where a person types the password; a login is never one.
        (Own::Unlock, _) if is_login(&desk, &current) => {
            opened(desk.take_badge(current.expose_secret()).await, Unlocked::Badge)
        }
        (Own::Unlock, _) => opened(desk.unlock(&current, terminal).await, Unlocked::Open),
        (Own::UnlockByPin, _) => opened(desk.unlock_by_pin(&current, terminal).await, Unlocked::Open),
        (Own::SetPin, _) => set(desk.set_pin(&current, &new, terminal).await),
        (Own::ChangePassword, _) => set(desk.change_password(&current, &new, terminal).await),
        (Own::Prove, command) => match (desk.prove(&current, terminal).await, command) {
            (Ok(()), Some(command)) => run(inside, *command, None).await,
            (Ok(()), None) => Outcome::ProofRefused(Refusal::from(Problem::Unproved)),
            (Err(problem), _) => Outcome::ProofRefused(Refusal::from(problem)),
        },
    }
}

/// What was not even tried, and why.
fn not_done(own: Own, problem: Problem) -> Outcome {
    let refusal = Refusal::from(problem);
    match own {
        Own::Unlock | Own::UnlockByPin => Outcome::Unlocked(Err(refusal)),
        Own::Prove => Outcome::ProofRefused(refusal),
        Own::SetPin | Own::ChangePassword => Outcome::Done(Err(refusal)),
    }
}

fn is_login(desk: &Desk, typed: &SecretString) -> bool {
    typed.expose_secret().trim().to_lowercase() == desk.person().login.as_str()
}
