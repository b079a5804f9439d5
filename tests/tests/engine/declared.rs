//! A broad list of declarations, each with the table that the engine makes of it.

use streamhouse_schema::sql;

use super::{create_and_fill, database, run, schema_of};

/// Declarations that must compile and that the engine must take: whatever is refused here is a false alarm or a wrong
/// rendering.
pub(super) const GOOD: &[&str] = &[
    // Types.
    "#[stream(name = \"a\", order_by = ())] struct E { a: u8, b: i8, c: u16, d: i16, e: u32, f: i32, g: u64, h: i64, i: u128, j: i128, k: f32, l: f64, m: bool, n: String }",
    "#[stream(name = \"a\", order_by = m)] struct E { m: u8, n: Option<Vec<u8>>, o: Option<[u8; 16]>, p: Vec<Option<String>>, q: HashMap<String, Vec<Option<Uuid>>>, r: BTreeMap<u8, BTreeMap<i64, f64>> }",
    "#[stream(name = \"a\", order_by = m)] struct E { m: [u8; 256], n: Box<str>, o: Arc<[u8]>, p: Cow<'static, str>, q: &'static str, r: Bytes }",
    "#[stream(name = \"a\", order_by = m)] struct E { m: Ipv4Addr, n: Ipv6Addr, o: IpAddr, p: Option<Ipv6Addr>, q: Vec<Ipv4Addr> }",
    "#[stream(name = \"a\", order_by = m)] struct E { m: NaiveDate, n: DateTime<Utc>, o: Option<NaiveDate>, p: OffsetDateTime, #[stream(type = Date)] q: NaiveDate, #[stream(type = DateTime)] r: DateTime<Utc>, #[stream(type = DateTime64(9, \"Asia/Tokyo\"))] s: DateTime<Utc> }",
    "#[stream(name = \"a\", order_by = m)] struct E { #[stream(decimal(9, 2))] m: Decimal, #[stream(decimal(76, 76))] n: Option<Decimal>, #[stream(decimal(18, 0))] o: Vec<Decimal>, #[stream(decimal(38, 10))] p: BTreeMap<String, Option<Decimal>> }",
    "#[stream(name = \"a\", order_by = n)] struct E { #[stream(type = \"Map(LowCardinality(String), Array(Nullable(Int32)))\")] m: Own, #[stream(type = UInt256)] n: Own, #[stream(type = LowCardinality(UUID))] o: Own, #[stream(low_cardinality)] p: Option<String>, #[stream(low_cardinality, type = LowCardinality(String))] q: String }",
    "#[stream(name = \"a\", order_by = (m, n, o, p, q))] struct E { m: (u8, String), n: Vec<(f64, Vec<i8>)>, o: NaiveTime, #[stream(type = Time)] p: Duration, q: [u16; 4], r: NonZeroU8, s: Box<Vec<HashSet<String>>>, t: Value, u: Option<Value>, v: IpNet, w: Zoned }",
    "#[stream(name = \"a\", order_by = (m, n.key, payload.kind, r.b.c), partition_by = m, index(i: minmax on n.count), index(j: bloom_filter on payload.kind), index(k: set(0) on payload.any.path))] struct E { #[stream(type = Enum8(\"a\" = 1, \"b\" = 2), default = \"b\")] m: Own, #[stream(type = Nested(key String, count UInt64))] n: Vec<Own>, #[stream(type = \"JSON(kind String, max_dynamic_paths = 4)\")] payload: Own, #[stream(type = Tuple(a UInt8, b Tuple(c String)))] r: Own }",
    "#[stream(name = \"a\", order_by = (p, t, i, b))] struct E { #[stream(type = Point)] p: (f64, f64), #[stream(type = MultiPolygon)] m: Own, #[stream(type = Time64(9))] t: Duration, #[stream(type = IntervalWeek)] i: i64, #[stream(type = BFloat16)] b: f32, #[stream(type = Int256)] w: i128, #[stream(type = SimpleAggregateFunction(max, DateTime))] s: Own, #[stream(type = Map(Tuple(UInt8, String), Nested(a JSON)))] d: Own }",
    // Keys.
    "#[stream(name = \"a\", order_by = (toYYYYMM(at), cityHash64(user) % 16, user), partition_by = (toDate(at), kind))] struct E { at: DateTime<Utc>, user: String, kind: u8 }",
    "#[stream(name = \"a\", order_by = (ifNull(a, 0), coalesce(b, \"\"), assumeNotNull(b), isNull(a)))] struct E { a: Option<u8>, b: Option<String> }",
    "#[stream(name = \"a\", order_by = (a, b), settings(allow_nullable_key = 1))] struct E { a: Option<u8>, b: Option<String> }",
    "#[stream(name = \"a\", order_by = (tags[\"host\"], list[1], length(list)))] struct E { tags: BTreeMap<String, String>, list: Vec<u16> }",
    "#[stream(name = \"a\", order_by = (-a, - -a, -(-1) * a, a <> 1, not a, a in (1, 2), a not in (3)))] struct E { a: i8 }",
    "#[stream(name = \"a\", order_by = f, partition_by = toYear(at) * 100 + toMonth(at))] struct E { f: f64, at: DateTime<Utc> }",
    "#[stream(name = \"a\", order_by = \"(a, `b c`)\", partition_by = \"`b c`\")] struct E { a: u8, #[stream(rename = \"b c\")] b: u8 }",
    "#[stream(name = \"a\", order_by = (list, nested))] struct E { list: Vec<u16>, nested: Vec<Vec<String>> }",
    "#[stream(name = \"a\", order_by = (arrayExists(x -> x > 1, list), arrayMap((x, y) -> x + y, list, list)))] struct E { list: Vec<i64> }",
    "#[stream(name = \"a\", order_by = if(kind = \"a\", at, at + INTERVAL 1 DAY))] struct E { kind: String, at: DateTime<Utc> }",
    "#[stream(name = \"a\", order_by = (interval, timestamp, r#type, date))] struct E { interval: u8, timestamp: u8, r#type: u8, date: u8 }",
    // TTL.
    "#[stream(name = \"a\", order_by = (), ttl = days(90))] struct E { #[stream(timestamp)] at: DateTime<Utc> }",
    "#[stream(name = \"a\", order_by = (), ttl = months(1) + days(2) + hours(3))] struct E { #[stream(timestamp)] at: DateTime<Utc> }",
    "#[stream(name = \"a\", order_by = (), ttl = at + toIntervalDay(keep))] struct E { at: DateTime<Utc>, keep: u16 }",
    "#[stream(name = \"a\", order_by = (), ttl = ifNull(at, made) + weeks(1))] struct E { at: Option<DateTime<Utc>>, made: DateTime<Utc> }",
    "#[stream(name = \"a\", order_by = (), ttl = if(vip, day + years(10), day + years(1)))] struct E { day: NaiveDate, vip: bool }",
    // Defaults.
    "#[stream(name = \"a\", order_by = ())] struct E { #[stream(default = 255)] a: u8, #[stream(default = -1)] b: i64, #[stream(default = 0x1F)] c: u16, #[stream(default = 1_000)] d: u32, #[stream(default = 1.5e-3)] e: f32, #[stream(default = true)] f: bool, #[stream(default = \"it's \\\\ \\n\")] g: String, #[stream(default = NULL)] h: Option<u8>, #[stream(default = 5)] i: Option<u8> }",
    "#[stream(name = \"a\", order_by = ())] struct E { #[stream(default = \"01234567-89ab-cdef-0123-456789abcdef\")] a: Uuid, #[stream(default = \"::1\")] b: Ipv6Addr, #[stream(default = \"10.0.0.1\")] c: Ipv4Addr, #[stream(default = \"2024-02-29\")] d: NaiveDate, #[stream(default = \"2024-02-29 12:00:00.123\")] e: DateTime<Utc>, #[stream(default = now())] f: DateTime<Utc>, #[stream(default = generateUUIDv7())] g: Uuid, #[stream(default = today())] h: NaiveDate }",
    "#[stream(name = \"a\", order_by = ())] struct E { #[stream(default = [1, 2])] a: Vec<u16>, #[stream(default = [])] b: Vec<String>, #[stream(default = map(\"a\", 1))] c: BTreeMap<String, u8>, #[stream(default = map())] d: BTreeMap<String, u8>, #[stream(default = [[\"x\"], []])] e: Vec<Vec<String>>, #[stream(decimal(9, 2), default = 12.34)] f: Decimal, #[stream(default = \"abc\")] g: [u8; 4] }",
    "#[stream(name = \"a\", order_by = ())] struct E { a: u8, #[stream(default = a + 1)] b: u16, #[stream(default = toString(b))] c: String, #[stream(default = lower(c))] d: String, #[stream(default = splitByChar(\",\", c))] e: Vec<String> }",
    "#[stream(name = \"a\", order_by = ())] struct E { #[stream(default = (1, \"x\"))] a: (u8, String), #[stream(default = \"{}\")] b: Value, #[stream(default = \"23:59:59.5\")] c: NaiveTime, #[stream(type = IntervalDay, default = toIntervalDay(3))] d: i64, #[stream(type = BFloat16, default = 1.5)] e: f32, #[stream(type = SimpleAggregateFunction(sum, UInt64), default = 5)] f: u64, #[stream(default = [(1, 2)])] g: Vec<(u8, u8)>, #[stream(type = Nullable(Enum16(\"a\" = 1000)), default = \"a\")] h: Own }",
    // Codecs.
    "#[stream(name = \"a\", order_by = ())] struct E { #[stream(codec(Delta, ZSTD(1)))] a: (u8, f64), #[stream(type = Nested(x UInt8, y Array(Int16)), codec(T64, LZ4))] b: Own, #[stream(codec(DoubleDelta, LZ4))] c: NaiveTime, #[stream(type = BFloat16, codec(Gorilla, LZ4))] d: f32, #[stream(type = Point, codec(FPC, LZ4))] e: Own, #[stream(codec(ZSTD(3)))] f: Value, #[stream(type = Enum8(\"a\" = 1), codec(T64, LZ4))] g: Own, #[stream(type = IntervalDay, codec(Delta, LZ4))] h: i64, #[stream(type = SimpleAggregateFunction(sum, UInt64), codec(GCD, LZ4))] i: u64 }",
    "#[stream(name = \"a\", order_by = ())] struct E { #[stream(codec(Delta, ZSTD(1)))] a: u64, #[stream(codec(DoubleDelta, LZ4))] b: DateTime<Utc>, #[stream(codec(Gorilla, LZ4HC(9)))] c: f32, #[stream(codec(FPC(12), ZSTD))] d: f64, #[stream(codec(T64(\"bit\"), ZSTD(22)))] e: i16, #[stream(codec(GCD, LZ4))] f: u128, #[stream(codec(NONE))] g: String, #[stream(codec(Delta(2), Delta, LZ4))] h: u16, #[stream(codec(Delta, LZ4))] i: Vec<u32>, #[stream(codec(T64, LZ4))] j: bool, #[stream(codec(Delta, LZ4))] k: [u8; 8], #[stream(codec(DoubleDelta, LZ4))] l: Ipv4Addr, #[stream(codec(T64, LZ4), decimal(18, 2))] m: Decimal, #[stream(codec(DoubleDelta, ZSTD(3)))] n: f64, #[stream(codec(ZSTD(3)))] o: BTreeMap<String, u8>, #[stream(codec(T64, ZSTD(1)))] p: Option<u32> }",
    // Indexes.
    "#[stream(name = \"a\", order_by = (), index(i1: minmax on a), index(i2: set(0) on (a, b)), index(i3: bloom_filter on b, granularity = 3), index(i4: bloom_filter(0.01) on mapKeys(m)), index(i5: tokenbf_v1(256, 2, 0) on lower(b)), index(i6: ngrambf_v1(3, 256, 2, 0) on c), index(a: minmax on length(b)), index(i7: tokenbf_v1(256, 2, 0) on l), index(i8: minmax on m), index(i9: set(100) on l))] struct E { a: u8, b: String, #[stream(low_cardinality)] c: String, m: BTreeMap<String, String>, l: Vec<String> }",
    // Settings.
    "#[stream(name = \"a\", order_by = (), settings(index_granularity = 1024, min_bytes_for_wide_part = \"64Mi\", ttl_only_drop_parts = true, merge_with_ttl_timeout = 3600, ratio_of_defaults_for_sparse_serialization = 0.5, storage_policy = \"default\", index_granularity_bytes = 0))] struct E { a: u8 }",
    "#[stream(name = \"a\", order_by = (), settings(non_replicated_deduplication_window = 5), delivery = at_least_once)] struct E { a: u8 }",
    // Comments and names.
    "/// It's a \"comment\" with \\ and `ticks`,\n/// lines, ? and -- ; /* */\n#[stream(name = \"a\", order_by = ())] struct E { /** Ünïcödé 🦀 '' \\' {} */ a: u8 }",
    "#[stream(name = \"a\", order_by = (), table = \"Odd näme $1\")] struct E { #[stream(rename = \"$ \\\" ' \\\\ ` % ?\")] a: u8, #[stream(rename = \"1\")] b: u8, #[stream(rename = \"null\")] c: u8, #[stream(rename = \"a.b\")] d: u8, #[stream(rename = \".\")] e: u8, größe: u8, r#fn: u8, A: u8 }",
    "#[stream(name = \"a\", order_by = (), table = \"tttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt\")] struct E { a: u8 }",
    "#[stream(name = \"a\", order_by = (a), engine = MergeTree())] struct E { _part: u8, a: u8 }",
];

