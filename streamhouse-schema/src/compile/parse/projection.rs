//! `projection(name: select … group by … order by …)`, `check(name: …)` and `assume(name: …)`.

use proc_macro2::{Span, TokenStream, TokenTree};

use super::super::attr::{plain, split};
use super::super::tokens::{expression, string_of};
use super::named::{Form, exprs, find, words_at};
use crate::diagnostic::Diagnostics;
use crate::schema::{Constraint, Projection, Query, Selected};

const PROJECTION: Form = Form {
    code: "SH0720",
    what: "the projection",
    help: "write `projection(by_user: select * order by user_id)` or `projection(hourly: select toStartOfHour(at), count() group by toStartOfHour(at))`",
};
const CHECK: Form = Form {
    code: "SH0730",
    what: "the constraint",
    help: "write `check(positive: amount >= 0)`; `assume(…)` is believed and not looked at",
};

/// Reads a projection. One string is its whole text.
pub(super) fn projection(
    tokens: TokenStream,
    span: Span,
    diagnostics: &mut Diagnostics,
) -> Option<Projection<Span>> {
    let (name, trees) = PROJECTION.named(tokens, span, diagnostics)?;
    if let [TokenTree::Literal(literal)] = &trees[..]
        && let Some(text) = string_of(literal)
    {
        super::super::check::select_text(&text, literal.span(), diagnostics);
        return Some(Projection { name, query: Query::Text(text) });
    }
    if !words_at(&trees, 0, &["SELECT"]) {
        let at = trees.first().map_or(name.at, TokenTree::span);
        PROJECTION.wrong(at, "a projection begins with `select`", diagnostics);
        return None;
    }
    let order = find(&trees, &["ORDER", "BY"]).unwrap_or(trees.len());
    let group = find(&trees, &["GROUP", "BY"]).unwrap_or(order);
    let condition = find(&trees, &["WHERE"]).unwrap_or(group);
    if condition > group || group > order {
        PROJECTION.wrong(name.at, "`where` comes before `group by`, and that before `order by`", diagnostics);
        return None;
    }
    let place = trees[0].span();
    let mut select = Vec::new();
    for part in split(trees[1..condition].iter().cloned().collect()) {
        select.push(selected(part, place, diagnostics)?);
    }
    if select.is_empty() {
        PROJECTION.wrong(place, "the projection selects nothing", diagnostics);
        return None;
    }
    let condition = match &trees[condition..group] {
        [] => None,
        [_, condition @ ..] => Some(expression(condition.iter().cloned(), place, diagnostics)?),
    };
    let list = |from: usize, to: usize, diagnostics: &mut Diagnostics| {
        exprs(trees[from..to].get(2..).unwrap_or_default(), place, diagnostics)
    };
    let group_by = list(group, order, diagnostics)?;
    let order_by = list(order, trees.len(), diagnostics)?;
    Some(Projection { name, query: Query::Parts { select, condition, group_by, order_by } })
}

/// `*`, `expression` or `expression as name`.
fn selected(part: Vec<TokenTree>, place: Span, diagnostics: &mut Diagnostics) -> Option<Selected<Span>> {
    if let [TokenTree::Punct(star)] = &part[..]
        && star.as_char() == '*'
    {
        return Some(Selected::All);
    }
    let (expr, alias) = match &part[..] {
        [expr @ .., TokenTree::Ident(word), TokenTree::Ident(alias)]
            if word.to_string().eq_ignore_ascii_case("AS") && !expr.is_empty() =>
        {
            (expr, Some(plain(alias)))
        }
        expr => (expr, None),
    };
    let place = expr.first().map_or(place, TokenTree::span);
    Some(Selected::Expr(expression(expr.iter().cloned(), place, diagnostics)?, alias))
}

/// Reads a constraint.
pub(super) fn constraint(
    tokens: TokenStream,
    assumed: bool,
    span: Span,
    diagnostics: &mut Diagnostics,
) -> Option<Constraint<Span>> {
    let (name, trees) = CHECK.named(tokens, span, diagnostics)?;
    let expr = expression(trees, name.at, diagnostics)?;
    Some(Constraint { name, assumed, expr })
}
