//! Names and roles.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "SH0101",
        what: "An expression can be read.",
        why: "It is ClickHouse's own, in Rust's tokens; what those cannot hold stands in one string.",
        wrong: r#"#[stream(name = "shop.order", order_by = (id +))]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id + 1)]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0201",
        what: "An event's name is made of lower-case words with dots between them, of at most 128 characters.",
        why: "It becomes the name of tables, keys and folders, which not every system tells apart by case.",
        wrong: r#"#[stream(name = "Shop Order", order_by = id)]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0202",
        what: "A table's name fits into the name of a file, and holds no dot.",
        why: "ClickHouse names folders after it, and the database is the worker's to choose.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, table = "shop.orders")]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, table = "shop_orders")]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0203",
        what: "A column's name has 1 to 255 bytes without control characters.",
        why: "It stands in frames and fingerprints.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(rename = "")]
    text: String,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(rename = "$text")]
    text: String,
}"#,
    },
    Rule {
        code: "SH0204",
        what: "A column is not called like one of the engine's or StreamHouse's own.",
        why: "ClickHouse refuses those, and `_batch` is how a batch is recognised. Names that it writes without quotes and reads as something else, such as `nan` and `not`, keep it from starting again. A column called like a value that a key or a TTL uses as well, such as `1`, is taken for that value.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    _batch: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    batch: u64,
}"#,
    },
    Rule {
        code: "SH0205",
        what: "Two columns have two names.",
        why: "ClickHouse refuses a table with one twice.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(rename = "id")]
    other: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    other: u64,
}"#,
    },
    Rule {
        code: "SH0206",
        what: "A dot in a name does not join columns.",
        why: "To ClickHouse lists `a.x` and `a.y` are one Nested, and `a.keys` is part of the map `a`: it refuses rows in which they differ.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(rename = "item.name")]
    names: Vec<String>,
    #[stream(rename = "item.price")]
    prices: Vec<f64>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(rename = "item_name")]
    names: Vec<String>,
    #[stream(rename = "item_price")]
    prices: Vec<f64>,
}"#,
    },
    Rule {
        code: "SH0301",
        what: "One field is the id, and one the timestamp.",
        why: "An event is identified by one value and happens at one moment.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    #[stream(id)]
    id: u64,
    #[stream(id)]
    other: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    #[stream(id)]
    id: u64,
    other: u64,
}"#,
    },
    Rule {
        code: "SH0302",
        what: "An id can be compared exactly, and is never missing.",
        why: "A float or a NULL identifies nothing.",
        wrong: r#"#[stream(name = "shop.order", order_by = text)]
struct Order {
    #[stream(id)]
    id: f64,
    text: String,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = text)]
struct Order {
    #[stream(id)]
    id: Uuid,
    text: String,
}"#,
    },
    Rule {
        code: "SH0303",
        what: "A timestamp is a moment.",
        why: "A day or a number does not say when something happened.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(timestamp)]
    at: NaiveDate,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(timestamp)]
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0570",
        what: "`rename_all` is one of the ways to write names that serde knows.",
        why: "A struct that derives `serde::Serialize` too has the same names in both.",
        wrong: r#"#[stream(name = "shop.order", order_by = orderId, rename_all = "camel")]
struct Order {
    order_id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = orderId, rename_all = "camelCase")]
struct Order {
    order_id: u64,
}"#,
    },
];
