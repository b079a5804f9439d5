use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(
    name = "shop.order.daily",
    order_by = day,
    engine = AggregatingMergeTree,
    delivery = at_least_once,
    column(near: AggregateFunction(unique, String), filled),
    column(text: AggregateFunction(sum, String), filled),
    column(fine: AggregateFunction(median, Float64), filled),
    column(both: UInt8 = 1, filled),
)]
struct OrdersDaily {
    day: u32,
    #[stream(type = AggregateFunction(uniq, String))]
    sent: String,
}

fn main() {}
