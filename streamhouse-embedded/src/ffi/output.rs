//! Results.

use std::sync::Arc;

use super::EngineError;
use super::api::{Api, Handle, text};

/// A result, or a piece of one.
pub struct Output {
    pub(super) api: Arc<Api>,
    pub(super) handle: Handle,
}

// SAFETY: a result is plain data that belongs to its holder.
unsafe impl Send for Output {}
// SAFETY: reading it changes nothing.
unsafe impl Sync for Output {}

impl Output {
    pub(super) fn new(api: &Arc<Api>, handle: Handle) -> Self {
        Self { api: Arc::clone(api), handle }
    }

    pub(super) fn check(self) -> Result<Self, EngineError> {
        if self.handle.is_null() {
            return Err(EngineError::Query("Code: 1001. DB::Exception: the engine gave no result".into()));
        }
        // SAFETY: the result is not null; the text lives as long as it.
        match unsafe { text((self.api.result_error)(self.handle)) } {
            Some(error) => Err(EngineError::Query(error)),
            None => Ok(self),
        }
    }

    /// The formatted rows.
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: pointer and length describe the result's own buffer, which lives as long as it.
        unsafe {
            let (start, length) =
                ((self.api.result_buffer)(self.handle), (self.api.result_length)(self.handle));
            if start.is_null() || length == 0 { &[] } else { std::slice::from_raw_parts(start, length) }
        }
    }

    /// How much was read, written and given.
    pub fn progress(&self) -> Progress {
        // SAFETY: the result is not null.
        unsafe {
            Progress {
                read_rows: (self.api.result_storage_rows_read)(self.handle),
                read_bytes: (self.api.result_storage_bytes_read)(self.handle),
                written_rows: (self.api.result_rows_written)(self.handle),
                written_bytes: (self.api.result_bytes_written)(self.handle),
                result_rows: (self.api.result_rows_read)(self.handle),
                result_bytes: (self.api.result_bytes_read)(self.handle),
            }
        }
    }
}

/// How much a statement, or a piece of its result, has read, written and given. Bytes are those of the columns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Rows read from tables.
    pub read_rows: u64,
    /// Bytes read from tables.
    pub read_bytes: u64,
    /// Rows written to tables, also by views.
    pub written_rows: u64,
    /// Bytes written to tables.
    pub written_bytes: u64,
    /// Rows of the result.
    pub result_rows: u64,
    /// Bytes of the result.
    pub result_bytes: u64,
}

impl std::ops::AddAssign for Progress {
    fn add_assign(&mut self, other: Self) {
        self.read_rows += other.read_rows;
        self.read_bytes += other.read_bytes;
        self.written_rows += other.written_rows;
        self.written_bytes += other.written_bytes;
        self.result_rows += other.result_rows;
        self.result_bytes += other.result_bytes;
    }
}

/// For a response body that is the result's own buffer.
impl AsRef<[u8]> for Output {
    fn as_ref(&self) -> &[u8] {
        self.bytes()
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if !self.handle.is_null() {
            // SAFETY: destroyed once, here.
            unsafe { (self.api.destroy_result)(self.handle) };
        }
    }
}
