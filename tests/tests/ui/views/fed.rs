use chrono::{DateTime, NaiveDate, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(
    name = "shop.order.daily",
    table = "orders_daily",
    order_by = day,
    partition_by = toYYYYMM(day),
    engine = SummingMergeTree,
    delivery = at_least_once,
    column(_fed: SimpleAggregateFunction(maxMap, Map(String, String)), filled),
)]
struct OrdersDaily {
    #[stream(type = Date)]
    day: NaiveDate,
    orders: u64,
}

#[derive(StreamSchema)]
#[stream(name = "shop.order.plain", table = "orders_plain", order_by = day, engine = SummingMergeTree, delivery = at_least_once)]
struct OrdersPlain {
    #[stream(type = Date)]
    day: NaiveDate,
    orders: u64,
}

#[derive(StreamSchema)]
#[stream(
    name = "shop.order",
    order_by = id,
    view(unsaid: to = orders_daily, struct = OrdersDaily, select = "SELECT toDate(at) AS day, count() AS orders FROM shop_order GROUP BY day"),
    view(other: to = orders_daily, struct = OrdersDaily, partition_by = day, select = "SELECT toDate(at) AS day, count() AS orders FROM shop_order GROUP BY day"),
    view(undivided: to = orders_daily, struct = OrdersDaily, partition_by = (), select = "SELECT toDate(at) AS day, count() AS orders FROM shop_order GROUP BY day"),
    view(nowhere: to = orders_plain, struct = OrdersPlain, partition_by = (), select = "SELECT toDate(at) AS day, count() AS orders FROM shop_order GROUP BY day"),
    view(right: to = orders_daily, struct = OrdersDaily, partition_by = toYYYYMM(day), select = "SELECT toDate(at) AS day, count() AS orders FROM shop_order GROUP BY day"),
)]
struct Order {
    id: u64,
    at: DateTime<Utc>,
}

#[derive(StreamSchema)]
#[stream(
    name = "shop.sale",
    order_by = id,
    view(own: engine = "SummingMergeTree PARTITION BY toYYYYMM(day) ORDER BY day", partition_by = day, select = "SELECT toDate(at) AS day, count() AS orders FROM shop_sale GROUP BY day"),
    view(anew: to = orders_daily, refresh = "EVERY 1 HOUR", partition_by = (), select = "SELECT toDate(at) AS day, count() AS orders FROM shop_sale GROUP BY day"),
)]
struct Sale {
    id: u64,
    at: DateTime<Utc>,
}

fn main() {}
