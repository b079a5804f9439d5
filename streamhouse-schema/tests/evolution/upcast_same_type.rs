#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    amount: u32,
}

#[stream(name = "shop.order", order_by = id, version = 2)]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    #[stream(upcast = toUInt32(amount * 100), default = 7)]
    amount: u32,
}
