//! Types are printed as the engine prints them, and refused where it refuses them.

use streamhouse_schema::types::{NAMES, Type};

use super::{database, run};

/// Types of tables in any spelling that the engine takes.
const TYPES: &[&str] = &[
    "UInt8",
    "UInt256",
    "Int128",
    "Float32",
    "Float64",
    "BFloat16",
    "Bool",
    "String",
    "FixedString(256)",
    "UUID",
    "Date",
    "Date32",
    "DateTime",
    "DateTime32('UTC')",
    "DateTime('Europe/Berlin')",
    "DateTime64",
    "DateTime64(9)",
    "DateTime64(3,'Asia/Tokyo')",
    "Time",
    "Time64",
    "Time64(0)",
    "Decimal",
    "Decimal(5)",
    "Decimal(76,76)",
    "Decimal32(3)",
    "Decimal64(4)",
    "Decimal128(0)",
    "Decimal256(76)",
    "IPv4",
    "IPv6",
    "Enum('a','b')",
    "Enum('a' = 5, 'b', 'c')",
    "Enum('b' = 1000, 'a' = -1)",
    "Enum16('a' = 1)",
    "Enum8('it\\'s' = 1, 'b\\\\s' = -128, 'n\\nl' = 3, 't\\t' = 4, 'ü🦀' = 5, '' = 6, 'z\\0' = 7, 'b\\b' = 8, 'f\\f' = 9, 'r\\r' = 10, 'q\"`' = 127)",
    "Array(Array(Nullable(String)))",
    "Map(String, UInt8)",
    "Map(LowCardinality(String), Map(Enum8('a' = 1), Array(UUID)))",
    "Map(Array(UInt8), UInt8)",
    "Map(Tuple(UInt8, String), Tuple(a UInt8))",
    "Tuple()",
    "Tuple(UInt8)",
    "Tuple(UInt8, Tuple(String, Nullable(Date)))",
    "Tuple(a UInt8, `b c` String, `1` Int8, `a.b` Int8, `x$y` Int8, `ü` Int8, `back\\`tick` Int8, `tab\\t` Int8)",
    "Tuple(`all` Int8, `distinct` Int8, `from` Int8, `select` Int8, `table` Int8, `values` Int8, `NULL` Int8)",
    "Tuple(`order` Int8, `index` Int8, `key` Int8, `skip` Int8, `true` Int8, `Array` Int8, `interval` Int8)",
    "Array(Nested(a UInt8, b Nested(c String)))",
    "Tuple(a Nested(x UInt8))",
    "Nullable(Enum8('a' = 1))",
    "Nullable(JSON)",
    "Nullable(IntervalDay)",
    "Nullable(SimpleAggregateFunction(any, String))",
    "LowCardinality(Nullable(FixedString(5)))",
    "LowCardinality(UUID)",
    "JSON",
    "JSON(max_dynamic_paths=0)",
    "JSON(max_dynamic_paths = 1024, max_dynamic_types = 254)",
    "JSON(b.c String, a UInt8, SKIP x.y, SKIP d, SKIP d, SKIP REGEXP 'z.*', SKIP REGEXP 'it\\'s', max_dynamic_paths=8)",
    "JSON(`SKIP` UInt8, `max_dynamic_paths` UInt8, `select` Int8, `a b`.c Array(JSON(max_dynamic_paths=4)))",
    "Variant(UInt8, String, UInt8)",
    "Variant(Tuple(a UInt8), Array(UInt8), LowCardinality(String), JSON)",
    "Dynamic",
    "Dynamic(max_types=0)",
    "Dynamic(max_types=32)",
    "Point",
    "Ring",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
    "Geometry",
    "Array(Point)",
    "QBit(Float32, 1536)",
    "QBit(BFloat16, 16, 16)",
    "Array(Nullable(QBit(Float64, 64, 8)))",
    "QBit(Int8, 1)",
    "AggregateFunction(count)",
    "AggregateFunction(sum, UInt64)",
    "AggregateFunction(uniq, String, UInt8)",
    "AggregateFunction(quantiles(0.50, 0.9), Float64)",
    "AggregateFunction(quantile(1.0), Float64)",
    "AggregateFunction(groupConcat(', ', 3), String)",
    "AggregateFunction(1, sum, UInt8)",
    "AggregateFunction(0, sum, UInt8)",
    "AggregateFunction(SUM, UInt64)",
    "AggregateFunction(Count)",
    "AggregateFunction(median(.5), Float64)",
    "AggregateFunction(medianIf, Float64, UInt8)",
    "AggregateFunction(STDOrNull, Float64)",
    "AggregateFunction(quantile(5e-1), Float64)",
    "AggregateFunction(quantiles(0.123456789012345678901, 1e-7), Float64)",
    "AggregateFunction(exponentialMovingAverage(1e5), Float64, UInt8)",
    "AggregateFunction(exponentialMovingAverage(1e21), Float64, UInt8)",
    "AggregateFunction(exponentialMovingAverage(-1.5), Float64, UInt8)",
    "AggregateFunction(sumMap, Map(String, UInt8))",
    "AggregateFunction(sumMap, Array(String), Array(UInt8))",
    "AggregateFunction(maxMappedArrays, Array(String), Array(UInt8))",
    "AggregateFunction(sumMapFiltered([1,2 , 3]), Array(UInt8), Array(UInt8))",
    "AggregateFunction(sumMapFiltered(['a', 'b\\'c']), Array(String), Array(UInt8))",
    "AggregateFunction(array_concat_agg, Array(String))",
    "AggregateFunction(sumMerge, AggregateFunction(sum, UInt8))",
    "AggregateFunction(topK(10, 3, 'counts'), String)",
    "SimpleAggregateFunction(first_value, String)",
    "SimpleAggregateFunction(sum, UInt64)",
    "SimpleAggregateFunction(max, DateTime64(3, 'UTC'))",
    "SimpleAggregateFunction(groupArrayArray(10), Array(UInt8))",
    "IntervalNanosecond",
    "IntervalMicrosecond",
    "IntervalMillisecond",
    "IntervalSecond",
    "IntervalMinute",
    "IntervalHour",
    "IntervalDay",
    "IntervalWeek",
    "IntervalMonth",
    "IntervalQuarter",
    "IntervalYear",
];

