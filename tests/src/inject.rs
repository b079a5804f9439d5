//! Ends a process at a certain system call: what `strace --inject` does, without a program that has to be installed.
//!
//! Each thread of the process is traced (`ptrace(2)`), and stops before each of its system calls. Those that change the files
//! of tables are counted, and the process is killed before the one whose turn it is: what came before has happened, that one has not.

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread::JoinHandle;

use nix::errno::Errno;
use nix::libc;
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid, waitpid};
use nix::unistd::Pid;

/// The longest path of Linux.
const PATH: usize = 4096;

/// A system call that changes a file, and which one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// `write`, `fsync` or `rename`, whatever its form.
    pub name: &'static str,
    /// The file, below the tables' folder; the old name where it is renamed.
    pub file: String,
}

/// A process under observation.
#[derive(Debug)]
pub struct Injector {
    thread: JoinHandle<Result<Option<Call>, String>>,
}

impl Injector {
    /// Kills the process before its system call of this number, from 0, of those that change a table of ClickHouse whose data lies in the folder.
    /// Returns once all its threads are traced.
    ///
    /// It has to be a child of this process, or this one allowed to trace (`CAP_SYS_PTRACE`).
    pub fn kill_at(process: u32, folder: &Path, number: u64) -> Result<Self, String> {
        let mut left = number;
        Self::kill_when(process, folder, move |_| {
            let is_due = left == 0;
            left = left.saturating_sub(1);
            is_due
        })
    }

    /// As [`Injector::kill_at`], before the first of these calls for which a condition holds.
    pub fn kill_when(
        process: u32,
        folder: &Path,
        is_due: impl FnMut(&Call) -> bool + Send + 'static,
    ) -> Result<Self, String> {
        let process = Pid::from_raw(i32::try_from(process).map_err(|error| error.to_string())?);
        let folder = fs::canonicalize(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let (ready, traced) = mpsc::channel();
        // Whoever traces a thread has to be the one that waits for it.
        let thread = std::thread::spawn(move || {
            let begun = seize(process);
            let failed = begun.is_err();
            let _ = ready.send(begun);
            if failed { Ok(None) } else { Watch { process, folder, is_due, hit: None }.run() }
        });
        traced.recv().map_err(|error| error.to_string())??;
        Ok(Self { thread })
    }

    /// Whether the process has ended.
    pub fn has_ended(&self) -> bool {
        self.thread.is_finished()
    }

    /// Waits for the end of the process, by this or by whatever else; the call that it was killed at.
    pub fn join(self) -> Result<Option<Call>, String> {
        self.thread.join().map_err(|_| "the tracer panicked".to_string())?
    }
}

/// Traces all threads; those that come later are traced by the kernel's doing.
fn seize(process: Pid) -> Result<(), String> {
    let options = Options::PTRACE_O_TRACESYSGOOD | Options::PTRACE_O_TRACECLONE;
    let tasks = PathBuf::from(format!("/proc/{process}/task"));
    let mut known = Vec::new();
    loop {
        let before = known.len();
        for entry in fs::read_dir(&tasks).map_err(|error| format!("{}: {error}", tasks.display()))?.flatten()
        {
            let Some(thread) =
                entry.file_name().to_str().and_then(|name| name.parse().ok()).map(Pid::from_raw)
            else {
                continue;
            };
            if known.contains(&thread) {
                continue;
            }
            known.push(thread);
            match ptrace::seize(thread, options).and_then(|()| ptrace::interrupt(thread)) {
                // It has ended since, or its creator was traced already.
                Ok(()) | Err(Errno::ESRCH) => {}
                Err(Errno::EPERM) if known.len() > 1 => {}
                Err(error) => return Err(format!("process {process} cannot be traced: {error}")),
            }
        }
        if known.len() == before {
            return Ok(());
        }
    }
}

struct Watch<F> {
    process: Pid,
    folder: PathBuf,
    is_due: F,
    hit: Option<Call>,
}

impl<F: FnMut(&Call) -> bool> Watch<F> {
    /// Until all threads are gone.
    fn run(mut self) -> Result<Option<Call>, String> {
        let all = WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD;
        let look = all | WaitPidFlag::WEXITED | WaitPidFlag::WSTOPPED | WaitPidFlag::WNOWAIT;
        loop {
            match waitid(Id::All, look) {
                // The process is the last of its threads to end. How it ended is for whoever started it.
                Ok(WaitStatus::Exited(process, _) | WaitStatus::Signaled(process, ..))
                    if process == self.process =>
                {
                    return Ok(self.hit);
                }
                _ => {}
            }
            match waitpid(None, Some(all)) {
                Ok(WaitStatus::PtraceSyscall(thread)) => {
                    if self.hit.is_none()
                        && let Some(call) = self.call(thread)
                        && (self.is_due)(&call)
                    {
                        self.hit = Some(call);
                        kill(self.process, Signal::SIGKILL).map_err(|error| error.to_string())?;
                    }
                    go_on(thread, None);
                }
                Ok(WaitStatus::Stopped(thread, signal)) => go_on(thread, Some(signal)),
                Ok(WaitStatus::PtraceEvent(thread, ..)) => go_on(thread, None),
                Ok(_) | Err(Errno::EINTR) => {}
                Err(Errno::ECHILD) => return Ok(self.hit),
                Err(error) => return Err(format!("waiting for process {}: {error}", self.process)),
            }
        }
    }

