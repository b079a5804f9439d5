//! The house: where an application sends its events, creates their tables, and gets its workers.

use crate::config::Config;
use crate::dead::DeadLetters;
use crate::error::Error;
use crate::event::StreamSchema;
use crate::producer::{Opened, Outgoing, Producer, Receipt, SpoolStatus};
use crate::redis::{Connector, Keys};
use crate::sink::Sink;
use crate::worker::Worker;

/// A connection to Redis and ClickHouse. One a process is enough; share it by reference or in an `Arc`.
#[derive(Debug)]
pub struct StreamHouse {
    config: Config,
    producer: Producer,
    sink: Sink,
}

impl StreamHouse {
    /// Connects. Fails where Redis refuses, or cannot be reached and there is no [spool](crate::config::SpoolConfig);
    /// ClickHouse is needed by tables and workers only, and is asked when they are.
    ///
    /// Takes over what an earlier process has left in the spool. Fails where another one has it open.
    pub async fn connect(config: Config) -> Result<Self, Error> {
        config.check()?;
        let connector = Connector::new(&config.redis)?;
        let spool = open_spool(&config).await?;
        let reached = match reach(&connector).await {
            Err(error) if spool.is_some() && error.is_retryable() => {
                tracing::warn!(%error, "Redis is not there: events go into the spool");
                false
            }
            reached => reached.map(|()| true)?,
        };
        let keys = Keys::new(&config.redis.prefix);
        let producer = Producer::start(config.producer.clone(), connector, keys, spool, reached)?;
        let sink = Sink::new(&config.clickhouse);
        Ok(Self { config, producer, sink })
    }

    /// Creates an event's table where it is missing, with what belongs to it (a distributed table, views), and the
    /// database too. Nothing else ever creates or changes a table.
    ///
    /// Fails where the server is older than what the table uses ([`NEEDS`](StreamSchema::NEEDS)).
    ///
    /// A view needs the table that it writes into. The database is created on the server that is asked; where the
    /// declaration says `on_cluster`, the other servers have to have it.
    pub async fn create_table<E: StreamSchema>(&self) -> Result<(), Error> {
        if let Some(needs) = E::NEEDS {
            self.sink.check_version(E::EVENT, needs.what, needs.since).await?;
        }
        self.sink.create_database().await?;
        for statement in E::CREATE {
            self.sink.create(statement).await?;
        }
        Ok(())
    }

    /// Sends an event, and returns once Redis has it, or the [spool](crate::config::SpoolConfig) where there is one and Redis does
    /// not take it. Concurrent calls share frames.
    ///
    /// Where the returned future is dropped before it is done, the event may be sent or not.
    pub async fn send<E: Outgoing>(&self, event: &E) -> Result<Receipt, Error> {
        self.producer.send(event).await
    }

    /// Sends events that share frames, and returns how many once Redis, or the spool, has all of them.
    ///
    /// An event with a value that its column cannot hold ends the call; those before it are sent.
    pub async fn send_all<'a, E: Outgoing>(
        &self,
        events: impl IntoIterator<Item = &'a E>,
    ) -> Result<usize, Error> {
        self.producer.send_all(events).await
    }

    /// Takes an event into the buffer and returns. Where the buffer is full, [`WhenFull`](crate::config::WhenFull)
    /// decides: the call blocks its thread until there is room, or returns [`Error::Full`].
    ///
    /// What was taken is lost if the process dies; [`flush`](Self::flush) waits until Redis, or the spool, has it.
    pub fn enqueue<E: Outgoing>(&self, event: &E) -> Result<(), Error> {
        self.producer.enqueue(event)
    }

    /// Waits until Redis, or the spool, has everything that was sent or enqueued before. [`spool`](Self::spool) says whether
    /// some of it is still on the disk.
    pub async fn flush(&self) -> Result<(), Error> {
        self.producer.flush().await
    }

    /// Takes no more events, waits until Redis has what was taken, and ends. While Redis takes nothing, it is enough that the spool
    /// has it: the next process that opens the folder sends it.
    ///
    /// [`Error::Unconfirmed`] says that Redis did not take everything in time, and [`pending`](Self::pending) how many
    /// events that concerns; they are given up.
    pub async fn close(&self) -> Result<(), Error> {
        self.producer.close().await
    }

    /// Events that were accepted and that neither Redis nor the spool has confirmed.
    pub fn pending(&self) -> u64 {
        self.producer.pending()
    }

    /// How the spool is; `None` where there is none.
    pub fn spool(&self) -> Option<SpoolStatus> {
        self.producer.spool()
    }

    /// Why events wait, while they do.
    pub(crate) fn trouble(&self) -> Option<String> {
        self.producer.trouble()
    }

    /// A worker with the same settings.
    pub fn worker(&self) -> Result<Worker, Error> {
        Worker::new(&self.config)
    }

    /// What workers have set aside.
    pub fn dead_letters(&self) -> Result<DeadLetters, Error> {
        DeadLetters::new(&self.config)
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.config
    }
}

async fn reach(connector: &Connector) -> Result<(), Error> {
    let mut connection = connector.connect().await?;
    let pong: Result<String, _> = redis::cmd("PING").query_async(&mut connection).await;
    pong.map_err(|error| Error::redis("connecting", &error))?;
    connector.durability().check(&mut connection).await
}

async fn open_spool(config: &Config) -> Result<Option<Opened>, Error> {
    let Some(spool) = config.producer.spool.clone() else { return Ok(None) };
    let prefix = config.redis.prefix.clone();
    let opened = tokio::task::spawn_blocking(move || Opened::open(&spool, &prefix)).await;
    opened
        .unwrap_or_else(|error| {
            let (message, retryable) = (format!("could not be opened: {error}"), false);
            let path = config.producer.spool.as_ref().map(|spool| spool.folder.clone()).unwrap_or_default();
            Err(Error::Spool { path, message, retryable })
        })
        .map(Some)
}
