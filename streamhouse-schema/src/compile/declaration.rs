//! A declaration as it is written: every part with the place where it stands.

use proc_macro2::{Ident, Span};

use crate::expr::Expr;
use crate::frame_schema::Delivery;
use crate::schema::{Codec, IndexKind};
use crate::types::Type;

/// Something and where it stands.
#[derive(Clone, Debug)]
pub struct At<T> {
    /// What.
    pub value: T,
    /// Where.
    pub span: Span,
}

/// A struct with `#[derive(StreamSchema)]`.
pub struct Declaration {
    /// The struct's name.
    pub ident: Ident,
    /// Its visibility.
    pub visibility: syn::Visibility,
    /// The doc comment.
    pub comment: String,
    /// The event's name.
    pub name: At<String>,
    /// The version; 1 where none is given.
    pub version: At<u32>,
    /// The table, where it is not named after the event.
    pub table: Option<At<String>>,
    /// How often an event may appear.
    pub delivery: Delivery,
    /// What splits the table.
    pub partition_by: Option<At<Expr<Span>>>,
    /// The sorting key.
    pub order_by: Option<At<Vec<Expr<Span>>>>,
    /// When rows are deleted.
    pub ttl: Option<At<Expr<Span>>>,
    /// Skip indexes.
    pub indexes: Vec<Index>,
    /// Settings of the table.
    pub settings: Vec<(At<String>, At<Expr<Span>>)>,
    /// The path of the crate `streamhouse`, where it is not `::streamhouse`.
    pub crate_path: Option<syn::Path>,
    /// The fields.
    pub fields: Vec<Field>,
}

/// An enum or a struct with `#[derive(StreamType)]`.
pub struct TypeDeclaration {
    /// Its name in Rust.
    pub ident: Ident,
    /// Its type in ClickHouse.
    pub ty: Type,
    /// What it is in Rust.
    pub kind: TypeKind,
    /// The path of the crate `streamhouse`, where it is not `::streamhouse`.
    pub crate_path: Option<syn::Path>,
}

/// What a type with `#[derive(StreamType)]` is in Rust.
pub enum TypeKind {
    /// An enum, which is an Enum8 or an Enum16.
    Enum(Vec<Variant>),
    /// A struct with named fields, which is a Tuple, or a row of a Nested.
    Struct(Vec<Field>),
    /// A struct around one value, which is what that value is.
    Newtype(Box<syn::Type>),
}

/// A name of an enumeration.
pub struct Variant {
    /// Its name in Rust.
    pub ident: Ident,
    /// Its name in ClickHouse.
    pub name: At<String>,
    /// Its number.
    pub number: i16,
}

/// A skip index.
#[derive(Debug)]
pub struct Index {
    /// Its name.
    pub name: At<String>,
    /// Its type.
    pub kind: At<IndexKind>,
    /// What is indexed.
    pub expr: Expr<Span>,
    /// How many granules one entry covers.
    pub granularity: u32,
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
    /// The doc comment.
    pub comment: String,
    /// It identifies the event.
    pub id: Option<Span>,
    /// It says when the event happened.
    pub timestamp: Option<Span>,
    /// The value of rows that come without one.
    pub default: Option<At<Expr<Span>>>,
    /// The chain of codecs.
    pub codec: Vec<At<Codec>>,
    /// Values are stored by a dictionary.
    pub low_cardinality: Option<Span>,
}

impl Declaration {
    /// The field of a column.
    pub fn field(&self, column: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name.value == column)
    }

    /// The type of a column, or of a part of one that ClickHouse reads by itself: `items.sku` of a Nested or a Tuple,
    /// `payload.user.id` of a JSON.
    pub fn column_type(&self, name: &str) -> Option<Type> {
        match self.field(name).map(|field| &field.ty) {
            // There are only its elements.
            Some(Type::Nested(_)) => return None,
            Some(ty) => return Some(ty.clone()),
            None => {}
        }
        let dots = name.char_indices().filter(|(_, c)| *c == '.').map(|(at, _)| at);
        dots.rev().find_map(|dot| self.field(&name[..dot])?.ty.part(&name[dot + 1..]))
    }

    /// The field `#[stream(timestamp)]`.
    pub fn timestamp(&self) -> Option<&Field> {
        self.fields.iter().find(|field| field.timestamp.is_some())
    }

    /// The field `#[stream(id)]`.
    pub fn id(&self) -> Option<&Field> {
        self.fields.iter().find(|field| field.id.is_some())
    }

    /// All expressions of the table, each with what it is for and where it stands.
    pub fn expressions(&self) -> Vec<(&'static str, Span, &Expr<Span>)> {
        let mut all = Vec::new();
        all.extend(self.partition_by.iter().map(|at| ("partition_by", at.span, &at.value)));
        all.extend(
            self.order_by.iter().flat_map(|at| at.value.iter().map(|expr| ("order_by", at.span, expr))),
        );
        all.extend(self.ttl.iter().map(|at| ("ttl", at.span, &at.value)));
        all.extend(self.indexes.iter().map(|index| ("index", index.kind.span, &index.expr)));
        let defaults = self.fields.iter().filter_map(|field| field.default.as_ref());
        all.extend(defaults.map(|at| ("default", at.span, &at.value)));
        all
    }
}
