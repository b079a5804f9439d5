use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id, projection(p: select * order by (note, note)))]
struct Event {
    id: u64,
    note: String,
}

fn main() {}
