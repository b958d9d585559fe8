//! What the doctor looks at beside the database: who can read its files, the room on its disk, the clock, the time zones,
//! what was left over, and how old the last backup is.

use super::Finding;
use crate::domain::clock::{Instant, PlantClock, TIME_ZONE_DATA};
use crate::domain::measure::MILLIS_PER_MINUTE;
use crate::service::backup::WORKSPACE;
use crate::service::{Plant, Problem};
use std::path::{Path, PathBuf};

/// Clocks that differ by less are as good as equal.
const SLACK: i64 = MILLIS_PER_MINUTE;
/// No machine that runs this program was set right before 2026-01-01.
const EARLIEST: Instant = Instant(1_767_225_600_000);
/// Less room than this is little on any disk.
const LEAST_ROOM: u64 = 256 * 1024 * 1024;
/// Days after which a backup is old.
const OLD_BACKUP: i64 = 7;
/// Days for which the file that a restore put aside is worth its room.
const OLD_FILE: u64 = 30;
const DAY: i64 = 24 * 60 * MILLIS_PER_MINUTE;

/// What is so, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineLook {
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// The release of the time-zone data in the program.
    pub time_zone_data: &'static str,
    /// When the last backup was made, if the database knows of one.
    pub last_backup: Option<Instant>,
    /// Bytes that are free on the disk of a database file.
    pub free_bytes: Option<u64>,
}

