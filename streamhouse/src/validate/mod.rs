//! Rules for values: what `#[stream(validate(…))]` becomes.
//!
//! The derive writes a call of one of these functions for each rule; which of them a field's type takes is for rustc to
//! say. A type of your own takes the rules whose trait it implements: [`Ordered`] for `min`, `max` and `one_of` of numbers,
//! [`Measured`] for `length`, [`Textual`] for `regex`, `email`, `url` and `one_of` of strings. A newtype with
//! `#[derive(StreamType)]` takes those of the type in it.

#[cfg(any(feature = "chrono", feature = "time", feature = "jiff"))]
mod dates;
mod format;
mod measured;
mod ordered;
mod text;

use std::borrow::Cow;
use std::fmt::Display;
use std::sync::LazyLock;

pub use format::{is_email, is_url};
pub use measured::{Elements, Measured};
pub use ordered::{Ordered, Ordinal};
pub use text::{Textual, shown};

/// A value that breaks a rule of its event. Mend the event: the same one will break it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidationError {
    /// The field; of an element with its place, `tags[2]`. Empty where the event as a whole breaks a rule.
    pub field: Cow<'static, str>,
    /// The rule, as it is declared: `min = 0`.
    pub rule: Cow<'static, str>,
    /// The value, or what is left of a long one. `None` for a field that is marked with `pii`, and for rules of your own,
    /// whose values may have no text.
    pub value: Option<String>,
    /// What a function of your own said. `None` for a field that is marked with `pii`.
    pub message: Option<String>,
}

impl ValidationError {
    /// A value that breaks a rule.
    #[cold]
    pub fn new(field: &'static str, rule: &'static str, value: Option<String>) -> Self {
        Self { field: field.into(), rule: rule.into(), value, message: None }
    }

    /// A value that a function of the application refuses.
    #[cold]
    pub fn custom(field: &'static str, rule: &'static str, message: Option<String>) -> Self {
        Self { field: field.into(), rule: rule.into(), value: None, message }
    }

    /// The same, of a field of this name in which it is.
    #[cold]
    #[must_use]
    pub fn within(mut self, field: &str) -> Self {
        let dot = if self.field.is_empty() || self.field.starts_with('[') { "" } else { "." };
        self.field = format!("{field}{dot}{}", self.field).into();
        self
    }

    /// The same, of an element in which it is.
    #[cold]
    #[must_use]
    pub fn within_element(self, element: usize) -> Self {
        self.within(&format!("[{element}]"))
    }

    /// The same without the value, and without what a function says of it.
    #[cold]
    #[must_use]
    pub fn hidden(self) -> Self {
        Self { value: None, message: None, ..self }
    }

    /// The same of an element of the field.
    #[cold]
    #[must_use]
    pub fn at(mut self, element: usize) -> Self {
        self.field = format!("{}[{element}]", self.field).into();
        self
    }
}

impl std::error::Error for ValidationError {}

impl Display for ValidationError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.field.is_empty() {
            write!(f, "the event breaks its rule `{}`", self.rule)?;
        } else {
            match &self.value {
                Some(value) => write!(f, "field `{}`: {value} breaks the rule `{}`", self.field, self.rule)?,
                None => write!(f, "field `{}`: its value breaks the rule `{}`", self.field, self.rule)?,
            }
        }
        match &self.message {
            Some(message) => write!(f, ": {message}"),
            None => Ok(()),
        }
    }
}

/// A regular expression, compiled when it is first needed. The derive has read it already, by the same crate.
pub type Pattern = LazyLock<Option<regex_lite::Regex>>;

/// Compiles a regular expression.
pub fn pattern(text: &str) -> Option<regex_lite::Regex> {
    regex_lite::Regex::new(text).ok()
}

/// Whether a text has a place that matches. One that could not be read matches nothing.
pub fn matches(pattern: &Pattern, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}
