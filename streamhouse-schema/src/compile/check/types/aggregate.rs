//! Aggregate functions within types: that there are such, and what they take.

use proc_macro2::Span;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::near::nearest;
use crate::types::{Aggregate, Type, aggregate_function, aggregate_names};

/// What a function takes, as far as it is known here: what it is called, the values, and how many parameters.
struct Known {
    names: &'static [&'static str],
    takes: Takes,
    parameters: std::ops::RangeInclusive<usize>,
}

#[derive(Clone, Copy)]
enum Takes {
    /// One value at most.
    Optional,
    /// One value.
    One,
    /// One value that can be told greater and less.
    Ordered,
    /// One number; a date is none.
    Sum,
    /// One number or date.
    Number,
    /// One integer.
    Bits,
    /// A number and its weight.
    Weighted,
    /// A value, and one by which it is chosen.
    Chosen,
    /// Two numbers.
    Pair,
    /// One value or several.
    Many,
}

const fn known(
    names: &'static [&'static str],
    takes: Takes,
    parameters: std::ops::RangeInclusive<usize>,
) -> Known {
    Known { names, takes, parameters }
}

/// The most parameters that anything is said to take.
const ANY_NUMBER: usize = usize::MAX;

const KNOWN: &[Known] = &[
    known(&["count"], Takes::Optional, 0..=0),
    known(&["any", "anyLast", "anyHeavy", "any_respect_nulls", "anyLast_respect_nulls"], Takes::One, 0..=0),
    known(&["groupArray", "groupUniqArray"], Takes::One, 0..=1),
    known(&["groupArrayLast", "groupArraySorted"], Takes::One, 1..=1),
    known(&["groupArraySample"], Takes::One, 1..=2),
    known(&["topK"], Takes::One, 0..=3),
    known(&["min", "max"], Takes::Ordered, 0..=0),
    known(&["sum", "sumWithOverflow", "sumKahan", "sumCount"], Takes::Sum, 0..=0),
    known(
        &[
            "avg",
            "stddevPop",
            "stddevSamp",
            "varPop",
            "varSamp",
            "skewPop",
            "skewSamp",
            "kurtPop",
            "kurtSamp",
        ],
        Takes::Number,
        0..=0,
    ),
    known(
        &[
            "quantile",
            "quantileBFloat16",
            "quantileExact",
            "quantileExactExclusive",
            "quantileExactHigh",
            "quantileExactInclusive",
            "quantileExactLow",
            "quantileTDigest",
            "quantileTiming",
        ],
        Takes::Number,
        0..=1,
    ),
    known(
        &[
            "quantiles",
            "quantilesBFloat16",
            "quantilesExact",
            "quantilesExactExclusive",
            "quantilesExactHigh",
            "quantilesExactInclusive",
            "quantilesExactLow",
            "quantilesTDigest",
            "quantilesTiming",
        ],
        Takes::Number,
        1..=ANY_NUMBER,
    ),
    known(&["histogram"], Takes::Number, 1..=1),
    known(&["groupBitAnd", "groupBitOr", "groupBitXor", "groupBitmap"], Takes::Bits, 0..=0),
    known(&["avgWeighted"], Takes::Weighted, 0..=0),
    known(
        &[
            "quantileExactWeighted",
            "quantileTDigestWeighted",
            "quantileTimingWeighted",
            "quantileDeterministic",
        ],
        Takes::Weighted,
        0..=1,
    ),
    known(&["argMin", "argMax"], Takes::Chosen, 0..=0),
    known(&["corr", "covarPop", "covarSamp", "simpleLinearRegression"], Takes::Pair, 0..=0),
    known(&["uniq", "uniqExact", "uniqHLL12", "uniqTheta"], Takes::Many, 0..=0),
    known(&["uniqCombined", "uniqCombined64"], Takes::Many, 0..=1),
];

