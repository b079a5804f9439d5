//! What no declaration can know of itself: that another one has its name, or its table.

use std::collections::BTreeMap;

use std::sync::Arc;

use streamhouse_schema::compile::Compiled;

use crate::finding::{Finding, Place, Source};
use crate::product::Product;

/// The rule of names that are given twice.
const RULE: &str = "SH0518";

/// The names that a declaration gives away, each with the place where it does.
pub(crate) struct Named<'a> {
    pub(crate) event: &'a str,
    pub(crate) version: u32,
    pub(crate) table: &'a str,
    /// Of distributed tables and views.
    pub(crate) second: Vec<(&'a str, Place)>,
    pub(crate) event_place: Place,
    pub(crate) table_place: Place,
}

/// A finding about one of the declarations.
pub(crate) struct Clash {
    pub(crate) event: String,
    pub(crate) version: u32,
    pub(crate) finding: Finding,
}

impl<'a> Named<'a> {
    pub(crate) fn of(compiled: &'a Compiled, source: &Arc<Source>) -> Self {
        let Compiled { schema, declaration, .. } = compiled;
        let place = |span| Place::of(source, span, span);
        let distributed = declaration.distributed.iter();
        let distributed = distributed.map(|spread| (spread.table.text.as_str(), place(spread.table.at)));
        let views = declaration.views.iter().map(|view| (view.name.value.as_str(), place(view.name.span)));
        Self {
            event: &schema.event,
            version: schema.version,
            table: &schema.table,
            second: distributed.chain(views).collect(),
            event_place: place(declaration.name.span),
            table_place: place(declaration.table.as_ref().map_or(declaration.name.span, |table| table.span)),
        }
    }

    pub(crate) fn of_product(product: &'a Product, place: Place) -> Self {
        Self {
            event: &product.event,
            version: product.version,
            table: &product.table,
            second: product.second_names.iter().map(|name| (name.as_str(), place.clone())).collect(),
            event_place: place.clone(),
            table_place: place,
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
                second.version, second.event, first.event_place
            );
            let help = "raise the version, or give the event another name";
            let places = (&second.event_place, &first.event_place);
            clashes.push(clash(second, places, message, "declared once more", help));
        }
    }
    let mut tables: BTreeMap<&str, &Named<'_>> = BTreeMap::new();
    for one in found {
        let first = tables.entry(one.table).or_insert(one);
        if first.event != one.event {
            let message = format!(
                "the table `{}` of the event `{}` is that of the event `{}`, declared at {}, too",
                one.table, one.event, first.event, first.table_place
            );
            let help = "give one of them another: `#[stream(table = \"…\")]`";
            let places = (&one.table_place, &first.table_place);
            clashes.push(clash(one, places, message, "the same table", help));
        }
    }
    // Distributed tables and views share their names with the tables of all events.
    let mut taken: BTreeMap<&str, (&Named<'_>, &Place)> = BTreeMap::new();
    for one in found {
        for (name, place) in &one.second {
            let (first, other) = match tables.get(name) {
                Some(first) => (*first, &first.table_place),
                None => *taken.entry(name).or_insert((one, place)),
            };
            if first.event != one.event {
                let message = format!(
                    "the event `{}` makes a table or a view `{name}`, and so does the event `{}`, declared at {other}",
                    one.event, first.event
                );
                let help = "give one of them another name";
                clashes.push(clash(one, (place, other), message, "the same name", help));
            }
        }
    }
    clashes
}

fn clash(
    one: &Named<'_>,
    (place, other): (&Place, &Place),
    message: String,
    label: &str,
    help: &str,
) -> Clash {
    let other = Some((other.clone(), "declared here first".to_string()));
    let finding = Finding { code: Some(RULE), other, ..Finding::error(place.clone(), message, label, help) };
    Clash { event: one.event.to_string(), version: one.version, finding }
}
