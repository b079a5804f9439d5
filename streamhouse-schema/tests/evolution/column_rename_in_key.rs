#[stream(name = "shop.order", order_by = (id, text))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    amount: u32,
}

#[stream(name = "shop.order", order_by = (id, note))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    #[stream(renamed_from = "text")]
    note: String,
    amount: u32,
}
