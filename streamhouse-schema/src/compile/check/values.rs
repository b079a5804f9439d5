//! Rules for values: whether they can be applied to a field at all, and whether any value meets them.

use std::cmp::Ordering;

use proc_macro2::Span;

use super::super::declaration::{At, Field};
use super::super::validation::Rules;
use crate::diagnostic::Diagnostics;
use crate::expr::{Expr, Literal};
use crate::schema::{Length, Rule};
use crate::types::Type;
use crate::value;

/// Digits of the limits of a Decimal: as many as every decimal type of Rust has.
const DECIMAL_DIGITS: usize = 28;

/// What is said of a value can be said of its type.
pub(super) fn fit(fields: &[Field], diagnostics: &mut Diagnostics) {
    for field in fields {
        if let Some(rules) = &field.rules {
            fit_rules(rules, &field.ty, field, diagnostics);
        }
    }
}

fn fit_rules(rules: &Rules, ty: &Type, field: &Field, diagnostics: &mut Diagnostics) {
    let inner = ty.inner();
    let mut misfit = |span: Span, message: String, help: &str| {
        diagnostics.error("SH0420", span, message, help);
    };
    let text = matches!(inner, Type::String);
    for bound in [&rules.min, &rules.max].into_iter().flatten() {
        if !is_ordered(inner) {
            let help = match inner {
                Type::String | Type::Map(..) | Type::Nested(_) => {
                    "to limit how long it is, write `length(min = 1, max = 20)`"
                }
                Type::Array(_) => {
                    "to limit each element, write `each(min = …)`; to limit how many there are, `length(max = 20)`"
                }
                _ => "`min` and `max` are for numbers, days and moments; `custom = …` takes any value",
            };
            misfit(bound.span, format!("{inner} has no least and greatest value to compare with"), help);
        }
    }
    if let Some(length) = &rules.length
        && !matches!(inner, Type::String | Type::Array(_) | Type::Map(..) | Type::Nested(_))
    {
        let help = match inner {
            Type::FixedString(_) => "its values are all of this length already",
            _ => "`length` is for strings, bytes, lists and maps; numbers have `min` and `max`",
        };
        misfit(length.span, format!("{inner} has no length"), help);
    }
    let textual = [
        rules.regex.as_ref().map(|at| ("regex = …", at.span)),
        rules.email.map(|span| ("email", span)),
        rules.url.map(|span| ("url", span)),
    ];
    for (rule, span) in textual.into_iter().flatten() {
        if !text {
            let help = match inner {
                Type::Array(_) | Type::Map(..) => format!("for each element, write `each({rule})`"),
                _ => "it is for strings; `custom = …` takes any value".to_string(),
            };
            misfit(span, format!("`{rule}` looks at text, which {inner} is not"), &help);
        } else if field.binary {
            let help = "make the field a `String`, or look at the bytes with `custom = …`";
            misfit(span, format!("`{rule}` looks at text, and these are bytes"), help);
        }
    }
    if let Some(one_of) = &rules.one_of {
        let integer = value::integer_form(inner).is_some();
        if field.binary && text {
            let help = "make the field a `String`, or look at the bytes with `custom = …`";
            misfit(one_of.span, "`one_of` looks at text, and these are bytes".into(), help);
        } else if !text && !integer {
            let help = match inner {
                Type::Enum { .. } => "an enumeration says so by itself",
                _ => "`one_of` is for strings and whole numbers; `custom = …` takes any value",
            };
            misfit(one_of.span, format!("`one_of` does not look at values of {inner}"), help);
        }
    }
    match (&rules.each, inner) {
        (None, _) => {}
        (Some(each), Type::Array(element)) => fit_rules(&each.value, element, field, diagnostics),
        (Some(each), Type::Map(_, value)) => fit_rules(&each.value, value, field, diagnostics),
        (Some(each), _) => {
            let help = match inner {
                Type::Nested(_) => "its rows have several values: look at them with `custom = …`",
                _ => "`each` is for lists and maps; write the rules without it",
            };
            misfit(each.span, format!("{inner} has no elements"), help);
        }
    }
}

