//! Engines and clusters.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "SH0901",
        what: "An engine has the arguments that it takes.",
        why: "Each names columns with a part to play; replicated forms may have a path and a replica before them.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, delivery = at_least_once, engine = CollapsingMergeTree)]
struct Order {
    id: u64,
    sign: i8,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, delivery = at_least_once, engine = CollapsingMergeTree(sign))]
struct Order {
    id: u64,
    sign: i8,
}"#,
    },
    Rule {
        code: "SH0902",
        what: "An engine names stored columns, each once.",
        why: "ClickHouse refuses the table otherwise.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, engine = ReplacingMergeTree(versoin))]
struct Order {
    id: u64,
    version: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, engine = ReplacingMergeTree(version))]
struct Order {
    id: u64,
    version: u64,
}"#,
    },
    Rule {
        code: "SH0903",
        what: "The columns of an engine have the types that it works on.",
        why: "A version grows, a sign is an Int8, and what is added up is a number: text would be kept from any row.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, delivery = at_least_once, engine = SummingMergeTree(text))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, delivery = at_least_once, engine = SummingMergeTree(hits))]
struct Order {
    id: u64,
    hits: u64,
}"#,
    },
    Rule {
        code: "SH0904",
        what: "What is merged is no key.",
        why: "Rows are told apart by their key; ClickHouse refuses the table.",
        wrong: r#"#[stream(name = "shop.order", order_by = (id, hits), delivery = at_least_once, engine = SummingMergeTree(hits))]
struct Order {
    id: u64,
    hits: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, delivery = at_least_once, engine = SummingMergeTree(hits))]
struct Order {
    id: u64,
    hits: u64,
}"#,
    },
    Rule {
        code: "SH0905",
        what: "A column of AggregatingMergeTree is a key or an aggregate.",
        why: "Any value of another would be kept; ClickHouse refuses it (`allow_dimensions_outside_sorting_key`).",
        wrong: r#"#[stream(name = "shop.order", order_by = id, delivery = at_least_once, engine = AggregatingMergeTree)]
struct Order {
    id: u64,
    day: NaiveDate,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = (id, day), delivery = at_least_once, engine = AggregatingMergeTree)]
struct Order {
    id: u64,
    day: NaiveDate,
}"#,
    },
    Rule {
        code: "SH0906",
        what: "Engines that add up are not delivered to exactly once.",
        why: "The rows of a batch cannot be counted once they are merged, and a repeated insert adds up twice. A table that appends, with a view that fills this one, can promise it.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, engine = SummingMergeTree(hits))]
struct Order {
    id: u64,
    hits: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, view(order_hits: to = hits, select = "SELECT id, hits FROM shop_order"))]
struct Order {
    id: u64,
    hits: u64,
}"#,
    },
    Rule {
        code: "SH0907",
        what: "A table of the engine Null has columns and nothing else.",
        why: "It keeps no rows, so they have no order, no partitions and no end.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, delivery = at_least_once, engine = Null)]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", engine = Null, delivery = at_least_once)]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0908",
        what: "An engine that merges rows of the same key has a key.",
        why: "Without one it makes a single row of the whole table.",
        wrong: r#"#[stream(name = "shop.order", order_by = (), engine = ReplacingMergeTree)]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, engine = ReplacingMergeTree)]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0909",
        what: "A cluster has a name, and a replicated table a path and a replica.",
        why: "They are looked up in the server's configuration and in Keeper.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, on_cluster = "")]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, on_cluster = "main")]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0910",
        what: "A distributed table has a name and a cluster.",
        why: "It spreads rows over the servers of that cluster.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, distributed(table = "orders_everywhere"))]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, distributed(table = "orders_everywhere", cluster = "main", sharding_key = cityHash64(id)))]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0911",
        what: "A sharding key is an integer.",
        why: "Its remainder says to which server a row belongs.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, distributed(table = "orders_everywhere", cluster = "main", sharding_key = text))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, distributed(table = "orders_everywhere", cluster = "main", sharding_key = cityHash64(text)))]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0912",
        what: "Where the elements of tuples are merged, no tuple is a key.",
        why: "With `allow_tuple_element_aggregation` ClickHouse refuses a sorting key that is a tuple.",
        wrong: r#"#[stream(name = "shop.order", engine = SummingMergeTree, delivery = at_least_once, order_by = place, settings(allow_tuple_element_aggregation = true))]
struct Order {
    #[stream(type = Tuple(country String, city String))]
    place: Place,
    amount: u64,
}"#,
        right: r#"#[stream(name = "shop.order", engine = SummingMergeTree, delivery = at_least_once, order_by = (place.country, place.city), settings(allow_tuple_element_aggregation = true))]
struct Order {
    #[stream(type = Tuple(country String, city String))]
    place: Place,
    amount: u64,
}"#,
    },
];
