//! How tables are stored: what compiles is created, and what the engine refuses is refused before.

use std::path::Path;

use streamhouse_schema::schema::Form;
use streamhouse_schema::sql;

use super::{create_and_fill, database, run, schema_of};

/// Declarations that the engine takes.
pub(super) const GOOD: &[&str] = &[
    // Engines.
    "#[stream(name = \"a\", order_by = id, engine = ReplacingMergeTree)] struct E { id: u64 }",
    "#[stream(name = \"a\", order_by = id, engine = ReplacingMergeTree(v))] struct E { id: u64, v: DateTime<Utc> }",
    "#[stream(name = \"a\", order_by = id, engine = ReplacingMergeTree(v, gone))] struct E { id: u64, v: i128, gone: bool }",
    "#[stream(name = \"a\", order_by = id, engine = SummingMergeTree, delivery = at_least_once)] struct E { id: u64, v: u32 }",
    "#[stream(name = \"a\", order_by = id, engine = SummingMergeTree(v), delivery = at_least_once)] struct E { id: u64, v: Option<u32> }",
    "#[stream(name = \"a\", order_by = id, engine = SummingMergeTree((v, w, m)), delivery = at_least_once)] struct E { id: u64, v: u32, #[stream(decimal(9, 2))] w: Decimal, m: BTreeMap<String, u64> }",
    "#[stream(name = \"a\", order_by = (id, day), engine = AggregatingMergeTree, delivery = at_least_once)] struct E { id: u64, day: NaiveDate }",
    "#[stream(name = \"a\", order_by = id, engine = AggregatingMergeTree, delivery = at_least_once, settings(allow_dimensions_outside_sorting_key = 1))] struct E { id: u64, day: NaiveDate }",
    "#[stream(name = \"a\", order_by = id, engine = CollapsingMergeTree(sign), delivery = at_least_once)] struct E { id: u64, #[stream(default = 1)] sign: i8 }",
    "#[stream(name = \"a\", order_by = id, engine = VersionedCollapsingMergeTree(sign, v), delivery = at_least_once)] struct E { id: u64, #[stream(default = 1)] sign: i8, v: u64 }",
    "#[stream(name = \"a\", order_by = id, engine = CoalescingMergeTree, delivery = at_least_once)] struct E { id: u64, a: Option<String>, b: Option<u8> }",
    "#[stream(name = \"a\", order_by = id, engine = CoalescingMergeTree(a, b), delivery = at_least_once)] struct E { id: u64, a: Option<String>, b: Option<u8> }",
    "#[stream(name = \"a\", engine = Null, delivery = at_least_once)] struct E { id: u64, #[stream(codec(ZSTD(1)), default = 5)] a: u8 }",
    "#[stream(name = \"a\", engine = Null(), delivery = at_least_once, check(small: id < 5), column(twice: UInt64 = id * 2, materialized))] struct E { id: u64 }",
    // Keys.
    "#[stream(name = \"a\", order_by = (a, b, c), primary_key = (a, b))] struct E { a: u8, b: u16, c: u32 }",
    "#[stream(name = \"a\", order_by = (a, b), primary_key = a)] struct E { a: u8, b: u16 }",
    "#[stream(name = \"a\", order_by = (toDate(at), a), primary_key = toDate(at))] struct E { a: u8, at: DateTime<Utc> }",
    "#[stream(name = \"a\", order_by = (a, b), primary_key = (a, b))] struct E { a: u8, b: u16 }",
    "#[stream(name = \"a\", order_by = (a, b), primary_key = ())] struct E { a: u8, b: u16 }",
    "#[stream(name = \"a\", order_by = (a, cityHash64(user)), sample_by = cityHash64(user))] struct E { a: u8, user: String }",
    "#[stream(name = \"a\", order_by = (a, intHash32(user), user), primary_key = (a, intHash32(user)), sample_by = intHash32(user))] struct E { a: u8, user: u64 }",
    "#[stream(name = \"a\", order_by = (a, b), sample_by = b)] struct E { a: u8, b: u32 }",
    // TTL.
    "#[stream(name = \"a\", order_by = a, ttl(at + days(1) where a = 1, at + days(2) delete where a = 2, at + days(3)))] struct E { a: u8, at: DateTime<Utc> }",
    "#[stream(name = \"a\", order_by = a, ttl(days(1) delete where kind in (\"x\", \"y\"), days(2)))] struct E { a: u8, kind: String, #[stream(timestamp)] at: DateTime<Utc> }",
    "#[stream(name = \"a\", order_by = a, ttl(at + days(1) to disk \"default\", at + days(2) to volume \"default\", at + days(3) to disk if exists \"cold\", at + days(4) recompress codec(ZSTD(17)), at + days(5)))] struct E { a: u8, at: DateTime<Utc> }",
    "#[stream(name = \"a\", order_by = (a, toStartOfDay(at)), ttl = at + days(1) group by (a, toStartOfDay(at)) set (v = sum(v), w = max(w)))] struct E { a: u8, at: DateTime<Utc>, v: u64, w: f32 }",
    "#[stream(name = \"a\", order_by = (a, at), ttl = at + days(1) group by a set at = max(at))] struct E { a: u8, at: DateTime<Utc> }",
    "#[stream(name = \"a\", order_by = (a, at), ttl = at + days(1) GROUP BY a)] struct E { a: u8, at: DateTime<Utc> }",
    "#[stream(name = \"a\", order_by = a)] struct E { a: u8, at: DateTime<Utc>, #[stream(ttl = at + days(1), default = \"gone\", codec(ZSTD(3)))] text: String, #[stream(ttl = at + months(1))] other: Option<u8> }",
    "#[stream(name = \"a\", order_by = a)] struct E { a: u8, #[stream(timestamp)] at: DateTime<Utc>, #[stream(ttl = days(1))] ip: Ipv6Addr }",
    "#[stream(name = \"a\", order_by = to, ttl = delete + days(r#where) to disk \"default\")] struct E { to: u8, delete: DateTime<Utc>, r#where: u8 }",
    // Indexes.
    "#[stream(name = \"a\", order_by = (), index(i1: text(tokenizer = splitByNonAlpha) on a), index(i2: text(tokenizer = ngrams(3), preprocessor = lower(b)) on b), index(i3: text(tokenizer = array) on l), index(i4: text(tokenizer = sparseGrams(3, 5), dictionary_block_size = 512, dictionary_block_frontcoding_compression = 1) on mapKeys(m)), index(i5: text(tokenizer = splitByString([\", \", \";\"])) on lower(n)), index(i6: text(tokenizer = \"ngrams\") on mapValues(m), granularity = 4))] struct E { a: String, #[stream(low_cardinality)] b: String, l: Vec<String>, m: BTreeMap<String, String>, n: Option<String> }",
    "#[stream(name = \"a\", order_by = (), index(i1: vector_similarity(\"hnsw\", \"L2Distance\", 3) on a), index(i2: vector_similarity(\"hnsw\", \"cosineDistance\", 8, \"b1\", 32, 128) on b), index(i3: vector_similarity(\"hnsw\", \"dotProduct\", 3, \"bf16\", 0, 0) on a, granularity = 10))] struct E { #[stream(default = [1.0, 0.0, 0.0])] a: Vec<f32>, #[stream(default = [1, 0, 0, 0, 0, 0, 0, 0])] b: Vec<f64> }",
    "#[stream(name = \"a\", order_by = (), index(i1: sparse_grams(3, 100, 256, 2, 0) on a), index(i2: sparse_grams(3, 100, 5, 256, 2, 0) on l))] struct E { a: String, l: Vec<String> }",
    "#[stream(name = \"a\", order_by = (), index(i1: minmax on twice), index(i2: set(10) on half), column(twice: UInt16 = a * 2, alias), column(half: UInt8 = intDiv(a, 2), materialized))] struct E { a: u8 }",
    // Projections.
    "#[stream(name = \"a\", order_by = a, projection(by_b: select * order by b), projection(some: select a, b + 1 as c order by (b, a)))] struct E { a: u8, b: u16 }",
    "#[stream(name = \"a\", order_by = a, projection(sums: select b, sum(a), count(), countIf(a > 1), uniqState(a) as u, quantile(0.5)(a) group by b), projection(all: select count(), max(a)), projection(named: select b as k, max(a) + min(a) group by k))] struct E { a: u8, b: u16 }",
    "#[stream(name = \"a\", order_by = a, projection(daily: select toDate(at), toDate(at) + 1, sum(b) group by toDate(at)), projection(few: select a, b where b > 5 order by b), projection(text: \"SELECT b, sum(a) AS total GROUP BY b\"))] struct E { a: u8, b: u16, at: DateTime<Utc> }",
    "#[stream(name = \"a\", order_by = a, engine = ReplacingMergeTree, settings(deduplicate_merge_projection_mode = \"rebuild\"), projection(by_b: select * order by b))] struct E { a: u8, b: u16 }",
    // Constraints.
    "#[stream(name = \"a\", order_by = a, check(c1: a < 10), check(c2: text in (\"\", \"x\") and not flag), check(c3: length(text) < 5), check(\"odd name\": flag or a < 3), assume(c4: a = b), check(c5: ifNull(n, 0) < 9), check(c6: flag = false))] struct E { a: u8, b: u16, text: String, flag: bool, n: Option<u8> }",
    // Columns.
    "#[stream(name = \"a\", order_by = (day, a), partition_by = toYYYYMM(day), column(day: Date = toDate(at), materialized, codec(Delta, ZSTD(1)), comment = \"The day\"), column(hour: UInt8 = toHour(at), alias), column(kind: \"LowCardinality(String)\" = if(a > 5, \"big\", \"small\"), default, ttl = at + days(3)))] struct E { a: u8, at: DateTime<Utc> }",
    "#[stream(name = \"a\", order_by = a, column(first: UInt16 = a + 1, materialized, after = a), column(second: UInt16 = first + 1, alias, after = first), column(third: UInt8 = 3, default, after = a), column(last: String = \"x\", default))] struct E { a: u8, b: u16 }",
    "#[stream(name = \"a\", order_by = a, column(size: UInt64 = length(body), materialized), column(hash: UInt64 = cityHash64(body), default))] struct E { a: u8, #[stream(ephemeral)] body: String, #[stream(ephemeral, default = 5)] /** Never \"stored\" */ n: u8 }",
    "#[stream(name = \"a\", order_by = a)] struct E { a: u8, #[stream(settings(min_compress_block_size = 65536, max_compress_block_size = 1048576))] body: String }",
    // What is not known here.
    "#[stream(name = \"a\", order_by = a, raw(\"PARTITION BY intDiv(a, 100)\"))] struct E { a: u8 }",
    // Views.
    "#[stream(name = \"a\", order_by = a, view(a_copy: engine = \"MergeTree ORDER BY a\", select = \"SELECT a FROM a WHERE a > 1\"))] struct E { a: u8 }",
    "#[stream(name = \"shop.order\", order_by = a, view(a_sum: to = target, select = \"WITH toDate(at) AS d SELECT d AS day, count() AS hits, sumIf(a, a > 1) AS x FROM shop_order GROUP BY day\"), view(a_two: to = target, columns = \"day Date, hits UInt64\", select = \"SELECT toDate(at) AS day, toUInt64(1) AS hits FROM shop_order\"), view(late: to = \"target\", refresh = \"EVERY 1 HOUR APPEND\", select = \"SELECT CAST(at AS Date) AS day, count() AS hits FROM shop_order GROUP BY day\"))] struct E { a: u8, at: DateTime<Utc> }",
    "#[stream(name = \"a\", engine = Null, delivery = at_least_once, view(a_sum: to = target, select = \"SELECT toDate(at) AS day, count() AS hits FROM a GROUP BY day\"))] struct E { a: u8, at: DateTime<Utc> }",
];

