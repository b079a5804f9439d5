//! Codecs, defaults and computed columns.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "SH0601",
        what: "A codec is one of ClickHouse's.",
        why: "ClickHouse refuses the table otherwise.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    #[stream(codec(ZTSD(3)))]
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    #[stream(codec(ZSTD(3)))]
    id: u64,
}"#,
    },
    Rule {
        code: "SH0602",
        what: "A codec knows what to do with the column's values.",
        why: "Gorilla is for floats, T64 for integers, and so on; ClickHouse refuses most mistakes and makes the others cost.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(codec(Gorilla, LZ4))]
    text: String,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(codec(ZSTD(1)))]
    text: String,
}"#,
    },
    Rule {
        code: "SH0603",
        what: "A chain of codecs prepares first and compresses last.",
        why: "What comes after a compressor finds nothing to do (`allow_suspicious_codecs`).",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    #[stream(codec(ZSTD(1), LZ4))]
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    #[stream(codec(Delta, ZSTD(1)))]
    id: u64,
}"#,
    },
    Rule {
        code: "SH0604",
        what: "A codec's parameters are in range.",
        why: "ClickHouse refuses the table otherwise.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    #[stream(codec(ZSTD(50)))]
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    #[stream(codec(ZSTD(22)))]
    id: u64,
}"#,
    },
    Rule {
        code: "SH0605",
        what: "A default is a value that the column can hold.",
        why: "ClickHouse would round it, or refuse rows that use it.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(default = 300)]
    count: u8,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(default = 200)]
    count: u8,
}"#,
    },
    Rule {
        code: "SH0606",
        what: "A chain of codecs compresses.",
        why: "Delta and GCD write as much as they read, and save nothing alone (`allow_suspicious_codecs`); DoubleDelta, Gorilla, T64 and FPC write less.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    #[stream(codec(Delta))]
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    #[stream(codec(Delta, LZ4))]
    id: u64,
}"#,
    },
    Rule {
        code: "SH0607",
        what: "A default is not computed from itself.",
        why: "There would be nothing to begin with; ClickHouse refuses it.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, column(a: UInt64 = b, alias), column(b: UInt64 = a, alias))]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, column(a: UInt64 = id, alias), column(b: UInt64 = a, alias))]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0608",
        what: "A computed column has a type, an expression, and a word that says when it is computed.",
        why: "`materialized` is stored and hidden from `SELECT *`, `default` is stored and shown, `alias` is computed on reading.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, column(day: Date = toDate(at)))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, column(day: Date = toDate(at), materialized))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0609",
        what: "What is not stored has no codec, no TTL and no settings.",
        why: "There is nothing to compress or to end; ClickHouse refuses a codec.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, column(day: Date = toDate(at), alias, codec(ZSTD(1))))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, column(day: Date = toDate(at), materialized, codec(ZSTD(1))))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0610",
        what: "A computed column stands behind one that is declared before it.",
        why: "The order of columns is that of the declaration.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, column(day: Date = toDate(at), materialized, after = ta))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, column(day: Date = toDate(at), materialized, after = at))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0611",
        what: "A default of a column that cannot be NULL is never NULL.",
        why: "ClickHouse creates the table, and refuses every insert with such a row: the whole batch would wait.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, column(shown: String = lower(note), materialized))]
struct Order {
    id: u64,
    note: Option<String>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, column(shown: String = lower(ifNull(note, "")), materialized))]
struct Order {
    id: u64,
    note: Option<String>,
}"#,
    },
    Rule {
        code: "SH0612",
        what: "Something of a row is stored.",
        why: "ClickHouse creates no table of columns that are computed or gone (`ALIAS`, `EPHEMERAL`).",
        wrong: r#"#[stream(name = "shop.order", order_by = (), delivery = at_least_once)]
struct Order {
    #[stream(ephemeral)]
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = (), delivery = at_least_once)]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0613",
        what: "A default converts no constant that another default is.",
        why: "ClickHouse computes what follows from constants when the table is created, and refuses the table where the text is no number or the decimal is too large.",
        wrong: r#"#[stream(name = "shop.order", order_by = (), column(day: Date = toDate(text), materialized))]
struct Order {
    #[stream(default = "none")]
    text: String,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = (), column(day: Date = toDateOrZero(text), materialized))]
struct Order {
    #[stream(default = "none")]
    text: String,
}"#,
    },
    Rule {
        code: "SH0454",
        what: "A default uses no part of a column that has a default itself.",
        why: "Where neither is given, ClickHouse puts one default into the other, and finds no part of it there.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(type = "JSON(kind String)", default = "{}")]
    payload: serde_json::Value,
    #[stream(default = payload.kind)]
    kind: String,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(type = "JSON(kind String)")]
    payload: serde_json::Value,
    #[stream(default = payload.kind)]
    kind: String,
}"#,
    },
    Rule {
        code: "SH0571",
        what: "A statistic is one that ClickHouse can make of the column's values.",
        why: "ClickHouse refuses the table: `tdigest` and `minmax` are made of numbers, `uniq` and `countmin` of text too.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(statistics(tdigest))]
    text: String,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(statistics(uniq))]
    text: String,
}"#,
    },
];
