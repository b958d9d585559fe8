//! The course of an import: batches, transactions, the audit row of each batch, and the counts for the report.

use super::fields::Fields;
use super::identity::{Seen, Standing};
use super::reader::{Layout, Row, Source, SourceError};
use super::rejected::RejectedFile;
use super::{
    Bench, Done, Import, ImportProgress, ImportReport, Item, Verdict, attendance, codes, downtime, employees, holds,
    master, orders, production, quality, shifts, targets,
};
use crate::domain::entity::Entity;
use crate::domain::reject::Reject;
use crate::domain::scope::ScopedClient;
use crate::domain::text::shown;
use crate::service::desk::REPEATS;
use crate::service::{Desk, Problem};
use crate::store::audit::AuditEntry;
use crate::store::{StoreError, WriteTx};
use serde_json::{Value as Json, json};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Rows of one batch, which is one audit row.
const BATCH: usize = 1000;
/// Refusals that the report repeats; the rest are in the file of rejected rows.
const SHOWN_REFUSALS: usize = 10;
/// Longest record of one audit row, in bytes of JSON; the database takes a million characters.
const LONGEST_RECORD: usize = 800_000;

/// Runs an import whose right and client are settled.
pub(super) async fn run(
    desk: &Desk,
    import: &Import<'_>,
    client: Option<&ScopedClient>,
    mut progress: impl FnMut(ImportProgress) + Send,
) -> Result<ImportReport, Problem> {
    let mut report = ImportReport::default();
    let mut done = course(desk, import, client, &mut progress, &mut report).await;
    // A file that is one transaction is done again from its first row.
    for _ in 0..REPEATS {
        if report.saved || !matches!(done, Err(Problem::Store(StoreError::Crossed))) {
            break;
        }
        report = ImportReport::default();
        done = course(desk, import, client, &mut progress, &mut report).await;
    }
    match done {
        Ok(()) => Ok(report),
        // Batches before the one that failed are saved; their rows will be recognised.
        Err(problem) if report.saved => Err(Problem::File(format!(
            "{problem}; the {} rows before were imported, import the file again to go on",
            report.read - report.rejected
        ))),
        Err(problem) => Err(problem),
    }
}

async fn course(
    desk: &Desk,
    import: &Import<'_>,
    client: Option<&ScopedClient>,
    progress: &mut (impl FnMut(ImportProgress) + Send),
    report: &mut ImportReport,
) -> Result<(), Problem> {
    let (file, of_bytes) = open(import.file)?;
    let read = Arc::new(AtomicU64::new(0));
    let counted = Counted { inner: file, read: Arc::clone(&read) };
    let mut source = Source::open(import.entity, counted).map_err(|error| unreadable(import.file, error))?;
    let mut rejected = RejectedFile::beside(import.file);
    let mut seen = Seen::new(import.entity, client.map(|client| client.client_id.clone()));
    let mut bench = Bench {
        client,
        clients: desk.clients(),
        clock: &desk.clock,
        now: desk.now(),
        layout: source.layout.clone(),
        changes: Vec::new(),
        notes: Vec::new(),
        numbers: std::collections::HashMap::new(),
    };
    // One transaction for the whole file where it may have to be taken back as a whole.
    let single = import.dry_run || import.all_or_nothing;
    let mut open_tx: Option<WriteTx> = None;
    loop {
        let rows = source.batch(BATCH).map_err(|error| unreadable(import.file, error))?;
        if rows.is_empty() {
            break;
        }
        let layout = bench.layout.clone();
        let (recognised, items) = recognise(&layout, &mut seen, &rows);
        let judged = if single {
            let tx = match &mut open_tx {
                Some(tx) => tx,
                None => open_tx.insert(desk.session.write(bench.now).await?),
            };
            tx.grow().await?;
            judge(tx, import, &mut bench, &rows, &items).await?
        } else {
            settle(desk, import, &mut bench, &rows, &items).await?
        };
        report.saved |= !single;
        let verdicts = together(recognised, judged);
        for (row, verdict) in rows.iter().zip(&verdicts) {
            if let Err(reject) = verdict {
                rejected.add(&source.layout, row, reject)?;
            }
        }
        rejected.flush()?;
        count(report, &rows, verdicts);
        progress(ImportProgress { rows: report.read, bytes: read.load(Ordering::Relaxed), of_bytes });
    }
    let taken_back = import.dry_run || (import.all_or_nothing && report.rejected > 0);
    if let (Some(tx), false) = (open_tx, taken_back) {
        tx.commit().await?;
    }
    report.saved = !taken_back;
    report.rejected_file = rejected.finish()?;
    report.notes = std::mem::take(&mut bench.notes);
    if seen.by_content && report.new + report.unchanged > 0 {
        let note = "rows without an id are recognised by their content: equal rows of a later file are taken for these";
        report.notes.push(note.to_owned());
    }
    Ok(())
}

