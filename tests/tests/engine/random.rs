//! Random declarations, as text: whatever compiles, the engine creates and fills.

use std::cell::RefCell;
use std::fmt::Write;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use streamhouse_schema::schema::Schema;
use streamhouse_schema::sql;

use super::{create_and_fill, database, run, schema_of};

/// Most of these are refused by the compiler; some hundreds become tables.
const CASES: u32 = 9000;

/// Rust types, and what attributes they need.
const TYPES: &[(&str, &str)] = &[
    ("u8", ""),
    ("u64", ""),
    ("i32", ""),
    ("i128", ""),
    ("f64", ""),
    ("bool", ""),
    ("String", ""),
    ("String", "low_cardinality"),
    ("Option<String>", "low_cardinality"),
    ("Option<u16>", ""),
    ("Option<Vec<u8>>", ""),
    ("[u8; 8]", ""),
    ("Vec<u8>", ""),
    ("Vec<String>", ""),
    ("Vec<Option<i8>>", ""),
    ("Vec<Vec<f32>>", ""),
    ("BTreeMap<String, u32>", ""),
    ("HashMap<u8, Option<String>>", ""),
    ("Uuid", ""),
    ("DateTime<Utc>", ""),
    ("Option<DateTime<Utc>>", ""),
    ("NaiveDate", ""),
    ("NaiveDate", "type = Date"),
    ("DateTime<Utc>", "type = DateTime"),
    ("Own", "type = DateTime64(9, \"Europe/Berlin\")"),
    ("Ipv4Addr", ""),
    ("IpAddr", ""),
    ("Decimal", "decimal(9, 2)"),
    ("Option<Decimal>", "decimal(38, 10)"),
    ("Own", "type = UInt256"),
    ("Own", "type = LowCardinality(UInt8)"),
    ("Own", "type = Map(UUID, Array(Nullable(Date32)))"),
    ("Own", "type = FixedString(300)"),
    ("(u8, String)", ""),
    ("Vec<(u8, Option<f32>)>", ""),
    ("[f64; 2]", ""),
    ("NaiveTime", ""),
    ("NaiveTime", "type = Time"),
    ("Option<NaiveTime>", ""),
    ("Own", "type = BFloat16"),
    ("Own", "type = Int256"),
    ("Own", "type = Enum8(\"a\" = 1, \"it's\" = -2)"),
    ("Option<Own>", "type = Nullable(Enum16(\"a\" = 1000))"),
    ("Own", "type = Nested(a UInt8, b Array(String))"),
    ("Own", "type = \"Nested(kind Nullable(Int8), `b c` Tuple(x JSON, y Date))\""),
    ("Own", "type = Array(Nested(a UInt8))"),
    ("Value", ""),
    ("Option<Value>", ""),
    ("Own", "type = \"JSON(kind String, a UInt8, SKIP b, SKIP REGEXP 'x.*')\""),
    ("Own", "type = Point"),
    ("Own", "type = Polygon"),
    ("Own", "type = IntervalDay"),
    ("Own", "type = SimpleAggregateFunction(sum, UInt64)"),
    ("Own", "type = SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String)))"),
    ("Own", "type = Map(Tuple(UInt8, String), JSON)"),
    ("Own", "type = Tuple(a UInt8, b Tuple(c LowCardinality(String), d Nullable(Date)))"),
];
const DEFAULTS: &[&str] = &[
    "0",
    "-1",
    "1.5",
    "300",
    "\"x\"",
    "\"\"",
    "true",
    "NULL",
    "[]",
    "[1, 2]",
    "[\"a\"]",
    "map()",
    "map(\"a\", 1)",
    "now()",
    "today()",
    "generateUUIDv7()",
    "\"2024-01-01\"",
    "\"2024-01-01 00:00:00\"",
    "\"::1\"",
    "\"1.2.3.4\"",
    "f0",
    "f1 + 1",
    "toString(f0)",
    "lower(f1)",
    "length(f0)",
    "concat(\"a\", toString(f1))",
    "toDate(f0)",
    "if(f0 = f0, 1, 2)",
    "99999999999999999999999999",
    "-(-5)",
    "(1, \"x\")",
    "\"a\"",
    "\"{}\"",
    "\"12:00:00\"",
    "toIntervalDay(1)",
    "[(1, 2)]",
];
const CODECS: &[&str] = &[
    "ZSTD",
    "ZSTD(3)",
    "LZ4",
    "LZ4HC(9)",
    "NONE",
    "Delta, ZSTD(1)",
    "Delta(4), LZ4",
    "DoubleDelta, LZ4",
    "Gorilla, ZSTD(1)",
    "FPC, LZ4",
    "T64, ZSTD(1)",
    "GCD, LZ4",
    "Delta",
    "ZSTD, LZ4",
    "Delta, T64, LZ4",
    "DoubleDelta, Gorilla, LZ4",
    "T64(\"byte\"), LZ4",
    "ZSTD(99)",
    "Delta, NONE",
];
/// `@` and `#` are columns.
const EXPRESSIONS: &[&str] = &[
    "@",
    "(@, #)",
    "(@, #, f0)",
    "toYYYYMM(@)",
    "(toDate(@), #)",
    "toStartOfHour(@)",
    "cityHash64(@) % 16",
    "lower(@)",
    "length(@)",
    "toString(@)",
    "ifNull(@, #)",
    "isNull(@)",
    "coalesce(@, #)",
    "@ + 1",
    "@ * # - 2",
    "-@",
    "- -@",
    "not @",
    "@ = #",
    "@ > 1 and # < 5",
    "@ <> 1",
    "@ in (1, 2)",
    "@ like \"x%\"",
    "@ || \"x\"",
    "@[1]",
    "mapKeys(@)",
    "arrayExists(x -> x = 1, @)",
    "if(@ = 1, #, f0)",
    "tuple()",
    "1",
    "rand()",
    "sum(@)",
    "noSuchFunction(@)",
    "(@, (#, f0))",
    "@ % 7",
    "toDateTime(@)",
    "assumeNotNull(@)",
    "toYear(@) * 100 + toMonth(#)",
    // What any column fits into.
    "toString(@)",
    "(toString(@), #)",
    "cityHash64(toString(@), toString(#))",
    "length(toString(@))",
    "@.a",
    "(@.kind, #)",
    "(@.a, @.b.c)",
    "@.1",
    "toString(@.kind)",
    "length(@.a)",
];
const TTLS: &[&str] = &[
    "days(30)",
    "hours(1) + minutes(5)",
    "@ + days(90)",
    "@",
    "@ + INTERVAL 1 MONTH",
    "@ - days(1)",
    "toDateTime(@) + years(1)",
    "toDate(@) + 30",
    "ifNull(@, #) + days(1)",
    "if(f0 = f0, @, #)",
    "@ + toIntervalDay(#)",
    "@ + #",
    "@.b.d + days(1)",
    "now()",
];
const INDEXES: &[&str] = &[
    "minmax",
    "set(0)",
    "set(100)",
    "bloom_filter",
    "bloom_filter(0.01)",
    "tokenbf_v1(256, 2, 0)",
    "ngrambf_v1(3, 256, 2, 0)",
    "bloom_filter(2)",
    "set(1.5)",
];
/// What else a table may say.
const EXTRAS: &[&str] = &[
    "engine = ReplacingMergeTree(@)",
    "engine = ReplacingMergeTree(@, #)",
    "engine = SummingMergeTree, delivery = at_least_once",
    "engine = SummingMergeTree(@), delivery = at_least_once",
    "engine = SummingMergeTree(@, #), delivery = at_least_once",
    "engine = AggregatingMergeTree, delivery = at_least_once",
    "engine = CollapsingMergeTree(@), delivery = at_least_once",
    "engine = VersionedCollapsingMergeTree(@, #), delivery = at_least_once",
    "engine = CoalescingMergeTree(@), delivery = at_least_once",
    "primary_key = @",
    "primary_key = (@, #)",
    "primary_key = ()",
    "sample_by = @",
    "sample_by = cityHash64(@)",
    "ttl(@ + days(1) delete where # = 1, @ + days(2))",
    "ttl = @ + days(1) where #",
    "ttl = @ + days(1) group by # set f0 = max(f0)",
    "ttl = @ + days(1) group by (@, #) set (f0 = any(f0), f1 = min(f1))",
    "ttl = at + days(1) group by # set @ = max(@)",
    "ttl(at + days(1) recompress codec(ZSTD(3)), at + days(2) to volume \"default\")",
    "projection(p: select * order by @)",
    "projection(p: select @, # order by #)",
    "projection(p: select @, count() group by @)",
    "projection(p: select @, max(#) group by @)",
    "projection(p: select toString(@) as s, sum(#) group by s)",
    "projection(p: select @ + 1 where # = 1 order by (@, #))",
    "projection(p: select sum(@), uniq(#))",
    "check(c: @ > 1)",
    "check(c: @ = #)",
    "check(c: @)",
    "check(c: length(@) < 5)",
    "check(c: isNull(@) or # > 1)",
    "assume(c: @ in (1, 2))",
    "column(c0: String = toString(@), materialized)",
    "column(c0: UInt64 = @ + 1, alias)",
    "column(c0: UInt8 = @, default, codec(T64, LZ4))",
    "column(c0: \"Array(String)\" = [toString(@), #], materialized, after = @)",
    "column(c0: Date = toDate(@), materialized, ttl = at + days(1))",
    "index(x: text(tokenizer = array) on @)",
    "index(x: text(tokenizer = ngrams(3), preprocessor = lower(@)) on @)",
    "index(x: vector_similarity(\"hnsw\", \"L2Distance\", 1) on @)",
    "index(x: sparse_grams(3, 100, 256, 2, 0) on @)",
    "index(x: minmax on c0)",
];
/// What else a field may say.
const FIELD_EXTRAS: &[&str] =
    &["ephemeral", "ttl = at + days(1)", "ttl = @ + days(1)", "settings(min_compress_block_size = 1024)"];
