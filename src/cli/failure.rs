//! How a command ends: its exit code, and the line that says why it failed.

use super::output;
use crate::config::ConfigError;
use crate::service::{Problem, StoreError};
use std::process::ExitCode;

/// How a command ended that did what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All of it.
    Done,
    /// A part of it: some rows were rejected.
    InPart,
    /// It looked, and what it found wrong is still so.
    Unmended,
    /// The audit found something.
    Found,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Done => Self::SUCCESS,
            Exit::InPart => Self::from(3),
            Exit::Unmended => Self::FAILURE,
            Exit::Found => Self::from(5),
        }
    }
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The plant refused it or failed.
    #[error(transparent)]
    Problem(#[from] Problem),
    /// The settings are wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// It was called in a way that means nothing.
    #[error("{0}")]
    Usage(String),
    /// A one-time code opens nothing but the way to a password.
    #[error("this is a one-time code; log in with it on a terminal and set a password first")]
    SetPasswordFirst,
    /// Anything else that went wrong.
    #[error("{0}")]
    Failed(String),
    /// Whoever read the results has stopped reading, which is their right.
    #[error("nobody reads the output")]
    NobodyReads,
}

impl Failure {
    /// Anything else that went wrong.
    pub fn failed(error: impl std::fmt::Display) -> Self {
        Self::Failed(error.to_string())
    }

    /// The exit code of 4-cli.md.
    pub fn exit(&self) -> ExitCode {
        ExitCode::from(self.code())
    }

    fn code(&self) -> u8 {
        match self {
            Self::NobodyReads => 0,
            Self::Usage(_) | Self::Config(ConfigError::Database { why: StoreError::UnknownUrl(_), .. }) => 2,
            Self::SetPasswordFirst
            | Self::Problem(Problem::LoginRefused | Problem::LoginDelayed { .. } | Problem::NotAllowed { .. }) => 4,
            Self::Problem(_) | Self::Config(_) | Self::Failed(_) => 1,
        }
    }

    /// Says it on standard error.
    pub fn report(&self) {
        match self {
            Self::NobodyReads => {}
            failure => output::note(format_args!("kpi-ops: {failure}")),
        }
    }
}
