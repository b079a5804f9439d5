use chrono::{DateTime, NaiveDate, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(
    name = "shop.order.daily",
    table = "orders_daily",
    order_by = day,
    engine = SummingMergeTree,
    delivery = at_least_once,
    column(computed: UInt8 = 1, materialized)
)]
struct OrdersDaily {
    #[stream(type = Date)]
    day: NaiveDate,
    orders: u32,
}

#[derive(StreamSchema)]
#[stream(
    name = "shop.order",
    order_by = id,
    view(misspelt: to = orders_daily, struct = OrdersDaily, select = "SELECT toDate(at) AS day, count() AS order FROM shop_order GROUP BY day"),
    view(too_small: to = orders_daily, struct = OrdersDaily, select = "SELECT toDate(at) AS day, count() AS orders FROM shop_order GROUP BY day"),
    view(computed: to = orders_daily, struct = OrdersDaily, select = "SELECT toDate(at) AS day, 1 AS computed FROM shop_order"),
    view(elsewhere: to = daily_orders, struct = OrdersDaily, select = "SELECT toDate(at) AS day FROM shop_order"),
)]
struct Order {
    id: u64,
    at: DateTime<Utc>,
}

fn main() {}
