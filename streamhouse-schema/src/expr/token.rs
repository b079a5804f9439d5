//! The tokens that expressions are read from, whether they were SQL text or Rust tokens before.

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// A word: a name or a keyword.
    Word(String),
    /// A name in backticks or double quotes, never a keyword.
    Quoted(String),
    /// A number as it is written.
    Number(String),
    /// A string.
    Text(String),
    /// An operator or a bracket.
    Symbol(&'static str),
}

/// A token and where it stands.
#[derive(Clone, Debug)]
pub struct TokenAt<A> {
    /// The token.
    pub token: Token,
    /// Where.
    pub at: A,
}

/// All symbols; a longer one stands before its own beginning.
pub(crate) const SYMBOLS: &[&str] = &[
    "->", "<=", ">=", "<>", "!=", "==", "||", "::", "(", ")", "[", "]", ",", ".", "+", "-", "*", "/", "%",
    "<", ">", "=", "?", ":",
];
/// What else stands in statements.
pub(crate) const STATEMENT_SYMBOLS: &[&str] =
    &["=>", "<=>", "{", "}", ";", "@", "^", "&", "|", "!", "~", "#", "$"];