/// What neither side takes.
const REFUSED: &[&str] = &[
    "Strng",
    "FixedString(0)",
    "DateTime64(10)",
    "Time('UTC')",
    "Time64(10)",
    "Decimal(77, 0)",
    "Decimal(4, 5)",
    "Enum8()",
    "Enum8('a' = 1, 'a' = 2)",
    "Enum8('a' = 1, 'b' = 1)",
    "Enum8('a' = 200)",
    "Enum8('a', 'b' = 5, 'c')",
    "Nullable(Nullable(UInt8))",
    "Nullable(Array(UInt8))",
    "Nullable(Map(String, UInt8))",
    "Nullable(Tuple(UInt8))",
    "Nullable(Point)",
    "Nullable(LowCardinality(String))",
    "Nullable(Dynamic)",
    "Nullable(Variant(UInt8))",
    "Nullable(AggregateFunction(sum, UInt64))",
    "LowCardinality(Decimal(5, 2))",
    "LowCardinality(DateTime64(3))",
    "LowCardinality(Time64(3))",
    "LowCardinality(Enum8('a' = 1))",
    "LowCardinality(JSON)",
    "LowCardinality(Array(String))",
    "Map(Nullable(String), UInt8)",
    "Map(LowCardinality(Nullable(String)), UInt8)",
    "Tuple(a UInt8, String)",
    "Tuple(a UInt8, a String)",
    "Tuple(`null` UInt8)",
    "Nested()",
    "JSON(a UInt8, a String)",
    "JSON(a.b UInt8, SKIP a)",
    "JSON(ab UInt8, SKIP a)",
    "JSON(max_dynamic_paths=10001)",
    "JSON(max_dynamic_types=255)",
    "Variant()",
    "Variant(Nullable(UInt8))",
    "Variant(Variant(UInt8), String)",
    "Variant(Dynamic, UInt8)",
    "Dynamic(max_types=255)",
    "Interval",
    "QBit",
    "QBit(Float32)",
    "QBit(Float32, 0)",
    "QBit(UInt8, 8)",
    "QBit(Float32, 24, 12)",
    "QBit(Float32, 24, 16)",
    "QBit(Float32, 24, 48)",
    "QBit(Float32, 134217721)",
    "LowCardinality(QBit(Float32, 8))",
    "JSON(a QBit(Float32, 8))",
    "JSON(a Array(QBit(Float32, 8)))",
];

