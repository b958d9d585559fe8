//! Forms: fields in order, a cursor, and the command they come to. What each form asks for stands in a file of its own.

pub mod account;
pub mod attendance;
mod attendance_draw;
mod choices;
pub mod count;
mod count_balance;
pub mod draw;
pub mod edit;
pub mod field;
pub mod hold;
pub mod hour;
pub mod inspection;
pub mod kept;
pub mod kind;
pub mod lines;
pub mod order;
pub mod own;
pub mod plant;
pub mod row;
pub mod settings;
pub mod setup;
pub mod shift;
mod source;
pub mod stop;
pub mod window;

use super::kept::DraftMark;
use super::message::{FilledIn, Ticket};
use super::widget::pick::PickList;
use crate::domain::clock::Instant;
use crate::domain::id::{Code, EntryId, JobId, LineId, WorkOrderId};
use crate::domain::reject::Reject;
use crate::domain::scope::ScopedClient;
use crate::domain::text::CleanText;
use crate::kpi::Window;
use crate::service::{Choice, Command, FormHelp, Record, RecordKey};
use field::{Field, FieldKind};
pub use kind::FormKind;
use plant::PlantForm;
use secrecy::SecretString;

/// What a filled-in form comes to.
#[derive(Debug, Clone)]
pub enum Submission {
    /// Something to do.
    Command(Box<Command>),
    /// Coming in.
    LogIn(String, SecretString),
    /// Setting a password.
    SetPassword(SecretString),
    /// The first ADMIN: login, name, password.
    FirstAdmin(String, String, SecretString),
    /// One's own password or PIN.
    Own(own::OwnSecrets),
    /// The dates that KPIs are of.
    Window(Window),
}

/// A form on the screen.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each says something of its own, and all combine")]
pub struct Form {
    /// What it is for.
    pub kind: FormKind,
    /// Whose things it is about.
    pub client: Option<ScopedClient>,
    /// Its fields.
    pub fields: Vec<Field>,
    /// The field with the cursor.
    pub focus: usize,
    /// What it is filled in with.
    pub help: Option<Box<FormHelp>>,
    /// The help that is on its way.
    pub help_ticket: Option<Ticket>,
    /// The key of the new entry; one form makes one entry, however often it is sent.
    pub entry_id: Option<EntryId>,
    /// The line it was opened for, if one was selected.
    pub line: Option<LineId>,
    /// Clients and the like that fields choose from.
    pub clients: Vec<Choice>,
    /// The open list of choices of the focused field.
    pub pick: Option<PickList>,
    /// Whether saving was tried and something was wrong: Enter in the mended field tries again.
    pub wants_save: bool,
    /// Whether the last key was F1, so that the next one shows the whole help.
    pub asked_help: bool,
    /// What it is about, said above it: a stop by its line and times.
    pub about: String,
    /// Whether the choices of its first field open by themselves, and a number chooses at once.
    pub opens_choices: bool,
    /// The entry that it corrects, as it was read; none in a form that makes a new one.
    pub edited: Option<edit::Edited>,
    /// The person's own last entry, once it was asked for.
    pub last: Option<Box<Record>>,
    /// The group of lines that repeats, if it has one.
    pub lines: Option<lines::Lines>,
    /// Whether the entry on its way is copied into the field with the cursor alone.
    pub copies_field: bool,
    /// The check by the database that is on its way.
    pub check_ticket: Option<Ticket>,
    /// How it is kept while it is not saved.
    pub draft: DraftMark,
}

impl Form {
    /// An empty form.
    pub fn new(kind: FormKind, client: Option<ScopedClient>) -> Self {
        let fields = kind.fields();
        Self {
            kind,
            client,
            fields,
            focus: 0,
            help: None,
            help_ticket: None,
            entry_id: None,
            line: None,
            clients: Vec::new(),
            pick: None,
            wants_save: false,
            asked_help: false,
            about: String::new(),
            opens_choices: false,
            edited: None,
            last: None,
            lines: None,
            copies_field: false,
            check_ticket: None,
            draft: DraftMark::default(),
        }
    }

    /// The form that corrects an entry; it is filled in when the entry was read.
    pub fn correcting(kind: FormKind, client: Option<ScopedClient>, key: RecordKey) -> Self {
        Self { edited: Some(edit::Edited { key, version: 0, instants: Vec::new() }), ..Self::new(kind, client) }
    }

