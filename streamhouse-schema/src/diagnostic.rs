//! What is wrong with a declaration, as data: a code, a place, a message, and the way out.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};

/// One finding.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The rule's code, such as `SH0201`.
    pub code: &'static str,
    /// The token that causes it, or the first of several.
    pub span: Span,
    /// The last of several.
    pub end: Option<Span>,
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
        let (message, help) = (message.into(), help.into());
        self.findings.push(Diagnostic { code, span, end: None, message, help });
    }

    /// Adds a finding about tokens from one to another.
    pub fn error_over(
        &mut self,
        code: &'static str,
        (span, end): (Span, Span),
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let (message, help) = (message.into(), help.into());
        self.findings.push(Diagnostic { code, span, end: Some(end), message, help });
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
                match finding.end {
                    // Spans cannot be joined; an error about tokens reaches from the first to the last of them.
                    Some(end) => {
                        let ends = [finding.span, end].map(|span| TokenTree::from(Ident::new("_", span)));
                        syn::Error::new_spanned(TokenStream::from_iter(ends), text).to_compile_error()
                    }
                    None => syn::Error::new(finding.span, text).to_compile_error(),
                }
            })
            .collect()
    }
}
