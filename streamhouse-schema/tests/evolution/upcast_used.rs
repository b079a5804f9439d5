#[stream(name = "shop.order", order_by = id, check(some: amount < 100000))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    amount: u32,
}

#[stream(name = "shop.order", order_by = id, check(some: amount < 100000), version = 2)]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    #[stream(upcast = toUInt64(amount * 10))]
    amount: u64,
}
