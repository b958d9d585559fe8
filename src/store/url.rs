//! Where a database is: a file, or a database of a server. The password of a server is never shown.

use super::error::StoreError;
use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use zeroize::Zeroizing;

/// Where a database is.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl {
    place: Place,
    /// What the machine's slots for hashing are called first.
    slots: PathBuf,
}

#[derive(Clone, PartialEq, Eq)]
enum Place {
    File(PathBuf),
    Server(Box<Server>),
}

/// A database of a server.
#[derive(Clone)]
pub(in crate::store) struct Server {
    /// How to reach it, with the password.
    pub(in crate::store) options: PgConnectOptions,
    /// The URL without the password.
    pub(in crate::store) shown: String,
}

impl Server {
    /// The password, where the URL or the environment gives one.
    pub(in crate::store) fn password(&self) -> Option<Zeroizing<String>> {
        let url = self.options.to_url_lossy();
        let mut password = Zeroizing::new(Vec::new());
        let mut bytes = url.password()?.bytes();
        while let Some(byte) = bytes.next() {
            let mut digit = || bytes.next().and_then(|digit| char::from(digit).to_digit(16));
            let plain = if byte == b'%' { u8::try_from(digit()? * 16 + digit()?).ok()? } else { byte };
            password.push(plain);
        }
        String::from_utf8(std::mem::take(&mut *password)).ok().map(Zeroizing::new)
    }
}

impl PartialEq for Server {
    fn eq(&self, other: &Self) -> bool {
        self.shown == other.shown
    }
}

impl Eq for Server {}

/// What a URL of PostgreSQL starts with.
const SERVERS: [&str; 2] = ["postgres:", "postgresql:"];

impl DatabaseUrl {
    /// Reads `sqlite:PATH` (also `sqlite://PATH`) or `postgres://USER@HOST/DATABASE` (also `postgresql://…`).
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        if SERVERS.iter().any(|start| text.starts_with(start)) {
            return server(text);
        }
        let path = text.strip_prefix("sqlite:").ok_or_else(|| StoreError::UnknownUrl(unsecret(text)))?;
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() || path.contains('?') || path.starts_with(":memory:") {
            return Err(StoreError::UnknownUrl(text.to_owned()));
        }
        Ok(Self::file(path))
    }

    /// A database file.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self { slots: path.clone(), place: Place::File(path) }
    }

    /// The same database, whose slots for hashing are in this folder of the machine where no file is its neighbour.
    #[must_use]
    pub fn with_slots_in(self, folder: &Path) -> Self {
        match self.place {
            Place::File(_) => self,
            Place::Server(_) => Self { slots: folder.join("server"), ..self },
        }
    }

    /// The file, where it is one.
    pub fn path(&self) -> Option<&Path> {
        match &self.place {
            Place::File(path) => Some(path),
            Place::Server(_) => None,
        }
    }

    /// The server's database, where it is one.
    pub(in crate::store) fn server(&self) -> Option<&Server> {
        match &self.place {
            Place::File(_) => None,
            Place::Server(server) => Some(server),
        }
    }

    /// What the machine's slots for hashing are called first.
    pub(in crate::store) fn slots(&self) -> &Path {
        &self.slots
    }

    /// The file of the audit key, where none is named: beside the database's file, or where the slots are.
    pub(in crate::store) fn audit_key(&self) -> PathBuf {
        let mut name = self.slots.file_name().unwrap_or_default().to_owned();
        name.push(".audit-key");
        self.slots.with_file_name(name)
    }

    /// Whether it is of a server, which can be gone while the program runs.
    pub fn is_server(&self) -> bool {
        self.server().is_some()
    }

    /// The file of what this machine keeps for its people: beside the database's file, or where the slots are. None
    /// where no folder is named.
    pub(crate) fn local(&self) -> Option<PathBuf> {
        let mut name = self.slots.file_name()?.to_owned();
        name.push("-local");
        Some(self.slots.with_file_name(name))
    }

    /// Which of a server's databases it is; of a file, whose neighbours are its own, nothing.
    pub(in crate::store) fn database(&self) -> &str {
        self.server().and_then(|server| server.options.get_database()).unwrap_or_default()
    }

    /// What people call it: the path of a file, the URL of a server.
    pub fn name(&self) -> String {
        match &self.place {
            Place::File(path) => path.display().to_string(),
            Place::Server(server) => server.shown.clone(),
        }
    }
}

