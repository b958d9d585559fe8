//! The process of the throw-away server: started once in a run, by whichever test comes first, and never left behind.
//!
//! Tests run in one process each (nextest) or as threads of one (`cargo test`), so what they share is on disk: a lock
//! for starting, a lock that every process shares while it lives, and a note of where the server is. The watchdog is a
//! shell script that ends the server once nobody has held the second lock for some seconds.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::chown;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The superuser of the throw-away server, who needs no password.
pub(super) const SUPERUSER: &str = "postgres";
const NEEDED: &str = "tests need PostgreSQL's server programs (initdb and postgres, version 15 or newer), in PATH or in \
                      /usr/lib/postgresql/*/bin; on Debian: apt-get install postgresql";
/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_mins(1);
/// Nothing reaches the disk on purpose: what a test wrote is worth nothing afterwards.
const SETTINGS: [&str; 10] = [
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "max_connections=300",
    "shared_buffers=64MB",
    "max_wal_size=4GB",
    // Writers who cross are told at once.
    "deadlock_timeout=20ms",
    "log_min_messages=warning",
];
/// `sh -c WATCHDOG watchdog PID FOLDER STATE`
const WATCHDOG: &str = r#"
idle=0
is_ours() { [ "$(head -n 1 "$2/data/postmaster.pid" 2>/dev/null)" = "$1" ]; }
while is_ours "$1" "$2"; do
  sleep 1
  if flock -n "$3/users.lock" true; then idle=$((idle + 1)); else idle=0; fi
  if [ "$idle" -ge 10 ]; then
    exec 9>>"$3/start.lock"
    flock 9
    if flock -n "$3/users.lock" true; then
      is_ours "$1" "$2" && kill -INT "$1"
      while is_ours "$1" "$2"; do sleep 0.1; done
    fi
    exec 9>&-
    idle=0
  fi
done
rm -rf "$2"
"#;

/// A running server.
#[derive(Debug)]
pub(super) struct Server {
    folder: PathBuf,
    /// Held as long as this process lives, so that the watchdog knows of it.
    _in_use: File,
}

impl Server {
    /// The server of this run. One that is started is handed to `prepare` by the folder of its socket, before any
    /// other test sees it.
    pub(super) fn of_this_run(prepare: impl FnOnce(&Path)) -> Self {
        let state = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tmp/postgres");
        fs::create_dir_all(&state).expect("folder for the server's state");
        let open = |name: &str| OpenOptions::new().create(true).append(true).open(state.join(name)).expect("lock");
        let starting = open("start.lock");
        starting.lock().expect("lock");
        let in_use = open("users.lock");
        in_use.lock_shared().expect("lock");
        let note = state.join("server");
        let known = fs::read_to_string(&note).map(PathBuf::from).ok().filter(|folder| answers(folder));
        let folder = known.unwrap_or_else(|| {
            let folder = start(&state);
            prepare(&folder);
            fs::write(&note, folder.as_os_str().as_encoded_bytes()).expect("note");
            folder
        });
        Self { folder, _in_use: in_use }
    }

    /// A server that somebody else starts and ends.
    pub(super) fn at(folder: &Path) -> Self {
        let in_use = File::open(folder).expect("its folder");
        Self { folder: folder.to_path_buf(), _in_use: in_use }
    }

    /// The folder of its socket.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }
}

/// Whether a server listens there and has begun its work, as it notes itself.
fn answers(folder: &Path) -> bool {
    let noted = fs::read_to_string(folder.join("data/postmaster.pid")).unwrap_or_default();
    let is_ready = noted.lines().last().is_some_and(|status| status.trim() == "ready");
    is_ready && UnixStream::connect(folder.join(".s.PGSQL.5432")).is_ok()
}

