//! What goes on piece by piece: results, and inserts.

use std::marker::PhantomData;
use std::sync::Arc;

use super::api::{Api, Handle, text};
use super::{Connection, EngineError, Output};

/// A result that is fetched piece by piece; cancelled where it is dropped before its end.
pub struct ResultStream<'a> {
    result: Output,
    connection: Handle,
    ended: bool,
    _connection: PhantomData<&'a mut Connection>,
}

impl ResultStream<'_> {
    pub(super) fn new(result: Output, connection: Handle) -> Self {
        Self { result, connection, ended: false, _connection: PhantomData }
    }

    /// The next piece; `None` at the end.
    pub fn fetch(&mut self) -> Result<Option<Output>, EngineError> {
        // SAFETY: stream and connection are open, and nobody else uses them.
        let piece = unsafe { (self.result.api.stream_fetch)(self.connection, self.result.handle) };
        let piece = Output::new(&self.result.api, piece).check().inspect_err(|_| self.ended = true)?;
        self.ended = piece.bytes().is_empty();
        Ok((!self.ended).then_some(piece))
    }
}

impl Drop for ResultStream<'_> {
    fn drop(&mut self) {
        if !self.ended {
            // SAFETY: stream and connection are open.
            unsafe { (self.result.api.stream_cancel)(self.connection, self.result.handle) };
        }
    }
}

/// An insert that takes data; cancelled where it is dropped before [`finish`](Self::finish).
pub struct InsertStream<'a> {
    api: Arc<Api>,
    handle: Handle,
    _connection: PhantomData<&'a mut Connection>,
}

impl InsertStream<'_> {
    pub(super) fn new(api: &Arc<Api>, handle: Handle) -> Self {
        Self { api: Arc::clone(api), handle, _connection: PhantomData }
    }

    /// Hands data over; may block until the engine has room.
    pub fn append(&mut self, data: &[u8]) -> Result<(), EngineError> {
        // SAFETY: the stream is open; the data is copied before the call returns.
        let state = unsafe { (self.api.insert_append)(self.handle, data.as_ptr().cast(), data.len()) };
        if state == 0 {
            return Ok(());
        }
        Err(EngineError::Query(
            self.error().unwrap_or_else(|| "Code: 1001. DB::Exception: the insert failed".into()),
        ))
    }

    /// Ends the data and waits until it is inserted.
    pub fn finish(self) -> Result<Output, EngineError> {
        // SAFETY: the stream is open, and is finished once.
        Output::new(&self.api, unsafe { (self.api.insert_done)(self.handle) }).check()
    }

    /// Gives the insert up: what is not yet written will not be.
    pub fn cancel(self) {
        // SAFETY: the stream is open.
        unsafe { (self.api.insert_cancel)(self.handle) };
    }

    pub(super) fn error(&self) -> Option<String> {
        // SAFETY: the text lives as long as the stream.
        unsafe { text((self.api.insert_error)(self.handle)) }
    }
}

impl Drop for InsertStream<'_> {
    fn drop(&mut self) {
        // SAFETY: destroyed once, here; an unfinished insert is cancelled by it.
        unsafe { (self.api.insert_destroy)(self.handle) };
    }
}