/// The function is one of ClickHouse's, and gets what it takes.
pub(super) fn fits(ty: &Type, of: &Aggregate, span: Span, diagnostics: &mut Diagnostics) {
    let name = of.function.as_str();
    if aggregate_function(name).is_none() {
        let names: Vec<&str> = aggregate_names().collect();
        let near = nearest(name, &names);
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "see <https://clickhouse.com/docs/sql-reference/aggregate-functions/reference>".into(),
        };
        let message = format!("ClickHouse has no aggregate function `{name}`");
        diagnostics.push(Diagnostic::error("SH0040", span, message, help).replacement(name, near));
        return;
    }
    let mut arguments = &of.arguments[..];
    let mut base = name;
    if let Some(before) = name.strip_suffix("If").filter(|before| aggregate_function(before).is_some()) {
        let Some((condition, values)) = arguments.split_last() else {
            return wrong(ty, span, format!("`{name}` takes a condition last: `UInt8`"), diagnostics);
        };
        if is_text_or_more(condition) {
            return wrong(
                ty,
                span,
                format!("the condition of `{name}`, its last value, is `UInt8`"),
                diagnostics,
            );
        }
        (base, arguments) = (before, values);
    }
    let Some(known) = KNOWN.iter().find(|known| known.names.contains(&base)) else { return };
    if let Some(what) = known.takes.misses(arguments) {
        return wrong(ty, span, format!("`{base}` takes {what}"), diagnostics);
    }
    if !known.parameters.contains(&of.parameters.len()) {
        let (least, most) = (*known.parameters.start(), *known.parameters.end());
        let many = match (least, most) {
            (0, 0) => format!("`{base}` takes no parameters"),
            (least, ANY_NUMBER) => format!("`{base}` takes at least {least} parameter: `{base}(0.5)`"),
            (least, most) if least == most => format!("`{base}` takes {least} parameter: `{base}(10)`"),
            (least, most) => format!("`{base}` takes {least} to {most} parameters"),
        };
        return wrong(ty, span, many, diagnostics);
    }
    let level = |parameter: &String| parameter.parse::<f64>().is_ok_and(|level| (0.0..=1.0).contains(&level));
    if base.starts_with("quantile") && !of.parameters.iter().all(level) {
        wrong(ty, span, format!("the level of `{base}` is from 0 to 1"), diagnostics);
    }
}

fn wrong(ty: &Type, span: Span, help: String, diagnostics: &mut Diagnostics) {
    diagnostics.error("SH0040", span, format!("ClickHouse has no {ty}"), help);
}

impl Takes {
    /// What it takes, where that is not what it gets.
    fn misses(self, given: &[Type]) -> Option<&'static str> {
        let (fits, what) = match (self, given) {
            (Takes::Optional, given) => (given.len() <= 1, "one value, or none"),
            (Takes::One, given) => (given.len() == 1, "one value"),
            (Takes::Ordered, [value]) => (!value.any(&is_mixed), "a value that can be told greater and less"),
            (Takes::Ordered, _) => (false, "one value"),
            (Takes::Sum, [value]) => (!is_text_or_more(value) && !is_date(value), "a number"),
            (Takes::Sum, _) => (false, "one number"),
            (Takes::Number, [value]) => (!is_text_or_more(value), "a number"),
            (Takes::Number, _) => (false, "one number"),
            (Takes::Bits, [value]) => (!is_text_or_more(value) && !is_float(value), "an integer"),
            (Takes::Bits, _) => (false, "one integer"),
            (Takes::Weighted, [value, weight]) => {
                (!is_text_or_more(value) && !is_text_or_more(weight), "a number and its weight")
            }
            (Takes::Weighted, _) => (false, "a number and its weight"),
            (Takes::Chosen, [_, by]) => {
                (!by.any(&is_mixed), "a value, and one that can be told greater and less")
            }
            (Takes::Chosen, _) => (false, "two values: what is kept, and what it is chosen by"),
            (Takes::Pair, [one, other]) => (!is_text_or_more(one) && !is_text_or_more(other), "two numbers"),
            (Takes::Pair, _) => (false, "two numbers"),
            (Takes::Many, given) => (!given.is_empty(), "at least one value"),
        };
        (!fits).then_some(what)
    }
}

/// Values of more than one type, states, and vectors.
fn is_mixed(ty: &Type) -> bool {
    matches!(ty, Type::Variant(_) | Type::Dynamic(_) | Type::AggregateFunction(_) | Type::QBit(_))
}

/// What is no number and no date.
fn is_text_or_more(ty: &Type) -> bool {
    matches!(
        ty.inner(),
        Type::String
            | Type::FixedString(_)
            | Type::Uuid
            | Type::Array(_)
            | Type::Map(..)
            | Type::Tuple(_)
            | Type::Json(_)
            | Type::Variant(_)
            | Type::Dynamic(_)
            | Type::QBit(_)
            | Type::AggregateFunction(_)
    )
}

fn is_date(ty: &Type) -> bool {
    matches!(ty.inner(), Type::Date | Type::Date32 | Type::DateTime(_) | Type::DateTime64 { .. })
}

fn is_float(ty: &Type) -> bool {
    matches!(ty.inner(), Type::Float32 | Type::Float64 | Type::BFloat16 | Type::Decimal { .. })
}
