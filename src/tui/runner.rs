//! Does what the model wants done, on tokio, and brings the answers. Only here anything waits.
//!
//! Of two questions for the same place one runs and the newest waits; those between are never asked.

use super::effect::Effect;
use super::form::own::{Own, OwnSecrets};
use super::message::{Entry, FilledIn, Gate, Outcome, Refusal, Seat, Slot, Ticket, Unlocked};
use crate::domain::id::ClientId;
use crate::service::{
    Answer, Command, Desk, LoginOutcome, Plant, Problem, Query, Receipt, Record, RecordKey, StoreError,
};
use secrecy::{ExposeSecret, SecretString};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::{Mutex, mpsc};

/// An answer with its ticket.
pub type Answered = (Ticket, Box<Outcome>);

/// Who is in, and the ticket of a one-time code that was right.
#[derive(Debug, Default)]
struct Inside {
    desk: Option<Desk>,
    /// The desk with all of the person's clients, where fewer are in view.
    whole: Option<Desk>,
    password_ticket: Option<crate::service::Ticket>,
}

/// Does effects and collects answers.
#[derive(Debug)]
pub struct Runner {
    plant: Plant,
    terminal: String,
    inside: Arc<Mutex<Inside>>,
    answers: mpsc::UnboundedReceiver<Answered>,
    send: mpsc::UnboundedSender<Answered>,
    open: usize,
    /// Places with a question running, and the newest one that waits.
    asked: HashMap<Slot, Option<(Ticket, Query)>>,
}

impl Runner {
    /// A runner for a plant; `terminal` names where its people sit, for the delays after failed logins.
    pub fn new(plant: Plant, terminal: String) -> Self {
        let (send, answers) = mpsc::unbounded_channel();
        Self { plant, terminal, inside: Arc::default(), answers, send, open: 0, asked: HashMap::new() }
    }

    /// Whether nothing is on its way.
    pub const fn is_idle(&self) -> bool {
        self.open == 0
    }

    /// The plant's time.
    pub fn now(&self) -> crate::domain::clock::Instant {
        self.plant.clock().now()
    }

    /// Waits for an answer; for ever while nothing is on its way. Dropping the wait loses nothing.
    pub async fn next(&mut self) -> Answered {
        loop {
            if let Some(answered) = self.answers.recv().await {
                return self.arrived(answered);
            }
        }
    }

    /// An answer that is there already.
    pub fn ready(&mut self) -> Option<Answered> {
        self.answers.try_recv().ok().map(|answered| self.arrived(answered))
    }

    fn arrived(&mut self, answered: Answered) -> Answered {
        self.open = self.open.saturating_sub(1);
        if let Outcome::Answered(slot, _) = *answered.1
            && let Some(waiting) = self.asked.remove(&slot).flatten()
        {
            self.ask(waiting.0, slot, waiting.1);
        }
        answered
    }

    /// Does an effect.
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
            Effect::Run(ticket, command) => {
                let inside = self.inside.clone();
                self.spawn(ticket, async move { run(&inside, *command).await });
            }
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
                self.spawn(ticket, async move {
                    let written = match desk(&inside).await {
                        Ok(desk) => desk.export_list(&query, &folder).await,
                        Err(problem) => Err(problem),
                    };
                    let told = written.map(|(path, rows)| (rows, path.display().to_string()));
                    Outcome::Exported(told.map_err(Refusal::from))
                });
            }
            // The loop has given it to the terminal, which the runner never sees.
            Effect::Copy(_) => {}
            Effect::LogOut => {
                // The next person gets a place of their own: whatever of this one still runs cannot sit down in it.
                let inside = std::mem::take(&mut self.inside);
                self.asked.clear();
                tokio::spawn(async move { leave(&inside).await });
            }
        }
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
            let _ = send.send((ticket, Box::new(outcome)));
        });
    }

    /// Ends the session, if somebody is in.
    pub async fn close(&self) {
        leave(&self.inside).await;
    }
}

