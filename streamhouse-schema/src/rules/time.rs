//! What becomes of rows with time.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "SH0501",
        what: "A TTL without a column counts from the timestamp, which then has to be declared.",
        why: "Nothing else says when an event happened.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, ttl = days(90))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, ttl = days(90))]
struct Order {
    id: u64,
    #[stream(timestamp)]
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0502",
        what: "A TTL is a date or a moment of the row.",
        why: "ClickHouse compares it with the present.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, ttl = id)]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, ttl = at + days(90))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0503",
        what: "A TTL is never NULL.",
        why: "A row without a moment would never end.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, ttl = paid + days(90))]
struct Order {
    id: u64,
    paid: Option<DateTime<Utc>>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, ttl = ifNull(paid, at) + days(90))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
    paid: Option<DateTime<Utc>>,
}"#,
    },
    Rule {
        code: "SH0504",
        what: "An element of a TTL is a moment, and one thing that then happens.",
        why: "Only these forms are in ClickHouse's grammar.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, ttl = at + days(90) to disk cold)]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, ttl = at + days(90) to disk "cold")]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0505",
        what: "One element of a TTL deletes all rows.",
        why: "A second one would never be looked at; ClickHouse refuses it.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, ttl(at + days(1), at + days(2)))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, ttl(at + days(1) delete where text = "debug", at + days(2)))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0506",
        what: "A TTL groups rows by a prefix of the primary key.",
        why: "The rows of a group have to lie side by side.",
        wrong: r#"#[stream(name = "shop.order", order_by = (id, text), ttl = at + days(90) group by text)]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = (id, text), ttl = at + days(90) group by id)]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0507",
        what: "A TTL that groups sets each stored column once, to an aggregate.",
        why: "One value has to come of many.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, ttl = at + days(90) group by id set hits = hits + 1)]
struct Order {
    id: u64,
    hits: u64,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, ttl = at + days(90) group by id set hits = sum(hits))]
struct Order {
    id: u64,
    hits: u64,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0508",
        what: "The condition of a TTL is true or false.",
        why: "ClickHouse creates a table with any other value, and fails when it merges.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, ttl = at + days(90) where text)]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, ttl = at + days(90) where text = "debug")]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0509",
        what: "A key's values do not end before its rows do.",
        why: "Rows would lie where their values no longer say.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    #[stream(ttl = at + days(90))]
    id: u64,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(ttl = at + days(90))]
    text: String,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0455",
        what: "A TTL reads every column that it names.",
        why: "What is the same for all rows (`isNotNull` of a column that is never NULL, `toTypeName`, `… OR true`) ClickHouse computes when the table is created; at the first row it misses the columns that only this was asked of.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, ttl = at where isNotNull(text) and id > 7)]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, ttl = at where notEmpty(text) and id > 7)]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
    },
];
