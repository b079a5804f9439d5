//! What a view writes beside its own columns, so that each part of its target says which insert it is of.

use super::{name, string};
use crate::table::words::bare;

/// The column of a view's target that says which inserts it was fed.
pub const FED_COLUMN: &str = "_fed";
/// Its type: rows that an engine makes one keep the greatest insert of each.
pub const FED_TYPE: &str = "SimpleAggregateFunction(maxMap, Map(String, String))";

/// The token of the insert that a view is fed.
const TOKEN: &str = "getSetting('insert_deduplication_token')";
/// What stands behind the selection of a view that takes nothing of an insert whose token goes on behind the hash: it completes another one, and
/// what the view has of that is looked after by whoever completes it.
const PASSES: &str = " WHERE NOT match(getSetting('insert_deduplication_token'), '-[0-9]{20}-[0-9a-f]{16}-')";

/// The selection of a view, and [`FED_COLUMN`] in one row of each partition of the target, by the key of that: under the view and the
/// lane of the insert, its id and how many partitions of the target have something of it.
///
/// The first row by `keys` has it, which the view sums rows up by: so it is much the same row each time, where the engine makes rows one.
///
/// The insert stands in its token, `<lane>-<20 digits>-<16 hexadecimal digits>`; what else is inserted, by hand for instance, leaves
/// the map empty. (Its query id would do too, but not every server lets a client choose that.) Where the token goes on, the view takes nothing.
pub fn fed(view: &str, select: &str, partition_by: &str, keys: &[String]) -> String {
    let mut window = Vec::new();
    let mut partitions = string("1");
    if !partition_by.is_empty() {
        window.push(format!("PARTITION BY {partition_by}"));
        // In a tuple, for NULL is a key too.
        partitions = format!("toString(uniqExact(tuple({partition_by})) OVER ())");
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
         concat(extract({TOKEN}, '-([0-9]{{20}})-'), '/', {partitions})), map()), {ty}) AS {FED_COLUMN} FROM ({select}){PASSES}"
    )
}

/// Whether a view with this selection takes nothing of what completes an insert.
pub fn passes_completions(select: &str) -> bool {
    select.ends_with(PASSES)
}

/// What [`fed`] was given.
#[derive(Debug, PartialEq, Eq)]
pub struct Unfed {
    /// The selection.
    pub select: String,
    /// The key of the target's partitions; empty where it has none.
    pub partition_by: String,
    /// The columns that the selection sums rows up by.
    pub keys: Vec<String>,
}

/// What [`fed`] was given to make the selection of a view, as it is or as a server prints it; `None` where it did not make this one.
pub fn unfed(view: &str, text: &str) -> Option<Unfed> {
    const ROW: &str = "SELECT *, CAST(if((row_number() OVER (";
    const FROM: &str = " AS _fed FROM (";
    let (window, rest) = text.strip_prefix(ROW)?.split_once(") = 1) AND ")?;
    let (told, select) = rest.split_once(FROM)?;
    let select = select.strip_suffix(PASSES)?.strip_suffix(')')?.to_string();
    let (_, partitions) = told.rsplit_once("'/', ")?;
    let partition_by = partitions
        .strip_prefix("toString(uniqExact(tuple(")
        .and_then(|by| by.split_once(")) OVER ())"))
        .map(|(by, _)| by.to_string())
        .unwrap_or_default();
    let order = match partition_by.as_str() {
        "" => window,
        by => window.strip_prefix("PARTITION BY ")?.strip_prefix(by)?.trim_start(),
    };
    // A server writes down the direction.
    let order = order.replace(" ASC", "");
    let keys = order.strip_prefix("ORDER BY ").map(|keys| keys.split(", ").map(bare).collect());
    let found = Unfed { select, partition_by, keys: keys.unwrap_or_default() };
    let again = fed(view, &found.select, &found.partition_by, &found.keys);
    let printed = format!("{ROW}{}{}", window.replace(" ASC", ""), &text[ROW.len() + window.len()..]);
    (again == printed).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_is_taken_off_again() {
        let select = "SELECT toDate(at) AS day, shop AS `the shop`, count() AS n FROM t GROUP BY day, shop";
        for (partition_by, keys) in [
            ("toYYYYMM(day)", &["day", "the shop"][..]),
            ("", &["day"]),
            ("(day, `the shop`)", &[]),
            ("", &[]),
        ] {
            let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
            let text = fed("sales_feed", select, partition_by, &keys);
            let made = Unfed { select: select.into(), partition_by: partition_by.into(), keys };
            assert_eq!(unfed("sales_feed", &text), Some(made), "{text}");
            assert_eq!(unfed("another", &text), None);
            assert_eq!(unfed("sales_feed", &text.replace("= 1)", "= 2)")), None);
        }
        let text = fed("v", select, "toYYYYMM(day)", &["day".into(), "n".into()]);
        let printed = text.replace("ORDER BY day, n)", "ORDER BY day ASC, n ASC)");
        assert_ne!(text, printed);
        assert_eq!(unfed("v", &printed), unfed("v", &text));
        assert_eq!(unfed("v", select), None);
    }
}
