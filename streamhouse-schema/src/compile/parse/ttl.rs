//! The elements of a TTL.

use proc_macro2::{Delimiter, Span, TokenTree};

use super::super::attr::split;
use super::super::declaration::At;
use super::super::tokens::{expression, string_of};
use super::named::{Form, exprs, find, name_of, words_at};
use super::table;
use crate::diagnostic::Diagnostics;
use crate::expr::{Expr, Name};
use crate::schema::{Ttl, TtlAction};

const FORM: Form = Form {
    code: "SH0504",
    what: "the TTL",
    help: "write `at + days(90)`, and behind it nothing, `DELETE WHERE …`, `TO DISK \"…\"`, `TO VOLUME \"…\"`, `RECOMPRESS CODEC(ZSTD(17))`, or `GROUP BY key SET column = max(column)`; several with commas between them in `ttl(…)`",
};
/// The words with which what happens begins.
const ACTIONS: &[&[&str]] = &[
    &["DELETE"],
    &["WHERE"],
    &["TO", "DISK"],
    &["TO", "VOLUME"],
    &["RECOMPRESS", "CODEC"],
    &["GROUP", "BY"],
];

/// A moment, and what happens then.
pub(super) fn element(
    trees: Vec<TokenTree>,
    span: Span,
    diagnostics: &mut Diagnostics,
) -> Option<At<Ttl<Span>>> {
    let span = trees.first().map_or(span, TokenTree::span);
    // A column may be called like one of these words; what begins with it begins with a column.
    let begins = |at: usize| ACTIONS.iter().any(|words| words_at(&trees, at, words));
    let end = (1..trees.len()).find(|at| begins(*at)).unwrap_or(trees.len());
    let (moment, action) = trees.split_at(end);
    let at = expression(moment.iter().cloned(), span, diagnostics)?;
    let action = match action {
        [] => TtlAction::Delete(None),
        action => read(action, diagnostics)?,
    };
    Some(At { value: Ttl { at, action }, span })
}

fn read(action: &[TokenTree], diagnostics: &mut Diagnostics) -> Option<TtlAction<Span>> {
    let span = action.first().map_or_else(Span::call_site, TokenTree::span);
    let wrong = |at: Option<&TokenTree>, message: &str, diagnostics: &mut Diagnostics| {
        FORM.wrong(at.map_or(span, TokenTree::span), message, diagnostics);
        None
    };
    if words_at(action, 0, &["DELETE"]) && action.len() == 1 {
        return Some(TtlAction::Delete(None));
    }
    let condition = match (words_at(action, 0, &["DELETE", "WHERE"]), words_at(action, 0, &["WHERE"])) {
        (true, _) => Some(&action[2..]),
        (_, true) => Some(&action[1..]),
        _ => None,
    };
    if let Some(condition) = condition {
        let condition = expression(condition.iter().cloned(), span, diagnostics)?;
        return Some(TtlAction::Delete(Some(condition)));
    }
    if words_at(action, 0, &["TO"]) {
        let volume = words_at(action, 1, &["VOLUME"]);
        let if_exists = words_at(action, 2, &["IF", "EXISTS"]);
        let rest = &action[if if_exists { 4 } else { 2 }..];
        return match rest {
            [TokenTree::Literal(literal)] if string_of(literal).is_some_and(|name| !name.is_empty()) => {
                let name = string_of(literal).unwrap_or_default();
                Some(TtlAction::Move { volume, if_exists, name })
            }
            rest => wrong(rest.first(), "expected the name of a disk or a volume, a string", diagnostics),
        };
    }
    if words_at(action, 0, &["RECOMPRESS", "CODEC"]) {
        return match &action[2..] {
            [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
                let codecs = table::codecs(group.stream(), group.span(), diagnostics);
                super::super::check::recompress(&codecs, group.span(), diagnostics);
                Some(TtlAction::Recompress(codecs.into_iter().map(|at| at.value.strip()).collect()))
            }
            rest => {
                wrong(rest.first(), "expected codecs in parentheses after `RECOMPRESS CODEC`", diagnostics)
            }
        };
    }
    if words_at(action, 0, &["GROUP", "BY"]) {
        let rest = &action[2..];
        let end = find(rest, &["SET"]).unwrap_or(rest.len());
        let keys = exprs(&rest[..end], span, diagnostics)?;
        if keys.is_empty() {
            return wrong(None, "expected a key after `GROUP BY`", diagnostics);
        }
        let set = match &rest[end..] {
            [] => Vec::new(),
            [_, set @ ..] => assignments(set, span, diagnostics)?,
        };
        return Some(TtlAction::GroupBy { keys, set });
    }
    wrong(action.get(1), "only one thing happens to a row at a moment", diagnostics)
}

/// `column = expression`, several of them in parentheses.
fn assignments(
    trees: &[TokenTree],
    span: Span,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<(Name<Span>, Expr<Span>)>> {
    let parts = match trees {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => split(group.stream()),
        trees => vec![trees.to_vec()],
    };
    let mut all = Vec::new();
    for part in parts {
        let equals =
            part.iter().position(|tree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == '='));
        let at = part.first().map_or(span, TokenTree::span);
        let pair = equals.and_then(|equals| Some((name_of(&part[..equals])?, &part[equals + 1..])));
        let Some((name, value)) = pair.filter(|(_, value)| !value.is_empty()) else {
            FORM.wrong(at, "expected `column = expression` after `SET`", diagnostics);
            return None;
        };
        all.push((name, expression(value.iter().cloned(), at, diagnostics)?));
    }
    Some(all)
}
