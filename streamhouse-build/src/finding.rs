//! What is wrong with source files, or might be better, with the place where it is.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};
use streamhouse_schema::diagnostic::{Diagnostic, Severity};
use streamhouse_schema::rules;

use crate::snippet;

/// A file that was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// Some bytes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub(crate) source: Arc<Source>,
    pub(crate) bytes: Range<usize>,
}

/// One finding. Shown as text, it is what a terminal gets, without colours.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule's code; `None` where a file is not Rust.
    pub code: Option<&'static str>,
    /// How much it matters.
    pub severity: Severity,
    /// Where it is.
    pub place: Place,
    /// What is wrong.
    pub message: String,
    /// What stands under the place.
    pub label: String,
    /// How to mend it; empty where the message says all.
    pub help: String,
    /// What to write at the place, where that is known.
    pub replacement: Option<String>,
    /// Another place that has to do with it, and what that is.
    pub other: Option<(Place, String)>,
}

impl Place {
    /// The place of a span in a file that was parsed.
    pub(crate) fn of(source: &Arc<Source>, first: proc_macro2::Span, last: proc_macro2::Span) -> Self {
        let (start, end) = (first.start(), last.end());
        let start = byte(&source.text, start.line, start.column);
        // A span without an end is that of nothing: it is shown where it begins.
        let end = byte(&source.text, end.line, end.column).max(start);
        Self { source: Arc::clone(source), bytes: start..end }
    }

    /// The file, as it was named or found.
    pub fn path(&self) -> &std::path::Path {
        &self.source.path
    }

    /// The line, from 1.
    pub fn line(&self) -> usize {
        self.before().matches('\n').count() + 1
    }

    /// The column, in characters from 1.
    pub fn column(&self) -> usize {
        let before = self.before();
        let line = before.rfind('\n').map_or(before, |end| &before[end + 1..]);
        line.chars().count() + 1
    }

    fn before(&self) -> &str {
        self.source.text.get(..self.bytes.start).unwrap_or(&self.source.text)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.path().display(), self.line(), self.column())
    }
}

/// The byte at which a character of a line stands; the end of the line where it has fewer.
fn byte(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = text.get(start..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    start + line.char_indices().nth(column).map_or(line.len(), |(at, _)| at)
}

impl Finding {
    /// What the compiler of declarations found, in the file in which it did.
    pub(crate) fn of(diagnostic: &Diagnostic, source: &Arc<Source>) -> Self {
        let place = Place::of(source, diagnostic.span, diagnostic.end.unwrap_or(diagnostic.span));
        let written = source.text.get(place.bytes.clone()).unwrap_or_default();
        let replacement = diagnostic.replacement.as_ref();
        let replacement = replacement.filter(|one| written.strip_prefix("r#").unwrap_or(written) == one.of);
        Self {
            code: Some(diagnostic.code),
            severity: diagnostic.severity,
            message: diagnostic.message.clone(),
            label: diagnostic.label.clone().unwrap_or_else(|| rule_of(diagnostic.code)),
            help: diagnostic.help.clone(),
            replacement: replacement.map(|one| one.by.clone()),
            place,
            other: None,
        }
    }

    /// An error that no rule is about.
    pub(crate) fn error(place: Place, message: String, label: &str, help: &str) -> Self {
        let (label, help) = (label.to_string(), help.to_string());
        let severity = Severity::Error;
        Self { code: None, severity, place, message, label, help, replacement: None, other: None }
    }

    /// The message, with the code where there is one.
    pub fn title(&self) -> String {
        match self.code {
            Some(code) => format!("{} [{code}]", self.message),
            None => self.message.clone(),
        }
    }

    /// The finding with the lines that it is about, for a terminal that shows colours or for one that does not.
    pub fn render(&self, colours: bool) -> String {
        snippet::render(self, colours)
    }

    /// The finding as an object: `code`, `severity`, `file`, `line`, `column`, `end_line`, `end_column`, `message`, `label`,
    /// `help` and `replacement`. Lines and columns are counted from 1, columns in characters; the end is the first
    /// character behind.
    pub fn to_json(&self) -> Value {
        let end = Place { bytes: self.place.bytes.end..self.place.bytes.end, ..self.place.clone() };
        json!({
            "code": self.code,
            "severity": self.severity.to_string(),
            "file": self.place.path().display().to_string(),
            "line": self.place.line(),
            "column": self.place.column(),
            "end_line": end.line(),
            "end_column": end.column(),
            "message": self.message,
            "label": self.label,
            "help": self.help,
            "replacement": self.replacement,
        })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

/// What the rule of a code says, as the end of a line and not as a sentence.
pub(crate) fn rule_of(code: &str) -> String {
    let what = rules::rule(code).map_or("", |rule| rule.what).trim_end_matches('.');
    let mut characters = what.chars();
    match (characters.next(), characters.next()) {
        // A name of all capitals stays one.
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain(what.chars().skip(1)).collect()
        }
        _ => what.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_found_by_line_and_character() {
        let text = "äb\n\tc\r\nd";
        for (line, column, expected) in
            [(1, 0, 0), (1, 1, 2), (1, 9, 3), (2, 1, 5), (3, 0, 8), (3, 1, 9), (9, 9, 9)]
        {
            assert_eq!(byte(text, line, column), expected, "{line}:{column}");
        }
        let source = Arc::new(Source { path: "a.rs".into(), text: text.into() });
        assert_eq!(Place { source, bytes: 5..6 }.to_string(), "a.rs:2:2");
    }
}
