//! Rules for values, as a document says them.

use std::cmp::Ordering;

use serde_json::Value;
use streamhouse_schema::base64;
use streamhouse_schema::schema::{Length, Rule, Validation};
use streamhouse_schema::types::Type;
use streamhouse_schema::value::{Integer, ordinal};

use super::number;
use crate::validate::{is_email, is_url, pattern};

/// The rules of a value, ready to be applied.
#[derive(Debug, Default)]
pub(super) struct Rules {
    /// Each with what a declaration says.
    all: Vec<(String, Check)>,
    each: Option<Box<Rules>>,
}

/// No rules.
pub(super) static NONE: Rules = Rules { all: Vec::new(), each: None };

#[derive(Debug)]
enum Check {
    /// It compares like this with a limit.
    Bound(fn(Ordering) -> bool, Bound),
    Length(Length),
    OneOfTexts(Vec<String>),
    OneOfNumbers(Vec<Integer>),
    Email,
    Url,
    Pattern(regex_lite::Regex),
}

#[derive(Debug)]
enum Bound {
    Double(f64),
    Single(f32),
    Exact(Integer),
}

impl Rules {
    /// Reads the rules for values of a type; an error is the one that cannot be applied. Functions of Rust are left out.
    pub(super) fn compile(validation: &Validation, ty: &Type) -> Result<Self, String> {
        let ty = ty.inner();
        let mut all = Vec::new();
        for rule in validation.rules(ty) {
            if matches!(rule, Rule::Custom(_)) {
                continue;
            }
            let text = rule.to_string();
            match check(rule, ty) {
                Some(check) => all.push((text, check)),
                None => return Err(text),
            }
        }
        let each = match (&validation.each, ty) {
            (None, _) => None,
            (Some(each), Type::Array(inner) | Type::Map(_, inner)) => {
                Some(Box::new(Self::compile(each, inner)?))
            }
            (Some(_), _) => return Err("each".into()),
        };
        Ok(Self { all, each })
    }

    /// The rules of elements.
    pub(super) fn each(&self) -> &Rules {
        self.each.as_deref().unwrap_or(&NONE)
    }

    /// The rules that a value breaks, which its column can hold.
    pub(super) fn broken<'a>(
        &'a self,
        value: &'a Value,
        ty: &'a Type,
        binary: bool,
    ) -> impl Iterator<Item = &'a str> {
        let broken = move |(_, check): &&(String, Check)| !check.holds(value, ty, binary).unwrap_or(false);
        self.all.iter().filter(broken).map(|(rule, _)| rule.as_str())
    }

    /// The rules that a list or a map breaks.
    pub(super) fn broken_length<'a>(&'a self, value: &'a Value) -> impl Iterator<Item = &'a str> {
        let count = match value {
            Value::Array(items) => items.len(),
            Value::Object(pairs) => pairs.len(),
            _ => 0,
        };
        let broken = move |(_, check): &&(String, Check)| match check {
            Check::Length(length) => !length.holds(count as u64),
            _ => false,
        };
        self.all.iter().filter(broken).map(|(rule, _)| rule.as_str())
    }
}

fn check(rule: Rule<'_>, ty: &Type) -> Option<Check> {
    let bound = |text: &str| {
        Some(match ty {
            Type::Float64 => Bound::Double(text.parse().ok()?),
            Type::Float32 | Type::BFloat16 => Bound::Single(text.parse().ok()?),
            ty => Bound::Exact(ordinal(text, ty)?),
        })
    };
    Some(match rule {
        Rule::Min { bound: text, .. } => Check::Bound(Ordering::is_ge, bound(text)?),
        Rule::Max { bound: text, .. } => Check::Bound(Ordering::is_le, bound(text)?),
        Rule::Length(length) => Check::Length(length),
        Rule::Regex(text) => Check::Pattern(pattern(text)?),
        Rule::OneOf { values, .. } if *ty == Type::String => Check::OneOfTexts(values.to_vec()),
        Rule::OneOf { values, .. } => {
            Check::OneOfNumbers(values.iter().map(|value| ordinal(value, ty)).collect::<Option<_>>()?)
        }
        Rule::Email => Check::Email,
        Rule::Url => Check::Url,
        Rule::Custom(_) => return None,
    })
}

impl Check {
    /// Whether a value keeps the rule; `None` where the rule does not look at such values.
    fn holds(&self, value: &Value, ty: &Type, binary: bool) -> Option<bool> {
        Some(match self {
            Check::Bound(right, Bound::Double(bound)) => {
                number::double(value)?.partial_cmp(bound).is_some_and(right)
            }
            Check::Bound(right, Bound::Single(bound)) => {
                number::single(value)?.partial_cmp(bound).is_some_and(right)
            }
            Check::Bound(right, Bound::Exact(bound)) => right(exact(value, ty)?.cmp(bound)),
            Check::Length(length) => {
                let text = value.as_str()?;
                let count = if binary { base64::decode(text)?.len() } else { text.chars().count() };
                length.holds(count as u64)
            }
            Check::OneOfTexts(texts) => texts.iter().any(|text| Some(text.as_str()) == value.as_str()),
            Check::OneOfNumbers(numbers) => numbers.contains(&exact(value, ty)?),
            Check::Email => is_email(value.as_str()?),
            Check::Url => is_url(value.as_str()?),
            Check::Pattern(pattern) => pattern.is_match(value.as_str()?),
        })
    }
}

/// The number that a value stands for in its column's own unit.
fn exact(value: &Value, ty: &Type) -> Option<Integer> {
    match (value, ty) {
        (value, Type::Decimal { precision, .. }) => ordinal(&number::decimal(value, *precision)?, ty),
        (Value::Number(number), ty) => ordinal(&number::whole(number)?, ty),
        (Value::String(text), ty) => ordinal(text, ty),
        _ => None,
    }
}
