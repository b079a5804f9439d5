//! What stands on the struct.

use streamhouse_schema::compile::keys;
use streamhouse_schema::sql::{FED_COLUMN, FED_TYPE, unfed};
use streamhouse_schema::table::{EngineWords, Part, Table, View, pieces};

use super::WINDOW;
use super::tokens::{attribute, name, string, value};

/// All of it, in the order in which people write it.
pub(super) fn of(
    table: &Table,
    asked: &[(String, String)],
    event: &str,
    exactly_once: bool,
    notes: &mut Vec<String>,
) -> Vec<String> {
    let mut all = vec![format!("name = {}", string(event))];
    if event.replace('.', "_") != table.name {
        all.push(format!("table = {}", string(&table.name)));
    }
    if !exactly_once {
        all.push("delivery = at_least_once".into());
    }
    let engine = engine(&table.engine);
    if engine != "MergeTree" {
        all.push(format!("engine = {engine}"));
    }
    let key = |items: &[String]| match items {
        [] => "()".to_string(),
        [one] => attribute(one),
        more => attribute(&format!("({})", more.join(", "))),
    };
    all.extend(table.partition_by.as_deref().map(|by| format!("partition_by = {}", attribute(by))));
    all.extend(table.order_by.as_deref().map(|items| format!("order_by = {}", key(items))));
    all.extend(table.primary_key.as_deref().map(|items| format!("primary_key = {}", key(items))));
    all.extend(table.sample_by.as_deref().map(|by| format!("sample_by = {}", attribute(by))));
    let elements: Vec<String> = table.ttl.iter().map(|element| ttl(element, notes)).collect();
    match &elements[..] {
        [] => {}
        more => all.push(format!("ttl({})", more.join(", "))),
    }
    all.extend(table.indexes.iter().filter_map(|part| index(part, notes)));
    let projection = |part: &Part| format!("projection({}: {})", name(&part.name), string(&part.text));
    all.extend(table.projections.iter().map(projection));
    all.extend(table.constraints.iter().filter_map(constraint));
    let of_table = table.settings.iter().filter(|(setting, value)| {
        let is_default = setting == "index_granularity" && value == "8192";
        let is_ours = setting == WINDOW && exactly_once && value == "10000";
        !is_default && !is_ours
    });
    all.extend(settings(&of_table.chain(asked).cloned().collect::<Vec<_>>()));
    all.extend(table.raw.iter().map(|clause| format!("raw({})", string(clause))));
    if let Some(spread) = &table.distributed {
        let key = spread.sharding_key.as_deref();
        let key = key.map(|key| format!(", sharding_key = {}", attribute(key))).unwrap_or_default();
        all.push(format!(
            "distributed(table = {}, cluster = {}{key})",
            string(&spread.name),
            string(&spread.cluster)
        ));
        notes.push(
            "on which cluster the table was created, a server does not say: add `on_cluster = \"…\"`".into(),
        );
    }
    all.extend(table.views.iter().map(view));
    all
}

/// `settings(name = value, …)`; nothing where there are none.
pub(super) fn settings(settings: &[(String, String)]) -> Option<String> {
    let pair =
        |(setting, of): &(String, String)| format!("{setting} = {}", value(of).unwrap_or_else(|| string(of)));
    let pairs: Vec<String> = settings.iter().map(pair).collect();
    (!pairs.is_empty()).then(|| format!("settings({})", pairs.join(", ")))
}

/// The engine in tokens. The path in Keeper that a server chooses is not written.
fn engine(text: &str) -> String {
    let mut words = EngineWords::of(text);
    if words.place.first().is_some_and(|path| path.contains("{uuid}")) {
        words.place.clear();
    }
    let text = words.text();
    // An engine has names and strings, and no expressions.
    value(&text).unwrap_or(text)
}

