/// The crate is found where it is, also when something else is wrong.
mod again {
    pub use streamhouse as exported;
}

#[derive(streamhouse::StreamSchema)]
#[stream(name = "shop.order", order_by = (id, "crate = nowhere"), crate = crate::again::exported, ttl = if(id, crate_at, 1))]
struct Event {
    id: u64,
}

fn main() {}
