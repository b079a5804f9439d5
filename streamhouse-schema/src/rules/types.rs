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
];
