//! From one version of an event to the next.

use super::Rule;

pub(super) const RULES: &[Rule] = &[Rule {
    code: "SH1001",
    what: "A column takes the place of one that is gone.",
    why: "Values move with a column's name; they can move to one place only.",
    wrong: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(renamed_from = "id")]
    amount: u64,
}"#,
    right: r#"#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(renamed_from = "price")]
    amount: u64,
}"#,
}];
