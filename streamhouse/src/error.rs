//! What can go wrong, sorted by what a caller can do about it.

use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::dynamic::{DynamicError, SchemaError};
use crate::event::{BuildError, FieldError};
use crate::producer::Pending;
use crate::reactions::{self, Reaction};
use crate::sink::SinkError;
use crate::validate::ValidationError;

/// Any error of the runtime. [`kind`](Error::kind) sorts it, [`is_retryable`](Error::is_retryable) says whether the
/// same call may succeed later.
#[derive(Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The event holds a value that its column cannot hold.
    #[error("event `{event}`: {source}")]
    Invalid {
        /// The event's name.
        event: Cow<'static, str>,
        /// The field, and why.
        source: FieldError,
    },
    /// The event holds a value that breaks a rule of its declaration.
    #[error("event `{event}`: {source}")]
    Broken {
        /// The event's name.
        event: Cow<'static, str>,
        /// The field, its value and the rule; apart, for results to be small.
        source: Box<ValidationError>,
    },
    /// JSON does not follow its event's document.
    #[error(transparent)]
    Dynamic(#[from] DynamicError),
    /// A document cannot be used for events.
    #[error(transparent)]
    Document(#[from] Arc<SchemaError>),
    /// A builder was not given everything, or was given what breaks a rule.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The buffer of events that wait for Redis has no room.
    #[error(
        "event `{event}`: {limit} bytes of events already wait for Redis: send again later, or raise `producer.buffer_bytes`{}",
        because(.cause)
    )]
    Full {
        /// The event's name.
        event: Cow<'static, str>,
        /// The buffer's size in bytes.
        limit: usize,
        /// What Redis last answered, if it was an error.
        cause: Option<String>,
    },
    /// Redis has not confirmed in time. The event may have arrived or may yet arrive: it is still being sent, and the
    /// next [`flush`](crate::StreamHouse::flush) waits for it, or `pending` for it alone. To send it once more would make two of it.
    #[error("event `{event}`: Redis has not confirmed it within {waited:?}; it is still being sent{}", because(.cause))]
    Unconfirmed {
        /// The event's name.
        event: Cow<'static, str>,
        /// How long the call waited.
        waited: Duration,
        /// What Redis last answered, if it was an error.
        cause: Option<String>,
        /// Waits on for the same event, where it was sent alone.
        pending: Option<Pending>,
    },
    /// A partition of the event's stream has as many entries, or bytes of Redis' memory, as it may: what is behind it is slower than what
    /// is sent. Events wait in the buffer until there is room.
    #[error(
        "event `{event}`: partition {partition} of its stream has {limit} or more, as `{setting}` allows, that are not in ClickHouse yet: see whether workers run, and what holds them up"
    )]
    Backlog {
        /// The event's name.
        event: Cow<'static, str>,
        /// The partition of its stream.
        partition: usize,
        /// What limits it.
        setting: &'static str,
        /// Entries or bytes.
        limit: u64,
    },
    /// The house was closed.
    #[error("the house is closed: no event is taken any more")]
    Closed,
    /// A setting cannot be used.
    #[error("the setting `{setting}` {message}")]
    Configuration {
        /// The setting's name.
        setting: &'static str,
        /// What is wrong, and what would be right.
        message: String,
    },
    /// Redis cannot be reached, or refuses.
    #[error("Redis, {operation}: {message}")]
    Redis {
        /// What was to be done.
        operation: &'static str,
        /// What Redis or the network says, and where.
        message: String,
        /// Whether the same may succeed later.
        retryable: bool,
        /// What Redis calls it, such as `OOM`; see [`REDIS`](crate::reactions::REDIS). `I/O` where it was not reached.
        code: String,
    },
    /// What is stored in Redis is not what this version understands.
    #[error("Redis holds under `{key}` something that this version does not understand: {message}")]
    Stored {
        /// The key.
        key: String,
        /// What is wrong.
        message: String,
    },
    /// The spool cannot be opened, written or read.
    #[error("the spool at {}: {message}", .path.display())]
    Spool {
        /// The folder, or the file in it.
        path: PathBuf,
        /// What is wrong, and what would mend it.
        message: String,
        /// Whether the same may succeed later.
        retryable: bool,
    },
    /// ClickHouse cannot be reached, refuses, or lacks what an event needs.
    #[error(transparent)]
    Sink(#[from] SinkError),
}

