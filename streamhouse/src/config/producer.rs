//! How events are sent.

use std::path::PathBuf;
use std::time::Duration;

use super::worker::LONGEST;
use crate::error::Error;
use crate::frame::MAX_FRAME_ROWS;

/// The most partitions of an event's stream: the batch id has ten bits for them.
const MAX_PARTITIONS: u16 = 1024;

/// Settings of sending.
#[derive(Debug, Clone)]
pub struct ProducerConfig {
    /// Partitions of an event's stream, 1 to 1,024; 4 unless it is changed. The first producer of an event decides,
    /// the others follow.
    pub partitions: u16,
    /// The most rows of a frame, 1 to 65,536.
    pub frame_rows: u32,
    /// The bytes at which a frame is sent. Redis rounds an entry up to the next size of its allocator, so a little
    /// below a power of two is best.
    pub frame_bytes: usize,
    /// How long an event that was enqueued waits for others to share its frame.
    pub linger: Duration,
    /// The most bytes of events that wait for Redis.
    pub buffer_bytes: usize,
    /// The entries of one partition of an event's stream from which on no more are sent: events wait in the buffer, until workers
    /// have taken some. 0, which it is unless it is changed, is any number.
    pub backlog_entries: u64,
    /// The same in bytes of Redis' memory; 1 GiB unless it is changed, 0 for any. Redis estimates them, and a frame that still goes
    /// in may pass them by its size.
    pub backlog_bytes: u64,
    /// What happens to an event that finds the buffer full.
    pub when_full: WhenFull,
    /// How long to wait for Redis, or for room in the buffer, before an error says so.
    pub send_timeout: Duration,
    /// Whether frames are compressed with LZ4: spares Redis memory, costs time of the producer and the worker.
    pub compress: bool,
    /// Where events go that Redis does not take in time; without it they wait in memory only.
    pub spool: Option<SpoolConfig>,
}

/// The spool: a folder on the disk for events that Redis does not take in time. What is in it survives the process, also a
/// `kill -9` or a power failure, and is sent in order once Redis takes events again, by this process or the next one that has the
/// folder ([`Receipt::Spooled`](crate::Receipt::Spooled)).
#[derive(Debug, Clone)]
pub struct SpoolConfig {
    /// The folder, on a disk of this machine that outlives the process. Each process that sends has its own.
    pub folder: PathBuf,
    /// The most bytes on the disk, at least 1 MiB; 1 GiB unless it is changed. When they are full, events wait in memory as they
    /// do without a spool.
    pub bytes: u64,
    /// How long Redis may take before events go into the spool, 0.05 seconds to 10 minutes; 2 seconds unless it is changed.
    pub after: Duration,
}

impl SpoolConfig {
    /// The defaults, in this folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), bytes: 1 << 30, after: Duration::from_secs(2) }
    }

    fn check(&self) -> Result<(), Error> {
        let wrong = |setting, message: String| Err(Error::Configuration { setting, message });
        if self.folder.as_os_str().is_empty() {
            return wrong("producer.spool.folder (STREAMHOUSE_SPOOL)", "is empty".into());
        }
        if self.bytes < 1 << 20 {
            let message = format!("is {}, not at least 1 MiB", self.bytes);
            return wrong("producer.spool.bytes (STREAMHOUSE_SPOOL_BYTES)", message);
        }
        if !(Duration::from_millis(50)..=Duration::from_secs(600)).contains(&self.after) {
            return wrong("producer.spool.after", format!("is {:?}, not 0.05 to 600 seconds", self.after));
        }
        Ok(())
    }
}

/// What happens to an event that finds the buffer full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenFull {
    /// The call waits for room, at most [`ProducerConfig::send_timeout`].
    Wait,
    /// The call returns [`Error::Full`] at once.
    Error,
}

impl Default for ProducerConfig {
    fn default() -> Self {
        Self {
            partitions: 4,
            frame_rows: 4096,
            frame_bytes: 62 << 10,
            linger: Duration::from_millis(5),
            buffer_bytes: 64 << 20,
            backlog_entries: 0,
            backlog_bytes: 1 << 30,
            when_full: WhenFull::Wait,
            send_timeout: Duration::from_secs(30),
            compress: false,
            spool: None,
        }
    }
}

impl ProducerConfig {
    pub(super) fn check(&self) -> Result<(), Error> {
        let wrong = |setting, message: String| Err(Error::Configuration { setting, message });
        if !(1..=MAX_PARTITIONS).contains(&self.partitions) {
            return wrong(
                "producer.partitions",
                format!("is {}, not 1 to {MAX_PARTITIONS}", self.partitions),
            );
        }
        if !(1..=MAX_FRAME_ROWS).contains(&self.frame_rows) {
            return wrong(
                "producer.frame_rows",
                format!("is {}, not 1 to {MAX_FRAME_ROWS}", self.frame_rows),
            );
        }
        if !(1..=8 << 20).contains(&self.frame_bytes) {
            return wrong("producer.frame_bytes", format!("is {}, not 1 to 8 MiB", self.frame_bytes));
        }
        if self.buffer_bytes < self.frame_bytes {
            return wrong("producer.buffer_bytes", "is less than producer.frame_bytes".into());
        }
        for (setting, time) in
            [("producer.linger", self.linger), ("producer.send_timeout", self.send_timeout)]
        {
            if time > LONGEST {
                return wrong(setting, format!("is {time:?}, more than {LONGEST:?}"));
            }
        }
        self.spool.as_ref().map_or(Ok(()), SpoolConfig::check)
    }
}
