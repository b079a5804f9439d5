//! Materialized views.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "SH0740",
        what: "A view has a name, a target and a selection.",
        why: "That is what `CREATE MATERIALIZED VIEW` needs.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, view(feed: select = "SELECT id FROM shop_order"))]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, view(feed: to = ids, select = "SELECT id FROM shop_order"))]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0741",
        what: "The text of a view or a projection is a selection.",
        why: "Any other statement would run, or be refused, in the middle of a migration; and so is a view that inserts feed, with INTERSECT or EXCEPT.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, view(feed: to = ids, select = "INSERT INTO ids SELECT id FROM shop_order"))]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, view(feed: to = ids, select = "SELECT id FROM shop_order"))]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0742",
        what: "Tables and views have names of their own.",
        why: "They share one namespace.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, view(shop_order: to = ids, select = "SELECT id FROM shop_order"))]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, view(feed: to = ids, select = "SELECT id FROM shop_order"))]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0743",
        what: "A view reads the event's table, and writes into another.",
        why: "It is fed by inserts into the table that it reads.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, view(feed: to = ids, select = "SELECT id FROM shop_orders"))]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, view(feed: to = ids, select = "SELECT id FROM shop_order"))]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0744",
        what: "The columns of a view have the names of those that they are written into.",
        why: "ClickHouse matches them by name, and refuses a view with a column that its target does not have.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, view(feed: to = orders_daily, select = "SELECT toDate(at) AS day, count() FROM shop_order GROUP BY day"))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, view(feed: to = orders_daily, select = "SELECT toDate(at) AS day, count() AS orders FROM shop_order GROUP BY day"))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0745",
        what: "Beside a sum stands what rows are summed up by.",
        why: "Of many rows, ClickHouse does not know which value to take, and refuses the view.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, view(feed: to = orders_daily, select = "SELECT toDate(at) AS day, shop, count() AS orders FROM shop_order GROUP BY day"))]
struct Order {
    id: u64,
    shop: u32,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, view(feed: to = orders_daily, select = "SELECT toDate(at) AS day, shop, count() AS orders FROM shop_order GROUP BY day, shop"))]
struct Order {
    id: u64,
    shop: u32,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0746",
        what: "A column of a view holds all values of what is written into it.",
        why: "ClickHouse converts them without a word: a count beyond the column's range begins again at 0, and a text that is no number fails each insert into the event's own table. Where the target is declared in the same project, `streamhouse check` compares the two; with `struct = …` the compiler does.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, view(feed: engine = "SummingMergeTree ORDER BY day", columns = "day Date, orders UInt16", select = "SELECT toDate(at) AS day, count() AS orders FROM shop_order GROUP BY day"))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, view(feed: engine = "SummingMergeTree ORDER BY day", columns = "day Date, orders UInt64", select = "SELECT toDate(at) AS day, count() AS orders FROM shop_order GROUP BY day"))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0747",
        what: "The table that a view keeps has an engine, and a key of what the view yields, without NULL.",
        why: "ClickHouse creates it with the view, and refuses others. NULL in a key it takes with `SETTINGS allow_nullable_key = 1` behind the engine.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, view(feed: engine = "SummingMergeTree ORDER BY date", select = "SELECT toDate(at) AS day, count() AS orders FROM shop_order GROUP BY day"))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, view(feed: engine = "SummingMergeTree ORDER BY day", select = "SELECT toDate(at) AS day, count() AS orders FROM shop_order GROUP BY day"))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0748",
        what: "When a view is computed anew is said by EVERY or AFTER, and a span of time.",
        why: "That is what ClickHouse reads behind REFRESH.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, view(feed: to = ids, refresh = "EACH HOUR", select = "SELECT id FROM shop_order"))]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, view(feed: to = ids, refresh = "EVERY 1 HOUR", select = "SELECT id FROM shop_order"))]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0749",
        what: "A view that writes down what its target was fed knows how that is partitioned.",
        why: "Each part of the target has to say which insert it is of: what is written into one partition says nothing of another, and a target with a column `_fed` that a view leaves empty counts as lacking everything. Where the target is declared in the same project, `streamhouse check` compares the two; with `struct = …` the compiler does.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, view(feed: engine = "SummingMergeTree PARTITION BY toYYYYMM(day) ORDER BY day", partition_by = day, select = "SELECT toDate(at) AS day, count() AS orders FROM shop_order GROUP BY day"))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, view(feed: engine = "SummingMergeTree PARTITION BY toYYYYMM(day) ORDER BY day", partition_by = toYYYYMM(day), select = "SELECT toDate(at) AS day, count() AS orders FROM shop_order GROUP BY day"))]
struct Order {
    id: u64,
    at: DateTime<Utc>,
}"#,
    },
];
