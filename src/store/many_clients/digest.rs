//! What every row of every client is, table by table, so that a test can say which rows changed.

use super::{Engine, ManyClients};
use crate::store::funnel::{Cells, FromCells, Look};
use crate::store::scoped::{Kind, TABLES};
use crate::store::value::Value;
use crate::store::{ReadTx, StoreError};
use std::collections::BTreeMap;

/// Every row of every table: by table and client, the rows in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Digest {
    rows: BTreeMap<(String, String), Vec<String>>,
}

/// One row, in words.
pub(in crate::store) struct Words(pub(in crate::store) Vec<Value>);

impl FromCells for Words {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        let mut values = Vec::new();
        while !cells.is_at_end() {
            values.push(cells.any()?);
        }
        Ok(Self(values))
    }
}

impl Digest {
    /// Tables and clients whose rows differ, but for these clients; what belongs to no client is client `-`.
    pub(crate) fn changed_but_for(&self, after: &Self, own: &[&str]) -> Vec<String> {
        let keys = self.rows.keys().chain(after.rows.keys());
        let mut changed: Vec<_> = keys
            .filter(|(_, client)| !own.contains(&client.as_str()))
            .filter(|key| self.rows.get(*key) != after.rows.get(*key))
            .map(|(table, client)| format!("{table} of {client}"))
            .collect();
        changed.dedup();
        changed.sort();
        changed.dedup();
        changed
    }

    /// The rows of these clients.
    pub(crate) fn of(&self, clients: &[&str]) -> Self {
        let of = |client: &str| clients.contains(&client);
        Self {
            rows: self
                .rows
                .iter()
                .filter(|((_, client), _)| of(client))
                .map(|(key, rows)| (key.clone(), rows.clone()))
                .collect(),
        }
    }

    /// Tables without any row of a client.
    pub(crate) fn empty_tables(&self, client: &str) -> Vec<&'static str> {
        let of_clients = TABLES.iter().filter(|(_, kind)| is_of_clients(*kind));
        let has = |table: &str| self.rows.contains_key(&(table.to_owned(), client.to_owned()));
        of_clients.map(|(table, _)| *table).filter(|table| !has(table)).collect()
    }
}

/// The columns of each table, with the kind of what they hold: `I` whole numbers, `T` texts, `U` ids, `B` other bytes,
/// which a file does not tell from ids.
pub(in crate::store) type Columns = BTreeMap<&'static str, Vec<(String, char)>>;

const fn is_of_clients(kind: Kind) -> bool {
    matches!(kind, Kind::Tenant | Kind::TenantAppendOnly | Kind::Client | Kind::Tally | Kind::Head)
}

impl ManyClients {
    /// What every table consists of.
    pub(in crate::store) async fn columns(&self) -> Columns {
        let mut tx = self.truth.look().await.unwrap();
        let mut columns = Columns::new();
        for (table, _) in TABLES {
            let text = match self.engine {
                Engine::File => format!("SELECT name, lower(type) FROM pragma_table_info('t_{table}') ORDER BY cid"),
                Engine::Server => format!(
                    "SELECT CAST(column_name AS TEXT), CAST(data_type AS TEXT) FROM information_schema.columns
                     WHERE table_schema = 'public' AND table_name = 't_{table}' ORDER BY ordinal_position"
                ),
            };
            let text: &'static str = text.leak();
            let rows = tx.all::<Words>(text, Vec::new()).await.unwrap();
            let column = |Words(values): Words| match values.as_slice() {
                [Value::Text(Some(name)), Value::Text(Some(kind))] => match kind.as_str() {
                    "integer" | "bigint" => (name.clone(), 'I'),
                    "text" => (name.clone(), 'T'),
                    "bytea" => (name.clone(), 'B'),
                    _ => (name.clone(), 'U'),
                },
                other => panic!("{table}: {other:?}"),
            };
            columns.insert(table, rows.into_iter().map(column).collect());
        }
        columns
    }

    /// Every row that there is, read past every scope.
    pub(crate) async fn digest(&self) -> Digest {
        let mut tx: ReadTx = self.truth.look().await.unwrap();
        let mut rows: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
        let others = ["user_account", "user_client_assignment"];
        for (table, kind) in
            TABLES.iter().map(|(table, kind)| (*table, *kind)).chain(others.map(|it| (it, Kind::Shared)))
        {
            let has_client = is_of_clients(kind) || table == "user_client_assignment";
            let text: &'static str = format!("SELECT * FROM t_{table}").leak();
            for Words(values) in tx.all::<Words>(text, Vec::new()).await.unwrap() {
                let client = match values.first() {
                    Some(Value::Text(Some(client))) if has_client => client.clone(),
                    _ => "-".to_owned(),
                };
                rows.entry((table.to_owned(), client)).or_default().push(format!("{values:?}"));
            }
        }
        for rows in rows.values_mut() {
            rows.sort();
        }
        Digest { rows }
    }
}
