//! A worker process.

use std::path::PathBuf;
use std::time::Duration;

use streamhouse::{Config, Worker};
use tokio::signal::unix::{SignalKind, signal};

use super::{LEASE, steps};

/// How long one insert may take; one whose answer was dropped is waited for no longer.
const INSERT: Duration = Duration::from_secs(10);

/// What a worker is told.
#[derive(Debug, Clone, clap::Args)]
pub struct WorkerRole {
    /// Its name
    #[arg(long)]
    pub id: String,
    /// Rows at which a batch is inserted
    #[arg(long)]
    pub batch_rows: usize,
    /// Where it reads at which step it dies
    #[arg(long)]
    pub steps: PathBuf,
}

/// Runs a worker until it is asked to end. The servers come from the environment.
pub async fn work(role: WorkerRole) -> Result<(), String> {
    steps::listen(role.steps);
    let mut config = Config::from_env().map_err(|error| error.to_string())?;
    config.worker.id = Some(role.id);
    config.worker.lease = LEASE;
    config.worker.batch_rows = role.batch_rows;
    config.worker.batch_interval = Duration::from_millis(50);
    config.worker.insert_timeout = INSERT;
    let worker = Worker::new(&config).map_err(|error| error.to_string())?;
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    loop {
        // A worker that finds no server at its start says so; whoever started it tries again.
        match worker
            .run_until(async {
                let _ = terminate.recv().await;
            })
            .await
        {
            Ok(_) => return Ok(()),
            Err(error) if error.is_retryable() => tokio::time::sleep(Duration::from_millis(50)).await,
            Err(error) => return Err(error.to_string()),
        }
    }
}