impl Plant {
    /// Looks at the machine around the database, whose settings are in a file.
    pub async fn doctor_of_machine(&self, settings: &Path) -> Result<MachineLook, Problem> {
        let now = self.clock().now();
        let mut findings = Vec::new();
        let mut free_bytes = None;
        findings.extend(open_file(settings, "the settings"));
        let key_folder = folder_of(self.store().key_path());
        if self.url().path().is_none_or(|file| folder_of(file) != key_folder) {
            findings.extend(open_folder(key_folder, "the audit key"));
        }
        if let Some(local) = self.url().local() {
            for (end, what) in [("", "what terminals keep for people"), ("-wal", "the log of what terminals keep")] {
                findings.extend(open_file(&beside(&local, end), what));
            }
        }
        if let Some(file) = self.url().path() {
            for (end, what) in
                [("", "the database"), ("-wal", "the log of the database"), ("-shm", "the index of the log")]
            {
                findings.extend(open_file(&beside(file, end), what));
            }
            findings.extend(open_folder(folder_of(file), "the database"));
            free_bytes = room(folder_of(file));
            let size = std::fs::metadata(file).map_or(0, |about| about.len());
            findings.extend(free_bytes.and_then(|free| little_room(free, size)));
            findings.extend(leftovers(file));
        }
        findings.extend(wrong_clock(now, self.store().newest_entry().await?));
        if let Some(server) = self.store().server_time().await? {
            findings.extend(other_clock(now, server));
        }
        for (client, zone) in self.store().zones().await? {
            if PlantClock::parse(&zone).is_err() {
                let what = format!(
                    "the time zone {zone} of {client} is not known to the program, whose data is {TIME_ZONE_DATA}"
                );
                findings.push(Finding::lasting(what, "update the program"));
            }
        }
        let last_backup = self.store().last_backup().await?;
        findings.extend(last_backup.and_then(|at| old_backup(now, at)));
        Ok(MachineLook { findings, time_zone_data: TIME_ZONE_DATA, last_backup, free_bytes })
    }
}

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn beside(file: &Path, end: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// What others on the machine may do with a file or folder: the bits of its mode, where every folder above lets them in.
#[cfg(unix)]
fn open_to_others(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| std::fs::metadata(path).map_or(0, |about| about.permissions().mode());
    let Ok(path) = path.canonicalize() else { return 0 };
    let others = mode(&path) & 0o077;
    path.ancestors().skip(1).fold(others, |open, folder| {
        let enters = |bit: u32, all: u32| if mode(folder) & bit == 0 { !all } else { !0 };
        open & enters(0o010, 0o070) & enters(0o001, 0o007)
    })
}

#[cfg(not(unix))]
fn open_to_others(_: &Path) -> u32 {
    0
}

fn open_file(path: &Path, what: &str) -> Option<Finding> {
    let open = open_to_others(path);
    let done = match open {
        0 => return None,
        open if open & 0o022 != 0 => "change",
        _ => "read",
    };
    let shown = path.display();
    Some(Finding::lasting(
        format!("others on this machine can {done} {what} {shown}"),
        format!("run `chmod 600 {shown}`"),
    ))
}

fn open_folder(folder: &Path, what: &str) -> Option<Finding> {
    let done = match open_to_others(folder) {
        0 => return None,
        open if open & 0o022 != 0 => "put files into",
        _ => "look into",
    };
    let shown = folder.display();
    Some(Finding::lasting(
        format!("others on this machine can {done} the folder of {what} {shown}"),
        format!("run `chmod 700 {shown}`, or move {what} into a folder of its own"),
    ))
}

/// Bytes that are free for this account.
fn room(folder: &Path) -> Option<u64> {
    #[cfg(unix)]
    {
        let disk = rustix::fs::statvfs(folder).ok()?;
        Some(disk.f_bavail.saturating_mul(disk.f_frsize))
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        None
    }
}

/// A disk has to take another copy of the database, and what comes in until somebody looks.
fn little_room(free: u64, database: u64) -> Option<Finding> {
    if free >= LEAST_ROOM.max(database) {
        return None;
    }
    let mega = |bytes: u64| bytes / 1_000_000;
    Some(Finding::lasting(
        format!("{} MB are free on the disk of the database, which takes {} MB", mega(free), mega(database)),
        "make room: once the disk is full nothing can be saved until there is some",
    ))
}

fn minutes(millis: i64) -> i64 {
    millis.abs() / MILLIS_PER_MINUTE
}

fn wrong_clock(now: Instant, newest: Instant) -> Option<Finding> {
    const MEND: &str = "set the clock, and have it kept by time synchronisation: `timedatectl set-ntp true`";
    let shown = now.utc().format("%Y-%m-%d %H:%M UTC");
    if now < EARLIEST {
        return Some(Finding::lasting(format!("the clock of this machine says {shown}, which cannot be"), MEND));
    }
    let behind = newest.0 - now.0;
    (behind > SLACK).then(|| {
        let behind = minutes(behind);
        let what = format!("the clock of this machine says {shown}, {behind} min before the newest entry");
        Finding::lasting(what, format!("{MEND}; entries that were made while it was ahead keep their times"))
    })
}

fn other_clock(now: Instant, server: Instant) -> Option<Finding> {
    let ahead = now.0 - server.0;
    (ahead.abs() > SLACK).then(|| {
        let side = if ahead > 0 { "ahead of" } else { "behind" };
        Finding::lasting(
            format!("the clock of this machine is {} min {side} the server's", minutes(ahead)),
            "have both kept by time synchronisation: `timedatectl set-ntp true`",
        )
    })
}

fn old_backup(now: Instant, at: Instant) -> Option<Finding> {
    let days = (now.0 - at.0) / DAY;
    (days > OLD_BACKUP).then(|| {
        Finding::lasting(
            format!("the last backup is {days} days old"),
            "run `kpi-ops backup FILE`, best every night by the system's scheduler",
        )
    })
}

/// What a backup or a restore left beside the database: a copy that was never finished, a file that was put aside.
fn leftovers(file: &Path) -> Vec<Finding> {
    let Ok(entries) = std::fs::read_dir(folder_of(file)) else { return Vec::new() };
    let aside = format!("{}.before-", file.file_name().unwrap_or_default().to_string_lossy());
    let mut found = Vec::new();
    for entry in entries.flatten() {
        let (name, path) = (entry.file_name().to_string_lossy().into_owned(), entry.path());
        let age = entry.metadata().and_then(|about| about.modified()).ok().and_then(|at| at.elapsed().ok());
        let hours = age.map_or(0, |age| age.as_secs() / 3600);
        let shown = path.display();
        if name.starts_with(WORKSPACE) && hours >= 12 {
            let what = format!("a backup or restore was ended before it was done, and left {shown}");
            found.push(Finding::lasting(what, format!("run `rm -r {shown}`; it holds an unsealed copy")));
        } else if name.starts_with(&aside) && hours >= OLD_FILE * 24 {
            let what = format!("{shown} was put aside by a restore {} days ago", hours / 24);
            found.push(Finding::lasting(what, format!("run `rm {shown}` where nobody needs it")));
        }
    }
    found.sort_by(|one, other| one.what.cmp(&other.what));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::clock::Clock;
    use crate::store::DatabaseUrl;
    use rstest::rstest;
    use sqlx::Connection;
    use std::os::unix::fs::PermissionsExt;

    fn set(path: &Path, mode: u32) {
        std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    }

    /// A plant in a folder for its account alone, inside one that others may enter.
    async fn plant(now: Instant) -> (tempfile::TempDir, Plant) {
        let folder = tempfile::tempdir().unwrap();
        set(folder.path(), 0o755);
        let own = folder.path().join("own");
        std::fs::create_dir(&own).unwrap();
        set(&own, 0o700);
        let plant = Plant::open(&DatabaseUrl::file(own.join("plant.db")), Clock::fixed(now)).await.unwrap();
        (folder, plant)
    }

    const NOW: Instant = Instant(1_779_098_400_000);

    async fn told(plant: &Plant, folder: &Path) -> Vec<String> {
        let look = plant.doctor_of_machine(&folder.join("config.toml")).await.unwrap();
        look.findings.into_iter().map(|finding| format!("{} / {}", finding.what, finding.how_to_mend)).collect()
    }

    #[tokio::test]
    async fn files_that_others_can_reach_are_named_with_the_command_that_closes_them() {
        let (folder, plant) = plant(NOW).await;
        let own = folder.path().join("own");
        assert_eq!(told(&plant, folder.path()).await, Vec::<String>::new());
        set(&own.join("plant.db"), 0o644);
        assert_eq!(told(&plant, folder.path()).await, Vec::<String>::new(), "nobody gets to it");
        set(&own, 0o755);
        let found = told(&plant, folder.path()).await;
        assert!(found[0].contains("read the database") && found[0].contains("run `chmod 600"), "{found:?}");
    }

    #[tokio::test]
    async fn open_settings_and_folders_are_found() {
        let (folder, plant) = plant(NOW).await;
        std::fs::write(folder.path().join("config.toml"), "").unwrap();
        set(&folder.path().join("config.toml"), 0o666);
        set(&folder.path().join("own"), 0o711);
        let found = told(&plant, folder.path()).await;
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("can change the settings") && found[0].contains("chmod 600"), "{found:?}");
        assert!(found[1].contains("look into the folder") && found[1].contains("chmod 700"), "{found:?}");
    }

    #[tokio::test]
    async fn the_folder_of_the_audit_key_and_what_terminals_keep_are_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        set(folder.path(), 0o755);
        let [own, keys] = ["own", "keys"].map(|name| folder.path().join(name));
        for path in [&own, &keys] {
            std::fs::create_dir(path).unwrap();
            set(path, 0o700);
        }
        let url = DatabaseUrl::file(own.join("plant.db"));
        let plant = Plant::open_with_key(&url, Some(&keys.join("key")), Clock::fixed(NOW)).await.unwrap();
        assert_eq!(told(&plant, folder.path()).await, Vec::<String>::new());
        set(&keys, 0o777);
        let found = told(&plant, folder.path()).await;
        assert!(found.len() == 1 && found[0].contains("can put files into the folder of the audit key"), "{found:?}");
        assert!(found[0].contains("run `chmod 700 "), "{found:?}");
        set(&keys, 0o700);
        let local = url.local().unwrap();
        std::fs::write(&local, "").unwrap();
        set(&local, 0o644);
        set(&own, 0o711);
        let found = told(&plant, folder.path()).await;
        let named = |what: &str| found.iter().any(|line| line.contains(what) && line.contains("chmod 600"));
        assert!(named("can read what terminals keep for people"), "{found:?}");
    }

    #[rstest]
    #[case(300_000_000, 10_000, None)]
    #[case(200_000_000, 10_000, Some("200 MB are free"))]
    #[case(3_000_000_000, 4_000_000_000, Some("takes 4000 MB"))]
    fn little_room_is_told(#[case] free: u64, #[case] database: u64, #[case] says: Option<&str>) {
        let found = little_room(free, database);
        assert_eq!(found.is_some(), says.is_some());
        assert!(found.is_none_or(|found| found.what.contains(says.unwrap())));
    }

    #[rstest]
    #[case(NOW.0, NOW.0 + SLACK, None)]
    #[case(NOW.0, NOW.0 + 10 * SLACK, Some("10 min before the newest entry"))]
    #[case(5, 0, Some("1970-01-01 00:00 UTC, which cannot be"))]
    fn a_clock_that_went_back_is_told(#[case] now: i64, #[case] newest: i64, #[case] says: Option<&str>) {
        let found = wrong_clock(Instant(now), Instant(newest));
        assert_eq!(found.is_some(), says.is_some());
        assert!(found.is_none_or(|found| found.what.contains(says.unwrap())));
    }

    #[rstest]
    #[case(SLACK, None)]
    #[case(3 * SLACK, Some("3 min ahead of the server's"))]
    #[case(-3 * SLACK, Some("3 min behind the server's"))]
    fn two_clocks_that_differ_are_told(#[case] ahead: i64, #[case] says: Option<&str>) {
        let found = other_clock(Instant(NOW.0 + ahead), NOW);
        assert_eq!(found.is_some(), says.is_some());
        assert!(found.is_none_or(|found| found.what.contains(says.unwrap())));
    }

    #[tokio::test]
    async fn an_old_backup_and_the_entry_of_a_later_day_are_found() {
        let (folder, plant) = plant(NOW).await;
        plant.store().remember_backup(Path::new("/b"), NOW).await.unwrap();
        let look = plant.doctor_of_machine(Path::new("/nowhere")).await.unwrap();
        assert_eq!((look.findings, look.last_backup), (Vec::new(), Some(NOW)));
        plant.clock().advance(8 * 24 * 60);
        let found = told(&plant, folder.path()).await;
        assert!(found.len() == 1 && found[0].contains("8 days old / run `kpi-ops backup"), "{found:?}");
        // Somebody is added now, and then the clock is set back.
        let password = secrecy::SecretString::from("pferde fressen keine gurken");
        plant.create_first_admin("anna", "Anna", &password).await.unwrap();
        plant.clock().advance(-120);
        let found = told(&plant, folder.path()).await;
        assert!(found.iter().any(|line| line.contains("120 min before the newest entry")), "{found:?}");
    }

    #[tokio::test]
    async fn a_zone_that_the_program_does_not_know_is_named() {
        let (folder, plant) = plant(NOW).await;
        let add = "INSERT INTO t_client (client_id, name, time_zone, active, created_by, created_at, updated_by, updated_at, version)
            VALUES ('ACME', 'Acme', 'Mars/Olympus', 1, 'x', 0, 'x', 0, 1)";
        let file = format!("sqlite:{}", folder.path().join("own/plant.db").display());
        let mut file = sqlx::SqliteConnection::connect(&file).await.unwrap();
        sqlx::query(add).execute(&mut file).await.unwrap();
        let found = told(&plant, folder.path()).await;
        assert!(found.len() == 1 && found[0].contains("Mars/Olympus of ACME"), "{found:?}");
    }

    #[tokio::test]
    async fn what_an_ended_backup_left_is_named_once_it_is_old() {
        let (folder, plant) = plant(NOW).await;
        let own = folder.path().join("own");
        let (copy, aside) = (own.join(format!("{WORKSPACE}abc")), own.join("plant.db.before-20260101T000000Z"));
        for (path, days) in [(&copy, 1), (&aside, 31)] {
            let file = std::fs::File::create(path).unwrap();
            assert_eq!(told(&plant, folder.path()).await, Vec::<String>::new(), "a new one may be in use");
            let then = std::time::SystemTime::now() - std::time::Duration::from_secs(days * 86_400);
            file.set_modified(then).unwrap();
            let found = told(&plant, folder.path()).await;
            assert!(found.len() == 1 && found[0].contains(&path.display().to_string()), "{found:?}");
            std::fs::remove_file(path).unwrap();
        }
    }
}
