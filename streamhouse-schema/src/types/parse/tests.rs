use super::super::Type;
use super::{MAX_LENGTH, TypeError};

#[test]
fn prints_what_it_reads() {
    for text in [
        "UInt8",
        "Int256",
        "BFloat16",
        "FixedString(16)",
        "DateTime",
        "DateTime('Europe/Berlin')",
        "DateTime64(3, 'UTC')",
        "DateTime64(9)",
        "Time",
        "Time64(6)",
        "Decimal(18, 4)",
        "Enum8('it\\'s' = -1, 'b\\\\s' = 2, 'n\\nl' = 3, 'ü🦀' = 5, '' = 6)",
        "LowCardinality(Nullable(String))",
        "Map(LowCardinality(String), Array(Nullable(UUID)))",
        "Tuple()",
        "Tuple(UInt8, Array(String))",
        "Tuple(a UInt8, `b c` Tuple(`select` String), `1` Int8)",
        "Nested(a UInt8, b Nested(c String))",
        "JSON",
        "JSON(max_dynamic_types=4, max_dynamic_paths=8, a UInt8, `b.c` Array(JSON), SKIP d, SKIP `x.y`, SKIP REGEXP 'foo.*')",
        "JSON(`SKIP` UInt8, max_dynamic_paths UInt8)",
        "Variant(Array(UInt8), String)",
        "Dynamic",
        "Dynamic(max_types=10)",
        "MultiPolygon",
        "AggregateFunction(count)",
        "AggregateFunction(1, quantiles(0.5, 0.9), Float64)",
        "AggregateFunction(groupConcat(', ', 3), String)",
        "SimpleAggregateFunction(max, DateTime64(3, 'UTC'))",
        "IntervalDay",
        "QBit(Float32, 1536)",
        "Array(Nullable(QBit(Int8, 64, 16)))",
    ] {
        assert_eq!(text.parse::<Type>().expect(text).to_string(), text);
    }
}

#[test]
fn other_spellings_become_the_one_that_is_printed() {
    for (text, printed) in [
        ("Decimal", "Decimal(10, 0)"),
        ("Decimal(5)", "Decimal(5, 0)"),
        ("Decimal32(3)", "Decimal(9, 3)"),
        ("Decimal256(6)", "Decimal(76, 6)"),
        ("DateTime32('UTC')", "DateTime('UTC')"),
        ("DateTime64", "DateTime64(3)"),
        ("Time64", "Time64(3)"),
        ("Enum('a','b')", "Enum8('a' = 1, 'b' = 2)"),
        ("Enum8('a' = 5, 'b')", "Enum8('a' = 5, 'b' = 6)"),
        ("Enum('b' = 1000, 'a' = -1)", "Enum16('a' = -1, 'b' = 1000)"),
        ("Enum8('it''s' = 1)", "Enum8('it\\'s' = 1)"),
        ("Tuple( a  UInt8 ,b   String )", "Tuple(a UInt8, b String)"),
        ("Tuple(\"a\" UInt8)", "Tuple(a UInt8)"),
        (
            "JSON(b.c String, a UInt8, SKIP x.y, SKIP x.y, max_dynamic_paths = 1024)",
            "JSON(a UInt8, `b.c` String, SKIP `x.y`)",
        ),
        ("Variant(UInt8, String, UInt8)", "Variant(String, UInt8)"),
        ("Dynamic(max_types = 32)", "Dynamic"),
        ("QBit( BFloat16,3 , 3)", "QBit(BFloat16, 3)"),
        ("AggregateFunction(quantile(0.50), Float64)", "AggregateFunction(quantile(0.5), Float64)"),
    ] {
        assert_eq!(text.parse::<Type>().expect(text).to_string(), printed);
    }
}

