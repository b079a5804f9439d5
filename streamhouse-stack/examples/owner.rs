//! Starts a stack and then ends in the way that its argument names. The tests watch what is left behind.

use std::io::Write;
use std::process::Command;
use std::time::Duration;

use streamhouse_stack::{Folder, Namespace, Process, Stack, StackError, StackOptions, shared};

fn main() -> Result<(), StackError> {
    let way = std::env::args().nth(1).unwrap_or_default();
    match way.as_str() {
        // Prints where everything is, and waits to be killed.
        "wait" => {
            let mut stack = Stack::start("owner", StackOptions::default())?;
            println!("{}", stack.folder().display());
            for process in [
                stack.redis()?.process().map(|process| process.id()),
                stack.clickhouse()?.process().map(|process| process.id()),
            ] {
                println!("{}", process.unwrap_or_default());
            }
            println!("ready");
            let _ = std::io::stdout().flush();
            std::thread::sleep(Duration::from_secs(600));
        }
        // A program with a child, as Redis has one while it rewrites its file.
        "family" => {
            let folder = Folder::create("owner")?;
            let mut command = Command::new("sh");
            command.args(["-c", "sleep 600 & echo $$ $! > ids; echo ready; exec sleep 600"]);
            let _process = Process::start("family", command.current_dir(folder.path()), folder.path())?;
            println!("{}", folder.path().display());
            let _ = std::io::stdout().flush();
            std::thread::sleep(Duration::from_secs(600));
        }
        "panic" => {
            let stack = Stack::start("owner", StackOptions::default())?;
            println!("{}", stack.folder().display());
            panic!("on purpose");
        }
        // Ends with the shared stack alive, which nobody drops.
        "shared" => match shared() {
            Ok(stack) => println!("{}", stack.folder().display()),
            Err(error) => println!("{error}"),
        },
        "shared-panic" => {
            let namespace = Namespace::new();
            panic!("on purpose, in {}", namespace.name());
        }
        "namespace" => {
            let namespace = Namespace::new();
            namespace.create_database()?;
            println!("{}", namespace.name());
            println!("{}", namespace.redis_url());
            println!("{}", namespace.clickhouse_url());
            let _ = std::io::stdout().flush();
            // Whoever started this looks around, and then closes the pipe.
            let _ = std::io::stdin().read_line(&mut String::new());
        }
        _ => {
            let stack = Stack::start("owner", StackOptions::default())?;
            println!("{}\n{}", stack.redis_url(), stack.clickhouse_url());
        }
    }
    Ok(())
}
