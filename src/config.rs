//! What the program is told from outside: defaults < file < environment < flags. The only place that reads the
//! environment. Called once by `cli`; never asks a person and never opens a database.

mod choices;
mod idle_minutes;
mod own_files;

pub use choices::{Colours, Start};
pub use own_files::OwnFiles;

use crate::domain::idle::IdleLock;
use crate::service::DatabaseUrl;
use etcetera::BaseStrategy;
use idle_minutes::IdleMinutes;
use secrecy::SecretString;
use serde::Deserialize;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The program's folder inside the user's folders.
const FOLDER: &str = "kpi-ops";

/// What the flags of every command say.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// `--database`.
    pub database: Option<String>,
    /// `--user`.
    pub user: Option<String>,
    /// `--audit-key`.
    pub audit_key: Option<PathBuf>,
}

/// The file, `config.toml` in the user's configuration folder.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    database: Option<String>,
    user: Option<String>,
    colours: Option<Colours>,
    ascii: Option<bool>,
    theme: Option<String>,
    language: Option<String>,
    copy: Option<bool>,
    bell: Option<bool>,
    start: Option<Start>,
    export_folder: Option<PathBuf>,
    audit_key: Option<PathBuf>,
    #[serde(default)]
    idle_lock: IdleMinutes,
}

/// Terminals that have no clipboard.
const HAS_NO_CLIPBOARD: [&str; 4] = ["dumb", "linux", "vt100", "vt220"];
/// The demo's file, beside the plant's own.
const DEMO: &str = "kpi-ops-demo.db";

/// The settings that are in force.
#[derive(Debug)]
pub struct Config {
    /// The database.
    pub database: DatabaseUrl,
    /// What the flag of this run said of it.
    pub database_flag: Option<String>,
    /// The database of a demo.
    pub demo_database: DatabaseUrl,
    /// Who logs in; asked where nobody is named.
    pub user: Option<String>,
    /// Their password, for jobs that run without a terminal.
    pub password: Option<SecretString>,
    /// Colours, where the terminal is not to be asked.
    pub colours: Option<Colours>,
    /// Whether only ASCII may be drawn, where the terminal is not to be asked.
    pub ascii: Option<bool>,
    /// The theme by its name, where one is chosen.
    pub theme: Option<String>,
    /// What the user has written of their own: themes and keys.
    pub own: OwnFiles,
    /// The language by its code or the locale of the system.
    pub language: Option<String>,
    /// Whether a row may go into the terminal's clipboard.
    pub copy: bool,
    /// Whether the terminal's bell rings for a new high alarm.
    pub bell: bool,
    /// What the dashboard begins with.
    pub start: Start,
    /// Where the dashboard writes lists to: the folder it was started in, where none is named. Over SSH people have no
    /// folder here, so only where one is named.
    pub export_folder: Option<PathBuf>,
    /// The file of the audit key, where one is named; else it lies beside the database.
    pub audit_key: Option<PathBuf>,
    /// After how long a terminal locks.
    pub idle_lock: IdleLock,
    /// What the login delay knows this terminal by.
    pub terminal: String,
    /// Where the log goes.
    pub log_folder: PathBuf,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Nobody's home.
    #[error("your home folder is not known; set HOME")]
    NoHome,
    /// The file is there and cannot be read.
    #[error("cannot read {path}: {why}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
    /// The file says something that means nothing.
    #[error("{path}, line {line}{key}: {why}; correct the line or remove it", path = .path.display())]
    Meaningless {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// The key in brackets, where the line has one.
        key: String,
        /// What is wrong with it.
        why: String,
    },
    /// The database is named in a way that names none.
    #[error("{from}: {why}")]
    Database {
        /// Where it was named.
        from: String,
        /// What is wrong with it.
        why: crate::service::StoreError,
    },
}

/// What a session over SSH keeps of its environment: what sshd itself sets, and how the terminal looks.
const KEPT_OVER_SSH: &[&str] = &[
    "HOME",
    "LOGNAME",
    "USER",
    "SSH_CONNECTION",
    "SSH_TTY",
    SSH_USER_AUTH,
    "TERM",
    "COLORTERM",
    "NO_COLOR",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
];

/// The variable in which sshd names the file that says how somebody proved who they are.
pub const SSH_USER_AUTH: &str = "SSH_USER_AUTH";

/// The environment that a session over SSH keeps, where there is anything else in it.
pub fn environment_over_ssh() -> Option<Vec<(OsString, OsString)>> {
    let is_kept = |name: &OsString| KEPT_OVER_SSH.iter().any(|kept| name == kept);
    let (kept, rest): (Vec<_>, Vec<_>) = std::env::vars_os().partition(|(name, _)| is_kept(name));
    (!rest.is_empty()).then_some(kept)
}

/// One variable of the process's environment.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The database as its owner, from a flag or the environment.
pub fn owner_database(flag: Option<&str>) -> Result<Option<DatabaseUrl>, ConfigError> {
    other_database(flag, "--owner-database", "KPI_OPS_OWNER_DATABASE")
}

