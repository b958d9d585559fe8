//! Public SSH keys as OpenSSH writes them: one line of type, base64 and comment.
//!
//! A key is checked whole before it is kept, because OpenSSH is given the line later: no options before it, no
//! second line, a type that sshd takes by default, and the parts that the type has.

use super::reject::Reject;
use super::text::{CleanText, NAME_LIMIT};
use base64ct::{Base64, Base64Unpadded, Encoding};
use sha2::{Digest, Sha256};

/// RSA keys below this are refused by sshd's usual policy and are guessable in the long run.
const FEWEST_RSA_BITS: usize = 2048;

/// Longest line that is kept.
const LONGEST_LINE: usize = 8192;

/// A checked public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SshKey {
    line: String,
    fingerprint: String,
}

impl SshKey {
    /// Reads a line of a `.pub` file.
    pub fn parse(raw: &str) -> Result<Self, Reject> {
        if raw.len() > LONGEST_LINE {
            return Err(refused("is longer than any key", "give the line of the .pub file"));
        }
        let mut words = raw.trim().splitn(3, [' ', '\t']);
        let (kind, text) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        if kind.starts_with("-----BEGIN") {
            return Err(refused(
                "is a private key",
                "give the line of the .pub file, and keep the private key to yourself",
            ));
        }
        let comment = CleanText::parse(FIELD, words.next().unwrap_or_default(), NAME_LIMIT)?;
        let Some(parts) = parts_of(kind) else {
            return Err(refused(
                "is no public key that OpenSSH takes",
                "give the line of the .pub file, for example of id_ed25519.pub",
            ));
        };
        let damaged = || refused("is damaged", "copy the whole line of the .pub file again");
        let blob = Base64::decode_vec(text.trim()).map_err(|_| damaged())?;
        let mut fields = Fields(&blob);
        if fields.next() != Some(kind.as_bytes()) {
            return Err(damaged());
        }
        for part in parts {
            let field = fields.next().ok_or_else(damaged)?;
            match part {
                Part::Exactly(length) if field.len() != *length => return Err(damaged()),
                Part::Text(text) if field != text.as_bytes() => return Err(damaged()),
                Part::Modulus if bits(field) < FEWEST_RSA_BITS => {
                    return Err(refused(
                        "is an RSA key of fewer than 2048 bits",
                        "make a new one with ssh-keygen -t ed25519",
                    ));
                }
                Part::Any if field.is_empty() => return Err(damaged()),
                Part::Exactly(_) | Part::Text(_) | Part::Modulus | Part::Any => {}
            }
        }
        if !fields.0.is_empty() {
            return Err(damaged());
        }
        let line = format!("{kind} {} {comment}", Base64::encode_string(&blob)).trim_end().to_owned();
        Ok(Self { line, fingerprint: format!("SHA256:{}", Base64Unpadded::encode_string(&Sha256::digest(&blob))) })
    }

    /// The line as it is given to OpenSSH.
    pub fn line(&self) -> &str {
        &self.line
    }

