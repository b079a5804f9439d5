//! Types with `#[derive(StreamType)]`.

use proc_macro2::Ident;

use super::{At, Field};
use crate::types::Type;

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
    /// A struct around one value, which is what that value is. The field has the name of the struct.
    Newtype(Box<Field>),
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
