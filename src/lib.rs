//! KPI Operations: a terminal dashboard for plants that make goods for many clients at once.
//!
//! The layers, each of which may use only those to its right:
//!
//! ```text
//! main ─▶ cli ─▶ tui ─▶ service ─▶ store ─▶ kpi ─▶ domain
//! ```
//!
//! `domain` and `kpi` are pure; only `store` holds SQL; only `service` decides who may do what; `tui` and
//! `cli` never see `store`. `tests/architecture.rs` holds this.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

pub mod cli;
pub mod config;
pub mod domain;
pub mod kpi;
pub mod service;
pub mod store;
pub mod telemetry;
pub mod tui;
