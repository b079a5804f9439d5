//! Advice: what ClickHouse takes, and its users regret.

use super::Rule;

/// A lint, by its name and by the code of its rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lint {
    /// What `streamhouse.toml` and `allow(…)` call it.
    pub name: &'static str,
    /// Its rule.
    pub code: &'static str,
}

const fn lint(code: &'static str, name: &'static str) -> Lint {
    Lint { name, code }
}

pub(super) const LINTS: &[Lint] = &[
    lint("SH0520", "text_for_time"),
    lint("SH0521", "text_for_number"),
    lint("SH0522", "text_for_few"),
    lint("SH0523", "text_for_uuid"),
    lint("SH0524", "text_for_ip"),
    lint("SH0525", "float_for_money"),
    lint("SH0526", "float_in_key"),
    lint("SH0527", "null_and_default"),
    lint("SH0528", "null_in_key"),
    lint("SH0529", "dictionary_of_ids"),
    lint("SH0530", "varied_first"),
    lint("SH0531", "key_repeats_itself"),
    lint("SH0532", "wide_key"),
    lint("SH0533", "index_on_key"),
    lint("SH0534", "too_many_partitions"),
    lint("SH0535", "partition_by_value"),
    lint("SH0536", "ttl_without_partition"),
    lint("SH0537", "ttl_rewrites_parts"),
    lint("SH0538", "last_one_wins"),
    lint("SH0539", "needless_allow"),
    lint("SH0540", "delta_of_no_order"),
    lint("SH0541", "slow_compression"),
    lint("SH0542", "fine_time"),
    lint("SH0543", "untyped_json"),
    lint("SH0544", "text_for_json"),
    lint("SH0545", "view_without_partition_by"),
];

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "SH0520",
        what: "A time is stored as a time.",
        why: "Text takes five times the room, compares letter by letter, and no partition, TTL or function of time takes it (<https://clickhouse.com/docs/best-practices/select-data-types>).",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    created_at: String,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    created_at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0521",
        what: "A number is stored as a number.",
        why: "Text cannot be added up, and \"10\" comes before \"9\" (<https://clickhouse.com/docs/best-practices/select-data-types>).",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    quantity: String,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    quantity: u32,
}"#,
    },
    Rule {
        code: "SH0522",
        what: "Text of few different values has a dictionary, or is an enum.",
        why: "A dictionary stores each of them once and numbers instead: less to read, and less to compare. It pays up to about 10,000 different values (<https://clickhouse.com/docs/sql-reference/data-types/lowcardinality>).",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    status: String,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(low_cardinality)]
    status: String,
}"#,
    },
    Rule {
        code: "SH0523",
        what: "A UUID is stored as a UUID.",
        why: "It has 16 bytes, and its text 36 (<https://clickhouse.com/docs/sql-reference/data-types/uuid>).",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    cart_uuid: String,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    cart_uuid: Uuid,
}"#,
    },
    Rule {
        code: "SH0524",
        what: "An IP address is stored as an IP address.",
        why: "It has 4 or 16 bytes, sorts by networks, and functions of networks take it (<https://clickhouse.com/docs/sql-reference/data-types/ipv4>).",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    client_ip: String,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    client_ip: Ipv6Addr,
}"#,
    },
    Rule {
        code: "SH0525",
        what: "Money is no float.",
        why: "Its sums are not exact, and differ with the order in which rows are added up (<https://clickhouse.com/docs/sql-reference/data-types/float>).",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    price: f64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(decimal(18, 4))]
    price: Decimal,
}"#,
    },
    Rule {
        code: "SH0526",
        what: "A key holds no float.",
        why: "Two floats that look the same need not be, so what is looked for is not found and what is grouped falls apart (<https://clickhouse.com/docs/best-practices/choosing-a-primary-key>).",
        wrong: r#"#[stream(name = "shop.weight", order_by = (shop, weight))]
struct Weight {
    shop: u32,
    weight: f64,
}"#,
        right: r#"#[stream(name = "shop.weight", order_by = (shop, grams))]
struct Weight {
    shop: u32,
    grams: u32,
}"#,
    },
    Rule {
        code: "SH0527",
        what: "A missing value is NULL or the default, not both.",
        why: "NULL costs a file and a check at every read; where a default says the same it is not needed (<https://clickhouse.com/docs/best-practices/select-data-types#avoid-nullable-columns>).",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(default = 1)]
    items: Option<u32>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(default = 1)]
    items: u32,
}"#,
    },
    Rule {
        code: "SH0528",
        what: "A key is never NULL, also where ClickHouse would take it.",
        why: "Every look into the key then has to mind NULL, which sorts behind all values (<https://clickhouse.com/docs/sql-reference/data-types/nullable>).",
        wrong: r#"#[stream(name = "shop.order", order_by = (shop, id), settings(allow_nullable_key = 1))]
struct Order {
    id: u64,
    shop: Option<u32>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = (ifNull(shop, 0), id))]
