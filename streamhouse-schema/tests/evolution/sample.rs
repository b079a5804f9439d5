#[stream(name = "shop.order", order_by = (id, cityHash64(text)), sample_by = cityHash64(text))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    amount: u32,
}

#[stream(name = "shop.order", order_by = (id, cityHash64(text)))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    amount: u32,
}