/// The database as a role that reads all of it, from a flag or the environment.
pub fn backup_database(flag: Option<&str>) -> Result<Option<DatabaseUrl>, ConfigError> {
    other_database(flag, "--backup-database", "KPI_OPS_BACKUP_DATABASE")
}

fn other_database(flag: Option<&str>, name: &str, of: &str) -> Result<Option<DatabaseUrl>, ConfigError> {
    let from_environment = variable(of);
    let (from, url) = match (flag, &from_environment) {
        (Some(url), _) => (name, url),
        (None, Some(url)) => (of, url.as_str()),
        (None, None) => return Ok(None),
    };
    let from = from.to_owned();
    DatabaseUrl::parse(url).map(Some).map_err(|why| ConfigError::Database { from, why })
}

impl Config {
    /// Reads the settings of this process.
    pub fn load(flags: Flags) -> Result<Self, ConfigError> {
        let folders = etcetera::choose_base_strategy().map_err(|_| ConfigError::NoHome)?;
        let path = folders.config_dir().join(FOLDER).join("config.toml");
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(ConfigError::Unreadable { path, why: error.to_string() }),
        };
        let file = parse(&path, &text)?;
        let data = folders.data_dir().join(FOLDER);
        let log_folder = folders.state_dir().unwrap_or_else(|| folders.data_dir()).join(FOLDER);
        Self::of(flags, variable, (file, &path), &data, log_folder)
    }

    fn of(
        flags: Flags,
        variable: impl Fn(&str) -> Option<String>,
        (file, path): (File, &Path),
        data: &Path,
        log_folder: PathBuf,
    ) -> Result<Self, ConfigError> {
        let from_environment = variable("KPI_OPS_DATABASE");
        // Whoever names a database for this run means it for the demo too; the file names the plant's own.
        let named = flags.database.is_some() || from_environment.is_some();
        let database_flag = flags.database.clone();
        let in_file = format!("database in {}", path.display());
        let sources = [
            ("--database".to_owned(), flags.database),
            ("KPI_OPS_DATABASE".to_owned(), from_environment),
            (in_file, file.database),
        ];
        let database = match sources.into_iter().find_map(|(from, url)| Some((from, url?))) {
            Some((from, url)) => {
                DatabaseUrl::parse(&url).map_err(|why| ConfigError::Database { from, why })?.with_slots_in(data)
            }
            None => DatabaseUrl::file(data.join("kpi-ops.db")),
        };
        let beside = || {
            DatabaseUrl::file(match database.path() {
                Some(path) => path.with_file_name(DEMO),
                None => data.join(DEMO),
            })
        };
        Ok(Self {
            demo_database: if named { database.clone() } else { beside() },
            database,
            database_flag,
            user: flags.user.or_else(|| variable("KPI_OPS_USER")).or(file.user),
            password: variable("KPI_OPS_PASSWORD").map(SecretString::from),
            colours: file.colours,
            ascii: file.ascii,
            theme: file.theme,
            copy: file.copy.unwrap_or(false)
                && !variable("TERM").is_some_and(|term| HAS_NO_CLIPBOARD.contains(&term.as_str())),
            bell: file.bell.unwrap_or(false),
            start: file.start.unwrap_or_default(),
            export_folder: file.export_folder.or_else(|| match variable("SSH_CONNECTION") {
                Some(_) => None,
                None => std::env::current_dir().ok(),
            }),
            own: OwnFiles::beside(path),
            language: file.language.or_else(|| ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(&variable)),
            audit_key: flags.audit_key.or_else(|| variable("KPI_OPS_AUDIT_KEY").map(PathBuf::from)).or(file.audit_key),
            idle_lock: file.idle_lock.lock(),
            terminal: terminal(&variable),
            log_folder,
        })
    }
}

/// The address at the other end of an SSH connection, else the device.
fn terminal(variable: &impl Fn(&str) -> Option<String>) -> String {
    if let Some(address) = variable("SSH_CONNECTION").as_deref().and_then(|value| value.split(' ').next()) {
        return format!("ssh {address}");
    }
    let device = |number| std::fs::read_link(format!("/proc/self/fd/{number}")).ok();
    let devices = [0, 1, 2].into_iter().filter_map(device).map(|path| path.display().to_string());
    devices
        .into_iter()
        .find(|path| path.starts_with("/dev/pts/") || path.starts_with("/dev/tty"))
        .unwrap_or_else(|| "no terminal".into())
}

