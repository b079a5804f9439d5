#[stream(name = "shop.order", order_by = id, settings(min_bytes_for_wide_part = 0))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    amount: u32,
}

#[stream(name = "shop.order", order_by = id, settings(min_rows_for_wide_part = 0))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    amount: u32,
}
