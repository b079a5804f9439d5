//! `cargo xtask soundness`: random declarations on the real engine, in numbers.

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Parser;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use streamhouse_tests::soundness::report::Report;
use streamhouse_tests::soundness::run::{Options, run};
use streamhouse_tests::soundness::servers::Servers;

/// Random declarations over the whole language, compiled and run on the real engine
#[derive(Debug, Parser)]
#[command(name = "cargo xtask soundness")]
struct Arguments {
    /// How many declarations are made
    #[arg(long, default_value_t = 1000)]
    declarations: u64,
    /// What all of them follow from: the same number makes the same declarations
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The number of the first one, to see a single one again
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// How many are tried at the same time
    #[arg(long, default_value_t = 4)]
    connections: usize,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match try_all(&arguments) {
        Ok(report) => {
            if arguments.json {
                match serde_json::to_string_pretty(&report) {
                    Ok(text) => println!("{text}"),
                    Err(error) => eprintln!("soundness: {error}"),
                }
            } else {
                print(&report);
            }
            if report.is_sound() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(message) => {
            eprintln!("soundness: {message}");
            ExitCode::FAILURE
        }
    }
}

fn try_all(arguments: &Arguments) -> Result<Report, String> {
    let servers = Servers::start()?;
    let client = servers.clickhouse();

    let bar = ProgressBar::new(arguments.declarations);
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) =
        ProgressStyle::with_template("{bar:40} {pos}/{len} declarations, {per_sec}, {eta} left")
    {
        bar.set_style(style);
    }
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    let step = bar.clone();
    let report = runtime.block_on(run(
        &client,
        "soundness",
        Options {
            declarations: arguments.declarations,
            first: arguments.first,
            seed: arguments.seed,
            connections: arguments.connections,
        },
        move || step.inc(1),
    ));
    bar.finish_and_clear();
    report
}

fn print(report: &Report) {
    let Report { declarations, accepted, refused, rejected_though_valid, roundtrip_failures, .. } = report;
    println!("{declarations} declarations");
    println!(
        "{accepted} accepted by the compiler and by ClickHouse, {} of them filled and read back",
        report.filled
    );
    println!("{refused} accepted by the compiler and refused by ClickHouse");
    println!("{roundtrip_failures} that gave other values back");
    println!("{} that ClickHouse shows otherwise", report.shown_differently);
    println!("{} refused by both, {} that cannot be read", report.rejected, report.unreadable);
    println!("{rejected_though_valid} refused by the compiler though ClickHouse takes them, by these rules:");
    for (codes, count) in &report.stricter {
        println!("  {codes}: {count}");
    }
    for (kind, examples) in report.examples.iter().filter(|(kind, _)| !kind.starts_with("SH")) {
        for example in examples {
            println!("\n{kind}, number {}:\n{}\n{}", example.number, example.declaration, example.message);
        }
    }
}
