//! Columns that are one Nested: `items.sku Array(String)`, `items.price Array(Float64)`.

use streamhouse_schema::table::Column;
use streamhouse_schema::types::{Element, Type};

/// Columns as fields have them.
pub(super) fn grouped(columns: &[&Column], notes: &mut Vec<String>) -> Vec<Column> {
    let mut all: Vec<Column> = Vec::new();
    let mut rest = columns;
    while let [first, ..] = rest {
        let Some((prefix, _)) = element(first).filter(|(prefix, _)| !is_taken(prefix, columns, &all)) else {
            all.push((*first).clone());
            rest = &rest[1..];
            continue;
        };
        let count = rest
            .iter()
            .take_while(|column| element(column).is_some_and(|(other, _)| other == prefix))
            .count();
        let (group, behind) = rest.split_at(count);
        let elements = group.iter().filter_map(|column| element(column).map(|(_, element)| element));
        let ty = Type::Nested(elements.collect()).to_string();
        for other in &group[1..] {
            if alike(other) != alike(first) {
                notes.push(format!(
                    "`{}` has another default, comment, codec or TTL than `{}`, of which it is a part",
                    other.name, first.name
                ));
            }
        }
        all.push(Column { name: prefix.to_string(), ty, ..(*first).clone() });
        rest = behind;
    }
    all
}

/// The Nested that a column is an element of, and the element. What is computed is a column of its own.
fn element(column: &Column) -> Option<(&str, Element)> {
    let (prefix, name) = column.name.split_once('.').filter(|(prefix, _)| !prefix.is_empty())?;
    if super::is_computed(column) {
        return None;
    }
    match column.ty.parse().ok()? {
        Type::Array(item) => Some((prefix, Element { name: Some(name.to_string()), ty: *item })),
        _ => None,
    }
}

/// Whether a column has the name itself, or a Nested before.
fn is_taken(prefix: &str, columns: &[&Column], before: &[Column]) -> bool {
    columns.iter().any(|column| column.name == prefix) || before.iter().any(|column| column.name == prefix)
}

/// A column without what makes it this one.
fn alike(column: &Column) -> Column {
    Column { name: String::new(), ty: String::new(), ..column.clone() }
}
