//! The C interface of libchdb, made safe. The only `unsafe` code of the project.
//!
//! The functions are those of `programs/local/chdb.h` of the library's version that [`crate::library`] pins. What they promise, and what is
//! relied on here: a connection runs one statement at a time and may be used from any thread; results belong to the
//! caller until they are destroyed; buffers that are passed in are copied before the call returns.

mod api;
mod connection;
mod engine;
mod output;
mod streams;

pub use connection::{Analysis, Connection};
pub use engine::{Engine, exit_now};
pub use output::{Output, Progress};
pub use streams::{InsertStream, ResultStream};

/// Why the engine could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The library cannot be loaded.
    #[error("{path} cannot be loaded as libchdb: {message}")]
    Load {
        /// The file.
        path: String,
        /// What the loader says.
        message: String,
    },
    /// The engine does not open the data folder.
    #[error("the engine does not open {path}: the folder may be damaged, or the disk full; its log is above")]
    Open {
        /// The folder.
        path: String,
    },
    /// The engine is one a process, also after it was shut down.
    #[error(
        "this process has opened an engine already: the engine is one a process; share it, or start the program streamhouse-embedded beside it"
    )]
    Second,
    /// What ClickHouse says, as it says it: `Code: 60. DB::Exception: …`.
    #[error("{0}")]
    Query(String),
}
