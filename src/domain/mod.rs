//! The vocabulary of a plant: identifiers, measures, time, people's text, roles, and the rules that
//! belong to one thing alone (a hold's states, a stop's loss class).
//!
//! Everything above speaks in these words. Nothing here knows a clock, a database or a screen.

pub mod attendance;
pub mod catalogue;
pub mod change;
pub mod clock;
pub mod downtime;
pub mod entity;
pub mod hold;
pub mod id;
pub mod idle;
pub mod list;
mod list_columns;
pub mod measure;
pub mod order;
pub mod pin;
pub mod production;
pub mod quality;
pub mod reject;
pub mod role;
pub mod scope;
pub mod shift;
pub mod ssh_key;
pub mod standard;
pub mod text;

/// Makes a plain enumeration whose values have one spelling everywhere: table, file, JSON.
macro_rules! spelled {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$doc])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// Every value, in the order of the specification.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The spelling used in tables, files and JSON.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// Reads the spelling back; letter case does not matter.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str().eq_ignore_ascii_case(text.trim()))
            }

            /// The accepted spellings, for an error text.
            pub fn choices() -> String {
                Self::ALL.iter().map(|value| value.as_str()).collect::<Vec<_>>().join(", ")
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.pad(self.as_str())
            }
        }
    };
}
pub(crate) use spelled;
