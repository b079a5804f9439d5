//! What no declaration can know of itself: that another one has its name, or its table.

use std::collections::BTreeMap;

use streamhouse_schema::schema::Schema;

use crate::finding::{Finding, Place};
use crate::product::{Product, second_names};

/// The names that a declaration gives away, and where it stands.
pub(crate) struct Named<'a> {
    pub(crate) event: &'a str,
    pub(crate) version: u32,
    pub(crate) table: &'a str,
    /// Of distributed tables and views.
    pub(crate) second: Vec<&'a str>,
    pub(crate) place: Place,
}

/// A finding about one of the declarations.
pub(crate) struct Clash {
    pub(crate) event: String,
    pub(crate) version: u32,
    pub(crate) finding: Finding,
}

impl<'a> Named<'a> {
    pub(crate) fn of(schema: &'a Schema, place: Place) -> Self {
        Self {
            event: &schema.event,
            version: schema.version,
            table: &schema.table,
            second: second_names(schema).collect(),
            place,
        }
    }

    pub(crate) fn of_product(product: &'a Product, place: Place) -> Self {
        Self {
            event: &product.event,
            version: product.version,
            table: &product.table,
            second: product.second_names.iter().map(String::as_str).collect(),
            place,
        }
    }
}

/// All of it, among declarations that are sorted by event and version.
pub(crate) fn clashes(found: &[Named<'_>]) -> Vec<Clash> {
    let mut clashes = Vec::new();
    for pair in found.windows(2) {
        let [first, second] = pair else { continue };
        if (first.event, first.version) == (second.event, second.version) {
            let message = format!(
                "version {} of the event `{}` is declared at {} already",
                second.version, second.event, first.place
            );
            let help = "raise the version, or give the event another name";
            clashes.push(clash(second, first, message, "declared once more", help));
        }
    }
    let mut tables: BTreeMap<&str, &Named<'_>> = BTreeMap::new();
    for one in found {
        let first = tables.entry(one.table).or_insert(one);
        if first.event != one.event {
            let message = format!(
                "the table `{}` of the event `{}` is that of the event `{}`, declared at {}, too",
                one.table, one.event, first.event, first.place
            );
            let help = "give one of them another: `#[stream(table = \"…\")]`";
            clashes.push(clash(one, first, message, "the same table", help));
        }
    }
    // Distributed tables and views share their names with the tables of all events.
    let mut taken: BTreeMap<&str, &Named<'_>> = BTreeMap::new();
    for one in found {
        for name in one.second.iter().copied() {
            let first = tables.get(name).copied().unwrap_or_else(|| *taken.entry(name).or_insert(one));
            if first.event != one.event {
                let message = format!(
                    "the event `{}` makes a table or a view `{name}`, and so does the event `{}`, declared at {}",
                    one.event, first.event, first.place
                );
                clashes.push(clash(one, first, message, "the same name", "give one of them another name"));
            }
        }
    }
    clashes
}

fn clash(one: &Named<'_>, first: &Named<'_>, message: String, label: &str, help: &str) -> Clash {
    let other = Some((first.place.clone(), "declared here first".to_string()));
    let finding = Finding { other, ..Finding::error(one.place.clone(), message, label, help) };
    Clash { event: one.event.to_string(), version: one.version, finding }
}
