//! Rules for values, as they are written.

use proc_macro2::Span;

use super::declaration::At;
use crate::expr::Literal;
use crate::schema::{Length, Validation};

/// What `validate(…)` says of a field, or `each(…)` of its elements.
#[derive(Clone, Default)]
pub struct Rules {
    /// The least value.
    pub min: Option<At<Literal>>,
    /// The greatest value.
    pub max: Option<At<Literal>>,
    /// How long it is.
    pub length: Option<At<Length>>,
    /// What is found in its text.
    pub regex: Option<At<String>>,
    /// The only values.
    pub one_of: Option<At<Vec<At<Literal>>>>,
    /// It is an address of electronic mail.
    pub email: Option<Span>,
    /// It is a URL.
    pub url: Option<Span>,
    /// A function that looks at it.
    pub custom: Option<At<syn::Path>>,
    /// The rules of its elements.
    pub each: Option<At<Box<Rules>>>,
}

impl Rules {
    /// The rules without places.
    pub fn strip(&self) -> Validation {
        let bound = |bound: &Option<At<Literal>>| bound.as_ref().map(|at| written(&at.value));
        Validation {
            min: bound(&self.min),
            max: bound(&self.max),
            length: self.length.as_ref().map(|at| at.value),
            regex: self.regex.as_ref().map(|at| at.value.clone()),
            one_of: self
                .one_of
                .iter()
                .flat_map(|at| at.value.iter().map(|value| written(&value.value)))
                .collect(),
            email: self.email.is_some(),
            url: self.url.is_some(),
            custom: self.custom.as_ref().map(|at| path_text(&at.value)),
            each: self.each.as_ref().map(|at| Box::new(at.value.strip())),
        }
    }
}

/// A limit as it is kept: digits, or text.
fn written(literal: &Literal) -> String {
    match literal {
        Literal::Number(text) | Literal::Text(text) => text.clone(),
        Literal::Bool(value) => value.to_string(),
        Literal::Null => "NULL".into(),
    }
}

/// A path as it is written: `shop::check`.
pub fn path_text(path: &syn::Path) -> String {
    let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    let leading = if path.leading_colon.is_some() { "::" } else { "" };
    format!("{leading}{}", segments.join("::"))
}
