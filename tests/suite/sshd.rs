//! The dashboard over SSH: a real sshd on loopback with the configuration that `kpi-ops ssh-config` prints.

use super::plant::{ADMIN_PASSWORD, FloorPlant, PASSWORD, run};
use super::pty::Pty;
use kpi_ops::service::Command;
use portable_pty::PtySize;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command as Process, Output, Stdio};
use std::time::Duration;

const PROGRAM: &str = env!("CARGO_BIN_EXE_kpi-ops");
const SSHD: &str = "/usr/sbin/sshd";

/// A plant behind an sshd of its own.
struct Sshd {
    floor: FloorPlant,
    port: u16,
    account: String,
    daemon: Child,
}

impl Drop for Sshd {
    fn drop(&mut self) {
        self.daemon.kill().ok();
        self.daemon.wait().ok();
    }
}

fn output(program: &str, arguments: &[&str]) -> Output {
    let done = Process::new(program).args(arguments).stdin(Stdio::null()).output();
    done.unwrap_or_else(|error| panic!("{program}: {error}; the tests need OpenSSH: apt-get install openssh-server"))
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

impl Sshd {
    async fn start() -> Self {
        assert!(Path::new(SSHD).exists(), "{SSHD} is missing; the tests need it: apt-get install openssh-server");
        let floor = FloorPlant::new().await;
        let account = String::from_utf8(output("id", &["-un"]).stdout).unwrap().trim().to_owned();
        let folder = floor.test.folder.path().to_owned();
        let host_key = new_key(&folder, "host");
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let database = format!("sqlite:{}", folder.join("plant.db").display());
        let terminals = folder.join("terminals").display().to_string();
        let printed =
            output(PROGRAM, &["--database", &database, "ssh-config", "--account", &account, "--terminals", &terminals]);
        assert!(printed.status.success(), "{}", text(&printed));
        // sshd runs only commands whose whole path is root's, and the log of a test belongs into its own folder.
        let own = format!("/usr/bin/env HOME={} {PROGRAM}", folder.display());
        let printed = String::from_utf8(printed.stdout).unwrap().replace(PROGRAM, &own);
        // A careless sshd that lets every variable in: the program must not believe them.
        let config = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {}\nPidFile none\nUsePAM no\nStrictModes no\n\
             AcceptEnv *\nSubsystem sftp internal-sftp\n{printed}\n",
            host_key.display()
        );
        let path = folder.join("sshd_config");
        std::fs::write(&path, config).unwrap();
        if account == "root" {
            std::fs::create_dir_all("/run/sshd").unwrap();
        }
        let checked = output(SSHD, &["-t", "-f", path.to_str().unwrap()]);
        assert!(checked.status.success(), "{}", text(&checked));
        let daemon = Process::new(SSHD)
            .args(["-D", "-e", "-f", path.to_str().unwrap()])
            .stdin(Stdio::null())
            .stderr(std::fs::File::create(folder.join("sshd.log")).unwrap())
            .spawn()
            .unwrap();
        let sshd = Self { floor, port, account, daemon };
        for _ in 0..200 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return sshd;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("sshd does not answer: {}", sshd.log());
    }

    fn folder(&self) -> &Path {
        self.floor.test.folder.path()
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder().join("sshd.log")).unwrap_or_default()
    }

    /// A new key of a person's account.
    async fn key_of(&self, login: &str) -> PathBuf {
        let key = new_key(self.folder(), login);
        let line = std::fs::read_to_string(key.with_extension("pub")).unwrap();
        run(&self.floor.admin, Command::AddSshKey { login: login.into(), key: line }).await;
        key
    }

    fn arguments(&self, key: &Path, more: &[&str]) -> Vec<String> {
        let fixed = [
            "-F",
            "none",
            "-o",
            "StrictHostKeyChecking=no",
            "-o",
            "UserKnownHostsFile=/dev/null",
            "-o",
            "IdentitiesOnly=yes",
            "-o",
            "BatchMode=yes",
            "-o",
            "LogLevel=ERROR",
            "-o",
            "SendEnv=*",
            "-i",
        ];
        let mut all: Vec<String> = fixed.map(str::to_owned).to_vec();
        all.push(key.display().to_string());
        all.extend(["-p".to_owned(), self.port.to_string()]);
        all.extend(more.iter().map(|&argument| argument.to_owned()));
        all.push(format!("{}@127.0.0.1", self.account));
        all
    }

    /// Somebody at a terminal who connects with a key, sends variables, and may name a command.
    fn connect(&self, key: &Path, environment: &[(&str, &str)], command: Option<&str>) -> Pty {
        let mut arguments = self.arguments(key, &["-tt"]);
        arguments.extend(command.map(str::to_owned));
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        Pty::start(Path::new("/usr/bin/ssh"), &arguments, environment, (80, 24))
    }

    /// The same without a terminal.
    fn call(&self, key: &Path, more: &[&str], command: &[&str]) -> Output {
        let mut arguments = self.arguments(key, more);
        arguments.extend(command.iter().map(|&word| word.to_owned()));
        Process::new("/usr/bin/ssh").args(&arguments).stdin(Stdio::null()).output().unwrap()
    }
}

