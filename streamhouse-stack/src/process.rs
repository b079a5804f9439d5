//! A process that ends with its owner, however that ends.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::error::StackError;
use crate::log;

/// Before the shell becomes the program, it leaves a watcher behind that holds the read end of a pipe. Only the owner
/// has the write end, and the kernel closes that when the owner ends, by whatever signal: then the watcher kills the
/// program, removes the folder that was to end with the owner, and kills what the program left in its group, itself
/// included. Descriptor 3 is used because the standard input of a background job is replaced. The watcher holds no
/// other descriptor, so nobody waits for it.
const TETHER: &str = r#"
tethered_folder=$1
shift
exec 3<&0
(
  exec >/dev/null 2>&1
  while read -r _ <&3; do :; done
  kill -9 $$
  if [ -n "$tethered_folder" ]; then rm -rf -- "$tethered_folder" || rm -rf -- "$tethered_folder"; fi
  kill -9 -$$
) </dev/null &
exec "$@" </dev/null 3<&-
"#;

/// A process that is tethered to its owner: it is killed when this value is dropped, and also when the owner exits,
/// panics, or is killed. Where a panic drops it, the end of its log is printed.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    /// Closing it is what kills.
    _tether: Option<ChildStdin>,
    log: PathBuf,
    /// It has been waited for; its id may be somebody else's by now.
    ended: Option<ExitStatus>,
}

impl Process {
    /// Starts a program, with its output going to `<name>.log` in a folder.
    pub fn start(name: &str, command: &Command, logs: &Path) -> Result<Self, StackError> {
        Self::start_with(name, command, logs, None)
    }

    /// The same; a folder may be named that is removed where the owner ends without dropping this value.
    pub(crate) fn start_with(
        name: &str,
        command: &Command,
        logs: &Path,
        removed: Option<&Path>,
    ) -> Result<Self, StackError> {
        let log = logs.join(format!("{name}.log"));
        let files = |source: io::Error| StackError::Files { path: log.clone(), source };
        let output = File::options().create(true).append(true).open(&log).map_err(files)?;
        let errors = output.try_clone().map_err(files)?;
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(TETHER).arg("sh").arg(removed.unwrap_or(Path::new("")));
        shell.arg(command.get_program()).args(command.get_args());
        if let Some(folder) = command.get_current_dir() {
            shell.current_dir(folder);
        }
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        use std::os::unix::process::CommandExt;
        // A group of its own: a Ctrl-C on the terminal goes to the owner alone, and program and watcher can be
        // killed together.
        let mut child =
            shell.process_group(0).stdin(Stdio::piped()).stdout(output).stderr(errors).spawn().map_err(
                |error| StackError::Start {
                    name: name.into(),
                    message: error.to_string(),
                    log: String::new(),
                },
            )?;
        let tether = child.stdin.take();
        Ok(Self { name: name.into(), child, _tether: tether, log, ended: None })
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        self.poll().is_none()
    }

    /// Kills it (`SIGKILL`) and waits until it is gone.
    pub fn kill(&mut self) {
        self.end(Signal::KILL);
        let _ = self.wait(Duration::from_secs(30));
    }

    /// Asks it to end (`SIGTERM`), also where it is stopped; kills it where it has not ended in time. `None` where it had
    /// to be killed.
    pub fn terminate(&mut self, limit: Duration) -> Option<ExitStatus> {
        self.signal(Signal::TERM);
        self.signal(Signal::CONT);
        let status = self.wait(limit);
        self.kill();
        status
    }

    /// Stops it (`SIGSTOP`) as if the machine had frozen.
    pub fn stop(&mut self) {
        self.signal(Signal::STOP);
    }

    /// Lets it go on (`SIGCONT`).
    pub fn resume(&mut self) {
        self.signal(Signal::CONT);
    }

    /// Waits until it has ended; `None` where that takes longer than the limit.
    pub fn wait(&mut self, limit: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + limit;
        loop {
            if let Some(status) = self.poll() {
                return Some(status);
            }
            if Instant::now() >= deadline {
                return None;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// How it ended; `None` while it runs.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.poll()
    }

    /// The file that its output goes to.
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// The end of its output, at most 4,000 bytes.
    pub fn log_tail(&self) -> String {
        log::tail(&self.log, 0)
    }

    /// An error about its start, with the end of its log.
    pub(crate) fn failed(&self, message: impl Into<String>) -> StackError {
        StackError::Start { name: self.name.clone(), message: message.into(), log: self.log_tail() }
    }

    fn poll(&mut self) -> Option<ExitStatus> {
        if self.ended.is_none()
            && let Ok(Some(status)) = self.child.try_wait()
        {
            self.ended = Some(status);
            // The watcher is left of the group. It would wait for the pipe to close and then kill an id that may be
            // somebody else's.
            self.end(Signal::KILL);
        }
        self.ended
    }

    fn signal(&self, signal: Signal) {
        if self.ended.is_none()
            && let Some(id) = self.pid()
        {
            // It may have ended a moment ago, and is then a zombie that no signal hurts.
            let _ = kill_process(id, signal);
        }
    }

    /// Signals the group, which has the id of the program and exists as long as the watcher does.
    fn end(&self, signal: Signal) {
        if let Some(id) = self.pid() {
            let _ = kill_process_group(id, signal);
        }
    }

    fn pid(&self) -> Option<Pid> {
        i32::try_from(self.child.id()).ok().and_then(Pid::from_raw)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if std::thread::panicking() {
            log::show(&self.name, &self.log, 0);
        }
        if self.ended.is_none() {
            self.kill();
        }
    }
}