/// What has an order that people limit values by.
fn is_ordered(ty: &Type) -> bool {
    value::integer_form(ty).is_some()
        || matches!(
            ty,
            Type::Float32
                | Type::Float64
                | Type::BFloat16
                | Type::Decimal { .. }
                | Type::Date
                | Type::Date32
                | Type::DateTime(_)
                | Type::DateTime64 { .. }
                | Type::Time
                | Type::Time64(_)
        )
}

/// The rules of every field and of what is in it, with the type that they are for.
pub(super) fn each_rules(fields: &[Field]) -> Vec<(&Rules, &Type)> {
    let mut all = Vec::new();
    for field in fields {
        let mut next = field.rules.as_ref().map(|rules| (rules, field.ty.inner()));
        while let Some((rules, ty)) = next {
            all.push((rules, ty));
            next = match (&rules.each, ty) {
                (Some(each), Type::Array(element)) => Some((&*each.value, element.inner())),
                (Some(each), Type::Map(_, value)) => Some((&*each.value, value.inner())),
                _ => None,
            };
        }
    }
    all
}

/// A limit is a value that the column can hold; one that it cannot hold would never be reached, or never be met.
pub(super) fn limits_are_values(fields: &[Field], diagnostics: &mut Diagnostics) {
    for (rules, ty) in each_rules(fields) {
        for bound in [&rules.min, &rules.max].into_iter().flatten() {
            if is_ordered(ty) && ordinal(&bound.value, ty).is_none() {
                let message = format!("the column is {ty}, which this limit is not");
                diagnostics.error("SH0421", bound.span, message, form(ty));
            }
        }
    }
}

/// Some value lies between the limits.
pub(super) fn some_value_is_left(fields: &[Field], diagnostics: &mut Diagnostics) {
    for (rules, ty) in each_rules(fields) {
        if let (Some(min), Some(max)) = (&rules.min, &rules.max)
            && let (Some(least), Some(greatest)) = (ordinal(&min.value, ty), ordinal(&max.value, ty))
            && least > greatest
        {
            let help = "no value is both; the lesser one is `min`";
            diagnostics.error("SH0422", min.span, "`min` is above `max`", help);
        }
        if let Some(At { value: Length { min: Some(min), max: Some(max) }, span }) = rules.length
            && min > max
        {
            let help = format!("nothing is that long; write `length(min = {max}, max = {min})`");
            diagnostics.error("SH0422", span, "the least length is above the greatest", help);
        }
    }
}

/// A list of values has values, each once, and the column can hold them.
pub(super) fn lists_of_values(fields: &[Field], diagnostics: &mut Diagnostics) {
    for (rules, ty) in each_rules(fields) {
        let Some(one_of) = &rules.one_of else { continue };
        if one_of.value.is_empty() {
            let help = "write the values: `one_of(\"EUR\", \"USD\")`";
            diagnostics.error("SH0424", one_of.span, "no value is one of none", help);
        }
        for (at, value) in one_of.value.iter().enumerate() {
            if !is_listed(&value.value, ty) {
                let message = format!("the column is {ty}, which this value is not");
                diagnostics.error("SH0424", value.span, message, form(ty));
            } else if one_of.value[..at].iter().any(|earlier| earlier.value == value.value) {
                diagnostics.error("SH0424", value.span, "this value is given twice", "keep one of them");
            }
        }
    }
}

/// Types of which there are no such lists are reported as such.
fn is_listed(literal: &Literal, ty: &Type) -> bool {
    match ty {
        Type::String => matches!(literal, Literal::Text(_)),
        ty if value::integer_form(ty).is_some() => ordinal(literal, ty).is_some(),
        _ => true,
    }
}

