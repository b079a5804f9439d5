//! What a declaration says of its earlier versions: `compatibility = full`, and
//! `breaks(field_removed(note), version = 3, reason = "…")`.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

use super::super::attr::{plain, split};
use super::super::declaration::{At, Breach};
use super::super::tokens::string_of;
use crate::compat::{Mode, Rule};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::near::nearest;

const FORM: &str = "write `breaks(type_changed, version = 3, reason = \"…\")`; on the struct with the column, `breaks(field_removed(note), version = 3, reason = \"…\")`";

/// Reads the word behind `compatibility =`.
pub(super) fn mode(tokens: TokenStream, span: Span, diagnostics: &mut Diagnostics) -> Option<At<Mode>> {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let (word, place) = match &trees[..] {
        [TokenTree::Ident(word)] => (plain(word), word.span()),
        [TokenTree::Literal(text)] if string_of(text).is_some() => {
            (string_of(text).unwrap_or_default(), text.span())
        }
        other => (String::new(), other.first().map_or(span, TokenTree::span)),
    };
    if let Ok(value) = word.parse() {
        return Some(At { value, span: place });
    }
    let words = Mode::words();
    let near = nearest(&word, &words);
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write one of {}", words.join(", ")),
    };
    let error = Diagnostic::error("SH1002", place, "this is no mode of compatibility", help);
    diagnostics.push(error.replacement(word, near));
    None
}

/// Reads the list behind `breaks`. On a field the rule stands alone; on the struct a rule about fields names them.
pub(super) fn breaches(
    tokens: TokenStream,
    span: Span,
    on_field: bool,
    diagnostics: &mut Diagnostics,
) -> Option<Breach> {
    let before = diagnostics.iter().count();
    let mut wrong = |span: Span, message: &str| diagnostics.error("SH1003", span, message, FORM);
    let (mut rule, mut version, mut reason) = (None, None, false);
    for part in split(tokens) {
        match &part[..] {
            [TokenTree::Ident(key), TokenTree::Punct(equals), TokenTree::Literal(literal)]
                if equals.as_char() == '=' && (key == "version" || key == "reason") =>
            {
                if key == "version" {
                    match literal.to_string().parse::<u32>() {
                        Ok(number @ 1..) => version = Some(At { value: number, span: literal.span() }),
                        _ => wrong(literal.span(), "the version is not a number from 1"),
                    }
                } else if string_of(literal).is_some_and(|text| !text.trim().is_empty()) {
                    reason = true;
                } else {
                    wrong(literal.span(), "the reason is a text");
                }
            }
            [TokenTree::Ident(name), columns @ ..] if rule.is_none() && columns.len() < 2 => {
                let columns = match columns {
                    [] => Some(Vec::new()),
                    [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
                        names(group.stream())
                    }
                    _ => None,
                };
                match columns {
                    Some(columns) => rule = Some((name.clone(), columns)),
                    None => wrong(name.span(), "behind a rule stand the columns that it is about"),
                }
            }
            other => {
                wrong(other.first().map_or(span, TokenTree::span), "expected a rule, `version` or `reason`")
            }
        }
    }
    let Some((name, columns)) = rule else {
        if diagnostics.iter().count() == before {
            diagnostics.error("SH1003", span, "`breaks` names no rule", FORM);
        }
        return None;
    };
    let Some(rule) = Rule::of(&plain(&name)) else {
        let names = Rule::names();
        let near = nearest(&plain(&name), &names);
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the rules are {}", names.join(", ")),
        };
        let message = format!("there is no rule `{name}`");
        diagnostics
            .push(Diagnostic::error("SH1003", name.span(), message, help).replacement(plain(&name), near));
        return None;
    };
    let about_columns = rule.is_of_field() || rule == Rule::FieldRemoved;
    match on_field {
        true if rule.is_of_field() && columns.is_empty() => {}
        true => {
            let message = format!("this form of `{}` is for the struct", rule.name());
            diagnostics.error("SH1003", name.span(), message, FORM);
        }
        false if about_columns == columns.is_empty() => {
            let what = if about_columns { "names its columns here" } else { "is about no column" };
            diagnostics.error("SH1003", name.span(), format!("`{}` {what}", rule.name()), FORM);
        }
        false => {}
    }
    match version {
        Some(_) if !reason => diagnostics.error("SH1003", span, "a breach says why it is one", FORM),
        None if diagnostics.iter().count() == before => {
            diagnostics.error("SH1003", span, "a breach is one of a version", FORM);
        }
        _ => {}
    }
    let version = version.filter(|_| diagnostics.iter().count() == before)?;
    Some(Breach { rule, columns, version, span: name.span() })
}

/// `note, "session.id"`.
fn names(tokens: TokenStream) -> Option<Vec<At<String>>> {
    split(tokens)
        .into_iter()
        .map(|part| match &part[..] {
            [TokenTree::Ident(name)] => Some(At { value: plain(name), span: name.span() }),
            [TokenTree::Literal(text)] => Some(At { value: string_of(text)?, span: text.span() }),
            _ => None,
        })
        .collect()
}
