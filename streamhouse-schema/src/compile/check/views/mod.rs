//! Views and the table that spreads rows over a cluster.

mod engine;
mod feed;
mod refresh;
mod selection;

pub(in crate::compile) use engine::could_tell;
pub(super) use engine::inner_engine;
pub(in crate::compile) use feed::feeds;
pub use feed::{Fed, Feed};
pub(super) use refresh::refresh;
pub(super) use selection::columns;

use super::super::declaration::{Declaration, View, ViewTarget};
use super::expressions::place_of;
use super::folding::is_constant;
use super::shape_of;
use super::text::{names_in, reads};
use crate::diagnostic::Diagnostics;
use crate::expr::{Expr, Kind};
use crate::sql::FED_COLUMN;

pub(in crate::compile) fn table_of(declaration: &Declaration) -> String {
    match &declaration.table {
        Some(table) => table.value.clone(),
        None => declaration.name.value.replace('.', "_"),
    }
}

/// Whether a selection itself writes what the target was fed.
fn tells_by_hand(view: &View) -> bool {
    names_in(&view.select.value).is_some_and(|names| names.iter().any(|name| name == FED_COLUMN))
}

/// Tables and views share their names.
pub(super) fn distinct_names(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let mut taken = vec![table_of(declaration)];
    let distributed = declaration.distributed.iter().map(|one| (one.table.text.as_str(), one.table.at));
    let views = declaration.views.iter().map(|view| (view.name.value.as_str(), view.name.span));
    for (name, span) in distributed.chain(views) {
        if taken.iter().any(|earlier| earlier == name) {
            diagnostics.error(
                "SH0742",
                span,
                format!("there is a table or a view `{name}` already"),
                "give it a name of its own",
            );
        }
        taken.push(name.to_string());
    }
}

/// A view that is declared on an event is fed by that event's table, and does not write into it.
pub(super) fn read_the_table(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let table = table_of(declaration);
    for view in &declaration.views {
        if reads(&view.select.value, &table) == Some(false) {
            diagnostics.error(
                "SH0743",
                view.select.span,
                format!("the view does not read `{table}`, so no event ever feeds it"),
                format!("select `FROM {table}`"),
            );
        }
        let ephemeral = declaration.fields.iter().filter(|field| field.ephemeral.is_some());
        for field in ephemeral {
            if names_in(&view.select.value).is_some_and(|names| names.contains(&field.name.value)) {
                diagnostics.error(
                    "SH0411",
                    view.select.span,
                    format!(
                        "the view reads `{}`, which is there only while a row is inserted and is not stored",
                        field.name.value
                    ),
                    "let it read a column that is computed from it",
                );
            }
        }
        if let ViewTarget::Table { table: target, .. } = &view.target
            && target.value == table
        {
            diagnostics.error(
                "SH0743",
                target.span,
                format!("the view writes into `{table}`, from which it reads"),
                "let it write into another table",
            );
        }
    }
}

/// Rows are spread by an integer: its remainder says to which server.
pub(super) fn sharding_key(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let Some(distributed) = &declaration.distributed else { return };
    let Some(key) = &distributed.sharding_key else { return };
    let shape = shape_of(key, declaration);
    if !matches!(shape.kind, Kind::Whole | Kind::Wide | Kind::Unknown) || shape.nullable {
        diagnostics.error(
            "SH0911",
            place_of(key, distributed.table.at),
            "rows are spread by an integer that is never NULL",
            "take a hash: `sharding_key = cityHash64(customer_id)`, or `rand()`",
        );
    }
    // What is the same for all rows ClickHouse computes when it makes the table, in no database in particular.
    key.each(&mut |part| {
        if let Expr::Call { function, .. } = part
            && function.text.starts_with("dict")
            && is_constant(part, declaration)
        {
            diagnostics.error(
                "SH0911",
                function.at,
                format!("`{}` is asked about what is the same for all rows", function.text),
                "ask it about a column, or write what it says",
            );
        }
    });
}
