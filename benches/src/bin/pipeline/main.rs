//! How fast the whole way is, against what the servers can take when nothing is asked of anybody: raw inserts and raw
//! XADD of the same rows, in the same run.

mod event;
mod raw;
mod whole;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use streamhouse_stack::{Stack, StackOptions};

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
    /// Print one JSON object as the last line
    #[arg(long)]
    json: bool,
}

/// What is measured, by its name in the JSON object.
const MEASURED: [(&str, &str); 4] = [
    ("raw_native", "raw Native insert"),
    ("raw_row_binary", "raw RowBinary insert"),
    ("raw_xadd", "raw XADD, an event an entry"),
    ("whole_way", "enqueue to counted rows"),
];

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match measure(&arguments) {
        Ok(rates) => {
            print(&arguments, &rates);
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("pipeline: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Rows a second of each measurement, median of the rounds.
fn measure(arguments: &Arguments) -> Result<[f64; 4], String> {
    let stack = Stack::start("bench", StackOptions::default()).map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| format!("no runtime: {error}"))?;
    eprintln!("making {} events", arguments.rows);
    let events = event::events(arguments.rows);
    let servers = raw::Servers::new(&stack)?;
    let native = raw::native(&events)?;
    let row_binary = raw::row_binary(&events);
    let mut rates: [Vec<f64>; 4] = Default::default();
    for round in 1..=arguments.rounds.max(1) {
        let times: [Duration; 4] = runtime.block_on(async {
            Ok::<_, String>([
                servers.insert("Native", &native, events.len()).await?,
                servers.insert("RowBinary", &row_binary, events.len()).await?,
                servers.xadd(&events).await?,
                whole::run(&stack, &events, arguments).await?,
            ])
        })?;
        for ((all, time), (_, what)) in rates.iter_mut().zip(times).zip(MEASURED) {
            let rate = events.len() as f64 / time.as_secs_f64();
            eprintln!("round {round}: {what:<30} {rate:>12.0} rows/s");
            all.push(rate);
        }
    }
    Ok(rates.map(median))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn print(arguments: &Arguments, rates: &[f64; 4]) {
    println!("{} rows of 8 columns, median of {} rounds", arguments.rows, arguments.rounds.max(1));
    for ((_, what), rate) in MEASURED.iter().zip(rates) {
        println!("  {what:<30} {rate:>12.0} rows/s   {:>5.2} of raw Native", rate / rates[0]);
    }
    if arguments.json {
        let mut line =
            serde_json::json!({ "rows": arguments.rows, "ratio_to_raw_native": rates[3] / rates[0] });
        for ((name, _), rate) in MEASURED.iter().zip(rates) {
            line[name] = serde_json::json!(rate);
        }
        println!("{line}");
    }
}
