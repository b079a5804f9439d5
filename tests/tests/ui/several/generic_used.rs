use streamhouse::{StreamHouse, StreamSchema};

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Event<T: Send + Sync + 'static> {
    id: T,
}

async fn uses(house: &StreamHouse) {
    house.send(&Event { id: 5_u64 }).await.expect("sent");
}

fn main() {}
