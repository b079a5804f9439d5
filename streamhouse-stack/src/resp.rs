//! As much of Redis' protocol as it takes to look after a server.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// How long a connection and each answer may take.
const LIMIT: Duration = Duration::from_secs(2);

/// An answer of Redis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// There is nothing.
    Nil,
    /// A status or a string.
    Text(String),
    /// A number.
    Integer(i64),
    /// Several answers.
    List(Vec<Reply>),
    /// An error, of a command or of one in a list.
    Error(String),
}

impl Reply {
    /// The string or number as text; empty for everything else.
    pub fn text(&self) -> String {
        match self {
            Reply::Text(text) => text.clone(),
            Reply::Integer(number) => number.to_string(),
            Reply::Nil | Reply::List(_) | Reply::Error(_) => String::new(),
        }
    }

    /// The value that follows a name in a flat list of names and values.
    pub fn value_of(&self, name: &str) -> Option<&Reply> {
        let Reply::List(list) = self else { return None };
        list.chunks_exact(2).find(|pair| pair[0].text() == name).map(|pair| &pair[1])
    }
}

/// A connection without TLS.
#[derive(Debug)]
pub(crate) struct Connection(BufReader<TcpStream>);

impl Connection {
    pub(crate) fn open(address: SocketAddr, user: &str, password: &str) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, LIMIT)?;
        stream.set_read_timeout(Some(LIMIT))?;
        stream.set_write_timeout(Some(LIMIT))?;
        let mut connection = Self(BufReader::new(stream));
        if !password.is_empty() {
            let user = if user.is_empty() { "default" } else { user };
            if let Reply::Error(error) = connection.command(&["AUTH", user, password])? {
                return Err(io::Error::other(error));
            }
        }
        Ok(connection)
    }

    /// Sends a command and waits for its answer. An error is about the connection.
    pub(crate) fn command(&mut self, words: &[&str]) -> io::Result<Reply> {
        let mut request = format!("*{}\r\n", words.len());
        for word in words {
            request += &format!("${}\r\n{word}\r\n", word.len());
        }
        self.0.get_mut().write_all(request.as_bytes())?;
        self.reply()
    }

    fn reply(&mut self) -> io::Result<Reply> {
        let mut line = String::new();
        self.0.read_line(&mut line)?;
        let strange = || io::Error::other("this is no answer of Redis");
        let line = line.strip_suffix("\r\n").ok_or_else(strange)?;
        let (kind, rest) = line.split_at_checked(1).ok_or_else(strange)?;
        let number = || rest.parse::<i64>().map_err(|_| strange());
        Ok(match kind {
            "+" => Reply::Text(rest.into()),
            "-" => Reply::Error(rest.into()),
            ":" => Reply::Integer(number()?),
            "$" => match usize::try_from(number()?) {
                Err(_) => Reply::Nil,
                Ok(size) => {
                    let mut text = Vec::new();
                    let taken = self.0.by_ref().take(size as u64 + 2).read_to_end(&mut text)?;
                    if taken < size + 2 {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                    text.truncate(size);
                    Reply::Text(String::from_utf8_lossy(&text).into_owned())
                }
            },
            "*" => match usize::try_from(number()?) {
                Err(_) => Reply::Nil,
                Ok(count) => Reply::List((0..count).map(|_| self.reply()).collect::<io::Result<_>>()?),
            },
            _ => return Err(strange()),
        })
    }
}
