//! Statistics of columns.

use chrono::{DateTime, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "measured", order_by = id, delivery = at_least_once)]
pub(crate) struct Measured {
    #[stream(statistics(minmax))]
    id: u64,
    #[stream(codec(T64, ZSTD(1)), statistics(tdigest, uniq))]
    duration: u32,
    #[stream(low_cardinality, statistics(uniq))]
    host: String,
    #[stream(timestamp)]
    at: DateTime<Utc>,
    #[stream(statistics(uniq), ttl = days(7))]
    note: Option<String>,
}