#[tokio::test(flavor = "multi_thread")]
async fn types_are_printed_as_the_engine_prints_them() {
    let (place, client) = database().await;
    let own: Vec<Type> =
        TYPES.iter().map(|text| text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))).collect();
    let columns: Vec<String> =
        TYPES.iter().enumerate().map(|(number, text)| format!("`{number}` {text}")).collect();
    let table = format!("CREATE TABLE types ({}) ENGINE = MergeTree ORDER BY ()", columns.join(", "));
    run(&client, &table).await.expect("a table");
    let query = "SELECT type FROM system.columns WHERE table = 'types' AND database = currentDatabase() ORDER BY position FORMAT TSVRaw";
    let printed = place.text(query).await;
    for ((own, printed), written) in own.iter().zip(printed.lines()).zip(TYPES) {
        assert_eq!(own.to_string(), printed, "{written}");
        assert_eq!(printed.parse().as_ref(), Ok(own), "{printed}");
    }
    assert_eq!(printed.lines().count(), own.len());
}

/// A Nested is stored as a list for each element.
#[tokio::test(flavor = "multi_thread")]
async fn nested_is_printed_as_the_engine_prints_it() {
    let (place, client) = database().await;
    let text = "Nested(a UInt8, b Nested(c UInt8), `d e` Enum('x'))";
    run(&client, &format!("CREATE TABLE types (c {text}) ENGINE = MergeTree ORDER BY ()"))
        .await
        .expect("a table");
    let Ok(Type::Nested(elements)) = text.parse() else { panic!("{text}") };
    let own: String = elements
        .iter()
        .map(|element| format!("c.{}\tArray({})\n", element.name.as_deref().unwrap_or_default(), element.ty))
        .collect();
    let query = "SELECT name, type FROM system.columns WHERE table = 'types' AND database = currentDatabase() ORDER BY position FORMAT TSVRaw";
    assert_eq!(place.text(query).await, own);
}

#[tokio::test(flavor = "multi_thread")]
async fn types_are_refused_as_the_engine_refuses_them() {
    let (_place, client) = database().await;
    for text in REFUSED {
        assert!(text.parse::<Type>().is_err(), "{text}");
        let table = format!("CREATE TABLE types (c {text}) ENGINE = MergeTree ORDER BY ()");
        assert!(run(&client, &table).await.is_err(), "the engine takes {text}");
    }
}

/// Every type of the engine is read, save the one that no table has.
#[tokio::test(flavor = "multi_thread")]
async fn all_types_of_the_engine_are_known() {
    let (place, _) = database().await;
    let names = place.text("SELECT name FROM system.data_type_families WHERE alias_to = ''").await;
    let missing: Vec<&str> = names.lines().filter(|name| !NAMES.contains(name)).collect();
    assert_eq!(missing, ["Nothing"]);
    for name in NAMES {
        assert!(names.lines().any(|known| known == *name), "the engine has no {name}");
    }
}
