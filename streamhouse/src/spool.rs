//! A spool whose producer is gone for good: what is in it, and sending that.
//!
//! A producer sends what is in its [spool](crate::config::SpoolConfig) by itself, and so does the next one that has the folder. Where none
//! will, because its machine is dead and the volume was mounted elsewhere, [`drain`] sends it: in order, with the producer ids
//! and numbers that the frames have, by which Redis knows those that it has already. So it doubles nothing, also where it is
//! killed and started again, under the conditions of any spool: within 7 days of the last attempt.
//!
//! The lock that says whose a folder is counts on one machine. Of a volume that several have mounted, look yourself that nobody else uses it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::config::{Config, SpoolConfig};
use crate::error::Error;
use crate::house::StreamHouse;
use crate::producer::SpoolStatus;

/// How often it is looked how far it is.
const LOOK: Duration = Duration::from_millis(50);
/// The wait before Redis is asked again.
const PAUSE: Duration = Duration::from_millis(500);

/// What lies in the folder of a spool.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Contents {
    /// A process of this machine has it open, and sends it.
    pub in_use: bool,
    /// The prefix of the keys that the events belong to ([`RedisConfig::prefix`](crate::config::RedisConfig::prefix)); `None` where
    /// nothing is there.
    pub prefix: Option<String>,
    /// Events that Redis is not known to have.
    pub events: u64,
    /// Frames of those.
    pub frames: u64,
    /// Frames of those that were sent before without an answer, so that Redis may have them.
    pub tried: u64,
    /// When the oldest of those frames was written, in milliseconds since 1970.
    pub oldest: Option<u64>,
    /// Bytes on the disk. Space is given back file by file.
    pub bytes: u64,
    /// Files with frames.
    pub files: u64,
    /// Of them, files in which something cannot be read. When the rest was sent, they are kept.
    pub damaged: u64,
    /// Bytes that cannot be read.
    pub damaged_bytes: u64,
    /// Files `*.damaged` that were kept because of what is in them.
    pub set_aside: u64,
    /// What each event has of it.
    pub by_event: BTreeMap<String, EventContents>,
}

/// What one event has in a spool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventContents {
    /// Frames that Redis is not known to have.
    pub frames: u64,
    /// Events in them.
    pub events: u64,
}

/// What became of a spool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Drained {
    /// Events that Redis has now, and was not known to have.
    pub events: u64,
    /// Files that are kept because something in them could not be read, those of before too.
    pub damaged: u64,
    /// Events that may be in their table twice: whether Redis had them is not known, and was asked more than 7 days later.
    pub doubtful: u64,
}

/// Looks at a folder and changes nothing, not even for a producer that has it open.
pub fn look(folder: &Path) -> Result<Contents, Error> {
    crate::producer::spool::look(folder)
}

/// Sends all that lies in a folder, with the Redis and the prefix of `config`, and tells how much is left.
///
/// Fails where a process has the folder open, where it holds events of another prefix, and where Redis takes nothing for
/// [`send_timeout`](crate::config::ProducerConfig::send_timeout). What is left then is still there, for the next call.
pub async fn drain(
    config: &Config,
    folder: &Path,
    progress: &mut (dyn FnMut(SpoolStatus) + Send),
) -> Result<Drained, Error> {
    let mut config = config.clone();
    config.producer.spool = Some(SpoolConfig::new(folder));
    let limit = config.producer.send_timeout;
    // Not every folder is a spool, and opening would make it one.
    let before = look_aside(folder).await?.events;
    let (mut least, mut moved, mut doubtful) = (before, Instant::now(), 0);
    loop {
        let house = StreamHouse::connect(config.clone()).await?;
        // It ends when all was sent, or when Redis takes no more.
        close(&house, progress).await?;
        let status = house.spool().unwrap_or_default();
        doubtful = doubtful.max(status.doubtful);
        let left = look_aside(folder).await?;
        progress(SpoolStatus { events: left.events, bytes: left.bytes, ..status });
        if left.frames == 0 {
            return Ok(Drained { events: before, damaged: left.set_aside + left.damaged, doubtful });
        }
        if left.events < least {
            (least, moved) = (left.events, Instant::now());
        } else if moved.elapsed() >= limit {
            let cause = house.trouble().map(|cause| format!(": {cause}")).unwrap_or_default();
            let message =
                format!("still holds {} events, of which Redis took none for {limit:?}{cause}", left.events);
            return Err(Error::Spool { path: folder.into(), message, retryable: true });
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn close(house: &StreamHouse, progress: &mut (dyn FnMut(SpoolStatus) + Send)) -> Result<(), Error> {
    let mut closing = std::pin::pin!(house.close());
    let mut last = None;
    loop {
        if let (Some(status), true) = (house.spool(), last != house.spool()) {
            last = Some(status);
            progress(status);
        }
        tokio::select! {
            closed = &mut closing => return closed,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// As [`look`], on a thread that may wait for a disk.
async fn look_aside(folder: &Path) -> Result<Contents, Error> {
    let path = PathBuf::from(folder);
    let looked = tokio::task::spawn_blocking(move || look(&path)).await;
    looked.unwrap_or_else(|error| {
        let message = format!("could not be looked at: {error}");
        Err(Error::Spool { path: folder.into(), message, retryable: false })
    })
}
