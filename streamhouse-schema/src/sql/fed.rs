//! What a view writes beside its own columns, so that each part of its target says which insert it is of.

use super::{name, string};

/// The column of a view's target that says which inserts it was fed.
pub const FED_COLUMN: &str = "_fed";
/// Its type: rows that an engine makes one keep the greatest insert of each.
pub const FED_TYPE: &str = "SimpleAggregateFunction(maxMap, Map(String, String))";

/// The selection of a view, and [`FED_COLUMN`] in one row of each partition of the target, by the key of that: under the view and the
/// lane of the insert, its id and how many partitions of the target have something of it.
///
/// The first row by `keys` has it, which the view sums rows up by: so it is much the same row each time, where the engine makes rows one.
///
/// The insert stands in its token, `<lane>-<20 digits>-<16 hexadecimal digits>`; what else is inserted, by hand for instance, leaves
/// the map empty. (Its query id would do too, but not every server lets a client choose that.)
pub fn fed(view: &str, select: &str, partition_by: &str, keys: &[String]) -> String {
    const TOKEN: &str = "getSetting('insert_deduplication_token')";
    let mut window = Vec::new();
    let mut partitions = string("1");
    if !partition_by.is_empty() {
        window.push(format!("PARTITION BY {partition_by}"));
        partitions = format!("toString(uniqExact({partition_by}) OVER ())");
    }
    if !keys.is_empty() {
        let keys: Vec<String> = keys.iter().map(|key| name(key)).collect();
        window.push(format!("ORDER BY {}", keys.join(", ")));
    }
    let window = window.join(" ");
    let (key, ty) = (string(&format!("{view}/")), string(FED_TYPE));
    format!(
        "SELECT *, CAST(if((row_number() OVER ({window}) = 1) AND match({TOKEN}, '^.+-[0-9]{{20}}-[0-9a-f]{{16}}'), \
         map(concat({key}, extract({TOKEN}, '^(.+)-[0-9]{{20}}-')), \
         concat(extract({TOKEN}, '-([0-9]{{20}})-'), '/', {partitions})), map()), {ty}) AS {FED_COLUMN} FROM ({select})"
    )
}
