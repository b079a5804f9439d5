//! What aggregate functions yield, with what may follow their names.

use crate::engine;
use crate::expr::{Expr, Literal, Shape, shape};
use crate::expr::{Expr as Tree, Name};
use crate::types::{Aggregate, Type, aggregate_function};

/// The type of a call, where it is known.
pub(super) fn yields(function: &str, parameters: &[Expr], arguments: &[Type]) -> Option<Type> {
    // A state of values that lie in a dictionary is one of the values.
    let arguments: Vec<Type> = arguments.iter().map(without_dictionary).collect();
    of(function, parameters, &arguments)
}

fn of(function: &str, parameters: &[Expr], arguments: &[Type]) -> Option<Type> {
    if let Some(base) = function.strip_suffix("SimpleState").filter(|base| is_aggregate(base)) {
        let value = of(base, parameters, arguments)?;
        return Some(Type::SimpleAggregateFunction(Box::new(aggregate(base, parameters, &[value])?)));
    }
    if let Some(base) = function.strip_suffix("MergeState").filter(|base| is_aggregate(base)) {
        let [state] = arguments else { return None };
        return state_of(base, state).map(|_| state.clone());
    }
    if let Some(base) = function.strip_suffix("State").filter(|base| is_aggregate(base)) {
        return Some(Type::AggregateFunction(Box::new(aggregate(base, parameters, arguments)?)));
    }
    if let Some(base) = function.strip_suffix("Merge").filter(|base| is_aggregate(base)) {
        let [state] = arguments else { return None };
        let state = state_of(base, state)?;
        // Parameters change which value it is, and not its type.
        return of(base, &[], &state.arguments).or_else(|| of(base, parameters, &state.arguments));
    }
    if let Some(base) = function.strip_suffix("OrNull").filter(|base| is_aggregate(base)) {
        let value = of(base, parameters, arguments)?;
        return Some(if value.is_nullable() { value } else { Type::Nullable(Box::new(value)) });
    }
    for suffix in ["OrDefault", "Distinct"] {
        if let Some(base) = function.strip_suffix(suffix).filter(|base| is_aggregate(base)) {
            return of(base, parameters, arguments);
        }
    }
    if let Some(base) = function.strip_suffix("If").filter(|base| is_aggregate(base)) {
        let (_, values) = arguments.split_last()?;
        return of(base, parameters, values);
    }
    if let Some(base) = function.strip_suffix("Array").filter(|base| is_aggregate(base)) {
        let items: Option<Vec<Type>> = arguments.iter().map(item).collect();
        return of(base, parameters, &items?);
    }
    if let Some(base) = function.strip_suffix("ForEach").filter(|base| is_aggregate(base)) {
        let items: Option<Vec<Type>> = arguments.iter().map(item).collect();
        return Some(Type::Array(Box::new(of(base, parameters, &items?)?)));
    }
    if let (Some(base), [Type::Map(key, value)]) = (function.strip_suffix("Map"), arguments)
        && is_aggregate(base)
    {
        return Some(Type::Map(key.clone(), Box::new(of(base, parameters, &[(**value).clone()])?)));
    }
    plain(aggregate_function(function).as_deref().unwrap_or(function), arguments)
}

fn is_aggregate(name: &str) -> bool {
    engine::function(name).is_some_and(|known| known.aggregate)
}

fn item(list: &Type) -> Option<Type> {
    match list {
        Type::Array(item) => Some((**item).clone()),
        _ => None,
    }
}

/// The aggregate function of a state, where it is this one.
fn state_of<'t>(function: &str, state: &'t Type) -> Option<&'t Aggregate> {
    match state {
        Type::AggregateFunction(aggregate)
            if Some(&aggregate.function) == aggregate_function(function).as_ref() =>
        {
            Some(aggregate)
        }
        _ => None,
    }
}

fn aggregate(function: &str, parameters: &[Expr], arguments: &[Type]) -> Option<Aggregate> {
    let parameters: Option<Vec<String>> = parameters
        .iter()
        .map(|parameter| match parameter {
            Expr::Literal(Literal::Number(_) | Literal::Text(_), ()) => Some(crate::sql::expr(parameter)),
            _ => None,
        })
        .collect();
    let text = Aggregate {
        version: None,
        function: function.to_string(),
        parameters: parameters?,
        arguments: arguments.to_vec(),
    };
    // Read once more, so that it has the form that the engine prints.
    match Type::AggregateFunction(Box::new(text)).to_string().parse() {
        Ok(Type::AggregateFunction(aggregate)) => Some(*aggregate),
        _ => None,
    }
}

/// Functions without anything behind their names.
fn plain(function: &str, arguments: &[Type]) -> Option<Type> {
    let first = arguments.first();
    match function {
        "count" | "uniq" | "uniqExact" | "uniqCombined" | "uniqCombined64" | "uniqHLL12" | "uniqTheta" => {
            Some(Type::UInt64)
        }
        "min" | "max" | "any" | "anyLast" | "anyHeavy" => first.cloned(),
        "argMin" | "argMax" => first.filter(|_| arguments.len() == 2).cloned(),
        "groupArray" | "groupUniqArray" | "groupArraySorted" => {
            Some(Type::Array(Box::new(first?.inner().clone())))
        }
        "stddevPop" | "stddevSamp" | "varPop" | "varSamp" => {
            shape_of("avg", arguments).map(|ty| or_null(Type::Float64, ty.is_nullable()))
        }
        "sum" | "avg" => shape_of(function, arguments),
        "quantile" if first.is_some_and(is_moment) => first.cloned(),
        "quantile" => shape_of(function, arguments),
        _ => None,
    }
}

fn is_moment(ty: &Type) -> bool {
    matches!(ty.inner(), Type::DateTime(_) | Type::DateTime64 { .. } | Type::Date)
}

/// What the function yields by what is known of expressions.
fn shape_of(function: &str, arguments: &[Type]) -> Option<Type> {
    let columns: Vec<Tree> =
        (0..arguments.len()).map(|at| Tree::Column(Name { text: at.to_string(), at: () })).collect();
    let call = Tree::Call {
        function: Name { text: function.to_string(), at: () },
        parameters: Vec::new(),
        arguments: columns,
    };
    let mut misfits = Vec::new();
    let found = |name: &str| arguments.get(name.parse::<usize>().ok()?).map(Shape::from);
    let shape = shape(&call, &found, &mut misfits);
    shape.whole().filter(|_| misfits.is_empty())
}

fn or_null(ty: Type, nullable: bool) -> Type {
    if nullable { Type::Nullable(Box::new(ty)) } else { ty }
}

fn without_dictionary(ty: &Type) -> Type {
    match ty {
        Type::LowCardinality(inner) => (**inner).clone(),
        other => other.clone(),
    }
}
