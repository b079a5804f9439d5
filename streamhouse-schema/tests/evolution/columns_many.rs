#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    amount: u32,
}

#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(renamed_from = "text")]
    note: String,
    more: Vec<String>,
    amount: i64,
    #[stream(codec(DoubleDelta, LZ4))]
    at: DateTime<Utc>,
}