struct Order {
    id: u64,
    shop: Option<u32>,
}"#,
    },
    Rule {
        code: "SH0529",
        what: "A dictionary is for values that come again.",
        why: "One with a word for each row is stored beside the rows and looked up for nothing (<https://clickhouse.com/docs/sql-reference/data-types/lowcardinality>).",
        wrong: r#"#[stream(name = "shop.order", order_by = shop)]
struct Order {
    shop: u32,
    #[stream(low_cardinality)]
    session_id: String,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = shop)]
struct Order {
    shop: u32,
    session_id: String,
}"#,
    },
    Rule {
        code: "SH0530",
        what: "A key begins with what queries filter by and has few values.",
        why: "What stands behind a value of which each row has its own sorts nothing: neither the key nor compression gains by it (<https://clickhouse.com/docs/best-practices/choosing-a-primary-key>).",
        wrong: r#"#[stream(name = "shop.order", order_by = (id, shop, at))]
struct Order {
    #[stream(id)]
    id: Uuid,
    shop: u32,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = (shop, at, id))]
struct Order {
    #[stream(id)]
    id: Uuid,
    shop: u32,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0531",
        what: "A key holds nothing that a column before it decides.",
        why: "Rows are sorted by it already; before that column it would make the key coarser where it begins (<https://clickhouse.com/docs/best-practices/choosing-a-primary-key>).",
        wrong: r#"#[stream(name = "shop.order", order_by = (shop, at, toDate(at)))]
struct Order {
    shop: u32,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = (shop, toDate(at), at))]
struct Order {
    shop: u32,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0532",
        what: "A primary key has at most seven parts.",
        why: "It lies in memory, a value of each part for each granule, and few queries filter by more than the first of them (<https://clickhouse.com/docs/best-practices/choosing-a-primary-key>).",
        wrong: r#"#[stream(name = "shop.order", order_by = (a, b, c, d, e, f, g, h))]
struct Order {
    a: u8,
    b: u8,
    c: u8,
    d: u8,
    e: u8,
    f: u8,
    g: u8,
    h: u8,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = (a, b, c, d, e, f, g, h), primary_key = (a, b, c))]
struct Order {
    a: u8,
    b: u8,
    c: u8,
    d: u8,
    e: u8,
    f: u8,
    g: u8,
    h: u8,
}"#,
    },
    Rule {
        code: "SH0533",
        what: "An index is on what the key does not find.",
        why: "The key finds the granules of its first part by itself; an index on it is written and read for nothing (<https://clickhouse.com/docs/best-practices/use-data-skipping-indices-where-appropriate>).",
        wrong: r#"#[stream(name = "shop.order", order_by = (shop, id), index(by_shop: set(100) on shop))]
struct Order {
    id: u64,
    shop: u32,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = (shop, id), index(by_buyer: bloom_filter on buyer))]
struct Order {
    id: u64,
    shop: u32,
    buyer: u64,
}"#,
    },
    Rule {
        code: "SH0534",
        what: "Rows are kept in at most 500 partitions.",
        why: "Parts of different partitions are never merged: with thousands of them queries open thousands of files, and inserts are refused (<https://clickhouse.com/docs/best-practices/choosing-a-partitioning-key>).",
        wrong: r#"#[stream(name = "shop.order", order_by = id, partition_by = toDate(at), ttl = at + years(3), settings(ttl_only_drop_parts = 1))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, partition_by = toYYYYMM(at), ttl = at + years(3), settings(ttl_only_drop_parts = 1))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0535",
        what: "A table is not partitioned by a column of any number of values.",
        why: "Partitions are for dropping data at once; what finds it is the sorting key (<https://clickhouse.com/docs/best-practices/choosing-a-partitioning-key>).",
        wrong: r#"#[stream(name = "shop.order", order_by = id, partition_by = shop_id)]
struct Order {
    id: u64,
    shop_id: u32,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = (shop_id, id))]