    /// The fingerprint that `ssh-keygen -l` prints.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

/// What the field is called in a refusal.
const FIELD: &str = "ssh_key";

fn refused(why: &str, try_this: &str) -> Reject {
    Reject::new(FIELD, why, try_this)
}

/// One part of a key after its type.
enum Part {
    Exactly(usize),
    Text(&'static str),
    Modulus,
    Any,
}

/// The parts of the key types that sshd takes by default; DSA and certificates are not among them.
fn parts_of(kind: &str) -> Option<&'static [Part]> {
    Some(match kind {
        "ssh-ed25519" => &[Part::Exactly(32)],
        "sk-ssh-ed25519@openssh.com" => &[Part::Exactly(32), Part::Any],
        "ssh-rsa" => &[Part::Any, Part::Modulus],
        "ecdsa-sha2-nistp256" => &[Part::Text("nistp256"), Part::Exactly(65)],
        "ecdsa-sha2-nistp384" => &[Part::Text("nistp384"), Part::Exactly(97)],
        "ecdsa-sha2-nistp521" => &[Part::Text("nistp521"), Part::Exactly(133)],
        "sk-ecdsa-sha2-nistp256@openssh.com" => &[Part::Text("nistp256"), Part::Exactly(65), Part::Any],
        _ => return None,
    })
}

/// The bits of a big-endian number.
fn bits(number: &[u8]) -> usize {
    let digits = number.iter().skip_while(|byte| **byte == 0).count();
    let lead = number.iter().find(|byte| **byte != 0).map_or(0, |byte| byte.leading_zeros() as usize);
    digits * 8 - lead
}

/// The length-prefixed fields of a key.
struct Fields<'a>(&'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (length, rest) = self.0.split_first_chunk::<4>()?;
        let (field, rest) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
        self.0 = rest;
        Some(field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const ED25519: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFvKRNyotIAg29dqHUxn93xfcES+exy+XYFcd39yGlyU";

    #[test]
    fn a_key_has_the_fingerprint_that_ssh_keygen_prints() {
        let key = SshKey::parse(&format!("  {ED25519} anna@laptop \n")).unwrap();
        assert_eq!(key.fingerprint(), "SHA256:je/YnN3RPFg3FSfoNH431vYTgMISO16XHgoCVko5/U8");
        assert_eq!(key.line(), format!("{ED25519} anna@laptop"));
        assert_eq!(SshKey::parse(ED25519).unwrap().line(), ED25519);
    }

    #[rstest]
    #[case(
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQCubuu7x//Sme6UaSTzbzu+zclQFznk3WVD0ZuUeNnzLYm00c9bo5bfplT0aAFZftDCgzaXLtti0g8ZejhHE0LfIZC6uE2i0HufhPmEvmnjqFRny+4lBP7jFBaQjimpuOUV7/r4SR8lU9IYw7OpyEn/BJTyFW+yB1B9tS5u8h0I85heEFVwkTesLwJZgXEvGN03GpVyXcNZsVbeyyJSIw3Q8yFOhPn9hUxsnmWRFXTp63fudZwmo+VDp9pziXkmAxAqTusF5W+zZeaoIoTAk95swbEYjC0Q/3I9DZEuB2pix/rgAoE92Me/sd+r5oZ1ZiRK1SY3UNjfPR4AVtcnJpK6AyndvMjkCnvEtGArAJUBesrzityl6+/kp6EmRfL2fywRhz7DHUjuid3hu7JdOLbgVjz6icbD/sXMVjJnbHyK6e3pOoqhGOu5GjGeSa/v25a76RhKMMyVximXWZKNWM3384go0HGiebCsd1moj81+zdD5Al5AbMji+EMz/GVXxKc=",
        None
    )]
    #[case(
        "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBC33+jRZR+2Pl9Ix1Qvi+puR7glE3IP7MBe5kMgP2QjZant4cZvdml4eJ4W/HBDK2XmonulMRvcmF5ShBpSRK1Q=",
        None
    )]
    #[case(
        "ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBLpOGqQKVFDgCcL49G16ghaFaddQ7Z4pQjPQyZ4fUWnZvkAtpviScjcDZtfN2H4UEVIdEo0afdI7F0HvZolHJ95eZ9NkmdilivWh8oE6DcH3vRP5FUMq8zVBwG+4BPkOPw==",
        None
    )]
    #[case(
        "ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBAEwG/DCARyLeiCOa8juEQ4eYVOM+rHBWP4Zdq1TOC0tJMP37MS/Nl9kdUmNiQwDdNf0PXZR5PA+byEEab6nFucXTgGDIxpHfp79KTLgnlUkgy5W9HyAoownvMcQzGB8mNSB70lCgYbclZjXz07eM70OtLB3+3pNE+yhp5NuPGC7YxGNYA==",
        None
    )]
    #[case(
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDmBJAz4m/r1zdPB4Vxkqgy0/zqZ/OuBsZisXZqGO4W0lozgK198Ut5UYyZFuZe6zqXSjdXXU81w2cAz61yps5XUbgnuMj/emhifiEiV2X1qj3gaLNdOGjDgVaWVYsafdK+1gVsIntVu3eoqxR5+0VyqEa5HC8r9X7Ts3IjX3hLyw==",
        Some("fewer than 2048 bits")
    )]
    #[case("", Some("no public key"))]
    #[case("anna", Some("no public key"))]
    #[case("ssh-dss AAAAB3NzaC1kc3MAAACBAP", Some("no public key"))]
    #[case("-----BEGIN OPENSSH PRIVATE KEY-----", Some("is a private key"))]
    #[case("command=\"/bin/sh\" ssh-ed25519 AAAA", Some("no public key"))]
    #[case("ssh-ed25519 AAAA", Some("damaged"))]
    #[case("ssh-ed25519 !!!", Some("damaged"))]
    fn a_key_is_checked_whole(#[case] line: &str, #[case] why: Option<&str>) {
        match (SshKey::parse(line), why) {
            (Ok(key), None) => assert!(key.fingerprint().starts_with("SHA256:")),
            (Err(reject), Some(why)) => assert!(reject.why.contains(why), "{reject}"),
            (other, _) => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_second_line_or_a_cut_or_lengthened_key_is_refused() {
        assert!(SshKey::parse(&format!("{ED25519} anna\n{ED25519}")).is_err());
        let (kind, text) = ED25519.split_once(' ').unwrap();
        let blob = Base64::decode_vec(text).unwrap();
        for changed in [&blob[..blob.len() - 1], &[blob.as_slice(), b"x"].concat(), &blob[1..]] {
            assert!(SshKey::parse(&format!("{kind} {}", Base64::encode_string(changed))).is_err());
        }
        assert!(SshKey::parse(&ED25519.replacen("ssh-ed25519", "ssh-rsa", 1)).is_err());
    }
}
