//! Dead letters: what workers have set aside, to be looked at, sent again or dropped.
//!
//! ```no_run
//! use streamhouse::Config;
//! use streamhouse::dead::{DeadLetters, Replayed};
//!
//! # async fn example() -> Result<(), streamhouse::Error> {
//! let dead = DeadLetters::new(&Config::from_env()?)?;
//! for letter in dead.list("shop.order", None, 100).await? {
//!     println!("{}: {} {}", letter.id, letter.code, letter.reason);
//!     match dead.replay(&letter).await? {
//!         Replayed::Sent { entry } => println!("sent again as {entry}"),
//!         Replayed::Gone => println!("somebody else was faster"),
//!         Replayed::Unreadable { reason } => println!("cannot be sent: {reason}"),
//!         other => println!("{other:?}"),
//!     }
//! }
//! # Ok(())
//! # }
//! ```

mod export;
mod letter;

use redis::Value;
use redis::aio::MultiplexedConnection;
use uuid::Uuid;

use crate::config::Config;
use crate::dynamic::decode;
use crate::error::Error;
use crate::frame::{Frame, Layout};
use crate::redis::{Connector, Keys, Registry, RegistryError, Scripts};
use crate::sink::Sink;
use crate::worker::EntryId;
use streamhouse_schema::frame_schema::FrameSchema;
use streamhouse_schema::near::nearest;

pub use export::Exported;
pub use letter::{DeadLetter, LetterId, LetterIdError};

/// How many records of what was discarded are kept for each partition.
pub(crate) const KEPT_RECORDS: usize = 1000;

/// The dead letters of a house.
#[derive(Debug)]
pub struct DeadLetters {
    connector: Connector,
    keys: Keys,
    registry: Registry,
    scripts: Scripts,
    sink: Sink,
}

/// What has become of a letter that was to be sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Replayed {
    /// Its rows are at the end of the stream, and the letter is gone.
    Sent {
        /// Their entry.
        entry: String,
    },
    /// The letter was gone: somebody else has sent it again, or dropped it.
    Gone,
    /// It cannot be read, so no worker could; the letter stays.
    Unreadable {
        /// Why.
        reason: String,
    },
}

/// A record of what was dropped on purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Discarded {
    /// The partition.
    pub partition: u16,
    /// When, in milliseconds since 1970.
    pub time: u64,
    /// Its fields by name: `letter`, `entry`, `code` and `rows` of one letter, or `letters`, how many a worker dropped; and `who` and
    /// `why`.
    pub fields: Vec<(String, String)>,
}

impl DeadLetters {
    /// Those of the house with these settings.
    pub fn new(config: &Config) -> Result<Self, Error> {
        config.check()?;
        let keys = Keys::new(&config.redis.prefix);
        Ok(Self {
            connector: Connector::new(&config.redis)?,
            registry: Registry::new(keys.clone()),
            keys,
            scripts: Scripts::new(),
            sink: Sink::new(&config.clickhouse),
        })
    }

    /// The events that producers have announced, and how many dead letters each has.
    pub async fn events(&self) -> Result<Vec<(String, u64)>, Error> {
        let mut connection = self.connector.connect().await?;
        let mut counts = Vec::new();
        for (event, partitions) in self.registry.events(&mut connection).await? {
            let mut lengths = redis::pipe();
            for partition in 0..partitions? {
                lengths.cmd("XLEN").arg(self.keys.partition(&event, partition).dead);
            }
            let lengths: Vec<u64> = lengths
                .query_async(&mut connection)
                .await
                .map_err(|error| Error::redis("counting dead letters", &error))?;
            counts.push((event, lengths.into_iter().sum()));
        }
        Ok(counts)
    }