    /// The call that a thread is about to make, where it counts.
    fn call(&self, thread: Pid) -> Option<Call> {
        let (number, arguments) = entering(thread)?;
        let (name, file) = match number {
            libc::SYS_write | libc::SYS_pwrite64 | libc::SYS_writev | libc::SYS_pwritev => {
                ("write", self.file(arguments[0])?)
            }
            libc::SYS_fsync | libc::SYS_fdatasync => ("fsync", self.file(arguments[0])?),
            libc::SYS_renameat | libc::SYS_renameat2 => ("rename", text(thread, arguments[1])?),
            #[cfg(target_arch = "x86_64")]
            libc::SYS_rename => ("rename", text(thread, arguments[0])?),
            _ => return None,
        };
        // `store` holds the tables; the server's own pipes and statements lie beside it.
        let file = Path::new(&file).strip_prefix(self.folder.join("store")).ok()?.to_str()?.to_string();
        Some(Call { name, file })
    }

    fn file(&self, descriptor: u64) -> Option<String> {
        let link = fs::read_link(format!("/proc/{}/fd/{descriptor}", self.process)).ok()?;
        Some(link.to_str()?.to_string())
    }
}

/// A thread that was killed meanwhile needs nothing more.
fn go_on(thread: Pid, signal: Option<Signal>) {
    let _ = ptrace::syscall(thread, signal);
}

/// The number and arguments of the system call that a thread enters; `None` where it comes out of one.
#[cfg(target_arch = "x86_64")]
fn entering(thread: Pid) -> Option<(i64, [u64; 2])> {
    let registers = ptrace::getregs(thread).ok()?;
    // The kernel puts "no such call" there until the call is made.
    let enters = registers.rax as i64 == -i64::from(libc::ENOSYS);
    enters.then_some((registers.orig_rax as i64, [registers.rdi, registers.rsi]))
}

/// The same on 64-bit ARM, where the kernel says in the register 7 which of the two it is.
#[cfg(target_arch = "aarch64")]
fn entering(thread: Pid) -> Option<(i64, [u64; 2])> {
    let registers = ptrace::getregs(thread).ok()?.regs;
    (registers[7] == 0).then_some((registers[8] as i64, [registers[0], registers[1]]))
}

/// A text in the memory of a thread.
fn text(thread: Pid, address: u64) -> Option<String> {
    let memory = fs::File::open(format!("/proc/{thread}/mem")).ok()?;
    let mut bytes = vec![0; PATH];
    // A path may end just before memory that is not there.
    let page = PATH - (address as usize % PATH);
    let read = memory.read_at(&mut bytes[..page], address).ok()?;
    if !bytes[..read].contains(&0) && read == page {
        let more = memory.read_at(&mut bytes[page..], address + page as u64).unwrap_or(0);
        bytes.truncate(page + more);
    }
    let end = bytes.iter().position(|byte| *byte == 0)?;
    bytes.truncate(end);
    String::from_utf8(bytes).ok()
}
