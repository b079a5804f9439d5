#[stream(name = "shop.order", order_by = id, projection(by_amount: select * order by amount), projection(by_text: select text, sum(amount) group by text))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    text: String,
    amount: u32,
}

#[stream(name = "shop.order", order_by = id, version = 2, projection(by_amount: select * order by amount), projection(by_text: select note, sum(amount) group by note))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    #[stream(renamed_from = "text")]
    note: String,
    #[stream(upcast = toUInt64(amount * 10))]
    amount: u64,
}
