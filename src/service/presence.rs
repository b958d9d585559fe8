//! That the person who logged in still sits here: how long the session lasts, when the password was proved last, and
//! the ways to prove it again.

use super::{Command, Desk, Problem, Receipt};
use crate::domain::clock::Instant;
use crate::domain::id::Login;
use crate::domain::pin;
use crate::domain::role::Permission;
use crate::domain::shift::shift_at;
use crate::store::{Proof, ProvedBy, StoreError, master_data};
use secrecy::{ExposeSecret, SecretString};
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

/// A session ends after this long, whatever happens.
const LONGEST_SESSION: i64 = 12 * 60;
/// Administration asks for the password again when the last proof is older, in minutes.
const FRESH: i64 = 5;
/// Wrong PINs after which the password is asked for.
const MOST_WRONG_PINS: u32 = 3;

/// What the desks of one login know of their person.
#[derive(Debug)]
pub(super) struct Presence {
    began_at: Instant,
    /// When the password was typed last.
    proved_at: AtomicI64,
    /// Wrong PINs since then.
    wrong_pins: AtomicU32,
    /// When the shift ends in which it was typed, as far as that was asked: until then a PIN opens the terminal.
    pin_ends_at: AtomicI64,
}

impl Presence {
    /// Somebody logs in.
    pub(super) const fn begin(now: Instant) -> Self {
        Self {
            began_at: now,
            proved_at: AtomicI64::new(now.0),
            wrong_pins: AtomicU32::new(0),
            pin_ends_at: AtomicI64::new(0),
        }
    }

    /// Somebody comes in without typing a password.
    pub(super) const fn begin_unproved(now: Instant) -> Self {
        Self { proved_at: AtomicI64::new(0), ..Self::begin(now) }
    }

    fn prove(&self, now: Instant) {
        self.proved_at.store(now.0, Ordering::Relaxed);
        self.wrong_pins.store(0, Ordering::Relaxed);
    }

    fn proved_at(&self) -> Instant {
        Instant(self.proved_at.load(Ordering::Relaxed))
    }
}

impl Desk {
    /// The same person's desk from which nothing can be done, for a board that everybody walks past: it shows what is
    /// in view here, never locks and goes on over the shifts. It ends when the account does.
    #[must_use]
    pub fn only_reading(&self) -> Self {
        Self { session: std::sync::Arc::new(self.session.only_reading()), reads_only: true, ..self.clone() }
    }

    /// Refuses whatever is more than reading at a board's desk.
    pub(super) fn unless_reading_only(&self) -> Result<(), Problem> {
        if self.reads_only { Err(Problem::Store(StoreError::ReadingOnly)) } else { Ok(()) }
    }

    /// When the session ends.
    pub fn ends_at(&self) -> Instant {
        if self.reads_only {
            return Instant(i64::MAX);
        }
        self.presence.began_at.plus_minutes(LONGEST_SESSION)
    }

    /// Refuses everything once the session's time is over.
    pub(super) fn unless_over(&self) -> Result<(), Problem> {
        if self.now() < self.ends_at() { Ok(()) } else { Err(Problem::SessionEnded) }
    }

    /// Refuses administration where the password was not typed just now.
    pub(super) fn unless_unproved(&self, command: &Command) -> Result<(), Problem> {
        let age = self.now().minutes_since(self.presence.proved_at());
        let is_fresh = (0..FRESH).contains(&age);
        if command.permission() == Permission::KeepAccounts && !is_fresh { Err(Problem::Unproved) } else { Ok(()) }
    }

    /// Proves by the password that the person who logged in sits here.
    pub async fn prove(&self, password: &SecretString, terminal: &str) -> Result<(), Problem> {
        self.prove_by_password(password, "proved", terminal).await
    }

    /// The same desk while the server is known to be gone: nothing is asked of it.
    #[must_use]
    pub fn while_gone(&self) -> Self {
        self.with(self.session.cut_off())
    }

    /// Opens the locked terminal by the password. A server that is gone is not waited for: then what this process
    /// remembers decides, and administration asks again when the server is back.
    pub async fn unlock(&self, password: &SecretString, terminal: &str) -> Result<(), Problem> {
        match self.prove_by_password(password, "unlocked", terminal).await {
            Err(Problem::Store(StoreError::NoAnswer)) => {}
            done => return done,
        }
        match self.prove_alone(ProvedBy::Password, password, terminal).await? {
            Proof::Proved => {
                self.presence.wrong_pins.store(0, Ordering::Relaxed);
                Ok(())
            }
            Proof::Refused => Err(not_your_password()),
            Proof::Delayed { seconds } => Err(Problem::LoginDelayed { seconds }),
        }
    }

    /// Proves it by what this process remembers; the server does not answer.
    async fn prove_alone(&self, by: ProvedBy, secret: &SecretString, terminal: &str) -> Result<Proof, Problem> {
        let proof = self.session.prove_alone(by, secret, terminal, self.now()).await?;
        proof.ok_or(Problem::Store(StoreError::NoAnswer))
    }