    /// At most `limit` letters of an event behind another one, or from the first: by partition, the oldest first.
    pub async fn list(
        &self,
        event: &str,
        after: Option<&LetterId>,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, Error> {
        let mut connection = self.connector.connect().await?;
        let mut found = Vec::new();
        for partition in 0..self.partitions(&mut connection, event).await? {
            let from = match after.filter(|after| after.event == event) {
                Some(after) if after.partition > partition => continue,
                Some(after) if after.partition == partition => after.id.next().to_string(),
                _ => "-".to_string(),
            };
            if limit > found.len() {
                let rest = limit - found.len();
                found.extend(self.range(&mut connection, event, partition, (&from, "+"), rest).await?);
            }
        }
        Ok(found)
    }

    /// A letter by its name.
    pub async fn get(&self, id: &LetterId) -> Result<Option<DeadLetter>, Error> {
        let mut connection = self.connector.connect().await?;
        let own = id.id.to_string();
        let found = self.range(&mut connection, &id.event, id.partition, (&own, &own), 1).await?;
        Ok(found.into_iter().next())
    }

    /// The rows of a letter as JSON, in the forms of `docs/json.md`, save that a published schema does not say which texts hold bytes:
    /// those that are no UTF-8 are shown as base64. An error in words where they cannot be read.
    pub async fn show(&self, letter: &DeadLetter) -> Result<Result<Vec<serde_json::Value>, String>, Error> {
        let Some(bytes) = &letter.frame else { return Ok(Err("the entry was no frame".into())) };
        let (frame, schema) = match self.read(&letter.id.event, bytes).await? {
            Ok(read) => read,
            Err(reason) => return Ok(Err(reason)),
        };
        let wanted = (!letter.rows.is_empty()).then_some(&letter.rows[..]);
        let rows = decode::rows(&decode::fields_of(&schema), &Layout::of(&schema), &frame, wanted);
        Ok(rows.map_err(|error| error.to_string()))
    }

    /// Sends a letter's rows again, as a frame of a producer of its own, exactly once: one script adds them to the stream and removes the
    /// letter. Rows that ClickHouse still refuses come back as a letter.
    pub async fn replay(&self, letter: &DeadLetter) -> Result<Replayed, Error> {
        let unreadable = |reason: String| Ok(Replayed::Unreadable { reason });
        let Some(bytes) = &letter.frame else { return unreadable("the entry was no frame".into()) };
        let (frame, schema) = match self.read(&letter.id.event, bytes).await? {
            Ok(read) => read,
            Err(reason) => return unreadable(reason),
        };
        let wanted = (!letter.rows.is_empty()).then_some(&letter.rows[..]);
        let mut selected = match frame.select(&Layout::of(&schema), wanted) {
            Ok(selected) => selected,
            Err(error) => return unreadable(error.to_string()),
        };
        let frame = selected.seal(Uuid::new_v4().as_bytes(), 1, true);
        let keys = self.keys.partition(&letter.id.event, letter.id.partition);
        let mut call = self.scripts.replay.key(&keys.dead);
        call.key(&keys.stream).arg(letter.id.id.to_string()).arg(frame);
        let mut connection = self.connector.connect().await?;
        let entry: Option<String> = call
            .invoke_async(&mut connection)
            .await
            .map_err(|error| Error::redis("sending a dead letter again", &error))?;
        Ok(match entry {
            Some(entry) => {
                tracing::info!(letter = %letter.id, entry, "a dead letter is sent again");
                Replayed::Sent { entry }
            }
            None => Replayed::Gone,
        })
    }

    /// Drops a letter on purpose; says whether it was there. Who did it and why is logged, and kept in a record of its own
    /// ([`discarded`](Self::discarded)).
    pub async fn discard(&self, letter: &DeadLetter, who: &str, why: &str) -> Result<bool, Error> {
        if why.trim().is_empty() {
            let message = "is empty: say why the letter is dropped".to_string();
            return Err(Error::Configuration { setting: "reason", message });
        }
        let rows: Vec<String> = letter.rows.iter().map(u32::to_string).collect();
        let keys = self.keys.partition(&letter.id.event, letter.id.partition);
        let mut call = self.scripts.discard.key(&keys.dead);
        call.key(&keys.discarded).arg(letter.id.id.to_string()).arg(&letter.entry).arg(&letter.code);
        call.arg(rows.join(",")).arg(who).arg(why).arg(KEPT_RECORDS);
        let mut connection = self.connector.connect().await?;
        let gone: i64 = call
            .invoke_async(&mut connection)
            .await
            .map_err(|error| Error::redis("dropping a dead letter", &error))?;
        if gone == 1 {
            tracing::warn!(letter = %letter.id, code = letter.code, who, why, "a dead letter is dropped");
        }
        Ok(gone == 1)
    }

    /// What was dropped of an event's letters, by people and by workers that keep only so many; the latest thousand of each partition.
    pub async fn discarded(&self, event: &str) -> Result<Vec<Discarded>, Error> {
        let mut connection = self.connector.connect().await?;
        let mut all = Vec::new();
        for partition in 0..self.partitions(&mut connection, event).await? {
            let key = self.keys.partition(event, partition).discarded;
            let entries: Vec<(String, Vec<String>)> = redis::cmd("XRANGE")
                .arg(key)
                .arg("-")
                .arg("+")
                .query_async(&mut connection)
                .await
                .map_err(|error| Error::redis("reading what was dropped", &error))?;
            all.extend(entries.into_iter().map(|(id, fields)| {
                Discarded {
                    partition,
                    time: EntryId::parse(&id).map_or(0, |id| id.millis),
                    fields: fields
                        .as_chunks::<2>()
                        .0
                        .iter()
                        .map(|[name, value]| (name.clone(), value.clone()))
                        .collect(),
                }
            }));
        }
        Ok(all)
    }

    /// A frame and its schema, or why there is none.
    async fn read<'a>(
        &self,
        event: &str,
        bytes: &'a [u8],
    ) -> Result<Result<(Frame<'a>, FrameSchema), String>, Error> {
        let frame = match Frame::parse(bytes) {
            Ok(frame) => frame,
            Err(error) => return Ok(Err(error.to_string())),
        };
        let mut connection = self.connector.connect().await?;
        match self.registry.schema(&mut connection, event, frame.fingerprint()).await {
            Ok(schema) => Ok(Ok((frame, schema))),
            Err(RegistryError::Redis(error)) => Err(error),
            Err(error) => Ok(Err(error.to_string())),
        }
    }

    async fn range(
        &self,
        connection: &mut MultiplexedConnection,
        event: &str,
        partition: u16,
        (from, to): (&str, &str),
        limit: usize,
    ) -> Result<Vec<DeadLetter>, Error> {
        let key = self.keys.partition(event, partition).dead;
        let mut command = redis::cmd("XRANGE");
        command.arg(&key).arg(from).arg(to).arg("COUNT").arg(limit);
        let answer: Value = command
            .query_async(connection)
            .await
            .map_err(|error| Error::redis("reading dead letters", &error))?;
        letter::letters(event, partition, answer)
            .ok_or_else(|| Error::Stored { key, message: "the answer to XRANGE".into() })
    }

    async fn partitions(&self, connection: &mut MultiplexedConnection, event: &str) -> Result<u16, Error> {
        let events = self.registry.events(connection).await?;
        let names: Vec<String> = events.iter().map(|(name, _)| name.clone()).collect();
        match events.into_iter().find(|(name, _)| name == event) {
            Some((_, partitions)) => partitions,
            None => {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let near = nearest(event, &names).map(|near| format!(": did you mean `{near}`?"));
                let message =
                    format!("`{event}` is none that a producer has announced{}", near.unwrap_or_default());
                Err(Error::Configuration { setting: "event", message })
            }
        }
    }
}