fn new_key(folder: &Path, name: &str) -> PathBuf {
    let key = folder.join(format!("key-{name}"));
    let made = output("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", key.to_str().unwrap()]);
    assert!(made.status.success(), "{}", text(&made));
    key
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_names_its_person_who_types_only_the_password_and_nothing_else_comes_in_with_it() {
    let sshd = Sshd::start().await;
    let olga = sshd.key_of("olga").await;
    let elsewhere = format!("sqlite:{}", sshd.folder().join("elsewhere.db").display());
    let sent = [
        ("KPI_OPS_DATABASE", elsewhere.as_str()),
        ("KPI_OPS_USER", "anna"),
        ("KPI_OPS_PASSWORD", ADMIN_PASSWORD),
        ("KPI_OPS_AUDIT_KEY", "/dev/null"),
        ("SSH_ORIGINAL_COMMAND", "sh"),
        ("XDG_CONFIG_HOME", "/tmp"),
    ];
    let mut pty = sshd.connect(&olga, &sent, Some("sh -c 'cat /etc/passwd'"));
    pty.shows("your SSH key says that you are olga (olga)");
    assert!(!pty.text().contains("Login"), "{}", pty.text());
    pty.types(&format!("{PASSWORD}\r")).shows("welcome, olga");
    pty.types("2").shows("Counts").types("n").shows("Log a count").types("240\r").shows("✓ 240 units");
    pty.master.resize(PtySize { rows: 40, cols: 120, pixel_width: 0, pixel_height: 0 }).unwrap();
    pty.screen.screen_mut().set_size(40.try_into().unwrap(), 120.try_into().unwrap());
    pty.until("the footer is not on the last line", |text| {
        text.lines().nth(39).is_some_and(|line| line.contains("Help"))
    });
    // The key is one person's, so nobody comes after them: the link ends.
    pty.types("Q");
    let (code, written) = pty.ends();
    assert_eq!(code, 0, "{written}");
    assert!(!written.contains("root:"), "the command that was sent ran: {written}");
    assert!(!sshd.folder().join("elsewhere.db").exists());
    assert_eq!(sshd.floor.number("SELECT sum(units) FROM t_production_entry").await, 240);
    let terminal = "SELECT count(*) FROM t_account_audit_entry WHERE action = 'login' AND subject = 'olga' AND after LIKE '%ssh 127.0.0.1%'";
    assert_eq!(sshd.floor.number(terminal).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_alone_is_enough_where_the_account_allows_it_but_never_for_administration() {
    let sshd = Sshd::start().await;
    let anna = sshd.key_of("anna").await;
    run(&sshd.floor.admin, Command::SetSshKeyAlone { login: "anna".into(), alone: true }).await;
    let mut pty = sshd.connect(&anna, &[], None);
    pty.shows("welcome, Anna Admin");
    pty.types("9").shows("Clients").types("n").shows("Add a client").types("NEW\rNew one\r\r");
    pty.shows("password").types(&format!("{ADMIN_PASSWORD}\r")).shows("✓ client NEW added");
    pty.types("q");
    assert_eq!(pty.ends().0, 0);

    run(&sshd.floor.admin, Command::SetSshKeyAlone { login: "anna".into(), alone: false }).await;
    let mut pty = sshd.connect(&anna, &[], None);
    pty.shows("your SSH key says that you are Anna Admin (anna)");
    pty.types(&format!("{ADMIN_PASSWORD}\r")).came_in();
    assert_eq!(sshd.floor.number("SELECT count(*) FROM t_account_audit_entry WHERE action = 'ssh_key_alone'").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminals_own_key_is_no_persons_and_its_people_log_in_with_a_name() {
    let sshd = Sshd::start().await;
    let terminal = new_key(sshd.folder(), "terminal");
    let line = std::fs::read_to_string(terminal.with_extension("pub")).unwrap();
    std::fs::write(sshd.folder().join("terminals"), format!("restrict,pty {line}")).unwrap();
    let mut pty = sshd.connect(&terminal, &[], None);
    pty.logs_in("olga", PASSWORD).types("Q").logs_in("luis", PASSWORD).types("q");
    assert_eq!(pty.ends().0, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_nobody_of_somebody_disabled_or_taken_away_opens_nothing() {
    let sshd = Sshd::start().await;
    let stranger = new_key(sshd.folder(), "stranger");
    let olga = sshd.key_of("olga").await;
    let luis = sshd.key_of("luis").await;
    run(&sshd.floor.admin, Command::SetUserActive { login: "olga".into(), active: false }).await;
    let fingerprint = sshd.floor.admin.ssh_keys("luis").await.unwrap().remove(0).fingerprint;
    run(&sshd.floor.admin, Command::RemoveSshKey { login: "luis".into(), fingerprint }).await;
    for key in [stranger, olga, luis] {
        let refused = sshd.call(&key, &["-tt"], &[]);
        assert_eq!(refused.status.code(), Some(255));
        assert!(text(&refused).contains("Permission denied (publickey)"), "{}", text(&refused));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_the_dashboard_is_reached() {
    let sshd = Sshd::start().await;
    let olga = sshd.key_of("olga").await;
    // A command without a terminal; a file transfer, whose words of refusal SSH does not carry.
    let command = sshd.call(&olga, &[], &["id"]);
    assert_eq!(command.status.code(), Some(2), "{}", text(&command));
    assert!(text(&command).contains("the dashboard needs a terminal"), "{}", text(&command));
    let transfer = sshd.call(&olga, &["-s"], &["sftp"]);
    assert_eq!(transfer.status.code(), Some(2), "{}", text(&transfer));
    // A way through to another port. Its input stays open, so that the program waits for the answer.
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    other.set_nonblocking(true).unwrap();
    let through = other.local_addr().unwrap().to_string();
    let mut way = Process::new("/usr/bin/ssh")
        .args(sshd.arguments(&olga, &["-W", &through]))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let input = way.stdin.take();
    let ended = way.wait().unwrap();
    drop(input);
    assert!(!ended.success());
    assert!(other.accept().is_err(), "the connection went through");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_link_ends_the_program_on_the_machine_and_what_was_typed_is_found_again() {
    let sshd = Sshd::start().await;
    let olga = sshd.key_of("olga").await;
    let mut pty = sshd.connect(&olga, &[], None);
    pty.shows("your SSH key").types(&format!("{PASSWORD}\r")).shows("welcome, olga");
    pty.types("2n").shows("Log a count").types("77").shows("77");
    let mine = |process: &str| process.contains("--ssh") && process.contains(sshd.folder().to_str().unwrap());
    assert!(processes().iter().any(|process| mine(process)));
    pty.signal("-KILL");
    for round in 0.. {
        if !processes().iter().any(|process| mine(process)) {
            break;
        }
        assert!(round < 200, "the program goes on without anybody: {:?}", processes());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    // Somebody else who comes next is told nothing; olga finds what she had typed.
    let rosa = sshd.key_of("rosa").await;
    let mut pty = sshd.connect(&rosa, &[], None);
    pty.shows("your SSH key").types(&format!("{PASSWORD}\r")).shows("welcome, rosa");
    pty.types("D").shows("nothing is kept here").types("q").ends();
    let mut pty = sshd.connect(&olga, &[], None);
    pty.shows("your SSH key").types(&format!("{PASSWORD}\r")).shows("a draft of Log a count").shows("1 draft");
    pty.types("D").shows("Log a count").shows("77").types("\r").shows("77 units");
    assert_eq!(sshd.floor.number("SELECT count(*) FROM t_production_entry WHERE units = 77").await, 1);
}

/// The command lines of all processes.
fn processes() -> Vec<String> {
    let folders = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let lines = folders.filter_map(|folder| std::fs::read(folder.path().join("cmdline")).ok());
    lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " ")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_people_come_in_at_once() {
    const PEOPLE: usize = 50;
    let sshd = Sshd::start().await;
    let olga = sshd.key_of("olga").await;
    run(&sshd.floor.admin, Command::SetSshKeyAlone { login: "olga".into(), alone: true }).await;
    let mut people: Vec<_> = (0..PEOPLE).map(|_| sshd.connect(&olga, &[], None)).collect();
    for pty in &mut people {
        pty.shows("welcome, olga");
    }
    for pty in &mut people {
        pty.types("q");
    }
    for pty in &mut people {
        assert_eq!(pty.ends().0, 0);
    }
    let logins = "SELECT count(*) FROM t_account_audit_entry WHERE action = 'login' AND subject = 'olga'";
    assert_eq!(sshd.floor.number(logins).await, i64::try_from(PEOPLE).unwrap());
}
