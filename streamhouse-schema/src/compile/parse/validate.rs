//! `validate(min = 0, length(max = 20), …)`.

use proc_macro2::{Span, TokenStream};

use super::super::attr::{Item, Value, item, split};
use super::super::declaration::At;
use super::super::tokens::value;
use super::super::validation::Rules;
use super::container::{first_span, path, string};
use crate::diagnostic::Diagnostics;
use crate::expr::{Expr, Literal};
use crate::near::nearest;
use crate::schema::Length;

const RULES: &[&str] = &["min", "max", "length", "regex", "one_of", "email", "url", "custom", "each"];

/// What each rule looks like.
const FORMS: &[(&str, &str)] = &[
    ("min", "min = 0"),
    ("max", "max = 100"),
    ("length", "length = 3` or `length(min = 1, max = 20)"),
    ("regex", "regex = \"^[A-Z]{3}$\""),
    ("one_of", "one_of(\"EUR\", \"USD\")"),
    ("email", "email"),
    ("url", "url"),
    ("custom", "custom = path::of::a::function"),
    ("each", "each(length(max = 20))"),
];

/// The rules of a list.
pub(super) fn rules(tokens: TokenStream, span: Span, diagnostics: &mut Diagnostics) -> Rules {
    let mut rules = Rules::default();
    if tokens.is_empty() {
        let help = format!("the rules are {}", RULES.join(", "));
        diagnostics.error("SH0001", span, "the list of rules is empty", help);
    }
    for item in named(tokens, RULES, "rule", diagnostics) {
        rule(item, &mut rules, diagnostics);
    }
    rules
}

/// The entries of a list, without those whose name is unknown or stands twice, which are reported.
fn named(
    tokens: TokenStream,
    known: &[&'static str],
    what: &str,
    diagnostics: &mut Diagnostics,
) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    for tokens in split(tokens) {
        let Some(item) = item(tokens, diagnostics) else { continue };
        if !known.contains(&item.key.as_str()) {
            let help = match nearest(&item.key, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("valid here: {}", known.join(", ")),
            };
            diagnostics.error("SH0002", item.span, format!("unknown {what} `{}`", item.key), help);
        } else if items.iter().any(|earlier| earlier.key == item.key) {
            let message = format!("`{}` is given twice", item.key);
            diagnostics.error("SH0003", item.span, message, "keep one of them");
        } else {
            items.push(item);
        }
    }
    items
}

fn rule(item: Item, rules: &mut Rules, diagnostics: &mut Diagnostics) {
    let span = item.span;
    match (item.key.as_str(), item.value) {
        ("min", Value::Assigned(tokens)) => rules.min = literal(tokens, span, diagnostics),
        ("max", Value::Assigned(tokens)) => rules.max = literal(tokens, span, diagnostics),
        ("length", Value::Assigned(tokens)) => {
            rules.length = count(tokens, span, diagnostics).map(|exactly| At {
                value: Length { min: Some(exactly.value), max: Some(exactly.value) },
                span: exactly.span,
            });
        }
        ("length", Value::List(tokens)) => rules.length = length(tokens, span, diagnostics),
        ("regex", Value::Assigned(tokens)) => rules.regex = string(tokens, "regex", span, diagnostics),
        ("one_of", Value::List(tokens)) => {
            let values: Vec<_> = split(tokens)
                .into_iter()
                .filter_map(|tokens| literal(tokens.into_iter().collect(), span, diagnostics))
                .collect();
            rules.one_of = Some(At { value: values, span });
        }
        ("email", Value::Flag) => rules.email = Some(span),
        ("url", Value::Flag) => rules.url = Some(span),
        ("custom", Value::Assigned(tokens)) => rules.custom = function(tokens, span, diagnostics),
        ("each", Value::List(tokens)) => {
            let inner = self::rules(tokens, span, diagnostics);
            rules.each = Some(At { value: Box::new(inner), span });
        }
        (_, Value::Broken) => {}
        (key, _) => {
            let form = FORMS.iter().find(|(rule, _)| *rule == key).map_or(key, |(_, form)| form);
            let message = format!("`{key}` does not have the form of this rule");
            diagnostics.error("SH0001", span, message, format!("write `{form}`"));
        }
    }
}

/// The path of a function.
pub(super) fn function(
    tokens: TokenStream,
    span: Span,
    diagnostics: &mut Diagnostics,
) -> Option<At<syn::Path>> {
    let place = first_span(&tokens, span);
    let found = path(tokens).map(|value| At { value, span: place });
    if found.is_none() {
        diagnostics.error(
            "SH0001",
            place,
            "this is not the path of a function",
            "write the path alone, such as `checks::amount`; the function takes a reference and returns a `Result`",
        );
    }
    found
}

/// A number or a string.
fn literal(tokens: TokenStream, span: Span, diagnostics: &mut Diagnostics) -> Option<At<Literal>> {
    let place = first_span(&tokens, span);
    match value(tokens, span, diagnostics)? {
        Expr::Literal(value @ (Literal::Number(_) | Literal::Text(_)), _) => Some(At { value, span: place }),
        _ => {
            diagnostics.error(
                "SH0001",
                place,
                "this is neither a number nor a string",
                "a rule compares with a value that is written out; what has to be computed goes into `custom = …`",
            );
            None
        }
    }
}

fn length(tokens: TokenStream, span: Span, diagnostics: &mut Diagnostics) -> Option<At<Length>> {
    let mut value = Length::default();
    let before = diagnostics.iter().count();
    let items = named(tokens, &["min", "max"], "limit", diagnostics);
    if items.is_empty() && diagnostics.iter().count() == before {
        diagnostics.error("SH0001", span, "`length` has no limit", "write `length(min = 1, max = 20)`");
    }
    for item in items {
        let Value::Assigned(tokens) = item.value else {
            let help = format!("write `{} = 20`", item.key);
            diagnostics.error("SH0001", item.span, format!("`{}` takes a value", item.key), help);
            continue;
        };
        let count = count(tokens, item.span, diagnostics)?.value;
        if item.key == "min" { value.min = Some(count) } else { value.max = Some(count) }
    }
    (diagnostics.iter().count() == before).then_some(At { value, span })
}

fn count(tokens: TokenStream, span: Span, diagnostics: &mut Diagnostics) -> Option<At<u64>> {
    let place = first_span(&tokens, span);
    let digits = tokens.to_string().replace('_', "");
    let found = digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()));
    if found.is_none() {
        let help = "write how many: `length = 3` or `length(min = 1, max = 20)`";
        diagnostics.error("SH0001", place, "this is not a length", help);
    }
    found.map(|value| At { value, span: place })
}
