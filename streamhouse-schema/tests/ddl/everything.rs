/// Somebody looked at a page.
#[derive(StreamSchema)]
#[stream(
    name = "web.page.viewed",
    order_by = (site, day, cityHash64(visitor)),
    primary_key = (site, day),
    sample_by = day,
    ttl(
        viewed_at + days(7) to disk if exists "cold",
        viewed_at + days(30) recompress codec(ZSTD(17)),
        viewed_at + days(90) delete where bot,
        years(2),
    ),
    column(day: UInt32 = toYYYYMMDD(viewed_at), materialized, after = viewed_at, codec(DoubleDelta, ZSTD(1)), comment = "For keys"),
    column(host: String = domain(url), alias),
    column(length: UInt64 = length(body), default),
    index(by_word: text(tokenizer = splitByNonAlpha, preprocessor = lower(url)) on url),
    index(by_like: sparse_grams(3, 100, 10240, 3, 0) on url, granularity = 2),
    index(near: vector_similarity("hnsw", "cosineDistance", 8, "bf16", 32, 128) on embedding),
    projection(by_visitor: select * order by visitor),
    projection(daily: select day, count(), uniqState(visitor) as visitors, countIf(bot) group by day),
    check(positive: duration >= 0),
    assume(of_site: startsWith(url, site)),
    settings(index_granularity = 4096),
    raw("PARTITION BY intDiv(day, 100)"),
    view(page_views_daily_feed: to = page_views_daily, select = "SELECT day, count() AS hits FROM web_page_viewed GROUP BY day"),
    view(
        page_view_report: engine = "MergeTree ORDER BY tuple()",
        columns = "hits UInt64",
        refresh = "EVERY 1 HOUR",
        select = "SELECT count() AS hits FROM web_page_viewed",
    ),
)]
pub struct PageViewed {
    pub visitor: u64,
    #[stream(timestamp)]
    pub viewed_at: DateTime<Utc>,
    #[stream(low_cardinality)]
    pub site: String,
    pub url: String,
    pub duration: f32,
    pub bot: bool,
    #[stream(ttl = days(30), default = "", settings(max_compress_block_size = 65536))]
    pub address: String,
    #[stream(default = [1, 0, 0, 0, 0, 0, 0, 0])]
    pub embedding: Vec<f32>,
    /// Measured, and not kept.
    #[stream(ephemeral)]
    pub body: String,
}
