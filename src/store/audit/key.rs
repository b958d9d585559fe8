//! The key that seals the audit trail. It lies in a file outside the database, so that whoever can change the
//! database alone cannot make a changed entry look whole.
//!
//! The first use of a database makes the file, readable by its owner only. From then on the database knows the key by a
//! mark: a missing key is never made anew in silence, and another one is told from the right one. Without the right key
//! nothing is written at all, because an entry that cannot be sealed could be changed unseen.

use super::super::error::StoreError;
use super::super::funnel::{Cells, FromCells, Look, WriteTx, args, statements};
use super::super::key_file;
use super::super::migrate::Store;
use crate::domain::clock::Instant;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretBox};
use sha2::Sha256;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Bytes of a key, of a hash and of a seal.
pub(in crate::store) use super::super::key_file::LENGTH;

statements! {
    MARK = "SELECT key_mark FROM t_account_audit_head WHERE chain = 'accounts'";
    CHANGE_MARK = "UPDATE t_account_audit_head SET key_mark = $1 WHERE chain = 'accounts' RETURNING seq";
    SET_MARK = "UPDATE t_account_audit_head SET key_mark = $1 WHERE chain = 'accounts' AND key_mark IS NULL RETURNING seq";
}

/// Why nothing can be sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyTrouble {
    /// The plant has a key, and its file is not there.
    #[error(
        "the audit key {0} is missing, and nothing is saved without it: put the file back from where its copy is kept, or \
         name it with --audit-key; where it is lost, `kpi-ops doctor --new-trail` begins the audit trail anew"
    )]
    Missing(PathBuf),
    /// The file holds another key than the one this plant's trail is sealed with.
    #[error(
        "the audit key {0} is not the one of this database, and nothing is saved with another: name the right file with \
         --audit-key; where it is lost, `kpi-ops doctor --new-trail` begins the audit trail anew"
    )]
    Other(PathBuf),
    /// The file holds no key, or cannot be read or made.
    #[error("the audit key {path} cannot be used: {why}; name another file with --audit-key")]
    Unusable {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// Nobody said where the key of a server's plant is.
    #[error("the audit key is not named; give its file with --audit-key")]
    NotNamed,
}

/// The key of a plant's audit trail.
#[derive(Debug)]
pub(in crate::store) struct AuditKey(SecretBox<[u8; LENGTH]>);

impl AuditKey {
    /// What its hashes and seals are made with.
    pub(super) fn mac(&self) -> Result<Hmac<Sha256>, StoreError> {
        Hmac::new_from_slice(self.0.expose_secret()).map_err(|error| StoreError::Driver(error.to_string()))
    }

    /// What the database knows it by, which tells nothing of it.
    fn mark(&self) -> Result<Vec<u8>, StoreError> {
        Ok(self.mac()?.chain_update(b"kpi-ops audit key").finalize().into_bytes().to_vec())
    }

    /// Reads a key file; none where there is no file.
    fn read(path: &Path) -> Result<Option<Self>, KeyTrouble> {
        let key = key_file::read(path);
        Ok(key.map_err(|why| KeyTrouble::Unusable { path: path.to_path_buf(), why })?.map(Self))
    }

    /// Makes a key file for its owner alone. Where somebody else has just made it, theirs stays.
    fn make(path: &Path) -> Result<(), KeyTrouble> {
        let unusable = |error: &dyn std::fmt::Display| KeyTrouble::Unusable {
            path: path.to_path_buf(),
            why: format!("it cannot be made: {error}"),
        };
        let mut random = Zeroizing::new([0_u8; LENGTH]);
        getrandom::fill(random.as_mut()).map_err(|error| unusable(&error))?;
        let mut text = Zeroizing::new(String::with_capacity(LENGTH * 2 + 1));
        for byte in random.iter() {
            for half in [byte >> 4, byte & 15] {
                text.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
            }
        }
        text.push('\n');
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // Written whole under another name first, so that nobody ever reads half a key; it is for its owner alone.
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|error| unusable(&error))?;
        file.write_all(text.as_bytes()).map_err(|error| unusable(&error))?;
        file.as_file().sync_all().map_err(|error| unusable(&error))?;
        match file.persist_noclobber(path) {
            Err(error) if error.error.kind() != ErrorKind::AlreadyExists => Err(unusable(&error.error)),
            _ => Ok(()),
        }
    }
}