fn ttl(element: &str, notes: &mut Vec<String>) -> String {
    let (at, actions) = pieces(element, &["DELETE", "WHERE", "TO", "RECOMPRESS", "GROUP BY", "SET"]);
    let mut text = attribute(at);
    let mut say = |words: &str, rest: Option<String>| match rest {
        Some(rest) => text.push_str(&format!(" {words} {rest}")),
        None => notes.push(format!("what becomes of rows at {element}")),
    };
    for (word, rest) in actions {
        match word {
            // `DELETE` alone is what happens anyway.
            "DELETE" => {}
            "WHERE" => say("delete where", value(rest)),
            "TO" => say(
                "to",
                value(rest).map(|place| {
                    place
                        .replace("IF EXISTS", "if exists")
                        .replacen("DISK", "disk", 1)
                        .replacen("VOLUME", "volume", 1)
                }),
            ),
            "RECOMPRESS" => say("recompress", value(rest).map(|codec| codec.replacen("CODEC", "codec", 1))),
            "GROUP BY" => say("group by", value(rest).map(|keys| format!("({keys})"))),
            _ => say("set", value(rest).map(|set| format!("({set})"))),
        }
    }
    text
}

/// `index(name: type on expression, granularity = n)`.
fn index(part: &Part, notes: &mut Vec<String>) -> Option<String> {
    let (expr, words) = pieces(&part.text, &["TYPE", "GRANULARITY"]);
    let find = |wanted: &str| words.iter().find(|(word, _)| *word == wanted).map(|(_, text)| *text);
    let Some(kind) = find("TYPE").and_then(value) else {
        notes.push(format!("the index `{}`, {}", part.name, part.text));
        return None;
    };
    // One of text or vectors covers everything, and says so in its own way.
    let granularity = find("GRANULARITY").filter(|granules| *granules != "1" && *granules != "100000000");
    let granularity = granularity.map(|granules| format!(", granularity = {granules}")).unwrap_or_default();
    Some(format!("index({}: {kind} on {}{granularity})", name(&part.name), attribute(expr)))
}

fn constraint(part: &Part) -> Option<String> {
    let (word, text) = part.text.split_once(' ')?;
    Some(format!("{}({}: {})", word.to_lowercase(), name(&part.name), attribute(text)))
}

fn view(view: &View) -> String {
    let mut parts = Vec::new();
    let told = unfed(&view.name, &view.select).filter(|told| told.keys == keys(&told.select));
    let select = told.as_ref().map_or(&view.select, |told| &told.select);
    match (&view.to, &view.engine) {
        (Some(to), _) => parts.push(format!("to = {}", name(to))),
        (None, engine) => {
            let engine = engine.as_deref().unwrap_or("MergeTree ORDER BY tuple()");
            let engine = engine.replace(" SETTINGS index_granularity = 8192", "");
            parts.push(format!("engine = {}", string(&engine)));
            let column = format!(", `{FED_COLUMN}` {FED_TYPE}");
            let columns = view.columns.as_deref().map(|columns| match told {
                Some(_) => columns.strip_suffix(&column).unwrap_or(columns),
                None => columns,
            });
            parts.extend(columns.map(|columns| format!("columns = {}", string(columns))));
        }
    }
    parts.extend(view.refresh.as_deref().map(|refresh| format!("refresh = {}", string(refresh))));
    parts.extend(told.as_ref().map(|told| match told.partition_by.as_str() {
        "" => "partition_by = ()".to_string(),
        by => format!("partition_by = {}", attribute(by)),
    }));
    parts.push(format!("select = {}", string(select)));
    let [first, rest @ ..] = &parts[..] else { return String::new() };
    format!("view({}: {first}, {})", name(&view.name), rest.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happens_with_time_is_said() {
        let mut notes = Vec::new();
        for (element, expected) in [
            ("at + toIntervalDay(7)", "at + toIntervalDay(7)"),
            ("at TO DISK IF EXISTS 'cold'", "at to disk if exists \"cold\""),
            ("at RECOMPRESS CODEC(ZSTD(17))", "at recompress codec(ZSTD(17))"),
            ("at WHERE bot", "at delete where bot"),
            ("at GROUP BY a, b SET c = max(c)", "at group by (a, b) set (c = max(c))"),
        ] {
            assert_eq!(ttl(element, &mut notes), expected);
        }
        assert!(notes.is_empty());
    }
}
