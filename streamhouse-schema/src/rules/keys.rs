//! Expressions and keys.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "SH0401",
        what: "A name in an expression is a column of the table.",
        why: "ClickHouse refuses the table otherwise.",
        wrong: r#"#[stream(name = "shop.order", order_by = (id, txet))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = (id, text))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0402",
        what: "A key is never NULL.",
        why: "Rows without a value would sort where nobody looks for them; ClickHouse refuses it (`allow_nullable_key`).",
        wrong: r#"#[stream(name = "shop.order", order_by = (id, shop))]
struct Order {
    id: u64,
    shop: Option<u32>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = (id, ifNull(shop, 0)))]
struct Order {
    id: u64,
    shop: Option<u32>,
}"#,
    },
    Rule {
        code: "SH0403",
        what: "What rows are sorted by has an order.",
        why: "The paths of a JSON have values of many types, and a value that merges with others is not what it was.",
        wrong: r#"#[stream(name = "shop.order", order_by = payload)]
struct Order {
    payload: serde_json::Value,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = payload.shop)]
struct Order {
    #[stream(type = "JSON(shop String)")]
    payload: serde_json::Value,
}"#,
    },
    Rule {
        code: "SH0404",
        what: "A partition holds many rows.",
        why: "Each partition is a part of its own; with thousands of them inserts are refused.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, partition_by = at)]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, partition_by = toYYYYMM(at))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0405",
        what: "A key, a TTL and an index give the same for the same row, today and tomorrow.",
        why: "Otherwise rows lie where nobody finds them.",
        wrong: r#"#[stream(name = "shop.order", order_by = (id, id + rand()))]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = (id, cityHash64(id)))]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0406",
        what: "A key uses a column.",
        why: "A constant sorts nothing; ClickHouse refuses it.",
        wrong: r#"#[stream(name = "shop.order", order_by = (id, 1))]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0407",
        what: "A key names nothing twice.",
        why: "The second one sorts nothing; ClickHouse refuses it (`allow_suspicious_indices`).",
        wrong: r#"#[stream(name = "shop.order", order_by = (id, id))]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0408",
        what: "An expression looks at one row.",
        why: "Keys, TTLs and defaults know no other rows.",
        wrong: r#"#[stream(name = "shop.order", order_by = sum(id))]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = intDiv(id, 1000))]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0409",
        what: "A function is one of ClickHouse's.",
        why: "The list is the engine's own.",
        wrong: r#"#[stream(name = "shop.order", order_by = toYYYMM(at))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = toYYYYMM(at))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0410",
        what: "A function gets what it takes.",
        why: "ClickHouse refuses the table otherwise.",
        wrong: r#"#[stream(name = "shop.order", order_by = toYYYYMM(text))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = toYYYYMM(at))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0411",
        what: "A key, a TTL, a constraint and a projection use columns that are stored.",
        why: "An `ALIAS` is computed when it is read, and an `EPHEMERAL` column is gone once the row is inserted.",
        wrong: r#"#[stream(name = "shop.order", order_by = day, column(day: Date = toDate(at), alias))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = day, column(day: Date = toDate(at), materialized))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0412",
        what: "The primary key is a prefix of the sorting key.",
        why: "It is kept in memory and finds places in the sorted rows.",
        wrong: r#"#[stream(name = "shop.order", order_by = (id, text), primary_key = text)]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = (id, text), primary_key = id)]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0413",
        what: "What a sample is taken by is in the primary key.",
        why: "A sample reads a range of it.",
        wrong: r#"#[stream(name = "shop.order", order_by = (text, id), primary_key = text, sample_by = id)]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = (text, id), sample_by = id)]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0414",
        what: "A sample is taken by an unsigned integer.",
        why: "It is a share of the range of that type.",
        wrong: r#"#[stream(name = "shop.order", order_by = text, sample_by = text)]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = (text, cityHash64(text)), sample_by = cityHash64(text))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0453",
        what: "A condition differs between rows.",
        why: "ClickHouse decides a constant condition once, and afterwards does not find the expression under the name that the table gives it.",
        wrong: r#"#[stream(name = "shop.order", order_by = (id, if(1, amount, id)))]
struct Order {
    id: u64,
    amount: u32,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = (id, amount))]
struct Order {
    id: u64,
    amount: u32,
}"#,
    },
];
