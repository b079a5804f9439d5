//! What each change does to rows: in words, in degrees, and whether it can be taken back.

use super::Safety;
use crate::change::{Change, Conversion, PartChange, conversion, is_computed, is_unsettled};
use crate::sql::is_divided;
use crate::table::{Column, DefaultExpr, Table};

/// A sentence.
pub(super) fn what(before: &Table, after: &Table, change: &Change) -> String {
    let part = |word: &str, change: &PartChange| match (&change.before, &change.after) {
        (None, _) => format!("Adds the {word} `{}`.", change.name),
        (Some(_), None) => format!("Drops the {word} `{}`.", change.name),
        (Some(_), Some(_)) => format!("Replaces the {word} `{}`.", change.name),
    };
    match change {
        Change::CreateTable => "Creates the table.".into(),
        Change::DropTable => "Drops the table with all its rows.".into(),
        Change::RenameTable { from, to } => {
            format!("Renames the table `{from}` to `{to}`; frames of earlier versions wait for `{from}`.")
        }
        Change::AddColumn { column, .. } => format!("Adds the column `{}`, {}.", column.name, column.ty),
        Change::DropColumn { column } => format!("Drops the column `{}` with its values.", column.name),
        Change::RenameColumn { from, to } => format!("Renames the column `{from}` to `{to}`."),
        Change::ChangeType { before, after, conversion } => {
            let how = match conversion {
                Conversion::None => "its values stay as they are on the disk",
                Conversion::Rewrite => "all values are written anew, and none changes",
                Conversion::Lossy => "values that do not fit change, or make it fail",
            };
            format!("Changes the type of `{}` from {} to {}: {how}.", after.name, before.ty, after.ty)
        }
        Change::Derive { column, expr, .. } => {
            format!("Makes values of `{}`, {}, of {expr}.", column.name, column.ty)
        }
        Change::TakeOver { column, replaces: Some(_) } => {
            format!("`{}` are the new values from now on.", column.name)
        }
        Change::TakeOver { column, replaces: None } => format!("`{}` is a column like others.", column.name),
        Change::Pause { why } => format!("Workers pause: {why}."),
        Change::Resume => "Workers go on.".into(),
        Change::ChangeDefault { column, after, .. } => match after {
            Some(default) => {
                format!("From now on `{column}` is {default}; rows that are there keep their values.")
            }
            None => format!("`{column}` has no default any more; rows that are there keep their values."),
        },
        Change::ChangeColumnComment { column, .. } => format!("Changes what `{column}` says."),
        Change::ChangeCodec { column, .. } => {
            format!("Changes how new parts compress `{column}`; the others follow as they merge.")
        }
        Change::ChangeColumnTtl { column, after, .. } => match after {
            Some(ttl) => format!("Values of `{column}` fall back to its default at {ttl}."),
            None => format!("Values of `{column}` stay for ever."),
        },
        Change::ChangeColumnSettings { column, .. } => format!("Changes settings of `{column}`."),
        Change::ChangeStatistics { column, .. } => format!("Changes the statistics of `{column}`."),
        Change::MoveColumn { column, after, .. } => match after {
            Some(after) => format!("Puts the column `{column}` behind `{after}`."),
            None => format!("Puts the column `{column}` first."),
        },
        Change::Index(change) => part("index", change),
        Change::Projection(change) => part("projection", change),
        Change::Constraint(change) => {
            format!("{} Rows that are there are not checked.", part("constraint", change))
        }
        Change::ChangeTtl { after, .. } => match &after[..] {
            [] => "Rows stay for ever.".into(),
            elements => format!("Changes what becomes of rows with time: {}.", elements.join(", ")),
        },
        Change::ChangeSetting { name, after, .. } => match after {
            Some(value) => format!("Sets `{name}` to {value}."),
            None => format!("Leaves `{name}` to the server."),
        },
        Change::ChangeComment { .. } => "Changes what the table says.".into(),
        Change::ExtendKey { after, .. } => format!("The sorting key goes on: ({}).", after.join(", ")),
        Change::ChangeSample { after, .. } => match after {
            Some(sample) => format!("Samples are taken by {sample}."),
            None => "Samples are no longer taken.".into(),
        },
        Change::View { before, after } => match (before, after) {
            (_, Some(view)) => format!("Creates the view `{}`; it sees rows from now on.", view.name),
            (Some(view), None) => format!("Drops the view `{}`.", view.name),
            (None, None) => String::new(),
        },
        Change::Redistribute => "Makes the distributed table anew; it holds no rows.".into(),
        Change::Rebuild { reasons, .. } => format!(
            "Rebuilds the table, for {}: a new one takes all rows{}, while workers go on.",
            reasons.join(" and "),
            if is_divided(before, after) { ", one partition after the other" } else { "" }
        ),
        Change::Exchange { .. } => {
            "The new table takes the rows that came meanwhile, and changes places with the old one, which is kept.".into()
        }
    }
}

