//! `streamhouse.toml`, and what is said of lints.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "SH0510",
        what: "A table uses what the oldest server knows that has to accept it.",
        why: "`oldest` in `streamhouse.toml` says which that is. Since when there is a function or a setting is the engine's own record; a type or an index counts from the release that takes it without a setting.",
        wrong: r#"// streamhouse.toml: clickhouse.oldest = "25.3"
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(type = Time64(3))]
    opens: NaiveTime,
}"#,
        right: r#"// streamhouse.toml: clickhouse.oldest = "25.12"
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(type = Time64(3))]
    opens: NaiveTime,
}"#,
    },
    Rule {
        code: "SH0511",
        what: "`streamhouse.toml` is TOML.",
        why: "Of TOML it takes tables, keys, text of one line, whole numbers, truth values and lists.",
        wrong: "# streamhouse.toml\n[clickhouse]\noldest = 25.3",
        right: "# streamhouse.toml\n[clickhouse]\noldest = \"25.3\"",
    },
    Rule {
        code: "SH0512",
        what: "`streamhouse.toml` says what is known.",
        why: "A word that means nothing is a misspelt one: it would change nothing, and nobody would know.",
        wrong: "# streamhouse.toml\n[clickhouse]\noldst = \"25.3\"",
        right: "# streamhouse.toml\n[clickhouse]\noldest = \"25.3\"",
    },
    Rule {
        code: "SH0513",
        what: "A value in `streamhouse.toml` is one that its key takes.",
        why: "`oldest` is a release from 24.8, with which the engine's own record of its table settings begins, to the one that this StreamHouse was made with; a lint is allowed, a warning or denied; builds write or do not.",
        wrong: "# streamhouse.toml\n[lints]\nfloat_for_money = \"forbid\"",
        right: "# streamhouse.toml\n[lints]\nfloat_for_money = \"deny\"",
    },
    Rule {
        code: "SH0514",
        what: "`allow`, `warn` and `deny` name lints.",
        why: "`streamhouse explain` lists them.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, deny("float_for_money"))]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, deny(float_for_money))]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0515",
        what: "An exception says why it is one.",
        why: "Whoever reads it later can tell whether the reason still holds.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(allow(float_for_money))]
    price: f64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(allow(float_for_money, reason = "an estimate, never added up"))]
    price: f64,
}"#,
    },
    Rule {
        code: "SH0516",
        what: "A lint that is named is there.",
        why: "A misspelt exception excepts nothing.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, deny(float_for_mony))]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, deny(float_for_money))]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0517",
        what: "What lies in `schemas/` and `migrations/` is what declarations make.",
        why: "A server gets its tables from the migrations of the repository: one that is missing there is missing on the server, where events are refused. The build script compares them, and warns in a development build; a release build, and every build where `CI` is set, fails.",
        wrong: r#"// the build script found: stale
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH0518",
        what: "A name of an event, and one of a table, is declared once.",
        why: "Two declarations of one version would write the same files, and two events would write into one table: a worker that does not know whether an insert arrived counts the rows of its batch, and batches of two events may have one number, so that the rows of one hide that those of the other are missing. A declaration does not know of others; the build script and `streamhouse check` read all of them.",
        wrong: r#"// the build script found: clash
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.refund", order_by = id)]
struct Order {
    id: u64,
}"#,
    },
];
