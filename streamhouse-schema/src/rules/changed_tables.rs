//! What a new version may do with the table. In an example the first declaration is sealed.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "SH1022",
        what: "key_changed: rows stay sorted by the same key, which may go on with new columns.",
        why: "All rows have to be written anew, and an engine that merges rows merges other ones.",
        wrong: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    items: u32,
}
// now
#[stream(name = "shop.order", order_by = (items, id), version = 2)]
struct Order {
    id: u64,
    items: u32,
}"#,
        right: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    items: u32,
}
// now
#[stream(name = "shop.order", order_by = (items, id), version = 2, breaks(key_changed, version = 2, reason = "queries ask by items"))]
struct Order {
    id: u64,
    items: u32,
}"#,
    },
    Rule {
        code: "SH1023",
        what: "partition_changed: rows stay in their partitions.",
        why: "All rows have to be written anew, and rows of different partitions are never merged.",
        wrong: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    items: u32,
}
// now
#[stream(name = "shop.order", order_by = id, partition_by = id % 8, version = 2)]
struct Order {
    id: u64,
    items: u32,
}"#,
        right: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    items: u32,
}
// now
#[stream(name = "shop.order", order_by = id, partition_by = id % 8, version = 2, breaks(partition_changed, version = 2, reason = "to drop by parts"))]
struct Order {
    id: u64,
    items: u32,
}"#,
    },
    Rule {
        code: "SH1024",
        what: "engine_changed: the same becomes of rows.",
        why: "All rows have to be written anew, and what the new engine merges is gone.",
        wrong: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    items: u32,
}
// now
#[stream(name = "shop.order", order_by = id, engine = ReplacingMergeTree(items), version = 2)]
struct Order {
    id: u64,
    items: u32,
}"#,
        right: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    items: u32,
}
// now
#[stream(name = "shop.order", order_by = id, engine = ReplacingMergeTree(items), version = 2, breaks(engine_changed, version = 2, reason = "an order is kept once"))]
struct Order {
    id: u64,
    items: u32,
}"#,
    },
];
