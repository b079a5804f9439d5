//! What is wrong with a declaration, as data: a code, a place, a message, and the way out.

use proc_macro2::{Span, TokenStream};

/// One finding.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The rule's code, such as `SH0201`.
    pub code: &'static str,
    /// The token that causes it.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// How to mend it, with the form that works.
    pub help: String,
}

/// All findings of a declaration, in the order in which they were found.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    findings: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds a finding.
    pub fn error(
        &mut self,
        code: &'static str,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.findings.push(Diagnostic { code, span, message: message.into(), help: help.into() });
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// The findings.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.findings.iter()
    }

    /// The findings as errors of the compiler, each on its token.
    pub fn to_compile_errors(&self) -> TokenStream {
        self.findings
            .iter()
            .map(|finding| {
                let text = format!("{} [{}]\n\nhelp: {}", finding.message, finding.code, finding.help);
                syn::Error::new(finding.span, text).to_compile_error()
            })
            .collect()
    }
}
