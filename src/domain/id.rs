//! Identifiers. Business keys are short text, unique inside their client; entries have UUIDs that the
//! program makes before it writes, so that writing twice is writing once.
//!
//! A key is shared, not copied, when it is cloned: figures of a year name their clients and stages again and again.

use super::reject::Reject;
use super::text::{CleanText, ID_LIMIT};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;
use uuid::Uuid;

macro_rules! text_id {
    ($($(#[$doc:meta])* $name:ident: $field:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The column and field name of this key.
            pub const FIELD: &'static str = $field;

            /// Checks what a person or a file gave.
            pub fn parse(raw: &str) -> Result<Self, Reject> {
                CleanText::required($field, raw, ID_LIMIT).map(|text| Self(text.as_str().into()))
            }

            /// Takes a key as the database holds it.
            #[allow(dead_code, reason = "every key comes out of the database the same way")]
            pub(crate) fn stored(text: String) -> Self {
                Self(text.into())
            }

            /// The same from a part of a longer text.
            #[allow(dead_code, reason = "every key comes out of the database the same way")]
            pub(crate) fn packed(text: &str) -> Self {
                Self(text.into())
            }

            /// The key as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = Reject;
            fn from_str(raw: &str) -> Result<Self, Reject> {
                Self::parse(raw)
            }
        }
    )+};
}

text_id! {
    /// A client of the plant: the tenant every row belongs to.
    ClientId: "client_id";
    /// A production line of a client.
    LineId: "line_id";
    /// A shift pattern of the plant.
    ShiftId: "shift_id";
    /// A product; shared by design, seen only through its link to a client.
    ProductId: "product_id";
    /// A work order of a client.
    WorkOrderId: "work_order_id";
    /// A job: one line of a work order.
    JobId: "job_id";
    /// A part number of a client, for opportunities.
    PartNumber: "part_number";
    /// A person's number at one client.
    EmployeeNumber: "employee_id";
    /// A code of one of the catalogues (stop reason, hold reason, defect, absence).
    Code: "code";
    /// A stage of inspection of a client.
    Stage: "stage";
    /// The name a person logs in with; stored in lower case, never changed.
    Login: "login";
}

impl Login {
    /// A login name in the form it is stored in.
    pub fn normalised(raw: &str) -> Result<Self, Reject> {
        let login = Self::parse(raw)?;
        if login.0.chars().any(char::is_whitespace) {
            return Err(Reject::new(Self::FIELD, "holds a space", "use letters, digits, dot or dash"));
        }
        Ok(Self(login.0.to_lowercase().into()))
    }
}

/// The UUID of an entry (count, stop, inspection), a hold or a coverage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryId(pub Uuid);

impl fmt::Display for EntryId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// The UUID of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(pub Uuid);

/// The reserved shift of work that lies in no shift.
pub const NO_SHIFT: &str = "NO-SHIFT";
