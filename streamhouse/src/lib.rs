//! Typed events from a struct through Redis Streams to ClickHouse, exactly once.
//!
//! 1. Declare an event: `#[derive(`[`StreamSchema`](derive@StreamSchema)`)]` on a struct.
//! 2. Connect a [`StreamHouse`], and create the event's table once with [`create_table`](StreamHouse::create_table).
//! 3. [`send`](StreamHouse::send) events, or [`enqueue`](StreamHouse::enqueue) them without waiting.
//! 4. Run a [`Worker`], here or in another process: it brings what was sent to ClickHouse.
//!
//! ```no_run
//! use streamhouse::{Config, StreamHouse, StreamSchema};
//!
//! #[derive(StreamSchema)]
//! #[stream(name = "door.opened", order_by = opened_at)]
//! struct DoorOpened {
//!     #[stream(timestamp)]
//!     opened_at: chrono::DateTime<chrono::Utc>,
//!     door: u16,
//! }
//!
//! # async fn example() -> Result<(), streamhouse::Error> {
//! let house = StreamHouse::connect(Config::from_env()?).await?;
//! house.create_table::<DoorOpened>().await?;
//! house.send(&DoorOpened { opened_at: chrono::Utc::now(), door: 3 }).await?;
//! house.worker()?.drain().await?;
//! house.close().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # What can go wrong
//!
//! Every call returns [`Error`]. [`Error::kind`] says what it is about and [`Error::is_retryable`] whether the same call
//! may succeed later. An event that was accepted is never dropped in silence.

pub mod acl;
pub mod config;
pub mod dead;
mod derived;
pub mod dynamic;
mod error;
pub mod event;
#[doc(hidden)]
pub mod feed;
pub mod frame;
mod house;
pub mod live;
pub mod migrate;
mod producer;
mod publish;
pub mod reactions;
mod redis;
#[cfg(test)]
mod simulation;
mod sink;
pub mod spool;
pub mod validate;
pub mod value;
mod worker;

pub use config::Config;
pub use dead::DeadLetters;
pub use dynamic::{DynamicEvent, DynamicSchema};
pub use error::{Error, ErrorKind};
pub use event::{BuildError, EventId, EventInfo, EventTime, FieldError, Needs, StreamSchema};
pub use house::StreamHouse;
pub use producer::{Outgoing, Pending, Receipt, SpoolStatus};
pub use publish::{publish, publish_schema};
pub use reactions::Reaction;
pub use sink::SinkError;
#[doc = include_str!("../../docs/declaring.md")]
pub use streamhouse_derive::StreamSchema;
pub use streamhouse_derive::StreamType;
/// The migrations of the project, within the program: `migrations/` below the folder of `streamhouse.toml`, or of the package where
/// there is none; another folder there by its name, `migrations!("database")`. What could not be applied, such as one that was edited
/// after it was sealed, is a build error.
///
/// ```no_run
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// use streamhouse::Config;
/// use streamhouse::migrate::{ApplyOptions, Migrator};
///
/// let migrator = Migrator::new(&Config::from_env()?, streamhouse::migrations!()?)?;
/// migrator.apply(&ApplyOptions::default(), &mut |_| {}).await?;
/// # Ok(())
/// # }
/// ```
///
/// A migration that is new is seen when the package is built anew, which a build script with `streamhouse_build::build()` takes care
/// of.
pub use streamhouse_derive::migrations;
pub use streamhouse_schema::fingerprint::Fingerprint;
pub use streamhouse_schema::version::Version;
pub use validate::ValidationError;
pub use value::StreamType;
pub use worker::{BreakerState, Worker, WorkerStatus};

#[doc(hidden)]
pub mod __private {
    //! What the derive's output names; no part of the public interface.

    pub use crate::derived::{Built, Given, Row, check, given, set};
    pub use crate::event::{BuildError, EventId, EventInfo, EventTime, FieldError, Needs, StreamSchema};
    pub use crate::feed;
    pub use crate::validate::{self, ValidationError};
    pub use crate::value::{
        ColumnType, Detail, Encode, EncodeRow, SegmentBuffer, StreamType, ValueError, column, detail,
    };
    /// The schema of a type, from the text that its derive wrote.
    #[cfg(feature = "schemars")]
    pub fn json_schema(text: &str) -> schemars::Schema {
        let value: Option<serde_json::Value> = serde_json::from_str(text).ok();
        value.and_then(|value| schemars::Schema::try_from(value).ok()).unwrap_or_default()
    }
    pub use core::convert::Into;
    pub use core::option::Option::{self, None, Some};
    pub use core::result::Result::{self, Err, Ok};
    #[cfg(feature = "schemars")]
    pub use schemars;
    pub use std::borrow::Cow;
    pub use std::string::{String, ToString};
    pub use streamhouse_schema::fingerprint::Fingerprint;
    pub use streamhouse_schema::version::Version;
}

/// The examples of the page on JSON.
#[cfg(doctest)]
#[doc = include_str!("../../docs/json.md")]
struct EventsAsJson;

/// The examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
