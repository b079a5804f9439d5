//! Why a stack does not stand.

use std::path::PathBuf;

/// What is missing or went wrong, each with the way out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StackError {
    /// A program that is needed is not there and cannot be had.
    #[error("{program} is missing: {mend}")]
    Missing {
        /// The program.
        program: &'static str,
        /// The command that would mend it.
        mend: String,
    },
    /// A program does not start, or not in time.
    #[error("{name} does not start: {message}\n{log}")]
    Start {
        /// The process.
        name: String,
        /// What went wrong.
        message: String,
        /// The end of its log.
        log: String,
    },
    /// A folder or file cannot be used.
    #[error("{path}: {source}", path = path.display())]
    Files {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The engine's library cannot be had.
    #[error(transparent)]
    Library(#[from] streamhouse_embedded::library::LibraryError),
    /// The server is not this stack's own.
    #[error(
        "{variable} names a server that this stack did not start: unset it to have one that can be killed and restarted"
    )]
    Foreign {
        /// The variable.
        variable: &'static str,
    },
    /// A URL in the environment cannot be used.
    #[error("{variable} is not a URL of the form {form}")]
    Url {
        /// The variable.
        variable: &'static str,
        /// What it should look like.
        form: &'static str,
    },
}
