//! What a build script says to cargo, a line each.

use std::fmt::{self, Display, Write as _};

/// What cargo is told.
#[derive(Debug, Default)]
pub(crate) struct Instructions(String);

impl Instructions {
    /// Has cargo run the script again where a file changes, or a folder or anything in it.
    pub(crate) fn watch(&mut self, path: impl Display) {
        self.line("rerun-if-changed=", path);
    }

    /// Has cargo run the script again where a variable changes.
    pub(crate) fn watch_variable(&mut self, name: &str) {
        self.line("rerun-if-env-changed=", name);
    }

    /// Sets a variable for rustc, and so for derives.
    pub(crate) fn set(&mut self, name: &str, value: impl Display) {
        self.line("rustc-env=", format_args!("{name}={value}"));
    }

    /// Shows a text to whoever builds, in as many lines as it has.
    pub(crate) fn warn(&mut self, text: impl Display) {
        for line in text.to_string().lines() {
            self.line("warning=", line);
        }
    }

    /// Ends the build with a text.
    pub(crate) fn fail(&mut self, text: impl Display) {
        for line in text.to_string().lines() {
            self.line("error=", line);
        }
    }

    fn line(&mut self, what: &str, value: impl Display) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.0, "cargo::{what}{value}");
    }
}

impl Display for Instructions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
