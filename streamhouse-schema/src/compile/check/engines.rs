//! What an engine demands of its columns (<https://clickhouse.com/docs/engines/table-engines/mergetree-family>).

use super::super::declaration::{Declaration, Kept};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::expr::Kind;
use crate::expr::Shape;
use crate::frame_schema::Delivery;
use crate::near::nearest;
use crate::schema::{EngineKind, Form};
use crate::types::Type;

/// An engine names columns that are there and stored.
pub(super) fn columns_exist(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let known: Vec<&str> = declaration
        .columns()
        .filter(|column| column.kept == Kept::Stored)
        .map(|column| column.name.value.as_str())
        .collect();
    let kind = &declaration.engine.value.kind;
    for (at, name) in kind.columns().into_iter().enumerate() {
        if declaration.is_unread(&name.text) {
            continue;
        }
        if !known.contains(&name.text.as_str()) {
            let near = nearest(&name.text, &known);
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the stored columns are: {}", known.join(", ")),
            };
            let message = format!("`{}` takes a stored column, and `{}` is none", kind.name(), name.text);
            diagnostics
                .push(Diagnostic::error("SH0902", name.at, message, help).replacement(&name.text, near));
        } else if kind.columns()[..at].iter().any(|earlier| earlier.text == name.text) {
            diagnostics.error(
                "SH0902",
                name.at,
                format!("`{}` is given twice", name.text),
                "each column has one part to play",
            );
        }
    }
}

/// A version grows, a sign is 1 or -1, and what is added up is a number.
pub(super) fn types_fit(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let kind = &declaration.engine.value.kind;
    let (version, sign, deleted) = match kind {
        EngineKind::Replacing { version, is_deleted } => (version.as_ref(), None, is_deleted.as_ref()),
        EngineKind::Collapsing { sign } => (None, Some(sign), None),
        EngineKind::VersionedCollapsing { sign, version } => (Some(version), Some(sign), None),
        _ => (None, None, None),
    };
    let sums = match kind {
        EngineKind::Summing { columns } => &columns[..],
        _ => &[],
    };
    let wanted = [
        (
            version,
            grows as fn(&Type) -> bool,
            "a version",
            "an integer, a date or a moment that is never NULL",
        ),
        (sign, |ty| *ty == Type::Int8, "a sign", "an `i8` of 1 or -1"),
        (
            deleted,
            |ty| matches!(ty, Type::UInt8 | Type::Bool),
            "what says that a row is deleted",
            "a `bool` or a `u8`",
        ),
    ];
    let single = wanted.into_iter().filter_map(|(name, fits, what, help)| Some((name?, fits, what, help)));
    let many = sums.iter().map(|name| (name, number as fn(&Type) -> bool, "what is added up", "a number"));
    for (name, fits, what, form) in single.chain(many) {
        if let Some(column) = declaration.column(&name.text)
            && !fits(column.ty)
        {
            diagnostics.error(
                "SH0903",
                name.at,
                format!("{what} cannot be {}", column.ty),
                format!("it is {form}"),
            );
        }
    }
}

fn grows(ty: &Type) -> bool {
    let whole = matches!(Shape::from(ty).kind, Kind::Whole | Kind::Wide | Kind::Date | Kind::Time);
    // A float grows too, as long as it is no NaN.
    let float = matches!(ty, Type::Float32 | Type::Float64);
    (whole || float) && !matches!(ty, Type::Nullable(_) | Type::LowCardinality(_))
}

/// Maps and lists are added up by their elements; text is kept from any row, which is no sum.
fn number(ty: &Type) -> bool {
    match Shape::from(ty).kind {
        Kind::Whole | Kind::Wide | Kind::Float | Kind::Decimal | Kind::Map(..) | Kind::Unknown => true,
        Kind::Array(item) => {
            matches!(item.kind, Kind::Whole | Kind::Wide | Kind::Float | Kind::Decimal | Kind::Unknown)
        }
        _ => false,
    }
}

/// What is added up is not what rows are told apart by.
pub(super) fn sums_are_no_key(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let (EngineKind::Summing { columns } | EngineKind::Coalescing { columns }) =
        &declaration.engine.value.kind
    else {
        return;
    };
    let order = declaration.order_by.iter().flat_map(|at| &at.value);
    let keys: Vec<&str> = order
        .chain(declaration.partition_by.iter().map(|at| &at.value))
        .flat_map(|expr| expr.columns())
        .map(|name| name.text.as_str())
        .collect();
    for name in columns.iter().filter(|name| keys.contains(&name.text.as_str())) {
        diagnostics.error(
            "SH0904",
            name.at,
            format!("`{}` is part of a key, and cannot be merged too", name.text),
            "leave it out of one of the two",
        );
    }
}

/// An engine that merges rows of the same key makes one row of a table without a key.
pub(super) fn rows_are_told_apart(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let kind = &declaration.engine.value.kind;
    let merges = !matches!(kind, EngineKind::MergeTree | EngineKind::Null);
    if let Some(key) = &declaration.order_by
        && merges
        && key.value.is_empty()
    {
        diagnostics.error(
            "SH0908",
            key.span,
            format!(
                "`{}` makes one row of all rows with the same key, and here that is all of them",
                kind.name()
            ),
            "name the columns that tell rows apart: `order_by = (customer_id, day)`",
        );
    }
}

/// There is no table without a stored column; what exactly-once delivery counts batches by is one.
pub(super) fn some_column_is_stored(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let stored = declaration.columns().any(|column| column.kept == Kept::Stored);
    let Some(first) = declaration.columns().next() else { return };
    if !stored && declaration.delivery != Delivery::ExactlyOnce && declaration.unread.is_empty() {
        diagnostics.error(
            "SH0612",
            first.name.span,
            "no column of this table is stored",
            "store one of them: leave `ephemeral` out, or compute a `materialized` column",
        );
    }
}

/// A cluster, a path and a replica have names, and there are two tables only if they have two.
pub(super) fn clusters_have_names(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    if let Some(cluster) = &declaration.cluster
        && cluster.value.is_empty()
    {
        diagnostics.error(
            "SH0909",
            cluster.span,
            "the cluster has no name",
            "write a name from `system.clusters`, or the macro `\"{cluster}\"`",
        );
    }
    let engine = &declaration.engine;
    if let Form::Replicated(Some((path, replica))) | Form::Shared(Some((path, replica))) = &engine.value.form
        && (!path.starts_with('/') && !path.starts_with('{') || replica.is_empty())
    {
        diagnostics.error(
            "SH0909",
            engine.span,
            "a replicated table has a path that begins with `/`, and a replica",
            "write `(\"/clickhouse/tables/{shard}/events\", \"{replica}\")`, or leave both to the server",
        );
    }
}
