//! All there is to see. Drawing reads it, `update` changes it, nothing else holds any of it.

use super::action::Action;
use super::alarm::AlarmBook;
use super::capability::Capability;
use super::effect::Effect;
use super::form::Form;
use super::input::Input;
use super::kept::Keeping;
use super::keymap::{Context, Keymap, Row};
use super::layer::Layer;
use super::layout;
use super::link::Link;
use super::loaded::Loaded;
use super::locale::Language;
use super::lock::Lock;
use super::message::{Gate, Seat, Slot, Ticket};
pub use super::notice::{Notice, NoticeKind};
use super::screen::Tab;
use super::screen::andon::Andon;
use super::screen::board::BoardScreen;
use super::screen::isolation::IsolationScreen;
use super::screen::kpi::{KpiScreen, View};
use super::screen::list::{ListScreen, ListScreens};
use super::theme::Theme;
use super::undo::Undo;
pub use super::waiting::Waiting;
use super::widget::Pen;
use super::worklist::Worklist;
use crate::domain::clock::{Instant, PlantClock};
use crate::domain::id::{ClientId, EmployeeNumber};
use crate::domain::idle::IdleLock;
use crate::domain::list::{List, ListRow};
use crate::service::{Command, KeyHolder, Query, Setup};
use ratatui::layout::Rect;
use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;

/// How many receipts can be taken back.
const UNDO_DEPTH: usize = 20;

/// All there is to see.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a property of its own that is set alone")]
pub struct Model {
    /// The table of actions.
    pub keymap: Keymap,
    /// How the roles look.
    pub theme: Theme,
    /// The language.
    pub language: Language,
    /// Where lists are written to; none where nobody could fetch a file.
    pub export_folder: Option<PathBuf>,
    /// Whether a row may go into the terminal's clipboard.
    pub may_copy: bool,
    /// What the terminal can show.
    pub capability: Capability,
    /// The screen.
    pub size: Rect,
    /// The time.
    pub now: Instant,
    /// How the terminal stands to its plant.
    pub link: Link,
    /// What the gate looks like.
    pub gate: Loaded<Gate>,
    /// The gate's form, while nobody is in.
    pub gate_form: Option<Form>,
    /// Whose SSH key sshd found good, where somebody came with one: nobody else comes in here.
    pub holder: Option<KeyHolder>,
    /// Who sits here.
    pub seat: Option<Seat>,
    /// The lock, while the terminal is locked.
    pub lock: Option<Lock>,
    /// When somebody typed last.
    pub touched_at: Instant,
    /// After how long the terminal locks.
    pub idle: IdleLock,
    /// A command that waits for its person to prove who they are, and what it is for.
    pub unproved: Option<(Waiting, Box<Command>)>,
    /// The screen in view.
    pub tab: Tab,
    /// The board above the line, where the terminal is one.
    pub andon: Option<Andon>,
    /// Whether whoever logs in first makes the terminal one.
    pub starts_as_andon: bool,
    /// Which alarms were seen.
    pub alarms: AlarmBook,
    /// Whether the terminal's bell rings for a new high alarm.
    pub rings: bool,
    /// The shift board.
    pub board: BoardScreen,
    /// The KPI panel.
    pub kpis: KpiScreen,
    /// The lists.
    pub lists: ListScreens,
    /// The isolation audit.
    pub isolation: IsolationScreen,
    /// What a new plant lacks.
    pub setup: Loaded<Setup>,
    /// What lies over the screen, the top one last.
    pub layers: Vec<Layer>,
    /// The message line.
    pub notice: Option<Notice>,
    /// What this machine keeps for the person: forms that are not saved, entries that are not sent.
    pub kept: Keeping,
    /// The stops without a reason, while they are gone through.
    pub worklist: Option<Worklist>,
    /// Whether the answer to the command on its way says how to take it back.
    pub tells_undo: bool,
    /// What can be taken back, the newest last.
    pub undo: Vec<Undo>,
    /// Whose crew was asked for, and who is to be covered.
    pub crew_for: Option<(ClientId, Option<EmployeeNumber>)>,
    /// Whose week was asked for.
    pub week_of: Option<ClientId>,
    /// What must come back before further keys are taken.
    pub waiting: Option<Waiting>,
    /// Keys typed while something was waited for; they are not lost.
    pub held: VecDeque<Input>,
    /// What open tickets are for.
    pub asked: HashMap<Ticket, Slot>,
    /// Whether the program ends.
    pub leaving: bool,
    /// Why it ends, where that is a fault of its own.
    pub broken: Option<String>,
    effects: Vec<Effect>,
    last_ticket: u64,
}

