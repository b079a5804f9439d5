//! The connections of a proxy, and what becomes of each piece that passes.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::proxy::{Direction, ProxyCounts};

/// How much is taken at once.
const PIECE: usize = 64 * 1024;
/// How long the server may take to accept.
const CONNECT: Duration = Duration::from_secs(10);

/// What happens to the pieces of a direction.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rule {
    Pass,
    Hold,
    Drop,
    Delay(Duration),
    CutAfter(u64),
    CutAt(u64),
}

/// What is to be done with a piece.
enum Verdict {
    Pass,
    Drop,
    /// Hand on the first bytes and cut.
    Cut(usize),
    /// The connection has been cut.
    Gone,
}

/// A client's connection and the proxy's own to the server.
#[derive(Debug)]
struct Link {
    client: TcpStream,
    server: TcpStream,
    /// Pumps that still run.
    pumps: u8,
    /// Something was thrown away.
    gap: bool,
    /// The directions that were ended on purpose.
    closed: [bool; 2],
}

impl Link {
    fn cut(&self) {
        // An end that is closed already needs nothing more.
        let _ = self.client.shutdown(Shutdown::Both);
        let _ = self.server.shutdown(Shutdown::Both);
    }

    fn receiver(&self, direction: Direction) -> &TcpStream {
        match direction {
            Direction::ToServer => &self.server,
            Direction::ToClient => &self.client,
        }
    }
}

#[derive(Debug)]
struct State {
    rules: [Rule; 2],
    links: BTreeMap<u64, Link>,
    counts: ProxyCounts,
    /// How often everything was cut: what was still being connected then is cut too.
    cuts: u64,
}

impl State {
    fn cut(&mut self, which: impl Fn(&Link) -> bool) {
        let before = self.links.len();
        self.links.retain(|_, link| {
            let cut = which(link);
            if cut {
                link.cut();
            }
            !cut
        });
        self.counts.cut += (before - self.links.len()) as u64;
    }
}

/// All connections of a proxy, and the rules for them.
#[derive(Debug)]
pub(super) struct Lines {
    server: SocketAddr,
    state: Mutex<State>,
    changed: Condvar,
}

impl Lines {
    pub(super) fn new(server: SocketAddr) -> Self {
        let state =
            State { rules: [Rule::Pass; 2], links: BTreeMap::new(), counts: ProxyCounts::default(), cuts: 0 };
        Self { server, state: Mutex::new(state), changed: Condvar::new() }
    }

    pub(super) fn counts(&self) -> ProxyCounts {
        let state = self.state();
        ProxyCounts { open: state.links.len() as u64, ..state.counts }
    }

    pub(super) fn set(&self, direction: Direction, rule: Rule) {
        self.state().rules[direction as usize] = rule;
        self.changed.notify_all();
    }

    pub(super) fn cut(&self) {
        let mut state = self.state();
        state.cuts += 1;
        state.cut(|_| true);
        drop(state);
        self.changed.notify_all();
    }

    pub(super) fn heal(&self) {
        let mut state = self.state();
        state.rules = [Rule::Pass; 2];
        state.cut(|link| link.gap);
        drop(state);
        self.changed.notify_all();
    }

    pub(super) fn half_close(&self, direction: Direction) {
        for link in self.state().links.values_mut() {
            link.closed[direction as usize] = true;
            let _ = link.receiver(direction).shutdown(Shutdown::Write);
        }
    }

    /// Counts a client's connection, and connects it with the server on a thread of its own.
    pub(super) fn open(self: &Arc<Self>, client: TcpStream) {
        let mut state = self.state();
        state.counts.accepted += 1;
        let (id, cuts) = (state.counts.accepted, state.cuts);
        drop(state);
        let lines = Arc::clone(self);
        std::thread::spawn(move || {
            // Without a server the client's connection ends here.
            let Ok(server) = TcpStream::connect_timeout(&lines.server, CONNECT) else { return };
            // Small answers are not to wait for others.
            let _ = (client.set_nodelay(true), server.set_nodelay(true));
            let (Ok(from_client), Ok(from_server)) = (client.try_clone(), server.try_clone()) else { return };
            let (Ok(to_client), Ok(to_server)) = (client.try_clone(), server.try_clone()) else { return };
            let link = Link { client, server, pumps: 2, gap: false, closed: [false; 2] };
            let mut state = lines.state();
            if state.cuts != cuts {
                state.counts.cut += 1;
                return;
            }
            state.links.insert(id, link);
            drop(state);
            let back = Arc::clone(&lines);
            std::thread::spawn(move || back.pump(id, Direction::ToClient, from_server, to_client));
            lines.pump(id, Direction::ToServer, from_client, to_server);
        });
    }

