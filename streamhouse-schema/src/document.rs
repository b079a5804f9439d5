//! A schema as a JSON Schema document (2020-12), with what only ClickHouse understands under `x-streamhouse`.

use serde_json::{Map, Value, json};

use crate::expr::Expr;
use crate::schema::{
    Column, Computed, Constraint, Distributed, Index, Layout, Projection, Schema, Target, View,
};
use crate::sql;
use crate::types::{Element, Type};

/// The document, the same bytes for the same schema.
pub fn document(schema: &Schema) -> String {
    let mut properties = Map::new();
    for column in &schema.columns {
        let mut property = value_schema(&column.ty);
        if !column.comment.is_empty()
            && let Some(property) = property.as_object_mut()
        {
            property.insert("description".into(), json!(column.comment));
        }
        properties.insert(column.name.clone(), property);
    }
    // An id is filled in where it is a UUID or a text that may be one, a timestamp always.
    let filled_in = |column: &Column| {
        schema.timestamp.as_ref() == Some(&column.name)
            || (schema.id.as_ref() == Some(&column.name) && matches!(column.ty, Type::Uuid | Type::String))
    };
    let required: Vec<&String> = schema
        .columns
        .iter()
        .filter(|column| column.default.is_none() && !column.ty.is_nullable() && !filled_in(column))
        .map(|column| &column.name)
        .collect();
    let columns: Vec<Value> = schema.columns.iter().map(column_entry).collect();
    let document = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": schema.event,
        "description": schema.comment,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
        "x-streamhouse": {
            "format": 1,
            "event": schema.event,
            "version": schema.version,
            "fingerprint": schema.frame_schema().fingerprint().to_string(),
            "table": schema.table,
            "delivery": schema.delivery,
            "id": schema.id,
            "timestamp": schema.timestamp,
            "columns": columns,
            "computed": schema.computed.iter().map(computed_entry).collect::<Vec<_>>(),
            "layout": layout(&schema.layout),
        },
    });
    format!("{document:#}\n")
}

fn settings(settings: &[(String, Expr)]) -> Vec<Value> {
    settings.iter().map(|(name, value)| json!({"name": name, "value": sql::expr(value)})).collect()
}

fn layout(layout: &Layout) -> Value {
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

fn computed_entry(column: &Computed) -> Value {
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

fn column_entry(column: &Column) -> Value {
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
    }
    entry
}

/// What JSON holds in the place of a value. Integers wider than 53 bits and decimals may be strings of digits, for many
/// languages read a JSON number as a float.
fn value_schema(ty: &Type) -> Value {
    match ty {
        Type::Nullable(inner) => json!({"anyOf": [value_schema(inner), {"type": "null"}]}),
        Type::LowCardinality(inner) => value_schema(inner),
        Type::Array(inner) => json!({"type": "array", "items": value_schema(inner)}),
        Type::Map(_, value) => json!({"type": "object", "additionalProperties": value_schema(value)}),
        Type::Bool => json!({"type": "boolean"}),
        Type::Float32 | Type::Float64 | Type::BFloat16 => json!({"type": "number"}),
        Type::UInt8 => json!({"type": "integer", "minimum": 0, "maximum": u8::MAX}),
        Type::UInt16 => json!({"type": "integer", "minimum": 0, "maximum": u16::MAX}),
        Type::UInt32 => json!({"type": "integer", "minimum": 0, "maximum": u32::MAX}),
        Type::Int8 => json!({"type": "integer", "minimum": i8::MIN, "maximum": i8::MAX}),
        Type::Int16 => json!({"type": "integer", "minimum": i16::MIN, "maximum": i16::MAX}),
        Type::Int32 => json!({"type": "integer", "minimum": i32::MIN, "maximum": i32::MAX}),
        Type::UInt64 | Type::UInt128 | Type::UInt256 => {
            json!({"type": ["integer", "string"], "minimum": 0, "pattern": "^[0-9]+$"})
        }
        Type::Int64 | Type::Int128 | Type::Int256 => {
            json!({"type": ["integer", "string"], "pattern": "^-?[0-9]+$"})
        }
        Type::Decimal { .. } => json!({"type": ["number", "string"], "pattern": "^-?[0-9]+(\\.[0-9]+)?$"}),
        Type::Uuid => json!({"type": "string", "format": "uuid"}),
        Type::Date | Type::Date32 => json!({"type": "string", "format": "date"}),
        Type::DateTime(_) | Type::DateTime64 { .. } => json!({"type": "string", "format": "date-time"}),
        Type::Ipv4 => json!({"type": "string", "format": "ipv4"}),
        Type::Ipv6 => json!({"type": "string", "format": "ipv6"}),
        Type::String | Type::FixedString(_) => json!({"type": "string"}),
        Type::Time | Type::Time64(_) => {
            json!({"type": "string", "pattern": "^-?[0-9]{1,3}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?$"})
        }
        Type::Enum { values, .. } => {
            json!({"enum": values.iter().map(|(name, _)| name).collect::<Vec<_>>()})
        }
        Type::Tuple(elements) => tuple_schema(elements),
        Type::Nested(elements) => json!({"type": "array", "items": tuple_schema(elements)}),
        Type::Geo(geo) => geo.structure().map_or(json!({}), |structure| value_schema(&structure)),
        Type::Json(_) => json!({"type": "object"}),
        Type::Interval(_) => json!({"type": "integer"}),
        Type::SimpleAggregateFunction(aggregate) => {
            aggregate.arguments.first().map_or(json!({}), value_schema)
        }
        // No event has them.
        Type::Variant(_) | Type::Dynamic(_) | Type::AggregateFunction(_) => json!({}),
    }
}

/// An object where the elements have names, else a list of as many values.
fn tuple_schema(elements: &[Element]) -> Value {
    let named: Option<Vec<(&String, Value)>> = elements
        .iter()
        .map(|element| element.name.as_ref().map(|name| (name, value_schema(&element.ty))))
        .collect();
    match named {
        Some(named) => {
            let required: Vec<&String> = named.iter().map(|(name, _)| *name).collect();
            let properties: Map<String, Value> =
                named.iter().map(|(name, schema)| ((*name).clone(), schema.clone())).collect();
            json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
        }
        None => {
            let items: Vec<Value> = elements.iter().map(|element| value_schema(&element.ty)).collect();
            json!({"type": "array", "prefixItems": items, "minItems": items.len(), "maxItems": items.len()})
        }
    }
}