/// Starts a server in a new folder with a short name: the path of a socket has at most 107 bytes.
#[expect(clippy::zombie_processes, reason = "both processes outlive the one that starts them")]
fn start(state: &Path) -> PathBuf {
    let folder = new_cluster();
    let server = serve(&folder, &SETTINGS);
    let mut watchdog = command(Path::new("sh"), None);
    watchdog.args(["-c", WATCHDOG, "watchdog", &server.id().to_string()]).arg(&folder).arg(state);
    watchdog.stdout(Stdio::null()).stderr(Stdio::null()).process_group(0).spawn().expect("watchdog");
    folder
}

/// A folder with a database cluster that nobody serves.
pub(super) fn new_cluster() -> PathBuf {
    let programs = programs().expect(NEEDED);
    let account = unprivileged();
    let folder = tempfile::Builder::new().prefix("kpi-pg-").tempdir().expect("folder").keep();
    if let Some((user, group)) = account {
        chown(&folder, Some(user), Some(group)).expect("the folder for the server's account");
    }
    let data = folder.join("data");
    let initdb = command(&programs.join("initdb"), account)
        .args(["--username", SUPERUSER, "--auth", "trust", "--encoding", "UTF8", "--no-sync", "--no-locale"])
        // Sorts otherwise than SQLite, so that a column that relies on the database's own order is seen.
        .args(["--locale-provider", "icu", "--icu-locale", "en-US", "--pgdata"])
        .arg(&data)
        .output()
        .expect("initdb");
    assert!(initdb.status.success(), "initdb: {}", String::from_utf8_lossy(&initdb.stderr));
    let rights = format!("local all {SUPERUSER} trust\nlocal all all password\n");
    fs::write(data.join("pg_hba.conf"), rights).expect("pg_hba.conf");
    folder
}

/// Serves a cluster, and waits until it answers.
pub(super) fn serve(folder: &Path, settings: &[&str]) -> Child {
    let programs = programs().expect(NEEDED);
    let log = folder.join("log");
    let written = || File::options().create(true).append(true).open(&log).expect("log");
    let mut postgres = command(&programs.join("postgres"), unprivileged());
    postgres.arg("-D").arg(folder.join("data")).arg("-k").arg(folder);
    postgres.args(settings.iter().flat_map(|setting| ["-c", setting]));
    let mut server = postgres.stdout(written()).stderr(written()).process_group(0).spawn().expect("postgres");
    let begun = Instant::now();
    while !answers(folder) {
        let is_over = server.try_wait().expect("postgres").is_some() || begun.elapsed() > PATIENCE;
        assert!(!is_over, "postgres: {}", fs::read_to_string(&log).unwrap_or_default());
        std::thread::sleep(Duration::from_millis(20));
    }
    server
}

fn command(program: &Path, account: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).current_dir("/");
    if let Some((user, group)) = account {
        command.uid(user).gid(group);
    }
    command
}

/// Where `initdb` and `postgres` are: in PATH, else in Debian's folder of the newest version.
fn programs() -> Option<PathBuf> {
    let has_both = |folder: &PathBuf| ["initdb", "postgres"].iter().all(|program| folder.join(program).is_file());
    let path = std::env::var_os("PATH").unwrap_or_default();
    if let Some(folder) = std::env::split_paths(&path).find(has_both) {
        return Some(folder);
    }
    let version = |folder: &PathBuf| folder.file_name().and_then(OsStr::to_str)?.parse::<u32>().ok();
    let installed = fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut versions: Vec<_> = installed.flatten().map(|entry| entry.path()).collect();
    versions.sort_by_key(version);
    versions.into_iter().rev().map(|folder| folder.join("bin")).find(has_both)
}

/// PostgreSQL refuses to run as root, who therefore lends it the account `postgres`, or `nobody`.
fn unprivileged() -> Option<(u32, u32)> {
    let id = |what: &str, account: Option<&str>| {
        let output = Command::new("id").arg(what).args(account).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse::<u32>().ok()
    };
    if id("-u", None) != Some(0) {
        return None;
    }
    let of = |account: &str| Some((id("-u", Some(account))?, id("-g", Some(account))?));
    Some(of("postgres").or_else(|| of("nobody")).expect("an account that is not root's"))
}
