//! Tests through the public interfaces: the library's and the program's.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]
// A story or a table of cases is as long as it is, and speed is nothing here.
#![allow(clippy::too_many_lines, clippy::format_collect, clippy::format_push_string)]

#[path = "../src/store/test_server/mod.rs"]
mod test_server;

mod suite {
    mod account;
    mod admin_screen;
    mod administration;
    mod andon;
    mod architecture;
    mod asvs;
    mod attendance;
    mod backup;
    mod board_and_panel;
    mod compile_fail;
    mod correction;
    mod dashboard;
    mod demo;
    mod disk_faults;
    mod doctor;
    mod doctor_command;
    mod draft;
    mod export_command;
    mod faults;
    mod file_locks;
    mod floor;
    mod fuzz;
    mod gate;
    mod hand_over;
    mod hostile_text;
    mod import_command;
    mod import_desk;
    mod import_entry;
    mod import_file;
    mod import_master;
    mod inspection;
    mod isolation_audit;
    mod isolation_command;
    mod keystrokes;
    mod killed;
    mod kpi_command;
    mod kpi_detail;
    mod list;
    mod live;
    mod login;
    mod looks;
    mod manual;
    mod many_terminals;
    mod permission;
    mod plant;
    mod program;
    mod prompt;
    mod pty;
    mod pty_isolation;
    mod quality_day;
    mod readme;
    mod recalculate;
    mod relay;
    mod report_command;
    mod revocation;
    mod rows;
    mod scene;
    mod scene_detail;
    mod screens;
    mod sent_twice;
    mod server;
    mod server_killed;
    mod silent;
    mod sitting;
    mod soak;
    mod spanish;
    mod sshd;
    mod terminal;
    mod unlock_alone;
    mod unsent;
    mod waiting;
}
