//! Connections, and what one does with a statement.

use std::ffi::c_char;
use std::ptr::NonNull;
use std::sync::Arc;

use super::api::{Api, Handle, Query, RawAnalysis};
use super::{EngineError, InsertStream, Output, ResultStream};

/// What the engine's parser says of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Analysis {
    /// Statements in the text; none where it does not parse.
    pub statements: u32,
    /// It parses, and leaves no trace: SELECT, SHOW, DESCRIBE, EXPLAIN and their kin.
    pub reads_only: bool,
    /// It parses into a statement whose effect the parser knows.
    pub known: bool,
}

/// A connection: a session that runs one statement at a time.
pub struct Connection {
    pub(super) api: Arc<Api>,
    pub(super) handle: NonNull<Handle>,
}

// SAFETY: the engine allows a connection to be used from any thread, by one at a time; `&mut self` sees to that.
unsafe impl Send for Connection {}

impl Connection {
    /// Runs a statement whose result is small. `parameters` are the values of `{name:Type}`.
    pub fn query(
        &mut self,
        sql: &str,
        format: &str,
        parameters: &[(String, String)],
    ) -> Result<Output, EngineError> {
        let result = self.call(self.api.query, sql, format, parameters);
        Output::new(&self.api, result).check()
    }

    /// Begins a SELECT, whose result is fetched piece by piece; the engine streams no other statement.
    pub fn stream(
        &mut self,
        sql: &str,
        format: &str,
        parameters: &[(String, String)],
    ) -> Result<ResultStream<'_>, EngineError> {
        let result = self.call(self.api.stream_query, sql, format, parameters);
        let result = Output::new(&self.api, result).check()?;
        Ok(ResultStream::new(result, self.raw()))
    }

    fn call(&self, function: Query, sql: &str, format: &str, parameters: &[(String, String)]) -> Handle {
        let names: Vec<*const c_char> = parameters.iter().map(|(name, _)| name.as_ptr().cast()).collect();
        let name_lengths: Vec<usize> = parameters.iter().map(|(name, _)| name.len()).collect();
        let values: Vec<*const c_char> = parameters.iter().map(|(_, value)| value.as_ptr().cast()).collect();
        let value_lengths: Vec<usize> = parameters.iter().map(|(_, value)| value.len()).collect();
        // SAFETY: the handle is open, and only callers with `&mut self` come here; the four arrays have
        // `parameters.len()` elements; all outlive the call.
        unsafe {
            function(
                self.raw(),
                sql.as_ptr().cast(),
                sql.len(),
                format.as_ptr().cast(),
                format.len(),
                names.as_ptr(),
                name_lengths.as_ptr(),
                values.as_ptr(),
                value_lengths.as_ptr(),
                parameters.len(),
            )
        }
    }

    /// Begins an insert: `sql` without its FORMAT clause, then the data in the format.
    pub fn insert(
        &mut self,
        sql: &str,
        format: &str,
        parameters: &[(String, String)],
    ) -> Result<InsertStream<'_>, EngineError> {
        let handle = self.call(self.api.insert, sql, format, parameters);
        let stream = InsertStream::new(&self.api, handle);
        match stream.error() {
            Some(error) => Err(EngineError::Query(error)),
            None => Ok(stream),
        }
    }

    /// Has the engine parse a text, with this session's settings, and runs nothing.
    pub fn analyse(&mut self, sql: &str) -> Analysis {
        const READ_ONLY: u32 = 0;
        const UNKNOWN: u32 = 4;
        let mut raw = RawAnalysis {
            struct_size: size_of::<RawAnalysis>() as u32,
            query_class: UNKNOWN,
            ..RawAnalysis::default()
        };
        // SAFETY: the handle is open; text and report outlive the call; no database is named.
        unsafe {
            (self.api.classify)(self.raw(), sql.as_ptr().cast(), sql.len(), std::ptr::null(), 0, &raw mut raw)
        };
        Analysis {
            statements: raw.statement_count,
            reads_only: raw.query_class == READ_ONLY && raw.statement_count > 0,
            known: raw.query_class != UNKNOWN,
        }
    }

    fn raw(&self) -> Handle {
        // SAFETY: points to the handle until `close`, which only `drop` calls.
        unsafe { self.handle.as_ptr().read() }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // SAFETY: open until now, and nothing borrowed from it is left.
        unsafe { (self.api.close)(self.handle.as_ptr()) };
    }
}