async fn look_at_gate(plant: &Plant) -> Result<Gate, Problem> {
    let is_demo = plant.is_demo().await?;
    let demo_logins = if is_demo { plant.demo_logins().await? } else { Vec::new() };
    Ok(Gate { is_new: plant.is_new().await?, demo_logins, is_demo })
}

async fn log_in(
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

async fn set_password(plant: &Plant, inside: &Mutex<Inside>, password: &SecretString) -> Result<Entry, Problem> {
    let ticket = inside.lock().await.password_ticket.clone().ok_or(Problem::LoginRefused)?;
    let desk = plant.set_password(&ticket, password).await?;
    Ok(Entry::In(sit_down(inside, desk).await))
}

async fn sit_down(inside: &Mutex<Inside>, desk: Desk) -> Seat {
    let seat = seat(&desk, &desk);
    *inside.lock().await = Inside { desk: Some(desk.clone()), whole: Some(desk), password_ticket: None };
    seat
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

async fn desk(inside: &Mutex<Inside>) -> Result<Desk, Problem> {
    inside.lock().await.desk.clone().ok_or(Problem::LoginRefused)
}

async fn whole_desk(inside: &Mutex<Inside>) -> Result<Desk, Problem> {
    inside.lock().await.whole.clone().ok_or(Problem::LoginRefused)
}

async fn narrow(inside: &Mutex<Inside>, clients: Option<Vec<ClientId>>) -> Result<Seat, Problem> {
    let current = desk(inside).await?;
    let whole = current.narrow(None).await?;
    let in_view = match clients {
        Some(clients) => whole.narrow(Some(clients)).await?,
        None => whole.clone(),
    };
    let seat = seat(&whole, &in_view);
    let mut inside = inside.lock().await;
    inside.desk = Some(in_view);
    inside.whole = Some(whole);
    Ok(seat)
}

async fn form_help(
    inside: &Mutex<Inside>,
    client_id: Option<ClientId>,
    key: Option<RecordKey>,
) -> Result<FilledIn, Problem> {
    let desk = desk(inside).await?;
    let help = match client_id {
        None => Box::default(),
        Some(client_id) => match desk.ask(Query::FormHelp { client_id: client_id.clone() }).await? {
            Answer::FormHelp(help) => help,
            _ => return Err(Problem::no_such("client", client_id)),
        },
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

async fn run(inside: &Mutex<Inside>, command: Command) -> Outcome {
    let changes_scope =
        matches!(command, Command::AddClient { .. } | Command::SetClientActive { .. } | Command::SetAssignment { .. });
    let done = match desk(inside).await {
        Ok(desk) => match desk.run(command.clone()).await {
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
    let desk = match desk(inside).await {
        Ok(desk) => desk,
        Err(problem) => return Outcome::Unlocked(Err(Refusal::from(problem))),
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
            (Ok(()), Some(command)) => run(inside, *command).await,
            (Ok(()), None) => Outcome::ProofRefused(Refusal::from(Problem::Unproved)),
            (Err(problem), _) => Outcome::ProofRefused(Refusal::from(problem)),
        },
    }
}

fn is_login(desk: &Desk, typed: &SecretString) -> bool {
    typed.expose_secret().trim().to_lowercase() == desk.person().login.as_str()
}

/// Reads the person's scope anew.
async fn look_round(inside: &Mutex<Inside>) -> Result<Seat, Problem> {
    let in_view = desk(inside).await?.refreshed().await?;
    let whole = in_view.narrow(None).await?;
    // Who was narrowed to clients that are gone sees the others.
    let in_view = if in_view.clients().is_empty() { whole.clone() } else { in_view };
    let seat = seat(&whole, &in_view);
    let mut inside = inside.lock().await;
    inside.desk = Some(in_view);
    inside.whole = Some(whole);
    Ok(seat)
}

async fn leave(inside: &Mutex<Inside>) {
    let Inside { desk, whole, .. } = std::mem::take(&mut *inside.lock().await);
    for desk in desk.into_iter().chain(whole) {
        desk.leave().await;
    }
}
