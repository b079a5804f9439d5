#[stream(name = "shop.order", order_by = id, check(a: amount < 1000), check(b: id > 0))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    amount: u32,
}

#[stream(name = "shop.order", order_by = id, check(b: id > 0), check(c: amount < 2000), check(a: amount < 1000))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    amount: u32,
}
