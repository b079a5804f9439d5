#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    amount: u32,
}

#[stream(name = "shop.order", order_by = id, version = 2)]
struct Order {
    id: u64,
    #[stream(upcast = toString(amount))]
    first: String,
    #[stream(default = 1)]
    second: u8,
    at: DateTime<Utc>,
    #[stream(upcast = toString(amount))]
    third: String,
    #[stream(upcast = lower(text))]
    text: String,
    #[stream(default = 2)]
    fourth: u8,
    #[stream(upcast = upper(text))]
    fifth: String,
    #[stream(default = 3)]
    sixth: u8,
    amount: u32,
}
