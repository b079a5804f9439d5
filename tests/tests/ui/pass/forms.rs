//! Forms of SQL that ClickHouse keeps as functions, as Rust tokens.
#![deny(warnings)]

use chrono::{DateTime, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(
    name = "forms.all",
    order_by = (cast(at as Date), case when id > 5 then "large" else "small" end, id),
    partition_by = id mod 7 > 3 ? toYYYYMM(at) : 0,
    ttl(at + interval 1 day delete where kind regexp "^t" and at > date "2024-02-29"),
    column(level: String = case id when 1 then "one" when 2 then "two" else kind end, materialized),
    column(hour: UInt8 = extract(hour from at), alias),
    check(short: length(kind)::UInt32 div 2 < 100),
    projection(by_kind: select kind, count(distinct id), sum(id) filter (where id > 1) group by kind),
)]
pub struct Everything {
    pub id: u32,
    pub kind: String,
    #[stream(timestamp)]
    pub at: DateTime<Utc>,
    #[stream(default = "7"::UInt8)]
    pub small: u8,
}

fn main() {
    let create = Everything::CREATE[0];
    for part in [
        "ORDER BY (CAST(at, 'Date'), multiIf(id > 5, 'large', 'small'), id)",
        "PARTITION BY if(id % 7 > 3, toYYYYMM(at), 0)",
        "DELETE WHERE match(kind, '^t') AND at > toDate('2024-02-29')",
        "level String MATERIALIZED caseWithExpression(id, 1, 'one', 2, 'two', kind)",
        "hour UInt8 ALIAS toHour(at)",
        "CHECK intDiv(CAST(length(kind), 'UInt32'), 2) < 100",
        "SELECT kind, uniqExact(id), sumIf(id, id > 1) GROUP BY kind",
        "DEFAULT CAST('7', 'UInt8')",
    ] {
        assert!(create.contains(part), "{part} is not in\n{create}");
    }
}
