//! A key in a file: 32 bytes as 64 hexadecimal digits, as `openssl rand -hex 32` writes them. The audit key is one, and
//! so is the key of backups.

use secrecy::SecretBox;
use std::io::ErrorKind;
use std::path::Path;
use zeroize::Zeroizing;

/// Bytes of a key.
pub(in crate::store) const LENGTH: usize = 32;

/// The key of a file; none where there is no file. What is wrong is said in words that name no file.
pub(in crate::store) fn read(path: &Path) -> Result<Option<SecretBox<[u8; LENGTH]>>, String> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    let digits = text.trim();
    let mut key = Box::new([0_u8; LENGTH]);
    let pairs = (0..LENGTH).map(|place| digits.get(place * 2..place * 2 + 2));
    for (byte, pair) in key.iter_mut().zip(pairs) {
        let digits = pair.filter(|_| digits.len() == LENGTH * 2);
        *byte = digits
            .and_then(|digits| u8::from_str_radix(digits, 16).ok())
            .ok_or_else(|| format!("it does not hold {} hexadecimal digits", LENGTH * 2))?;
    }
    Ok(Some(SecretBox::new(key)))
}
