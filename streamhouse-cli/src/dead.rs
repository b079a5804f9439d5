//! `streamhouse dead`: what workers have set aside.

use std::process::ExitCode;

use serde_json::{Value, json};
use streamhouse::DeadLetters;
use streamhouse::dead::{DeadLetter, LetterId, Replayed};

use crate::check::colours;
use crate::common::{block_on, config, text};

/// How many letters are read at once.
const PAGE: usize = 50;

/// What to do with dead letters.
#[derive(Debug, clap::Subcommand)]
#[command(after_help = "\
A dead letter is an entry that no worker can read, or a row that ClickHouse refuses. It stays until somebody decides:
  streamhouse dead list                        which events have any
  streamhouse dead list shop.order             why each was set aside
  streamhouse dead show shop.order:0:17…-0     its rows as JSON
  streamhouse dead replay shop.order --all     sends them again, once the cause is mended; what is still refused comes back
  streamhouse dead discard shop.order:0:17…-0 --reason 'a test'
  streamhouse dead export shop.order           copies them into the table shop_order_dead, for SQL")]
pub(crate) enum Command {
    /// Say how many letters the events have, or which one has
    List(List),
    /// Print a letter and its rows
    Show(Show),
    /// Send letters again, each exactly once
    Replay(Replay),
    /// Drop letters, and keep who did it and why
    Discard(Discard),
    /// Copy an event's letters into a table with its columns; they stay where they are
    Export(Export),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Export {
    /// The event
    event: String,
    /// The table, in the database of CLICKHOUSE_URL; `<event>_dead` unless it is said. Created where it is missing
    #[arg(long)]
    table: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct List {
    /// The event; all of them where none is named
    event: Option<String>,
    /// The most letters to list
    #[arg(long, default_value_t = PAGE)]
    limit: usize,
    /// Go on behind this letter
    #[arg(long)]
    after: Option<LetterId>,
    /// List what was dropped, by whom and why
    #[arg(long, requires = "event")]
    discarded: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// The letter, as `list` names it
    letter: LetterId,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Which letters.
#[derive(Debug, clap::Args)]
struct Chosen {
    /// Letters as `list` names them; with --all, --code or --readable events
    #[arg(required = true)]
    letters: Vec<String>,
    /// All letters of the event
    #[arg(long)]
    all: bool,
    /// Letters of the event with this code, such as 469 or checksum
    #[arg(long)]
    code: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Replay {
    #[command(flatten)]
    chosen: Chosen,
    /// With an event: those that could not be read and now can, because their schema is there again or this version is newer.
    /// Whether a row that was refused passes now only ClickHouse can say: with --all it is tried, and comes back if not
    #[arg(long)]
    readable: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Discard {
    #[command(flatten)]
    chosen: Chosen,
    /// Why; it is kept beside who did it
    #[arg(long)]
    reason: String,
    /// Who
    #[arg(long, env = "USER", default_value = "unknown")]
    who: String,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(command: Command) -> Result<ExitCode, String> {
    let dead = DeadLetters::new(&config()?).map_err(text)?;
    block_on(async {
        match command {
            Command::List(list) => match (&list.event, list.discarded) {
                (None, _) => events(&dead, list.json).await,
                (Some(event), true) => discarded(&dead, event, list.json).await,
                (Some(event), false) => letters(&dead, event, &list).await,
            },
            Command::Show(show) => shown(&dead, &show).await,
            Command::Replay(replay) => replayed(&dead, &replay).await,
            Command::Discard(discard) => dropped(&dead, &discard).await,
            Command::Export(export) => exported(&dead, &export).await,
        }
    })?
}

async fn events(dead: &DeadLetters, json: bool) -> Result<ExitCode, String> {
    let events = dead.events().await.map_err(text)?;
    if json {
        let events: Vec<Value> =
            events.iter().map(|(event, letters)| json!({"event": event, "letters": letters})).collect();
        say!("{}", json!({"events": events}));
    } else if events.iter().all(|(_, letters)| *letters == 0) {
        say!("no dead letters");
    } else {
        for (event, letters) in events.iter().filter(|(_, letters)| *letters > 0) {
            say!("{event}: {letters}");
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn letters(dead: &DeadLetters, event: &str, list: &List) -> Result<ExitCode, String> {
    let found = dead.list(event, list.after.as_ref(), list.limit).await.map_err(text)?;
    let next =
        (found.len() == list.limit).then(|| found.last().map(|letter| letter.id.to_string())).flatten();
    if list.json {
        let letters: Vec<Value> = found.iter().map(as_json).collect();
        say!("{}", json!({"letters": letters, "next": next}));
        return Ok(ExitCode::SUCCESS);
    }
    for letter in &found {
        say!("{}", line(letter));
    }
    match next {
        Some(next) => say!("there may be more: --after {next}"),
        None if found.is_empty() => say!("no dead letters"),
        None => {}
    }
    Ok(ExitCode::SUCCESS)
}

async fn discarded(dead: &DeadLetters, event: &str, json: bool) -> Result<ExitCode, String> {
    let found = dead.discarded(event).await.map_err(text)?;
    if json {
        let records = found.iter().map(|record| {
            let mut fields: serde_json::Map<String, Value> = record
                .fields
                .iter()
                .map(|(name, value)| (name.clone(), Value::from(value.clone())))
                .collect();
            fields.insert("partition".into(), record.partition.into());
            fields.insert("time".into(), record.time.into());
            Value::Object(fields)
        });
        say!("{}", json!({"discarded": records.collect::<Vec<_>>()}));
        return Ok(ExitCode::SUCCESS);
    }
    for record in &found {
        let fields: Vec<String> =
            record.fields.iter().map(|(name, value)| format!("{name} {}", plain(value))).collect();
        say!("{event}:{} at {}: {}", record.partition, record.time, fields.join(", "));
    }
    Ok(ExitCode::SUCCESS)
}

async fn shown(dead: &DeadLetters, show: &Show) -> Result<ExitCode, String> {
    let letter = dead.get(&show.letter).await.map_err(text)?;
    let letter = letter
        .ok_or_else(|| format!("there is no dead letter {}: was it sent again, or dropped?", show.letter))?;
    let rows = dead.show(&letter).await.map_err(text)?;
    if show.json {
        let (rows, problem) = match rows {
            Ok(rows) => (Some(rows), None),
            Err(problem) => (None, Some(problem)),
        };
        say!(
            "{}",
            json!({"letter": as_json(&letter), "rows": rows, "problem": problem, "fields": foreign(&letter)})
        );
        return Ok(ExitCode::SUCCESS);
    }
    say!("{}", line(&letter));
    say!(
        "  entry {}, batch {}, attempt {}, worker {}",
        letter.entry,
        letter.batch,
        letter.attempt,
        letter.worker
    );
    match rows {
        Ok(rows) => {
            for row in rows {
                say!("{row:#}");
            }
        }
        Err(problem) if letter.foreign.is_empty() => say!("  its rows cannot be shown: {problem}"),
        Err(_) => say!("{:#}", foreign(&letter)),
    }
    Ok(ExitCode::SUCCESS)
}

/// The letters that are meant: those named, or pages of an event's letters. What is done with one page must not be in the next.
async fn each<F>(
    dead: &DeadLetters,
    chosen: &Chosen,
    whole: bool,
    mut act: impl FnMut(DeadLetter) -> F,
) -> Result<(), String>
where
    F: Future<Output = Result<(), String>>,
{
    let is_meant = |letter: &DeadLetter| chosen.code.as_ref().is_none_or(|code| *code == letter.code);
    if whole || chosen.code.is_some() {
        for event in &chosen.letters {
            // Those that are there now: one that comes back because it is still refused is not tried for ever.
            let mut after: Option<LetterId> = None;
            let mut all = Vec::new();
            loop {
                let page = dead.list(event, after.as_ref(), PAGE).await.map_err(text)?;
                let Some(last) = page.last() else { break };
                after = Some(last.id.clone());
                all.extend(page.iter().filter(|letter| is_meant(letter)).map(|letter| letter.id.clone()));
            }
            for id in all {
                if let Some(letter) = dead.get(&id).await.map_err(text)? {
                    act(letter).await?;
                }
            }
        }
        return Ok(());
    }
    for name in &chosen.letters {
        let id: LetterId =
            name.parse().map_err(|error| format!("{error}; all letters of an event are meant with --all"))?;
        match dead.get(&id).await.map_err(text)? {
            Some(letter) => act(letter).await?,
            None => eprintln!("streamhouse: there is no dead letter {id}: was it sent again, or dropped?"),
        }
    }
    Ok(())
}

async fn replayed(dead: &DeadLetters, replay: &Replay) -> Result<ExitCode, String> {
    let (sent, gone, unreadable) =
        (std::cell::Cell::new(0_u64), std::cell::Cell::new(0_u64), std::cell::RefCell::new(Vec::new()));
    each(dead, &replay.chosen, replay.chosen.all || replay.readable, |letter| {
        let (sent, gone, unreadable) = (&sent, &gone, &unreadable);
        async move {
            // What was refused could be read all the time.
            if replay.readable && letter.code.parse::<u32>().is_ok() {
                return Ok(());
            }
            match dead.replay(&letter).await.map_err(text)? {
                Replayed::Sent { .. } => sent.set(sent.get() + 1),
                Replayed::Unreadable { reason } => unreadable.borrow_mut().push((letter.id, reason)),
                _ => gone.set(gone.get() + 1),
            }
            Ok(())
        }
    })
    .await?;
    let unreadable = unreadable.into_inner();
    if replay.json {
        let unreadable: Vec<Value> =
            unreadable.iter().map(|(id, reason)| json!({"id": id.to_string(), "reason": reason})).collect();
        say!("{}", json!({"replayed": sent.get(), "gone": gone.get(), "unreadable": unreadable}));
    } else {
        for (id, reason) in &unreadable {
            say!("{id} cannot be sent, and stays: {}", plain(reason));
        }
        say!("{} sent again, {} were gone, {} cannot be read", sent.get(), gone.get(), unreadable.len());
    }
    let failed = !unreadable.is_empty() && !replay.readable;
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

async fn dropped(dead: &DeadLetters, discard: &Discard) -> Result<ExitCode, String> {
    let gone = std::cell::Cell::new(0_u64);
    each(dead, &discard.chosen, discard.chosen.all, |letter| {
        let gone = &gone;
        async move {
            let done = dead.discard(&letter, &discard.who, &discard.reason).await.map_err(text)?;
            gone.set(gone.get() + u64::from(done));
            Ok(())
        }
    })
    .await?;
    if discard.json {
        say!("{}", json!({"discarded": gone.get()}));
    } else {
        say!("{} dropped", gone.get());
    }
    Ok(ExitCode::SUCCESS)
}

async fn exported(dead: &DeadLetters, export: &Export) -> Result<ExitCode, String> {
    let done = dead.export(&export.event, export.table.as_deref()).await.map_err(text)?;
    let (table, letters, rows, unreadable) = (&done.table, done.letters, done.rows, done.unreadable);
    if export.json {
        say!("{}", json!({"table": table, "letters": letters, "rows": rows, "unreadable": unreadable}));
    } else {
        say!(
            "{letters} letters more in `{table}`, {rows} rows; {unreadable} cannot be read and are there as frames"
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn line(letter: &DeadLetter) -> String {
    let rows: Vec<String> = letter.rows.iter().map(u32::to_string).collect();
    let rows = match &rows[..] {
        [] => String::new(),
        [row] => format!(" row {row}"),
        rows => format!(" rows {}", rows.join(",")),
    };
    let name = letter.code_name().map(|name| format!(" {name}")).unwrap_or_default();
    let (bold, plain_again) = if colours(&std::io::stdout()) { ("\x1b[1;31m", "\x1b[0m") } else { ("", "") };
    format!(
        "{}{rows}  {bold}{}{name}{plain_again}  {}",
        letter.id,
        plain(&letter.code),
        plain(&letter.reason)
    )
}

/// Without what a terminal would take for a command: it may be anybody's.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn as_json(letter: &DeadLetter) -> Value {
    json!({
        "id": letter.id.to_string(),
        "event": letter.id.event,
        "partition": letter.id.partition,
        "entry": letter.entry,
        "rows": letter.rows,
        "code": letter.code,
        "name": letter.code_name(),
        "reason": letter.reason,
        "batch": letter.batch,
        "attempt": letter.attempt,
        "worker": letter.worker,
        "time": letter.time,
    })
}

/// The fields of an entry that was no frame, in their order.
fn foreign(letter: &DeadLetter) -> Value {
    let text = |bytes: &[u8]| plain(&String::from_utf8_lossy(bytes));
    letter.foreign.iter().map(|(name, value)| json!([text(name), text(value)])).collect()
}
