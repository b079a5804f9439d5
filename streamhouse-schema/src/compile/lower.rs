//! From a checked declaration to a schema. Nothing can be wrong any more.

use super::check::is_interval;
use super::declaration::{Declaration, Field};
use crate::expr::{Binary, Expr, Name};
use crate::schema::{Column, Index, Layout, Schema};
use crate::types::Type;

/// The schema of a declaration that was found right.
pub(super) fn lower(declaration: &Declaration) -> Schema {
    let strip = |expr: &Expr<_>| expr.clone().strip();
    let table = match &declaration.table {
        Some(table) => table.value.clone(),
        None => declaration.name.value.replace('.', "_"),
    };
    let timestamp = declaration.timestamp().map(|field| field.name.value.clone());
    Schema {
        event: declaration.name.value.clone(),
        version: declaration.version.value,
        table,
        comment: declaration.comment.clone(),
        delivery: declaration.delivery,
        columns: declaration.fields.iter().flat_map(columns).collect(),
        id: declaration.id().map(|field| field.name.value.clone()),
        layout: Layout {
            partition_by: declaration.partition_by.as_ref().map(|at| strip(&at.value)),
            order_by: declaration.order_by.iter().flat_map(|at| &at.value).map(strip).collect(),
            ttl: declaration.ttl.as_ref().map(|at| ttl(strip(&at.value), timestamp.as_deref())),
            indexes: declaration
                .indexes
                .iter()
                .map(|index| Index {
                    name: index.name.value.clone(),
                    expr: strip(&index.expr),
                    kind: index.kind.value.clone(),
                    granularity: index.granularity,
                })
                .collect(),
            settings: declaration
                .settings
                .iter()
                .map(|(name, value)| (name.value.clone(), strip(&value.value)))
                .collect(),
        },
        timestamp,
    }
}

/// The columns of a field: a Nested is a list for each of its elements.
fn columns(field: &Field) -> Vec<Column> {
    let whole = column(field);
    let Type::Nested(elements) = &field.ty else { return vec![whole] };
    elements
        .iter()
        .map(|element| Column {
            name: format!("{}.{}", whole.name, element.name.as_deref().unwrap_or_default()),
            ty: Type::Array(Box::new(element.ty.clone())),
            ..whole.clone()
        })
        .collect()
}

fn column(field: &Field) -> Column {
    Column {
        name: field.name.value.clone(),
        ty: field.ty.clone(),
        default: field.default.as_ref().map(|at| at.value.clone().strip()),
        codec: field.codec.iter().map(|at| at.value.clone()).collect(),
        comment: field.comment.clone(),
    }
}

/// An interval alone counts from the event's timestamp.
fn ttl(expr: Expr, timestamp: Option<&str>) -> Expr {
    match timestamp {
        Some(timestamp) if is_interval(&expr) => {
            let column = Expr::Column(Name { text: timestamp.to_string(), at: () });
            Expr::Binary(Binary::Plus, Box::new(column), Box::new(expr))
        }
        _ => expr,
    }
}
