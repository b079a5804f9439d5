//! What no declaration can know of itself: that another one has its name, or its table.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::scan::Found;

/// All of it, among declarations that are sorted by event and version.
pub(crate) fn clashes(found: &[Found]) -> Vec<Finding> {
    let mut clashes = Vec::new();
    for pair in found.windows(2) {
        let [first, second] = pair else { continue };
        if (&first.schema.event, first.schema.version) == (&second.schema.event, second.schema.version) {
            let message = format!(
                "version {} of the event `{}` is declared at {} already",
                second.schema.version, second.schema.event, first.place
            );
            let help = "raise the version, or give the event another name";
            clashes.push(clash(second, first, message, "declared once more", help));
        }
    }
    let mut tables: BTreeMap<&str, &Found> = BTreeMap::new();
    for one in found {
        let first = tables.entry(&one.schema.table).or_insert(one);
        if first.schema.event != one.schema.event {
            let message = format!(
                "the table `{}` of the event `{}` is that of the event `{}`, declared at {}, too",
                one.schema.table, one.schema.event, first.schema.event, first.place
            );
            let help = "give one of them another: `#[stream(table = \"…\")]`";
            clashes.push(clash(one, first, message, "the same table", help));
        }
    }
    clashes.extend(second_names(found, &tables));
    clashes
}

/// Distributed tables and views share their names with the tables of all events.
fn second_names(found: &[Found], tables: &BTreeMap<&str, &Found>) -> Vec<Finding> {
    let mut clashes = Vec::new();
    let mut taken: BTreeMap<&str, &Found> = BTreeMap::new();
    for one in found {
        let layout = &one.schema.layout;
        let distributed = layout.distributed.iter().map(|spread| spread.table.text.as_str());
        for name in distributed.chain(layout.views.iter().map(|view| view.name.as_str())) {
            let first = tables.get(name).copied().unwrap_or_else(|| *taken.entry(name).or_insert(one));
            if first.schema.event != one.schema.event {
                let message = format!(
                    "the event `{}` makes a table or a view `{name}`, and so does the event `{}`, declared at {}",
                    one.schema.event, first.schema.event, first.place
                );
                clashes.push(clash(one, first, message, "the same name", "give one of them another name"));
            }
        }
    }
    clashes
}

fn clash(one: &Found, first: &Found, message: String, label: &str, help: &str) -> Finding {
    let other = Some((first.place.clone(), "declared here first".to_string()));
    Finding { other, ..Finding::error(one.place.clone(), message, label, help) }
}
