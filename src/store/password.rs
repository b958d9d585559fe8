//! Passwords and one-time codes: how they are made, hashed and compared, and which passwords are refused.
//!
//! Only the login door and the account door call this. Nothing here logs, stores or shows a secret; every copy
//! it makes is wiped.

use super::error::StoreError;
use super::slot;
use crate::domain::reject::Reject;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::path::Path;
use std::sync::LazyLock;
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// Fewest characters of a password.
pub(in crate::store) const SHORTEST: usize = 10;
/// Most characters of a password.
pub(in crate::store) const LONGEST: usize = 128;

/// Hashes at a time in one process, so that one process never takes all slots of the machine.
static SLOTS: Semaphore = Semaphore::const_new(2);

/// Compared with where there is no hash to compare with, so that a name that does not exist takes as long as one
/// that does. Nobody knows a password for it.
const DUMMY: &str = "$argon2id$v=19$m=19456,t=2,p=1$a3BpLW9wcyBkdW1teSBzYQ$ugP7Aj0ZkyEh0kcbpLGgXPpXHDpH3iEGLuL0YVGCRjM";

/// Passwords that everybody tries first, in lower case: the most frequent of those that were published from breaches and
/// are long enough; shorter ones are refused for their length.
static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("../../assets/common_passwords.txt").lines().map(str::trim).collect());

/// argon2id with 19 MiB, two passes, one lane (OWASP).
fn argon2() -> Result<Argon2<'static>, StoreError> {
    let parameters = Params::new(19 * 1024, 2, 1, None).map_err(|error| StoreError::Driver(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters))
}

/// The same password typed on any keyboard or terminal.
fn normalised(secret: &SecretString) -> Zeroizing<String> {
    Zeroizing::new(secret.expose_secret().nfkc().collect())
}

/// Runs one hash off the event loop, with only a few at a time in this process and on this machine.
async fn in_a_slot<T: Send + 'static>(
    database: &Path,
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let failed = |error: &dyn std::fmt::Display| StoreError::Driver(format!("a password could not be hashed: {error}"));
    let _slot = SLOTS.acquire().await.map_err(|error| failed(&error))?;
    let database = database.to_path_buf();
    let hashed = tokio::task::spawn_blocking(move || {
        let _slot = slot::take(&database);
        work()
    });
    hashed.await.map_err(|error| failed(&error))?
}

/// The hash of a new password, as it is stored.
pub(in crate::store) async fn hash(database: &Path, secret: &SecretString) -> Result<String, StoreError> {
    let secret = normalised(secret);
    in_a_slot(database, move || {
        let hash: PasswordHash =
            argon2()?.hash_password(secret.as_bytes()).map_err(|error| StoreError::Driver(error.to_string()))?;
        Ok(hash.to_string())
    })
    .await
}

/// Whether a password fits a stored hash. Without a hash it never does, and takes as long.
pub(in crate::store) async fn fits(
    database: &Path,
    secret: &SecretString,
    stored: Option<Zeroizing<String>>,
) -> Result<bool, StoreError> {
    let known = stored.is_some();
    let stored = stored.unwrap_or_else(|| Zeroizing::new(DUMMY.to_owned()));
    // A megabyte that was pasted by mistake is no password either.
    let secret = normalised(secret);
    let sensible = secret.chars().count() <= LONGEST;
    let fits = in_a_slot(database, move || {
        let hash = PasswordHash::new(&stored).map_err(|error| StoreError::Driver(error.to_string()))?;
        let secret = if sensible { secret.as_bytes() } else { b"" };
        Ok(argon2()?.verify_password(secret, &hash).is_ok())
    })
    .await?;
    Ok(fits && known && sensible)
}

/// Refuses a password that is too short, too long, common, or made of a word that an attacker tries first: the
/// login, the program's name, a client's name.
pub(in crate::store) fn check(secret: &SecretString, login: &str, clients: &[String]) -> Result<(), Reject> {
    let refuse = |why: String, try_this: &str| Err(Reject::new("password", why, try_this));
    let secret = normalised(secret);
    let length = secret.chars().count();
    if length < SHORTEST {
        return refuse(
            format!("has fewer than {SHORTEST} characters"),
            "take a longer one; a few words make a good one",
        );
    }
    if length > LONGEST {
        return refuse(format!("has more than {LONGEST} characters"), "take a shorter one");
    }
    let folded = Zeroizing::new(secret.to_lowercase());
    if COMMON.contains(folded.as_str()) {
        return refuse(
            "is one of the passwords everybody tries first".into(),
            "take another one; a few words make a good one",
        );
    }
    let holds = |word: &str| word.chars().count() >= SHORTEST_WORD && folded.contains(&word.to_lowercase());
    if holds(login) {
        return refuse("contains the login".into(), "leave the login out of it");
    }
    if holds("kpi-ops") {
        return refuse("contains the name of the program".into(), "leave kpi-ops out of it");
    }
    if clients.iter().any(|client| holds(client.trim())) {
        return refuse("contains the name of a client".into(), "leave the client out of it");
    }
    Ok(())
}

/// A login or client of one or two letters is in half of all good passwords, and helps nobody to guess them.
const SHORTEST_WORD: usize = 3;

