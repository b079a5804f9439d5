//! Columns, whether a field fills them or the server.

use proc_macro2::{Ident, Span};

use super::{At, Breach, Exception};
use crate::compile::validation::Rules;
use crate::expr::Expr;
use crate::schema::{Codec, ComputedKind};
use crate::types::Type;

/// A column that the server computes.
pub struct Computed {
    /// Its name.
    pub name: At<String>,
    /// Its type.
    pub ty: Type,
    /// Where the type stands.
    pub ty_span: Span,
    /// When it is computed.
    pub kind: ComputedKind,
    /// What from; nothing where only views fill it.
    pub expr: Option<At<Expr<Span>>>,
    /// The chain of codecs.
    pub codec: Vec<At<Codec<Span>>>,
    /// When its values end.
    pub ttl: Option<At<Expr<Span>>>,
    /// What it says.
    pub comment: String,
    /// Where it stands.
    pub place: Place,
}

/// Where a computed column stands.
pub enum Place {
    /// Before all others.
    First,
    /// Behind this one.
    Behind(At<String>),
    /// Behind all fields.
    Last,
}

/// How a column is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// On disk.
    Stored,
    /// Nowhere: it is computed when it is read.
    Alias,
    /// Nowhere: it is there while a row is inserted.
    Ephemeral,
}

/// What the rules ask of a column, whether a field fills it or the server.
#[derive(Clone, Copy)]
pub struct ColumnAt<'a> {
    /// Its name.
    pub name: &'a At<String>,
    /// Its type.
    pub ty: &'a Type,
    /// Where the type stands.
    pub ty_span: Span,
    /// How it is kept.
    pub kept: Kept,
    /// What it is computed from.
    pub default: Option<&'a At<Expr<Span>>>,
    /// The chain of codecs.
    pub codec: &'a [At<Codec<Span>>],
    /// When its values end.
    pub ttl: Option<&'a At<Expr<Span>>>,
}

/// A field.
pub struct Field {
    /// Its name in Rust.
    pub ident: Ident,
    /// Its type in Rust.
    pub rust: syn::Type,
    /// Its name in the table.
    pub name: At<String>,
    /// Its type in the table.
    pub ty: Type,
    /// Where the type stands.
    pub ty_span: Span,
    /// The Rust type, as it is written, stands for this very column; otherwise only rustc knows what it is.
    pub native: bool,
    /// The tokens do not say what the Rust type is: it may be one with rules of its own.
    pub own: bool,
    /// The doc comment.
    pub comment: String,
    /// It identifies the event.
    pub id: Option<Span>,
    /// It says when the event happened.
    pub timestamp: Option<Span>,
    /// The value of rows that come without one.
    pub default: Option<At<Expr<Span>>>,
    /// The chain of codecs.
    pub codec: Vec<At<Codec<Span>>>,
    /// Values are stored by a dictionary.
    pub low_cardinality: Option<Span>,
    /// Values are there for other columns to be computed from, and are not stored.
    pub ephemeral: Option<Span>,
    /// When values fall back to the default.
    pub ttl: Option<At<Expr<Span>>>,
    /// Settings of the column.
    pub settings: Vec<(At<String>, At<Expr<Span>>)>,
    /// What the server keeps to estimate conditions by.
    pub statistics: Vec<At<String>>,
    /// What its values have to be.
    pub rules: Option<Rules>,
    /// Its values say something about a person.
    pub pii: Option<Span>,
    /// The strings in it are bytes, as far as the tokens say.
    pub binary: bool,
    /// The column's name in earlier versions.
    pub renamed_from: Option<At<String>>,
    /// What its values are made of where they are of the version before.
    pub upcast: Option<At<Expr<Span>>>,
    /// Breaches of compatibility that are meant.
    pub breaches: Vec<Breach>,
    /// What is said of lints.
    pub exceptions: Vec<Exception>,
}
