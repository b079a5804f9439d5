//! Which lints a declaration takes out, or takes more seriously.

use super::{Advice, finding};
use crate::compile::declaration::{Declaration, Exception};
use crate::diagnostic::{Diagnostic, Severity};
use crate::project::{Level, Project};

/// The lint about exceptions.
const NEEDLESS: &str = "SH0539";

/// All exceptions, those of a field with its column.
pub(super) fn all(declaration: &Declaration) -> impl Iterator<Item = (Option<&str>, &Exception)> {
    let fields = declaration.fields.iter().flat_map(|field| {
        field.exceptions.iter().map(|exception| (Some(field.name.value.as_str()), exception))
    });
    declaration.exceptions.iter().map(|exception| (None, exception)).chain(fields)
}

/// Gives each finding its severity, and leaves out those that are allowed: a field knows better than its struct, and the
/// struct better than the project.
pub(super) fn apply(declaration: &Declaration, project: &Project, advice: Advice) -> Vec<Diagnostic> {
    let mut used = vec![false; all(declaration).count()];
    let mut said = Vec::new();
    for (mut finding, columns) in advice.found {
        match level(declaration, project, finding.code, &columns, &mut used) {
            Level::Allow => continue,
            Level::Warn if !project.lints.advises() => continue,
            Level::Warn => {}
            Level::Deny => finding.severity = Severity::Error,
        }
        said.push(finding);
    }
    // An exception that nothing needs hides what comes later.
    let idle: Vec<(Option<&str>, &Exception)> = all(declaration)
        .zip(&used)
        .filter(|((_, one), used)| one.level == Level::Allow && one.lint != NEEDLESS && !**used)
        .map(|(exception, _)| exception)
        .collect();
    for (column, exception) in idle {
        let columns: Vec<String> = column.into_iter().map(str::to_string).collect();
        let severity = match level(declaration, project, NEEDLESS, &columns, &mut used) {
            Level::Allow => continue,
            Level::Warn if !project.lints.advises() => continue,
            Level::Warn => Severity::Warning,
            Level::Deny => Severity::Error,
        };
        let message = format!("nothing here needs that `{}` is allowed", exception.name);
        let needless = finding(NEEDLESS, exception.span, message, "not needed", "leave it out");
        said.push(Diagnostic { severity, ..needless });
    }
    said
}

/// How much a finding matters, and which exceptions say so.
fn level(
    declaration: &Declaration,
    project: &Project,
    code: &str,
    columns: &[String],
    used: &mut [bool],
) -> Level {
    let mut level = project.lints.level(code);
    for ((column, exception), used) in all(declaration).zip(used) {
        let concerned = column.is_none_or(|column| columns.iter().any(|name| name == column));
        if concerned && exception.lint == code {
            *used = true;
            level = exception.level;
        }
    }
    level
}
