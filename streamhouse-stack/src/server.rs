//! What all servers of a stack have in common: a process that can be lost and found again.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::error::StackError;
use crate::folder::{self, Folder};
use crate::process::Process;

/// How a server does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// It answers.
    Answers,
    /// It runs, or is not ours to know, and does not answer.
    Silent,
    /// Its process has ended by itself.
    Ended(ExitStatus),
    /// It was killed through its handle.
    Killed,
}

/// A server's process and the folder that its data lies in.
#[derive(Debug)]
pub(crate) struct Server {
    name: String,
    folder: PathBuf,
    removed: Option<PathBuf>,
    process: Option<Process>,
}

impl Server {
    /// Makes its folder; nothing runs yet.
    pub(crate) fn new(folder: &Folder, name: &str) -> Result<Self, StackError> {
        let data = folder.path().join(name);
        folder::make(&data)?;
        let removed = folder.ends_with_owner().map(Path::to_path_buf);
        Ok(Self { name: name.into(), folder: data, removed, process: None })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The password of its users: the given one, else that of the folder's last server, else a random one. It is left
    /// in the file `password`, for the user alone.
    pub(crate) fn password(&self, given: Option<&str>) -> Result<String, StackError> {
        let file = self.folder.join("password");
        let password = match given {
            Some(password) => password.to_string(),
            None => match std::fs::read_to_string(&file) {
                Ok(password) if !password.trim().is_empty() => return Ok(password.trim().into()),
                _ => Uuid::new_v4().simple().to_string(),
            },
        };
        let open = File::options().create(true).truncate(true).write(true).mode(0o600).open(&file);
        open.and_then(|mut open| writeln!(open, "{password}")).map_err(StackError::files(&file))?;
        Ok(password)
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.folder.join(format!("{}.log", self.name))
    }

    pub(crate) fn process(&mut self) -> Option<&mut Process> {
        self.process.as_mut()
    }

    /// Starts the program, where another ran after that is killed, and waits until it answers.
    pub(crate) fn run(
        &mut self,
        command: &Command,
        limit: Duration,
        answers: impl Fn() -> bool,
    ) -> Result<(), StackError> {
        self.process = None;
        let mut process = Process::start_with(&self.name, command, &self.folder, self.removed.as_deref())?;
        let deadline = Instant::now() + limit;
        while !answers() {
            if let Some(status) = process.ended() {
                return Err(process.failed(format!("it ended with {status}")));
            }
            if Instant::now() > deadline {
                return Err(process.failed(format!("it does not answer within {limit:?}")));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.process = Some(process);
        Ok(())
    }

    pub(crate) fn kill(&mut self) {
        self.process = None;
    }

    pub(crate) fn terminate(&mut self, limit: Duration) -> Option<ExitStatus> {
        self.process.take().and_then(|mut process| process.terminate(limit))
    }

    pub(crate) fn stop(&mut self) {
        if let Some(process) = &mut self.process {
            process.stop();
        }
    }

    pub(crate) fn resume(&mut self) {
        if let Some(process) = &mut self.process {
            process.resume();
        }
    }

    pub(crate) fn health(&mut self, answers: impl Fn() -> bool) -> Health {
        match &mut self.process {
            None => Health::Killed,
            Some(process) => match process.ended() {
                Some(status) => Health::Ended(status),
                None if answers() => Health::Answers,
                None => Health::Silent,
            },
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A process that runs prints its own log.
        if std::thread::panicking() && self.process.is_none() {
            crate::log::show(&self.name, &self.log(), 0);
        }
    }
}
