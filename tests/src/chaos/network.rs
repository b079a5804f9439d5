//! The proxies: each process has its own to each server, so that one can be cut off while the others are not.

use streamhouse_stack::Proxy;

use super::plan::{Fault, Line};
use super::{PRODUCERS, WORKERS};

/// All proxies.
#[derive(Debug)]
pub(super) struct Network {
    sending: Vec<Proxy>,
    leasing: Vec<Proxy>,
    inserting: Vec<Proxy>,
}

impl Network {
    pub(super) fn before(redis: &str, clickhouse: &str) -> Result<Self, String> {
        let proxies = |count: usize, url: &str| {
            let proxies = (0..count).map(|_| Proxy::before(url)).collect::<Result<Vec<_>, _>>();
            proxies.map_err(|error| error.to_string())
        };
        Ok(Self {
            sending: proxies(PRODUCERS, redis)?,
            leasing: proxies(WORKERS, redis)?,
            inserting: proxies(WORKERS, clickhouse)?,
        })
    }

    pub(super) fn url(&self, line: Line) -> &str {
        self.proxy(line).url()
    }

    pub(super) fn begin(&self, line: Line, fault: Fault) {
        let proxy = self.proxy(line);
        match fault {
            Fault::Cut => proxy.cut(),
            Fault::CutAfter(way, bytes) => proxy.cut_after(way, bytes),
            Fault::Delay(way, delay) => proxy.delay(way, delay),
            Fault::Drop(way) => proxy.black_hole(way),
            Fault::Hold(way) => proxy.hold(way),
            Fault::HalfClose(way) => proxy.half_close(way),
            Fault::Refuse => {
                proxy.refuse();
                proxy.cut();
            }
        }
    }

    pub(super) fn heal(&self, line: Line) -> Result<(), String> {
        self.proxy(line).heal().map_err(|error| error.to_string())
    }

    fn proxy(&self, line: Line) -> &Proxy {
        match line {
            Line::Sending(producer) => &self.sending[producer],
            Line::Leasing(worker) => &self.leasing[worker],
            Line::Inserting(worker) => &self.inserting[worker],
        }
    }
}
