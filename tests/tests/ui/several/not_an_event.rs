use streamhouse::StreamHouse;

struct Event {
    id: u64,
}

async fn uses(house: &StreamHouse) {
    house.send(&Event { id: 5_u64 }).await.expect("sent");
}

fn main() {}