struct Mark(Option<Vec<u8>>);

impl FromCells for Mark {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self(cells.bytes_opt()?))
    }
}

impl Store {
    /// The key of this plant's trail, or why there is none. The first use of a database makes it.
    pub(in crate::store) async fn open_key(&self) -> Result<Result<AuditKey, KeyTrouble>, StoreError> {
        let path = self.key_path();
        if path.file_name().is_some_and(|name| name == ".audit-key") {
            return Ok(Err(KeyTrouble::NotNamed));
        }
        let Mark(known) = self.look().await?.one(MARK, args![]).await?;
        let found = match (AuditKey::read(path), &known) {
            (Ok(None), None) => AuditKey::make(path).and_then(|()| AuditKey::read(path)),
            (found, _) => found,
        };
        let key = match found {
            Err(trouble) => return Ok(Err(trouble)),
            Ok(None) => return Ok(Err(KeyTrouble::Missing(path.to_path_buf()))),
            Ok(Some(key)) => key,
        };
        let mark = key.mark()?;
        let known = match known {
            Some(known) => known,
            None => self.mark_key(&mark).await?,
        };
        Ok(if known == mark { Ok(key) } else { Err(KeyTrouble::Other(path.to_path_buf())) })
    }

    /// The key that the trail is sealed with once it is begun anew: the one of the file, made where there is none. Says
    /// whether it is another one than so far.
    pub(super) async fn key_from_now_on(&self) -> Result<(AuditKey, bool), StoreError> {
        let path = self.key_path();
        if AuditKey::read(path)?.is_none() {
            AuditKey::make(path)?;
        }
        let key = AuditKey::read(path)?.ok_or_else(|| KeyTrouble::Missing(path.to_path_buf()))?;
        let Mark(known) = self.look().await?.one(MARK, args![]).await?;
        let is_other = known != Some(key.mark()?);
        Ok((key, is_other))
    }

    /// Has the database know a key; gives the one it knows, which may be somebody else's who was faster.
    async fn mark_key(&self, mark: &[u8]) -> Result<Vec<u8>, StoreError> {
        let mut tx = self.door("system", Instant(0)).await?;
        tx.run(SET_MARK, args![mark.to_vec()]).await?;
        let Mark(known) = tx.one(MARK, args![]).await?;
        tx.commit().await?;
        Ok(known.unwrap_or_default())
    }
}

impl WriteTx {
    /// Has the database know another key.
    pub(super) async fn change_mark(&mut self, key: &AuditKey) -> Result<(), StoreError> {
        let mark = key.mark()?;
        self.run(CHANGE_MARK, args![mark]).await.map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_is_its_owners_alone_and_holds_what_was_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plant.db.audit-key");
        assert!(AuditKey::read(&path).unwrap().is_none());
        AuditKey::make(&path).unwrap();
        let first = AuditKey::read(&path).unwrap().unwrap();
        AuditKey::make(&path).unwrap();
        let second = AuditKey::read(&path).unwrap().unwrap();
        assert_eq!(first.mark().unwrap(), second.mark().unwrap(), "a key that is there stays");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        let shown = format!("{first:?}");
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!shown.contains(text.trim()) && shown.contains("REDACTED"), "{shown}");
    }

    #[test]
    fn a_file_that_holds_no_key_is_refused_with_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("k");
        for text in ["", "abc", &"g".repeat(64), &"a".repeat(66), &"é".repeat(32)] {
            std::fs::write(&path, text).unwrap();
            let error = AuditKey::read(&path).unwrap_err().to_string();
            assert!(error.contains(&path.display().to_string()) && error.contains("64 hexadecimal digits"), "{error}");
        }
    }
}