#[tokio::test(flavor = "multi_thread")]
async fn good_declarations_make_tables() {
    let (_, client) = database().await;
    for declaration in GOOD {
        match schema_of(declaration) {
            Err(errors) => panic!("{declaration}\n{errors:#?}"),
            Ok(schema) => create_and_fill(&client, &schema)
                .await
                .unwrap_or_else(|error| panic!("{}\n{error}", sql::create_table(&schema))),
        }
    }
}

/// What the engine says a table looks like is what was declared.
#[tokio::test(flavor = "multi_thread")]
async fn comments_names_and_types_arrive_as_they_were_written() {
    let (place, client) = database().await;
    let schema = schema_of(
        "/// It's \\ a `comment`?\n///\n/// in three lines\n#[stream(name = \"odd.names\", order_by = r#type)] struct E { /// What's `it`?\n#[stream(rename = \"q?'`\\\\\")] a: Vec<Option<u8>>, r#type: u8 }",
    )
    .unwrap_or_else(|errors| panic!("{errors:?}"));
    run(&client, &sql::create_table(&schema)).await.unwrap_or_else(|error| panic!("{error}"));
    let columns = place
        .text("SELECT name, type, comment FROM system.columns WHERE database = currentDatabase() AND name != '_batch' ORDER BY position FORMAT JSONCompactEachRow")
        .await;
    assert_eq!(
        columns,
        "[\"q?'`\\\\\", \"Array(Nullable(UInt8))\", \"What's `it`?\"]\n[\"type\", \"UInt8\", \"\"]\n"
    );
    let comment = place
        .text(
            "SELECT comment FROM system.tables WHERE database = currentDatabase() FORMAT JSONCompactEachRow",
        )
        .await;
    assert_eq!(comment, "[\"It's \\\\ a `comment`?\\n\\nin three lines\"]\n");
}
