//! Rules for the values of a column.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::types::Type;

/// What the values of a column have to be, beside being of its type. Limits are kept as they are written: numbers as
/// digits, days and moments as text; the type says how they are read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Validation {
    /// The least value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<String>,
    /// The greatest value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<String>,
    /// How many characters, bytes, elements or pairs it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<Length>,
    /// What is found in its text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regex: Option<String>,
    /// The only values; any where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub one_of: Vec<String>,
    /// It is an address of electronic mail.
    #[serde(skip_serializing_if = "is_false")]
    pub email: bool,
    /// It is a URL.
    #[serde(skip_serializing_if = "is_false")]
    pub url: bool,
    /// The path of a Rust function that looks at it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom: Option<String>,
    /// What holds for each element of a list, and for each value of a map.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub each: Option<Box<Validation>>,
}

/// How long a value is: characters of a text, bytes of a binary value, elements of a list, pairs of a map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Length {
    /// At least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<u64>,
    /// At most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<u64>,
}

impl Length {
    /// Whether so many are right.
    pub fn holds(self, count: u64) -> bool {
        self.min.is_none_or(|min| count >= min) && self.max.is_none_or(|max| count <= max)
    }
}

fn is_false(value: &bool) -> bool {
    !value
}

/// One rule; as text, what a declaration says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of `Validation`")]
pub enum Rule<'a> {
    Min { bound: &'a str, quoted: bool },
    Max { bound: &'a str, quoted: bool },
    Length(Length),
    Regex(&'a str),
    OneOf { values: &'a [String], quoted: bool },
    Email,
    Url,
    Custom(&'a str),
}

impl Validation {
    /// Whether there is no rule.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The rules for a value of this type, in the order in which they are applied; those of [`each`](Self::each) are not
    /// among them.
    pub fn rules(&self, ty: &Type) -> impl Iterator<Item = Rule<'_>> {
        let quoted = matches!(
            ty.inner(),
            Type::String
                | Type::Date
                | Type::Date32
                | Type::DateTime(_)
                | Type::DateTime64 { .. }
                | Type::Time
                | Type::Time64(_)
        );
        let one_of =
            (!self.one_of.is_empty()).then_some(Rule::OneOf { values: self.one_of.as_slice(), quoted });
        let all = [
            self.min.as_deref().map(|bound| Rule::Min { bound, quoted }),
            self.max.as_deref().map(|bound| Rule::Max { bound, quoted }),
            self.length.map(Rule::Length),
            one_of,
            self.email.then_some(Rule::Email),
            self.url.then_some(Rule::Url),
            self.regex.as_deref().map(Rule::Regex),
            self.custom.as_deref().map(Rule::Custom),
        ];
        all.into_iter().flatten()
    }

    /// The functions that only Rust can call, also those of elements.
    pub fn customs(&self) -> Vec<&str> {
        let inner = self.each.iter().flat_map(|each| each.customs());
        self.custom.as_deref().into_iter().chain(inner).collect()
    }
}

impl fmt::Display for Rule<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let literal = |text: &str, quoted: bool| if quoted { format!("{text:?}") } else { text.to_string() };
        match self {
            Rule::Min { bound, quoted } => write!(f, "min = {}", literal(bound, *quoted)),
            Rule::Max { bound, quoted } => write!(f, "max = {}", literal(bound, *quoted)),
            Rule::Length(Length { min: Some(min), max: Some(max) }) if min == max => {
                write!(f, "length = {min}")
            }
            Rule::Length(Length { min, max }) => {
                let min = min.map(|min| format!("min = {min}"));
                let max = max.map(|max| format!("max = {max}"));
                write!(f, "length({})", min.into_iter().chain(max).collect::<Vec<_>>().join(", "))
            }
            Rule::Regex(pattern) => write!(f, "regex = {pattern:?}"),
            Rule::OneOf { values, quoted } => {
                let values: Vec<String> = values.iter().map(|value| literal(value, *quoted)).collect();
                write!(f, "one_of({})", values.join(", "))
            }
            Rule::Email => f.write_str("email"),
            Rule::Url => f.write_str("url"),
            Rule::Custom(path) => write!(f, "custom = {path}"),
        }
    }
}
