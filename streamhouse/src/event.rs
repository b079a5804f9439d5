//! What an event type is to the runtime.

use std::fmt;

use streamhouse_schema::fingerprint::Fingerprint;
use streamhouse_schema::version::Version;
use uuid::Uuid;

use crate::validate::ValidationError;
use crate::value::{SegmentBuffer, ValueError};

/// An event type: implemented by `#[derive(StreamSchema)]`, never by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event",
    note = "put `#[derive(StreamSchema)]` and `#[stream(name = \"…\", order_by = …)]` on its declaration"
)]
pub trait StreamSchema: Send + Sync + 'static {
    /// What the declaration says of the event: the constants below, as one value, for rustc checks each constant of each event
    /// by itself.
    const INFO: EventInfo;

    /// The event's name, such as `ecommerce.order.created`.
    const EVENT: &'static str = Self::INFO.event;
    /// The version of the declaration.
    const VERSION: u32 = Self::INFO.version;
    /// The table, without its database.
    const TABLE: &'static str = Self::INFO.table;
    /// The fingerprint of [`FRAME_SCHEMA`](Self::FRAME_SCHEMA).
    const FINGERPRINT: Fingerprint = Self::INFO.fingerprint;
    /// The schema that is published in Redis: JSON, see `docs/format.md`.
    const FRAME_SCHEMA: &'static str = Self::INFO.frame_schema;
    /// The statements that create the table and what belongs to it, in their order, without a database: the first one is
    /// the table, and after it come the table that spreads it over a cluster and its views.
    const CREATE: &'static [&'static str] = Self::INFO.create;
    /// The youngest thing that the statements use, where not every ClickHouse from 24.8 on has it.
    const NEEDS: Option<Needs> = Self::INFO.needs;
    /// How many segments the columns have together.
    const SEGMENTS: usize = Self::INFO.segments;

    /// Applies the rules that the declaration has for values. Whatever sends an event calls it first.
    #[inline]
    fn validate(&self) -> Result<(), ValidationError> {
        Ok(())
    }

    /// Appends the event to the segments of a frame, [`SEGMENTS`](Self::SEGMENTS) of them. After an error they are
    /// half written.
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), FieldError>;

    /// When it happened, in milliseconds since 1970, if a field says so.
    #[inline]
    fn event_time(&self) -> Option<i64> {
        None
    }
}

/// What a declaration says of its event; see the constants of [`StreamSchema`] of the same names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventInfo {
    /// [`StreamSchema::EVENT`]
    pub event: &'static str,
    /// [`StreamSchema::VERSION`]
    pub version: u32,
    /// [`StreamSchema::TABLE`]
    pub table: &'static str,
    /// [`StreamSchema::FINGERPRINT`]
    pub fingerprint: Fingerprint,
    /// [`StreamSchema::FRAME_SCHEMA`]
    pub frame_schema: &'static str,
    /// [`StreamSchema::CREATE`]
    pub create: &'static [&'static str],
    /// [`StreamSchema::NEEDS`]
    pub needs: Option<Needs>,
    /// [`StreamSchema::SEGMENTS`]
    pub segments: usize,
}

/// Something that a ClickHouse server has to know to take a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// What: the name of a type, a function, a setting, an index or an engine.
    pub what: &'static str,
    /// The first release that has it without a setting.
    pub since: Version,
}

/// A value that its column cannot hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("field `{field}`: {source}")]
pub struct FieldError {
    /// The field's name.
    pub field: &'static str,
    /// Why.
    pub source: ValueError,
}

impl FieldError {
    /// What is wrong with a field.
    #[cold]
    pub fn new(field: &'static str, source: ValueError) -> Self {
        Self { field, source }
    }

    /// The segments are not as many as the event's columns have.
    #[cold]
    pub fn segments() -> Self {
        Self { field: "(all)", source: ValueError::WrongFrame }
    }
}

