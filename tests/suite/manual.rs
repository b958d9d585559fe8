//! Completions and the manual: made from the command line itself, and whole.

use super::program::Home;

#[test]
fn every_shell_completes_every_command() {
    let program = Home::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = program.call(&["completions", shell]).done();
        for command in ["import", "report", "doctor", "ssh-config", "unassign"] {
            assert!(script.contains(command), "{shell} does not know {command}");
        }
    }
    let refused = program.call(&["completions", "cmd"]);
    assert!(refused.code == 2 && refused.err.contains("bash"), "{}", refused.err);
}

#[test]
fn the_manual_has_a_page_for_every_command_and_names_those_it_has() {
    let program = Home::new();
    let page = program.call(&["man"]).done();
    assert!(page.contains(".TH KPI-OPS") && page.contains("kpi\\-ops\\-import"), "{page}");
    let page = program.call(&["man", "user", "ssh-key", "add"]).done();
    assert!(page.contains("KPI-OPS-USER-SSH-KEY-ADD") && page.contains("public key file"), "{page}");
    let refused = program.call(&["man", "user", "add", "sideways"]).failed(2);
    assert!(refused.contains("has no command \"sideways\""), "{refused}");
}

#[test]
fn both_work_where_the_settings_are_broken() {
    let program = Home::new();
    let folder = program.path().join(".config/kpi-ops");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), "nonsense = 1").unwrap();
    program.call(&["kpi", "--from", "2026-05-01", "--to", "2026-05-01"]).failed(1);
    program.call(&["man"]).done();
    program.call(&["completions", "bash"]).done();
}
