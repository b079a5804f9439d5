//! Random types of columns.

use super::super::random::Random;

const SCALARS: &[&str] = &[
    "UInt8",
    "UInt16",
    "UInt32",
    "UInt64",
    "UInt128",
    "UInt256",
    "Int8",
    "Int16",
    "Int32",
    "Int64",
    "Int128",
    "Int256",
    "Float32",
    "Float64",
    "BFloat16",
    "Bool",
    "String",
    "String",
    "FixedString(7)",
    "FixedString(16)",
    "UUID",
    "Date",
    "Date32",
    "DateTime",
    "DateTime('Europe/Berlin')",
    "DateTime64(3, 'UTC')",
    "DateTime64(0)",
    "DateTime64(6, 'Asia/Tokyo')",
    "DateTime64(9)",
    "Time",
    "Time64(3)",
    "Time64(9)",
    "Decimal(9, 2)",
    "Decimal(18, 18)",
    "Decimal(38, 10)",
    "Decimal(76, 0)",
    "Decimal(5, 5)",
    "IPv4",
    "IPv6",
    "Enum8('a' = 1, 'b' = -2)",
    "Enum8('it\\'s' = 1, '' = 0, 'ü🦀' = -128)",
    "Enum16('a' = 1000, 'x' = -32768)",
];
/// What a dictionary may be of.
const WORDS: &[&str] = &["String", "Nullable(String)", "FixedString(3)", "UUID"];
const KEYS: &[&str] = &[
    "String",
    "LowCardinality(String)",
    "UInt8",
    "Int64",
    "UUID",
    "Date",
    "Enum8('a' = 1)",
    "FixedString(2)",
    "IPv4",
];
const AGGREGATES: &[&str] = &[
    "SimpleAggregateFunction(sum, UInt64)",
    "SimpleAggregateFunction(sum, Decimal(38, 4))",
    "SimpleAggregateFunction(max, DateTime64(3, 'UTC'))",
    "SimpleAggregateFunction(min, Nullable(Int16))",
    "SimpleAggregateFunction(any, String)",
    "SimpleAggregateFunction(anyLast, LowCardinality(Nullable(String)))",
    "SimpleAggregateFunction(groupArrayArray, Array(String))",
    "SimpleAggregateFunction(groupUniqArrayArray, Array(UInt8))",
    "SimpleAggregateFunction(groupBitOr, UInt32)",
    "SimpleAggregateFunction(sumMap, Map(String, UInt64))",
];
const JSONS: &[&str] = &[
    "JSON",
    "JSON(max_dynamic_paths=0)",
    "JSON(max_dynamic_paths=8, max_dynamic_types=2)",
    "JSON(kind String, a UInt8)",
    "JSON(kind LowCardinality(String), n Int64, SKIP b, SKIP REGEXP 'x.*')",
    "JSON(a.b UInt64, `two words` Nullable(Float64))",
];
const GEO: &[&str] = &["Point", "Ring", "LineString", "MultiLineString", "Polygon", "MultiPolygon"];
const VECTORS: &[&str] = &[
    "QBit(Float32, 8)",
    "QBit(BFloat16, 3)",
    "QBit(Float64, 16, 8)",
    "QBit(Int8, 5)",
    "Array(QBit(Float32, 2))",
    "Tuple(a QBit(Int8, 16, 8), b String)",
    "Map(String, QBit(BFloat16, 1))",
];
const INTERVALS: &[&str] =
    &["IntervalNanosecond", "IntervalSecond", "IntervalDay", "IntervalMonth", "IntervalYear"];
/// What is refused, by this side, by the other, or by both.
const ODD: &[&str] = &[
    "Geometry",
    "JSON(kind String, SKIP REGEXP 'kind')",
    "SimpleAggregateFunction(avg, Float64)",
    "SimpleAggregateFunction(sum, UInt8)",
    "LowCardinality(UInt8)",
    "LowCardinality(Decimal(9, 2))",
    "FixedString(300)",
    "FixedString(0)",
    "Nullable(Array(UInt8))",
    "Nullable(Tuple(UInt8))",
    "Map(Nullable(String), UInt8)",
    "Map(Float64, UInt8)",
    "Variant(UInt8, String)",
    "Dynamic",
    "AggregateFunction(sum, UInt64)",
    "Tuple()",
    "DateTime('Mars/Olympus')",
    "Decimal(77, 2)",
    "Enum8('a' = 1, 'b' = 1)",
    "Nested(a UInt8, a String)",
    "Array(Nullable(Nothing))",
    "Nullable(JSON)",
    "Nullable(Point)",
    "Array(LowCardinality(Nullable(String)))",
    "Map(Array(UInt8), String)",
    "Map(Tuple(a UInt8, b String), JSON)",
    "LowCardinality(IPv6)",
    "LowCardinality(Date)",
    "LowCardinality(Float64)",
    "Time64(10)",
    "Nullable(SimpleAggregateFunction(any, String))",
    "Nullable(QBit(Float32, 8))",
    "QBit(UInt8, 8)",
    "QBit(Float32, 24, 12)",
    "Map(QBit(Float32, 8), String)",
    "SimpleAggregateFunction(max, QBit(Float32, 8))",
    "JSON(a QBit(Float32, 8))",
];
const NAMES: &[&str] = &["a", "b", "x y", "größe", "order", "sku", "1", "c"];

