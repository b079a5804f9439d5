//! Functions that take a lambda.

use super::super::{Expr, Name};
use super::{Kind, Misfit, Shape, yields};
use crate::types::Type;

/// `arrayMap(x -> …, list)` and its like: a variable is an element of its list.
pub(super) fn over_lists<A: Copy>(
    function: &Name<A>,
    (variables, body): (&[String], &Expr<A>),
    (lists, exprs): (&[Shape], &[Expr<A>]),
    column: &dyn Fn(&str) -> Option<Shape>,
    misfits: &mut Vec<Misfit<A>>,
) -> Shape {
    let name = function.text.as_str();
    let item = |list: &Shape| match &list.kind {
        Kind::Array(item) => Some((**item).clone()),
        _ => None,
    };
    let mut misfit = |message: String| {
        misfits.push(Misfit { at: Some(function.at), message });
        Shape::unknown()
    };
    if let ("mapFilter" | "mapExists" | "mapAll" | "mapApply", [map]) = (name, lists)
        && let Kind::Map(key, value) = &map.kind
    {
        let inner = |name: &str| match variables.iter().position(|variable| variable == name) {
            // One variable alone is the pair.
            Some(0) if variables.len() == 1 => {
                Some(Shape::together(vec![(**key).clone(), (**value).clone()]))
            }
            Some(0) => Some((**key).clone()),
            Some(_) => Some((**value).clone()),
            None => column(name),
        };
        let of = yields(body, &inner, misfits);
        let condition = matches!(of.ty, Some(Type::UInt8 | Type::Bool) | None);
        return match name {
            "mapFilter" if condition && !map.nullable => map.clone(),
            "mapExists" | "mapAll" if condition && !map.nullable => Shape::from(&Type::UInt8),
            "mapApply" => Shape::unknown(),
            _ => {
                let message =
                    format!("the lambda of `{name}` says whether it is so, and this is {}", of.kind);
                misfits.push(Misfit { at: Some(function.at), message });
                Shape::unknown()
            }
        };
    }
    let of_maps = matches!(name, "mapFilter" | "mapExists" | "mapAll" | "mapApply");
    if let Some(other) = lists.iter().find(|list| of_maps && list.kind != Kind::Unknown) {
        return misfit(format!("`{name}` takes one map, and this is {}", other.kind));
    }
    if !name.starts_with("array") {
        return Shape::unknown();
    }
    if let Some(other) = lists.iter().find(|list| list.kind != Kind::Unknown && item(list).is_none()) {
        return misfit(format!("`{name}` takes lists, and this is {}", other.kind));
    }
    if let Some(null) = lists.iter().find(|list| list.nullable) {
        return misfit(format!("`{name}` takes lists, and this is {} or NULL", null.kind));
    }
    // The lists of one row have the same length, which is no matter of luck where one is the same for all rows.
    if exprs.len() > 1 && exprs.iter().any(|one| one.columns().is_empty()) {
        return misfit(format!(
            "`{name}` takes lists of the same length, and one of these is the same for all rows"
        ));
    }
    if variables.len() != lists.len() {
        return misfit(format!(
            "`{name}` has {} lists, and the lambda {} variables",
            lists.len(),
            variables.len()
        ));
    }
    let inner = |name: &str| match variables.iter().position(|variable| variable == name) {
        Some(position) => lists.get(position).and_then(item),
        None => column(name),
    };
    let of = yields(body, &inner, misfits);
    let condition = matches!(of.ty, Some(Type::UInt8 | Type::Bool) | None);
    let asks = matches!(
        name,
        "arrayFilter"
            | "arrayExists"
            | "arrayAll"
            | "arrayCount"
            | "arrayFirst"
            | "arrayLast"
            | "arrayFirstIndex"
            | "arrayLastIndex"
    );
    if asks && !condition {
        misfits.push(Misfit {
            at: Some(function.at),
            message: format!("the lambda of `{name}` says whether it is so, and this is {}", of.kind),
        });
        return Shape::unknown();
    }
    let first = || lists.first().cloned().unwrap_or(Shape::unknown());
    match name {
        "arrayMap" => of.listed(),
        "arrayFilter" | "arraySort" | "arrayReverseSort" => first(),
        "arrayFirst" | "arrayLast" => item(&first()).unwrap_or(Shape::unknown()),
        "arrayExists" | "arrayAll" => Shape::from(&Type::UInt8),
        "arrayCount" | "arrayFirstIndex" | "arrayLastIndex" => Shape::from(&Type::UInt32),
        _ => Shape::unknown(),
    }
}
