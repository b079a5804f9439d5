//! A proxy between a client and a server, for what goes wrong between them.

mod link;

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use url::Url;

use crate::error::StackError;
use crate::port::Port;
use link::{Lines, Rule};

/// The way that bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the client to the server: requests.
    ToServer,
    /// From the server to the client: responses.
    ToClient,
}

/// What a proxy has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ProxyCounts {
    /// Connections that clients made.
    pub accepted: u64,
    /// Connections that are open.
    pub open: u64,
    /// Connections that the proxy cut.
    pub cut: u64,
    /// Bytes handed to the server.
    pub to_server: u64,
    /// Bytes handed to clients.
    pub to_client: u64,
}

/// A TCP proxy on a port of its own that passes everything on until it is told otherwise, also for connections that
/// are open already.
///
/// It ends connections with FIN, not with RST: what was handed on before a cut arrives, so that a test knows what the
/// other side has seen. Where the server does not listen, a connection is accepted and closed.
#[derive(Debug)]
pub struct Proxy {
    lines: Arc<Lines>,
    port: Port,
    listening: Mutex<Option<Listening>>,
    url: String,
}

impl Proxy {
    /// Before the server that a URL names: `redis://…`, `rediss://…`, `http://…`, or another with host and port.
    pub fn before(url: &str) -> Result<Self, StackError> {
        let form = "scheme://user:password@host:port";
        let wrong = || StackError::Url { variable: "what the proxy stands before", form };
        let mut parsed = Url::parse(url).map_err(|_| wrong())?;
        let usual = if parsed.scheme().starts_with("redis") { Some(6379) } else { None };
        let port = parsed.port_or_known_default().or(usual).ok_or_else(wrong)?;
        let host = parsed.host_str().ok_or_else(wrong)?;
        let found = (host.trim_matches(['[', ']']), port).to_socket_addrs();
        let server = found.ok().and_then(|mut found| found.next()).ok_or_else(wrong)?;
        let mut proxy = Self::before_address(server)?;
        let moved = parsed.set_host(Some("127.0.0.1")).is_ok() && parsed.set_port(Some(proxy.port())).is_ok();
        if !moved {
            return Err(wrong());
        }
        // The parser gives every `http` a path.
        let written = String::from(parsed);
        let bare = written.strip_suffix('/').filter(|_| !url.ends_with('/'));
        proxy.url = bare.unwrap_or(&written).into();
        Ok(proxy)
    }

    /// Before the server at an address.
    pub fn before_address(server: SocketAddr) -> Result<Self, StackError> {
        let port = Port::free("the proxy")?;
        let lines = Arc::new(Lines::new(server));
        let listening = Listening::start(&port, &lines)?;
        let url = format!("tcp://{}", port.address());
        Ok(Self { lines, port, listening: Mutex::new(Some(listening)), url })
    }

    /// The URL that leads through the proxy.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port.number()
    }

    /// What it has seen so far.
    pub fn counts(&self) -> ProxyCounts {
        self.lines.counts()
    }

    /// Cuts all connections; new ones are passed on.
    pub fn cut(&self) {
        self.lines.cut();
    }

    /// Hands on so many bytes more, counted over all connections, and then cuts the connection whose byte was the
    /// last; with 0, the one that the next byte comes from. That happens once; what follows is passed on.
    pub fn cut_after(&self, direction: Direction, bytes: u64) {
        self.lines.set(direction, Rule::CutAfter(bytes));
    }

    /// Hands on so many pieces more, counted over all connections, and then cuts the connection that the next one comes
    /// from instead of handing that on. A piece is what one side wrote at once, up to 64 KiB, so where each waits for the
    /// other it is a request or a response. That happens once; what follows is passed on.
    pub fn cut_at(&self, direction: Direction, piece: u64) {
        self.lines.set(direction, Rule::CutAt(piece));
    }

    /// Keeps back every piece, of at most 64 KiB, for so long before it is handed on.
    pub fn delay(&self, direction: Direction, delay: Duration) {
        self.lines.set(direction, Rule::Delay(delay));
    }

    /// Keeps everything back; [`heal`](Self::heal) hands it on.
    pub fn hold(&self, direction: Direction) {
        self.lines.set(direction, Rule::Hold);
    }

    /// Throws everything away, as a network does that loses its way in one direction. Connections that lost something
    /// cannot go on: [`heal`](Self::heal) cuts them.
    pub fn black_hole(&self, direction: Direction) {
        self.lines.set(direction, Rule::Drop);
    }

    /// Ends this direction of all open connections: the receiver reads their end, the other direction goes on.
    pub fn half_close(&self, direction: Direction) {
        self.lines.half_close(direction);
    }

    /// Refuses new connections, as where no server listens; open ones go on.
    pub fn refuse(&self) {
        let listening = self.listening.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(listening) = listening {
            listening.stop(self.port.address());
        }
    }

    /// Passes everything on again, and accepts new connections.
    pub fn heal(&self) -> Result<(), StackError> {
        self.lines.heal();
        let mut listening = self.listening.lock().unwrap_or_else(PoisonError::into_inner);
        if listening.is_none() {
            *listening = Some(Listening::start(&self.port, &self.lines)?);
        }
        Ok(())
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.refuse();
        self.lines.cut();
    }
}

/// The thread that accepts connections.
#[derive(Debug)]
struct Listening {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Listening {
    fn start(port: &Port, lines: &Arc<Lines>) -> Result<Self, StackError> {
        let failed =
            |source: io::Error| StackError::Port { port: port.number(), name: "the proxy".into(), source };
        let listener = TcpListener::bind(port.address()).map_err(failed)?;
        let stop = Arc::new(AtomicBool::new(false));
        let thread = std::thread::spawn({
            let (stop, lines) = (Arc::clone(&stop), Arc::clone(lines));
            move || {
                for client in listener.incoming() {
                    if stop.load(Ordering::Acquire) {
                        break;
                    }
                    // One that was given up before it was accepted is not counted.
                    if let Ok(client) = client {
                        lines.open(client);
                    }
                }
                // A process that another thread starts just now holds the socket too, until it is the other program;
                // so closing it is not enough.
                let _ = rustix::net::shutdown(&listener, rustix::net::Shutdown::Both);
            }
        });
        Ok(Self { stop, thread })
    }

    /// The thread waits for a connection, so it is given one.
    fn stop(self, address: SocketAddr) {
        self.stop.store(true, Ordering::Release);
        if TcpStream::connect(address).is_ok() {
            // It has nothing left to panic about.
            let _ = self.thread.join();
        }
    }
}
