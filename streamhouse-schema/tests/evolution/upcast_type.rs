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
    /// In cents
    #[stream(upcast = toString(amount * 100), codec(ZSTD(1)))]
    amount: String,
}
