//! The loop: answers first, then input, then the clock. Whatever is ready is taken, then one frame is drawn, and only
//! if something changed.

use super::Looks;
use super::capability::Palette;
use super::draw;
use super::effect::Effect;
use super::input::Input;
use super::keymap::Keymap;
use super::message::Msg;
use super::model::Model;
use super::port::{Port, PortEvent};
use super::runner::Runner;
use super::theme::Theme;
use super::update::{begin, update};
use crate::domain::idle::IdleLock;
use crate::domain::measure::MILLIS_PER_MINUTE;
use crate::service::{KeyHolder, News, Plant};
use std::io;
use std::time::Duration;
use tokio::time::Instant as Timer;

const SECOND: u64 = 1_000;
const MINUTE: u64 = MILLIS_PER_MINUTE.unsigned_abs();

/// How long the answers to what the start or the clock asked may take to be in its frame.
const ONE_FRAME: Duration = Duration::from_millis(100);

/// The dashboard at one terminal.
#[derive(Debug)]
pub struct Dashboard<P: Port> {
    model: Model,
    runner: Runner,
    /// The terminal.
    pub port: P,
    changed: bool,
    drawn_at: Option<Timer>,
    /// Until when a frame waits for the answers to what the start or the clock asked, so that both are one frame.
    held_until: Option<Timer>,
}

impl<P: Port> Dashboard<P> {
    /// Opens the dashboard of a plant at a port; `terminal` names where its people sit.
    pub fn open(plant: Plant, port: P, terminal: String) -> io::Result<Self> {
        Self::open_for(plant, port, terminal, None)
    }

    /// The same for whoever sshd found the key of.
    pub fn open_for(plant: Plant, port: P, terminal: String, holder: Option<KeyHolder>) -> io::Result<Self> {
        let capability = port.capability();
        let theme = Theme::built_in(capability.palette)
            .or_else(|_| Theme::built_in(Palette::Mono))
            .map_err(io::Error::other)?;
        let keymap = Keymap::built_in().map_err(io::Error::other)?;
        let runner = Runner::new(plant, terminal);
        let mut model = Model::new(keymap, theme, capability, port.size()?, runner.now());
        model.holder = holder;
        let mut dashboard = Self { model, runner, port, changed: true, drawn_at: None, held_until: None };
        let effects = begin(&mut dashboard.model);
        dashboard.perform(effects);
        dashboard.held_until = Some(Timer::now() + ONE_FRAME);
        Ok(dashboard)
    }

    /// The same, locking after these minutes.
    #[must_use]
    pub const fn locking(mut self, idle: IdleLock) -> Self {
        self.model.idle = idle;
        self
    }

    /// The same, told what changes on other terminals, and when the server goes.
    #[must_use]
    pub fn live(mut self) -> Self {
        self.runner.listen();
        self
    }

    /// The same, looking, reading and being typed at as a person chose.
    pub fn look_like(&mut self, looks: Looks) -> Result<(), String> {
        if let Some(theme) = looks.theme {
            self.model.theme = theme.fitting(self.model.capability.palette)?;
        }
        self.model.keymap = looks.keymap.in_language(looks.language);
        self.model.language = looks.language;
        self.model.may_copy = looks.copies;
        self.model.rings = looks.rings;
        self.model.starts_as_andon = looks.starts_as_andon;
        self.model.export_folder = looks.export_folder;
        self.changed = true;
        Ok(())
    }

    /// What there is to see.
    pub const fn model(&self) -> &Model {
        &self.model
    }

    /// Runs until somebody leaves (true) or the port has nothing more to give for now (false).
    pub async fn run(&mut self) -> io::Result<bool> {
        let left = self.run_on().await;
        if left.is_err() {
            // A terminal that is gone is a cut link: what is typed is kept.
            self.take(Msg::Input(Input::Hangup));
        }
        left
    }

    async fn run_on(&mut self) -> io::Result<bool> {
        loop {
            self.draw().await?;
            if let Some(why) = &self.model.broken {
                return Err(io::Error::other(why.clone()));
            }
            if self.model.leaving {
                return Ok(true);
            }
            let tick = Duration::from_millis(self.until_tick());
            let idle = self.runner.is_idle();
            tokio::select! {
                biased;
                msg = self.runner.next() => self.take(msg),
                event = self.port.next(idle) => match event? {
                    PortEvent::Input(input) => self.take_input(input),
                    PortEvent::Pause => return Ok(false),
                },
                () = tokio::time::sleep(tick) => self.tick(),
                () = sleep_until(self.held_until) => self.held_until = None,
            }
            self.drain();
        }
    }

    /// Ends the session.
    pub async fn close(&self) {
        self.runner.close().await;
    }

    fn drain(&mut self) {
        while let Some(msg) = self.runner.ready() {
            self.take(msg);
        }
        while !self.model.leaving
            && let Some(input) = self.port.ready()
        {
            self.take_input(input);
        }
    }

    /// The clock went on by itself.
    fn tick(&mut self) {
        let was_idle = self.runner.is_idle();
        self.take_clock();
        if was_idle && !self.runner.is_idle() {
            self.held_until = Some(Timer::now() + ONE_FRAME);
        }
    }

    fn take_input(&mut self, input: Input) {
        self.held_until = None;
        self.take_clock();
        self.take(Msg::Input(input));
    }

    fn take_clock(&mut self) {
        self.take(Msg::Clock(self.runner.now()));
    }

    fn take(&mut self, msg: Msg) {
        // That something changed is seen when it has been read.
        self.changed |= !matches!(msg, Msg::News(News::Changed));
        let effects = update(&mut self.model, msg);
        self.perform(effects);
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Copy(text) => {
                    // Whether a terminal takes a text is its own affair; it says nothing back.
                    self.port.copy(&text).ok();
                }
                Effect::Ring => {
                    self.port.ring().ok();
                }
                effect => self.runner.perform(effect),
            }
        }
    }

    /// Milliseconds until something on the screen goes on by itself: the next second, the next minute's clock, the lock
    /// or the session's end.
    fn until_tick(&self) -> u64 {
        let step = if self.model.shows_running_time() { SECOND } else { MINUTE };
        let now = u64::try_from(self.runner.now().0).unwrap_or(0);
        let due = self.model.deadline().and_then(|at| u64::try_from(at.0).ok()).map(|at| at.saturating_sub(now).max(1));
        (step - now % step).min(due.unwrap_or(MINUTE))
    }

    /// Draws if something changed; not sooner after the last frame than the port's pace allows.
    async fn draw(&mut self) -> io::Result<()> {
        let is_held = self.held_until.is_some() && !self.runner.is_idle();
        if !self.changed || is_held {
            return Ok(());
        }
        self.held_until = None;
        let pause = SECOND.checked_div(u64::from(self.model.capability.frames)).map(Duration::from_millis);
        if let Some(soonest) = self.drawn_at.zip(pause).map(|(at, pause)| at + pause)
            && Timer::now() < soonest
        {
            // A key that comes in meanwhile is in the same frame.
            tokio::time::sleep_until(soonest).await;
            self.drain();
        }
        let model = &self.model;
        self.port.draw(|frame| draw::draw(model, frame))?;
        self.changed = false;
        self.drawn_at = Some(Timer::now());
        Ok(())
    }
}

/// Waits until then; for ever without an instant.
async fn sleep_until(instant: Option<Timer>) {
    match instant {
        Some(instant) => tokio::time::sleep_until(instant).await,
        None => std::future::pending().await,
    }
}
