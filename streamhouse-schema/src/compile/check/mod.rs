//! The rules that look at more than one attribute: every reason for which ClickHouse would refuse the table, or its
//! users would regret it. A function a rule, each with its reason.

mod columns;
mod indexes;
mod keys;
mod names;
mod roles;
mod time;

pub(super) use time::is_interval;

use super::declaration::Declaration;
use crate::diagnostic::Diagnostics;

/// Applies all rules.
pub(super) fn check(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    names::event_name(declaration, diagnostics);
    names::table_name(declaration, diagnostics);
    names::column_names(declaration, diagnostics);
    roles::one_of_each(declaration, diagnostics);
    roles::id_type(declaration, diagnostics);
    roles::timestamp_type(declaration, diagnostics);
    keys::columns_exist(declaration, diagnostics);
    keys::not_nullable(declaration, diagnostics);
    keys::sortable(declaration, diagnostics);
    keys::partition_is_coarse(declaration, diagnostics);
    keys::deterministic(declaration, diagnostics);
    time::ttl_has_a_time(declaration, diagnostics);
    columns::codecs_fit(declaration, diagnostics);
    columns::defaults_fit(declaration, diagnostics);
    indexes::known_types(declaration, diagnostics);
    indexes::distinct_names(declaration, diagnostics);
}