fn server(text: &str) -> Result<DatabaseUrl, StoreError> {
    // What the driver says of a bad URL may hold the password.
    let unknown = |_| StoreError::UnknownUrl(unsecret(text));
    let options = PgConnectOptions::from_str(text).map_err(unknown)?;
    let Some(database) = options.get_database() else {
        return Err(StoreError::UnknownUrl(unsecret(text)));
    };
    let place = match options.get_socket() {
        Some(socket) => format!("{}:{}", socket.display(), options.get_port()),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    };
    let shown = format!("postgres://{}@{place}/{database}", options.get_username());
    Ok(DatabaseUrl { place: Place::Server(Box::new(Server { options, shown })), slots: PathBuf::new() })
}

/// A URL that cannot be read, without what may be a password in it.
fn unsecret(text: &str) -> String {
    let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    if scheme.is_empty() { rest.to_owned() } else { format!("{scheme}://{rest}") }
}

impl std::fmt::Display for DatabaseUrl {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.place {
            Place::File(path) => write!(formatter, "sqlite:{}", path.display()),
            Place::Server(server) => formatter.write_str(&server.shown),
        }
    }
}

impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("sqlite:/a/b.db", "sqlite:/a/b.db")]
    #[case("sqlite:///a/b.db", "sqlite:/a/b.db")]
    #[case("postgres://ops:secret@db.plant:5433/kpi", "postgres://ops@db.plant:5433/kpi")]
    #[case("postgresql://ops:secret@db.plant/kpi?sslmode=require", "postgres://ops@db.plant:5432/kpi")]
    #[case("postgres://db.plant/kpi?user=ops&password=secret", "postgres://ops@db.plant:5432/kpi")]
    #[case("postgres://ops:secret@%2Frun%2Fpostgresql/kpi", "postgres://ops@/run/postgresql:5432/kpi")]
    fn a_url_is_shown_without_its_password(#[case] text: &str, #[case] shown: &str) {
        let url = DatabaseUrl::parse(text).unwrap();
        assert_eq!(url.to_string(), shown);
        assert_eq!(format!("{url:?}"), shown);
    }

    #[rstest]
    #[case("mysql://ops:secret@db/kpi")]
    #[case("ops:secret@db/kpi")]
    #[case("postgres://ops:secret@db:99999999/kpi")]
    #[case("postgres://ops:sec/ret@db/kpi")]
    #[case("postgres://ops:secret@db/kpi?sslmode=secret")]
    #[case("postgres://ops:secret@db")]
    #[case("sqlite:")]
    fn a_url_that_names_no_database_is_refused_without_showing_its_password(#[case] text: &str) {
        let refused = DatabaseUrl::parse(text).unwrap_err().to_string();
        assert!(!refused.contains("secret") && !refused.contains("ret@"), "{refused}");
        assert!(refused.contains("sqlite:PATH") && refused.contains("postgres://"), "{refused}");
    }

    #[rstest]
    #[case("postgres://ops:pencil@db/kpi", Some("pencil"))]
    #[case("postgres://ops:p%40ss%20w%C3%B6rd@db/kpi", Some("p@ss wörd"))]
    #[case("postgres://ops@db/kpi?password=pencil", Some("pencil"))]
    #[case("postgres://ops@db/kpi", None)]
    fn the_password_of_a_url_is_the_one_that_was_meant(#[case] text: &str, #[case] password: Option<&str>) {
        let url = DatabaseUrl::parse(text).unwrap();
        let found = url.server().unwrap().password();
        assert_eq!(found.as_ref().map(|password| password.as_str()), password);
    }

    #[test]
    fn the_slots_are_beside_a_file_and_in_the_machines_folder_for_a_server() {
        let folder = Path::new("/home/ops");
        assert_eq!(DatabaseUrl::file("/a/b.db").with_slots_in(folder).slots(), Path::new("/a/b.db"));
        let server = DatabaseUrl::parse("postgres://ops@db/kpi").unwrap().with_slots_in(folder);
        assert_eq!(server.slots(), Path::new("/home/ops/server"));
    }
}
