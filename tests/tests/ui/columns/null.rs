use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, column(shown: String = lower(note), materialized), column(all: "Array(String)" = [note], alias))]
struct Event {
    id: u64,
    note: Option<String>,
}

fn main() {}
