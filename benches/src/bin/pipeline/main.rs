//! How fast the whole way is, against what the servers can take when nothing is asked of anybody: raw inserts and raw
//! XADD of the same rows, in the same run; and what the column of batches costs.

mod batch;
mod cpu;
mod event;
mod library;
mod raw;
mod whole;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use streamhouse_stack::{Stack, StackOptions};

use crate::cpu::Processes;

/// Measure the whole way against the raw servers.
#[derive(Debug, Parser)]
#[command(version, about)]
pub(crate) struct Arguments {
    /// Rows of each measurement
    #[arg(long, default_value_t = 4_000_000)]
    rows: usize,
    /// Rounds, of which the median counts; each measures everything once
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Partitions of the stream; as the default of the library unless it is given
    #[arg(long)]
    pub(crate) partitions: Option<u16>,
    /// Rows at which the worker inserts a batch; likewise
    #[arg(long)]
    pub(crate) batch_rows: Option<usize>,
    /// Compress frames
    #[arg(long)]
    pub(crate) compress: bool,
    /// Leave the engine without a server out
    #[arg(long)]
    no_library: bool,
    /// Only insert into an engine over this folder, and print the nanoseconds
    #[arg(long, hide = true)]
    library_in: Option<PathBuf>,
    /// Print one JSON object as the last line
    #[arg(long)]
    json: bool,
}

/// What is measured, by its name in the JSON object.
const MEASURED: [(&str, &str); 5] = [
    ("raw_native", "raw Native insert"),
    ("library_native", "Native insert without a server"),
    ("raw_row_binary", "raw RowBinary insert"),
    ("raw_xadd", "raw XADD, an event an entry"),
    ("whole_way", "enqueue to counted rows"),
];

/// The results of a measurement.
#[derive(Debug, Default, Clone)]
struct Measurement {
    /// Rows a second, of each round.
    rates: Vec<f64>,
    /// Microseconds of processor time an event, of each process and round.
    cpu: BTreeMap<&'static str, Vec<f64>>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(folder) = &arguments.library_in {
        library::child(folder, arguments.rows);
    }
    match measure(&arguments) {
        Ok((measurements, cost)) => {
            print(&arguments, &measurements, &cost);
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("pipeline: {message}");
            ExitCode::FAILURE
        }
    }
}

fn measure(arguments: &Arguments) -> Result<([Measurement; 5], batch::Cost), String> {
    let mut stack = Stack::start("bench", StackOptions::default()).map_err(|error| error.to_string())?;
    let processes = Processes::of(&mut stack);
    let runtime = tokio::runtime::Runtime::new().map_err(|error| format!("no runtime: {error}"))?;
    eprintln!("making {} events", arguments.rows);
    let events = event::events(arguments.rows);
    let servers = raw::Servers::new(&stack)?;
    let native = raw::native(&events)?;
    let row_binary = raw::row_binary(&events);
    let mut measurements: [Measurement; 5] = Default::default();
    for round in 1..=arguments.rounds.max(1) {
        for (index, measurement) in measurements.iter_mut().enumerate() {
            if index == 1 && arguments.no_library {
                continue;
            }
            let before = processes.usage();
            let time = runtime.block_on(async {
                match index {
                    0 => servers.insert("Native", &native, events.len()).await,
                    1 => library::insert(&stack, round, arguments),
                    2 => servers.insert("RowBinary", &row_binary, events.len()).await,
                    3 => servers.xadd(&events).await,
                    _ => whole::run(&stack, &events, arguments).await,
                }
            })?;
            let rate = events.len() as f64 / time.as_secs_f64();
            eprintln!("round {round}: {:<30} {rate:>12.0} rows/s", MEASURED[index].1);
            measurement.rates.push(rate);
            if index == 1 {
                // It ran in a process of its own, which is gone.
                continue;
            }
            for ((name, after), (_, before)) in processes.usage().into_iter().zip(before) {
                let used = after.saturating_sub(before).as_secs_f64() * 1e6 / events.len() as f64;
                measurement.cpu.entry(name).or_default().push(used);
            }
        }
    }
    let cost = runtime.block_on(batch::measure(&servers))?;
    Ok((measurements, cost))
}

fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

fn print(arguments: &Arguments, measurements: &[Measurement; 5], cost: &batch::Cost) {
    println!("{} rows of 8 columns, median of {} rounds", arguments.rows, arguments.rounds.max(1));
    let rates = measurements.each_ref().map(|measurement| median(&measurement.rates));
    for ((_, what), (rate, measurement)) in MEASURED.iter().zip(rates.iter().zip(measurements)) {
        if measurement.rates.is_empty() {
            continue;
        }
        println!("  {what:<30} {rate:>12.0} rows/s   {:>5.2} of raw Native", rate / rates[0]);
        if measurement.cpu.is_empty() {
            continue;
        }
        let cpu: Vec<String> =
            measurement.cpu.iter().map(|(name, used)| format!("{name} {:.2}", median(used))).collect();
        println!("  {:<30} processor time, µs a row: {}", "", cpu.join(", "));
    }
    cost.print();
    if arguments.json {
        let mut line =
            serde_json::json!({ "rows": arguments.rows, "ratio_to_raw_native": rates[4] / rates[0] });
        if !arguments.no_library {
            line["server_to_library_time"] = serde_json::json!(rates[1] / rates[0]);
        }
        for ((name, _), (rate, measurement)) in MEASURED.iter().zip(rates.iter().zip(measurements)) {
            line[name] = serde_json::json!(rate);
            let cpu: BTreeMap<_, _> =
                measurement.cpu.iter().map(|(name, used)| (name, median(used))).collect();
            line[format!("{name}_cpu_us")] = serde_json::json!(cpu);
        }
        line["batch_column"] = cost.json();
        println!("{line}");
    }
}
