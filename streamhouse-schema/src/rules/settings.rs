//! Settings.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "SH0801",
        what: "A setting is one of a MergeTree table.",
        why: "ClickHouse refuses others, and drops settings of queries without a word.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, settings(index_granularty = 1024))]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, settings(index_granularity = 1024))]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0802",
        what: "A setting has a value of its type.",
        why: "ClickHouse refuses the table otherwise.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, settings(index_granularity = "many"))]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, settings(index_granularity = 1024))]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0803",
        what: "A setting is given once.",
        why: "Of two values only one can hold.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, settings(index_granularity = 1024, index_granularity = 2048))]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, settings(index_granularity = 1024))]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0804",
        what: "A setting of a column is one of the two that there are.",
        why: "ClickHouse refuses others.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    #[stream(settings(index_granularity = 1024))]
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    #[stream(settings(min_compress_block_size = 65536))]
    id: u64,
}"#,
    },
    Rule {
        code: "SH0452",
        what: "Settings that limit each other, or say the same thing, go together.",
        why: "ClickHouse compares some settings with each other, also with what they are where nothing is said, and refuses the table; a `disk` of its own is neither beside a `storage_policy` nor has it volumes.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, settings(cleanup_delay_period = 600))]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, settings(cleanup_delay_period = 600, max_cleanup_delay_period = 3600))]
struct Order {
    id: u64,
}"#,
    },
];
