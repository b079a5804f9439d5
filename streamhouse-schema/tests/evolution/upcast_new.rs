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
    #[stream(renamed_from = "text")]
    note: String,
    #[stream(upcast = "concat(text, '/', toString(amount))")]
    label: String,
    amount: u32,
}