impl Model {
    /// A terminal at which nobody sits yet.
    pub fn new(keymap: Keymap, theme: Theme, capability: Capability, size: Rect, now: Instant) -> Self {
        Self {
            keymap,
            theme,
            language: Language::default(),
            may_copy: false,
            export_folder: None,
            capability,
            size,
            now,
            link: Link::default(),
            gate: Loaded::Idle,
            gate_form: None,
            holder: None,
            seat: None,
            lock: None,
            touched_at: now,
            idle: IdleLock::default(),
            unproved: None,
            tab: Tab::Shift,
            andon: None,
            starts_as_andon: false,
            alarms: AlarmBook::default(),
            rings: false,
            board: BoardScreen::default(),
            kpis: KpiScreen::default(),
            lists: ListScreens::default(),
            isolation: IsolationScreen::default(),
            setup: Loaded::Idle,
            layers: Vec::new(),
            notice: None,
            kept: Keeping::default(),
            worklist: None,
            tells_undo: false,
            undo: Vec::new(),
            crew_for: None,
            week_of: None,
            waiting: None,
            held: VecDeque::new(),
            asked: HashMap::new(),
            leaving: false,
            broken: None,
            effects: Vec::new(),
            last_ticket: 0,
        }
    }

    /// Goes on with the tickets and effects of the model before, so that no late answer is taken for a new one.
    pub(super) fn carry_on_from(&mut self, before: &mut Self) {
        self.last_ticket = before.last_ticket;
        self.effects = std::mem::take(&mut before.effects);
    }

    /// What to draw with.
    pub fn pen(&self) -> Pen {
        Pen { theme: self.theme, glyphs: self.capability.glyphs(), language: self.language, now: self.now }
    }

    /// A new ticket.
    pub fn ticket(&mut self) -> Ticket {
        self.last_ticket += 1;
        Ticket(self.last_ticket)
    }

    /// Wants something done outside.
    pub fn send(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// What is wanted done outside since the last time.
    pub fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// Asks something for a place; an older question for it is forgotten.
    pub fn ask(&mut self, slot: Slot, query: Query) -> Ticket {
        let ticket = self.ticket();
        self.asked.retain(|_, other| *other != slot);
        self.asked.insert(ticket, slot);
        self.send(Effect::Ask(ticket, slot, query));
        ticket
    }

    /// The list in view, on screens of lists.
    pub fn list(&self) -> Option<List> {
        self.lists.current(self.tab)
    }

    /// Whether the isolation audit is in view, in the place of a list.
    pub fn shows_isolation(&self) -> bool {
        self.tab == Tab::Admin && self.isolation.is_shown
    }

    /// The list in view with its state.
    pub fn list_screen(&self) -> Option<&ListScreen> {
        self.list().and_then(|list| self.lists.get(list))
    }

    /// The list in view with its state, to change.
    pub fn list_screen_mut(&mut self) -> Option<&mut ListScreen> {
        let list = self.list()?;
        Some(self.lists.get_or_new(list))
    }

    /// Rows of a list that fit the screen.
    pub fn list_rows(&self) -> u64 {
        u64::from(layout::areas(self.size).body.height.saturating_sub(layout::LIST_HEADER)).max(1)
    }

    /// The clock of a client in view; without one that of the first client in view.
    pub fn clock_of(&self, client: Option<&ClientId>) -> Option<PlantClock> {
        let seat = self.seat.as_ref()?;
        let found = client.and_then(|id| seat.all.iter().find(|client| &client.client_id == id));
        found.or_else(|| seat.clients.first()).map(|client| client.clock)
    }

    /// The clock of a row's client; of what is no client's that of the only client in view, or UTC.
    pub fn clock_of_row(&self, row: &ListRow) -> PlantClock {
        let only = self.seat.as_ref().and_then(Seat::only_client).map(|client| client.clock);
        let own = row.client_id.as_ref().and_then(|client| self.clock_of(Some(client)));
        own.or(only).unwrap_or(PlantClock::UTC)
    }

    /// The contexts of the keys now, the most special first.
    pub fn contexts(&self) -> &'static [Context] {
        if self.lock.is_some() {
            return &[Context::Lock, Context::Always];
        }
        if let Some(layer) = self.layers.last() {
            return layer.contexts();
        }
        if self.shows_andon() && self.gate_form.is_none() {
            return &[Context::Andon];
        }
        if self.gate_form.is_some() || self.seat.is_none() {
            return &[Context::Form, Context::Always];
        }
        if self.list_screen().is_some_and(|screen| screen.is_filtering) {
            return &[Context::Filter, Context::Always];
        }
        self.screen_contexts()
    }

