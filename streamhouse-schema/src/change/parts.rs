//! Changes of what has a name in a table and is no column.

use super::{Change, Origins, PartChange};
use crate::table::words::mentions;
use crate::table::{Part, Table};

/// What changes in indexes, projections and constraints.
pub(super) fn parts(before: &Table, after: &Table, origins: &Origins) -> Vec<Change> {
    let mut changes: Vec<Change> =
        named_parts(&before.indexes, &after.indexes, |_, _| false).into_iter().map(Change::Index).collect();
    // Code 524 (ALTER_OF_COLUMN_IS_FORBIDDEN): no column of a projection gets another name.
    let replaced = origins.upcasts.keys().filter(|column| before.column(column).is_some());
    let named: Vec<&String> = origins.renames.iter().map(|(_, to)| to).chain(replaced).collect();
    let holds = |part: &Part| named.iter().any(|name| part.text.contains('*') || mentions(&part.text, name));
    changes.extend(
        named_parts(&before.projections, &after.projections, |part, _| holds(part))
            .into_iter()
            .map(Change::Projection),
    );
    // ALTER puts a constraint behind all others.
    changes.extend(
        named_parts(&before.constraints, &after.constraints, |_, anew| anew)
            .into_iter()
            .map(Change::Constraint),
    );
    changes
}

/// Parts that are new, gone, other ones, or in another order; and those that have to be made anew, which may follow from whether one
/// before them is.
fn named_parts(before: &[Part], after: &[Part], again: impl Fn(&Part, bool) -> bool) -> Vec<PartChange> {
    let place = |name: &str| before.iter().position(|part| part.name == name);
    let mut changes: Vec<PartChange> = before
        .iter()
        .filter(|part| !after.iter().any(|other| other.name == part.name))
        .map(|part| PartChange {
            name: part.name.clone(),
            before: Some(part.clone()),
            after: None,
            behind: None,
        })
        .collect();
    let (mut reached, mut anew, mut behind) = (0, false, None);
    for part in after {
        let found = place(&part.name);
        let stays = found.is_some_and(|at| before[at] == *part && at >= reached) && !again(part, anew);
        match found {
            Some(at) if stays => reached = at + 1,
            _ => {
                anew = true;
                changes.push(PartChange {
                    name: part.name.clone(),
                    before: found.map(|at| before[at].clone()),
                    after: Some(part.clone()),
                    behind: behind.clone(),
                });
            }
        }
        behind = Some(part.name.clone());
    }
    changes
}
