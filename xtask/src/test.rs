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
        simulation("simulate")
            .env("STREAMHOUSE_SEEDS", seeds.to_string())
            .env("STREAMHOUSE_SEED", seed.to_string())
            .env("STREAMHOUSE_TRACE", u8::from(trace).to_string()),
    )
}

/// How large a world is of which everything is searched.
#[derive(Debug, clap::Args)]
pub(crate) struct Size {
    /// Workers
    #[arg(long, requires = "exhaustive", default_value_t = 2)]
    workers: usize,
    /// Batches that wait in the stream
    #[arg(long, requires = "exhaustive", default_value_t = 1)]
    batches: usize,
    /// Frames that a producer sends
    #[arg(long, requires = "exhaustive", default_value_t = 0)]
    sent: usize,
    /// Partitions of the table
    #[arg(long, requires = "exhaustive", default_value_t = 2)]
    table_partitions: usize,
    /// Rows of a frame in each of them
    #[arg(long, requires = "exhaustive", default_value_t = 1)]
    rows: usize,
    /// Connections cut, answers lost, servers and processes killed, leases that run out: at most so many together
    #[arg(long, requires = "exhaustive", default_value_t = 2)]
    faults: usize,
    /// Go only so many steps from the beginning, and say that these are not all
    #[arg(long, requires = "exhaustive")]
    depth: Option<usize>,
    /// Switch a safeguard off: verification, fence, body-hash, single-block, idempotent-send or hold
    #[arg(long, requires = "exhaustive")]
    without: Option<String>,
}

/// Searches all that can come of a small world.
pub(crate) fn explore(size: &Size) -> Result<(), String> {
    let mut search = cargo(&["test", "--quiet", "-p", "streamhouse", "--lib", "--release", "--"]);
    search.args(["--ignored", "--exact", "simulation::explored::explore_size", "--nocapture"]);
    for (name, value) in [
        ("WORKERS", Some(size.workers)),
        ("BATCHES", Some(size.batches)),
        ("SENT", Some(size.sent)),
        ("TABLE_PARTITIONS", Some(size.table_partitions)),
        ("ROWS", Some(size.rows)),
        ("FAULTS", Some(size.faults)),
        ("DEPTH", size.depth),
    ] {
        let name = format!("STREAMHOUSE_{name}");
        match value {
            Some(value) => search.env(name, value.to_string()),
            None => search.env_remove(name),
        };
    }
    match &size.without {
        Some(safeguard) => search.env("STREAMHOUSE_WITHOUT", safeguard),
        None => search.env_remove("STREAMHOUSE_WITHOUT"),
    };
    cargo::run(&mut search)
}

fn simulation(test: &str) -> Command {
    let mut command = cargo(&["test", "--quiet", "-p", "streamhouse", "--lib"]);
    let name = format!("simulation::tests::{test}");
    command.args(["--", "--ignored", "--exact", &name, "--nocapture"]);
    command
}