    /// What stands above it.
    pub fn title(&self) -> String {
        let what = self.kind.title();
        let named = self
            .client
            .as_ref()
            .map_or_else(|| what.clone().into_owned(), |client| format!("{what} · {}", client.name));
        if self.about.is_empty() { named } else { format!("{named} · {}", self.about) }
    }

    /// The field with the cursor.
    pub fn focused(&self) -> Option<&Field> {
        self.fields.get(self.focus)
    }

    /// The field with the cursor, to type into.
    pub fn focused_mut(&mut self) -> Option<&mut Field> {
        self.fields.get_mut(self.focus)
    }

    /// Whether Enter saves from where the cursor is.
    pub fn enter_saves(&self) -> bool {
        let is_end =
            |field: &Field| field.enter_saves || (field.text.trim().is_empty() && PlantForm::ends_lines(field.name));
        self.wants_save || self.focus + 1 >= self.fields.len() || self.focused().is_some_and(is_end)
    }

    /// A field by name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// What stands in a field, trimmed.
    pub fn text(&self, name: &str) -> &str {
        self.field(name).map_or("", |field| field.text.trim())
    }

    /// Fills a field in, unless a person typed there.
    pub fn fill(&mut self, name: &str, text: impl Into<String>) {
        if let Some(field) = self.fields.iter_mut().find(|field| field.name == name) {
            field.fill(text);
        }
    }

    /// Keeps what a field is filled with: filling in later spares it.
    pub fn keep(&mut self, name: &str) {
        if let Some(field) = self.fields.iter_mut().find(|field| field.name == name) {
            field.typed = true;
            field.was = Some(field.text.clone());
        }
    }

    /// Whether somebody typed something that is not saved.
    pub fn is_dirty(&self) -> bool {
        let has_exceptions = matches!(self.kind.plant(), Some(PlantForm::Attendance(_, true)));
        has_exceptions || self.fields.iter().any(|field| field.kind != FieldKind::Secret && field.is_dirty())
    }

    /// Reads the focused field as the cursor leaves it, and fills in what follows from it.
    pub fn leave_field(&mut self, now: Instant) {
        self.leave(self.focus, now);
        self.keep_growing();
    }

    fn leave(&mut self, index: usize, now: Instant) {
        let Some(field) = self.fields.get(index) else { return };
        let (name, choices, blank) = (field.name, self.choices(field), self.is_blank(field.line));
        let clock = self.client.as_ref().map(|client| client.clock);
        if let Some(field) = self.fields.get_mut(index) {
            field.leave(&choices, clock, now);
            field.reject.take_if(|_| blank);
        }
        self.fill_what_follows(name);
    }

    /// Moves the cursor to another field, round the ends.
    pub fn step(&mut self, by: isize) {
        let count = self.fields.len().max(1);
        let steps = by.rem_euclid(isize::try_from(count).unwrap_or(1));
        self.focus = (self.focus + usize::try_from(steps).unwrap_or(0)) % count;
        self.asked_help = false;
    }

    /// Takes what it is filled with; says whether somebody else's version of the entry differs from what was typed.
    pub fn take_filled(&mut self, filled: FilledIn) -> bool {
        self.take_help(filled.help, filled.entry_id);
        filled.record.is_some_and(|record| self.take_record(&record))
    }

    /// Takes the help for filling in.
    fn take_help(&mut self, help: Box<FormHelp>, entry_id: EntryId) {
        self.help = Some(help);
        self.help_ticket = None;
        // One that was kept makes the entry that it would have made.
        self.entry_id = self.entry_id.or(Some(entry_id));
        match self.kind {
            FormKind::Count => count::prefill(self),
            FormKind::StartStop | FormKind::PastStop => stop::prefill(self),
            FormKind::OpenHold(_) => hold::prefill(self),
            FormKind::Plant(_) => PlantForm::prefill(self),
            _ => {}
        }
    }

    fn fill_what_follows(&mut self, name: &str) {
        match (&self.kind, name) {
            (FormKind::Count, "line_id") => count::fill_from_line(self),
            (FormKind::Count | FormKind::CorrectCount(_), "work_order_id") => count::fill_from_order(self),
            (
                FormKind::AddShift | FormKind::AddLine | FormKind::AddProduct | FormKind::AddClient,
                "shift_id" | "line_id" | "product_id" | "client_id",
            ) => {
                setup::name_like_key(self, name);
            }
            (FormKind::Plant(_), name) => PlantForm::fill_what_follows(self, name),
            _ => {}
        }
    }

