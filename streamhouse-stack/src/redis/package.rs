//! The system's package.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::program::on_path;

/// Installs `redis-server` where there is `apt-get` and the right to use it; `None` where it is not there afterwards.
pub(super) fn install() -> Option<PathBuf> {
    on_path("apt-get")?;
    let sudo = if rustix::process::geteuid().is_root() {
        None
    } else {
        let may = Command::new("sudo").args(["-n", "true"]).stderr(Stdio::null()).status();
        if !may.is_ok_and(|status| status.success()) {
            return None;
        }
        Some("sudo")
    };
    eprintln!("redis-server is missing: installing the system's package");
    let apt = |arguments: &[&str]| {
        let mut words: Vec<&str> = sudo.into_iter().collect();
        // RUNLEVEL: the package is to bring the program, not to start a server.
        words.extend(["env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", "apt-get", "-q", "-y"]);
        words.extend(arguments);
        let status =
            Command::new(words[0]).args(&words[1..]).stdin(Stdio::null()).stdout(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    };
    let install = ["install", "--no-install-recommends", "redis-server"];
    if !apt(&install) {
        apt(&["update"]);
        apt(&install);
    }
    on_path("redis-server")
}
