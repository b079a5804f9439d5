//! The project's own commands: `cargo xtask …`.

mod cargo;
mod ci;
mod codegen;
mod fuzz;
mod program;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The project's own commands.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Fetch what is missing and run all tests; what follows goes to `cargo test`
    Test {
        /// Arguments of `cargo test`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<String>,
    },
    /// Stream real flights through Redis into ClickHouse; `--json` for machines
    Demo {
        /// Arguments of the demonstration
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<String>,
    },
    /// Start a Redis and a ClickHouse for development, until Ctrl-C
    Dev {
        /// Arguments of `streamhouse dev`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<String>,
    },
    /// Measure the whole way against the raw servers, with `build-cost` what the derive costs a build, or with
    /// `build-script` what a build script does; `--json` for machines
    Bench {
        /// Arguments of the benchmark
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<String>,
    },
    /// Try random declarations on the real engine; `--declarations N --seed S`, `--json` for machines
    Soundness {
        /// Arguments of the trial
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<String>,
    },
    /// Run the protocol under a scheduler that is unkind; one run for each seed, and a seed's run is always the same
    Simulate {
        /// How many runs
        #[arg(long, default_value_t = 10_000)]
        seeds: u64,
        /// The seed of the first
        #[arg(long, default_value_t = 0)]
        seed: u64,
        /// Show what happens in the first run that fails, or in the first where none does
        #[arg(long)]
        trace: bool,
        /// Instead of runs of seeds: every order of what happens in a small world, with every so many faults
        #[arg(long, conflicts_with_all = ["seeds", "seed", "trace"])]
        exhaustive: bool,
        #[command(flatten)]
        size: test::Size,
    },
    /// Kill, stop and cut off producers, workers and servers, and count what is there at the end;
    /// `--events N --kills K --faults F --seed S`, `--json` for machines
    Chaos {
        /// Arguments of the run
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<String>,
    },
    /// Look for inputs that a reader of what may be anybody's does not stand; needs cargo-fuzz and a nightly compiler
    Fuzz {
        /// The reader, as in `tests/src/hostile`; all of them, one after the other, where none is named
        reader: Option<String>,
        /// How long for each
        #[arg(long, default_value_t = 60)]
        seconds: u64,
    },
    /// Check formatting, lints, documentation and generated files
    Ci,
    /// Write what is made from the engine and from the rule book: lists and pages
    Codegen {
        /// Write nothing, and fail where something is not as it should be
        #[arg(long)]
        check: bool,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Test { rest } => test::run(&rest),
        Command::Demo { rest } => program::run("streamhouse-examples", "flights", &rest),
        Command::Dev { rest } => program::dev(&rest),
        Command::Bench { rest } => match rest.split_first() {
            Some((first, rest)) if ["build-cost", "build-script"].contains(&first.as_str()) => {
                program::of_builds(first, rest)
            }
            _ => program::run("streamhouse-benches", "pipeline", &rest),
        },
        Command::Soundness { rest } => program::run("streamhouse-tests", "soundness", &rest),
        Command::Simulate { exhaustive: true, size, .. } => test::explore(&size),
        Command::Simulate { seeds, seed, trace, .. } => test::simulate(seeds, seed, trace),
        Command::Chaos { rest } => program::run("streamhouse-tests", "chaos", &rest),
        Command::Fuzz { reader, seconds } => fuzz::run(reader.as_deref(), seconds),
        Command::Ci => ci::run(),
        Command::Codegen { check } => codegen::run(check),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}