    /// The contexts of the keys of the screen in view, whatever lies over it.
    pub fn screen_contexts(&self) -> &'static [Context] {
        const COMPARE: &[Context] = &[Context::KpiCompare, Context::Kpis, Context::Everywhere, Context::Always];
        const DETAIL: &[Context] = &[Context::KpiDetail, Context::Kpis, Context::Everywhere, Context::Always];
        const ISOLATION: &[Context] = &[Context::Isolation, Context::Everywhere, Context::Always];
        match (self.tab, self.kpis.view()) {
            (Tab::Admin, _) if self.shows_isolation() => ISOLATION,
            (Tab::Kpis, View::Compare) => COMPARE,
            (Tab::Kpis, View::Detail) => DETAIL,
            (tab, _) => tab.contexts(),
        }
    }

    /// Why an action is not for this person, here, if it is not.
    pub fn refusal(&self, action: Action) -> Option<String> {
        let seat = self.seat.as_ref()?;
        let permission = action.permission()?;
        (!seat.role.may(permission)).then(|| format!("this takes a {}, you are {}", permission.least_role(), seat.role))
    }

    /// The rows of the footer now. Leaving the terminal to somebody else is offered where somebody would leave it: on a
    /// screen, in a form left open, and where it is locked.
    pub fn footer(&self) -> Vec<&Row> {
        let is_open = matches!(self.layers.last(), None | Some(Layer::Form(_)));
        let offers_switch = self.seat.is_some() && !self.shows_andon() && (is_open || self.lock.is_some());
        let mut rows = self.keymap.footer(self.contexts());
        rows.retain(|row| offers_switch || row.action != Action::SwitchUser);
        rows
    }

    /// Says something on the message line.
    pub fn say(&mut self, kind: NoticeKind, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), kind, at: self.now });
    }

    /// Remembers how to take something back.
    pub fn remember(&mut self, undo: Undo) {
        self.undo.push(undo);
        if self.undo.len() > UNDO_DEPTH {
            self.undo.remove(0);
        }
    }

    /// The form that keys go to.
    pub fn form(&self) -> Option<&Form> {
        if let Some(lock) = &self.lock {
            return Some(&lock.form);
        }
        match self.layers.last() {
            Some(Layer::Form(form)) => Some(form),
            Some(_) => None,
            None => self.gate_form.as_ref(),
        }
    }

    /// The form that keys go to, to change.
    pub fn form_mut(&mut self) -> Option<&mut Form> {
        if let Some(lock) = &mut self.lock {
            return Some(&mut lock.form);
        }
        match self.layers.last_mut() {
            Some(Layer::Form(form)) => Some(form),
            Some(_) => None,
            None => self.gate_form.as_mut(),
        }
    }

    /// Whether something on the top screen runs on with the seconds.
    pub fn shows_running_time(&self) -> bool {
        let runs = match self.tab {
            Tab::Shift => self.board.has_running_stop(),
            Tab::Admin => self.isolation.is_shown && self.isolation.running_since.is_some(),
            _ => false,
        };
        (runs || self.shows_andon()) && self.seat.is_some() && self.lock.is_none() && self.layers.is_empty()
    }
}
