//! From one version of an event to the next. Where two declarations stand in an example, the first one is sealed.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
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
    },
    Rule {
        code: "SH1002",
        what: "`compatibility` is `backward`, `forward` or `full`, each also with `_transitive`, or `none`.",
        why: "It says whose values have to fit whom: those of older versions the new one, or those of the new one whoever reads an older version.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, compatibility = backwards)]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, compatibility = backward)]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH1003",
        what: "A breach names its rule, its version and its reason.",
        why: "Whoever reads it in a year should know what was lost and why; and it is no licence for the version after.",
        wrong: r#"#[stream(name = "shop.order", order_by = id, breaks(field_removed(note)))]
struct Order {
    id: u64,
}"#,
        right: r#"#[stream(name = "shop.order", order_by = id, breaks(field_removed(note), version = 2, reason = "nobody wrote any"))]
struct Order {
    id: u64,
}"#,
    },
    Rule {
        code: "SH1005",
        what: "The sealed versions of an event can be read.",
        why: "What a new one may change is measured by them; they are written by `streamhouse generate` and the build, and never by hand.",
        wrong: r#"// sealed
{ "title": "shop.order" }
// now
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    note: String,
}"#,
        right: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    note: String,
}
// now
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    note: String,
}"#,
    },
    Rule {
        code: "SH1010",
        what: "What is sealed does not change.",
        why: "Servers have it, and frames of it wait: a change is a new version.",
        wrong: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    note: String,
}
// now
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    note: Option<String>,
}"#,
        right: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    note: String,
}
// now
#[stream(name = "shop.order", order_by = id, version = 2)]
struct Order {
    id: u64,
    note: Option<String>,
}"#,
    },
    Rule {
        code: "SH1025",
        what: "A column takes the place of one that the version before has.",
        why: "Otherwise it is a new one, and the values of the other are gone.",
        wrong: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    note: String,
}
// now
#[stream(name = "shop.order", order_by = id, version = 2)]
struct Order {
    id: u64,
    note: String,
    #[stream(renamed_from = "remark", default = "")]
    text: String,
}"#,
        right: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    note: String,
}
// now
#[stream(name = "shop.order", order_by = id, version = 2)]
struct Order {
    id: u64,
    #[stream(renamed_from = "note")]
    text: String,
}"#,
    },
    Rule {
        code: "SH1026",
        what: "An `upcast` is made of columns of the version before.",
        why: "It is applied to stored rows and to waiting frames of that version.",
        wrong: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    items: u32,
}
// now
#[stream(name = "shop.order", order_by = id, version = 2)]
struct Order {
    id: u64,
    items: u32,
    #[stream(upcast = toString(item))]
    text: String,
}"#,
        right: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    items: u32,
}
// now
#[stream(name = "shop.order", order_by = id, version = 2)]
struct Order {
    id: u64,
    items: u32,
    #[stream(upcast = toString(items))]
    text: String,
}"#,
    },
    Rule {
        code: "SH1027",
        what: "An `upcast` gives what its column holds.",
        why: "Otherwise it would fail, or be cut, at some row.",
        wrong: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    note: String,
}
// now
#[stream(name = "shop.order", order_by = id, version = 2)]
struct Order {
    id: u64,
    note: String,
    #[stream(upcast = note)]
    at: DateTime<Utc>,
}"#,
        right: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    note: String,
}
// now
#[stream(name = "shop.order", order_by = id, version = 2)]
struct Order {
    id: u64,
    note: String,
    #[stream(upcast = parseDateTime64BestEffortOrZero(note, 3))]
    at: DateTime<Utc>,
}"#,
    },
    Rule {
        code: "SH1028",
        what: "An `upcast` leads to one version, and is left out in the next.",
        why: "It would be applied again, to what it has made.",
        wrong: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(upcast = toUInt32(items * 100))]
    items: u32,
}
// now
#[stream(name = "shop.order", order_by = id, version = 2)]
struct Order {
    id: u64,
    #[stream(upcast = toUInt32(items * 100))]
    items: u32,
}"#,
        right: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(upcast = toUInt32(items * 100))]
    items: u32,
}
// now
#[stream(name = "shop.order", order_by = id, version = 2)]
struct Order {
    id: u64,
    items: u32,
}"#,
    },
];
