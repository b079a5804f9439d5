#[stream(name = "shop.order", order_by = (id, amount))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    amount: u32,
}

#[stream(name = "shop.order", order_by = (id, amount))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    #[stream(default = 2)]
    amount: u32,
}
