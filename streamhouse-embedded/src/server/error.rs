//! Errors as ClickHouse answers them: a status, a code in a header, a text.

use hyper::StatusCode;

/// An error on its way to the client.
#[derive(Debug, Clone)]
pub(super) struct QueryError {
    pub(super) code: u32,
    pub(super) text: String,
}

impl QueryError {
    /// An error of the server's own, in ClickHouse's form.
    pub(super) fn new(code: u32, name: &str, message: impl std::fmt::Display) -> Self {
        Self { code, text: format!("Code: {code}. DB::Exception: {message} ({name})\n") }
    }

    /// An error of the engine.
    pub(super) fn from_engine(text: &str) -> Self {
        let code = text
            .split_once("Code: ")
            .map(|(_, rest)| rest.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default())
            .and_then(|digits| digits.parse().ok())
            .unwrap_or(1001);
        let text = text.trim_end();
        let text = if text.contains("Code: ") {
            format!("{text}\n")
        } else {
            format!("Code: {code}. DB::Exception: {text}\n")
        };
        Self { code, text }
    }

    /// The status that ClickHouse answers with (`exceptionCodeToHTTPStatus` in `src/Server/HTTP`).
    pub(super) fn status(&self) -> StatusCode {
        match self.code {
            194 => StatusCode::UNAUTHORIZED,
            192 | 193 | 291 | 497 | 516 => StatusCode::FORBIDDEN,
            6 | 26 | 27 | 38 | 41 | 42 | 43 | 44 | 53 | 62 | 69 | 70 | 72 | 117 | 131 | 130 | 344 | 386
            | 440 | 441 | 456 | 457 => StatusCode::BAD_REQUEST,
            16 | 36 | 46 | 47 | 50 | 56 | 60 | 63 | 65 | 66 | 81 | 115 => StatusCode::NOT_FOUND,
            313 => StatusCode::PAYLOAD_TOO_LARGE,
            48 => StatusCode::NOT_IMPLEMENTED,
            209 | 439 => StatusCode::SERVICE_UNAVAILABLE,
            381 => StatusCode::LENGTH_REQUIRED,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}
