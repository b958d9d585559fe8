//! The tag that goes onto held goods: one page that says what must not move, since when, why, and who knows more.

use super::report::escaped;
use super::{Desk, Problem};
use crate::domain::id::{ClientId, EntryId};
use crate::domain::text::shown;
use crate::service::HoldEvent;
use crate::store::hold_queue;
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Columns of the tag as text.
const WIDE: usize = 64;

/// What stands on a tag, from top to bottom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldTag {
    /// Its heading: how the hold stands.
    pub heading: String,
    /// What is held, and why.
    pub facts: Vec<(&'static str, String)>,
    /// Every step it took.
    pub steps: Vec<String>,
}

impl Desk {
    /// The tag of a hold.
    pub(super) async fn hold_tag(&self, client_id: &ClientId, hold_id: EntryId) -> Result<HoldTag, Problem> {
        let (client, now) = (self.client(client_id)?.clone(), self.now());
        let events = self.hold_history(client_id, hold_id).await?;
        let mut tx = self.session.read().await?;
        let held = hold_queue::held_goods(&mut tx, client_id, hold_id).await?;
        let held = held.ok_or_else(|| Problem::no_such("hold", hold_id))?;
        let local = |at| client.clock.local(at).format("%Y-%m-%d %H:%M").to_string();
        let mut facts = vec![
            ("Client", format!("{} ({})", client.name, client_id)),
            ("Order", held.work_order_id.to_string()),
            ("Product", format!("{} {}", held.product_id, held.product_name)),
        ];
        facts.extend(held.job_id.map(|job| ("Job", job.to_string())));
        facts.extend([
            ("Quantity", held.quantity.to_string()),
            ("Reason", held.reason_name),
            ("Since", local(held.since)),
        ]);
        facts.extend(held.placed_by.map(|by| ("Placed by", by)));
        facts.extend(held.requested_by.map(|by| ("Asked by", by)));
        facts.extend(held.disposition.map(|disposition| ("Goods go", disposition.replace('_', " "))));
        facts.extend(held.notes.map(|notes| ("Notes", notes)));
        facts
            .extend([("Hold", hold_id.to_string()), ("Printed", format!("{} by {}", local(now), self.person().login))]);
        Ok(HoldTag {
            heading: held.status.as_str().replace('_', " ").to_uppercase(),
            facts,
            steps: events.iter().map(told).collect(),
        })
    }

    /// Writes the tag of a hold as text and as a page to print, each a new file in `folder` that only its owner reads;
    /// gives the page.
    pub async fn write_hold_tag(
        &self,
        client_id: &ClientId,
        hold_id: EntryId,
        folder: &Path,
    ) -> Result<PathBuf, Problem> {
        let tag = self.hold_tag(client_id, hold_id).await?;
        let short: String = hold_id.to_string().chars().rev().take(6).collect::<Vec<_>>().into_iter().rev().collect();
        let name = format!("hold-{short}-{}", self.now().utc().format("%Y%m%d-%H%M%S"));
        let write = |ending: &str, text: String| {
            let path = folder.join(format!("{name}.{ending}"));
            let failed = |error: std::io::Error| Problem::File(format!("cannot write {}: {error}", path.display()));
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).map_err(failed)?;
            file.write_all(text.as_bytes()).map_err(failed)?;
            file.sync_all().map_err(failed)?;
            Ok::<_, Problem>(path)
        };
        write("txt", tag.text())?;
        write("html", tag.html())
    }
}

fn told(event: &HoldEvent) -> String {
    let note = event.note.as_ref().map_or_else(String::new, |note| format!(": {note}"));
    let (at, step) = (event.local.format("%Y-%m-%d %H:%M"), event.step.replace('_', " "));
    format!("{at} {step} {} by {}{note}", event.quantity, event.by)
}

impl HoldTag {
    /// As plain text, for any printer.
    pub fn text(&self) -> String {
        let line = "=".repeat(WIDE);
        let mut text = format!("{line}\n  {}\n{line}\n", self.heading);
        for (name, value) in &self.facts {
            writeln!(text, "  {name:<10} {}", shown(value)).ok();
        }
        writeln!(text, "{}", "-".repeat(WIDE)).ok();
        for step in &self.steps {
            writeln!(text, "  {}", shown(step)).ok();
        }
        text + &line + "\n"
    }

    /// As a page that needs nothing but itself.
    pub fn html(&self) -> String {
        let mut facts = String::new();
        for (name, value) in &self.facts {
            write!(facts, "<tr><th>{name}</th><td>{}</td></tr>", escaped(value)).ok();
        }
        let mut steps = String::new();
        for step in &self.steps {
            write!(steps, "<li>{}</li>", escaped(step)).ok();
        }
        format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{heading}</title><style>\
             body{{font:16pt sans-serif;max-width:180mm;margin:10mm auto;border:3mm solid #000;padding:6mm}}\
             h1{{font-size:48pt;text-align:center;margin:0 0 6mm;border-bottom:2mm solid #000}}\
             th{{text-align:left;padding:1mm 6mm 1mm 0;vertical-align:top;white-space:nowrap}}\
             ol{{font-size:11pt}}</style></head><body><h1>{heading}</h1><table>{facts}</table><ol>{steps}</ol>\
             </body></html>\n",
            heading = escaped(&self.heading),
        )
    }
}
