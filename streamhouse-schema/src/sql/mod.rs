//! The only place where SQL text is written: names and strings are quoted here and nowhere else.

mod alter;
mod column;
mod create;
mod fed;
mod frames;
mod mutation;
mod rebuild;
mod sample;
mod table;

pub use alter::{alter, materialize};
pub use create::{create_all, create_view, drop_all};
pub use fed::{FED_COLUMN, FED_TYPE, Unfed, fed, passes_completions, unfed};
pub use frames::{SEAMS, UPCASTS, create_frames, forget_upcast, upcast};
pub use mutation::looks_at_the_row_alone;
pub(crate) use rebuild::is_divided;
pub use rebuild::{CopyByPartition, old_name, rebuilt_name};
pub use sample::{Moments, sample};

use crate::expr::{Binary, Expr, Literal, Unary};
use crate::schema::{Codec, Schema};
use crate::table::Table;

/// The statements that create what a schema needs, in the order in which they have to run, without a database.
pub fn create(schema: &Schema) -> Vec<String> {
    create_all(&Table::of(schema))
}

/// The statement that creates a schema's table, without a database.
pub fn create_table(schema: &Schema) -> String {
    table::create_table(&Table::of(schema))
}

/// The statements that drop what a schema needs.
pub fn drop(schema: &Schema) -> Vec<String> {
    drop_all(&Table::of(schema))
}

/// A name, in backticks where it needs them.
pub fn name(text: &str) -> String {
    if is_plain(text) {
        text.to_string()
    } else {
        format!("`{}`", text.replace('\\', "\\\\").replace('`', "\\`"))
    }
}

fn is_plain(text: &str) -> bool {
    is_word(text) && RESERVED.binary_search(&text.to_ascii_lowercase().as_str()).is_err()
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A column within an expression, where `tags.key` is a path to the element of a Nested, and is kept as one. Behind a dot
/// no word is reserved.
pub(crate) fn path(text: &str) -> String {
    let mut parts = text.split('.');
    let kept = parts.next().is_some_and(is_plain) && parts.all(is_word);
    if kept { text.to_string() } else { name(text) }
}

/// Words that mean something else where a column or a table may stand, in their order.
const RESERVED: &[&str] = &[
    "all",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "between",
    "by",
    "case",
    "cast",
    "check",
    "codec",
    "column",
    "comment",
    "constraint",
    "default",
    "desc",
    "distinct",
    "else",
    "end",
    "engine",
    "exists",
    "expression",
    "false",
    "format",
    "from",
    "global",
    "group",
    "having",
    "if",
    "ilike",
    "in",
    "index",
    "interval",
    "is",
    "join",
    "key",
    "like",
    "limit",
    "materialized",
    "not",
    "null",
    "offset",
    "on",
    "or",
    "order",
    "partition",
    "prewhere",
    "primary",
    "projection",
    "sample",
    "select",
    "set",
    "settings",
    "then",
    "true",
    "ttl",
    "union",
    "using",
    "values",
    "when",
    "where",
    "with",
];

/// A string literal.
pub fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\'' => out.push_str("\\'"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\0' => out.push_str("\\0"),
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

/// An expression, with parentheses where they are needed.
pub fn expr<A>(tree: &Expr<A>) -> String {
    write(tree, 0)
}

/// Several, with commas between them.
pub fn exprs<A>(trees: &[Expr<A>]) -> String {
    trees.iter().map(expr).collect::<Vec<_>>().join(", ")
}

/// A chain of codecs.
pub fn codecs(chain: &[Codec]) -> String {
    let codecs: Vec<String> = chain.iter().map(ToString::to_string).collect();
    format!("CODEC({})", codecs.join(", "))
}

/// Settings as `name = value, …`.
fn settings(settings: &[(String, String)]) -> String {
    let pairs: Vec<String> = settings.iter().map(|(key, value)| format!("{} = {value}", name(key))).collect();
    pairs.join(", ")
}

/// `outer` is the strength of the operator around it: a weaker one needs parentheses.
fn write<A>(tree: &Expr<A>, outer: u8) -> String {
    match tree {
        Expr::Column(column) => path(&column.text),
        Expr::Literal(Literal::Number(digits), _) => digits.clone(),
        Expr::Literal(Literal::Text(text), _) => string(text),
        Expr::Literal(Literal::Bool(value), _) => value.to_string(),
        Expr::Literal(Literal::Null, _) => "NULL".into(),
        Expr::Call { function, parameters, arguments } => {
            let parameters =
                if parameters.is_empty() { String::new() } else { format!("({})", exprs(parameters)) };
            format!("{}{parameters}({})", function.text, exprs(arguments))
        }
        Expr::Unary(Unary::Minus, operand) => {
            let operand = write(operand, 9);
            // Two in a row would begin a comment.
            let space = if operand.starts_with('-') { " " } else { "" };
            parenthesised(format!("-{space}{operand}"), 9, outer)
        }
        Expr::Unary(Unary::Not, operand) => parenthesised(format!("NOT {}", write(operand, 4)), 4, outer),
        Expr::Unary(Unary::IsNull, operand) => {
            parenthesised(format!("{} IS NULL", write(operand, 5)), 5, outer)
        }
        Expr::Unary(Unary::IsNotNull, operand) => {
            parenthesised(format!("{} IS NOT NULL", write(operand, 5)), 5, outer)
        }
        Expr::Binary(operator, left, right) => binary(*operator, left, right, outer),
        Expr::Tuple(items) if items.len() < 2 => format!("tuple({})", exprs(items)),
        Expr::Tuple(items) => format!("({})", exprs(items)),
        Expr::Array(items) => format!("[{}]", exprs(items)),
        Expr::Lambda(variables, body) => {
            let variables: Vec<String> = variables.iter().map(|variable| name(variable)).collect();
            let variables = match &variables[..] {
                [one] => one.clone(),
                more => format!("({})", more.join(", ")),
            };
            parenthesised(format!("{variables} -> {}", expr(body)), 1, outer)
        }
        Expr::Element(of, index) => format!("{}[{}]", write(of, 10), expr(index)),
        // The point of a number is none of its own.
        Expr::Member(of, index) if matches!(**of, Expr::Literal(Literal::Number(_), _)) => {
            format!("({}).{index}", write(of, 0))
        }
        Expr::Member(of, index) => format!("{}.{index}", write(of, 10)),
    }
}

fn binary<A>(operator: Binary, left: &Expr<A>, right: &Expr<A>, outer: u8) -> String {
    let strength = operator.strength();
    // On the right, equal strength needs parentheses too: operators group to the left.
    let text = format!("{} {} {}", write(left, strength), operator.text(), write(right, strength + 1));
    parenthesised(text, strength, outer)
}

fn parenthesised(text: String, strength: u8, outer: u8) -> String {
    if strength < outer { format!("({text})") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_words_are_found_whatever_their_case() {
        assert!(RESERVED.is_sorted(), "they are looked up by halves");
        for word in RESERVED {
            assert_eq!(name(&word.to_uppercase()), format!("`{}`", word.to_uppercase()));
        }
        assert_eq!(name("orders"), "orders");
    }
}
