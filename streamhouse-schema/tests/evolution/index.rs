#[stream(name = "shop.order", order_by = id, index(a: minmax on amount), index(b: set(10) on text))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    amount: u32,
}

#[stream(name = "shop.order", order_by = id, index(b: set(100) on text), index(c: minmax on at))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    amount: u32,
}