    /// Marks refused fields and puts the cursor on the first; says whether any of them is a field of this form.
    pub fn reject(&mut self, rejects: &[Reject]) -> bool {
        self.mark(rejects);
        let first = self.fields.iter().position(|field| field.reject.is_some());
        self.focus = first.unwrap_or(self.focus);
        self.wants_save = true;
        first.is_some()
    }

    /// Marks refused fields where they stand, whatever the person types meanwhile.
    pub fn mark(&mut self, rejects: &[Reject]) {
        for reject in rejects {
            if let Some(field) = self.fields.iter_mut().find(|field| field.path() == reject.field) {
                field.reject = Some(reject.clone());
            }
        }
    }

    /// Reads every field; gives what the form comes to, or marks what is wrong.
    pub fn submit(&mut self, now: Instant) -> Option<Submission> {
        for index in 0..self.fields.len() {
            self.leave(index, now);
        }
        let wrong: Vec<Reject> = self.fields.iter().filter_map(|field| field.reject.clone()).collect();
        let result = if wrong.is_empty() { self.read(now) } else { Err(wrong) };
        match result {
            Ok(submission) => Some(submission),
            Err(rejects) => {
                self.reject(&rejects);
                None
            }
        }
    }

    /// What the form comes to as it stands.
    pub(super) fn read(&self, now: Instant) -> Result<Submission, Vec<Reject>> {
        let command = match &self.kind {
            FormKind::LogIn | FormKind::SetPassword | FormKind::FirstAdmin => return account::read(self),
            FormKind::Own(own) => return own.read(self).map(Submission::Own),
            FormKind::Count => count::command(self, now),
            FormKind::CorrectCount(entry) => count::correct(self, *entry, now),
            FormKind::CorrectStop(entry) => stop::correct(self, *entry, now),
            FormKind::SplitStop(entry) => stop::split(self, *entry, now),
            FormKind::StartStop | FormKind::PastStop => stop::command(self, now),
            FormKind::ClassifyStop(entry) => stop::classify(self, *entry),
            FormKind::CloseShift(date, shift) => shift::close(self, *date, shift),
            FormKind::ReopenShift(date, shift) => shift::reopen(self, *date, shift),
            FormKind::OpenHold(step) => hold::command(self, *step),
            FormKind::StepHold(hold, version, step) => hold::step_command(self, *hold, *version, *step),
            FormKind::AddUser => account::add_user(self),
            FormKind::AddClient => setup::add_client(self),
            FormKind::AddLine => setup::add_line(self),
            FormKind::AddProduct => setup::add_product(self),
            FormKind::AddShift => setup::add_shift(self),
            FormKind::Window => return window::read(self).map(Submission::Window),
            FormKind::Plant(form) => form.command(self, now),
        };
        command.map(|command| Submission::Command(Box::new(command)))
    }

    /// The client the form is about; one that is missing is a refusal like any other.
    fn of_client(&self) -> Result<&ScopedClient, Vec<Reject>> {
        self.client.as_ref().ok_or_else(|| vec![Reject::new("client_id", "is missing", "choose a client first")])
    }

    fn new_entry(&self) -> Result<EntryId, Vec<Reject>> {
        self.entry_id.ok_or_else(|| vec![Reject::new("client_id", "the form is not ready", "try again in a moment")])
    }

    fn optional<T>(&self, name: &str, parse: impl Fn(&str) -> Result<T, Reject>) -> Result<Option<T>, Vec<Reject>> {
        let text = self.text(name);
        if text.is_empty() { Ok(None) } else { parse(text).map(Some).map_err(|reject| vec![reject.on(name)]) }
    }

    fn order(&self) -> Result<Option<WorkOrderId>, Vec<Reject>> {
        self.optional("work_order_id", WorkOrderId::parse)
    }

    fn job(&self) -> Result<Option<JobId>, Vec<Reject>> {
        self.optional("job_id", JobId::parse)
    }

    fn code(&self, name: &str) -> Result<Option<Code>, Vec<Reject>> {
        self.optional(name, Code::parse)
    }

    fn notes(&self) -> Result<Option<CleanText>, Vec<Reject>> {
        CleanText::note("notes", self.text("notes")).map_err(|reject| vec![reject])
    }
}

/// One refusal as the several that commands answer with.
fn one<T>(result: Result<T, Reject>) -> Result<T, Vec<Reject>> {
    result.map_err(|reject| vec![reject])
}
