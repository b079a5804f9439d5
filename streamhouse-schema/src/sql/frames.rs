//! What migrations tell workers, in two tables of the database: whether they may insert, and how frames of older versions
//! become rows of the table as it is now.

use super::{name, string};
use crate::upcast::Upcast;

/// Where it stands whether workers may insert into a table: the newest row of each table counts.
pub const SEAMS: &str = "streamhouse_seams";
/// Where it stands how frames of older versions are inserted: the newest row of each older version counts.
pub const UPCASTS: &str = "streamhouse_upcasts";

/// The statements that create both tables where they are missing.
pub fn create_frames() -> [String; 2] {
    [
        format!(
            "CREATE TABLE IF NOT EXISTS {SEAMS} (table String, closed Bool, why String, \
             at DateTime64(6, 'UTC') DEFAULT now64(6)) ENGINE = MergeTree ORDER BY (table, at) \
             COMMENT 'Whether StreamHouse workers may insert into a table; rows are only added'"
        ),
        format!(
            "CREATE TABLE IF NOT EXISTS {UPCASTS} (event String, `from` String, `to` String, table String, \
             columns Array(Tuple(String, String, String)) COMMENT 'name, type, expression over the older columns', \
             defaults Array(Tuple(String, String, String)) COMMENT 'name, type, expression over the columns', \
             at DateTime64(6, 'UTC') DEFAULT now64(6)) ENGINE = MergeTree ORDER BY (event, `from`, at) \
             COMMENT 'How frames of older versions are inserted'"
        ),
    ]
}

/// Says whether workers may insert into a table.
pub(super) fn seam(table: &str, closed: bool, why: &str) -> String {
    format!("INSERT INTO {SEAMS} (table, closed, why) VALUES ({}, {closed}, {})", string(table), string(why))
}

/// Says how frames of an older version are inserted.
pub fn upcast(upcast: &Upcast) -> String {
    let list = |columns: &[crate::upcast::Value]| {
        let columns: Vec<String> = columns
            .iter()
            .map(|column| {
                format!("\n    ({}, {}, {})", string(&column.name), string(&column.ty), string(&column.expr))
            })
            .collect();
        format!("[{}]", columns.join(","))
    };
    format!(
        "INSERT INTO {UPCASTS} (event, `from`, `to`, table, columns, defaults) VALUES ({}, {}, {}, {}, {}, {})",
        string(&upcast.event),
        string(&upcast.from),
        string(&upcast.to),
        string(&upcast.table),
        list(&upcast.columns),
        list(&upcast.defaults)
    )
}

/// Takes it back.
pub fn forget_upcast(upcast: &Upcast) -> String {
    format!(
        "DELETE FROM {UPCASTS} WHERE event = {} AND {} = {} AND {} = {}",
        string(&upcast.event),
        name("from"),
        string(&upcast.from),
        name("to"),
        string(&upcast.to)
    )
}
