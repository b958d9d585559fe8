//! Tests through the public interfaces: the library's and the program's.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod suite {
    mod account;
    mod administration;
    mod architecture;
    mod board_and_panel;
    mod dashboard;
    mod demo;
    mod floor;
    mod import_command;
    mod import_desk;
    mod import_entry;
    mod import_file;
    mod import_master;
    mod kpi_command;
    mod list;
    mod login;
    mod permission;
    mod plant;
    mod program;
    mod prompt;
    mod revocation;
    mod scene;
    mod screens;
    mod terminal;
}