/// Crockford's alphabet: no I, L, O, U, so that a code can be read aloud and typed with gloves.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A one-time code on its way to the person it is for: shown once, wiped afterwards, never in a log.
#[derive(Clone, PartialEq, Eq)]
pub struct OneTimeCode(Zeroizing<String>);

impl OneTimeCode {
    /// The code, to be shown once.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for OneTimeCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("OneTimeCode")
    }
}

/// A new one-time code of 120 random bits in groups of four.
pub(in crate::store) fn new_code() -> Result<OneTimeCode, StoreError> {
    let mut random = Zeroizing::new([0_u8; 15]);
    getrandom::fill(random.as_mut()).map_err(|error| StoreError::Driver(error.to_string()))?;
    let mut code = Zeroizing::new(String::with_capacity(29));
    for five in random.chunks(5) {
        let bits = five.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        for digit in (0..8).rev() {
            if digit % 4 == 3 && !code.is_empty() {
                code.push('-');
            }
            let position = usize::try_from(bits >> (digit * 5) & 31).unwrap_or(0);
            code.push(char::from(ALPHABET.get(position).copied().unwrap_or(b'0')));
        }
    }
    Ok(OneTimeCode(code))
}

/// What is stored of a code: its hash, whatever case, dashes and look-alikes it is typed with. A code has too many
/// bits for its hash to be tried out.
pub(in crate::store) fn code_hash(code: &str) -> String {
    let plain: Zeroizing<String> = Zeroizing::new(
        code.chars()
            .filter(|character| !character.is_whitespace() && *character != '-')
            .map(|character| match character.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            })
            .collect(),
    );
    hex(&Sha256::digest(plain.as_bytes()))
}

/// Bytes in hexadecimal.
fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn nowhere() -> &'static Path {
        Path::new("/nowhere/plant.db")
    }

    fn secret(text: &str) -> SecretString {
        SecretString::from(text)
    }

    #[tokio::test]
    async fn a_password_fits_its_own_hash_and_no_other_does() {
        let stored = hash(nowhere(), &secret("drei kleine Pferde")).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(fits(nowhere(), &secret("drei kleine Pferde"), Some(stored.clone().into())).await.unwrap());
        assert!(!fits(nowhere(), &secret("drei kleine Pferd"), Some(stored.clone().into())).await.unwrap());
        assert!(!fits(nowhere(), &secret(&"x".repeat(1_000_000)), Some(stored.into())).await.unwrap());
        assert!(!fits(nowhere(), &secret("drei kleine Pferde"), None).await.unwrap());
    }

    #[test]
    fn the_dummy_costs_what_a_real_hash_costs() {
        let dummy = PasswordHash::new(DUMMY).unwrap();
        assert_eq!(dummy.algorithm.as_str(), "argon2id");
        assert_eq!(dummy.params.to_string(), "m=19456,t=2,p=1");
        assert!(dummy.salt.is_some() && dummy.hash.is_some_and(|hash| hash.len() == 32));
    }

    #[tokio::test]
    async fn letters_composed_in_two_ways_are_one_password() {
        let stored = hash(nowhere(), &secret("Cafe\u{301} am Eck")).await.unwrap();
        assert!(fits(nowhere(), &secret("Café am Eck"), Some(stored.into())).await.unwrap());
    }

    #[rstest]
    #[case("ninechars", Some("fewer than 10"))]
    #[case("tencharsss", None)]
    #[case("ééééééééé", Some("fewer than 10"))]
    #[case("P@ssw0rd123", Some("tries first"))]
    #[case("the maria lamp", Some("contains the login"))]
    #[case("the MARIA lamp", Some("contains the login"))]
    #[case("open Kpi-Ops now", Some("name of the program"))]
    #[case("sell acme tools", Some("name of a client"))]
    #[case("Xy is two letters", None)]
    #[case("no composition rules at all", None)]
    fn a_password_that_is_guessed_first_is_refused(#[case] text: &str, #[case] why: Option<&str>) {
        let checked = check(&secret(text), "maria", &["ACME Tools".into(), "acme".into(), "xy".into()]);
        match (checked, why) {
            (Ok(()), None) => {}
            (Err(reject), Some(why)) => assert!(reject.why.contains(why), "{reject}"),
            (other, _) => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn a_password_has_at_most_128_characters() {
        assert!(check(&secret(&"ab".repeat(64)), "maria", &[]).is_ok());
        assert!(check(&secret(&"abc".repeat(43)), "maria", &[]).is_err());
    }

    #[test]
    fn the_common_passwords_are_long_enough_to_be_needed_and_in_lower_case() {
        // ASVS asks for 3000 of those that are long enough.
        assert!(COMMON.len() >= 3_000, "{}", COMMON.len());
        for common in COMMON.iter() {
            assert!(common.chars().count() >= SHORTEST && *common == common.to_lowercase(), "{common}");
        }
    }

    #[test]
    fn a_code_is_new_each_time_and_forgives_how_it_is_typed() {
        let code = new_code().unwrap();
        let code = code.reveal();
        assert_eq!(code.split('-').map(str::len).collect::<Vec<_>>(), [4; 6]);
        assert_ne!(code, new_code().unwrap().reveal());
        assert_eq!(code_hash(code), code_hash(&code.to_lowercase().replace('-', " ")));
        assert_eq!(code_hash("01"), code_hash("oL"));
        assert_ne!(code_hash("01"), code_hash("10"));
    }
}