/// What it does to rows that are there.
pub(super) fn safety(change: &Change) -> Safety {
    let made = |change: &PartChange| if change.after.is_some() { Safety::Rewrite } else { Safety::Safe };
    match change {
        Change::DropTable => Safety::Destructive,
        Change::DropColumn { column } if is_stored(&column.default) => Safety::Destructive,
        Change::ChangeType { before, after, .. }
            if is_stored(&before.default) && !is_stored(&after.default) =>
        {
            Safety::Destructive
        }
        Change::ChangeType { before, after, conversion } => match conversion {
            Conversion::None if is_unsettled(before, after) => Safety::Rewrite,
            Conversion::None => Safety::Safe,
            Conversion::Rewrite => Safety::Rewrite,
            Conversion::Lossy => Safety::Destructive,
        },
        Change::ChangeDefault { before, after, .. } if is_stored(before) && !is_stored(after) => {
            Safety::Destructive
        }
        // What has a new or an earlier end may end at once.
        Change::ChangeColumnTtl { after: Some(_), .. } => Safety::Destructive,
        Change::ChangeTtl { after, .. } if !after.is_empty() => Safety::Destructive,
        // A view with a table of its own takes its rows with it.
        Change::View { before: Some(view), .. } if view.to.is_none() => Safety::Destructive,
        Change::Index(change) | Change::Projection(change) => made(change),
        Change::Rebuild { .. } | Change::Exchange { .. } | Change::Derive { .. } => Safety::Rewrite,
        // Rows that are there keep the values that they have shown so far, and not all parts hold them.
        Change::AddColumn { column, .. } if is_computed(column) => Safety::Rewrite,
        Change::ChangeDefault { before, after, .. } if is_stored(before) && is_stored(after) => {
            Safety::Rewrite
        }
        _ => Safety::Safe,
    }
}

/// Why nothing takes it back, where that is so.
pub(super) fn loss(before: &Table, after: &Table, change: &Change) -> Option<&'static str> {
    match change {
        Change::Rebuild { origins, .. } => {
            let goes = |column: &Column| {
                if origins.upcasts.contains_key(&column.name) {
                    return true;
                }
                let name = origins.renames.iter().find(|(from, _)| *from == column.name).map(|(_, to)| to);
                match after.column(name.unwrap_or(&column.name)) {
                    Some(kept) => conversion(&column.ty, &kept.ty) == Conversion::Lossy,
                    None => is_stored(&column.default),
                }
            };
            before.columns.iter().any(goes).then_some("It leaves values behind in the old table.")
        }
        _ if safety(change) < Safety::Destructive => None,
        Change::DropColumn { .. } => Some("Its values are gone."),
        Change::ChangeType { .. } => Some("What was lost does not come back."),
        Change::ChangeDefault { .. } => Some("The values that were stored are gone."),
        Change::ChangeColumnTtl { .. } => Some("Values whose time has come are gone."),
        Change::ChangeTtl { .. } => Some("Rows whose time has come are gone."),
        Change::View { .. } => Some("Its rows are gone."),
        _ => Some("What is gone does not come back."),
    }
}

fn is_stored(default: &Option<DefaultExpr>) -> bool {
    default.as_ref().is_none_or(|default| default.kind.is_stored())
}
