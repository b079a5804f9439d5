//! A view writes into the table of another struct, which rustc compares with it.

use chrono::{DateTime, NaiveDate, Utc};
use streamhouse::StreamSchema;

mod daily {
    use super::{NaiveDate, StreamSchema};

    #[derive(StreamSchema)]
    #[stream(
        name = "shop.order.daily",
        table = "orders_daily",
        order_by = day,
        engine = AggregatingMergeTree,
        delivery = at_least_once,
        column(shops: AggregateFunction(uniq, LowCardinality(String)), filled),
        column("last order": SimpleAggregateFunction(max, Nullable(DateTime64(3, "UTC"))), filled),
        settings(non_replicated_deduplication_window = 10000)
    )]
    pub struct OrdersDaily {
        #[stream(type = Date)]
        pub day: NaiveDate,
        #[stream(type = SimpleAggregateFunction(sum, UInt64))]
        pub orders: u64,
    }
}

#[derive(StreamSchema)]
#[stream(
    name = "shop.order",
    order_by = id,
    view(
        orders_daily_feed: to = orders_daily,
        struct = daily::OrdersDaily,
        select = "SELECT toDate(at) AS day, count(*) AS orders, uniqState(shop) AS shops, max(at) AS `last order` FROM shop_order GROUP BY day"
    ),
)]
struct Order {
    id: u64,
    #[stream(low_cardinality)]
    shop: String,
    at: DateTime<Utc>,
}

fn main() {}