    fn pump(&self, id: u64, direction: Direction, mut from: TcpStream, mut to: TcpStream) {
        let mut buffer = vec![0; PIECE];
        loop {
            let Ok(size) = from.read(&mut buffer) else { break self.end(id) };
            let (passed, verdict) = match self.judge(id, direction, size) {
                Verdict::Gone => break,
                Verdict::Cut(bytes) => (bytes, Verdict::Cut(bytes)),
                Verdict::Drop => (0, Verdict::Drop),
                Verdict::Pass => (size, Verdict::Pass),
            };
            if to.write_all(&buffer[..passed]).is_err() {
                break self.end(id);
            }
            self.count(direction, passed);
            match verdict {
                Verdict::Cut(_) => break self.cut_one(id),
                Verdict::Pass if size == 0 => {
                    // The end is passed on like everything else.
                    let _ = to.shutdown(Shutdown::Write);
                    break;
                }
                _ if size == 0 => break,
                _ => {}
            }
        }
        self.leave(id);
    }

    /// Decides about a piece; one of no bytes is the end of the direction. Waits where it is held or delayed.
    fn judge(&self, id: u64, direction: Direction, size: usize) -> Verdict {
        let came = Instant::now();
        let mut state = self.state();
        loop {
            let rule = state.rules[direction as usize];
            let Some(link) = state.links.get_mut(&id) else { return Verdict::Gone };
            if link.closed[direction as usize] {
                return Verdict::Drop;
            }
            match rule {
                Rule::Pass => return Verdict::Pass,
                Rule::Drop => {
                    link.gap = true;
                    return Verdict::Drop;
                }
                Rule::CutAfter(_) if size == 0 => return Verdict::Pass,
                Rule::CutAfter(left) if (size as u64) < left => {
                    state.rules[direction as usize] = Rule::CutAfter(left - size as u64);
                    return Verdict::Pass;
                }
                Rule::CutAfter(left) => {
                    state.rules[direction as usize] = Rule::Pass;
                    // Not more than the size, as was just asked.
                    return Verdict::Cut(left as usize);
                }
                Rule::CutAt(_) if size == 0 => return Verdict::Pass,
                Rule::CutAt(left) => {
                    let next = left.checked_sub(1);
                    state.rules[direction as usize] = next.map_or(Rule::Pass, Rule::CutAt);
                    return next.map_or(Verdict::Cut(0), |_| Verdict::Pass);
                }
                Rule::Hold => {
                    state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
                Rule::Delay(delay) => {
                    let Some(left) = delay.checked_sub(came.elapsed()).filter(|left| !left.is_zero()) else {
                        return Verdict::Pass;
                    };
                    let waited = self.changed.wait_timeout(state, left);
                    state = waited.unwrap_or_else(PoisonError::into_inner).0;
                }
            }
        }
    }

    fn count(&self, direction: Direction, bytes: usize) {
        let mut state = self.state();
        match direction {
            Direction::ToServer => state.counts.to_server += bytes as u64,
            Direction::ToClient => state.counts.to_client += bytes as u64,
        }
    }

    fn cut_one(&self, id: u64) {
        let mut state = self.state();
        if let Some(link) = state.links.remove(&id) {
            link.cut();
            state.counts.cut += 1;
        }
        drop(state);
        self.changed.notify_all();
    }

    /// One side broke the connection off: the other is told.
    fn end(&self, id: u64) {
        if let Some(link) = self.state().links.remove(&id) {
            link.cut();
        }
        self.changed.notify_all();
    }

    /// A pump is done; the last one closes the connection.
    fn leave(&self, id: u64) {
        let mut state = self.state();
        if let Some(link) = state.links.get_mut(&id) {
            link.pumps -= 1;
            if link.pumps == 0 {
                state.links.remove(&id);
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