    /// Tells a server that is back how the terminal was tried while it was gone.
    pub async fn tell_tries(&self) -> Result<(), Problem> {
        Ok(self.session.tell_tries(self.now()).await?)
    }

    async fn prove_by_password(&self, password: &SecretString, what: &str, terminal: &str) -> Result<(), Problem> {
        self.unless_reading_only()?;
        self.unless_over()?;
        match self.session.prove(ProvedBy::Password, password, what, terminal, self.now()).await? {
            Proof::Proved => {
                self.presence.prove(self.now());
                self.know_shift().await.ok();
                Ok(())
            }
            Proof::Refused => Err(not_your_password()),
            Proof::Delayed { seconds } => Err(Problem::LoginDelayed { seconds }),
        }
    }

    /// Whether a scanned badge is the person's, and their PIN opens the terminal now. A badge holds the login.
    pub async fn take_badge(&self, badge: &str) -> Result<(), Problem> {
        self.unless_over()?;
        if Login::normalised(badge).ok().as_ref() != Some(&self.person().login) {
            return Err(Problem::reject("current", "is not your badge", "type your password"));
        }
        self.unless_pin_is_off().await
    }

    /// Opens the locked terminal by the PIN.
    pub async fn unlock_by_pin(&self, pin: &SecretString, terminal: &str) -> Result<(), Problem> {
        self.unless_reading_only()?;
        self.unless_over()?;
        self.unless_pin_is_off().await?;
        // Counted before it is looked at, so that tries side by side are counted too.
        let wrong = self.presence.wrong_pins.fetch_add(1, Ordering::Relaxed) + 1;
        if wrong > MOST_WRONG_PINS {
            return Err(Problem::PinIsOff(THREE_WRONG));
        }
        let proof = match self.session.prove(ProvedBy::Pin, pin, "unlocked", terminal, self.now()).await {
            Err(StoreError::NoAnswer) => self.prove_alone(ProvedBy::Pin, pin, terminal).await?,
            proof => proof?,
        };
        match proof {
            Proof::Proved => {
                self.presence.wrong_pins.store(0, Ordering::Relaxed);
                Ok(())
            }
            Proof::Refused if wrong == MOST_WRONG_PINS => Err(Problem::PinIsOff(THREE_WRONG)),
            Proof::Refused => Err(Problem::reject("pin", "is not your PIN", "type it again")),
            Proof::Delayed { seconds } => Err(Problem::LoginDelayed { seconds }),
        }
    }

    async fn unless_pin_is_off(&self) -> Result<(), Problem> {
        if self.presence.wrong_pins.load(Ordering::Relaxed) >= MOST_WRONG_PINS {
            return Err(Problem::PinIsOff(THREE_WRONG));
        }
        let has_pin = match self.session.has_pin().await {
            Err(error @ StoreError::NoAnswer) => self.session.had_pin().ok_or(error)?,
            has_pin => has_pin?,
        };
        if !has_pin {
            return Err(Problem::PinIsOff("you have no PIN yet"));
        }
        let ends_at = match self.know_shift().await {
            Err(Problem::Store(StoreError::NoAnswer)) => Instant(self.presence.pin_ends_at.load(Ordering::Relaxed)),
            ends_at => ends_at?,
        };
        if self.now() >= ends_at {
            return Err(Problem::PinIsOff("the shift in which you typed it last is over"));
        }
        Ok(())
    }

    /// When the shift ends that was on at a client when the password was typed, the last of several; it is remembered for
    /// when the server is gone.
    pub async fn know_shift(&self) -> Result<Instant, Problem> {
        let mut tx = match self.session.read().await {
            Err(StoreError::ScopeMoved) => return Ok(Instant(0)),
            tx => tx?,
        };
        let shifts = master_data::shifts(&mut tx).await?;
        let typed_at = self.presence.proved_at();
        let windows = self.clients().iter().filter_map(|client| shift_at(&shifts, typed_at, client.clock));
        let ends_at = windows.map(|(_, window)| window.ends_at).max().unwrap_or(Instant(0));
        self.presence.pin_ends_at.store(ends_at.0, Ordering::Relaxed);
        Ok(ends_at)
    }

    /// Sets the person's PIN; their password is asked again for it.
    pub async fn set_pin(
        &self,
        password: &SecretString,
        new: &SecretString,
        terminal: &str,
    ) -> Result<Receipt, Problem> {
        pin::check(new.expose_secret())?;
        self.prove(password, terminal).await?;
        self.session.set_pin(new, self.now()).await?;
        Ok(Receipt::done("your PIN is set; it opens this terminal when it is locked, after your badge"))
    }

    /// Changes the person's password; the old one is asked for it. Their other sessions end.
    pub async fn change_password(
        &self,
        password: &SecretString,
        new: &SecretString,
        terminal: &str,
    ) -> Result<Receipt, Problem> {
        self.prove(password, terminal).await?;
        self.session.change_password(new, self.now()).await?;
        Ok(Receipt::done("your password is changed; your other sessions ended, and your PIN is to be set anew"))
    }
}

fn not_your_password() -> Problem {
    Problem::reject("current", "is not your password", "type it again")
}

const THREE_WRONG: &str = "three PINs were wrong";
