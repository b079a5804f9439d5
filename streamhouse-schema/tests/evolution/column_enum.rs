#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    #[stream(type = Enum8("a" = 1, "b" = 2))]
    text: String,
    amount: u32,
}

#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    #[stream(type = Enum8("a" = 1, "b" = 2, "c" = 3))]
    text: String,
    amount: u32,
}
