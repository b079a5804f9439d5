//! The rules that look at more than one attribute: every reason for which ClickHouse would refuse the table, or its
//! users would regret it. A function a rule, each with its reason.

mod codecs;
mod defaults;
mod expressions;
mod indexes;
mod keys;
mod literals;
mod names;
mod roles;
mod settings;
mod time;
mod types;

pub(super) use time::is_interval;
pub(super) use types::MAX_FIXED_STRING;

use proc_macro2::Span;

use super::declaration::Declaration;
use crate::diagnostic::Diagnostics;
use crate::expr::{Expr, Shape, shape};

/// Applies all rules.
pub(super) fn check(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    names::event_name(declaration, diagnostics);
    names::table_name(declaration, diagnostics);
    names::column_names(declaration, diagnostics);
    names::nested_names(declaration, diagnostics);
    types::supported(declaration, diagnostics);
    roles::one_of_each(declaration, diagnostics);
    roles::id_type(declaration, diagnostics);
    roles::timestamp_type(declaration, diagnostics);
    expressions::columns_exist(declaration, diagnostics);
    expressions::functions_exist(declaration, diagnostics);
    expressions::arguments_fit(declaration, diagnostics);
    expressions::deterministic(declaration, diagnostics);
    keys::not_nullable(declaration, diagnostics);
    keys::no_constants(declaration, diagnostics);
    keys::no_duplicates(declaration, diagnostics);
    keys::sortable(declaration, diagnostics);
    keys::partition_is_coarse(declaration, diagnostics);
    time::ttl_is_a_moment(declaration, diagnostics);
    codecs::fit(declaration, diagnostics);
    codecs::chain(declaration, diagnostics);
    defaults::fit(declaration, diagnostics);
    defaults::no_cycles(declaration, diagnostics);
    indexes::known_types(declaration, diagnostics);
    indexes::fit(declaration, diagnostics);
    indexes::distinct_names(declaration, diagnostics);
    settings::known(declaration, diagnostics);
}

/// What an expression of a declaration yields.
fn shape_of(expr: &Expr<Span>, declaration: &Declaration) -> Shape {
    shape(expr, &|name| declaration.column_type(name).map(|ty| Shape::from(&ty)), &mut Vec::new())
}

/// The parts of an expression that ClickHouse looks at one by one: the elements of a tuple, else the whole.
fn parts(expr: &Expr<Span>) -> &[Expr<Span>] {
    match expr {
        Expr::Tuple(items) => items,
        one => std::slice::from_ref(one),
    }
}
