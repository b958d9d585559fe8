//! What a server keeps of a password: made here, so that the password itself never stands in a statement or a log.

use crate::store::error::StoreError;
use base64ct::{Base64, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// Rounds of hashing, as many as the server itself takes.
const ROUNDS: u32 = 4096;

/// The SCRAM-SHA-256 verifier of a password (RFC 5803), as `CREATE ROLE … PASSWORD` takes it.
pub(super) fn verifier(password: &str) -> Result<String, StoreError> {
    let mut salt = [0_u8; 16];
    getrandom::fill(&mut salt).map_err(|error| StoreError::Driver(error.to_string()))?;
    salted(password, &salt)
}

fn salted(password: &str, salt: &[u8]) -> Result<String, StoreError> {
    let password: Zeroizing<String> = Zeroizing::new(password.nfkc().collect());
    let salted = stretched(password.as_bytes(), salt)?;
    let client_key = Zeroizing::new(mac(&*salted, &[b"Client Key"])?);
    let server_key = mac(&*salted, &[b"Server Key"])?;
    let stored_key = Sha256::digest(*client_key);
    Ok(format!(
        "SCRAM-SHA-256${ROUNDS}:{}${}:{}",
        Base64::encode_string(salt),
        Base64::encode_string(&stored_key),
        Base64::encode_string(&server_key)
    ))
}

/// PBKDF2 with one block.
fn stretched(password: &[u8], salt: &[u8]) -> Result<Zeroizing<[u8; 32]>, StoreError> {
    let mut round = mac(password, &[salt, &1_u32.to_be_bytes()])?;
    let mut result = Zeroizing::new(round);
    for _ in 1..ROUNDS {
        round = mac(password, &[&round])?;
        result.iter_mut().zip(round).for_each(|(sum, byte)| *sum ^= byte);
    }
    Ok(result)
}

fn mac(key: &[u8], parts: &[&[u8]]) -> Result<[u8; 32], StoreError> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(|error| StoreError::Driver(error.to_string()))?;
    for part in parts {
        mac.update(part);
    }
    Ok(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7677: user "user", password "pencil".
    #[test]
    fn the_verifier_is_the_one_of_the_standard() {
        let salt = Base64::decode_vec("W22ZaJ0SNY7soEsUEjb6gQ==").unwrap();
        assert_eq!(
            salted("pencil", &salt).unwrap(),
            "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
        );
    }

    #[test]
    fn every_verifier_has_a_salt_of_its_own() {
        assert_ne!(verifier("pencil").unwrap(), verifier("pencil").unwrap());
    }
}
