#[stream(name = "shop.order", order_by = (twice, id), column(twice: UInt64 = amount * 2, materialized), column(four: UInt64 = amount * 4, materialized))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    #[stream(default = 1)]
    amount: u32,
}

#[stream(name = "shop.order", order_by = (twice, id), column(twice: UInt64 = amount * 2, materialized), column(four: UInt64 = amount * 4, materialized))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    #[stream(default = 2)]
    amount: u32,
}
