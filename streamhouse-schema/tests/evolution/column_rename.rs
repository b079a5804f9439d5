#[stream(name = "shop.order", order_by = id, index(by_text: bloom_filter on text), check(some: length(text) < 1000))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    amount: u32,
}

#[stream(name = "shop.order", order_by = id, index(by_text: bloom_filter on note), check(some: length(note) < 1000))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    #[stream(renamed_from = "text")]
    note: String,
    amount: u32,
}
