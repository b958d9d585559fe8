//! `kpi-ops backup` and `kpi-ops restore`: a whole copy of a plant's database, and its way back.
//!
//! A copy is made beside its place, opened again and looked at like any plant, sealed where a key is given, and takes its
//! name last: a file with the name of a backup is a whole one. They are for whoever keeps the machine, so they take no
//! login.

use super::clock::Clock;
use super::doctor::Finding;
use super::login::Plant;
use super::problem::Problem;
use crate::store::backup::{self, BackupKey, Copy, Exclusive, Schema};
use crate::store::{DatabaseUrl, Prepared, Store, StoreError};
use std::fs::File;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// What folders begin with in which a copy is made; one that stays was left by a program that was ended.
pub(super) const WORKSPACE: &str = ".kpi-ops-copy-";

/// What a backup, or putting one back, is asked with.
#[derive(Debug)]
pub struct BackupRequest<'a> {
    /// The database that is copied, or becomes what the backup was.
    pub database: &'a DatabaseUrl,
    /// A server's database as the role that may do it: for a backup one that reads all rows, else its owner.
    pub privileged: Option<&'a DatabaseUrl>,
    /// The file of the audit key, where it is not beside the database.
    pub audit_key: Option<&'a Path>,
    /// The backup.
    pub file: &'a Path,
    /// The key that seals it.
    pub key_file: Option<&'a Path>,
    /// Whether what is there already is replaced: the file, or a database that holds something.
    pub force: bool,
}

/// A backup that was made.
#[derive(Debug)]
pub struct BackedUp {
    /// Bytes of the file.
    pub bytes: u64,
    /// Clients in it.
    pub clients: i64,
    /// Rows in it.
    pub rows: i64,
    /// Whether it is sealed.
    pub is_sealed: bool,
    /// The file of the audit key, which has to be kept as well and elsewhere.
    pub audit_key: PathBuf,
    /// What is wrong with the database, and so with its copy.
    pub findings: Vec<Finding>,
}

/// How putting a backup back ended.
#[derive(Debug)]
pub enum Restored {
    /// The database is what the backup was.
    Done {
        /// Clients in it.
        clients: i64,
        /// Rows in it.
        rows: i64,
        /// The file that was there before, under its new name.
        before: Option<PathBuf>,
        /// What is wrong with it.
        findings: Vec<Finding>,
    },
    /// A server's role has to be made first, by somebody who may.
    RoleIsMissing {
        /// What they have to run.
        statements: Vec<String>,
    },
}

impl Plant {
    /// Makes a backup while others go on writing.
    pub async fn back_up(request: &BackupRequest<'_>, clock: &Clock) -> Result<BackedUp, Problem> {
        must_be_free(request.file, request.force)?;
        let key = request.key_file.map(BackupKey::read).transpose()?;
        // What is not sealed yet stays where the database is.
        let home = match (&key, request.database.path()) {
            (None, _) => folder_of(request.file),
            (Some(_), Some(database)) => folder_of(database),
            (Some(_), None) => folder_of(&Store::key_path_of(request.database, request.audit_key)),
        };
        let workspace = workspace(&home)?;
        let copy = workspace.path().join("copy.db");
        let held = backup::copy(request.database, request.privileged, &copy).await?;
        let audit_key = Store::key_path_of(request.database, request.audit_key);
        let mut findings = lacking(&copy, &held).await?;
        let look = must_be_whole(&copy, request.file).await?;
        findings.extend(look_at(&copy, &look, &audit_key, clock).await?);
        let bytes = finish(&copy, request.file, key.as_ref(), request.force)?;
        let done =
            BackedUp { bytes, clients: look.clients, rows: look.rows, is_sealed: key.is_some(), audit_key, findings };
        if look.schema == Schema::Current {
            remember(request, clock).await;
        }
        Ok(done)
    }

    /// Puts a backup back: the database is whole afterwards, or what it was before.
    pub async fn restore(request: &BackupRequest<'_>, clock: &Clock) -> Result<Restored, Problem> {
        let audit_key = Store::key_path_of(request.database, request.audit_key);
        let home = folder_of(request.database.path().unwrap_or(&audit_key));
        let workspace = workspace(&home)?;
        let copy = workspace.path().join("copy.db");
        unpack(request, &copy)?;
        let look = must_be_whole(&copy, request.file).await?;
        if look.schema == Schema::Newer {
            return Err(StoreError::NewerSchema(request.file.to_path_buf()).into());
        }
        // Opening it brings it up to date.
        let findings = look_at(&copy, &Copy { schema: Schema::Current, ..look.clone() }, &audit_key, clock).await?;
        let before = match (request.database.path(), request.privileged) {
            (Some(path), _) => {
                let place = Exclusive::take(path, request.force).await?;
                own_alone(&copy)?;
                place.place(&copy, clock.now()).await?.before
            }
            (None, Some(owner)) => {
                if let Prepared::RoleIsMissing { statements } = Self::prepare(owner, request.database).await? {
                    return Ok(Restored::RoleIsMissing { statements });
                }
                backup::put_back(&copy, owner, request.database, request.force).await?;
                None
            }
            (None, None) => {
                return Err(Problem::reject(
                    "owner-database",
                    "a server's database is restored by its owner",
                    "name the owner with --owner-database URL",
                ));
            }
        };
        Ok(Restored::Done { clients: look.clients, rows: look.rows, before, findings })
    }
}

/// The folder that a file is in.
fn folder_of(file: &Path) -> PathBuf {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_path_buf()
}

