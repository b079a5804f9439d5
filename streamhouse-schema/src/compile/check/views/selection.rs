//! The columns of a view: what it reads is there, what it yields has names, and fits what it is written into.

use proc_macro2::Span;

use super::super::super::declaration::{At, Declaration, View, ViewTarget};
use super::super::super::selection::{Selection, Yields, misfit, yields};
use super::table_of;
use crate::diagnostic::Diagnostics;
use crate::expr::select::{compared, selects};
use crate::near::nearest;
use crate::types::{Type, TypeError};

/// ClickHouse refuses a view that reads what is not there, and one whose columns do not have the names of those that they are
/// written into. It takes one whose values do not fit, and then inserts fail, or store other values.
pub(in crate::compile::check) fn columns(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let table = table_of(declaration);
    for view in &declaration.views {
        if let Some(word) = compared(&view.select.value).filter(|_| view.refresh.is_none()) {
            diagnostics.error(
                "SH0741",
                view.select.span,
                format!("inserts feed no view with {word}, which looks at all rows"),
                "select with a condition, such as `a NOT IN (…)`, or have the view computed anew: `refresh = \"EVERY 1 HOUR\"`",
            );
        }
        let selects = selects(&view.select.value);
        let before = diagnostics.iter().count();
        for select in &selects {
            let selection = Selection::new(declaration, &table, select);
            if selection.reads_table() {
                reads(declaration, &selection, view, diagnostics);
            }
        }
        let yields = yields(declaration, &table, &selects);
        // A table of the view's own takes any name.
        if view.columns.is_some() || matches!(view.target, ViewTarget::Table { .. }) {
            named(&yields, view, diagnostics);
        }
        if diagnostics.iter().count() == before
            && let Some(columns) = &view.columns
        {
            listed(&yields, columns, view, diagnostics);
        }
    }
}

/// What is read is there, and is summed up where something is.
fn reads(declaration: &Declaration, selection: &Selection<'_>, view: &View, diagnostics: &mut Diagnostics) {
    let known: Vec<&str> = declaration.columns().map(|column| column.name.value.as_str()).collect();
    let unknown = selection.unknown();
    for name in &unknown {
        let help = match nearest(name, &known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the columns are: {}", known.join(", ")),
        };
        diagnostics.error(
            "SH0401",
            view.select.span,
            format!("the view `{}` reads `{name}`, which is not a column", view.name.value),
            help,
        );
    }
    for misfit in selection.misfits() {
        diagnostics.error(
            "SH0410",
            view.select.span,
            format!("in the view `{}`: {}", view.name.value, misfit.message),
            "convert it first, for example with `toString(…)` or `toDate(…)`, or use another column",
        );
    }
    if unknown.is_empty()
        && let Some(column) = selection.not_summed_up()
    {
        diagnostics.error(
            "SH0745",
            view.select.span,
            format!("the view `{}` sums rows up, and `{column}` is a value of each of them", view.name.value),
            format!("put it behind GROUP BY, or sum it up too: `any({column})`, `max({column})`"),
        );
    }
}

/// Each column has a name of its own.
fn named(yields: &Yields, view: &View, diagnostics: &mut Diagnostics) {
    let mut taken: Vec<&str> = Vec::new();
    for column in &yields.columns {
        match &column.name {
            None => diagnostics.error(
                "SH0744",
                view.select.span,
                format!("`{}` in the view `{}` has no name", column.text, view.name.value),
                format!("name the column that it is written into: `{} AS …`", column.text),
            ),
            Some(name) if taken.contains(&name.as_str()) => diagnostics.error(
                "SH0744",
                view.select.span,
                format!("the view `{}` has two columns `{name}`", view.name.value),
                "give each a name of its own",
            ),
            Some(name) => taken.push(name),
        }
    }
}

/// The list of columns and the selection say the same.
fn listed(yields: &Yields, columns: &At<String>, view: &View, diagnostics: &mut Diagnostics) {
    let elements = match format!("Tuple({})", columns.value).parse::<Type>() {
        Ok(Type::Tuple(elements)) => elements,
        Err(error @ TypeError::Unknown { .. }) => {
            diagnostics.error(
                "SH0031",
                columns.span,
                error.to_string(),
                "write `columns = \"day Date, orders UInt64\"`",
            );
            return;
        }
        // Columns may say more than names and types.
        _ => return,
    };
    for element in &elements {
        let name = element.name.as_deref().unwrap_or_default();
        match yields.columns.iter().find(|column| column.name.as_deref() == Some(name)) {
            Some(column) => {
                if let Some(what) = misfit(column, &element.ty) {
                    wrong_type(view, name, column.ty.as_ref(), &element.ty, what, columns.span, diagnostics);
                }
            }
            None if yields.complete => {
                let names: Vec<&str> =
                    yields.columns.iter().filter_map(|column| column.name.as_deref()).collect();
                let help = match nearest(name, &names) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the selection yields: {}", names.join(", ")),
                };
                diagnostics.error(
                    "SH0744",
                    columns.span,
                    format!("the view `{}` has no `{name}` in its selection", view.name.value),
                    help,
                );
            }
            None => {}
        }
    }
    let is_listed = |name: &str| elements.iter().any(|element| element.name.as_deref() == Some(name));
    for name in yields.columns.iter().filter_map(|column| column.name.as_deref()) {
        if !is_listed(name) {
            diagnostics.error(
                "SH0744",
                columns.span,
                format!("the view `{}` yields `{name}`, which is none of its columns", view.name.value),
                "add it to `columns`, or leave it out of the selection",
            );
        }
    }
}

fn wrong_type(
    view: &View,
    name: &str,
    from: Option<&Type>,
    to: &Type,
    what: &str,
    span: Span,
    diagnostics: &mut Diagnostics,
) {
    let (message, help) = type_message(&view.name.value, name, from, to, what);
    diagnostics.error("SH0746", span, message, help);
}

/// What is said of a column that does not fit.
pub(super) fn type_message(
    view: &str,
    name: &str,
    from: Option<&Type>,
    to: &Type,
    what: &str,
) -> (String, String) {
    let from = from.map(|from| format!(" ({from})")).unwrap_or_default();
    let message = format!("`{name}` of the view `{view}`{from} is written into a column of {to}, and {what}");
    let help = "give the column the type of the value, or convert the value so that the loss is said: `toUInt32(…)`, `toDate(…)`, `ifNull(…, …)`, `uniqState(…)`";
    (message, help.to_string())
}