/// Judges a batch and makes it durable. One that crossed somebody else's writing is done again, as all of it was undone.
async fn settle(
    desk: &Desk,
    import: &Import<'_>,
    bench: &mut Bench<'_>,
    rows: &[Row],
    items: &[Item<'_>],
) -> Result<Vec<Verdict>, Problem> {
    let (notes, numbers) = (bench.notes.len(), bench.numbers.clone());
    let mut repeats = 0..REPEATS;
    loop {
        let settled = async {
            let mut tx = desk.session.write(bench.now).await?;
            tx.grow().await?;
            let judged = judge(&mut tx, import, bench, rows, items).await?;
            tx.commit().await?;
            Ok(judged)
        };
        match settled.await {
            Err(Problem::Store(StoreError::Crossed)) if repeats.next().is_some() => {
                bench.changes.clear();
                bench.notes.truncate(notes);
                bench.numbers.clone_from(&numbers);
            }
            settled => return settled,
        }
    }
}

/// What is known of each row before the database is asked, and the rows that it is asked about.
fn recognise<'a>(layout: &'a Layout, seen: &mut Seen, rows: &'a [Row]) -> (Vec<Option<Verdict>>, Vec<Item<'a>>) {
    let mut recognised: Vec<Option<Verdict>> = Vec::with_capacity(rows.len());
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        let fields = match row.readable(layout) {
            Ok(fields) => Fields::new(layout, fields, row.line),
            Err(reject) => {
                recognised.push(Some(Err(reject)));
                continue;
            }
        };
        recognised.push(match seen.recognise(layout, &fields) {
            Ok(Standing::First(id)) => {
                items.push(Item { fields, id });
                None
            }
            Ok(Standing::Again) => Some(Ok(Done::Unchanged)),
            Err(reject) => Some(Err(reject)),
        });
    }
    (recognised, items)
}

