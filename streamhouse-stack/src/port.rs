//! Ports that stay the stack's own, also while no server listens on them.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use crate::error::StackError;

/// How often another port is tried where somebody took the free one first. Where ports are held, nobody can.
pub(crate) const TRIES: usize = if cfg!(target_os = "linux") { 1 } else { 5 };

/// A port on 127.0.0.1.
///
/// On Linux it is held by a socket that is bound and does not listen: a server that sets `SO_REUSEADDR`, as all of ours
/// do, may listen beside it, and nobody else is given the number while the server is down. Elsewhere two such sockets
/// exclude each other, and the port is only looked for.
#[derive(Debug)]
pub(crate) struct Port {
    number: u16,
    #[cfg(target_os = "linux")]
    _held: std::os::fd::OwnedFd,
}

impl Port {
    /// A free one.
    pub(crate) fn free(name: &str) -> Result<Self, StackError> {
        Self::take(name, 0)
    }

    /// This one, or a free one where nobody asked for any.
    pub(crate) fn of(name: &str, number: Option<u16>) -> Result<Self, StackError> {
        Self::take(name, number.unwrap_or(0))
    }

    pub(crate) fn number(&self) -> u16 {
        self.number
    }

    pub(crate) fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.number).into()
    }

    fn take(name: &str, number: u16) -> Result<Self, StackError> {
        Self::bind(number).map_err(|source| StackError::Port { port: number, name: name.into(), source })
    }

    #[cfg(target_os = "linux")]
    fn bind(number: u16) -> io::Result<Self> {
        use rustix::net::{self, AddressFamily, SocketFlags, SocketType};

        let socket = net::socket_with(AddressFamily::INET, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
        net::sockopt::set_socket_reuseaddr(&socket, true)?;
        net::bind(&socket, &SocketAddr::from((Ipv4Addr::LOCALHOST, number)))?;
        let bound = SocketAddr::try_from(net::getsockname(&socket)?)?;
        Ok(Self { number: bound.port(), _held: socket })
    }

    #[cfg(not(target_os = "linux"))]
    fn bind(number: u16) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, number))?;
        Ok(Self { number: listener.local_addr()?.port() })
    }
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn a_held_port_refuses_connections_and_lets_a_server_listen() {
        let port = Port::free("test").expect("a port");
        assert!(TcpStream::connect(port.address()).is_err());
        for _ in 0..2 {
            let server = TcpListener::bind(port.address()).expect("room beside the holder");
            TcpStream::connect(port.address()).expect("a connection");
            drop(server);
        }
    }

    #[test]
    fn a_port_that_somebody_listens_on_is_refused_by_name() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let number = taken.local_addr().expect("an address").port();
        let error = Port::of("redis", Some(number)).expect_err("taken").to_string();
        assert!(
            error.starts_with(&format!("port {number} on 127.0.0.1 cannot be used for redis: ")),
            "{error}"
        );
    }
}
