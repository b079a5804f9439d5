//! What no declaration can know of itself: whether the table that its views write into takes what they write.

use proc_macro2::Span;

use crate::compile::Compiled;
use crate::diagnostic::Diagnostic;

/// A view that writes what its target does not take.
#[derive(Clone, Debug)]
pub struct Misfit {
    /// Which declaration has the view.
    pub at: usize,
    /// What is wrong.
    pub diagnostic: Diagnostic,
    /// Which declaration the target is, and where its struct stands.
    pub target: (usize, Span),
}

/// All of them, among declarations that are sorted by event and version. The target is the newest version of its event.
pub fn misfits(all: &[&Compiled]) -> Vec<Misfit> {
    let mut misfits = Vec::new();
    for (at, one) in all.iter().enumerate() {
        for feed in &one.feeds {
            let Some(newest) = all.iter().rposition(|other| other.schema.table == feed.table) else {
                continue;
            };
            let target = (newest, all[newest].declaration.ident.span());
            for (code, message, help) in feed.misfits(&all[newest].schema) {
                let diagnostic =
                    Diagnostic::error(code, feed.span, message, help).label("what the view writes");
                misfits.push(Misfit { at, diagnostic, target });
            }
        }
    }
    misfits
}
