//! The functions of the library, with their types as its header has them.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::mem::ManuallyDrop;
use std::path::Path;

use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW, Symbol};

pub(super) type Handle = *mut c_void;

/// Connection, statement, format, then names and values of parameters, each with an array of lengths, and their number.
pub(super) type Query = unsafe extern "C" fn(
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
pub(super) struct RawAnalysis {
    pub(super) struct_size: u32,
    pub(super) statement_count: u32,
    pub(super) flags: u32,
    pub(super) query_class: u32,
}

/// The functions that are used, looked up once.
pub(super) struct Api {
    pub(super) connect: unsafe extern "C" fn(c_int, *mut *mut c_char) -> *mut Handle,
    pub(super) close: unsafe extern "C" fn(*mut Handle),
    pub(super) set_signal_handlers: unsafe extern "C" fn(c_int),
    pub(super) shutdown: unsafe extern "C" fn() -> c_int,
    pub(super) version: unsafe extern "C" fn() -> *const c_char,
    pub(super) query: Query,
    pub(super) stream_query: Query,
    pub(super) stream_fetch: unsafe extern "C" fn(Handle, Handle) -> Handle,
    pub(super) stream_cancel: unsafe extern "C" fn(Handle, Handle),
    pub(super) destroy_result: unsafe extern "C" fn(Handle),
    pub(super) insert: Query,
    pub(super) classify:
        unsafe extern "C" fn(Handle, *const c_char, usize, *const c_char, usize, *mut RawAnalysis) -> c_int,
    pub(super) insert_append: unsafe extern "C" fn(Handle, *const c_void, usize) -> c_int,
    pub(super) insert_done: unsafe extern "C" fn(Handle) -> Handle,
    pub(super) insert_cancel: unsafe extern "C" fn(Handle),
    pub(super) insert_error: unsafe extern "C" fn(Handle) -> *const c_char,
    pub(super) insert_destroy: unsafe extern "C" fn(Handle),
    pub(super) result_buffer: unsafe extern "C" fn(Handle) -> *const u8,
    pub(super) result_length: unsafe extern "C" fn(Handle) -> usize,
    pub(super) result_error: unsafe extern "C" fn(Handle) -> *const c_char,
    pub(super) result_rows_read: unsafe extern "C" fn(Handle) -> u64,
    pub(super) result_bytes_read: unsafe extern "C" fn(Handle) -> u64,
    pub(super) result_storage_rows_read: unsafe extern "C" fn(Handle) -> u64,
    pub(super) result_storage_bytes_read: unsafe extern "C" fn(Handle) -> u64,
    pub(super) result_rows_written: unsafe extern "C" fn(Handle) -> u64,
    pub(super) result_bytes_written: unsafe extern "C" fn(Handle) -> u64,
    /// Keeps the functions in memory, to the end of the process: threads that used the library have destructors in it that
    /// run when they end.
    _library: ManuallyDrop<Library>,
}

impl Api {
    pub(super) fn load(path: &Path) -> Result<Self, libloading::Error> {
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

/// A copy of a C string; `None` where it is null or empty.
///
/// # Safety
///
/// `pointer` is null or points to a string that ends in NUL.
pub(super) unsafe fn text(pointer: *const c_char) -> Option<String> {
    if pointer.is_null() {
        return None;
    }
    // SAFETY: not null, and the caller vouches for the rest.
    let text = unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned();
    (!text.is_empty()).then_some(text)
}
