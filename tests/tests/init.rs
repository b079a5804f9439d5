//! `streamhouse init`, and the command as cargo finds it.

use std::process::Command;

use streamhouse_tests::Folder;

#[test]
fn a_project_begins_and_nothing_is_overwritten() {
    let folder = Folder::new();
    assert!(folder.refused("init").contains("has no Cargo.toml: run `cargo init` first"));
    folder.write("Cargo.toml", "[package]\nname = \"shop\"\n");
    folder.write("build.rs", "fn main() {}\n");
    let out = folder.done("init");
    assert!(out.contains("wrote ./streamhouse.toml\nwrote ./src/events.rs\n./build.rs is there already, and stays as it is\n"), "{out}");
    assert!(out.contains("in build.rs: `streamhouse_build::build();`"), "{out}");
    assert_eq!(folder.read("build.rs"), "fn main() {}\n");
    // What it writes is right.
    folder.done("check src");
    folder.done("generate");
    folder.done("migrate apply");
    folder.done("status");
    folder.write("src/events.rs", "// mine\n");
    let told: serde_json::Value = serde_json::from_str(&folder.done("init --json")).expect("JSON");
    assert_eq!(told["written"], serde_json::json!([]), "{told}");
    assert_eq!(folder.read("src/events.rs"), "// mine\n");
}

#[test]
fn cargo_finds_the_command() {
    let program = streamhouse_stack::sibling("cargo-streamhouse")
        .expect("the program: run `cargo build -p streamhouse-cli`");
    for arguments in [&["streamhouse", "explain", "SH0401"][..], &["explain", "SH0401"]] {
        let output = Command::new(&program).args(arguments).output().expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(String::from_utf8_lossy(&output.stdout).contains("SH0401"));
    }
}

#[test]
fn every_command_teaches_and_none_asks() {
    let folder = Folder::new();
    let help = folder.done("--help");
    assert!(help.contains("streamhouse migrate apply     makes the tables"), "{help}");
    for command in
        ["init", "dev", "worker", "check", "generate", "diff", "status", "import", "ddl", "explain"]
    {
        let help = folder.done(&format!("{command} --help"));
        assert!(help.contains("--json"), "{command}: {help}");
    }
    for command in ["apply", "down", "status", "verify", "seal", "new", "baseline"] {
        let help = folder.done(&format!("migrate {command} --help"));
        assert!(help.contains("--json"), "{command}: {help}");
    }
}
