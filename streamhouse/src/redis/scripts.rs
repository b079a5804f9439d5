//! The scripts: few, short, each in a file of its own. A connection loads them once and calls them by hash.

use redis::{Cmd, Script};

/// All scripts.
#[derive(Debug)]
pub(crate) struct Scripts {
    pub(crate) send: Script,
    pub(crate) announce: Script,
    pub(crate) acquire: Script,
    pub(crate) renew: Script,
    pub(crate) cut: Script,
    pub(crate) record: Script,
    pub(crate) finish: Script,
    pub(crate) retain: Script,
    pub(crate) note_gone: Script,
    pub(crate) replay: Script,
    pub(crate) discard: Script,
}

impl Scripts {
    pub(crate) fn new() -> Self {
        Self {
            send: Script::new(include_str!("send.lua")),
            announce: Script::new(include_str!("announce.lua")),
            acquire: Script::new(include_str!("acquire.lua")),
            renew: Script::new(include_str!("renew.lua")),
            cut: Script::new(include_str!("cut.lua")),
            record: Script::new(include_str!("record.lua")),
            finish: Script::new(include_str!("finish.lua")),
            note_gone: Script::new(include_str!("note_gone.lua")),
            retain: Script::new(include_str!("retain.lua")),
            replay: Script::new(include_str!("replay.lua")),
            discard: Script::new(include_str!("discard.lua")),
        }
    }
}

/// A call by hash, for a pipeline: `EVALSHA hash keys…`, to which the arguments are added.
pub(crate) fn evalsha(script: &Script, keys: &[&str]) -> Cmd {
    let mut command = redis::cmd("EVALSHA");
    command.arg(script.get_hash()).arg(keys.len()).arg(keys);
    command
}
