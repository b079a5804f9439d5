//! Page views of Wikipedia: codecs with levels.

use chrono::{DateTime, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(
    name = "wikipedia.view",
    table = "wikistat",
    order_by = (path, time),
    delivery = at_least_once,
)]
pub(crate) struct View {
    #[stream(timestamp, type = DateTime, codec(Delta(4), ZSTD(3)))]
    time: DateTime<Utc>,
    #[stream(low_cardinality)]
    project: String,
    #[stream(low_cardinality)]
    subproject: String,
    #[stream(codec(ZSTD(3)))]
    path: String,
    #[stream(codec(ZSTD(3)))]
    hits: u64,
}
