//! Errors as ClickHouse answers them: a status, a code in a header, a text.

use hyper::StatusCode;

/// An error on its way to the client.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{text}")]
pub(super) struct QueryError {
    pub(super) code: u32,
    text: String,
}

impl QueryError {
    /// An error of the server's own, in ClickHouse's form.
    pub(super) fn new(code: u32, name: &str, message: impl std::fmt::Display) -> Self {
        Self { code, text: format!("Code: {code}. DB::Exception: {message} ({name})") }
    }

    /// An error of the engine.
    pub(super) fn from_engine(text: &str) -> Self {
        let text = text.trim_end();
        let code = text
            .split_once("Code: ")
            .map(|(_, rest)| rest.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default())
            .and_then(|digits| digits.parse().ok());
        match code {
            Some(code) => Self { code, text: text.to_string() },
            None => Self::new(1001, "STD_EXCEPTION", text),
        }
    }

    /// The same error, with what it means for the statement.
    pub(super) fn with(self, note: &str) -> Self {
        let text = match self.text.rsplit_once(" (") {
            Some((message, name)) => format!("{message}; {note} ({name}"),
            None => format!("{}; {note}", self.text),
        };
        Self { text, ..self }
    }

    /// The engine of tables or databases for which a grant is missing.
    pub(super) fn missing_engine(&self) -> Option<&str> {
        let (_, rest) = self.text.split_once("grant TABLE ENGINE ON ").filter(|_| self.code == 497)?;
        rest.split('.').next()
    }

    /// The text, which ends in the server's version as every exception of ClickHouse's does.
    pub(super) fn render(&self, version: &str) -> String {
        let text = &self.text;
        if text.ends_with(&format!("(version {version})")) {
            format!("{text}\n")
        } else {
            format!("{text} (version {version})\n")
        }
    }

    /// The status that ClickHouse answers with (`src/Server/HTTP/exceptionCodeToHTTPStatus.cpp`).
    pub(super) fn status(&self) -> StatusCode {
        match self.code {
            194 => StatusCode::UNAUTHORIZED,
            192 | 193 | 497 | 512 | 516 => StatusCode::FORBIDDEN,
            6 | 8 | 15 | 25 | 26 | 27 | 36 | 37 | 38 | 41 | 44 | 53 | 62 | 72 | 117 | 123 | 167 | 168
            | 223 | 321 | 376 | 427 | 441 | 675 | 676 => StatusCode::BAD_REQUEST,
            46 | 47 | 50 | 56 | 60 | 63 | 73 | 78 | 81 | 115 | 152 | 336 | 511 => StatusCode::NOT_FOUND,
            159 => StatusCode::REQUEST_TIMEOUT,
            381 => StatusCode::LENGTH_REQUIRED,
            229 => StatusCode::PAYLOAD_TOO_LARGE,
            779 => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            48 => StatusCode::NOT_IMPLEMENTED,
            76 | 209 | 439 => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}
