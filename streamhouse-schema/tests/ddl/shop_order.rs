/// A customer placed an order.
///
/// It's what "orders" count.
#[derive(StreamSchema)]
#[stream(
    name = "shop.order.placed",
    version = 2,
    engine = MergeTree,
    partition_by = (toYYYYMM(created_at), region),
    order_by = (customer_id, created_at, order_id),
    ttl = months(13),
    index(by_status: set(100) on status, granularity = 4),
    index(by_tag: bloom_filter(0.01) on mapKeys(tags)),
    index(by_note: tokenbf_v1(10240, 3, 0) on lower(note)),
    settings(index_granularity = 4096, ttl_only_drop_parts = true, min_bytes_for_wide_part = "10Mi"),
)]
pub struct OrderPlaced {
    /// Assigned by the shop, unique.
    #[stream(id)]
    pub order_id: Uuid,
    pub customer_id: u64,
    #[stream(low_cardinality, default = "USD")]
    pub currency: String,
    #[stream(decimal(18, 4), codec(T64, ZSTD(3)))]
    pub amount: Decimal,
    #[stream(low_cardinality)]
    pub status: Option<String>,
    pub tags: BTreeMap<String, Vec<String>>,
    #[stream(default = "it's \\ \"new\"\n")]
    pub note: String,
    #[stream(codec(Gorilla, LZ4HC(9)))]
    pub weight: f32,
    pub region: u8,
    #[stream(timestamp, codec(DoubleDelta, ZSTD(1)))]
    pub created_at: DateTime<Utc>,
    #[stream(type = Date, default = toDate(created_at))]
    pub day: NaiveDate,
}
