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
    at: DateTime<Utc>,
    text: String,
    /// What it was for.
    #[stream(default = "none", low_cardinality)]
    purpose: String,
    amount: u32,
    last: Option<i64>,
}
