#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    amount: u32,
}

#[stream(name = "shop.order", order_by = id, column(day: Date = toDate(seen), materialized), column(week: Date = toMonday(day), alias))]
struct Order {
    id: u64,
    #[stream(default = toYear(seen))]
    year: u16,
    #[stream(default = "none", ttl = seen + INTERVAL 100 YEAR)]
    note: String,
    at: DateTime<Utc>,
    text: String,
    amount: u32,
    #[stream(default = now64(3))]
    seen: DateTime<Utc>,
}
