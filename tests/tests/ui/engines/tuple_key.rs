use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(
    name = "shop.order",
    engine = SummingMergeTree,
    delivery = at_least_once,
    order_by = place,
    settings(allow_tuple_element_aggregation = true)
)]
struct Event {
    place: (String, String),
    amount: u64,
}

fn main() {}