/// Reads the file. Its error names the line and the key.
fn parse(path: &Path, text: &str) -> Result<File, ConfigError> {
    toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let key = text.lines().nth(line - 1).and_then(|line| line.split_once('='));
        ConfigError::Meaningless {
            path: path.to_path_buf(),
            line,
            key: key.map(|(key, _)| format!(" ({})", key.trim())).unwrap_or_default(),
            why: error.message().lines().collect::<Vec<_>>().join(" "),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn config(flag: Option<&str>, variables: &[(&str, &str)], file: &str) -> Result<Config, ConfigError> {
        let path = Path::new("/etc/x/config.toml");
        let read = |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        let flags = Flags { database: flag.map(str::to_owned), ..Flags::default() };
        Config::of(flags, read, (parse(path, file)?, path), Path::new("/data"), PathBuf::from("/state"))
    }

    #[rstest]
    #[case(None, &[], "", "sqlite:/data/kpi-ops.db", "sqlite:/data/kpi-ops-demo.db")]
    #[case(None, &[], "database = 'sqlite:/file/a.db'", "sqlite:/file/a.db", "sqlite:/file/kpi-ops-demo.db")]
    #[case(None, &[("KPI_OPS_DATABASE", "sqlite:/env/a.db")], "database = 'sqlite:/file/a.db'", "sqlite:/env/a.db",
        "sqlite:/env/a.db")]
    #[case(Some("sqlite:/flag/a.db"), &[("KPI_OPS_DATABASE", "sqlite:/env/a.db")], "", "sqlite:/flag/a.db", "sqlite:/flag/a.db")]
    fn a_flag_beats_the_environment_that_beats_the_file_that_beats_the_default(
        #[case] flag: Option<&str>,
        #[case] variables: &[(&str, &str)],
        #[case] file: &str,
        #[case] database: &str,
        #[case] demo: &str,
    ) {
        let config = config(flag, variables, file).unwrap();
        assert_eq!((config.database.to_string().as_str(), config.demo_database.to_string().as_str()), (database, demo));
    }

    #[rstest]
    #[case(Some("/flag/k"), Some("/flag/k"))]
    #[case(None, Some("/env/k"))]
    fn the_audit_key_is_named_like_the_database(#[case] flag: Option<&str>, #[case] expected: Option<&str>) {
        let path = Path::new("/etc/x/config.toml");
        let read = |name: &str| (name == "KPI_OPS_AUDIT_KEY").then(|| "/env/k".to_owned());
        let named = |flag: Option<&str>, variables: bool| {
            let flags = Flags { audit_key: flag.map(PathBuf::from), ..Flags::default() };
            let file = parse(path, "audit_key = '/file/k'").unwrap();
            let variable = |name: &str| read(name).filter(|_| variables);
            Config::of(flags, variable, (file, path), Path::new("/data"), PathBuf::from("/state")).unwrap().audit_key
        };
        assert_eq!(named(flag, true).as_deref(), expected.map(Path::new));
        assert_eq!(named(None, false).as_deref(), Some(Path::new("/file/k")));
    }

    #[rstest]
    #[case("user = \"anna\"\nusr = 3", 2, "(usr)", "unknown field `usr`")]
    #[case("\n\nascii = 3", 3, "(ascii)", "expected a boolean")]
    #[case("colours = 'red'", 1, "(colours)", "unknown variant `red`")]
    #[case("user = \"anna", 1, "(user)", "")]
    #[case("user", 1, "", "")]
    #[case("[idle_lock]\nleader = 0", 2, "(leader)", "1 to 60 minutes")]
    #[case("[idle_lock]\nadmin = 5", 2, "(admin)", "unknown field `admin`")]
    fn a_bad_file_is_refused_with_its_line_and_key(
        #[case] text: &str,
        #[case] line: usize,
        #[case] key: &str,
        #[case] why: &str,
    ) {
        let error = config(None, &[], text).unwrap_err().to_string();
        assert!(error.starts_with(&format!("/etc/x/config.toml, line {line}")), "{error}");
        assert!(error.contains(key) && error.contains(why) && !error.contains('\n'), "{error}");
    }

    #[test]
    fn the_minutes_of_the_lock_can_be_others_by_role() {
        let default = config(None, &[], "").unwrap().idle_lock;
        assert_eq!((default.operator, default.leader, default.others), (3, 15, 10));
        let lock = config(None, &[], "[idle_lock]\noperator = 2\nothers = 60").unwrap().idle_lock;
        assert_eq!((lock.operator, lock.leader, lock.others), (2, 15, 60));
    }

    #[test]
    fn a_database_that_is_none_is_refused_with_where_it_was_named() {
        let of = |flag, variables: &[(&str, &str)], file| config(flag, variables, file).unwrap_err().to_string();
        assert!(of(Some("mysql:x"), &[], "").starts_with("--database: \"mysql:x\" is no database URL"));
        assert!(of(None, &[("KPI_OPS_DATABASE", "x.db")], "").starts_with("KPI_OPS_DATABASE: \"x.db\""));
        assert!(of(None, &[], "database = 'x'").starts_with("database in /etc/x/config.toml: \"x\""));
    }

    #[test]
    fn a_person_over_ssh_is_known_by_the_address_and_the_password_is_not_shown() {
        let config =
            config(None, &[("SSH_CONNECTION", "10.1.2.3 5022 10.0.0.1 22"), ("KPI_OPS_PASSWORD", "geheimnis")], "")
                .unwrap();
        assert_eq!(config.terminal, "ssh 10.1.2.3");
        assert!(config.password.is_some() && !format!("{config:?}").contains("geheimnis"));
    }
}
