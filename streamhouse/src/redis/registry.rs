//! What producers tell workers: which events there are, in how many partitions, and what their frames hold.

use redis::aio::MultiplexedConnection;
use redis::{AsyncCommands, RedisError};
use serde::{Deserialize, Serialize};
use streamhouse_schema::fingerprint::Fingerprint;
use streamhouse_schema::frame_schema::{FrameSchema, FrameSchemaError, MAX_NAME};

use super::{GROUP, Keys};
use crate::error::Error;

const FORMAT: u32 = 1;

/// Reads and writes the registry of a house.
#[derive(Debug, Clone)]
pub(crate) struct Registry {
    keys: Keys,
}

/// Why a fingerprint does not lead to a schema.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RegistryError {
    #[error("no schema is published under {0}")]
    Unknown(Fingerprint),
    #[error(transparent)]
    Unusable(#[from] FrameSchemaError),
    #[error("the schema published under {expected} has the fingerprint {found}")]
    Forged { expected: Fingerprint, found: Fingerprint },
    #[error("the schema published under {0} is of the event `{1}`")]
    OtherEvent(Fingerprint, String),
    #[error(transparent)]
    Redis(Error),
}

#[derive(Serialize, Deserialize)]
struct EventEntry {
    format: u32,
    partitions: u16,
}

impl Registry {
    pub(crate) fn new(keys: Keys) -> Self {
        Self { keys }
    }

    /// Publishes an event and one of its schemas; gives the number of partitions that its stream has.
    pub(crate) async fn publish(
        &self,
        connection: &mut MultiplexedConnection,
        event: &str,
        fingerprint: Fingerprint,
        document: &str,
        partitions: u16,
    ) -> Result<u16, Error> {
        let failed = |error: redis::RedisError| Error::redis("publishing a schema", &error);
        let key = self.keys.schema(fingerprint);
        // What is there is left alone: where only a deployer may publish, a producer need not.
        let (published, entry): (Option<String>, Option<String>) = redis::pipe()
            .get(&key)
            .hget(self.keys.events(), event)
            .query_async(connection)
            .await
            .map_err(failed)?;
        match published {
            Some(published) => {
                let found = FrameSchema::from_json(&published).map(|schema| schema.fingerprint());
                if found.ok() != Some(fingerprint) {
                    let message = "another schema than the one that it names: workers would read no frame of it, so none is sent";
                    return Err(Error::Stored { key, message: message.into() });
                }
            }
            None => {
                let _: bool = connection.set_nx(&key, document).await.map_err(|error| refused(&error))?;
            }
        }
        let known = entry.is_some();
        let entry = match entry {
            Some(entry) => entry,
            None => {
                let entry = serde_json::json!(EventEntry { format: FORMAT, partitions }).to_string();
                let written: redis::RedisResult<bool> =
                    connection.hset_nx(self.keys.events(), event, entry).await;
                written.map_err(|error| refused(&error))?;
                connection.hget(self.keys.events(), event).await.map_err(failed)?
            }
        };
        let partitions = self.read_entry(event, &entry)?;

        let mut groups = redis::pipe();
        for partition in 0..partitions {
            let stream = self.keys.partition(event, partition).stream;
            groups.cmd("XGROUP").arg("CREATE").arg(stream).arg(GROUP).arg("0").arg("MKSTREAM");
        }
        // BUSYGROUP is the usual answer: the groups are there already.
        let answers: Vec<redis::RedisResult<()>> =
            groups.ignore_errors().query_async(connection).await.map_err(failed)?;
        for answer in answers {
            match answer {
                Err(error) if known && error.code() == Some("NOPERM") => {}
                Err(error) if error.code() != Some("BUSYGROUP") => return Err(failed(error)),
                _ => {}
            }
        }
        Ok(partitions)
    }

    /// All events and the number of their partitions, by name; in the place of the number what is wrong with an entry.
    pub(crate) async fn events(
        &self,
        connection: &mut MultiplexedConnection,
    ) -> Result<Vec<(String, Result<u16, Error>)>, Error> {
        let entries: std::collections::BTreeMap<String, String> = connection
            .hgetall(self.keys.events())
            .await
            .map_err(|error| Error::redis("reading which events there are", &error))?;
        let read = |(event, entry): (String, String)| {
            let partitions = self.read_entry(&event, &entry);
            (event, partitions)
        };
        Ok(entries.into_iter().map(read).collect())
    }

    /// The schema under a fingerprint, checked: what is in Redis may be anybody's.
    pub(crate) async fn schema(
        &self,
        connection: &mut MultiplexedConnection,
        event: &str,
        fingerprint: Fingerprint,
    ) -> Result<FrameSchema, RegistryError> {
        let document: Option<String> = connection
            .get(self.keys.schema(fingerprint))
            .await
            .map_err(|error| RegistryError::Redis(Error::redis("reading a schema", &error)))?;
        let schema = FrameSchema::from_json(&document.ok_or(RegistryError::Unknown(fingerprint))?)?;
        let found = schema.fingerprint();
        if found != fingerprint {
            return Err(RegistryError::Forged { expected: fingerprint, found });
        }
        if schema.event != event {
            return Err(RegistryError::OtherEvent(fingerprint, schema.event));
        }
        Ok(schema)
    }

    fn read_entry(&self, event: &str, entry: &str) -> Result<u16, Error> {
        let not_understood = |message| Error::Stored { key: self.keys.events(), message };
        // It becomes part of keys, with a hash tag.
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._".contains(c);
        if event.is_empty() || event.len() > MAX_NAME || !event.chars().all(plain) {
            return Err(not_understood(format!("{event:?} is not the name of an event")));
        }
        let entry: EventEntry = serde_json::from_str(entry)
            .map_err(|error| not_understood(format!("event `{event}`: {error}")))?;
        if entry.format != FORMAT || !(1..=1024).contains(&entry.partitions) {
            return Err(not_understood(format!(
                "event `{event}`: format {}, {} partitions",
                entry.format, entry.partitions
            )));
        }
        Ok(entry.partitions)
    }
}

/// Why something is not published.
fn refused(error: &RedisError) -> Error {
    match Error::redis("publishing a schema", error) {
        Error::Redis { operation, message, retryable, code } if code == "NOPERM" => {
            let message = format!(
                "{message}; it is not published yet, and here only a deployer may: `streamhouse publish`"
            );
            Error::Redis { operation, message, retryable, code }
        }
        other => other,
    }
}
