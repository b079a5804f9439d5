#[stream(name = "shop.order", order_by = (id, amount))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    amount: u32,
}

#[stream(name = "shop.order", order_by = (id, amount), version = 2)]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    #[stream(upcast = toString(amount))]
    amount: String,
}
