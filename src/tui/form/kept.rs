//! A form as it is kept while it is not saved: what stands in it, where the cursor is, which entry it makes or corrects.
//! Secrets are never kept, and neither are forms that have any.

use super::edit::Edited;
use super::field::{FieldKind, moment};
use super::{Form, FormKind};
use crate::domain::clock::Instant;
use crate::domain::id::{ClientId, EntryId, LineId};
use crate::domain::scope::ScopedClient;
use crate::service::RecordKey;
use serde::{Deserialize, Serialize};

/// A form that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptForm {
    /// What it is for.
    pub kind: FormKind,
    /// Whose things it is about.
    pub client_id: Option<ClientId>,
    /// What stood above it.
    pub title: String,
    about: String,
    line: Option<LineId>,
    entry_id: Option<EntryId>,
    /// The entry that it corrects, and the version that was read.
    edited: Option<(RecordKey, i64)>,
    focus: usize,
    fields: Vec<KeptField>,
}

/// What stands in a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct KeptField {
    name: String,
    line: Option<usize>,
    text: String,
    typed: bool,
    was: Option<String>,
}

impl Form {
    /// Whether it is kept while it is not saved: what people come in with is not, and neither are two dates.
    pub fn is_kept(&self) -> bool {
        let comes_in = matches!(self.kind, FormKind::LogIn | FormKind::SetPassword | FormKind::FirstAdmin);
        let has_secrets = self.fields.iter().any(|field| field.kind == FieldKind::Secret);
        !comes_in && !has_secrets && !matches!(self.kind, FormKind::Own(_) | FormKind::Window)
    }

    /// The form as it stands, to be kept. A time of day gets its date: tomorrow it would mean another one.
    pub fn kept(&self, now: Instant) -> KeptForm {
        let clock = self.client.as_ref().map(|client| client.clock);
        let fields = self.fields.iter().filter(|field| field.kind != FieldKind::Secret).map(|field| {
            let at = clock.filter(|_| field.kind == FieldKind::Moment && field.typed && !field.text.trim().is_empty());
            let dated = at.and_then(|clock| {
                let at = moment(field.name, &field.text, clock, now).ok()?;
                Some(clock.local(at).format("%Y-%m-%d %H:%M").to_string())
            });
            KeptField {
                name: field.name.to_owned(),
                line: field.line,
                text: dated.unwrap_or_else(|| field.text.clone()),
                typed: field.typed,
                was: field.was.clone(),
            }
        });
        KeptForm {
            fields: fields.collect(),
            kind: self.kind.clone(),
            client_id: self.client.as_ref().map(|client| client.client_id.clone()),
            title: self.title(),
            about: self.about.clone(),
            line: self.line.clone(),
            entry_id: self.entry_id,
            edited: self.edited.as_ref().map(|edited| (edited.key.clone(), edited.version)),
            focus: self.focus,
        }
    }
}

impl KeptForm {
    /// The form again, with everything that stood in it and the cursor where it was. `client` is the one it is about.
    pub fn open(&self, client: Option<ScopedClient>) -> Form {
        let mut form = Form::new(self.kind.clone(), client);
        form.about.clone_from(&self.about);
        form.line.clone_from(&self.line);
        form.entry_id = self.entry_id;
        form.edited = self.edited.as_ref().map(|(key, version)| Edited {
            key: key.clone(),
            version: *version,
            instants: Vec::new(),
        });
        for kept in &self.fields {
            if let (Some(line), Some(blank)) = (kept.line, form.lines.as_ref().and_then(|lines| lines.blank)) {
                while form.line_count() <= line {
                    form.add_line(blank());
                }
            }
            let is_it = |field: &&mut super::Field| field.name == kept.name && field.line == kept.line;
            let Some(field) = form.fields.iter_mut().find(is_it) else { continue };
            // What was filled in stays too: it is what the person saw when they typed the rest.
            field.fill(kept.text.as_str());
            field.typed = kept.typed || !kept.text.is_empty();
            field.was.clone_from(&kept.was);
        }
        form.focus = self.focus.min(form.fields.len().saturating_sub(1));
        if let Some(field) = form.focused_mut() {
            field.fresh = false;
        }
        form
    }
}
