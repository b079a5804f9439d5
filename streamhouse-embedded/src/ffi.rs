//! The C interface of libchdb, made safe. The only `unsafe` code of the project.
//!
//! The functions are those of `programs/local/chdb.h` of the library's version that [`crate::library`] pins. What they promise, and what is
//! relied on here: a connection runs one statement at a time and may be used from any thread; results belong to the
//! caller until they are destroyed; buffers that are passed in are copied before the call returns.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::path::Path;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW, Symbol};

/// Why the engine could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The library cannot be loaded.
    #[error("{path} cannot be loaded as libchdb: {message}")]
    Load {
        /// The file.
        path: String,
        /// What the loader says.
        message: String,
    },
    /// The engine does not open the data folder.
    #[error("the engine does not open {path}: the folder may be damaged, or the disk full; its log is above")]
    Open {
        /// The folder.
        path: String,
    },
    /// The engine is one a process, also after it was shut down.
    #[error(
        "this process has opened an engine already: the engine is one a process; share it, or start the program streamhouse-embedded beside it"
    )]
    Second,
    /// What ClickHouse says, as it says it: `Code: 60. DB::Exception: …`.
    #[error("{0}")]
    Query(String),
}

type Handle = *mut c_void;

/// Connection, statement, format, then names and values of parameters, each with an array of lengths, and their number.
type Query = unsafe extern "C" fn(
    Handle,
    *const c_char,
    usize,
    *const c_char,
    usize,
    *const *const c_char,
    *const usize,
    *const *const c_char,
    *const usize,
    usize,
) -> Handle;

/// `chdb_query_analysis_v1`.
#[repr(C)]
#[derive(Default)]
struct RawAnalysis {
    struct_size: u32,
    statement_count: u32,
    flags: u32,
    query_class: u32,
}

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

/// Whether this process has opened an engine.
static OPENED: AtomicBool = AtomicBool::new(false);

/// The functions that are used, looked up once.
struct Api {
    connect: unsafe extern "C" fn(c_int, *mut *mut c_char) -> *mut Handle,
    close: unsafe extern "C" fn(*mut Handle),
    set_signal_handlers: unsafe extern "C" fn(c_int),
    shutdown: unsafe extern "C" fn() -> c_int,
    version: unsafe extern "C" fn() -> *const c_char,
    query: Query,
    stream_query: Query,
    stream_fetch: unsafe extern "C" fn(Handle, Handle) -> Handle,
    stream_cancel: unsafe extern "C" fn(Handle, Handle),
    destroy_result: unsafe extern "C" fn(Handle),
    insert: Query,
    classify:
        unsafe extern "C" fn(Handle, *const c_char, usize, *const c_char, usize, *mut RawAnalysis) -> c_int,
    insert_append: unsafe extern "C" fn(Handle, *const c_void, usize) -> c_int,
    insert_done: unsafe extern "C" fn(Handle) -> Handle,
    insert_cancel: unsafe extern "C" fn(Handle),
    insert_error: unsafe extern "C" fn(Handle) -> *const c_char,
    insert_destroy: unsafe extern "C" fn(Handle),
    result_buffer: unsafe extern "C" fn(Handle) -> *const u8,
    result_length: unsafe extern "C" fn(Handle) -> usize,
    result_error: unsafe extern "C" fn(Handle) -> *const c_char,
    result_rows_read: unsafe extern "C" fn(Handle) -> u64,
    result_bytes_read: unsafe extern "C" fn(Handle) -> u64,
    result_storage_rows_read: unsafe extern "C" fn(Handle) -> u64,
    result_storage_bytes_read: unsafe extern "C" fn(Handle) -> u64,
    result_rows_written: unsafe extern "C" fn(Handle) -> u64,
    result_bytes_written: unsafe extern "C" fn(Handle) -> u64,
    /// Keeps the functions in memory, to the end of the process: threads that used the library have destructors in it that
    /// run when they end.
    _library: ManuallyDrop<Library>,
}

impl Api {
    fn load(path: &Path) -> Result<Self, libloading::Error> {
        // SAFETY: loading runs the library's initialisers. The file is the pinned one, verified by its checksum, or
        // one that the user named on purpose.
        let library = unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL) }?;
        macro_rules! symbol {
            ($name:literal) => {{
                // SAFETY: the type of each function is that of the header; the pointer lives as long as `_library`.
                let symbol: Symbol<_> = unsafe { library.get($name) }?;
                *symbol
            }};
        }
        Ok(Self {
            connect: symbol!(b"chdb_connect\0"),
            close: symbol!(b"chdb_close_conn\0"),
            set_signal_handlers: symbol!(b"chdb_set_signal_handlers_enabled\0"),
            shutdown: symbol!(b"chdb_shutdown\0"),
            version: symbol!(b"chdb_version\0"),
            query: symbol!(b"chdb_query_with_params_n\0"),
            stream_query: symbol!(b"chdb_stream_query_with_params_n\0"),
            stream_fetch: symbol!(b"chdb_stream_fetch_result\0"),
            stream_cancel: symbol!(b"chdb_stream_cancel_query\0"),
            destroy_result: symbol!(b"chdb_destroy_query_result\0"),
            insert: symbol!(b"chdb_stream_insert_with_params_n\0"),
            classify: symbol!(b"chdb_classify_query_n\0"),
            insert_append: symbol!(b"chdb_stream_append\0"),
            insert_done: symbol!(b"chdb_stream_done\0"),
            insert_cancel: symbol!(b"chdb_stream_cancel_insert\0"),
            insert_error: symbol!(b"chdb_stream_insert_error\0"),
            insert_destroy: symbol!(b"chdb_destroy_insert_stream\0"),
            result_buffer: symbol!(b"chdb_result_buffer\0"),
            result_length: symbol!(b"chdb_result_length\0"),
            result_error: symbol!(b"chdb_result_error\0"),
            result_rows_read: symbol!(b"chdb_result_rows_read\0"),
            result_bytes_read: symbol!(b"chdb_result_bytes_read\0"),
            result_storage_rows_read: symbol!(b"chdb_result_storage_rows_read\0"),
            result_storage_bytes_read: symbol!(b"chdb_result_storage_bytes_read\0"),
            result_rows_written: symbol!(b"chdb_result_rows_written\0"),
            result_bytes_written: symbol!(b"chdb_result_bytes_written\0"),
            _library: ManuallyDrop::new(library),
        })
    }
}

