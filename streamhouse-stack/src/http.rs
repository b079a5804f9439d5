//! As much of ClickHouse's HTTP interface as it takes to look after a server.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Sends a query; an error is the server's own text, or what is wrong with the connection.
pub(crate) fn query(
    address: SocketAddr,
    user: &str,
    password: &str,
    sql: &str,
    limit: Duration,
) -> Result<String, String> {
    let answer = ask(address, user, password, sql, limit).map_err(|error| match error.kind() {
        // What a socket's time limit gives, under either name.
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => format!("no answer within {limit:?}"),
        _ => error.to_string(),
    })?;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").ok_or("this is no answer of an HTTP server")?;
    let status = head.split_whitespace().nth(1).unwrap_or_default();
    if status == "200" && !head.to_ascii_lowercase().contains("\nx-clickhouse-exception-code:") {
        return Ok(body.into());
    }
    Err(format!("status {status}: {}", body.trim()))
}

fn ask(address: SocketAddr, user: &str, password: &str, sql: &str, limit: Duration) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect_timeout(&address, limit)?;
    stream.set_read_timeout(Some(limit))?;
    stream.set_write_timeout(Some(limit))?;
    // HTTP/1.0: an answer is neither chunked nor followed by another.
    let head = format!(
        "POST / HTTP/1.0\r\nHost: {address}\r\nX-ClickHouse-User: {user}\r\nX-ClickHouse-Key: {password}\r\nContent-Length: {}\r\n\r\n",
        sql.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(sql.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(answer)
}
