//! Types.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "SH0030",
        what: "The Rust type of a field stands for a column.",
        why: "What it becomes has to be known from the tokens; rustc then checks that they are right.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    size: usize,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    size: u64,
}"#,
    },
    Rule {
        code: "SH0031",
        what: "A type that is named is one of ClickHouse's.",
        why: "It is written into the table as it is.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(type = DateTime65(3))]
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(type = DateTime64(6))]
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0032",
        what: "A Decimal has at most 76 digits, and its fraction is part of them.",
        why: "That is what 256 bits hold.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(decimal(4, 8))]
    amount: Decimal,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(decimal(18, 4))]
    amount: Decimal,
}"#,
    },
    Rule {
        code: "SH0033",
        what: "`low_cardinality` is for strings.",
        why: "A dictionary of numbers is larger than the numbers; ClickHouse refuses it (`allow_suspicious_low_cardinality_types`).",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(low_cardinality)]
    count: u8,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(low_cardinality)]
    status: String,
}"#,
    },
    Rule {
        code: "SH0034",
        what: "`decimal` is for a field that holds a Decimal.",
        why: "Other types say themselves what they are.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(decimal(18, 4))]
    amount: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(decimal(18, 4))]
    amount: Decimal,
}"#,
    },
    Rule {
        code: "SH0035",
        what: "`LowCardinality` holds what a dictionary pays for.",
        why: "ClickHouse refuses others (`allow_suspicious_low_cardinality_types`).",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(type = LowCardinality(UInt8))]
    count: Own,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(type = LowCardinality(String))]
    status: String,
}"#,
    },
    Rule {
        code: "SH0036",
        what: "A FixedString has at most 256 bytes.",
        why: "ClickHouse refuses longer ones (`allow_suspicious_fixed_string_types`), for short values are filled up with zeros.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(type = FixedString(300))]
    image: Own,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    image: Vec<u8>,
}"#,
    },
    Rule {
        code: "SH0037",
        what: "A time zone is one that the engine knows.",
        why: "ClickHouse refuses a table with another.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(type = DateTime64(3, "Europe/Berlim"))]
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(type = DateTime64(3, "Europe/Berlin"))]
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0038",
        what: "A field has a type whose values are made of plain ones.",
        why: "ClickHouse makes the values of Variant, Dynamic and AggregateFunction itself, so no frame can carry them.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(type = AggregateFunction(sum, UInt64))]
    total: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    total: u64,
}"#,
    },
    Rule {
        code: "SH0039",
        what: "A SimpleAggregateFunction has a function that unites two values into one of their type.",
        why: "ClickHouse refuses the column otherwise: a sum of UInt8 is a UInt64, and a mean of two means is none.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(type = SimpleAggregateFunction(sum, UInt8))]
    total: u8,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(type = SimpleAggregateFunction(sum, UInt64))]
    total: u64,
}"#,
    },
    Rule {
        code: "SH0040",
        what: "An aggregate function within a type exists, and gets what it takes.",
        why: "ClickHouse refuses the type. Other names of a function, such as `median`, become the engine's own.",
        wrong: r#"#[stream(name = "shop.order.daily", order_by = day, delivery = at_least_once, engine = AggregatingMergeTree, column(users: AggregateFunction(unique, String), filled))]
struct OrdersDaily {
    day: NaiveDate,
}"#,
        right: r#"#[stream(name = "shop.order.daily", order_by = day, delivery = at_least_once, engine = AggregatingMergeTree, column(users: AggregateFunction(uniq, String), filled))]
struct OrdersDaily {
    day: NaiveDate,
}"#,
    },
    Rule {
        code: "SH0050",
        what: "A part of an event is an enum, a struct with named fields, or a struct around one value.",
        why: "An Enum has names, a Tuple or a Nested has elements with names, and anything else has no type of its own.",
        wrong: r#"#[derive(StreamType)]
struct Price(i64, String);"#,
        right: r#"#[derive(StreamType)]
struct Price {
    amount: i64,
    currency: String,
}"#,
    },
    Rule {
        code: "SH0051",
        what: "A variant holds no values.",
        why: "An Enum stores a number for a name, and nothing else.",
        wrong: r#"#[derive(StreamType)]
enum Status {
    Paid(u64),
}"#,
        right: r#"#[derive(StreamType)]
enum Status {
    Paid = 1,
}"#,
    },
    Rule {
        code: "SH0052",
        what: "Each variant has a number.",
        why: "Rows are stored by it: a counted one would move when a variant is put before it.",
        wrong: r#"#[derive(StreamType)]
enum Status {
    New,
}"#,
        right: r#"#[derive(StreamType)]
enum Status {
    New = 1,
}"#,
    },
    Rule {
        code: "SH0053",
        what: "The numbers of an enum have at most 16 bits and are distinct.",
        why: "ClickHouse has Enum8 and Enum16, and two names of one number cannot be told apart.",
        wrong: r#"#[derive(StreamType)]
enum Status {
    New = 1,
    #[stream(number = 1)]
    Paid,
}"#,
        right: r#"#[derive(StreamType)]
enum Status {
    New = 1,
    Paid = 2,
}"#,
    },
    Rule {
        code: "SH0054",
        what: "The names of variants and elements are distinct, and none is `null`.",
        why: "ClickHouse refuses two of one name, and keeps `null` for itself.",
        wrong: r#"#[derive(StreamType)]
struct Item {
    null: u8,
}"#,
        right: r#"#[derive(StreamType)]
struct Item {
    #[stream(rename = "is_null")]
    null: u8,
}"#,
    },
    Rule {
        code: "SH0055",
        what: "A Tuple or a Nested has at most 32 elements.",
        why: "The runtime has a place for so many.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(type = Tuple(UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8))]
    wide: Own,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(type = Array(UInt8))]
    wide: Own,
}"#,
    },
    Rule {
        code: "SH0056",
        what: "A path of JSON that has a type is not skipped.",
        why: "ClickHouse refuses what is both; regular expressions are read as far as that can be told.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(type = "JSON(kind String, SKIP REGEXP 'k.*')")]
    payload: String,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(type = "JSON(kind String, SKIP REGEXP 'x.*')")]
    payload: String,
}"#,
    },
];
