//! What a new version may do with fields, and with what enumerations name. In an example the first declaration is sealed.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "SH1011",
        what: "field_removed: a field stays, or another one goes on with its values.",
        why: "Its values would be gone, those that are stored and those that wait in Redis; and who reads the table would miss it.",
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
    remark: String,
}"#,
    },
    Rule {
        code: "SH1012",
        what: "field_renamed (forward): a field keeps its name.",
        why: "Who reads the table and knows an older version looks for that name.",
        wrong: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    note: String,
}
// now
#[stream(name = "shop.order", order_by = id, version = 2, compatibility = forward)]
struct Order {
    id: u64,
    #[stream(renamed_from = "note")]
    remark: String,
}"#,
        right: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    note: String,
}
// now
#[stream(name = "shop.order", order_by = id, version = 2, compatibility = forward)]
struct Order {
    id: u64,
    note: String,
    remark: Option<String>,
}"#,
    },
    Rule {
        code: "SH1013",
        what: "field_added: something says what a new field is for older events.",
        why: "Rows that are stored and frames that wait have no such field; zero and the empty text are values like others.",
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
    items: u32,
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
    #[stream(default = 1)]
    items: u32,
}"#,
    },
    Rule {
        code: "SH1014",
        what: "made_required: a field that could be left out still can, or an `upcast` says what it then is.",
        why: "Some of the stored rows and of the waiting frames have none.",
        wrong: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    note: Option<String>,
}
// now
#[stream(name = "shop.order", order_by = id, version = 2)]
struct Order {
    id: u64,
    note: String,
}"#,
        right: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    note: Option<String>,
}
// now
#[stream(name = "shop.order", order_by = id, version = 2)]
struct Order {
    id: u64,
    #[stream(upcast = "ifNull(note, '')")]
    note: String,
}"#,
    },
    Rule {
        code: "SH1015",
        what: "made_optional (forward): a field that was always there stays so.",
        why: "Who reads the table and knows an older version never found NULL.",
        wrong: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    note: String,
}
// now
#[stream(name = "shop.order", order_by = id, version = 2, compatibility = forward)]
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
#[stream(name = "shop.order", order_by = id, version = 2, compatibility = forward)]
struct Order {
    id: u64,
    note: String,
    remark: Option<String>,
}"#,
    },
    Rule {
        code: "SH1016",
        what: "type_narrowed: all values of a type have a place in the next one, or an `upcast` makes one of each.",
        why: "ClickHouse cuts what does not fit, without a word (<https://clickhouse.com/docs/sql-reference/functions/type-conversion-functions#common-issues-with-data-conversion>).",
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
    items: u16,
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
    #[stream(upcast = toUInt16(least(items, 65535)))]
    items: u16,
}"#,
    },
    Rule {
        code: "SH1017",
        what: "type_widened (forward): values stay what whoever reads an older version can hold.",
        why: "A program that reads 32 bits does not read 64.",
        wrong: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    items: u32,
}
// now
#[stream(name = "shop.order", order_by = id, version = 2, compatibility = forward)]
struct Order {
    id: u64,
    items: u64,
}"#,
        right: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    items: u32,
}
// now
#[stream(name = "shop.order", order_by = id, version = 2, compatibility = forward)]
struct Order {
    id: u64,
    items: u32,
    many_items: Option<u64>,
}"#,
    },
    Rule {
        code: "SH1018",
        what: "type_changed: values stay what they are, or an `upcast` makes new ones of them.",
        why: "Text is read as a number, or a number as a moment, only where it happens to say one.",
        wrong: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    items: String,
}
// now
#[stream(name = "shop.order", order_by = id, version = 2)]
struct Order {
    id: u64,
    items: u32,
}"#,
        right: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    items: String,
}
// now
#[stream(name = "shop.order", order_by = id, version = 2)]
struct Order {
    id: u64,
    #[stream(upcast = toUInt32OrZero(items))]
    items: u32,
}"#,
    },
    Rule {
        code: "SH1019",
        what: "enum_number_reused: a number of an enumeration stands for one name, for ever.",
        why: "Rows hold numbers: what was stored under one name would be read as the other.",
        wrong: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(type = Enum8("new" = 1, "paid" = 2))]
    state: State,
}
// now
#[stream(name = "shop.order", order_by = id, version = 2)]
struct Order {
    id: u64,
    #[stream(type = Enum8("new" = 1, "sent" = 2))]
    state: State,
}"#,
        right: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(type = Enum8("new" = 1, "paid" = 2))]
    state: State,
}
// now
#[stream(name = "shop.order", order_by = id, version = 2)]
struct Order {
    id: u64,
    #[stream(type = Enum8("new" = 1, "paid" = 2, "sent" = 3))]
    state: State,
}"#,
    },
    Rule {
        code: "SH1020",
        what: "enum_name_removed: a name of an enumeration stays.",
        why: "Rows and frames hold its number, which would stand for nothing.",
        wrong: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(type = Enum8("new" = 1, "paid" = 2))]
    state: State,
}
// now
#[stream(name = "shop.order", order_by = id, version = 2)]
struct Order {
    id: u64,
    #[stream(type = Enum8("new" = 1))]
    state: State,
}"#,
        right: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(type = Enum8("new" = 1, "paid" = 2))]
    state: State,
}
// now
#[stream(name = "shop.order", order_by = id, version = 2)]
struct Order {
    id: u64,
    #[stream(type = Enum8("new" = 1, "paid" = 2, "sent" = 3))]
    state: State,
}"#,
    },
    Rule {
        code: "SH1021",
        what: "enum_name_added (forward): an enumeration has the names that whoever reads it knows.",
        why: "A program that knows an older version does not know what to do with another one.",
        wrong: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(type = Enum8("new" = 1))]
    state: State,
}
// now
#[stream(name = "shop.order", order_by = id, version = 2, compatibility = forward)]
struct Order {
    id: u64,
    #[stream(type = Enum8("new" = 1, "paid" = 2))]
    state: State,
}"#,
        right: r#"// sealed
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
    #[stream(type = Enum8("new" = 1))]
    state: State,
}
// now
#[stream(name = "shop.order", order_by = id, version = 2, compatibility = forward)]
struct Order {
    id: u64,
    #[stream(type = Enum8("new" = 1))]
    state: State,
}"#,
    },
];