const SETTINGS: &[&str] = &[
    "index_granularity = 1024",
    "ttl_only_drop_parts = 1",
    "allow_nullable_key = 1",
    "allow_nullable_key = 0",
    "min_bytes_for_wide_part = \"1Mi\"",
    "merge_max_block_size = 0",
    "merge_max_block_size = 1000",
    "storage_policy = \"default\"",
    "index_granularity_bytes = 10",
    "non_replicated_deduplication_window = 7",
    "no_such_setting = 1",
    "ratio_of_defaults_for_sparse_serialization = 0.5",
];
const NAMES: &[&str] = &[
    "order",
    "select",
    "a b",
    "größe",
    "it's",
    "back`tick",
    "back\\slash",
    "null",
    "true",
    "f0.keys",
    "x.y",
    "x.z",
    "_block_number",
    "_batch",
    "f1",
    "1",
    "$",
    "-",
    "COMMENT",
    "index",
    "?",
    "{a:UInt8}",
    "🦀",
    "primary",
    "_part",
    "ttl",
];
const COMMENTS: &[&str] = &["plain", "it's", "back\\slash and `tick`", "? -- /* \"", "ünïcödé", "{x:String}"];

#[derive(Clone, Debug)]
struct FieldSeed {
    ty: usize,
    default: Option<usize>,
    codec: Option<usize>,
    name: Option<usize>,
    comment: Option<usize>,
    extra: Option<(usize, usize)>,
}

