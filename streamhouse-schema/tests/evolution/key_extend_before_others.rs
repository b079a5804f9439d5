#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    amount: u32,
}

#[stream(name = "shop.order", order_by = (id, shop, till), primary_key = id)]
struct Order {
    shop: u16,
    #[stream(default = 1)]
    first: u8,
    id: u64,
    at: DateTime<Utc>,
    text: String,
    till: u16,
    #[stream(default = 2)]
    second: u8,
    #[stream(default = 3)]
    third: u8,
    amount: u32,
}
