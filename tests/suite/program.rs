//! The program as a person or a script calls it: arguments in, lines and an exit code out.

use assert_cmd::Command;
use tempfile::TempDir;

/// A home folder with nothing in it, and how to call the program there.
pub struct Home {
    folder: TempDir,
    user: Option<(&'static str, String)>,
    database: Option<String>,
}

/// What a call printed and how it ended.
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ended {
    /// It was done; its results.
    #[track_caller]
    pub fn done(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "{}", self.out);
        self.out
    }

    /// It failed with this code and one line on standard error.
    #[track_caller]
    pub fn failed(self, code: i32) -> String {
        assert_eq!((self.code, self.out.as_str()), (code, ""), "{}", self.err);
        let line = self.err.strip_prefix("kpi-ops: ").unwrap_or_else(|| panic!("{}", self.err));
        assert_eq!(line.matches('\n').count(), 1, "{line}");
        line.trim_end().to_owned()
    }
}

impl Home {
    /// A home without anything.
    pub fn new() -> Self {
        Self { folder: super::plant::own_folder(), user: None, database: None }
    }

    /// A home with a database whose ADMIN `anna` makes the calls.
    pub fn with_admin() -> Self {
        let mut home = Self::new();
        home.call_with("pferde fressen keine gurken\n", &["init", "--admin", "anna", "--password-stdin"]).done();
        home.user = Some(("anna", "pferde fressen keine gurken".into()));
        home
    }

    /// The same home for somebody else.
    pub fn acts_as(&mut self, login: &'static str, password: &str) {
        self.user = Some((login, password.to_owned()));
    }

    /// The same home with another database.
    pub fn uses(&mut self, database: &str) {
        self.database = Some(database.to_owned());
    }

    /// The home folder.
    pub fn path(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Calls the program.
    pub fn call(&self, arguments: &[&str]) -> Ended {
        self.call_with("", arguments)
    }

    /// Calls the program with something on standard input.
    pub fn call_with(&self, input: &str, arguments: &[&str]) -> Ended {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kpi-ops"));
        command.env_clear().env("HOME", self.path()).current_dir(self.path());
        if let Some((login, password)) = &self.user {
            command.env("KPI_OPS_USER", login).env("KPI_OPS_PASSWORD", password);
        }
        if let Some(database) = &self.database {
            command.env("KPI_OPS_DATABASE", database);
        }
        let output = command.args(arguments).write_stdin(input).output().unwrap();
        Ended {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
