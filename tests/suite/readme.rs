//! What the README promises of keys is what the program has.

#[path = "../picture/keys.rs"]
mod keys;

#[test]
fn the_readmes_keys_are_those_of_the_program() {
    let readme = include_str!("../../README.md");
    assert_eq!(keys::renewed(readme), readme, "run `cargo run --example picture`");
}
