//! A backup that only its key opens: XChaCha20-Poly1305 over pieces of 64 KiB in the STREAM construction, so that a piece
//! which was changed, left out, moved or cut off is noticed.
//!
//! The file begins with what it is, a salt and the nonce; the key of each file is made from the key of the plant's
//! backups and the salt.

use super::super::error::StoreError;
use super::super::key_file;
use aead_stream::{DecryptorBE32, EncryptorBE32};
use chacha20poly1305::aead::Payload;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretBox};
use sha2::Sha256;
use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::{Path, PathBuf};

const MAGIC: &[u8; 16] = b"kpi-ops sealed 1";
const SALT: usize = 32;
const NONCE: usize = 19;
const PIECE: usize = 64 * 1024;
const TAG: usize = 16;

/// The key of a plant's backups.
#[derive(Debug)]
pub(crate) struct BackupKey {
    key: SecretBox<[u8; key_file::LENGTH]>,
    path: PathBuf,
}

impl BackupKey {
    /// Reads a key file, which must be there.
    pub(crate) fn read(path: &Path) -> Result<Self, StoreError> {
        let refused = |why: &str| StoreError::FileRefused {
            path: path.to_path_buf(),
            why: why.to_owned(),
            try_this: "name the file of the backups' key; `openssl rand -hex 32` makes a new key".into(),
        };
        match key_file::read(path) {
            Ok(Some(key)) => Ok(Self { key, path: path.to_path_buf() }),
            Ok(None) => Err(refused("there is no such key file")),
            Err(why) => Err(refused(&why)),
        }
    }

    /// The cipher's key of the file with this beginning.
    fn of_file(&self, header: &Header) -> Result<chacha20poly1305::Key, StoreError> {
        let mac = Hmac::<Sha256>::new_from_slice(self.key.expose_secret());
        let mac = mac.map_err(|error| StoreError::Driver(error.to_string()))?;
        Ok(mac.chain_update(MAGIC).chain_update(header.salt).finalize().into_bytes())
    }
}

/// How a sealed file begins.
struct Header {
    salt: [u8; SALT],
    nonce: [u8; NONCE],
}

/// Whether a file is a sealed backup.
pub(crate) fn is_sealed(path: &Path) -> std::io::Result<bool> {
    let mut begin = Vec::new();
    File::open(path)?.take(MAGIC.len() as u64).read_to_end(&mut begin)?;
    Ok(begin == MAGIC)
}

/// Seals what `from` holds.
pub(crate) fn seal(from: &Path, to: &mut impl Write, key: &BackupKey) -> Result<(), StoreError> {
    let cannot = |error: std::io::Error| cannot(from, &error);
    let mut header = Header { salt: [0; SALT], nonce: [0; NONCE] };
    let random = getrandom::fill(&mut header.salt).and_then(|()| getrandom::fill(&mut header.nonce));
    random.map_err(|error| StoreError::Driver(error.to_string()))?;
    for part in [&MAGIC[..], &header.salt, &header.nonce] {
        to.write_all(part).map_err(cannot)?;
    }
    let cipher = XChaCha20Poly1305::new(&key.of_file(&header)?);
    let mut encryptor = EncryptorBE32::from_aead(cipher, &header.nonce.into());
    let mut from = BufReader::new(File::open(from).map_err(cannot)?);
    let failed = |_| StoreError::Driver("the backup is too long to be sealed".into());
    let mut piece = next_piece(&mut from, PIECE).map_err(cannot)?;
    loop {
        let next = next_piece(&mut from, PIECE).map_err(cannot)?;
        let payload = Payload { msg: &piece, aad: MAGIC };
        if next.is_empty() {
            return to.write_all(&encryptor.encrypt_last(payload).map_err(failed)?).map_err(cannot);
        }
        to.write_all(&encryptor.encrypt_next(payload).map_err(failed)?).map_err(cannot)?;
        piece = next;
    }
}

