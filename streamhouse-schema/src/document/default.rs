//! Defaults as JSON, where they are literals; others only ClickHouse can compute.

use serde_json::{Map, Value, json};

use crate::base64;
use crate::expr::{Expr, Literal};
use crate::types::Type;

/// The default in the form that its type has in JSON.
pub(super) fn default(expr: &Expr, ty: &Type, binary: bool) -> Option<Value> {
    match (expr, ty) {
        (Expr::Literal(Literal::Null, _), ty) if ty.is_nullable() => Some(Value::Null),
        (expr, Type::Nullable(inner) | Type::LowCardinality(inner)) => default(expr, inner, binary),
        (expr, Type::SimpleAggregateFunction(aggregate)) => {
            default(expr, aggregate.arguments.first()?, binary)
        }
        (Expr::Array(items), Type::Array(element)) => {
            items.iter().map(|item| default(item, element, binary)).collect()
        }
        (expr, Type::QBit(vector)) => default(expr, &vector.list(), binary),
        (Expr::Tuple(items), Type::Tuple(elements)) if items.len() == elements.len() => {
            let values = items.iter().zip(elements).map(|(item, element)| default(item, &element.ty, binary));
            let values = values.collect::<Option<Vec<_>>>()?;
            let names: Option<Vec<&String>> = elements.iter().map(|element| element.name.as_ref()).collect();
            Some(match names {
                Some(names) => names.into_iter().cloned().zip(values).collect::<Map<_, _>>().into(),
                None => values.into(),
            })
        }
        (Expr::Call { function, arguments, .. }, Type::Map(key, value))
            if function.text == "map" && matches!(**key, Type::String | Type::LowCardinality(_)) =>
        {
            let pair = |pair: &[Expr]| {
                let [Expr::Literal(Literal::Text(key), _), item] = pair else { return None };
                Some((key.clone(), default(item, value, binary)?))
            };
            arguments.chunks(2).map(pair).collect::<Option<Map<_, _>>>().map(Value::from)
        }
        (Expr::Literal(literal, _), ty) => plain(literal, ty, binary),
        _ => None,
    }
}

fn plain(literal: &Literal, ty: &Type, binary: bool) -> Option<Value> {
    match (literal, ty) {
        (Literal::Bool(value), Type::Bool) => Some(json!(value)),
        (Literal::Text(text), Type::String) if binary => Some(json!(base64::encode(text.as_bytes()))),
        (Literal::Text(text), Type::FixedString(bytes)) => {
            let mut padded = text.clone().into_bytes();
            padded.resize(*bytes as usize, 0);
            Some(json!(base64::encode(&padded)))
        }
        (Literal::Text(text), Type::Json(_)) => serde_json::from_str(text).ok(),
        // In the column's zone, which is not known here unless it is UTC.
        (Literal::Text(text), Type::DateTime(zone) | Type::DateTime64 { zone, .. }) => {
            let utc = zone.as_deref() == Some("UTC");
            utc.then(|| json!(format!("{}Z", text.replacen(' ', "T", 1))))
        }
        (Literal::Number(_), Type::DateTime(_) | Type::DateTime64 { .. }) => None,
        (Literal::Text(text), _) => Some(json!(text)),
        (Literal::Number(digits), Type::Decimal { .. }) => Some(json!(digits)),
        (Literal::Number(digits), _) => serde_json::from_str(digits).ok().filter(Value::is_number),
        _ => None,
    }
}