/// The type of a column, as ClickHouse writes it.
pub(super) fn column(wild: bool, random: &mut Random) -> String {
    if wild && random.chance(12) {
        return random.pick(ODD).to_string();
    }
    let nested = |random: &mut Random| {
        let elements = elements(random, 1, false);
        format!("Nested({elements})")
    };
    let choose: fn(&mut Random) -> Option<&'static str> = random
        .weighted::<fn(&mut Random) -> Option<&'static str>>(&[
            (78, |_| None),
            (8, |random| Some(random.pick(JSONS))),
            (3, |random| Some(random.pick(GEO))),
            (2, |random| Some(random.pick(INTERVALS))),
            (2, |random| Some(random.pick(VECTORS))),
            (4, |random| Some(random.pick(AGGREGATES))),
        ]);
    match choose(random) {
        Some(ty) => ty.to_string(),
        None if random.chance(5) => nested(random),
        None => inside(random, 0),
    }
}

fn inside(random: &mut Random, depth: usize) -> String {
    let shares: &[(usize, u8)] =
        if depth > 2 { &[(1, 0)] } else { &[(60, 0), (10, 1), (8, 2), (9, 3), (5, 4), (6, 5), (2, 6)] };
    match random.weighted(shares) {
        0 => scalar(random),
        1 => format!("Nullable({})", scalar(random)),
        2 => format!("LowCardinality({})", random.pick(WORDS)),
        3 => format!("Array({})", inside(random, depth + 1)),
        4 => format!("Map({}, {})", random.pick(KEYS), inside(random, depth + 1)),
        5 => {
            let named = random.chance(50);
            format!("Tuple({})", elements(random, depth + 1, !named))
        }
        _ => random.pick(JSONS).to_string(),
    }
}

fn scalar(random: &mut Random) -> String {
    if random.chance(10) {
        let precision = random.between(1, 76);
        return format!("Decimal({precision}, {})", random.between(0, precision));
    }
    random.pick(SCALARS).to_string()
}

fn elements(random: &mut Random, depth: usize, unnamed: bool) -> String {
    let count = random.below(3) + 1;
    let first = random.below(NAMES.len());
    let all: Vec<String> = (0..count)
        .map(|at| {
            let ty = inside(random, depth);
            let name = NAMES[(first + at) % NAMES.len()];
            if unnamed { ty } else { format!("`{name}` {ty}") }
        })
        .collect();
    all.join(", ")
}

/// Rust types, and what attributes they need: what a declaration mostly has.
pub(super) const RUST: &[(&str, &str)] = &[
    ("u8", ""),
    ("u16", ""),
    ("u32", ""),
    ("u64", ""),
    ("u128", ""),
    ("i8", ""),
    ("i16", ""),
    ("i32", ""),
    ("i64", ""),
    ("i128", ""),
    ("NonZeroU8", ""),
    ("f32", ""),
    ("f64", ""),
    ("f32", "type = BFloat16"),
    ("bool", ""),
    ("String", ""),
    ("String", "low_cardinality"),
    ("&'static str", ""),
    ("Box<str>", ""),
    ("Option<String>", "low_cardinality"),
    ("Option<u16>", ""),
    ("Option<Vec<u8>>", ""),
    ("[u8; 8]", ""),
    ("Vec<u8>", ""),
    ("Vec<String>", ""),
    ("Vec<Option<i8>>", ""),
    ("Vec<Vec<f32>>", ""),
    ("[f64; 2]", ""),
    ("BTreeMap<String, u32>", ""),
    ("HashMap<u8, Option<String>>", ""),
    ("HashSet<String>", ""),
    ("Uuid", ""),
    ("DateTime<Utc>", ""),
    ("Option<DateTime<Utc>>", ""),
    ("OffsetDateTime", ""),
    ("NaiveDate", ""),
    ("NaiveDate", "type = Date"),
    ("DateTime<Utc>", "type = DateTime"),
    ("NaiveTime", ""),
    ("Option<NaiveTime>", ""),
    ("Duration", "type = Time64(9)"),
    ("Ipv4Addr", ""),
    ("IpAddr", ""),
    ("IpNet", ""),
    ("Decimal", "decimal(9, 2)"),
    ("Option<Decimal>", "decimal(38, 10)"),
    ("(u8, String)", ""),
    ("Vec<(u8, Option<f32>)>", ""),
    ("Value", ""),
    ("Option<Value>", ""),
    ("i64", "type = IntervalDay"),
    ("[f32; 8]", "type = QBit(Float32, 8)"),
];