/// A builder was not given everything, or what it was given breaks a rule.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A field was not given.
    #[error(
        "event `{event}`: field `{field}` has no value and no default: call `.{field}(…)` before `build()`"
    )]
    Missing {
        /// The event's name.
        event: &'static str,
        /// The field's name.
        field: &'static str,
    },
    /// A value breaks a rule of the declaration.
    #[error("event `{event}`: {source}")]
    Broken {
        /// The event's name.
        event: &'static str,
        /// The field, its value and the rule; apart, for results to be small.
        source: Box<ValidationError>,
    },
}

/// The message, as that of [`Error`](crate::Error).
impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl BuildError {
    /// The field that has no value.
    #[cold]
    pub fn missing(event: &'static str, field: &'static str) -> Self {
        Self::Missing { event, field }
    }

    /// The field that has no value, or whose value breaks a rule; empty for a rule of the event as a whole.
    pub fn field(&self) -> &str {
        match self {
            BuildError::Missing { field, .. } => field,
            BuildError::Broken { source, .. } => &source.field,
        }
    }

    /// The value that breaks a rule.
    #[cold]
    pub fn broken(event: &'static str, source: ValidationError) -> Self {
        Self::Broken { event, source: Box::new(source) }
    }
}

/// The type of a field `#[stream(id)]` that a builder can fill.
pub trait EventId {
    /// A new identity, unlike all others.
    fn fresh() -> Self;
}

/// A UUID of version 7, so that identities sort by time.
impl EventId for Uuid {
    fn fresh() -> Self {
        Uuid::now_v7()
    }
}

/// The text of a UUID of version 7.
impl EventId for String {
    fn fresh() -> Self {
        Uuid::now_v7().to_string()
    }
}

/// The type of a field `#[stream(timestamp)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot say when an event happened",
    label = "not a moment in time",
    note = "a field `#[stream(timestamp)]` is a `chrono::DateTime<Utc>`, a `chrono::NaiveDateTime`, a `time::OffsetDateTime`, a `time::UtcDateTime`, a `time::PrimitiveDateTime` or a `jiff::Timestamp`; those of `time` and `jiff` need the features of these names"
)]
pub trait EventTime {
    /// This moment.
    fn now() -> Self;
    /// Milliseconds since 1970, rounded down.
    fn unix_millis(&self) -> i64;
}

#[cfg(feature = "chrono")]
impl EventTime for chrono::DateTime<chrono::Utc> {
    fn now() -> Self {
        chrono::Utc::now()
    }

    fn unix_millis(&self) -> i64 {
        self.timestamp_millis()
    }
}

#[cfg(feature = "chrono")]
impl EventTime for chrono::NaiveDateTime {
    fn now() -> Self {
        chrono::Utc::now().naive_utc()
    }

    fn unix_millis(&self) -> i64 {
        self.and_utc().timestamp_millis()
    }
}

#[cfg(feature = "time")]
impl EventTime for time::OffsetDateTime {
    fn now() -> Self {
        time::OffsetDateTime::now_utc()
    }

    fn unix_millis(&self) -> i64 {
        (self.unix_timestamp_nanos().div_euclid(1_000_000)) as i64
    }
}

#[cfg(feature = "time")]
impl EventTime for time::UtcDateTime {
    fn now() -> Self {
        time::UtcDateTime::now()
    }

    fn unix_millis(&self) -> i64 {
        (self.unix_timestamp_nanos().div_euclid(1_000_000)) as i64
    }
}

#[cfg(feature = "time")]
impl EventTime for time::PrimitiveDateTime {
    fn now() -> Self {
        let now = time::OffsetDateTime::now_utc();
        time::PrimitiveDateTime::new(now.date(), now.time())
    }

    fn unix_millis(&self) -> i64 {
        self.assume_utc().unix_millis()
    }
}

#[cfg(feature = "jiff")]
impl EventTime for jiff::Timestamp {
    fn now() -> Self {
        jiff::Timestamp::now()
    }

    fn unix_millis(&self) -> i64 {
        self.as_nanosecond().div_euclid(1_000_000) as i64
    }
}
