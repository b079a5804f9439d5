use chrono::{DateTime, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(
    name = "shop.order",
    order_by = id,
    view(unknown: to = daily, select = "SELECT toDate(ta) AS day FROM shop_order"),
    view(misfit: to = daily, select = "SELECT toDate(tags) AS day FROM shop_order"),
    view(unnamed: to = daily, select = "SELECT toDate(at) AS day, count() FROM shop_order GROUP BY day"),
    view(not_summed: to = daily, select = "SELECT toDate(at) AS day, id, count() AS orders FROM shop_order GROUP BY day"),
    view(narrow: engine = "MergeTree ORDER BY day", columns = "day Date, orders UInt8", select = "SELECT toDate(at) AS day, count() AS orders FROM shop_order GROUP BY day"),
    view(no_engine: engine = "SumingMergeTree ORDER BY day", select = "SELECT toDate(at) AS day FROM shop_order"),
    view(no_key: engine = "MergeTree ORDER BY date", select = "SELECT toDate(at) AS day FROM shop_order"),
    view(null_key: engine = "MergeTree PARTITION BY toYYYYMM(paid) ORDER BY id", select = "SELECT toDate(paid) AS paid, id FROM shop_order"),
    view(null_listed: engine = "MergeTree PRIMARY KEY id ORDER BY (id, note) SETTINGS index_granularity = 1024", columns = "id UInt64, note Nullable(String)", select = "SELECT id, toString(paid) AS note FROM shop_order"),
    view(null_allowed: engine = "MergeTree ORDER BY paid SETTINGS index_granularity = 1024, allow_nullable_key = 1", select = "SELECT paid FROM shop_order"),
    view(null_no_more: engine = "MergeTree ORDER BY paid", select = "SELECT ifNull(paid, at) AS paid FROM shop_order"),
    view(schedule: to = daily, refresh = "HOURLY", select = "SELECT toDate(at) AS day FROM shop_order"),
    view(both: to = daily, engine = "MergeTree ORDER BY day", select = "SELECT toDate(at) AS day FROM shop_order"),
)]
struct Order {
    id: u64,
    tags: Vec<String>,
    at: DateTime<Utc>,
    paid: Option<DateTime<Utc>>,
}

fn main() {}