/// What the views above write into.
const TARGET: &str =
    "CREATE TABLE target (day Date, hits UInt64, x UInt64) ENGINE = SummingMergeTree ORDER BY day";

#[tokio::test(flavor = "multi_thread")]
async fn good_layouts_make_tables() {
    let (_place, client) = database().await;
    run(&client, TARGET).await.expect("a target");
    for declaration in GOOD {
        match schema_of(declaration) {
            Err(errors) => panic!("{declaration}\n{errors:#?}"),
            Ok(schema) => create_and_fill(&client, &schema)
                .await
                .unwrap_or_else(|error| panic!("{}\n{error}", sql::create(&schema).join(";\n"))),
        }
    }
}

/// The declarations whose statements are kept beside the compiler are taken too.
#[tokio::test(flavor = "multi_thread")]
async fn golden_statements_are_taken() {
    let (_place, client) = database().await;
    for target in [
        "CREATE TABLE page_views_daily (day UInt32, hits UInt64) ENGINE = SummingMergeTree ORDER BY day",
        "CREATE TABLE lines (line String, at DateTime) ENGINE = MergeTree ORDER BY at",
        "CREATE TABLE sales (shop UInt32, amount UInt64, _fed SimpleAggregateFunction(maxMap, Map(String, String))) ENGINE = SummingMergeTree ORDER BY shop",
    ] {
        run(&client, target).await.expect(target);
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../streamhouse-schema/tests/ddl");
    let mut sources: Vec<_> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    sources.sort();
    assert!(sources.len() > 5, "{sources:?}");
    for source in sources {
        let text = std::fs::read_to_string(&source).expect("text");
        let schema = schema_of(&text).unwrap_or_else(|errors| panic!("{}: {errors:?}", source.display()));
        if schema.layout.engine.form != Form::Plain || schema.table == "page_views_daily" {
            continue;
        }
        create_and_fill(&client, &schema)
            .await
            .unwrap_or_else(|error| panic!("{}\n{error}", sql::create(&schema).join(";\n")));
    }
}

/// Replicas need Keeper, and clusters need servers, which the engine alone has not: its parser says that it reads what
/// is written, and that nothing of it is lost.
#[tokio::test(flavor = "multi_thread")]
async fn replicas_and_clusters_are_read() {
    let (place, _client) = database().await;
    for (declaration, expected) in [
        (
            "#[stream(name = \"a\", order_by = a, engine = ReplicatedMergeTree)] struct E { a: u8 }",
            &["ENGINE = ReplicatedMergeTree\n"][..],
        ),
        (
            "#[stream(name = \"a\", order_by = a, engine = ReplicatedReplacingMergeTree(\"/clickhouse/tables/{shard}/a\", \"{replica}\", v), on_cluster = \"{cluster}\")] struct E { a: u8, v: u32 }",
            &[
                "ON CLUSTER `{cluster}`",
                "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/a', '{replica}', v)",
            ],
        ),
        (
            "#[stream(name = \"a\", order_by = a, engine = SharedSummingMergeTree(v, w), on_cluster = \"main\", delivery = at_least_once)] struct E { a: u8, v: u32, w: u32 }",
            &["ON CLUSTER main", "ENGINE = SharedSummingMergeTree((v, w))"],
        ),
        (
            "#[stream(name = \"a\", order_by = a, on_cluster = \"main\", distributed(table = \"a_everywhere\", cluster = \"main\", sharding_key = cityHash64(a)), view(a_v: to = t, select = \"SELECT a FROM a\"))] struct E { a: u8 }",
            &[
                "ENGINE = Distributed('main', currentDatabase(), 'a', cityHash64(a))",
                "CREATE MATERIALIZED VIEW IF NOT EXISTS a_v ON CLUSTER main TO t",
            ],
        ),
        (
            "#[stream(name = \"a\", order_by = a, distributed(table = everywhere, cluster = main))] struct E { a: u8 }",
            &[
                "CREATE TABLE IF NOT EXISTS everywhere AS a",
                "ENGINE = Distributed('main', currentDatabase(), 'a')",
            ],
        ),
    ] {
        let schema = schema_of(declaration).unwrap_or_else(|errors| panic!("{declaration}\n{errors:#?}"));
        let mut all = String::new();
        for statement in sql::create(&schema).into_iter().chain(sql::drop(&schema)) {
            let query = format!("SELECT formatQuery({}) FORMAT TSVRaw", sql::string(&statement));
            all.push_str(&place.text_raw(&query).await);
        }
        for part in expected {
            assert!(all.contains(part), "no {part} in\n{all}");
        }
        let window = all.contains("non_replicated_deduplication_window");
        assert_eq!(window, !all.contains("Replicated") && !all.contains("Shared"), "{all}");
    }
}

/// Declarations that are refused, each with its code; the engine refuses the table too, where it can be tried.
const BAD: &[(&str, &str, &str)] = &[
    (
        "SH0903",
        "#[stream(name = \"a\", order_by = id, engine = ReplacingMergeTree(v))] struct E { id: u64, v: Uuid }",
        "(id UInt64, v UUID) ENGINE = ReplacingMergeTree(v) ORDER BY id",
    ),
    (
        "SH0903",
        "#[stream(name = \"a\", order_by = id, engine = ReplacingMergeTree(v))] struct E { id: u64, v: Option<u8> }",
        "(id UInt64, v Nullable(UInt8)) ENGINE = ReplacingMergeTree(v) ORDER BY id",
    ),
    (
        "SH0903",
        "#[stream(name = \"a\", order_by = id, engine = CollapsingMergeTree(s), delivery = at_least_once)] struct E { id: u64, s: u8 }",
        "(id UInt64, s UInt8) ENGINE = CollapsingMergeTree(s) ORDER BY id",
    ),
    (
        "SH0902",
        "#[stream(name = \"a\", order_by = id, engine = CollapsingMergeTree(sign), delivery = at_least_once)] struct E { id: u64, s: i8 }",
        "(id UInt64, s Int8) ENGINE = CollapsingMergeTree(sign) ORDER BY id",
    ),
    (
        "SH0902",
        "#[stream(name = \"a\", order_by = id, engine = VersionedCollapsingMergeTree(s, s), delivery = at_least_once)] struct E { id: u64, s: i8 }",
        "(id UInt64, s Int8) ENGINE = VersionedCollapsingMergeTree(s, s) ORDER BY id",
    ),
    (
        "SH0902",
        "#[stream(name = \"a\", order_by = id, engine = SummingMergeTree(x), delivery = at_least_once, column(x: UInt8 = 1, alias))] struct E { id: u64 }",
        "(id UInt64, x UInt8 ALIAS 1) ENGINE = SummingMergeTree(x) ORDER BY id",
    ),
    (
        "SH0904",
        "#[stream(name = \"a\", order_by = (id, v + 1), engine = SummingMergeTree(v), delivery = at_least_once)] struct E { id: u64, v: u8 }",
        "(id UInt64, v UInt8) ENGINE = SummingMergeTree(v) ORDER BY (id, v + 1)",
    ),
    (
        "SH0904",
        "#[stream(name = \"a\", order_by = id, partition_by = v, engine = CoalescingMergeTree(v), delivery = at_least_once)] struct E { id: u64, v: u8 }",
        "(id UInt64, v UInt8) ENGINE = CoalescingMergeTree(v) PARTITION BY v ORDER BY id",
    ),
    (
        "SH0907",
        "#[stream(name = \"a\", order_by = id, engine = Null, delivery = at_least_once)] struct E { id: u64 }",
        "(id UInt64) ENGINE = Null ORDER BY id",
    ),
    (
        "SH0907",
        "#[stream(name = \"a\", engine = Null, delivery = at_least_once, index(i: minmax on id))] struct E { id: u64 }",
        "(id UInt64, INDEX i id TYPE minmax) ENGINE = Null",
    ),
    (
        "SH0907",
        "#[stream(name = \"a\", engine = Null, delivery = at_least_once)] struct E { at: DateTime<Utc>, #[stream(ttl = at + days(1))] id: u64 }",
        "(at DateTime, id UInt64 TTL at + toIntervalDay(1)) ENGINE = Null",
    ),
    (
        "SH0412",
        "#[stream(name = \"a\", order_by = (a, b), primary_key = b)] struct E { a: u8, b: u8 }",
        "(a UInt8, b UInt8) ENGINE = MergeTree ORDER BY (a, b) PRIMARY KEY b",
    ),
    (
        "SH0413",
        "#[stream(name = \"a\", order_by = (a, b), primary_key = a, sample_by = b)] struct E { a: u8, b: u8 }",
        "(a UInt8, b UInt8) ENGINE = MergeTree ORDER BY (a, b) PRIMARY KEY a SAMPLE BY b",
    ),
    (
        "SH0414",
        "#[stream(name = \"a\", order_by = (a, b), sample_by = b)] struct E { a: u8, b: i64 }",
        "(a UInt8, b Int64) ENGINE = MergeTree ORDER BY (a, b) SAMPLE BY b",
    ),
    (
        "SH0505",
        "#[stream(name = \"a\", order_by = a, ttl(at + days(1), at + days(2) delete))] struct E { a: u8, at: DateTime<Utc> }",
        "(a UInt8, at DateTime) ENGINE = MergeTree ORDER BY a TTL at + toIntervalDay(1), at + toIntervalDay(2)",
    ),
    (
        "SH0506",
        "#[stream(name = \"a\", order_by = (a, b), ttl = at + days(1) group by b)] struct E { a: u8, b: u8, at: DateTime<Utc> }",
        "(a UInt8, b UInt8, at DateTime) ENGINE = MergeTree ORDER BY (a, b) TTL at + toIntervalDay(1) GROUP BY b",
    ),
    (
        "SH0507",
        "#[stream(name = \"a\", order_by = a, ttl = at + days(1) group by a set b = b + 1)] struct E { a: u8, b: u8, at: DateTime<Utc> }",
        "(a UInt8, b UInt8, at DateTime) ENGINE = MergeTree ORDER BY a TTL at + toIntervalDay(1) GROUP BY a SET b = b + 1",
    ),
    (
        "SH0507",
        "#[stream(name = \"a\", order_by = a, ttl = at + days(1) group by a set (b = max(b), b = min(b)))] struct E { a: u8, b: u8, at: DateTime<Utc> }",
        "(a UInt8, b UInt8, at DateTime) ENGINE = MergeTree ORDER BY a TTL at + toIntervalDay(1) GROUP BY a SET b = max(b), b = min(b)",
    ),
    (
        "SH0509",
        "#[stream(name = \"a\", order_by = a)] struct E { #[stream(ttl = at + days(1))] a: u8, at: DateTime<Utc> }",
        "(a UInt8 TTL at + toIntervalDay(1), at DateTime) ENGINE = MergeTree ORDER BY a",
    ),
    (
        "SH0411",
        "#[stream(name = \"a\", order_by = b, column(b: UInt8 = a, alias))] struct E { a: u8 }",
        "(a UInt8, b UInt8 ALIAS a) ENGINE = MergeTree ORDER BY b",
    ),
    (
        "SH0411",
        "#[stream(name = \"a\", order_by = a, check(c: b > 1), column(b: UInt8 = a, alias))] struct E { a: u8 }",
        "(a UInt8, b UInt8 ALIAS a, CONSTRAINT c CHECK b > 1) ENGINE = MergeTree ORDER BY a",
    ),
    (
        "SH0411",
        "#[stream(name = \"a\", order_by = a, index(i: minmax on b))] struct E { a: u8, #[stream(ephemeral)] b: u8 }",
        "(a UInt8, b UInt8 EPHEMERAL, INDEX i b TYPE minmax) ENGINE = MergeTree ORDER BY a",
    ),
    (
        "SH0609",
        "#[stream(name = \"a\", order_by = a, column(b: UInt8 = a, alias, codec(ZSTD(1))))] struct E { a: u8 }",
        "(a UInt8, b UInt8 ALIAS a CODEC(ZSTD(1))) ENGINE = MergeTree ORDER BY a",
    ),
    (
        "SH0607",
        "#[stream(name = \"a\", order_by = a, column(b: UInt8 = c, alias), column(c: UInt8 = b, materialized))] struct E { a: u8 }",
        "(a UInt8, b UInt8 ALIAS c, c UInt8 MATERIALIZED b) ENGINE = MergeTree ORDER BY a",
    ),
    (
        "SH0205",
        "#[stream(name = \"a\", order_by = a, column(a: UInt8 = 1, alias))] struct E { a: u8 }",
        "(a UInt8, a UInt8 ALIAS 1) ENGINE = MergeTree ORDER BY a",
    ),
    (
        "SH0702",
        "#[stream(name = \"a\", order_by = a, index(i: text on t))] struct E { a: u8, t: String }",
        "(a UInt8, t String, INDEX i t TYPE text) ENGINE = MergeTree ORDER BY a",
    ),
    (
        "SH0702",
        "#[stream(name = \"a\", order_by = a, index(i: text(tokenizer = words) on t))] struct E { a: u8, t: String }",
        "(a UInt8, t String, INDEX i t TYPE text(tokenizer = words)) ENGINE = MergeTree ORDER BY a",
    ),
    (
        "SH0703",
        "#[stream(name = \"a\", order_by = a, index(i: text(tokenizer = array) on a))] struct E { a: u8 }",
        "(a UInt8, INDEX i a TYPE text(tokenizer = array)) ENGINE = MergeTree ORDER BY a",
    ),
    (
        "SH0706",
        "#[stream(name = \"a\", order_by = a, index(i: text(tokenizer = array) on t), index(j: text(tokenizer = ngrams(2)) on t))] struct E { a: u8, t: String }",
        "(a UInt8, t String, INDEX i t TYPE text(tokenizer = array), INDEX j t TYPE text(tokenizer = ngrams(2))) ENGINE = MergeTree ORDER BY a",
    ),
    (
        "SH0702",
        "#[stream(name = \"a\", order_by = a, index(i: vector_similarity(\"hnsw\", \"L1\", 3) on v))] struct E { a: u8, v: Vec<f32> }",
        "(a UInt8, v Array(Float32), INDEX i v TYPE vector_similarity('hnsw', 'L1', 3)) ENGINE = MergeTree ORDER BY a",
    ),
    (
        "SH0703",
        "#[stream(name = \"a\", order_by = a, index(i: vector_similarity(\"hnsw\", \"L2Distance\", 3) on v))] struct E { a: u8, v: Vec<i32> }",
        "(a UInt8, v Array(Int32), INDEX i v TYPE vector_similarity('hnsw', 'L2Distance', 3)) ENGINE = MergeTree ORDER BY a",
    ),
    (
        "SH0701",
        "#[stream(name = \"a\", order_by = a, index(i: hypothesis on a))] struct E { a: u8 }",
        "(a UInt8, INDEX i a TYPE hypothesis) ENGINE = MergeTree ORDER BY a",
    ),
    (
        "SH0721",
        "#[stream(name = \"a\", order_by = a, projection(p: select * order by b), projection(p: select a order by b))] struct E { a: u8, b: u8 }",
        "(a UInt8, b UInt8, PROJECTION p (SELECT * ORDER BY b), PROJECTION p (SELECT a ORDER BY b)) ENGINE = MergeTree ORDER BY a",
    ),
    (
        "SH0722",
        "#[stream(name = \"a\", order_by = a, projection(p: select a, b))] struct E { a: u8, b: u8 }",
        "(a UInt8, b UInt8, PROJECTION p (SELECT a, b)) ENGINE = MergeTree ORDER BY a",
    ),
    (
        "SH0722",
        "#[stream(name = \"a\", order_by = a, projection(p: select b, sum(a) group by b order by b))] struct E { a: u8, b: u8 }",
        "(a UInt8, b UInt8, PROJECTION p (SELECT b, sum(a) GROUP BY b ORDER BY b)) ENGINE = MergeTree ORDER BY a",
    ),
    (
        "SH0723",
        "#[stream(name = \"a\", order_by = a, projection(p: select a, sum(b)))] struct E { a: u8, b: u8 }",
        "(a UInt8, b UInt8, PROJECTION p (SELECT a, sum(b))) ENGINE = MergeTree ORDER BY a",
    ),
    (
        "SH0724",
        "#[stream(name = \"a\", order_by = a, engine = ReplacingMergeTree, projection(p: select * order by b))] struct E { a: u8, b: u8 }",
        "(a UInt8, b UInt8, PROJECTION p (SELECT * ORDER BY b)) ENGINE = ReplacingMergeTree ORDER BY a",
    ),
    (
        "SH0804",
        "#[stream(name = \"a\", order_by = a)] struct E { #[stream(settings(index_granularity = 3))] a: u8 }",
        "(a UInt8 SETTINGS (index_granularity = 3)) ENGINE = MergeTree ORDER BY a",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_the_engine_refuses_is_refused_before() {
    let (_place, client) = database().await;
    for (code, declaration, table) in BAD {
        match schema_of(declaration) {
            Ok(schema) => panic!("{declaration}\ncompiles:\n{}", sql::create(&schema).join(";\n")),
            Err(errors) => {
                assert!(
                    errors.iter().all(|error| error.ends_with(&format!("[{code}]"))),
                    "{declaration}\n{errors:#?}"
                );
            }
        }
        let created = run(&client, &format!("CREATE TABLE refused {table}")).await;
        assert!(created.is_err(), "the engine takes {table}");
    }
}

/// Constraints that the engine takes, to refuse every row afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn constraints_that_no_row_meets_are_refused() {
    let (_place, client) = database().await;
    for (at, (condition, column, ty)) in [
        ("v", "v: u16", "UInt16"),
        ("v + 1", "v: u8", "UInt8"),
        ("v", "v: String", "String"),
        ("v > 1", "v: Option<u8>", "Nullable(UInt8)"),
    ]
    .into_iter()
    .enumerate()
    {
        let declaration =
            format!("#[stream(name = \"a\", order_by = (), check(c: {condition}))] struct E {{ {column} }}");
        let errors = schema_of(&declaration).expect_err(&declaration);
        assert!(errors.iter().all(|error| error.ends_with("[SH0732]")), "{errors:?}");
        let table = format!(
            "CREATE TABLE c{at} (v {ty}, CONSTRAINT c CHECK {condition}) ENGINE = MergeTree ORDER BY ()"
        );
        run(&client, &table).await.expect("it is taken");
        assert!(
            run(&client, &format!("INSERT INTO c{at} (v) VALUES (DEFAULT)")).await.is_err(),
            "{condition}"
        );
    }
}
