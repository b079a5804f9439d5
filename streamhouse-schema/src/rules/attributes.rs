//! The form of attributes.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "SH0001",
        what: "An attribute has the form that it needs.",
        why: "`#[stream(…)]` is split at commas into `name`, `name = value` and `name(values)`; anything else would be guessed at.",
        wrong: r#"#[stream(name = "shop.order", order_by id)]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0002",
        what: "An attribute is known.",
        why: "A misspelt one would be ignored in silence.",
        wrong: r#"#[stream(name = "shop.order", ordre_by = id)]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0003",
        what: "An attribute is given once.",
        why: "Of two values only one can hold, and nobody sees which.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, order_by = text)]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    text: String,
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH0010",
        what: "An event is a struct with named fields.",
        why: "The fields are the columns of its table.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order(u64);"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0011",
        what: "An event has no generic parameters.",
        why: "The columns have to be known when the table is.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order<T> {
    id: T,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0012",
        what: "An event has a field.",
        why: "ClickHouse has no table without columns.",
        wrong: r#"#[stream(name = "shop.order", order_by = ())]
struct Order {}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0013",
        what: "An event has a name.",
        why: "It names the table, the keys in Redis and the files of the schema; a default from the struct would change with it.",
        wrong: r#"#[stream(order_by = id)]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0014",
        what: "A table has a sorting key.",
        why: "It decides what queries read; `()` says that there is none.",
        wrong: r#"#[stream(name = "shop.order")]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0015",
        what: "The version is a number from 1.",
        why: "Versions are compared and counted up.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, version = 0)]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, version = 2)]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0016",
        what: "The engine is one of those that hold events.",
        why: "Others keep rows in memory, in one file or elsewhere, and know no parts.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, engine = Log)]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, engine = MergeTree)]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0017",
        what: "The promise of delivery is one of two.",
        why: "Either a batch is verified, or repetitions are accepted.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, delivery = at_most_once)]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, delivery = at_least_once)]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0018",
        what: "`crate` is a path.",
        why: "The generated code names the crate by it.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, crate = "streamhouse")]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, crate = ::streamhouse)]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0019",
        what: "A field is there always.",
        why: "Whoever reads the sources sees a field whose condition does not hold, and the compiler does not: they would make two tables.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[cfg(unix)]
    text: String,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    text: Option<String>,
}"#,
    },
    Rule {
        code: "SH0020",
        what: "An index has a name, a type and an expression.",
        why: "They are what `INDEX` needs.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, index(set(100) on id))]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, index(by_id: set(100) on id))]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0021",
        what: "A setting has the form `name = value`.",
        why: "It is written into the table as it is.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, settings(index_granularity))]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, settings(index_granularity = 4096))]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0022",
        what: "A codec has the form `Name` or `Name(parameters)`.",
        why: "It is written into the table as it is.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    #[stream(codec(3))]
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    #[stream(codec(Delta, ZSTD(3)))]
    id: u64,
}"#,
    },
    Rule {
        code: "SH0023",
        what: "A parameter of a codec or an index is a number or a string.",
        why: "ClickHouse takes nothing else there.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    #[stream(codec(ZSTD(high)))]
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    #[stream(codec(ZSTD(3)))]
    id: u64,
}"#,
    },
    Rule {
        code: "SH0024",
        what: "A text of SQL closes its quotes and brackets, and ends no statement.",
        why: "It becomes part of a statement, which would go on in another place than it seems to.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, raw("PARTITION BY intDiv(id, 100"))]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, raw("PARTITION BY intDiv(id, 100)"))]
struct Order {
    id: u64,
}"#,
    },
];
