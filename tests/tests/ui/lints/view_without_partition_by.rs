use chrono::{DateTime, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(
    name = "shop.order",
    order_by = id,
    deny(view_without_partition_by),
    view(orders_daily: engine = "SummingMergeTree ORDER BY day", select = "SELECT toDate(at) AS day, count() AS orders FROM shop_order GROUP BY day"),
    view(orders_hourly_feed: to = orders_hourly, select = "SELECT toStartOfHour(at) AS hour, count() AS orders FROM shop_order GROUP BY hour"),
    view(orders_told: engine = "SummingMergeTree ORDER BY day", partition_by = (), select = "SELECT toDate(at) AS day, count() AS orders FROM shop_order GROUP BY day"),
    view(orders_latest: engine = "ReplacingMergeTree ORDER BY day", select = "SELECT toDate(at) AS day, count() AS orders FROM shop_order GROUP BY day"),
)]
struct Order {
    id: u64,
    at: DateTime<Utc>,
}

fn main() {}
