use streamhouse::{StreamHouse, StreamSchema};

/// Everything that is wrong is said at once, and what uses the event says nothing more.
#[derive(StreamSchema)]
#[stream(name = "Shop.Order", order_by = (custmer, maybe), ttl = days(3), index(i: btree on id), engine = Log, builder)]
struct Order {
    #[stream(id)]
    id: f32,
    customer: String,
    maybe: Option<u8>,
    #[stream(codec(Delta), default = "x")]
    amount: u64,
    elapsed: std::time::Duration,
}

async fn uses(house: &StreamHouse) {
    let order = Order::builder().id(1.0).customer("c").amount(5_u64).build().expect("an order");
    house.create_table::<Order>().await.expect("a table");
    house.send(&order).await.expect("sent");
}

fn main() {}
