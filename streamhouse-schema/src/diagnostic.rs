//! What is wrong with a declaration, or might be better, as data: a code, a place, a message, and the way out.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The declaration works, and might be better.
    Warning,
    /// The declaration is refused.
    Error,
}

impl std::fmt::Display for Severity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Severity::Warning => "warning",
            Severity::Error => "error",
        })
    }
}

/// One finding.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The rule's code, such as `SH0201`.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The token that causes it, or the first of several.
    pub span: Span,
    /// The last of several.
    pub end: Option<Span>,
    /// What is wrong.
    pub message: String,
    /// What stands under the token where a snippet is shown; without one, what the rule says.
    pub label: Option<String>,
    /// How to mend it, with the form that works.
    pub help: String,
    /// What to write in place of a word, where that is known.
    pub replacement: Option<Replacement>,
}

/// A word, and the one that was probably meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// The word. Where something else stands at the place, as a whole SQL text does around a word in it, nothing can be
    /// replaced.
    pub of: String,
    /// What to write instead.
    pub by: String,
}

impl Diagnostic {
    /// An error.
    pub fn error(
        code: &'static str,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let (message, help) = (message.into(), help.into());
        let severity = Severity::Error;
        Self { code, severity, span, end: None, message, label: None, help, replacement: None }
    }

    /// The same, about tokens up to another one.
    pub fn up_to(self, end: Span) -> Self {
        Self { end: Some(end), ..self }
    }

    /// The same, with a text to stand under the token.
    pub fn label(self, label: impl Into<String>) -> Self {
        Self { label: Some(label.into()), ..self }
    }

    /// The same, with what to write in place of a word, where that is known.
    pub fn replacement(self, of: impl Into<String>, by: Option<impl Into<String>>) -> Self {
        let replacement = by.map(|by| Replacement { of: of.into(), by: by.into() });
        Self { replacement, ..self }
    }

    /// As the compiler shows it: the message with its code, and the help.
    pub fn text(&self) -> String {
        format!("{} [{}]\n\nhelp: {}", self.message, self.code, self.help)
    }
}

/// All findings of a declaration, in the order in which they were found.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    findings: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds an error.
    pub fn error(
        &mut self,
        code: &'static str,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.findings.push(Diagnostic::error(code, span, message, help));
    }

    /// Adds an error about tokens from one to another.
    pub fn error_over(
        &mut self,
        code: &'static str,
        (span, end): (Span, Span),
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.findings.push(Diagnostic::error(code, span, message, help).up_to(end));
    }

    /// Adds a finding.
    pub fn push(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
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
            .map(|finding| match finding.end {
                // Spans cannot be joined; an error about tokens reaches from the first to the last of them.
                Some(end) => {
                    let ends = [finding.span, end].map(|span| TokenTree::from(Ident::new("_", span)));
                    syn::Error::new_spanned(TokenStream::from_iter(ends), finding.text()).to_compile_error()
                }
                None => syn::Error::new(finding.span, finding.text()).to_compile_error(),
            })
            .collect()
    }
}
