//! Exactly once under fire: producers, workers, Redis and ClickHouse as processes that are killed, stopped and cut off from each
//! other, and a reckoning at the end.
//!
//! `conduct` directs. What happens is a `plan` made from a seed; when it happens follows from how many events are
//! confirmed, so that all of it happens while there is work. What a producer was told is in its `journal`, which outlives it, and
//! `check` compares that with what is in ClickHouse.

mod cast;
mod check;
mod conduct;
mod disturb;
pub mod events;
mod gate;
mod journal;
mod network;
mod place;
mod plan;
mod producer;
mod recovery;
mod report;
mod steps;
mod worker;

use std::path::PathBuf;
use std::time::Duration;

use streamhouse_stack::RedisKind;

pub use conduct::run;
pub use producer::{ProducerRole, produce};
pub use report::Report;
pub use worker::{WorkerRole, work};

/// How much happens, and which.
#[derive(Debug, Clone)]
pub struct Options {
    /// Events that are confirmed at the end.
    pub events: u64,
    /// Processes killed with SIGKILL, at the least: one that is to take over and dies of it comes on top.
    pub kills: u32,
    /// Faults of the network.
    pub faults: u32,
    /// ClickHouse is cut off and stopped, and not killed.
    pub spare_clickhouse: bool,
    /// Redis brings what it has to the disk every second only, and producers and workers wait for that (`Durability::Fsync`).
    pub fsync: bool,
    /// What the plan follows from.
    pub seed: u64,
    /// Which Redis; without it the one of the environment, else the first that can be had.
    pub redis: Option<RedisKind>,
    /// The program whose roles are started: `chaos`.
    pub program: PathBuf,
    /// Leave the servers' data and all logs behind.
    pub keep: bool,
}

/// How long a partition stays with a worker that no longer answers.
pub const LEASE: Duration = Duration::from_secs(1);
/// How long after a restart the backlog may stand still.
pub const RECOVERY: Duration = Duration::from_secs(3);
/// What comes on top where the disk is waited for: once for the lease, once for the batch.
const DISK: Duration = Duration::from_secs(2);

/// How long after a restart the backlog may stand still, by what is waited for.
fn recovery_limit(fsync: bool) -> Duration {
    RECOVERY + if fsync { DISK } else { Duration::ZERO }
}

/// Partitions of the event's stream.
pub const PARTITIONS: u16 = 4;
/// Each in a process of its own.
pub const PRODUCERS: usize = 2;
/// Each in a process of its own.
pub const WORKERS: usize = 3;
