//! Typed events from a struct through Redis Streams to ClickHouse, exactly once.

pub mod config;
mod error;
pub mod event;
pub mod frame;
mod house;
mod producer;
mod redis;
mod sink;
pub mod value;
mod worker;

pub use config::Config;
pub use error::{Error, ErrorKind};
pub use event::{BuildError, EventId, EventTime, FieldError, StreamSchema};
pub use house::StreamHouse;
pub use producer::Receipt;
pub use sink::{Reaction, SinkError};
pub use streamhouse_derive::StreamSchema;
pub use streamhouse_schema::fingerprint::Fingerprint;
pub use worker::{Worker, WorkerStatus};

#[doc(hidden)]
pub mod __private {
    //! What the derive's output names; no part of the public interface.

    pub use crate::event::{BuildError, EventId, EventTime, FieldError, StreamSchema};
    pub use crate::value::{Encode, SegmentBuffer, column};
    pub use streamhouse_schema::fingerprint::Fingerprint;
}
