//! A declaration as it is written: every part with the place where it stands.

mod clauses;
mod columns;
mod types;

use proc_macro2::{Ident, Span};

pub(super) use self::clauses::Index;
pub use self::clauses::{View, ViewTarget};
pub use self::columns::Field;
pub(super) use self::columns::{ColumnAt, Computed, Kept, Place};
pub use self::types::{TypeDeclaration, TypeKind, Variant};
use crate::compat::{Mode, Rule};
use crate::expr::Expr;
use crate::frame_schema::Delivery;
use crate::project::Level;
use crate::schema::{ComputedKind, Constraint, Distributed, Engine, Projection, Ttl, Wrapped};
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
    /// What becomes of its rows.
    pub engine: At<Engine<Span>>,
    /// The cluster on which it is created.
    pub cluster: Option<At<String>>,
    /// What splits the table.
    pub partition_by: Option<At<Expr<Span>>>,
    /// The sorting key.
    pub order_by: Option<At<Vec<Expr<Span>>>>,
    /// The part of it that is kept in memory.
    pub primary_key: Option<At<Vec<Expr<Span>>>>,
    /// What a sample is taken by.
    pub sample_by: Option<At<Expr<Span>>>,
    /// Which of these stand in parentheses that they do not need.
    pub wrapped: Wrapped,
    /// What becomes of rows with time.
    pub ttl: Vec<At<Ttl<Span>>>,
    /// Skip indexes.
    pub indexes: Vec<Index>,
    /// Projections.
    pub projections: Vec<Projection<Span>>,
    /// Constraints.
    pub constraints: Vec<Constraint<Span>>,
    /// Columns that no field fills.
    pub computed: Vec<Computed>,
    /// The table that spreads rows over a cluster.
    pub distributed: Option<Distributed<Span>>,
    /// Views that the table feeds.
    pub views: Vec<View>,
    /// Clauses that are written as they are.
    pub raw: Vec<At<String>>,
    /// Settings of the table.
    pub settings: Vec<(At<String>, At<Expr<Span>>)>,
    /// A function that looks at an event as a whole.
    pub validate: Option<At<syn::Path>>,
    /// Whether the derive writes a builder.
    pub builder: bool,
    /// What is said of lints.
    pub exceptions: Vec<Exception>,
    /// Which changes are breaches, where the project's word does not hold.
    pub compatibility: Option<At<Mode>>,
    /// Breaches that are meant, those of fields too.
    pub breaches: Vec<Breach>,
    /// The path of the crate `streamhouse`, where it is not `::streamhouse`.
    pub crate_path: Option<syn::Path>,
    /// The fields.
    pub fields: Vec<Field>,
    /// The columns that cannot be read.
    pub unread: Vec<Unread>,
    /// The attributes of the struct that cannot be read: that something is not said in them is no mistake.
    pub broken: Vec<String>,
}

/// A column that cannot be read: its name is known, its type is not.
pub struct Unread {
    /// Its name; `None` where the name is what cannot be read.
    pub name: Option<String>,
    /// It says when the event happened.
    pub timestamp: bool,
}

/// How much a lint matters here.
#[derive(Clone, Debug)]
pub struct Exception {
    /// The lint's code.
    pub lint: &'static str,
    /// Its name.
    pub name: &'static str,
    /// How much.
    pub level: Level,
    /// Where its name stands.
    pub span: Span,
}

/// A breach of compatibility that is meant.
#[derive(Clone, Debug)]
pub struct Breach {
    /// The rule.
    pub rule: Rule,
    /// The columns that it is about, where it is about columns.
    pub columns: Vec<At<String>>,
    /// The version that breaks it.
    pub version: At<u32>,
    /// Where the rule's name stands.
    pub span: Span,
}

impl Declaration {
    /// The field of a column.
    pub fn field(&self, column: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name.value == column)
    }

    /// The type of a column, or of a part of one that ClickHouse reads by itself: `items.sku` of a Nested or a Tuple,
    /// `payload.user.id` of a JSON.
    pub fn column_type(&self, name: &str) -> Option<Type> {
        match self.column(name).map(|column| column.ty) {
            // There are only its elements.
            Some(Type::Nested(_)) => return None,
            Some(ty) => return Some(ty.clone()),
            None => {}
        }
        let dots = name.char_indices().filter(|(_, c)| *c == '.').map(|(at, _)| at);
        dots.rev().find_map(|dot| self.column(&name[..dot])?.ty.part(&name[dot + 1..]))
    }

    /// Whether a name is that of a column that cannot be read, or of a part of one: nothing is known of it, and nothing is
    /// said of it either.
    pub fn is_unread(&self, name: &str) -> bool {
        let part = |column: &str| {
            name.strip_prefix(column).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.unread.iter().any(|unread| unread.name.as_deref().is_none_or(part))
    }

    /// Whether one of these attributes is there and cannot be read.
    pub fn is_broken(&self, attributes: &[&str]) -> bool {
        self.broken.iter().any(|broken| attributes.contains(&broken.as_str()))
    }

    /// The field `#[stream(timestamp)]`.
    pub fn timestamp(&self) -> Option<&Field> {
        self.fields.iter().find(|field| field.timestamp.is_some())
    }

    /// The field `#[stream(id)]`.
    pub fn id(&self) -> Option<&Field> {
        self.fields.iter().find(|field| field.id.is_some())
    }

    /// All columns: the fields', then those that the server computes.
    pub fn columns(&self) -> impl Iterator<Item = ColumnAt<'_>> {
        let fields = self.fields.iter().map(|field| ColumnAt {
            name: &field.name,
            ty: &field.ty,
            ty_span: field.ty_span,
            kept: if field.ephemeral.is_some() { Kept::Ephemeral } else { Kept::Stored },
            default: field.default.as_ref(),
            codec: &field.codec,
            ttl: field.ttl.as_ref(),
        });
        let computed = self.computed.iter().map(|column| ColumnAt {
            name: &column.name,
            ty: &column.ty,
            ty_span: column.ty_span,
            kept: if column.kind == ComputedKind::Alias { Kept::Alias } else { Kept::Stored },
            default: column.expr.as_ref(),
            codec: &column.codec,
            ttl: column.ttl.as_ref(),
        });
        fields.chain(computed)
    }

    /// The column of a name.
    pub fn column(&self, name: &str) -> Option<ColumnAt<'_>> {
        self.columns().find(|column| column.name.value == name)
    }

    /// The column of a name, or the one of which it names a part.
    pub fn column_around(&self, name: &str) -> Option<ColumnAt<'_>> {
        let around = || name.match_indices('.').find_map(|(dot, _)| self.column(&name[..dot]));
        self.column(name).or_else(around)
    }

    /// Whether any row is kept, so that keys, TTLs and indexes mean something.
    pub fn keeps_rows(&self) -> bool {
        !self.engine.value.kind.keeps_nothing()
    }

    /// The primary key: as it is declared, else the whole sorting key.
    pub fn primary(&self) -> &[Expr<Span>] {
        let key = self.primary_key.as_ref().or(self.order_by.as_ref());
        key.map_or(&[], |at| &at.value)
    }
}