#[derive(Clone, Debug)]
struct TableSeed {
    extras: Vec<(usize, usize, usize)>,
    order_by: (usize, usize, usize),
    partition_by: Option<(usize, usize, usize)>,
    ttl: Option<(usize, usize, usize)>,
    index: Option<(usize, usize, usize, usize)>,
    setting: Option<usize>,
    timestamp: bool,
    at_least_once: bool,
    comment: Option<usize>,
}

fn sometimes(choices: usize) -> impl Strategy<Value = Option<usize>> {
    proptest::option::weighted(0.15, 0..choices)
}

fn declarations() -> impl Strategy<Value = (Vec<FieldSeed>, TableSeed)> {
    let field = (
        0..TYPES.len(),
        sometimes(DEFAULTS.len()),
        sometimes(CODECS.len()),
        proptest::option::weighted(0.15, 0..NAMES.len()),
        sometimes(COMMENTS.len()),
        proptest::option::weighted(0.1, (0..FIELD_EXTRAS.len(), 0..6_usize)),
    )
        .prop_map(|(ty, default, codec, name, comment, extra)| FieldSeed {
            ty,
            default,
            codec,
            name,
            comment,
            extra,
        });
    let expression = || (0..EXPRESSIONS.len(), 0..6_usize, 0..6_usize);
    let table = (
        expression(),
        proptest::option::weighted(0.25, expression()),
        proptest::option::weighted(0.25, (0..TTLS.len(), 0..6_usize, 0..6_usize)),
        proptest::option::weighted(0.25, (0..INDEXES.len(), 0..EXPRESSIONS.len(), 0..6_usize, 0..6_usize)),
        sometimes(SETTINGS.len()),
        any::<bool>(),
        proptest::bool::weighted(0.2),
        sometimes(COMMENTS.len()),
        proptest::collection::vec((0..EXTRAS.len(), 0..6_usize, 0..6_usize), 0..3),
    )
        .prop_map(
            |(order_by, partition_by, ttl, index, setting, timestamp, at_least_once, comment, extras)| {
                TableSeed {
                    extras,
                    order_by,
                    partition_by,
                    ttl,
                    index,
                    setting,
                    timestamp,
                    at_least_once,
                    comment,
                }
            },
        );
    (proptest::collection::vec(field, 1..5), table)
}

