//! Indexes, projections, constraints and views.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "SH0701",
        what: "An index has a type that the engine makes.",
        why: "ClickHouse refuses others; `hypothesis` it no longer has.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, index(by_text: btree on text))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, index(by_text: set(100) on text))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0702",
        what: "An index has the parameters that its type takes.",
        why: "ClickHouse refuses the table otherwise.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, index(by_text: set on text))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, index(by_text: set(100) on text))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0703",
        what: "An index works on what its type knows.",
        why: "Words are found in text, vectors are lists of floats; ClickHouse refuses others.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, index(by_id: tokenbf_v1(10240, 3, 0) on id))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, index(by_text: tokenbf_v1(10240, 3, 0) on text))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0704",
        what: "Two indexes have two names.",
        why: "ClickHouse refuses the table otherwise.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, index(i: minmax on text), index(i: minmax on at))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, index(i: minmax on text), index(j: minmax on at))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0705",
        what: "An index uses a column.",
        why: "What is the same for all rows finds none.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, index(i: minmax on 1))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, index(i: minmax on text))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0706",
        what: "A column has one index of text, and that index one column.",
        why: "ClickHouse refuses the table otherwise.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, index(i: text(tokenizer = array) on text), index(j: text(tokenizer = ngrams(3)) on text))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, index(i: text(tokenizer = ngrams(3)) on text))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0720",
        what: "A projection is a selection of this table.",
        why: "It has `select`, then `where`, `group by` or `order by`; the table goes without saying.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, projection(p: order by text))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, projection(p: select * order by text))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0721",
        what: "Two projections have two names.",
        why: "ClickHouse refuses the table otherwise.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, projection(p: select * order by text), projection(p: select * order by at))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, projection(p: select * order by text), projection(q: select * order by at))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0722",
        what: "A projection has an order, or sums; not both.",
        why: "Sums are stored by their keys; rows without an order are the table once more.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, projection(p: select text, at))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, projection(p: select text, at order by text))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0723",
        what: "What is selected beside sums is a key.",
        why: "A group has many values of anything else.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, projection(p: select text, count()))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, projection(p: select text, count() group by text))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0724",
        what: "An engine that drops rows is told what becomes of projections.",
        why: "They would show rows that are gone; ClickHouse refuses the table until `deduplicate_merge_projection_mode` says `drop` or `rebuild`.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, engine = ReplacingMergeTree, projection(p: select * order by text))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, engine = ReplacingMergeTree, settings(deduplicate_merge_projection_mode = "rebuild"), projection(p: select * order by text))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0725",
        what: "The condition of a projection is true or false.",
        why: "ClickHouse refuses any other.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, projection(p: select count() where at))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, projection(p: select count() where text = "done"))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0730",
        what: "A constraint has a name and a condition.",
        why: "The error of a row that breaks it names it.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, check(id > 5))]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, check(large: id > 5))]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0731",
        what: "Two constraints have two names.",
        why: "Nobody could tell which one a row breaks.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, check(c: id > 5), check(c: id < 9))]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, check(c: id > 5), check(d: id < 9))]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0732",
        what: "A constraint is true or false, and never NULL.",
        why: "ClickHouse creates a table with any expression, and then refuses every insert where it is not a UInt8.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, check(c: id + 1))]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, check(c: id > 1))]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0450",
        what: "Constraints say something of a row, and can hold together.",
        why: "What is the same for all rows is no constraint. ClickHouse puts all comparisons in order that hold at the same time, and refuses the table where they contradict each other, or where numbers with a point stand beside text.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, check(growing: amount > amount))]
struct Order {
    id: u64,
    amount: f64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, check(positive: amount > 0))]
struct Order {
    id: u64,
    amount: f64,
}"#,
    },
    Rule {
        code: "SH0451",
        what: "A projection reads whole columns.",
        why: "It keeps columns, and ClickHouse finds no part of a Tuple or a JSON among them: it refuses the table, or every insert.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, projection(kinds: select max(payload.size)))]
struct Order {
    id: u64,
    #[stream(type = "JSON(size UInt64)")]
    payload: serde_json::Value,
}"#,
        right: r#"#[stream(
    name = "shop.order",
    order_by = id,
    column(size: UInt64 = payload.size, materialized),
    projection(kinds: select max(size)),
)]
struct Order {
    id: u64,
    #[stream(type = "JSON(size UInt64)")]
    payload: serde_json::Value,
}"#,
    },
];
