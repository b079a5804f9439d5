//! `streamhouse spool`: what a producer has left on a disk.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;
use streamhouse::spool::{Contents, drain, look};

use crate::common::{block_on, config, text};

/// What to do with a spool.
#[derive(Debug, clap::Subcommand)]
#[command(after_help = "\
A producer with a spool (STREAMHOUSE_SPOOL) writes events to the disk while Redis does not take them, and sends them afterwards. Where it
is gone for good, nobody does:
  streamhouse spool status /var/spool/app     what is in the folder; Redis is not asked, and nothing is changed
  streamhouse spool drain /var/spool/app      sends it in order, under the numbers that it has: nothing comes twice, also where
                                              this is killed and begun again. Within 7 days of the last attempt
The lock on the folder counts on one machine: of a volume that several have mounted, look yourself that nobody else uses it.")]
pub(crate) enum Command {
    /// Say what is in the folder of a spool
    Status(Folder),
    /// Send what is in the folder of a spool whose producer is gone
    Drain(Folder),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Folder {
    /// The folder
    folder: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(command: Command) -> Result<ExitCode, String> {
    match command {
        Command::Status(folder) => status(&folder),
        Command::Drain(folder) => drained(&folder),
    }
}

fn status(of: &Folder) -> Result<ExitCode, String> {
    let contents = look(&of.folder).map_err(text)?;
    if of.json {
        let by_event = contents.by_event.iter();
        let by_event: serde_json::Map<String, serde_json::Value> = by_event
            .map(|(event, of)| (event.clone(), json!({"frames": of.frames, "events": of.events})))
            .collect();
        say!(
            "{}",
            json!({
                "in_use": contents.in_use, "prefix": contents.prefix, "events": contents.events, "frames": contents.frames,
                "tried": contents.tried, "oldest": contents.oldest, "bytes": contents.bytes, "files": contents.files,
                "damaged": contents.damaged, "damaged_bytes": contents.damaged_bytes, "set_aside": contents.set_aside,
                "by_event": by_event,
            })
        );
    } else {
        described(&contents);
    }
    Ok(ExitCode::SUCCESS)
}

fn described(contents: &Contents) {
    let Contents { events, frames, tried, bytes, files, damaged, damaged_bytes, set_aside, .. } = contents;
    say!("{events} events in {frames} frames wait to be sent, {bytes} bytes in {files} files");
    for (event, of) in &contents.by_event {
        say!("  {event}: {} events in {} frames", of.events, of.frames);
    }
    if let Some(oldest) = contents.oldest {
        say!("the oldest was written {} ago", age(oldest));
    }
    if *tried > 0 {
        say!(
            "{tried} frames were sent before without an answer: Redis knows by their numbers whether it has them"
        );
    }
    if *damaged > 0 {
        say!(
            "{damaged_bytes} bytes in {damaged} files cannot be read: those files are kept when the rest was sent"
        );
    }
    if *set_aside > 0 {
        say!("{set_aside} files `*.damaged` were kept: something in them could not be read");
    }
    if let Some(prefix) = &contents.prefix {
        say!("the prefix of the keys is {prefix:?} (STREAMHOUSE_PREFIX)");
    }
    if contents.in_use {
        say!("a process has the folder open, and sends what is in it");
    }
}

fn age(millis: u64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_millis() as u64);
    match now.saturating_sub(millis) / 1000 {
        seconds @ ..120 => format!("{seconds} seconds"),
        seconds @ ..7200 => format!("{} minutes", seconds / 60),
        seconds @ ..172_800 => format!("{} hours", seconds / 3600),
        seconds => format!("{} days", seconds / 86_400),
    }
}

fn drained(of: &Folder) -> Result<ExitCode, String> {
    let config = config()?;
    let terminal = std::io::stderr().is_terminal();
    let done = block_on(drain(&config, &of.folder, &mut |status| {
        if terminal {
            eprint!("\r\x1b[K{} events left", status.events);
        }
    }))?;
    if terminal {
        eprint!("\r\x1b[K");
    }
    let done = done.map_err(text)?;
    if of.json {
        say!("{}", json!({"events": done.events, "damaged": done.damaged, "doubtful": done.doubtful}));
    } else {
        say!("{} events sent: Redis has all that could be read", done.events);
        if done.doubtful > 0 {
            say!(
                "{} of them may be there twice: they had been sent more than 7 days before, which Redis has forgotten",
                done.doubtful
            );
        }
    }
    if done.damaged == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    let folder = of.folder.display();
    eprintln!(
        "streamhouse: {} files in {folder} hold something that cannot be read; they are kept as they are, and what could be read of them was sent",
        done.damaged
    );
    Ok(ExitCode::FAILURE)
}
