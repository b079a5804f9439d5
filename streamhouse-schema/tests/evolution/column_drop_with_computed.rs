#[stream(name = "shop.order", order_by = id, column(day: Date = toDate(seen), materialized), column(week: Date = toMonday(day), alias))]
struct Order {
    id: u64,
    #[stream(default = toYear(seen))]
    year: u16,
    at: DateTime<Utc>,
    #[stream(default = "none", ttl = seen + INTERVAL 100 YEAR)]
    note: String,
    #[stream(default = now64(3))]
    seen: DateTime<Utc>,
    text: String,
    amount: u32,
}

#[stream(
    name = "shop.order",
    version = 2,
    order_by = id,
    breaks(field_removed(year), version = 2, reason = "nobody asks for it"),
    breaks(field_removed(note), version = 2, reason = "nobody asks for it"),
    breaks(field_removed(seen), version = 2, reason = "nobody asks for it"),
)]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    amount: u32,
}
