//! What only ClickHouse understands of a schema.

use serde_json::{Value, json};

use crate::expr::Expr;
use crate::schema::{Column, Computed, Constraint, Distributed, Index, Layout, Projection, Target, View};
use crate::sql;
use crate::types::Type;

fn settings(settings: &[(String, Expr)]) -> Vec<Value> {
    settings.iter().map(|(name, value)| json!({"name": name, "value": sql::expr(value)})).collect()
}

pub(super) fn layout(layout: &Layout) -> Value {
    let all = |exprs: &[Expr]| exprs.iter().map(sql::expr).collect::<Vec<_>>();
    let index = |index: &Index| json!({"name": index.name, "expr": sql::expr(&index.expr), "type": index.kind.to_string(), "granularity": index.granularity});
    let projection = |one: &Projection| json!({"name": one.name.text, "query": one.query.to_string()});
    let constraint = |one: &Constraint| json!({"name": one.name.text, "kind": if one.assumed { "assume" } else { "check" }, "expr": sql::expr(&one.expr)});
    let distributed = |one: &Distributed| json!({"table": one.table.text, "cluster": one.cluster.text, "sharding_key": one.sharding_key.as_ref().map(sql::expr)});
    let view = |view: &View| {
        let (to, engine) = match &view.target {
            Target::Table(table) => (Some(table), None),
            Target::Engine(engine) => (None, Some(engine)),
        };
        json!({"name": view.name, "to": to, "engine": engine, "columns": view.columns, "refresh": view.refresh, "select": view.select})
    };
    json!({
        "engine": layout.engine.to_string(),
        "cluster": layout.cluster,
        "partition_by": layout.partition_by.as_ref().map(sql::expr),
        "order_by": all(&layout.order_by),
        "primary_key": layout.primary_key.as_deref().map(all),
        "sample_by": layout.sample_by.as_ref().map(sql::expr),
        "ttl": layout.ttl.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "indexes": layout.indexes.iter().map(index).collect::<Vec<_>>(),
        "projections": layout.projections.iter().map(projection).collect::<Vec<_>>(),
        "constraints": layout.constraints.iter().map(constraint).collect::<Vec<_>>(),
        "settings": settings(&layout.settings),
        "raw": layout.raw,
        "distributed": layout.distributed.as_ref().map(distributed),
        "views": layout.views.iter().map(view).collect::<Vec<_>>(),
    })
}

/// A column that the server computes.
pub(super) fn computed_entry(column: &Computed) -> Value {
    json!({
        "name": column.name,
        "type": column.ty.to_string(),
        "kind": column.kind.word().to_lowercase(),
        "expr": sql::expr(&column.expr),
        "codec": column.codec.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "ttl": column.ttl.as_ref().map(sql::expr),
        "after": column.after,
        "comment": column.comment,
    })
}

/// A column that frames bring.
pub(super) fn column_entry(column: &Column) -> Value {
    let mut entry = json!({"name": column.name, "type": column.ty.to_string()});
    if let Some(entry) = entry.as_object_mut() {
        if let Some(default) = &column.default {
            entry.insert("default".into(), json!(sql::expr(default)));
        }
        if column.ephemeral {
            entry.insert("ephemeral".into(), json!(true));
        }
        if let Some(ttl) = &column.ttl {
            entry.insert("ttl".into(), json!(sql::expr(ttl)));
        }
        if !column.settings.is_empty() {
            entry.insert("settings".into(), json!(settings(&column.settings)));
        }
        if !column.statistics.is_empty() {
            entry.insert("statistics".into(), json!(column.statistics));
        }
        if !column.codec.is_empty() {
            entry.insert("codec".into(), column.codec.iter().map(|codec| json!(codec.to_string())).collect());
        }
        if let Some(nested) = &column.nested {
            entry.insert("nested".into(), json!(nested));
        }
        for (flag, set) in [("binary", column.binary && has_strings(&column.ty)), ("pii", column.pii)] {
            if set {
                entry.insert(flag.into(), json!(true));
            }
        }
        if !column.validation.is_empty() {
            entry.insert("validate".into(), json!(column.validation));
        }
    }
    entry
}

/// Only of strings it makes a difference whether they are text.
fn has_strings(ty: &Type) -> bool {
    ty.any(&|ty| matches!(ty, Type::String))
}
