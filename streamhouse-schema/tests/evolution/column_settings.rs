#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    #[stream(settings(min_compress_block_size = 65536))]
    text: String,
    amount: u32,
}

#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    #[stream(settings(max_compress_block_size = 1048576))]
    text: String,
    amount: u32,
}
