use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event {
    id: u64,
    #[stream(type = "JSON(kind String)", default = "{}")]
    payload: String,
    #[stream(default = payload.kind)]
    kind: String,
}

fn main() {}