/// What becomes of the rows of a batch that the database was asked about, with the audit row of it.
async fn judge(
    tx: &mut WriteTx,
    import: &Import<'_>,
    bench: &mut Bench<'_>,
    rows: &[Row],
    items: &[Item<'_>],
) -> Result<Vec<Verdict>, Problem> {
    let judged = family(tx, import.entity, bench, items).await?;
    record(tx, import, bench, rows, &judged);
    Ok(judged)
}

/// What becomes of each row of a batch.
fn together(recognised: Vec<Option<Verdict>>, judged: Vec<Verdict>) -> Vec<Verdict> {
    let mut judged = judged.into_iter();
    let missing = || Err(Reject::new("row", "was not looked at", "import it again"));
    recognised.into_iter().map(|known| known.unwrap_or_else(|| judged.next().unwrap_or_else(missing))).collect()
}

pub(super) async fn family(
    tx: &mut WriteTx,
    entity: Entity,
    bench: &mut Bench<'_>,
    items: &[Item<'_>],
) -> Result<Vec<Verdict>, Problem> {
    match entity {
        Entity::Codes => codes::batch(tx, bench, items).await,
        Entity::Products => master::products(tx, bench, items).await,
        Entity::Shifts => shifts::batch(tx, bench, items).await,
        Entity::Lines => master::lines(tx, bench, items).await,
        Entity::Employees => employees::batch(tx, bench, items).await,
        Entity::WorkOrders => orders::orders(tx, bench, items).await,
        Entity::Jobs => orders::jobs(tx, bench, items).await,
        Entity::PartOpportunities => orders::parts(tx, bench, items).await,
        Entity::Production => production::batch(tx, bench, items).await,
        Entity::Downtime => downtime::batch(tx, bench, items).await,
        Entity::Holds => holds::batch(tx, bench, items).await,
        Entity::Quality => quality::batch(tx, bench, items).await,
        Entity::Attendance => attendance::batch(tx, bench, items).await,
        Entity::Targets => targets::batch(tx, bench, items).await,
    }
}

/// Writes the audit row of a batch that changed something; several where its changes do not fit in one.
fn record(tx: &mut WriteTx, import: &Import<'_>, bench: &mut Bench<'_>, rows: &[Row], verdicts: &[Verdict]) {
    let of = |done| verdicts.iter().filter(|verdict| matches!(verdict, Ok(found) if *found == done)).count();
    let (new, updated) = (of(Done::New), of(Done::Updated));
    let mut changes = std::mem::take(&mut bench.changes);
    if new + updated == 0 && changes.is_empty() {
        return;
    }
    let lines = (rows.first().map_or(0, |row| row.line), rows.last().map_or(0, |row| row.line));
    let file: String = import
        .file
        .file_name()
        .map(|name| shown(&name.to_string_lossy()).chars().take(255).collect())
        .unwrap_or_default();
    loop {
        let part = leading(&mut changes);
        let after = json!({
            "entity": import.entity.as_str(), "file": file, "lines": [lines.0, lines.1], "new": new,
            "updated": updated, "changes": part,
        });
        let key = format!("{file}:{}-{}", lines.0, lines.1);
        match bench.client {
            Some(client) => {
                let entry =
                    AuditEntry { table: table(import.entity), key, action: "import", before: None, after: Some(after) };
                tx.record(&client.client_id, entry);
            }
            None => tx.record_shared("import", key, after),
        }
        if changes.is_empty() {
            return;
        }
    }
}

/// Takes the first changes that fit in one audit row.
fn leading(changes: &mut Vec<Json>) -> Vec<Json> {
    let mut size = 0;
    let fitting = changes
        .iter()
        .take_while(|change| {
            size += change.to_string().len();
            size <= LONGEST_RECORD
        })
        .count();
    let rest = changes.split_off(fitting.max(1).min(changes.len()));
    std::mem::replace(changes, rest)
}

/// The table that an audit row of an import names.
pub(super) const fn table(entity: Entity) -> &'static str {
    match entity {
        Entity::Codes => "catalogue",
        Entity::Products => "product",
        Entity::Shifts => "shift",
        Entity::Lines => "production_line",
        Entity::Employees => "employee_client_assignment",
        Entity::WorkOrders => "work_order",
        Entity::Jobs => "job",
        Entity::PartOpportunities => "part_opportunities",
        Entity::Production => "production_entry",
        Entity::Downtime => "downtime_entry",
        Entity::Holds => "hold_entry",
        Entity::Quality => "quality_entry",
        Entity::Attendance => "attendance_entry",
        Entity::Targets => "kpi_target",
    }
}

fn count(report: &mut ImportReport, rows: &[Row], verdicts: Vec<Verdict>) {
    for (row, verdict) in rows.iter().zip(verdicts) {
        report.read += 1;
        match verdict {
            Ok(Done::New) => report.new += 1,
            Ok(Done::Updated) => report.updated += 1,
            Ok(Done::Unchanged) => report.unchanged += 1,
            Err(reject) => {
                report.rejected += 1;
                if report.refusals.len() < SHOWN_REFUSALS {
                    report.refusals.push((row.line, reject));
                }
            }
        }
    }
}

fn open(path: &Path) -> Result<(File, u64), Problem> {
    let cannot = |why: String| Problem::File(format!("cannot read {}: {why}", path.display()));
    let file = File::open(path).map_err(|error| cannot(error.to_string()))?;
    let about = file.metadata().map_err(|error| cannot(error.to_string()))?;
    if about.is_dir() {
        return Err(cannot("it is a folder; name a CSV file".into()));
    }
    Ok((file, about.len()))
}

fn unreadable(path: &Path, error: SourceError) -> Problem {
    match error {
        SourceError::Read(error) => Problem::File(format!("cannot read {}: {error}", path.display())),
        SourceError::Header(rejects) => Problem::Rejected(rejects),
    }
}

/// Counts the bytes that were read.
#[derive(Debug)]
struct Counted<R> {
    inner: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(out)?;
        self.read.fetch_add(u64::try_from(count).unwrap_or(0), Ordering::Relaxed);
        Ok(count)
    }
}
