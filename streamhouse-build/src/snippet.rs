//! Findings as the compiler of Rust shows its own: the message, the lines, what is wrong below the very characters, the help, and the
//! lines as they should be.

use annotate_snippets::{AnnotationKind, Group, Level, Patch, Renderer, Snippet};
use streamhouse_schema::diagnostic::Severity;

use crate::finding::{Finding, Place};

/// The width for which long lines are cut; a terminal's own is nobody's business in a file.
const WIDTH: usize = 140;

pub(crate) fn render(finding: &Finding, colours: bool) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let path = |place: &Place| place.path().display().to_string();
    let snippet = |place: &Place, kind: AnnotationKind, label: &str| {
        let annotation = kind.span(place.bytes.clone()).label(label.to_string());
        Snippet::source(place.source.text.clone()).path(path(place)).annotation(annotation)
    };
    let mut group: Group<'_> = level.primary_title(finding.title()).element(snippet(
        &finding.place,
        AnnotationKind::Primary,
        &finding.label,
    ));
    if let Some((other, label)) = &finding.other {
        group = group.element(snippet(other, AnnotationKind::Context, label));
    }
    let mut groups = Vec::new();
    match &finding.replacement {
        Some(text) => {
            let patch = Patch::new(finding.place.bytes.clone(), text.clone());
            let source =
                Snippet::source(finding.place.source.text.clone()).path(path(&finding.place)).patch(patch);
            groups.extend([group, Level::HELP.secondary_title(finding.help.clone()).element(source)]);
        }
        None if finding.help.is_empty() => groups.push(group),
        None => groups.push(group.element(Level::HELP.message(finding.help.clone()))),
    }
    let renderer = if colours { Renderer::styled() } else { Renderer::plain() };
    renderer.term_width(WIDTH).render(&groups)
}
