//! `streamhouse worker`: needs no event types, for what frames hold is published in Redis.

use std::process::ExitCode;
use std::time::Duration;

use streamhouse::{Config, Worker, WorkerStatus};
use tokio::signal::unix::{SignalKind, signal};

/// The servers come from `REDIS_URL` and `CLICKHOUSE_URL`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Insert these events only; may be given several times
    #[arg(long = "event")]
    events: Vec<String>,
    /// What all keys in Redis begin with
    #[arg(long, env = "STREAMHOUSE_PREFIX")]
    prefix: Option<String>,
    /// Rows at which a batch is inserted
    #[arg(long)]
    batch_rows: Option<usize>,
    /// Milliseconds that the first row of a batch waits for others
    #[arg(long)]
    batch_interval_ms: Option<u64>,
    /// Milliseconds that a partition stays with a worker that no longer answers
    #[arg(long)]
    lease_ms: Option<u64>,
    /// The most rows of a batch that are set aside because ClickHouse refuses them
    #[arg(long)]
    refused_rows: Option<usize>,
    /// Inserts that may be refused in turn before the event stops instead
    #[arg(long)]
    refused_inserts: Option<u32>,
    /// Days that dead letters are kept; for ever where that is not said
    #[arg(long)]
    dead_days: Option<u32>,
    /// Dead letters of a partition that are kept, the latest ones; all where that is not said
    #[arg(long)]
    dead_letters: Option<u64>,
    /// Bytes of Redis' memory that the dead letters of a partition may take; no limit where that is not said
    #[arg(long)]
    dead_bytes: Option<u64>,
    /// Stop once nothing waits in Redis any more
    #[arg(long)]
    drain: bool,
    /// Print the figures as one JSON object at the end
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: Arguments) -> Result<ExitCode, String> {
    let mut config = Config::from_env().map_err(|error| error.to_string())?;
    if let Some(prefix) = arguments.prefix {
        config.redis.prefix = prefix;
    }
    config.worker.events = arguments.events;
    if let Some(rows) = arguments.batch_rows {
        config.worker.batch_rows = rows;
    }
    if let Some(millis) = arguments.batch_interval_ms {
        config.worker.batch_interval = Duration::from_millis(millis);
    }
    if let Some(millis) = arguments.lease_ms {
        config.worker.lease = Duration::from_millis(millis);
    }
    config.worker.refused_rows = arguments.refused_rows.unwrap_or(config.worker.refused_rows);
    config.worker.refused_inserts = arguments.refused_inserts.unwrap_or(config.worker.refused_inserts);
    let days = |days| Duration::from_secs(u64::from(days) * 24 * 60 * 60);
    config.worker.dead_age = arguments.dead_days.map(days);
    config.worker.dead_letters = arguments.dead_letters;
    config.worker.dead_bytes = arguments.dead_bytes;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| format!("no runtime: {error}"))?;
    let status = runtime.block_on(async {
        let worker = Worker::new(&config)?;
        if !config.worker.events.is_empty() {
            for (event, near) in worker.unannounced().await? {
                let near = near.map(|near| format!(": did you mean `{near}`?")).unwrap_or_default();
                eprintln!("streamhouse: no producer has sent an event `{event}` yet{near}");
            }
        }
        if arguments.drain { worker.drain().await } else { worker.run_until(shutdown()).await }
    });
    let status = status.map_err(|error| error.to_string())?;
    print(&status, arguments.json);
    Ok(ExitCode::SUCCESS)
}

async fn shutdown() {
    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        // Without handlers the signals end the process at once, which loses nothing either.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

fn print(status: &WorkerStatus, json: bool) {
    if json {
        let figures = serde_json::json!({
            "rows": status.rows,
            "batches": status.batches,
            "retries": status.retries,
            "parked": status.parked,
            "dropped": status.dropped,
            "alarms": status.alarms,
        });
        say!("{figures}");
    } else {
        say!(
            "{} rows in {} batches, {} attempts failed, {} entries set aside",
            status.rows,
            status.batches,
            status.retries,
            status.parked
        );
    }
}
