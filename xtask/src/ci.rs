//! `cargo xtask ci`: everything that is checked besides the tests.

use std::time::Instant;

use crate::cargo::{self, cargo};

/// Runs all steps, each named and timed.
pub(crate) fn run() -> Result<(), String> {
    step("formatting", &mut cargo(&["fmt", "--all", "--check"]))?;
    step(
        "lints",
        &mut cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--all-features",
            "--quiet",
            "--",
            "-D",
            "warnings",
        ]),
    )?;
    // As an application has it: without the compiler's front end, and without optional types.
    step(
        "lints of the runtime alone",
        &mut cargo(&[
            "clippy",
            "-p",
            "streamhouse",
            "--no-default-features",
            "--quiet",
            "--",
            "-D",
            "warnings",
        ]),
    )?;
    step(
        "documentation",
        cargo(&["doc", "--workspace", "--all-features", "--no-deps", "--quiet"])
            .env("RUSTDOCFLAGS", "-D warnings"),
    )?;
    step(
        "schemas and migrations",
        &mut cargo(&["run", "--quiet", "-p", "streamhouse-cli", "--", "generate", "--check", "examples/src"]),
    )?;
    // What the examples show is what others copy.
    let check = ["run", "--quiet", "-p", "streamhouse-cli", "--", "check", "--deny-warnings", "examples/src"];
    step("advice on the examples", &mut cargo(&check))
}

fn step(name: &str, command: &mut std::process::Command) -> Result<(), String> {
    let start = Instant::now();
    eprintln!("{name} …");
    cargo::run(command)?;
    eprintln!("{name}: right, {:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}
