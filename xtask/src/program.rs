//! `cargo xtask demo`, `bench`, `soundness`, `chaos` and `dev`: programs that need servers.

use std::process::Command;

use crate::cargo::{self, cargo, target};

/// Fetches what is missing, builds everything for speed, and runs a program. Its output is all that goes to stdout.
pub(crate) fn run(package: &str, program: &str, rest: &[String]) -> Result<(), String> {
    streamhouse_stack::prepare().map_err(|error| error.to_string())?;
    let packages = ["-p", "streamhouse-embedded", "-p", "streamhouse-cli", "-p", package];
    cargo::run(cargo(&["build", "--release"]).args(packages))?;
    cargo::run(Command::new(target().join("release").join(program)).args(rest))
}

/// What a build costs, which needs no servers: `build-cost` of the derive, `build-script` of the build script.
pub(crate) fn of_builds(program: &str, rest: &[String]) -> Result<(), String> {
    cargo::run(&mut cargo(&["build", "-p", "streamhouse-benches", "--bin", program]))?;
    cargo::run(Command::new(target().join("debug").join(program)).args(rest))
}

/// `streamhouse dev`, with the server that it starts.
pub(crate) fn dev(rest: &[String]) -> Result<(), String> {
    streamhouse_stack::prepare().map_err(|error| error.to_string())?;
    cargo::run(&mut cargo(&["build", "-p", "streamhouse-embedded", "-p", "streamhouse-cli"]))?;
    cargo::run(Command::new(target().join("debug").join("streamhouse")).arg("dev").args(rest))
}
