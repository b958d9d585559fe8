//! How a row of the local file is sealed: XChaCha20-Poly1305 with a random nonce, bound to its kind, its key and its
//! owner, so that a row that was changed, swapped or moved does not open.

use super::Kind;
use super::secret::LocalSecret;
use crate::domain::id::UserId;
use crate::store::error::StoreError;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Bytes of a key and of a mark.
const LENGTH: usize = 32;
/// Bytes of a nonce: so many that random ones never meet.
const NONCE: usize = 24;

/// One person's key at one database, and the mark of what is theirs.
pub(super) struct Seal {
    cipher: XChaCha20Poly1305,
    owner: [u8; LENGTH],
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Seal([REDACTED])")
    }
}

impl Seal {
    /// The seal of a person at a database. The secret is known to nobody else, so neither are the key and the mark.
    pub(super) fn of(secret: &LocalSecret, database: &str, user: UserId) -> Result<Self, StoreError> {
        let derived = |purpose: &str| -> Result<Zeroizing<[u8; LENGTH]>, StoreError> {
            let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(secret.bytes()).map_err(unusable)?;
            for part in [purpose.as_bytes(), user.0.as_bytes(), database.as_bytes()] {
                mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
                mac.update(part);
            }
            Ok(Zeroizing::new(mac.finalize().into_bytes().into()))
        };
        let key = derived("kpi-ops local key")?;
        let cipher = XChaCha20Poly1305::new_from_slice(key.as_ref()).map_err(unusable)?;
        Ok(Self { cipher, owner: *derived("kpi-ops local owner")? })
    }

    /// The mark of what is the person's.
    pub(super) const fn owner(&self) -> &[u8; LENGTH] {
        &self.owner
    }

    /// Seals a text: the nonce, and behind it what nobody else can read.
    pub(super) fn close(&self, kind: Kind, id: Uuid, text: &str) -> Result<Vec<u8>, StoreError> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(unusable)?;
        let payload = Payload { msg: text.as_bytes(), aad: &self.bound_to(kind, id) };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload).map_err(unusable)?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// Opens what was sealed as this kind under this key; none where it was not.
    pub(super) fn open(&self, kind: Kind, id: Uuid, sealed: &[u8]) -> Option<Zeroizing<String>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: sealed, aad: &self.bound_to(kind, id) };
        let bytes = self.cipher.decrypt(&XNonce::from(*nonce), payload).ok()?;
        String::from_utf8(bytes).ok().map(Zeroizing::new)
    }

    /// What a seal is good for.
    fn bound_to(&self, kind: Kind, id: Uuid) -> Vec<u8> {
        let kind: &[u8] = match kind {
            Kind::Draft => b"draft",
            Kind::Unsent => b"unsent",
        };
        [&self.owner[..], id.as_bytes(), kind].concat()
    }
}

fn unusable(error: impl std::fmt::Display) -> StoreError {
    StoreError::Driver(format!("what this machine keeps cannot be sealed: {error}"))
}