/// A default keeps the rules, where it is a literal: a builder that fills it in would give no event.
pub(super) fn defaults_keep_rules(fields: &[Field], diagnostics: &mut Diagnostics) {
    for field in fields {
        let (Some(rules), Some(default)) = (&field.rules, &field.default) else { continue };
        let Expr::Literal(value @ (Literal::Number(_) | Literal::Text(_)), _) = &default.value else {
            continue;
        };
        let ty = field.ty.inner();
        let validation = rules.strip();
        if let Some(rule) = validation.rules(ty).find(|rule| !keeps(value, *rule, ty, field.binary)) {
            diagnostics.error(
                "SH0425",
                default.span,
                format!("the default breaks the field's rule `{rule}`"),
                "an event that leaves the field out would be refused: change one of the two",
            );
        }
    }
}

/// Whether a literal keeps a rule; where only the program can say so, it may.
fn keeps(value: &Literal, rule: Rule<'_>, ty: &Type, binary: bool) -> bool {
    let compares = |bound: &str, right: fn(Ordering) -> bool| {
        let bound = match value {
            Literal::Number(_) => Literal::Number(bound.to_string()),
            _ => Literal::Text(bound.to_string()),
        };
        match (ordinal(value, ty), ordinal(&bound, ty)) {
            (Some(value), Some(bound)) => right(value.cmp(&bound)),
            _ => true,
        }
    };
    match (rule, value) {
        // A moment without a zone is in that of the column in a default, and in UTC in a limit.
        (_, Literal::Text(_)) if matches!(ty, Type::DateTime(_) | Type::DateTime64 { .. }) => true,
        (Rule::Min { bound, .. }, _) => compares(bound, Ordering::is_ge),
        (Rule::Max { bound, .. }, _) => compares(bound, Ordering::is_le),
        (Rule::Length(length), Literal::Text(text)) => {
            let count = if binary { text.len() } else { text.chars().count() };
            length.holds(count as u64)
        }
        (Rule::OneOf { values, .. }, Literal::Text(text)) => values.contains(text),
        (Rule::OneOf { values, .. }, _) => values.iter().any(|value| compares(value, Ordering::is_eq)),
        (Rule::Regex(pattern), Literal::Text(text)) => {
            regex_lite::Regex::new(pattern).map_or(true, |pattern| pattern.is_match(text))
        }
        _ => true,
    }
}

/// A limit as a number that can be compared; floats by their bits.
fn ordinal(literal: &Literal, ty: &Type) -> Option<value::Integer> {
    match (literal, ty) {
        (Literal::Number(digits), Type::Float64) => float(digits.parse().ok()?),
        (Literal::Number(digits), Type::Float32 | Type::BFloat16) => {
            float(digits.parse::<f32>().ok()?.into())
        }
        (Literal::Number(digits), Type::Decimal { .. }) => {
            let short = digits.bytes().filter(u8::is_ascii_digit).count() <= DECIMAL_DIGITS;
            short.then(|| value::ordinal(digits, ty))?
        }
        (Literal::Number(digits), ty) if value::integer_form(ty).is_some() => value::ordinal(digits, ty),
        (Literal::Text(text), ty) if value::integer_form(ty).is_none() => value::ordinal(text, ty),
        _ => None,
    }
}

/// The order of finite floats is that of their bits, once those of negative ones are turned around.
fn float(number: f64) -> Option<value::Integer> {
    let bits = (number + 0.0).to_bits() as i64;
    let key = if bits < 0 { i64::MIN.wrapping_sub(bits) } else { bits };
    number.is_finite().then(|| key.into())
}

/// A value of the type, as it is written in a rule.
fn form(ty: &Type) -> String {
    match ty {
        Type::String => "write a string: \"EUR\"".into(),
        Type::Float32 | Type::Float64 | Type::BFloat16 => "write a number: 0.5".into(),
        Type::Decimal { precision, scale } => format!(
            "write a number of at most {} digits, and {scale} after the point",
            DECIMAL_DIGITS.min(usize::from(precision - scale))
        ),
        Type::Date | Type::Date32 => "write a day: \"2024-02-29\"".into(),
        Type::DateTime(_) | Type::DateTime64 { .. } => {
            "write a moment in UTC: \"2024-02-29 12:00:00\", or a day alone".into()
        }
        Type::Time | Type::Time64(_) => "write a time of day or a span: \"08:30:00\"".into(),
        ty => format!("write a whole number in the range of {ty}, without quotes"),
    }
}
