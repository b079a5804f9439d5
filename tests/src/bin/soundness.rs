//! `cargo xtask soundness`: random declarations on the real engine, in numbers.

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Parser;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use streamhouse_tests::soundness::report::Report;
use streamhouse_tests::soundness::run::{Options, run};
use streamhouse_tests::soundness::servers::Servers;
use streamhouse_tests::walks;

/// Random declarations over the whole language, compiled and run on the real engine
#[derive(Debug, Parser)]
#[command(name = "cargo xtask soundness")]
struct Arguments {
    /// How many declarations are made
    #[arg(long, default_value_t = 1000)]
    declarations: u64,
    /// Walk instead: make so many events, change each, and change it again, in a table with rows
    #[arg(long, conflicts_with = "declarations")]
    evolution: Option<u64>,
    /// How often each is changed in a walk
    #[arg(long, default_value_t = 5)]
    steps: u32,
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
    match arguments.evolution {
        Some(chains) => {
            told(walk_all(&arguments, chains), arguments.json, walks::Report::is_sound, print_walks)
        }
        None => told(try_all(&arguments), arguments.json, Report::is_sound, print),
    }
}

fn told<R: serde::Serialize>(
    report: Result<R, String>,
    json: bool,
    is_sound: impl Fn(&R) -> bool,
    print: impl Fn(&R),
) -> ExitCode {
    let report = match report {
        Ok(report) => report,
        Err(message) => {
            eprintln!("soundness: {message}");
            return ExitCode::FAILURE;
        }
    };
    match json.then(|| serde_json::to_string_pretty(&report)) {
        None => print(&report),
        Some(Ok(text)) => println!("{text}"),
        Some(Err(error)) => eprintln!("soundness: {error}"),
    }
    if is_sound(&report) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What shows on a terminal how far it is.
fn bar(length: u64, what: &str) -> ProgressBar {
    let bar = ProgressBar::new(length);
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) =
        ProgressStyle::with_template(&format!("{{bar:40}} {{pos}}/{{len}} {what}, {{per_sec}}, {{eta}} left"))
    {
        bar.set_style(style);
    }
    bar
}

fn walk_all(arguments: &Arguments, chains: u64) -> Result<walks::Report, String> {
    let servers = Servers::start()?;
    let bar = bar(chains, "walks");
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    let step = bar.clone();
    let options = walks::Options {
        chains,
        first: arguments.first,
        steps: arguments.steps,
        seed: arguments.seed,
        connections: arguments.connections,
    };
    let report =
        runtime.block_on(walks::run(&servers.redis_url(), &servers.clickhouse_url(), options, move || {
            step.inc(1)
        }));
    bar.finish_and_clear();
    report
}

fn print_walks(report: &walks::Report) {
    println!("{} walks of {} changes in all", report.chains, report.steps);
    println!("{} tables or values that are not what the changes say", report.mismatches);
    println!("{} rows lost, {} frames refused", report.lost_rows, report.refused_frames);
    for (number, mismatches, declarations) in &report.examples {
        println!("\nwalk {number}:\n{}\n{}", mismatches.join("\n"), declarations.join("\n\n"));
    }
}

fn try_all(arguments: &Arguments) -> Result<Report, String> {
    let servers = Servers::start()?;
    let client = servers.clickhouse();

    let bar = bar(arguments.declarations, "declarations");
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
