//! The engine, which is one a process.

use std::ffi::{CString, c_char, c_int};
use std::path::Path;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::api::{Api, text};
use super::{Connection, EngineError};

/// Whether this process has opened an engine.
static OPENED: AtomicBool = AtomicBool::new(false);

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
