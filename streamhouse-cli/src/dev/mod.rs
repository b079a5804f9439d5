//! `streamhouse dev`: both servers, for as long as a developer wants them.

mod connect;
mod health;
mod signals;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use streamhouse_stack::{Stack, StackError, StackOptions};

use health::Watch;

/// How long the servers may take to write what they hold.
const END: Duration = Duration::from_secs(20);

/// `REDIS_URL` and `CLICKHOUSE_URL` name servers to use instead.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Where data and logs lie: in a new folder there, or, with --keep, in this very one; otherwise under the target
    /// folder
    #[arg(long)]
    path: Option<PathBuf>,
    /// Keep data and passwords for the next run
    #[arg(long)]
    keep: bool,
    /// The port of Redis, on 127.0.0.1; otherwise a free one
    #[arg(long)]
    redis_port: Option<u16>,
    /// The port of ClickHouse's HTTP interface, on 127.0.0.1; otherwise a free one
    #[arg(long)]
    http_port: Option<u16>,
    /// Print one JSON object with the URLs when both answer
    #[arg(long)]
    json: bool,
}

/// What happens while the servers run.
enum Event {
    Started(Box<Result<Stack, StackError>>),
    /// The number of a signal.
    Signal(u8),
}

pub(crate) fn run(arguments: Arguments) -> Result<ExitCode, String> {
    let options = options(&arguments)?;
    let (sender, events) = mpsc::channel();
    signals::forward(sender.clone())?;
    let start = Instant::now();
    std::thread::spawn(move || {
        let started = Box::new(Stack::start("dev", options));
        // Nobody listens any more where a signal came first; then the stack ends here.
        let _ = sender.send(Event::Started(started));
    });
    let mut stack = match events.recv() {
        Ok(Event::Started(started)) => (*started).map_err(mended)?,
        Ok(Event::Signal(signal)) => {
            // What was begun ends with the process.
            eprintln!("streamhouse: ended before the servers were ready");
            return Ok(ExitCode::from(128 + signal));
        }
        Err(mpsc::RecvError) => return Err("the servers' thread is gone".into()),
    };
    let kept = arguments.keep;
    let connect = connect::Connect::new(&mut stack, kept);
    connect.print(arguments.json, start.elapsed());
    let mut watch = Watch::new();
    loop {
        watch.look(&mut stack);
        match events.recv_timeout(health::INTERVAL) {
            Err(mpsc::RecvTimeoutError::Timeout) | Ok(Event::Started(_)) => {}
            Ok(Event::Signal(_)) | Err(mpsc::RecvTimeoutError::Disconnected) => break,
        }
    }
    let lost = watch.finish();
    stack.end(END);
    Ok(if lost { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn options(arguments: &Arguments) -> Result<StackOptions, String> {
    for (port, option, variable) in [
        (arguments.redis_port, "--redis-port", "REDIS_URL"),
        (arguments.http_port, "--http-port", "CLICKHOUSE_URL"),
    ] {
        if port.is_some() && std::env::var_os(variable).is_some() {
            return Err(format!(
                "{option} is for a server that is started here, and {variable} names another: leave one out"
            ));
        }
    }
    let mut options = StackOptions { keep: arguments.keep, ..StackOptions::default() };
    options.folder = match &arguments.path {
        Some(path) => Some(path.clone()),
        // A folder of that name for every run, so that the next one finds the data.
        None => arguments.keep.then(|| streamhouse_stack::target().join("streamhouse-dev")),
    };
    options.redis.port = arguments.redis_port;
    options.clickhouse.port = arguments.http_port;
    Ok(options)
}

/// Errors of the stack, in the words of this command.
fn mended(error: StackError) -> String {
    match error {
        StackError::Port { port, name, source } => {
            let option = if name == "redis" { "--redis-port" } else { "--http-port" };
            format!(
                "port {port} on 127.0.0.1 cannot be used for {name}: {source}; stop what listens there, or choose another with {option}"
            )
        }
        StackError::InUse { path, owner } => format!(
            "{} is in use by another stack ({owner}): stop that one, or choose another folder with --path",
            path.display()
        ),
        error => error.to_string(),
    }
}
