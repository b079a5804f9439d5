/// The stock of a shop.
#[derive(StreamSchema)]
#[stream(
    name = "shop.stock",
    engine = ReplicatedReplacingMergeTree("/clickhouse/tables/{shard}/{table}", "{replica}", changed_at, gone),
    on_cluster = "{cluster}",
    distributed(table = "shop_stock_everywhere", cluster = "{cluster}", sharding_key = cityHash64(article)),
    order_by = (shop, article),
    ttl = changed_at + days(90) group by shop set (changed_at = max(changed_at), pieces = sum(pieces)),
)]
pub struct Stock {
    pub shop: u32,
    pub article: String,
    pub pieces: i64,
    pub changed_at: DateTime<Utc>,
    pub gone: bool,
}
