#[stream(name = "shop.order", order_by = id, column(twice: UInt64 = amount * 2, materialized), column(four: UInt64 = twice * 2, materialized))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    amount: u32,
}

#[stream(name = "shop.order", order_by = id, column(twice: UInt64 = amount * 2, materialized), column(four: UInt64 = twice * 2, materialized))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    #[stream(upcast = "amount + 1")]
    amount: u64,
}
