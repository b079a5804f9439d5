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
