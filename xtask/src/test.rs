//! `cargo xtask test`.

use crate::cargo::{self, cargo};

/// Fetches what is missing, builds the programs that tests start, and runs all tests.
pub(crate) fn run(rest: &[String]) -> Result<(), String> {
    streamhouse_stack::prepare_tests().map_err(|error| error.to_string())?;
    cargo::run(&mut cargo(&["build", "-p", "streamhouse-embedded", "-p", "streamhouse-cli"]))?;
    cargo::run(cargo(&["test", "--workspace"]).args(rest))
}