#[test]
fn says_what_is_wrong() {
    for (text, message) in [
        ("Strng", "`Strng` is not a type of ClickHouse; did you mean `String`?"),
        ("Array(", "expected the name of a type at byte 6 of the type `Array(`"),
        ("DateTime64(10)", "the precision of DateTime64 must be 0 to 9, not 10"),
        ("Decimal(4, 5)", "the scale of Decimal must be at most its precision, not 5"),
        ("Nullable(Array(Int8))", "Nullable cannot hold Array(Int8)"),
        ("Nullable(Tuple(Int8))", "Nullable cannot hold Tuple(Int8)"),
        ("LowCardinality(Enum8('a' = 1))", "LowCardinality cannot hold Enum8('a' = 1)"),
        ("Map(Nullable(String), Int8)", "the key of a Map cannot hold Nullable(String)"),
        ("Variant(Nullable(Int8))", "Variant cannot hold Nullable(Int8)"),
        ("DateTime('x'') --')", "expected `)` at byte 12 of the type `DateTime('x'') --')`"),
        ("Int8 x", "expected the end at byte 5 of the type `Int8 x`"),
        ("Enum8()", "expected a name in quotes, such as `'a' = 1` at byte 6 of the type `Enum8()`"),
        ("Enum8('a' = 1, 'a' = 2)", "a name of an Enum stands twice: a"),
        ("Enum8('a' = 1, 'b' = 1)", "a number of an Enum stands twice: 1"),
        ("Enum8('a' = 1, 'b' = 200)", "the number of a name in Enum8 must be -128 to 127, not 200"),
        (
            "Enum8('a', 'b' = 5, 'c')",
            "expected a number for each name, or for none at byte 16 of the type `Enum8('a', 'b' = 5, 'c')`",
        ),
        (
            "Tuple(a UInt8, String)",
            "expected names for all elements of the Tuple, or for none at byte 14 of the type `Tuple(a UInt8, String)`",
        ),
        ("Tuple(a UInt8, a String)", "the name of an element stands twice: a"),
        (
            "Nested(null UInt8)",
            "an element of a Tuple cannot be called `null`: ClickHouse keeps that name for itself",
        ),
        ("JSON(a Int8, a Int8)", "a path of JSON stands twice: a"),
        ("JSON(max_dynamic_types=255)", "max_dynamic_types of JSON must be 0 to 254, not 255"),
        ("QBit(Int16, 8)", "QBit cannot hold Int16"),
        ("QBit(Int8, 0)", "the dimension of QBit must be 1 to 134217720, not 0"),
        (
            "QBit(Int8, 24, 12)",
            "the stride of QBit must be the dimension, or a multiple of 8 by which it can be divided, not 12",
        ),
        (
            "QBit(Int8, 24, 16)",
            "the stride of QBit must be the dimension, or a multiple of 8 by which it can be divided, not 16",
        ),
        ("QBit(Float32)", "expected `,` at byte 12 of the type `QBit(Float32)`"),
        ("JSON(a Array(QBit(Int8, 8)))", "JSON cannot hold Array(QBit(Int8, 8))"),
        ("Nested()", "expected a name at byte 7 of the type `Nested()`"),
    ] {
        assert_eq!(text.parse::<Type>().expect_err(text).to_string(), message);
    }
}

#[test]
fn hostile_text_is_refused_soon() {
    for opening in
        ["Array(", "Tuple(", "Tuple(a ", "Nested(a ", "JSON(a ", "Variant(", "QBit(", "AggregateFunction(f, "]
    {
        assert_eq!(opening.repeat(600).parse::<Type>(), Err(TypeError::TooLarge), "{opening}");
    }
    assert_eq!(" ".repeat(MAX_LENGTH + 1).parse::<Type>(), Err(TypeError::TooLarge));
    for text in [
        "Enum8('",
        "Enum8('\\",
        "Tuple(`",
        "JSON(SKIP",
        "JSON(a.",
        "AggregateFunction(1",
        "Décimal",
        "Enum8('é\\é",
    ] {
        let error = text.parse::<Type>().expect_err(text).to_string();
        assert!(!error.is_empty());
    }
    // Long, and as quickly read as it is long.
    let names: Vec<String> = (0..3000).map(|number| format!("'n{number}' = {number}")).collect();
    let text = format!("Enum16({})", names.join(", "));
    assert_eq!(text.parse::<Type>().expect("an enumeration").to_string(), text);
}
