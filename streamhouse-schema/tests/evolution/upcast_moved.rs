#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
    amount: u32,
}

#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    amount: u32,
    #[stream(upcast = "length(text)")]
    text: u64,
    #[stream(default = 1)]
    first: u8,
    #[stream(upcast = "upper(text)")]
    upper: String,
    at: DateTime<Utc>,
}
