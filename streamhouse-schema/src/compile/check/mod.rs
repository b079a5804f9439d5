//! The rules that look at more than one attribute: every reason for which ClickHouse would refuse the table, or its
//! users would regret it. A function a rule, each with its reason.

mod aggregation;
mod changes;
mod codecs;
mod constants;
mod constraints;
mod defaults;
mod engines;
mod expressions;
mod folding;
mod index_parameters;
mod indexes;
mod keys;
mod literals;
mod names;
mod null;
mod patterns;
mod projections;
mod roles;
mod sample;
mod setting_values;
mod settings;
mod statistics;
mod text;
mod time;
mod types;
mod values;
mod views;

pub(super) use codecs::recompress;
pub(crate) use defaults::convertible;
pub(crate) use expressions::place_of;
pub(crate) use literals::fits as literal_fits;
pub(super) use text::{select_text, sql_text};
pub(super) use time::is_interval;
pub(super) use types::MAX_FIXED_STRING;
pub use views::{Fed, Feed};
pub(in crate::compile) use views::{could_tell, feeds};

use proc_macro2::Span;

use super::declaration::{Declaration, Field};
use crate::diagnostic::Diagnostics;
use crate::expr::{Expr, Shape, shape};

/// Applies all rules.
pub(super) fn check(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    names::event_name(declaration, diagnostics);
    names::table_name(declaration, diagnostics);
    names::column_names(declaration, diagnostics);
    names::places(declaration, diagnostics);
    names::nested_names(declaration, diagnostics);
    names::no_clauses(declaration, diagnostics);
    names::no_values(declaration, diagnostics);
    types::supported(declaration, diagnostics);
    roles::one_of_each(declaration, diagnostics);
    roles::id_type(declaration, diagnostics);
    roles::timestamp_type(declaration, diagnostics);
    engines::columns_exist(declaration, diagnostics);
    engines::types_fit(declaration, diagnostics);
    engines::sums_are_no_key(declaration, diagnostics);
    engines::rows_are_told_apart(declaration, diagnostics);
    engines::clusters_have_names(declaration, diagnostics);
    aggregation::measures(declaration, diagnostics);
    aggregation::keys_are_no_tuples(declaration, diagnostics);
    aggregation::delivery(declaration, diagnostics);
    null::keeps_nothing(declaration, diagnostics);
    expressions::columns_exist(declaration, diagnostics);
    expressions::columns_are_stored(declaration, diagnostics);
    expressions::functions_exist(declaration, diagnostics);
    expressions::arguments_fit(declaration, diagnostics);
    expressions::deterministic(declaration, diagnostics);
    expressions::conditions_depend(declaration, diagnostics);
    keys::not_nullable(declaration, diagnostics);
    keys::no_constants(declaration, diagnostics);
    keys::no_duplicates(declaration, diagnostics);
    keys::sortable(declaration, diagnostics);
    keys::partition_is_coarse(declaration, diagnostics);
    sample::primary_key_is_a_prefix(declaration, diagnostics);
    sample::sample_is_in_the_key(declaration, diagnostics);
    time::ttl_is_a_moment(declaration, diagnostics);
    time::columns_are_read(declaration, diagnostics);
    time::one_deletes_all(declaration, diagnostics);
    time::groups_are_a_prefix(declaration, diagnostics);
    time::columns_that_end(declaration, diagnostics);
    codecs::fit(declaration, diagnostics);
    codecs::chain(declaration, diagnostics);
    codecs::something_is_stored(declaration, diagnostics);
    engines::some_column_is_stored(declaration, diagnostics);
    statistics::fit(declaration, diagnostics);
    defaults::fit(declaration, diagnostics);
    defaults::never_null(declaration, diagnostics);
    defaults::no_cycles(declaration, diagnostics);
    constants::convert(declaration, diagnostics);
    defaults::of_given_columns(declaration, diagnostics);
    rules(&declaration.fields, diagnostics);
    values::defaults_keep_rules(&declaration.fields, diagnostics);
    indexes::known_types(declaration, diagnostics);
    indexes::fit(declaration, diagnostics);
    indexes::one_text_index(declaration, diagnostics);
    indexes::distinct_names(declaration, diagnostics);
    projections::distinct_names(declaration, diagnostics);
    projections::sorted_or_grouped(declaration, diagnostics);
    projections::grouped_or_summed(declaration, diagnostics);
    projections::conditions(declaration, diagnostics);
    projections::of_whole_columns(declaration, diagnostics);
    projections::kept_while_rows_merge(declaration, diagnostics);
    constraints::distinct_names(declaration, diagnostics);
    constraints::conditions(declaration, diagnostics);
    constraints::say_something(declaration, diagnostics);
    aggregation::fed(declaration, diagnostics);
    views::distinct_names(declaration, diagnostics);
    views::read_the_table(declaration, diagnostics);
    views::columns(declaration, diagnostics);
    views::inner_engine(declaration, diagnostics);
    views::refresh(declaration, diagnostics);
    views::sharding_key(declaration, diagnostics);
    settings::known(declaration, diagnostics);
    settings::of_columns(declaration, diagnostics);
    settings::go_together(declaration, diagnostics);
    settings::disk_or_policy(declaration, diagnostics);
    settings::row_order(declaration, diagnostics);
    changes::renames(declaration, diagnostics);
}

/// Applies those that are about rules for values, of the fields of an event or of a part of one.
pub(super) fn rules(fields: &[Field], diagnostics: &mut Diagnostics) {
    values::fit(fields, diagnostics);
    values::limits_are_values(fields, diagnostics);
    values::some_value_is_left(fields, diagnostics);
    values::lists_of_values(fields, diagnostics);
    patterns::can_be_read(fields, diagnostics);
}

/// What an expression of a declaration yields.
pub(in crate::compile) fn shape_of(expr: &Expr<Span>, declaration: &Declaration) -> Shape {
    shape(expr, &|name| declaration.column_type(name).map(|ty| Shape::from(&ty)), &mut Vec::new())
}

/// The parts of an expression that ClickHouse looks at one by one: the elements of a tuple, else the whole.
pub(in crate::compile) fn parts(expr: &Expr<Span>) -> &[Expr<Span>] {
    match expr {
        Expr::Tuple(items) => items,
        one => std::slice::from_ref(one),
    }
}
