#[derive(StreamSchema)]
#[stream(
    name = "shop.sale",
    order_by = id,
    view(
        shop_sale_days: engine = "SummingMergeTree PARTITION BY toYYYYMM(day) ORDER BY day",
        columns = "day Date, sales UInt64",
        partition_by = toYYYYMM(day),
        select = "SELECT toDate(at) AS day, count() AS sales FROM shop_sale GROUP BY day"
    ),
    view(
        shop_sale_feed: to = sales,
        partition_by = (),
        select = "SELECT shop, sum(amount) AS amount FROM shop_sale GROUP BY shop"
    ),
)]
struct Sale {
    id: u64,
    #[stream(timestamp)]
    at: DateTime<Utc>,
    shop: u32,
    amount: u64,
}
