//! What happens to a flight: it departs, late perhaps, or it is cancelled.

use chrono::{DateTime, NaiveDate, Utc};
use streamhouse::StreamSchema;

/// A flight was due to depart from New York.
#[derive(StreamSchema, Debug, Clone, PartialEq)]
#[stream(
    name = "flight.departed",
    version = 3,
    engine = MergeTree,
    partition_by = toYear(scheduled_at),
    order_by = (carrier, origin, scheduled_at, flight_id),
    index(by_destination: set(200) on destination, granularity = 4),
)]
pub struct FlightDeparted {
    /// The line of the file, from 1
    #[stream(id, codec(Delta, ZSTD(1)))]
    pub flight_id: u32,
    /// The hour of the scheduled departure
    #[stream(timestamp, codec(DoubleDelta, ZSTD(1)))]
    pub scheduled_at: DateTime<Utc>,
    /// The local day
    #[stream(type = Date)]
    pub day: NaiveDate,
    /// Two letters
    #[stream(low_cardinality)]
    pub carrier: String,
    /// The carrier's number of the flight
    pub number: u16,
    /// The aircraft, where it is known
    pub tail_number: Option<String>,
    /// One of New York's three airports
    #[stream(low_cardinality)]
    pub origin: String,
    /// An airport
    #[stream(low_cardinality)]
    pub destination: String,
    /// Miles
    #[stream(codec(T64, ZSTD(1)))]
    pub distance: u16,
    /// Minutes, negative when early; missing where it never departed
    pub departure_delay: Option<i16>,
    /// Minutes, negative when early; missing where it did not arrive as planned
    pub arrival_delay: Option<i16>,
    /// Minutes in the air
    pub air_time: Option<u16>,
}

/// A flight arrived an hour late or more.
#[derive(StreamSchema, Debug, Clone, PartialEq)]
#[stream(
    name = "flight.delayed",
    version = 3,
    partition_by = toYear(scheduled_at),
    order_by = (scheduled_at, flight_id),
    ttl = years(100),
    builder,
)]
pub struct FlightDelayed {
    /// The line of the file, from 1
    #[stream(id)]
    pub flight_id: u32,
    /// The hour of the scheduled departure
    #[stream(timestamp)]
    pub scheduled_at: DateTime<Utc>,
    /// Minutes
    pub delay: i16,
    /// What the passengers are told
    #[stream(low_cardinality, default = "late")]
    pub notice: String,
}

/// A flight was cancelled.
#[derive(StreamSchema, Debug, Clone, PartialEq)]
#[stream(name = "flight.cancelled", version = 3, order_by = (scheduled_at, flight_id))]
pub struct FlightCancelled {
    /// The line of the file, from 1
    #[stream(id)]
    pub flight_id: u32,
    /// The hour of the scheduled departure
    #[stream(timestamp)]
    pub scheduled_at: DateTime<Utc>,
    /// Where passengers wait
    #[stream(low_cardinality)]
    pub origin: String,
    /// Where they wanted to go
    #[stream(low_cardinality, renamed_from = "planned_for")]
    pub destination: String,
}
