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
        program: String,
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
    #[error("{path} cannot be used: {source}", path = path.display())]
    Files {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A folder belongs to a stack that runs.
    #[error("{path} is in use by another stack ({owner}): stop that one, or choose another folder", path = path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
        /// What is known of the process that holds it.
        owner: String,
    },
    /// A port cannot be listened on.
    #[error(
        "port {port} on 127.0.0.1 cannot be used for {name}: {source}; stop what listens there, or choose another port"
    )]
    Port {
        /// The port.
        port: u16,
        /// The server that was to listen there.
        name: String,
        /// Why.
        source: std::io::Error,
    },
    /// A package cannot be fetched, or is not the pinned one.
    #[error("{package} cannot be fetched: {message}")]
    Fetch {
        /// The package with its version.
        package: String,
        /// What failed, and the way out.
        message: String,
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
    /// A URL cannot be used.
    #[error("{variable} is not a URL of the form {form}")]
    Url {
        /// The variable that holds it, or what it was given for.
        variable: &'static str,
        /// What it should look like.
        form: &'static str,
    },
    /// A variable of the environment has a value that means nothing.
    #[error("{variable}={value} means nothing: it can be {form}")]
    Variable {
        /// The variable.
        variable: &'static str,
        /// Its value.
        value: String,
        /// What it can be.
        form: &'static str,
    },
    /// The server cannot do what the options ask.
    #[error("{program} cannot do {what}: {mend}", program = program.display())]
    Unable {
        /// The server's program.
        program: PathBuf,
        /// What was asked.
        what: &'static str,
        /// The way out.
        mend: &'static str,
    },
    /// A server answered a command of the stack with an error, or not at all.
    #[error("{name} does not do `{command}`: {message}")]
    Command {
        /// The process.
        name: String,
        /// The command, without its secrets.
        command: String,
        /// What it answered.
        message: String,
    },
    /// Several servers did not come together in time.
    #[error("{what} within {seconds} s; the last state was: {state}")]
    Late {
        /// What did not happen.
        what: &'static str,
        /// How long it was waited for.
        seconds: u64,
        /// What was seen at the end.
        state: String,
    },
    /// A certificate cannot be made.
    #[error("no certificate can be made: {0}")]
    Certificate(String),
}

impl StackError {
    /// For `map_err` on what touches a file.
    pub(crate) fn files(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| StackError::Files { path, source }
    }
}