/// Writes what a sealed file holds, and says how many bytes that is. Nothing of it may be used before this has returned.
pub(crate) fn open(from: &Path, to: &mut impl Write, key: &BackupKey) -> Result<u64, StoreError> {
    let cannot = |error: std::io::Error| cannot(from, &error);
    let refused = |_| StoreError::FileRefused {
        path: from.to_path_buf(),
        why: format!("the key {} does not open it, or it was changed or cut off", key.path.display()),
        try_this: "name the key it was made with, or take another backup".into(),
    };
    let mut file = BufReader::new(File::open(from).map_err(cannot)?);
    let mut header = Header { salt: [0; SALT], nonce: [0; NONCE] };
    let mut magic = [0; MAGIC.len()];
    for part in [&mut magic[..], &mut header.salt, &mut header.nonce] {
        file.read_exact(part).map_err(|_| refused(chacha20poly1305::Error))?;
    }
    let cipher = XChaCha20Poly1305::new(&key.of_file(&header)?);
    let mut decryptor = DecryptorBE32::from_aead(cipher, &header.nonce.into());
    let mut written = 0;
    let mut piece = next_piece(&mut file, PIECE + TAG).map_err(cannot)?;
    loop {
        let next = next_piece(&mut file, PIECE + TAG).map_err(cannot)?;
        let payload = Payload { msg: &piece, aad: MAGIC };
        if next.is_empty() {
            let plain = decryptor.decrypt_last(payload).map_err(refused)?;
            to.write_all(&plain).map_err(cannot)?;
            return Ok(written + plain.len() as u64);
        }
        let plain = decryptor.decrypt_next(payload).map_err(refused)?;
        to.write_all(&plain).map_err(cannot)?;
        written += plain.len() as u64;
        piece = next;
    }
}

fn next_piece(from: &mut impl Read, size: usize) -> std::io::Result<Vec<u8>> {
    let mut piece = Vec::with_capacity(size);
    from.take(size as u64).read_to_end(&mut piece)?;
    Ok(piece)
}

fn cannot(path: &Path, error: &std::io::Error) -> StoreError {
    if error.kind() == std::io::ErrorKind::StorageFull {
        return StoreError::Full;
    }
    StoreError::FileRefused {
        path: path.to_path_buf(),
        why: error.to_string(),
        try_this: "check the file and the room on the disk".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn key(folder: &Path, digit: &str) -> BackupKey {
        let path = folder.join(format!("key{digit}"));
        std::fs::write(&path, digit.repeat(64)).unwrap();
        BackupKey::read(&path).unwrap()
    }

    fn sealed(folder: &Path, bytes: usize) -> (Vec<u8>, PathBuf) {
        let (plain, path) = (folder.join("plain"), folder.join("sealed"));
        let text: Vec<u8> = (0..bytes).map(|place| u8::try_from(place % 251).unwrap()).collect();
        std::fs::write(&plain, &text).unwrap();
        seal(&plain, &mut File::create(&path).unwrap(), &key(folder, "a")).unwrap();
        (text, path)
    }

    #[rstest]
    #[case(0)]
    #[case(1)]
    #[case(PIECE - 1)]
    #[case(PIECE)]
    #[case(PIECE + 1)]
    #[case(3 * PIECE)]
    fn what_is_sealed_comes_out_again(#[case] bytes: usize) {
        let folder = tempfile::tempdir().unwrap();
        let (text, path) = sealed(folder.path(), bytes);
        assert!(is_sealed(&path).unwrap() && !is_sealed(&folder.path().join("plain")).unwrap());
        let mut back = Vec::new();
        assert_eq!(open(&path, &mut back, &key(folder.path(), "a")).unwrap(), bytes as u64);
        assert_eq!(back, text);
        let other = open(&path, &mut Vec::new(), &key(folder.path(), "b")).unwrap_err().to_string();
        assert!(other.contains("keyb does not open it"), "{other}");
    }

    #[test]
    fn a_changed_cut_or_moved_piece_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let (_, path) = sealed(folder.path(), 3 * PIECE);
        let (whole, key) = (std::fs::read(&path).unwrap(), key(folder.path(), "a"));
        let begin = MAGIC.len() + SALT + NONCE;
        let sealed_piece = PIECE + TAG;
        let mut moved = whole.clone();
        moved[begin..begin + 2 * sealed_piece].rotate_left(sealed_piece);
        let flipped = |place: usize| {
            let mut flipped = whole.clone();
            flipped[place] ^= 1;
            flipped
        };
        for wrong in [
            moved,
            whole[..begin + 2 * sealed_piece].to_vec(),
            whole[..whole.len() - 1].to_vec(),
            whole[..20].to_vec(),
            flipped(begin + 5),
            flipped(MAGIC.len()),
            flipped(begin - 1),
            flipped(whole.len() - 1),
        ] {
            std::fs::write(&path, wrong).unwrap();
            assert!(open(&path, &mut Vec::new(), &key).is_err());
        }
    }

    #[test]
    fn a_key_that_is_not_there_or_none_is_refused_with_what_makes_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        for text in [None, Some("abc")] {
            if let Some(text) = text {
                std::fs::write(&path, text).unwrap();
            }
            let error = BackupKey::read(&path).unwrap_err().to_string();
            assert!(error.contains("openssl rand -hex 32") && error.contains(&path.display().to_string()), "{error}");
        }
    }
}
