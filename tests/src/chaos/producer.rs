//! A producer process: sends as far as the gate is open, and writes down what it was told.

use std::path::PathBuf;
use std::time::Duration;

use streamhouse::{Config, Error, Outgoing, StreamHouse};

use super::events::{first, second};
use super::journal::Journal;
use super::{PARTITIONS, gate, steps};

/// What a producer is told.
#[derive(Debug, Clone, clap::Args)]
pub struct ProducerRole {
    /// The version of the event that it sends
    #[arg(long)]
    pub version: u32,
    /// The first id that it sends
    #[arg(long)]
    pub first: u64,
    /// Events that were confirmed to earlier lives
    #[arg(long)]
    pub confirmed: u64,
    /// Events at which it ends, those included
    #[arg(long)]
    pub goal: u64,
    /// Events that are sent at once
    #[arg(long)]
    pub batch: u64,
    /// How far it may go
    #[arg(long)]
    pub gate: PathBuf,
    /// Where it writes what it was told
    #[arg(long)]
    pub journal: PathBuf,
    /// Where it reads at which step it dies
    #[arg(long)]
    pub steps: PathBuf,
}

/// Runs a producer. The servers come from the environment.
pub async fn produce(role: ProducerRole) -> Result<(), String> {
    steps::listen(role.steps.clone());
    let mut config = Config::from_env().map_err(|error| error.to_string())?;
    config.producer.partitions = PARTITIONS;
    config.producer.send_timeout = Duration::from_secs(5);
    let house = loop {
        match StreamHouse::connect(config.clone()).await {
            Ok(house) => break house,
            Err(error) if error.is_retryable() => tokio::time::sleep(Duration::from_millis(50)).await,
            Err(error) => return Err(error.to_string()),
        }
    };
    match role.version {
        1 => send(&house, &role, first::Payment::of).await,
        _ => send(&house, &role, second::Payment::of).await,
    }
}

async fn send<E: Outgoing>(
    house: &StreamHouse,
    role: &ProducerRole,
    event: fn(u64) -> E,
) -> Result<(), String> {
    let mut journal = Journal::create(&role.journal)?;
    let (mut next, mut confirmed) = (role.first, role.confirmed);
    while confirmed < role.goal {
        let room = gate::read(&role.gate).min(role.goal).saturating_sub(confirmed);
        if room == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        }
        let ids = next..next + room.min(role.batch);
        journal.begun(&ids)?;
        for id in ids.clone() {
            let event = event(id);
            while let Err(error) = house.enqueue(&event) {
                go_on(&error)?;
            }
        }
        // Not confirmed in time is not lost: the same frames are still on their way.
        while let Err(error) = house.flush().await {
            go_on(&error)?;
        }
        journal.confirmed(&ids)?;
        confirmed += ids.end - ids.start;
        next = ids.end;
    }
    house.close().await.map_err(|error| error.to_string())
}

fn go_on(error: &Error) -> Result<(), String> {
    match error {
        Error::Unconfirmed { .. } => Ok(()),
        error if error.is_retryable() => Ok(()),
        error => Err(error.to_string()),
    }
}
