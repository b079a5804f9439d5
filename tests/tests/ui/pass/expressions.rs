//! Expressions that `syn::Expr` cannot hold, and SQL text in strings.
#![deny(warnings)]

use chrono::{DateTime, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream()]
#[stream(name = "expressions.all", version = 3, builder)]
#[stream(
    order_by = (
        id <> 5,
        arrayExists(x -> x > 1 and x < 9, list),
        if(id > 1, 1, 2),
        tags["it's"],
        not id = 3,
        - -id,
    ),
    partition_by = "toYYYYMM(at)",
    ttl = at + INTERVAL 1 DAY,
    index(by_tag: bloom_filter(0.01) on mapKeys(tags), granularity = 4),
    index(by_list: set(1_000) on list),
    settings(),
)]
pub struct Everything {
    #[stream()]
    pub id: i64,
    pub list: Vec<u16>,
    pub tags: std::collections::BTreeMap<String, String>,
    #[stream(timestamp)]
    #[stream(codec(DoubleDelta, ZSTD(1)))]
    pub at: DateTime<Utc>,
    #[stream(default = "a, b -> 'c'")]
    pub text: String,
    #[stream(default = -1_000)]
    pub number: i32,
    #[stream(default = 0x1F)]
    pub bits: u8,
}

fn main() {
    assert!(
        Everything::CREATE[0].contains(
            "ORDER BY (id != 5, arrayExists(x -> x > 1 AND x < 9, list), if(id > 1, 1, 2), tags['it\\'s'], NOT id = 3, - -id)"
        ),
        "{}",
        Everything::CREATE[0]
    );
    let event = Everything::builder().id(1).list([1]).tags([]).build().expect("an event");
    assert_eq!((event.text.as_str(), event.number, event.bits), ("a, b -> 'c'", -1000, 31));
    assert!(Everything::builder().id(1).list([1]).build().is_err());
}
