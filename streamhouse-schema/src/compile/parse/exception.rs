//! What a declaration says of lints: `allow(float_for_money, reason = "…")`, `warn(…)`, `deny(…)`.

use proc_macro2::{Span, TokenStream, TokenTree};

use super::super::attr::{plain, split};
use super::super::declaration::Exception;
use super::super::tokens::string_of;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::near::nearest;
use crate::project::{Level, near_lint};
use crate::rules;

/// The words with which an attribute sets the level of lints.
pub(super) const WORDS: &[&str] = &["allow", "warn", "deny"];

/// Reads the list behind one of the words.
pub(super) fn exceptions(
    word: &str,
    tokens: TokenStream,
    span: Span,
    diagnostics: &mut Diagnostics,
) -> Vec<Exception> {
    let Some(level) = Level::of(word) else { return Vec::new() };
    let form = format!("write `{word}(float_for_money, reason = \"…\")`");
    let (mut found, mut reason, mut broken) = (Vec::new(), false, false);
    for part in split(tokens) {
        match &part[..] {
            [TokenTree::Ident(name)] => match rules::lint(&plain(name)) {
                Some(lint) => {
                    found.push(Exception { lint: lint.code, name: lint.name, level, span: name.span() })
                }
                None => {
                    broken = true;
                    let names: Vec<&str> = rules::lints().map(|lint| lint.name).collect();
                    let near = nearest(&plain(name), &names);
                    let help = near_lint(&plain(name));
                    let error =
                        Diagnostic::error("SH0516", name.span(), format!("there is no lint `{name}`"), help);
                    diagnostics.push(error.replacement(plain(name), near));
                }
            },
            [TokenTree::Ident(name), TokenTree::Punct(equals), TokenTree::Literal(text)]
                if name == "reason"
                    && equals.as_char() == '='
                    && string_of(text).is_some_and(|text| !text.trim().is_empty()) =>
            {
                reason = true;
            }
            other => {
                broken = true;
                let span = other.first().map_or(span, TokenTree::span);
                diagnostics.error("SH0514", span, "expected the name of a lint, or a reason", form.as_str());
            }
        }
    }
    if found.is_empty() && !broken {
        diagnostics.error("SH0514", span, format!("`{word}` names no lint"), form.as_str());
    } else if level == Level::Allow && !reason && !broken {
        diagnostics.error("SH0515", span, "an exception says why it is one", form);
    }
    found
}