/// The message, for a program that returns an error from `main` shows it so, and what has to be done stands in it.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What an error is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The data: mend the event.
    Validation,
    /// The table or the declaration: a migration or a change of code is needed.
    Schema,
    /// A server or the way to it: try again later.
    Connection,
    /// A setting: mend it and start again.
    Configuration,
    /// The stream: too full, closed, or not understood.
    Stream,
}

impl Error {
    /// What the error is about.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::Invalid { .. } | Error::Broken { .. } | Error::Dynamic(_) | Error::Build(_) => {
                ErrorKind::Validation
            }
            Error::Full { .. } | Error::Backlog { .. } | Error::Closed | Error::Stored { .. } => {
                ErrorKind::Stream
            }
            Error::Unconfirmed { .. } => ErrorKind::Connection,
            Error::Document(_) => ErrorKind::Schema,
            Error::Configuration { .. } | Error::Spool { .. } => ErrorKind::Configuration,
            Error::Redis { retryable, .. } => {
                if *retryable {
                    ErrorKind::Connection
                } else {
                    ErrorKind::Configuration
                }
            }
            Error::Sink(error) => error.kind(),
        }
    }

    /// Whether the same call may succeed later. [`Error::Unconfirmed`] is not: the event is still being sent, and
    /// sending it once more would make two of it.
    pub fn is_retryable(&self) -> bool {
        match self {
            Error::Full { .. } | Error::Backlog { .. } => true,
            Error::Redis { retryable, .. } | Error::Spool { retryable, .. } => *retryable,
            Error::Sink(error) => error.is_retryable(),
            Error::Invalid { .. }
            | Error::Broken { .. }
            | Error::Dynamic(_)
            | Error::Document(_)
            | Error::Build(_)
            | Error::Unconfirmed { .. }
            | Error::Closed
            | Error::Configuration { .. }
            | Error::Stored { .. } => false,
        }
    }

    /// What a worker does about it.
    pub fn reaction(&self) -> Reaction {
        match self {
            Error::Redis { code, .. } => reactions::to_redis(code),
            Error::Sink(error) => error.reaction(),
            Error::Full { .. }
            | Error::Backlog { .. }
            | Error::Unconfirmed { .. }
            | Error::Spool { retryable: true, .. } => Reaction::Wait,
            Error::Invalid { .. }
            | Error::Broken { .. }
            | Error::Dynamic(_)
            | Error::Document(_)
            | Error::Build(_)
            | Error::Closed
            | Error::Configuration { .. }
            | Error::Spool { .. }
            | Error::Stored { .. } => Reaction::Stop,
        }
    }

    /// Whether a person should know of it at once, also where it may pass by itself.
    pub(crate) fn is_loud(&self) -> bool {
        match self {
            Error::Redis { code, .. } => !self.is_retryable() || reactions::is_loud(code),
            _ => !self.is_retryable(),
        }
    }

    pub(crate) fn redis(operation: &'static str, error: &redis::RedisError) -> Self {
        let code = reactions::code_of(error);
        let help = reactions::help(code).map(|help| format!(" ({help})")).unwrap_or_default();
        let retryable = matches!(reactions::to_redis(code), Reaction::Retry | Reaction::Wait);
        Error::Redis { operation, message: format!("{error}{help}"), retryable, code: code.to_string() }
    }
}

/// So that `?` takes it.
impl From<SchemaError> for Error {
    fn from(error: SchemaError) -> Self {
        Self::Document(Arc::new(error))
    }
}

fn because(cause: &Option<String>) -> String {
    cause.as_ref().map(|cause| format!(" ({cause})")).unwrap_or_default()
}
