//! Advice: what ClickHouse takes, and its users regret. A function a lint, each with its reason; how much each of them
//! matters is for `streamhouse.toml` and for `#[stream(allow(…))]` to say.

mod codecs;
mod detail;
mod exceptions;
mod keys;
mod names;
mod partitions;
mod types;
mod views;

use super::declaration::Declaration;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::project::{Level, Project};

/// What lints found, each with the columns that it is about.
#[derive(Default)]
pub(super) struct Advice {
    found: Vec<(Diagnostic, Vec<String>)>,
}

impl Advice {
    fn add(&mut self, finding: Diagnostic, columns: &[&str]) {
        self.found.push((finding, columns.iter().map(ToString::to_string).collect()));
    }
}

/// Applies all lints to a declaration without errors: those that are denied become errors, the others warnings.
pub(super) fn lint(
    declaration: &Declaration,
    project: &Project,
    errors: &mut Diagnostics,
    warnings: &mut Diagnostics,
) {
    let denied =
        project.lints.denies() || exceptions::all(declaration).any(|(_, one)| one.level == Level::Deny);
    if !denied && !project.lints.advises() {
        return;
    }
    let mut advice = Advice::default();
    types::text_for_time(declaration, &mut advice);
    types::text_for_number(declaration, &mut advice);
    types::text_for_few(declaration, &mut advice);
    types::text_for_uuid(declaration, &mut advice);
    types::text_for_ip(declaration, &mut advice);
    types::float_for_money(declaration, &mut advice);
    types::null_and_default(declaration, &mut advice);
    types::dictionary_of_ids(declaration, &mut advice);
    detail::fine_time(declaration, &mut advice);
    detail::untyped_json(declaration, &mut advice);
    detail::text_for_json(declaration, &mut advice);
    keys::float_in_key(declaration, &mut advice);
    keys::null_in_key(declaration, &mut advice);
    keys::varied_first(declaration, &mut advice);
    keys::key_repeats_itself(declaration, &mut advice);
    keys::wide_key(declaration, &mut advice);
    keys::index_on_key(declaration, &mut advice);
    keys::last_one_wins(declaration, &mut advice);
    partitions::too_many_partitions(declaration, &mut advice);
    partitions::partition_by_value(declaration, &mut advice);
    partitions::ttl_without_partition(declaration, &mut advice);
    partitions::ttl_rewrites_parts(declaration, &mut advice);
    codecs::delta_of_no_order(declaration, &mut advice);
    codecs::slow_compression(declaration, &mut advice);
    views::view_without_partition_by(declaration, &mut advice);
    let mut advice = exceptions::apply(declaration, project, advice);
    advice.sort_by_key(|finding| {
        let start = finding.span.start();
        (start.line, start.column, finding.code)
    });
    for finding in advice {
        match finding.severity {
            Severity::Error => errors.push(finding),
            Severity::Warning => warnings.push(finding),
        }
    }
}

/// What a lint says; how much it matters is not known yet.
fn finding(
    code: &'static str,
    span: proc_macro2::Span,
    message: impl Into<String>,
    label: &str,
    help: impl Into<String>,
) -> Diagnostic {
    Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, span, message, help).label(label) }
}
