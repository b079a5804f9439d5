//! What the derive costs a build: an application of many events, against the same structs that derive `serde::Serialize` alone.
//!
//! Both are built as cargo builds them, from nothing but their dependencies, which are built before. The rounds take turns, so
//! that whatever else the machine does meets both.

mod application;

use std::path::PathBuf;
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
    /// Rounds, of which the median counts; each builds both
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Print one JSON object as the last line
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match measure(&arguments) {
        Ok([derived, plain]) => {
            let ratio = median(&derived).as_secs_f64() / median(&plain).as_secs_f64();
            let seconds = |times: &[Duration]| times.iter().map(Duration::as_secs_f64).collect::<Vec<_>>();
            println!("StreamSchema: {:.2?}, serde::Serialize: {:.2?}", median(&derived), median(&plain));
            println!("ratio {ratio:.2}, of {} events in {} rounds", arguments.events, arguments.rounds);
            if arguments.json {
                let figures = serde_json::json!({
                    "events": arguments.events,
                    "stream_schema_seconds": seconds(&derived),
                    "serialize_seconds": seconds(&plain),
                    "ratio": ratio,
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

fn measure(arguments: &Arguments) -> Result<[Vec<Duration>; 2], String> {
    let folder = target().join("build-cost");
    let applications = [Derive::StreamSchema, Derive::Serialize];
    for derive in applications {
        write(&folder, derive, arguments.events)
            .map_err(|error| format!("{} cannot be written: {error}", folder.display()))?;
        eprintln!("building the dependencies of {}", derive.package());
        build(&folder, derive)?;
    }
    let mut times = [Vec::new(), Vec::new()];
    for round in 1..=arguments.rounds {
        for (derive, times) in applications.into_iter().zip(&mut times) {
            cargo(&folder, derive, &["clean", "--offline", "-p", derive.package()])?;
            let began = Instant::now();
            build(&folder, derive)?;
            times.push(began.elapsed());
        }
        eprintln!("round {round} of {}", arguments.rounds);
    }
    Ok(times)
}

fn build(folder: &std::path::Path, derive: Derive) -> Result<(), String> {
    cargo(folder, derive, &["build", "--offline"])
}

fn cargo(folder: &std::path::Path, derive: Derive, words: &[&str]) -> Result<(), String> {
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
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.parent().unwrap_or(here);
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder))
}

fn median(times: &[Duration]) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}
