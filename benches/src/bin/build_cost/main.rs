//! What the derive costs a build: an application of many events, against the same structs that derive `serde::Serialize` alone.
//!
//! Both are checked and built as cargo does it after `cargo clean -p`: from nothing but their dependencies, which are built
//! before. The rounds take turns, so that whatever else the machine does meets both.

mod application;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use clap::Parser;

use crate::application::{Derive, write};

/// Measure what the derive costs a build.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Arguments {
    /// Structs of each application, of ten fields each
    #[arg(long, default_value_t = 1000)]
    events: usize,
    /// Rounds, of which the median counts; each checks and builds both
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Build both with all that they depend on too, once, from an empty folder
    #[arg(long)]
    whole: bool,
    /// Print one JSON object as the last line
    #[arg(long)]
    json: bool,
}

/// What is asked of cargo.
const COMMANDS: [&str; 2] = ["check", "build"];
/// What is compared, the derive before what it is held against.
const APPLICATIONS: [Derive; 2] = [Derive::StreamSchema, Derive::Serialize];

/// How long something took for each of the applications.
#[derive(Debug, Default)]
struct Times([Vec<Duration>; 2]);

impl Times {
    fn medians(&self) -> [Duration; 2] {
        [median(&self.0[0]), median(&self.0[1])]
    }

    fn ratio(&self) -> f64 {
        let [derived, plain] = self.medians();
        derived.as_secs_f64() / plain.as_secs_f64()
    }

    fn print(&self, what: &str) {
        let [derived, plain] = self.medians();
        println!(
            "{what}: StreamSchema {derived:.2?}, serde::Serialize {plain:.2?}, ratio {:.2}",
            self.ratio()
        );
    }

    fn to_json(&self) -> serde_json::Value {
        let seconds = |times: &[Duration]| times.iter().map(Duration::as_secs_f64).collect::<Vec<_>>();
        let [derived, plain] = self.medians().map(|median| median.as_secs_f64());
        serde_json::json!({
            "stream_schema_median_seconds": derived,
            "serialize_median_seconds": plain,
            "ratio": self.ratio(),
            "stream_schema_seconds": seconds(&self.0[0]),
            "serialize_seconds": seconds(&self.0[1]),
        })
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match measure(&arguments) {
        Ok((whole, [check, build])) => {
            check.print("cargo check");
            build.print("cargo build");
            if let Some(whole) = &whole {
                whole.print("cargo build, with dependencies");
            }
            println!("{} events, {} rounds", arguments.events, arguments.rounds);
            if arguments.json {
                let figures = serde_json::json!({
                    "n": arguments.events,
                    "rounds": arguments.rounds,
                    "ratio": build.ratio(),
                    "check": check.to_json(),
                    "build": build.to_json(),
                    "whole": whole.as_ref().map(Times::to_json),
                });
                println!("{figures}");
            }
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("build-cost: {message}");
            ExitCode::FAILURE
        }
    }
}

/// The whole build, where it is asked for, and the times of [`COMMANDS`].
fn measure(arguments: &Arguments) -> Result<(Option<Times>, [Times; 2]), String> {
    let folder = target().join("build-cost");
    for derive in APPLICATIONS {
        write(&folder, derive, arguments.events)
            .map_err(|error| format!("{} cannot be written: {error}", folder.display()))?;
    }
    let whole = if arguments.whole { Some(whole(&folder)?) } else { None };
    for derive in APPLICATIONS {
        for command in COMMANDS {
            eprintln!("the dependencies of {} for `cargo {command}`", derive.package());
            cargo(&folder, derive, &[command, "--offline"])?;
        }
    }
    let mut times = [Times::default(), Times::default()];
    for round in 1..=arguments.rounds {
        for (command, times) in COMMANDS.into_iter().zip(&mut times) {
            for (derive, times) in APPLICATIONS.into_iter().zip(&mut times.0) {
                cargo(&folder, derive, &["clean", "--offline", "-p", derive.package()])?;
                times.push(timed(&folder, derive, &[command, "--offline"])?);
            }
        }
        eprintln!("round {round} of {}", arguments.rounds);
    }
    Ok((whole, times))
}

/// Builds each application with all that it depends on.
fn whole(folder: &Path) -> Result<Times, String> {
    let mut times = Times::default();
    for (derive, times) in APPLICATIONS.into_iter().zip(&mut times.0) {
        cargo(folder, derive, &["clean", "--offline"])?;
        eprintln!("{} with its dependencies", derive.package());
        times.push(timed(folder, derive, &["build", "--offline"])?);
    }
    Ok(times)
}

fn timed(folder: &Path, derive: Derive, words: &[&str]) -> Result<Duration, String> {
    let began = Instant::now();
    cargo(folder, derive, words)?;
    Ok(began.elapsed())
}

fn cargo(folder: &Path, derive: Derive, words: &[&str]) -> Result<(), String> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(program)
        .args(words)
        .arg("--quiet")
        .current_dir(folder.join(derive.package()))
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .status()
        .map_err(|error| format!("cargo cannot be started: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`cargo {}` ended with {status}", words.join(" "))) }
}

/// The folder that cargo builds into.
fn target() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.parent().unwrap_or(here);
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder))
}

fn median(times: &[Duration]) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}
