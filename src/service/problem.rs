//! Why something asked for was not done, in words for the person who asked.

use crate::domain::clock::Instant;
use crate::domain::reject::Reject;
use crate::domain::role::{Permission, Role};
use crate::store::StoreError;

/// Why a command or query was refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// Some inputs are wrong; each says which, why and what to do.
    #[error("{}", all(.0))]
    Rejected(Vec<Reject>),
    /// The role has not the right.
    #[error("{}: this takes the role {}, yours is {}", .what, .needs, .role)]
    NotAllowed {
        /// What was asked for.
        what: &'static str,
        /// The least role that may.
        needs: Role,
        /// The person's role.
        role: Role,
    },
    /// The thing named does not exist for this person, which is also what is said of what others have.
    #[error("no such {what}: {name}")]
    NoSuch {
        /// The kind of thing.
        what: &'static str,
        /// As it was named.
        name: String,
    },
    /// Somebody else changed it first; nothing was overwritten.
    #[error("{by} changed it meanwhile (at {at}); look at it again and repeat what is still wanted", at = .at.utc().format("%H:%M UTC"))]
    Conflict {
        /// Who changed it.
        by: String,
        /// When.
        at: Instant,
    },
    /// The name or the password is wrong; which of them is not said.
    #[error("login refused: the name or the password is wrong")]
    LoginRefused,
    /// Too many failed logins: wait.
    #[error("login refused: too many failed logins; try again in {seconds} s")]
    LoginDelayed {
        /// Seconds until the next try.
        seconds: i64,
    },
    /// The session is older than a session may be.
    #[error("your session ended after 12 hours; log in again")]
    SessionEnded,
    /// Administration, and the password was not typed just now.
    #[error("administration asks for your password again")]
    Unproved,
    /// The PIN does not open the terminal now.
    #[error("type your password: {0}")]
    PinIsOff(&'static str),
    /// The server is gone, and what was asked for can neither be done without it nor wait.
    #[error("the database server does not answer, and to {0} takes it; nothing was changed; what is typed stays here")]
    NeedsServer(&'static str),
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
    /// A file could not be read or written.
    #[error("{0}")]
    File(String),
}

fn all(rejects: &[Reject]) -> String {
    rejects.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

impl Problem {
    /// One refused input.
    pub fn reject(field: &str, why: impl Into<String>, try_this: impl Into<String>) -> Self {
        Self::Rejected(vec![Reject::new(field, why, try_this)])
    }

    /// Something that does not exist for this person.
    pub fn no_such(what: &'static str, name: impl std::fmt::Display) -> Self {
        Self::NoSuch { what, name: name.to_string() }
    }

    /// The refusal for a role that has not the right, or nothing.
    pub fn unless_allowed(role: Role, permission: Permission, what: &'static str) -> Result<(), Self> {
        if role.may(permission) { Ok(()) } else { Err(Self::NotAllowed { what, needs: permission.least_role(), role }) }
    }

    /// The refused inputs, where that is the problem.
    pub fn rejects(&self) -> &[Reject] {
        match self {
            Self::Rejected(rejects) => rejects,
            _ => &[],
        }
    }
}

impl From<Reject> for Problem {
    fn from(reject: Reject) -> Self {
        Self::Rejected(vec![reject])
    }
}

impl From<Vec<Reject>> for Problem {
    fn from(rejects: Vec<Reject>) -> Self {
        Self::Rejected(rejects)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(reject) => Self::from(reject),
            StoreError::NotAdmin(role) => Self::NotAllowed { what: "administration", needs: Role::Admin, role },
            StoreError::Conflict { by, at } => Self::Conflict { by, at },
            StoreError::Overlap => Self::reject(
                "started_at",
                "overlaps another stop of this line",
                "correct the times, or end the other stop first",
            ),
            other => Self::Store(other),
        }
    }
}
