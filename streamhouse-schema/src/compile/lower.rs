//! From a checked declaration to a schema. Nothing can be wrong any more.

use super::check::is_interval;
use proc_macro2::Span;

use super::declaration::{self, At, Declaration, Field, ViewTarget};
use super::selection::keys;
use super::validation::{Rules, path_text};
use crate::expr::{Binary, Expr, Name};
use crate::schema::{
    Codec, Column, Computed, Constraint, Distributed, Index, Layout, Place, Schema, Target, Ttl, View,
};
use crate::sql::{self, FED_COLUMN, FED_TYPE};
use crate::types::Type;

/// The schema of a declaration that was found right.
pub(super) fn lower(declaration: &Declaration) -> Schema {
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
        columns: declaration.fields.iter().flat_map(|field| columns(field, timestamp.as_deref())).collect(),
        computed: declaration
            .computed
            .iter()
            .map(|one| computed(one, declaration, timestamp.as_deref()))
            .collect(),
        id: declaration.id().map(|field| field.name.value.clone()),
        layout: layout(declaration, timestamp.as_deref()),
        validate: declaration.validate.as_ref().map(|at| path_text(&at.value)),
        timestamp,
    }
}

fn layout(declaration: &Declaration, timestamp: Option<&str>) -> Layout {
    let strip = |expr: &Expr<_>| expr.clone().strip();
    let all = |exprs: &[Expr<_>]| exprs.iter().map(strip).collect();
    Layout {
        engine: declaration.engine.value.clone().strip(),
        cluster: declaration.cluster.as_ref().map(|at| at.value.clone()),
        partition_by: declaration.partition_by.as_ref().map(|at| strip(&at.value)),
        order_by: declaration.order_by.as_ref().map(|at| all(&at.value)).unwrap_or_default(),
        primary_key: declaration.primary_key.as_ref().map(|at| all(&at.value)),
        sample_by: declaration.sample_by.as_ref().map(|at| strip(&at.value)),
        wrapped: declaration.wrapped,
        ttl: declaration
            .ttl
            .iter()
            .map(|at| {
                let element = at.value.clone().strip();
                Ttl { at: ttl(element.at, timestamp), ..element }
            })
            .collect(),
        indexes: declaration.indexes.iter().map(index).collect(),
        projections: declaration.projections.iter().map(|one| one.clone().strip()).collect(),
        constraints: declaration
            .constraints
            .iter()
            .map(|one| Constraint {
                name: one.name.clone().strip(),
                assumed: one.assumed,
                expr: strip(&one.expr),
            })
            .collect(),
        settings: settings(&declaration.settings),
        raw: declaration.raw.iter().map(|at| at.value.clone()).collect(),
        distributed: declaration.distributed.as_ref().map(|one| Distributed {
            table: one.table.clone().strip(),
            cluster: one.cluster.clone().strip(),
            sharding_key: one.sharding_key.as_ref().map(strip),
        }),
        views: declaration.views.iter().map(view).collect(),
    }
}

fn view(view: &declaration::View) -> View {
    let text = |at: &At<String>| at.value.clone();
    View {
        name: text(&view.name),
        target: match &view.target {
            ViewTarget::Table { table, .. } => Target::Table(text(table)),
            ViewTarget::Engine(engine) => Target::Engine(text(engine)),
        },
        columns: view.columns.as_ref().map(|columns| match &view.partition_by {
            Some(_) => format!("{}, {FED_COLUMN} {FED_TYPE}", columns.value),
            None => text(columns),
        }),
        refresh: view.refresh.as_ref().map(text),
        select: match &view.partition_by {
            Some(by) => sql::fed(&view.name.value, &view.select.value, &by.value, &keys(&view.select.value)),
            None => text(&view.select),
        },
    }
}

/// These two choose how much an entry covers by themselves: everything.
fn index(index: &declaration::Index) -> Index {
    let whole_parts = matches!(index.kind.value.name.as_str(), "text" | "vector_similarity");
    Index {
        name: index.name.value.clone(),
        expr: index.expr.clone().strip(),
        wrapped: index.wrapped,
        kind: index.kind.value.clone().strip(),
        granularity: index.granularity.or(if whole_parts { None } else { Some(1) }),
    }
}

fn codecs(chain: &[At<Codec<Span>>]) -> Vec<Codec> {
    chain.iter().map(|at| at.value.clone().strip()).collect()
}

fn settings(settings: &[(At<String>, At<Expr<Span>>)]) -> Vec<(String, Expr)> {
    settings.iter().map(|(name, value)| (name.value.clone(), value.value.clone().strip())).collect()
}

/// The columns of a field: a Nested is a list for each of its elements.
fn columns(field: &Field, timestamp: Option<&str>) -> Vec<Column> {
    let whole = column(field, timestamp);
    let Type::Nested(elements) = &field.ty else { return vec![whole] };
    elements
        .iter()
        .map(|element| Column {
            name: format!("{}.{}", whole.name, element.name.as_deref().unwrap_or_default()),
            ty: Type::Array(Box::new(element.ty.clone())),
            nested: Some(whole.name.clone()),
            renamed_from: whole
                .renamed_from
                .as_ref()
                .map(|from| format!("{from}.{}", element.name.as_deref().unwrap_or_default())),
            ..whole.clone()
        })
        .collect()
}

fn column(field: &Field, timestamp: Option<&str>) -> Column {
    Column {
        name: field.name.value.clone(),
        ty: field.ty.clone(),
        default: field.default.as_ref().map(|at| at.value.clone().strip()),
        ephemeral: field.ephemeral.is_some(),
        codec: codecs(&field.codec),
        ttl: field.ttl.as_ref().map(|at| ttl(at.value.clone().strip(), timestamp)),
        settings: settings(&field.settings),
        statistics: field.statistics.iter().map(|at| at.value.clone()).collect(),
        renamed_from: field.renamed_from.as_ref().map(|at| at.value.clone()),
        upcast: field.upcast.as_ref().map(|at| at.value.clone().strip()),
        comment: field.comment.clone(),
        validation: field.rules.as_ref().map(Rules::strip).unwrap_or_default(),
        pii: field.pii.is_some(),
        binary: field.binary,
        nested: None,
    }
}

fn computed(column: &declaration::Computed, declaration: &Declaration, timestamp: Option<&str>) -> Computed {
    Computed {
        name: column.name.value.clone(),
        ty: column.ty.clone(),
        kind: column.kind,
        expr: column.expr.as_ref().map(|at| at.value.clone().strip()),
        codec: codecs(&column.codec),
        ttl: column.ttl.as_ref().map(|at| ttl(at.value.clone().strip(), timestamp)),
        comment: column.comment.clone(),
        place: match &column.place {
            declaration::Place::First => Place::First,
            declaration::Place::Behind(at) => Place::Behind(last_of(&at.value, declaration)),
            declaration::Place::Last => Place::Last,
        },
    }
}

/// Behind a Nested is behind the last of its elements.
fn last_of(column: &str, declaration: &Declaration) -> String {
    let last = declaration.field(column).and_then(|field| match &field.ty {
        Type::Nested(elements) => elements.last().and_then(|element| element.name.as_deref()),
        _ => None,
    });
    last.map_or_else(|| column.to_string(), |element| format!("{column}.{element}"))
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
