//! Workers as processes of their own: the program `streamhouse`, which knows nothing of flights.

use std::process::Command;
use std::time::Duration;

use streamhouse_stack::{Process, Stack, sibling};

/// Rows at which a batch is inserted: few, so that a kill finds something to interrupt.
const BATCH_ROWS: usize = 20_000;

/// Starts one.
pub(crate) fn start(stack: &Stack, prefix: &str, database: &str, number: usize) -> Result<Process, String> {
    let program = sibling("streamhouse")
        .ok_or("the program `streamhouse` is missing: build it with `cargo build -p streamhouse-cli`, with the same profile")?;
    let mut command = Command::new(program);
    command
        .args([
            "worker",
            "--batch-rows",
            &BATCH_ROWS.to_string(),
            "--batch-interval-ms",
            "200",
            "--lease-ms",
            "2000",
        ])
        .env("REDIS_URL", stack.redis_url())
        .env("CLICKHOUSE_URL", format!("{}/{database}", stack.clickhouse_url().trim_end_matches('/')))
        .env("STREAMHOUSE_PREFIX", prefix);
    Process::start(&format!("worker-{number}"), &command, stack.folder()).map_err(|error| error.to_string())
}

/// Asks it to end, and waits until it has.
pub(crate) fn end(mut worker: Process) -> Result<(), String> {
    match worker.terminate(Duration::from_secs(20)) {
        Some(status) if status.success() => Ok(()),
        Some(status) => Err(format!("a worker ended with {status}:\n{}", worker.log_tail())),
        None => Err(format!("a worker did not end when it was asked to:\n{}", worker.log_tail())),
    }
}
