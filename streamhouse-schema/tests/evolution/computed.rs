#[stream(name = "shop.order", order_by = id, column(day: Date = toDate(at), materialized))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    amount: u32,
}

#[stream(name = "shop.order", order_by = id, column(day: Date = toDate(at), materialized), column(twice: UInt64 = amount * 2, alias))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    amount: u32,
}
