//! Valid inputs.

use streamhouse::StreamSchema;
use streamhouse::frame::{FrameBuilder, Layout};
use streamhouse_embedded::hostile;
use streamhouse_schema::frame_schema::FrameSchema;

pub(super) const TYPES: &[&str] = &[
    "Array(",
    "Nullable(",
    "LowCardinality(",
    "Map(String, ",
    "Tuple(a ",
    "Nested(a ",
    "Variant(",
    "JSON(a ",
    "JSON(SKIP a",
    "Enum8('a' = 1, ",
    "Enum16('\\'' = -32768)",
    "Decimal(76, 38)",
    "DateTime64(9, 'UTC')",
    "FixedString(",
    "Polygon",
    ")",
    "AggregateFunction(quantiles(0.5, ",
    "SimpleAggregateFunction(sum, ",
    "Dynamic(max_types=",
    "IntervalDay",
    "`",
    "'",
    ", ",
    " = ",
    "Time64(3)",
    "BFloat16",
    "MultiPolygon",
    "\\",
    "Nothing",
];
pub(super) const EXPRESSIONS: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "-",
    "NOT ",
    " + 1",
    " AND a",
    " OR a",
    " IN (1)",
    " NOT LIKE 'x'",
    ".1",
    ".a",
    "[1]",
    "f(",
    "f(1)(",
    "x -> ",
    "(x, y) -> ",
    "INTERVAL ",
    " DAY",
    "toIntervalDay(",
    "days(3)",
    "'",
    "`",
    "\"",
    "\\",
    "1e9",
    "0x",
    "1.",
    "true",
    "NULL",
    "||",
    "tuple(",
    "SELECT ",
    " FROM ",
    " GROUP BY ",
    "WITH ",
    "a AS b",
    "::UInt8",
    ", ",
    "!=",
    "--",
];

/// Segments of every kind.
#[derive(StreamSchema)]
#[stream(name = "hostile.wide", order_by = id)]
struct Wide {
    #[stream(id)]
    id: u64,
    name: String,
    note: Option<String>,
    tags: Vec<Vec<String>>,
    #[stream(type = "Map(String, Array(Nullable(Int32)))")]
    counts: std::collections::BTreeMap<String, Vec<Option<i32>>>,
    #[stream(type = "Tuple(Float64, String)")]
    pair: (f64, String),
}

/// One column of a fixed size.
#[derive(StreamSchema)]
#[stream(name = "hostile.narrow", order_by = id)]
struct Narrow {
    #[stream(id)]
    id: u64,
}

fn schema<E: StreamSchema>() -> FrameSchema {
    FrameSchema::from_json(E::FRAME_SCHEMA).expect("what the derive writes")
}

/// The schemas that frames are read by.
pub(super) fn schemas() -> Vec<FrameSchema> {
    vec![schema::<Wide>(), schema::<Narrow>()]
}

pub(super) fn frames() -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    for rows in [1_u64, 3, 40] {
        for compress in [false, true] {
            let mut wide = FrameBuilder::new(Wide::FINGERPRINT, Layout::of(&schema::<Wide>()));
            let mut narrow = FrameBuilder::new(Narrow::FINGERPRINT, Layout::of(&schema::<Narrow>()));
            for id in 0..rows {
                let row = Wide {
                    id,
                    name: "name".repeat(id as usize),
                    note: id.is_multiple_of(2).then(|| "note".into()),
                    tags: vec![vec!["tag".into(); 2]; (id % 4) as usize],
                    counts: [("a".into(), vec![None, Some(1)])].into(),
                    pair: (0.5, "pair".into()),
                };
                wide.push(&row).expect("a row");
                narrow.push(&Narrow { id }).expect("a row");
            }
            frames.extend(
                [wide.seal(&[1; 16], 7, compress), narrow.seal(&[2; 16], 1, compress)].map(Vec::from),
            );
        }
    }
    frames
}

pub(super) fn published_schemas() -> Vec<Vec<u8>> {
    schemas().iter().map(|schema| schema.to_json().into_bytes()).collect()
}

pub(super) fn snapshots() -> Vec<Vec<u8>> {
    let drafts = [
        include_str!("../../../schemas/flight.delayed/3.json"),
        include_str!("../../../schemas/otel.span/1.json"),
        include_str!("../../../schemas/web.hit/1.json"),
    ];
    drafts.map(|text| text.as_bytes().to_vec()).into()
}

pub(super) fn types() -> Vec<Vec<u8>> {
    [
        "UInt64",
        "Array(Array(Nullable(Decimal(38, 9))))",
        "LowCardinality(Nullable(FixedString(16)))",
        "Map(LowCardinality(String), Tuple(a UInt8, `b c` Array(DateTime64(3, 'Europe/Berlin'))))",
        "Nested(a UInt8, b Array(String))",
        "Enum8('a' = -128, 'it\\'s' = 1, 'z' = 127)",
        "Enum16('a', 'b', 'c' = 30000)",
        "Variant(UInt8, String, Array(Dynamic(max_types=3)))",
        "JSON(max_dynamic_paths=10, a.b UInt32, SKIP c, SKIP REGEXP '^d')",
        "AggregateFunction(quantilesTDigestIf(0.5, 0.9), Float64, UInt8)",
        "SimpleAggregateFunction(groupArrayArray, Array(String))",
        "Tuple(Point, Ring, Polygon, MultiPolygon, IntervalMonth, Time64(6), BFloat16, IPv6)",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into()
}

pub(super) fn expressions() -> Vec<Vec<u8>> {
    [
        "a + b * c - -1",
        "(a or b) and not c in (1, 2, 'x')",
        "quantileIf(0.5)(x, y > 3).1",
        "arrayMap((x, y) -> x + y[1], xs, ys)",
        "toStartOfInterval(at, INTERVAL 3 DAY) + days(2)",
        "nested.`a b` || 'it''s' || \"q\"",
        "multiIf(a IS NULL, 1.5e-3, b NOT LIKE 'x%', 0xff, tuple(1, [2, 3]))",
        "CASE a WHEN 1 THEN CASE WHEN b THEN 'x' END ELSE c ? 'y' : 'z' END",
        "CAST(a AS Tuple(x Decimal(9, 2), `y z` Enum8('p' = -1)))::String::DateTime64(3, 'UTC') DIV -1::Int8",
        "count(DISTINCT a, b) + sum(c) FILTER (WHERE EXTRACT(DAY FROM d) > 1) - DATE '2024-02-29'",
        "SELECT a, count() AS n, sum(b) FROM t WHERE a != 1 GROUP BY a",
        "WITH 1 AS x, y AS (SELECT 1) SELECT DISTINCT a.b, * FROM db.t PREWHERE c WHERE d GROUP BY ALL ORDER BY a LIMIT 1",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into()
}

pub(super) fn compressed_blocks() -> Vec<Vec<u8>> {
    let plain = b"what goes in comes out, what goes in comes out".repeat(50);
    // As each method stores them: LZ4 (0x82), ZSTD (0x90), none (0x02).
    let stored = [(0x82, hostile::lz4(&plain)), (0x90, hostile::zstd(&plain)), (0x02, plain.clone())];
    let mut inputs = Vec::new();
    let mut all = vec![6];
    for (method, data) in stored {
        let block = hostile::block(method, plain.len() as u32, &data);
        all.extend_from_slice(&block);
        inputs.push([&[200], &block[..]].concat());
        inputs.push([&[0, method], &(plain.len() as u32).to_le_bytes()[..], &data[..]].concat());
    }
    inputs.push(all);
    inputs
}