/// A folder for this account alone, gone with its value.
fn workspace(home: &Path) -> Result<TempDir, Problem> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(WORKSPACE);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir_in(home).map_err(|error| cannot_write(home, &error))
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Problem {
    if error.kind() == std::io::ErrorKind::StorageFull {
        return StoreError::Full.into();
    }
    Problem::File(format!("cannot write {}: {error}", path.display()))
}

fn must_be_free(file: &Path, force: bool) -> Result<(), Problem> {
    if file.is_dir() {
        return Err(Problem::File(format!("cannot write {}: it is a folder; name a file", file.display())));
    }
    if file.exists() && !force {
        let shown = file.display();
        return Err(Problem::File(format!("{shown} is there already; name another file, or replace it with --force")));
    }
    Ok(())
}

/// What was saved before the copy was begun and is not in it.
async fn lacking(copy: &Path, held: &backup::Held) -> Result<Vec<Finding>, Problem> {
    let lacks = Copy::lacks(copy, held).await?.into_iter();
    Ok(lacks
        .map(|what| Finding::lasting(what, "make the backup again, and look at the database with `kpi-ops doctor`"))
        .collect())
}

/// A copy that cannot be read as a whole is none.
async fn must_be_whole(copy: &Path, file: &Path) -> Result<Copy, Problem> {
    // What is no database is named as the person named it.
    let look = match Copy::look(copy).await {
        Err(StoreError::NotADatabase(_)) => return Err(StoreError::NotADatabase(file.to_path_buf()).into()),
        look => look?,
    };
    let Some(first) = look.damage.first() else { return Ok(look) };
    Err(StoreError::FileRefused {
        path: file.to_path_buf(),
        why: format!("the copy is damaged: {first}"),
        try_this: "look at the database with `kpi-ops doctor`, and keep the backups that there are".into(),
    }
    .into())
}

/// Everything that is wrong with a copy as a plant. One with an older schema is left as it is and not looked at.
async fn look_at(copy: &Path, look: &Copy, audit_key: &Path, clock: &Clock) -> Result<Vec<Finding>, Problem> {
    if look.schema != Schema::Current {
        return Ok(Vec::new());
    }
    let plant = Plant::open_with_key(&DatabaseUrl::file(copy), Some(audit_key), clock.clone()).await?;
    let found = plant.doctor_of_database().await;
    plant.close().await;
    found
}

/// Writes the file under a name of its own, and gives it its name last.
fn finish(copy: &Path, file: &Path, key: Option<&BackupKey>, force: bool) -> Result<u64, Problem> {
    let plain = std::fs::metadata(copy).map_err(|error| cannot_write(copy, &error))?.len();
    let Some(key) = key else {
        own_alone(copy)?;
        sync(copy)?;
        must_be_free(file, force)?;
        std::fs::rename(copy, file).map_err(|error| cannot_write(file, &error))?;
        sync(&folder_of(file))?;
        return Ok(plain);
    };
    let folder = folder_of(file);
    let mut sealed = tempfile::Builder::new()
        .prefix(WORKSPACE)
        .tempfile_in(&folder)
        .map_err(|error| cannot_write(&folder, &error))?;
    backup::seal(copy, sealed.as_file_mut(), key)?;
    sealed.as_file().sync_all().map_err(|error| cannot_write(file, &error))?;
    // Read back: what the key opens is what was put in.
    if backup::open(sealed.path(), &mut std::io::sink(), key)? != plain {
        return Err(Problem::File(format!("cannot write {}: what was written is not what is there", file.display())));
    }
    let bytes = sealed.as_file().metadata().map_err(|error| cannot_write(file, &error))?.len();
    must_be_free(file, force)?;
    sealed.persist(file).map_err(|error| cannot_write(file, &error.error))?;
    sync(&folder)?;
    Ok(bytes)
}

/// Nobody but the account that runs this reads or writes it.
fn own_alone(file: &Path) -> Result<(), Problem> {
    #[cfg(unix)]
    {
        let own = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(file, own).map_err(|error| cannot_write(file, &error))?;
    }
    Ok(())
}

fn sync(path: &Path) -> Result<(), Problem> {
    File::open(path).and_then(|file| file.sync_all()).map_err(|error| cannot_write(path, &error))
}

/// The plain copy of a backup.
fn unpack(request: &BackupRequest<'_>, copy: &Path) -> Result<(), Problem> {
    let unreadable = |error: std::io::Error| Problem::File(format!("cannot read {}: {error}", request.file.display()));
    let is_sealed = backup::is_sealed(request.file).map_err(unreadable)?;
    let mut to = File::create(copy).map_err(|error| cannot_write(copy, &error))?;
    match (is_sealed, request.key_file) {
        (true, None) => {
            return Err(Problem::reject("key-file", "this backup is sealed", "name its key with --key-file FILE"));
        }
        (true, Some(key)) => {
            backup::open(request.file, &mut to, &BackupKey::read(key)?)?;
        }
        (false, _) => {
            let mut from = File::open(request.file).map_err(unreadable)?;
            std::io::copy(&mut from, &mut to).map_err(|error| cannot_write(copy, &error))?;
        }
    }
    to.sync_all().map_err(|error| cannot_write(copy, &error))
}

/// Has the database know of its backup. One that cannot be written to has one all the same.
async fn remember(request: &BackupRequest<'_>, clock: &Clock) {
    let remembered = async {
        let store = Store::open_with_key(request.database, request.audit_key).await?;
        let done = store.remember_backup(request.file, clock.now()).await;
        store.close().await;
        done
    };
    if let Err(error) = remembered.await {
        tracing::warn!(%error, "the database does not know of its backup");
    }
}