/// The declaration's text.
fn text(fields: &[FieldSeed], table: &TableSeed) -> String {
    let fill = |template: &str, left: usize, right: usize| {
        template
            .replace('@', &format!("f{}", left % fields.len()))
            .replace('#', &format!("f{}", right % fields.len()))
            .replace("f1", if fields.len() > 1 { "f1" } else { "f0" })
    };
    let mut out = String::new();
    // Writing to a String cannot fail.
    if let Some(comment) = table.comment {
        let _ = writeln!(out, "/// {}", COMMENTS[comment]);
    }
    let (order, left, right) = table.order_by;
    let _ =
        write!(out, "#[stream(name = \"random.case\", order_by = {}", fill(EXPRESSIONS[order], left, right));
    if let Some((partition, left, right)) = table.partition_by {
        let _ = write!(out, ", partition_by = {}", fill(EXPRESSIONS[partition], left, right));
    }
    if let Some((ttl, left, right)) = table.ttl {
        let _ = write!(out, ", ttl = {}", fill(TTLS[ttl], left, right));
    }
    if let Some((kind, expression, left, right)) = table.index {
        let _ =
            write!(out, ", index(i: {} on {})", INDEXES[kind], fill(EXPRESSIONS[expression], left, right));
    }
    if let Some(setting) = table.setting {
        let _ = write!(out, ", settings({})", SETTINGS[setting]);
    }
    for (extra, left, right) in &table.extras {
        let _ = write!(out, ", {}", fill(EXTRAS[*extra], *left, *right));
    }
    if table.at_least_once {
        out.push_str(", delivery = at_least_once");
    }
    out.push_str(")]\nstruct Case {\n");
    for (at, field) in fields.iter().enumerate() {
        let (ty, attribute) = TYPES[field.ty];
        if let Some(comment) = field.comment {
            let _ = writeln!(out, "    /// {}", COMMENTS[comment]);
        }
        let mut attributes: Vec<String> = Vec::new();
        if !attribute.is_empty() {
            attributes.push(attribute.into());
        }
        if let Some(default) = field.default {
            attributes.push(format!("default = {}", fill(DEFAULTS[default], 0, 0)));
        }
        if let Some(codec) = field.codec {
            attributes.push(format!("codec({})", CODECS[codec]));
        }
        if let Some((extra, column)) = field.extra {
            attributes.push(fill(FIELD_EXTRAS[extra], column, 0));
        }
        // Expressions name the first fields, so these keep their names.
        if let Some(name) = field.name.filter(|_| at > 1) {
            attributes.push(format!("rename = {:?}", NAMES[name]));
        }
        let _ = writeln!(out, "    #[stream({})]\n    f{at}: {ty},", attributes.join(", "));
    }
    if table.timestamp {
        out.push_str("    #[stream(timestamp)]\n    at: DateTime<Utc>,\n");
    }
    out.push('}');
    out
}

/// As [`create_and_fill`], but a row of nothing but defaults may break what was declared: a constraint, a sign that is
/// neither 1 nor -1, a vector without elements.
async fn create_and_try(client: &clickhouse::Client, schema: &Schema) -> Result<(), String> {
    let Err(error) = create_and_fill(client, schema).await else { return Ok(()) };
    if error.contains("Code: 469.") || error.contains("Code: 117.") {
        for statement in sql::drop(schema) {
            run(client, &statement).await?;
        }
        return Ok(());
    }
    Err(error)
}

#[test]
fn whatever_compiles_the_engine_accepts() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (_place, client) = runtime.block_on(database());
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    // The same declarations every time: a failure is one for everybody.
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &SEED));
    let compiled = RefCell::new((0_u32, 0_u32));
    let done = runner.run(&declarations(), |(fields, table)| {
        let declaration = text(&fields, &table);
        let counts = &mut *compiled.borrow_mut();
        counts.1 += 1;
        let Ok(schema) = schema_of(&declaration) else { return Ok(()) };
        counts.0 += 1;
        let created = runtime.block_on(create_and_try(&client, &schema));
        prop_assert!(
            created.is_ok(),
            "{declaration}\n{}\n{}",
            sql::create_table(&schema),
            created.err().unwrap_or_default()
        );
        Ok(())
    });
    if let Err(error) = done {
        panic!("{error}");
    }
    let (compiled, all) = compiled.into_inner();
    assert!(
        compiled > CASES / 50,
        "only {compiled} of {all} declarations compile: the generator says too little"
    );
}

const SEED: [u8; 32] = *b"declarations for the real engine";
