//! Codes of the catalogues: with a client its own ones, without one the templates, which are then added to every
//! client that lacks them.

use super::fields::{Fields, Given};
use super::{Bench, Done, Item, Verdict};
use crate::domain::catalogue::{CatalogueKind, UNCLASSIFIED};
use crate::domain::downtime::Loss;
use crate::domain::id::{ClientId, Code};
use crate::domain::reject::Reject;
use crate::domain::text::NAME_LIMIT;
use crate::service::Problem;
use crate::store::WriteTx;
use crate::store::import::Stored;
use crate::store::import::code::{self, CodeRow, Rewritten};
use serde_json::json;
use std::collections::BTreeMap;

/// The largest number that is typed for a code.
const LARGEST_NUMBER: i64 = 9999;

/// Codes of all kinds.
pub(super) async fn batch(
    tx: &mut WriteTx,
    bench: &mut Bench<'_>,
    items: &[Item<'_>],
) -> Result<Vec<Verdict>, Problem> {
    let kinds: Vec<Result<CatalogueKind, Reject>> = items.iter().map(|item| kind(&item.fields)).collect();
    let mut verdicts: Vec<Verdict> = kinds.iter().map(|kind| kind.clone().map(|_| Done::Unchanged)).collect();
    for &kind in CatalogueKind::ALL {
        let of_kind: Vec<usize> =
            kinds.iter().enumerate().filter(|(_, found)| **found == Ok(kind)).map(|(place, _)| place).collect();
        if of_kind.is_empty() {
            continue;
        }
        let mut shelf = Shelf::read(tx, kind, bench.client.map(|client| &client.client_id)).await?;
        for place in of_kind {
            if let (Some(item), Some(verdict)) = (items.get(place), verdicts.get_mut(place)) {
                *verdict = shelf.put(&item.fields, bench);
            }
        }
        shelf.save(tx, bench).await?;
    }
    Ok(verdicts)
}

fn kind(fields: &Fields<'_>) -> Result<CatalogueKind, Reject> {
    match fields.word("kind", CatalogueKind::parse, CatalogueKind::choices)? {
        Given::Value(kind) => Ok(kind),
        Given::Absent | Given::Empty => Err(Reject::new("kind", "is missing", CatalogueKind::choices())),
    }
}

/// The codes of one kind: a client's, or the templates with what the clients have.
struct Shelf {
    kind: CatalogueKind,
    client: Option<ClientId>,
    /// As they were, removed ones too.
    before: BTreeMap<Code, (CodeRow, bool)>,
    /// As they will be.
    after: BTreeMap<Code, CodeRow>,
    /// Numbers that moved, with the code that had them.
    moved: BTreeMap<i64, Code>,
}

impl Shelf {
    async fn read(tx: &mut WriteTx, kind: CatalogueKind, client: Option<&ClientId>) -> Result<Self, Problem> {
        let rows = match client {
            Some(client) => code::of_clients(tx, kind, Some(client)).await?,
            None => code::templates(tx, kind).await?,
        };
        let live =
            rows.iter().filter(|stored| !stored.removed).map(|stored| (stored.row.code.clone(), stored.row.clone()));
        let after = live.collect();
        let before = rows.into_iter().map(|stored| (stored.row.code.clone(), (stored.row, stored.removed))).collect();
        Ok(Self { kind, client: client.cloned(), before, after, moved: BTreeMap::new() })
    }

    /// Takes a row of the file.
    fn put(&mut self, fields: &Fields<'_>, bench: &mut Bench<'_>) -> Verdict {
        let code = fields.must("code", Code::parse)?;
        let known = self.before.get(&code);
        let old = known.map(|(row, _)| row);
        let name = fields.name("name")?;
        let number = fields.whole_opt("number", LARGEST_NUMBER)?;
        let loss = self.loss(fields, old)?;
        let counts = self.counts(fields, old)?;
        if let Given::Value(number) = number {
            let line = *bench.numbers.entry((self.kind, number)).or_insert(fields.line);
            if line != fields.line {
                let why = format!("{number} is given on line {line} already");
                return Err(Reject::new("number", why, "give each code of a kind its own number"));
            }
        }
        // A number that is not stated stays, unless a code before it in the file has taken it.
        let kept = match known {
            Some((row, removed)) if *removed => row.number.filter(|number| self.holder(*number, &code).is_none()),
            Some(_) => self.after.get(&code).and_then(|row| row.number),
            None => None,
        };
        let row = CodeRow {
            client_id: self.client.clone(),
            code: code.clone(),
            number: number.over(kept),
            name,
            group: fields.short_text("code_group", NAME_LIMIT)?.over(old.and_then(|row| row.group.clone())),
            loss,
            counts,
            hidden: hidden(fields, &code, old)?,
        };
        if let Some((number, holder)) = row.number.and_then(|number| Some((number, self.holder(number, &code)?))) {
            if let Some(loser) = self.after.get_mut(&holder) {
                loser.number = None;
            }
            self.moved.insert(number, holder);
        }
        let done = match known {
            None => Done::New,
            Some((before, removed)) if *before == row && !removed => Done::Unchanged,
            Some(_) => Done::Updated,
        };
        self.after.insert(code, row);
        Ok(done)
    }

    /// Who else has a number.
    fn holder(&self, number: i64, code: &Code) -> Option<Code> {
        self.after.values().find(|row| row.number == Some(number) && row.code != *code).map(|row| row.code.clone())
    }

    /// The loss that a stop stands for; `planned: yes` and `loss: planned` mean the same.
    fn loss(&self, fields: &Fields<'_>, old: Option<&CodeRow>) -> Result<Option<Loss>, Reject> {
        let planned = fields.yes_no("planned")?;
        let loss = fields.word("loss", Loss::parse, Loss::choices)?;
        if self.kind != CatalogueKind::Downtime {
            let stray = if planned == Given::Value(true) { "planned" } else { "loss" };
            let is_stray = planned == Given::Value(true) || matches!(loss, Given::Value(_));
            return if is_stray { Err(self.not_for_kind(stray)) } else { Ok(None) };
        }
        match (planned, loss) {
            (Given::Value(true), Given::Value(loss)) if loss != Loss::Planned => Err(Reject::new(
                "planned",
                format!("is yes, and the loss is {loss}"),
                "write no, or leave the loss empty",
            )),
            (Given::Value(false), Given::Value(Loss::Planned)) => {
                Err(Reject::new("planned", "is no, and the loss is planned", "write yes, or another loss"))
            }
            (Given::Value(true), _) => Ok(Some(Loss::Planned)),
            (_, Given::Value(loss)) => Ok(Some(loss)),
            (Given::Value(false), Given::Absent) => {
                Ok(old.and_then(|row| row.loss).filter(|loss| *loss != Loss::Planned).or(Some(Loss::Breakdown)))
            }
            (_, Given::Absent) => Ok(old.and_then(|row| row.loss).or(Some(Loss::Breakdown))),
            (_, Given::Empty) => Ok(Some(Loss::Breakdown)),
        }
    }

    /// Whether an absence counts; it does unless the file says no.
    fn counts(&self, fields: &Fields<'_>, old: Option<&CodeRow>) -> Result<Option<bool>, Reject> {
        let counts = fields.yes_no("counts")?;
        if self.kind == CatalogueKind::Absence {
            return Ok(Some(counts.over_or(old.and_then(|row| row.counts), true)));
        }
        if matches!(counts, Given::Value(_)) { Err(self.not_for_kind("counts")) } else { Ok(None) }
    }

    fn not_for_kind(&self, column: &str) -> Reject {
        Reject::new(column, format!("is nothing that a {} code has", self.kind), "leave it empty")
    }

    /// Writes what changed, and says which numbers moved.
    async fn save(self, tx: &mut WriteTx, bench: &mut Bench<'_>) -> Result<(), Problem> {
        let mut changed = Vec::new();
        let mut new = Vec::new();
        for (code, row) in &self.after {
            match self.before.get(code) {
                None => new.push(row.clone()),
                Some((before, removed)) if before != row || *removed => {
                    bench.changes.push(difference(self.kind, before, row));
                    let renumbered = before.number != row.number;
                    changed.push(Rewritten { row: row.clone(), renumbered });
                }
                Some(_) => {}
            }
        }
        for (number, loser) in &self.moved {
            if let Some(row) = self.after.values().find(|row| row.number == Some(*number)) {
                bench.notes.push(format!("number {number} moved from {loser} to {} ({})", row.code, self.kind));
            }
        }
        code::save(tx, self.kind, &changed, &new).await?;
        if self.client.is_none() { self.spread(tx, bench).await } else { Ok(()) }
    }

    /// Adds the templates to every client that lacks them.
    async fn spread(&self, tx: &mut WriteTx, bench: &mut Bench<'_>) -> Result<(), Problem> {
        let clients = bench.clients.iter().map(|client| (client.client_id.clone(), Vec::new()));
        let mut by_client: BTreeMap<ClientId, Vec<Stored<CodeRow>>> = clients.collect();
        for stored in code::of_clients(tx, self.kind, None).await? {
            if let Some(codes) = stored.row.client_id.as_ref().and_then(|client| by_client.get_mut(client)) {
                codes.push(stored);
            }
        }
        let mut changed = Vec::new();
        let mut new = Vec::new();
        for (client, codes) in by_client {
            let added = new.len();
            for template in self.after.values() {
                if !codes.iter().any(|known| known.row.code == template.code) {
                    let row = CodeRow { client_id: Some(client.clone()), hidden: false, ..template.clone() };
                    new.push(self.numbered_at(row, &codes, &mut changed, bench));
                }
            }
            if new.len() > added {
                let count = new.len() - added;
                bench.notes.push(format!("{client}: {count} {} codes added from the templates", self.kind));
            }
        }
        Ok(code::save(tx, self.kind, &changed, &new).await?)
    }

    /// A template as a client gets it. The client's own numbers stay: one that another of its codes has goes to the
    /// new code only where it went there in the templates too.
    fn numbered_at(
        &self,
        mut row: CodeRow,
        codes: &[Stored<CodeRow>],
        changed: &mut Vec<Rewritten>,
        bench: &mut Bench<'_>,
    ) -> CodeRow {
        let holder =
            codes.iter().find(|other| !other.removed && row.number.is_some() && other.row.number == row.number);
        let (Some(holder), Some(number)) = (holder, row.number) else { return row };
        if self.moved.get(&number) == Some(&holder.row.code) {
            changed.push(Rewritten { row: CodeRow { number: None, ..holder.row.clone() }, renumbered: true });
        } else {
            let client = row.client_id.as_ref().map_or("", ClientId::as_str);
            bench.notes.push(format!(
                "{client}: number {number} stays with {}, so that {} has none there",
                holder.row.code, row.code
            ));
            row.number = None;
        }
        row
    }
}

/// The columns of a code that changed.
fn difference(kind: CatalogueKind, before: &CodeRow, after: &CodeRow) -> serde_json::Value {
    let shown = |row: &CodeRow| json!({ "number": row.number, "name": row.name, "loss": row.loss.map(Loss::as_str), "counts": row.counts });
    json!({ "table": kind.as_str(), "key": [after.code.as_str()], "before": shown(before), "after": shown(after) })
}

/// Whether it is offered no more; what nobody has classified is always offered.
fn hidden(fields: &Fields<'_>, code: &Code, old: Option<&CodeRow>) -> Result<bool, Reject> {
    let hidden = fields.yes_no("hidden")?.over_or(old.map(|row| row.hidden), false);
    if hidden && code.as_str() == UNCLASSIFIED {
        return Err(Reject::new("hidden", "stands for what nobody has classified yet", "write no"));
    }
    Ok(hidden)
}