/// The engine over one data folder: one a process.
pub struct Engine {
    api: Arc<Api>,
    arguments: Vec<CString>,
}

impl Engine {
    /// Loads the library and opens the data folder. `arguments` go to the engine, for example `--config-file=…`.
    pub fn open(library: &Path, data: &Path, arguments: &[String]) -> Result<Self, EngineError> {
        let api = Api::load(library).map_err(|error| EngineError::Load {
            path: library.display().to_string(),
            message: error.to_string(),
        })?;
        if OPENED.swap(true, Ordering::SeqCst) {
            return Err(EngineError::Second);
        }
        // SAFETY: called before the first connection, as the header asks; signals are the program's own business.
        unsafe { (api.set_signal_handlers)(0) };
        let arguments = ["clickhouse".to_string(), format!("--path={}", data.display())]
            .into_iter()
            .chain(arguments.iter().cloned())
            .map(|argument| CString::new(argument).unwrap_or_default())
            .collect();
        Ok(Self { api: Arc::new(api), arguments })
    }

    /// A new connection, with a session of its own.
    pub fn connect(&self) -> Result<Connection, EngineError> {
        let mut arguments: Vec<*mut c_char> =
            self.arguments.iter().map(|argument| argument.as_ptr().cast_mut()).collect();
        // SAFETY: `argc` and `argv` describe strings that outlive the call, which copies and does not change them.
        let handle = unsafe { (self.api.connect)(arguments.len() as c_int, arguments.as_mut_ptr()) };
        // SAFETY: what is not null points to the connection's handle until the connection is closed.
        let usable = NonNull::new(handle).filter(|handle| !unsafe { handle.as_ptr().read() }.is_null());
        match usable {
            Some(handle) => Ok(Connection { api: Arc::clone(&self.api), handle }),
            None => Err(EngineError::Open {
                path: self
                    .arguments
                    .get(1)
                    .map(|path| path.to_string_lossy().into_owned())
                    .unwrap_or_default(),
            }),
        }
    }

    /// The library's version.
    pub fn version(&self) -> String {
        // SAFETY: a string that lives as long as the library, or null.
        unsafe { text((self.api.version)()) }.unwrap_or_default()
    }

    /// Stops the engine's threads; `false` where a connection is still open or a thread stays. No connection can be made
    /// afterwards.
    pub fn shut_down(&self) -> bool {
        // SAFETY: may be called at any time, from any thread.
        unsafe { (self.api.shutdown)() == 0 }
    }
}

/// Ends the process at once, without the exit handlers: the engine's crash once its threads are gone.
pub fn exit_now(status: i32) -> ! {
    unsafe extern "C" {
        fn _exit(status: c_int) -> !;
    }
    // SAFETY: POSIX `_exit`, which has no preconditions.
    unsafe { _exit(status) }
}

/// A connection: a session that runs one statement at a time.
pub struct Connection {
    api: Arc<Api>,
    handle: NonNull<Handle>,
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
        Ok(ResultStream { result, connection: self.raw(), ended: false, _connection: PhantomData })
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
        let stream = InsertStream { api: Arc::clone(&self.api), handle, _connection: PhantomData };
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

/// A result, or a piece of one.
pub struct Output {
    api: Arc<Api>,
    handle: Handle,
}

// SAFETY: a result is plain data that belongs to its holder.
unsafe impl Send for Output {}
// SAFETY: reading it changes nothing.
unsafe impl Sync for Output {}

impl Output {
    fn new(api: &Arc<Api>, handle: Handle) -> Self {
        Self { api: Arc::clone(api), handle }
    }

    fn check(self) -> Result<Self, EngineError> {
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

/// A result that is fetched piece by piece; cancelled where it is dropped before its end.
pub struct ResultStream<'a> {
    result: Output,
    connection: Handle,
    ended: bool,
    _connection: PhantomData<&'a mut Connection>,
}

impl ResultStream<'_> {
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

    fn error(&self) -> Option<String> {
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

/// A copy of a C string; `None` where it is null or empty.
///
/// # Safety
///
/// `pointer` is null or points to a string that ends in NUL.
unsafe fn text(pointer: *const c_char) -> Option<String> {
    if pointer.is_null() {
        return None;
    }
    // SAFETY: not null, and the caller vouches for the rest.
    let text = unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned();
    (!text.is_empty()).then_some(text)
}
