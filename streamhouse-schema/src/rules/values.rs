//! Rules for values.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "SH0420",
        what: "A rule for values fits the field's type.",
        why: "`min` and `max` compare numbers, days and moments, `length` counts, `regex`, `email` and `url` read text, and `each` looks into lists and maps.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(validate(length = 3))]
    count: u32,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(validate(max = 999))]
    count: u32,
}"#,
    },
    Rule {
        code: "SH0421",
        what: "A limit is a value that the column can hold.",
        why: "One that it cannot hold would never be reached, or never be met.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(validate(max = 300))]
    count: u8,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(validate(max = 200))]
    count: u8,
}"#,
    },
    Rule {
        code: "SH0422",
        what: "The least value is not above the greatest.",
        why: "No value would be left.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(validate(min = 10, max = 1))]
    count: u8,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(validate(min = 1, max = 10))]
    count: u8,
}"#,
    },
    Rule {
        code: "SH0423",
        what: "A regular expression can be read, in Rust and in JSON Schema.",
        why: "It is applied here by the crate `regex-lite`, and elsewhere by whoever reads the event's JSON Schema, whose patterns are those of ECMA-262. So what the two read differently is refused.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(validate(regex = "^[A-Z{3}$"))]
    currency: String,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(validate(regex = "^[A-Z]{3}$"))]
    currency: String,
}"#,
    },
    Rule {
        code: "SH0424",
        what: "A list of allowed values has some, each once, and the column can hold them.",
        why: "No value would be left, or one would never be met.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(validate(one_of()))]
    currency: String,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(validate(one_of("EUR", "USD")))]
    currency: String,
}"#,
    },
    Rule {
        code: "SH0425",
        what: "A default keeps the field's rules.",
        why: "An event that leaves the field out, and is filled in with the default, would be refused.",
        wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(default = "euro", validate(length = 3))]
    currency: String,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(default = "EUR", validate(length = 3))]
    currency: String,
}"#,
    },
];
