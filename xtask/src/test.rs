//! `cargo xtask test` and `simulate`.

use std::process::Command;

use crate::cargo::{self, cargo};

/// Fetches what is missing, builds the programs that tests start, and runs all tests.
pub(crate) fn run(rest: &[String]) -> Result<(), String> {
    streamhouse_stack::prepare_tests().map_err(|error| error.to_string())?;
    cargo::run(&mut cargo(&["build", "-p", "streamhouse-embedded", "-p", "streamhouse-cli"]))?;
    cargo::run(cargo(&["test", "--workspace"]).args(rest))
}

/// Runs the simulation of the protocol, which lies in the tests of the package that it simulates and needs no servers.
pub(crate) fn simulate(seeds: u64, seed: u64, trace: bool) -> Result<(), String> {
    cargo::run(
        simulation("simulate", &[])
            .env("STREAMHOUSE_SEEDS", seeds.to_string())
            .env("STREAMHOUSE_SEED", seed.to_string())
            .env("STREAMHOUSE_TRACE", u8::from(trace).to_string()),
    )
}

/// Searches all that can come of a small world.
pub(crate) fn explore() -> Result<(), String> {
    cargo::run(&mut simulation("every_order_of_two_workers_and_two_faults", &["--release"]))
}

fn simulation(test: &str, options: &[&str]) -> Command {
    let mut command = cargo(&["test", "--quiet", "-p", "streamhouse", "--lib"]);
    let name = format!("simulation::tests::{test}");
    command.args(options).args(["--", "--ignored", "--exact", &name, "--nocapture"]);
    command
}