struct Order {
    id: u64,
    shop_id: u32,
}"#,
    },
    Rule {
        code: "SH0536",
        what: "A table whose rows end is partitioned by time.",
        why: "A partition that has ended is dropped, which costs nothing; without partitions parts are written anew without the rows that have ended (<https://clickhouse.com/docs/guides/developer/ttl>).",
        wrong: r#"#[stream(name = "shop.order", order_by = id, ttl = at + days(30))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, partition_by = toDate(at), ttl = at + days(30), settings(ttl_only_drop_parts = 1))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0537",
        what: "Parts that end as a whole are dropped as a whole.",
        why: "Where partitions are much shorter than rows are kept, `ttl_only_drop_parts` saves writing parts anew; where there are none, it keeps all rows for ever (<https://clickhouse.com/docs/operations/settings/merge-tree-settings#ttl_only_drop_parts>).",
        wrong: r#"#[stream(name = "shop.order", order_by = id, partition_by = toYYYYMM(at), ttl = at + years(1))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, partition_by = toYYYYMM(at), ttl = at + years(1), settings(ttl_only_drop_parts = 1))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0538",
        what: "A row that replaces others says that it is newer.",
        why: "Without a version the one inserted last stays, and with several producers and repeated inserts that is chance (<https://clickhouse.com/docs/engines/table-engines/mergetree-family/replacingmergetree>).",
        wrong: r#"#[stream(name = "shop.order", order_by = id, engine = ReplacingMergeTree)]
struct Order {
    id: u64,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, engine = ReplacingMergeTree(at))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0539",
        what: "What is allowed is there.",
        why: "An exception that nothing needs hides what somebody does later.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, allow(float_for_money, reason = "an estimate"))]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(allow(float_for_money, reason = "an estimate"))]
    price: f64,
}"#,
    },
    Rule {
        code: "SH0540",
        what: "Differences are stored of what has an order.",
        why: "Neighbours among names, truth values and hashes have nothing to do with each other (<https://clickhouse.com/docs/sql-reference/statements/create/table#column_compression_codec>).",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(codec(Delta, ZSTD(1)))]
    card_hash: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(codec(ZSTD(1)))]
    card_hash: u64,
}"#,
    },
    Rule {
        code: "SH0541",
        what: "A column is compressed at a level up to 9.",
        why: "Every insert and every merge pays for it; old rows can be compressed harder once (<https://clickhouse.com/docs/data-compression/compression-in-clickhouse>).",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(codec(ZSTD(19)))]
    text: String,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(codec(ZSTD(3)))]
    text: String,
}"#,
    },
    Rule {
        code: "SH0542",
        what: "A moment has as many digits as its clock is right to.",
        why: "Digits that are noise do not compress, and with nine of them a moment ends in 2262; milliseconds are what clocks of applications agree on (<https://clickhouse.com/docs/best-practices/select-data-types>).",
        wrong: r#"#[stream(name = "shop.order", order_by = at)]
struct Order {
    #[stream(type = DateTime64(9, "UTC"))]
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = at)]
struct Order {
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0543",
        what: "Paths of JSON that are known have their types.",
        why: "A path with a type is stored like a column; one without has its type beside each value, and the first thousand of them a column each (<https://clickhouse.com/docs/best-practices/use-json-where-appropriate>).",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    extra: serde_json::Value,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(type = "JSON(kind String, max_dynamic_paths = 64)")]
    extra: serde_json::Value,
}"#,
    },
    Rule {
        code: "SH0544",
        what: "JSON is stored as JSON.",
        why: "Text is read whole and parsed anew by every query; of a JSON column only the paths that are asked for are read (<https://clickhouse.com/docs/best-practices/use-json-where-appropriate>).",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    extra_json: String,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(type = "JSON(kind String)")]
    extra_json: serde_json::Value,
}"#,
    },
    Rule {
        code: "SH0545",
        what: "A view says how its target is partitioned.",
        why: "ClickHouse records an insert into the target of a view before the part is in its place, and a kill in between loses the part for good. A view that says `partition_by` writes into one row of each partition which insert it is of, so that a worker makes again what is missing (docs/reliability.md, \"What is promised of views\"; of how views take inserts that are repeated: <https://clickhouse.com/docs/guides/developer/deduplicating-inserts-on-retries>).",
        wrong: r#"#[stream(
    name = "shop.order",
    order_by = id,
    view(orders_daily: engine = "SummingMergeTree ORDER BY day", select = "SELECT toDate(at) AS day, count() AS orders FROM shop_order GROUP BY day"),
)]
struct Order {
    id: u64,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(
    name = "shop.order",
    order_by = id,
    view(orders_daily: engine = "SummingMergeTree ORDER BY day", partition_by = (), select = "SELECT toDate(at) AS day, count() AS orders FROM shop_order GROUP BY day"),
)]
struct Order {
    id: u64,
    at: DateTime<Utc>,
}"#,
    },
];
