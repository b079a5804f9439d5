//! What goes wrong between a client and a server, while connections live.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use streamhouse_stack::{Direction, Folder, Proxy, Redis, RedisOptions, Reply};

const SHORT: Duration = Duration::from_millis(300);

struct Scene {
    redis: Redis,
    proxy: Proxy,
    _folder: Folder,
}

fn scene() -> Scene {
    let folder = Folder::create("proxy").expect("a folder");
    let redis =
        Redis::start(&folder, "redis", &RedisOptions::default()).unwrap_or_else(|error| panic!("{error}"));
    let proxy = Proxy::before(&redis.url()).expect("a proxy");
    Scene { redis, proxy, _folder: folder }
}

impl Scene {
    /// A client that has shown its password through the proxy.
    fn client(&self) -> Client {
        let stream = TcpStream::connect(("127.0.0.1", self.proxy.port())).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a limit");
        let mut client = Client(stream);
        client.send(&format!("AUTH {}\r\n", self.redis.password()));
        client.expect("+OK\r\n");
        client
    }

    /// What Redis itself knows, past the proxy.
    fn get(&self, key: &str) -> Reply {
        self.redis.command(&["GET", key]).expect("an answer")
    }

    fn until(&self, holds: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + Duration::from_secs(10);
        while !holds(self) {
            assert!(Instant::now() < deadline, "{:?}", self.proxy.counts());
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

struct Client(TcpStream);

impl Client {
    fn send(&mut self, words: &str) {
        self.0.write_all(words.as_bytes()).expect("sent");
    }

    fn expect(&mut self, answer: &str) {
        let mut read = vec![0; answer.len()];
        self.0.read_exact(&mut read).expect(answer);
        assert_eq!(String::from_utf8_lossy(&read), answer);
    }

    /// Everything until the connection ends.
    fn rest(&mut self) -> String {
        let mut rest = Vec::new();
        match self.0.read_to_end(&mut rest) {
            Ok(_) => {}
            Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
        }
        String::from_utf8(rest).expect("text")
    }

    fn is_silent(&mut self) -> bool {
        self.0.set_read_timeout(Some(SHORT)).expect("a limit");
        let silent = matches!(self.0.read(&mut [0]), Err(error) if error.kind() == ErrorKind::WouldBlock);
        self.0.set_read_timeout(Some(Duration::from_secs(10))).expect("a limit");
        silent
    }
}

fn text(text: &str) -> Reply {
    Reply::Text(text.into())
}

#[test]
fn what_is_sent_passes_in_both_directions_and_is_counted() {
    let scene = scene();
    let mut client = scene.client();
    let large = "x".repeat(1_000_000);
    client.send(&format!("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1000000\r\n{large}\r\n"));
    client.expect("+OK\r\n");
    client.send("GET k\r\n");
    client.expect(&format!("$1000000\r\n{large}\r\n"));
    assert_eq!(scene.get("k"), text(&large));
    let counts = scene.proxy.counts();
    assert_eq!((counts.accepted, counts.open, counts.cut), (1, 1, 0));
    assert!(counts.to_server > 1_000_000 && counts.to_client > 1_000_000);
    drop(client);
    scene.until(|scene| scene.proxy.counts().open == 0);
}

#[test]
fn the_url_leads_through_the_proxy_and_keeps_user_password_and_path() {
    let scene = scene();
    let of = |url: &str| {
        let proxy = Proxy::before(url).expect("a proxy");
        proxy.url().replace(&proxy.port().to_string(), "PORT")
    };
    let port = scene.redis.port();
    assert_eq!(of(&format!("redis://:pw@127.0.0.1:{port}")), "redis://:pw@127.0.0.1:PORT");
    assert_eq!(of(&format!("rediss://user:pw@localhost:{port}/1")), "rediss://user:pw@127.0.0.1:PORT/1");
    assert_eq!(of(&format!("http://default:pw@127.0.0.1:{port}")), "http://default:pw@127.0.0.1:PORT");
    assert_eq!(
        of(&format!("http://default:pw@[::1]:{port}/events")),
        "http://default:pw@127.0.0.1:PORT/events"
    );
    let error = Proxy::before("redis.example.com").expect_err("no URL").to_string();
    assert!(error.contains("is not a URL of the form scheme://user:password@host:port"), "{error}");
}

#[test]
fn a_cut_ends_open_connections_and_lets_new_ones_in() {
    let scene = scene();
    let mut clients = [scene.client(), scene.client()];
    scene.proxy.cut();
    for client in &mut clients {
        assert_eq!(client.rest(), "");
    }
    assert_eq!(scene.proxy.counts().cut, 2);
    scene.client().send("PING\r\n");
}

#[test]
fn a_request_cut_in_the_middle_is_not_done() {
    let scene = scene();
    let mut client = scene.client();
    let request = "SET k new\r\n";
    scene.proxy.cut_after(Direction::ToServer, request.len() as u64 - 1);
    client.send(request);
    assert_eq!(client.rest(), "");
    assert_eq!(scene.get("k"), Reply::Nil);
    // Once: the next connection is whole.
    let mut client = scene.client();
    client.send(request);
    client.expect("+OK\r\n");
}

#[test]
fn a_request_whose_answer_is_cut_off_is_done() {
    let scene = scene();
    for bytes in 0..5 {
        let mut client = scene.client();
        scene.proxy.cut_after(Direction::ToClient, bytes);
        client.send(&format!("SET k{bytes} new\r\n"));
        // The client has read so much of the answer, and its end.
        assert_eq!(client.rest(), "+OK\r\n"[..bytes as usize]);
        assert_eq!(scene.get(&format!("k{bytes}")), text("new"));
    }
    assert_eq!(scene.proxy.counts().cut, 5);
}

#[test]
fn the_bytes_before_a_cut_are_counted_over_pieces() {
    let scene = scene();
    let mut client = scene.client();
    scene.proxy.cut_after(Direction::ToClient, 7 + 7 + 3);
    client.send("PING\r\n");
    client.expect("+PONG\r\n");
    client.send("PING\r\n");
    client.expect("+PONG\r\n");
    client.send("PING\r\n");
    assert_eq!(client.rest(), "+PO");
}

#[test]
fn a_delay_holds_every_answer_back() {
    let scene = scene();
    let mut client = scene.client();
    scene.proxy.delay(Direction::ToClient, SHORT);
    let start = Instant::now();
    client.send("PING\r\n");
    client.expect("+PONG\r\n");
    assert!(start.elapsed() >= SHORT);
    // A delay that is lifted is not waited for.
    scene.proxy.delay(Direction::ToClient, Duration::from_secs(3600));
    client.send("PING\r\n");
    scene.proxy.heal().expect("healed");
    client.expect("+PONG\r\n");
}

#[test]
fn what_was_held_arrives_after_the_healing() {
    let scene = scene();
    let mut client = scene.client();
    scene.proxy.hold(Direction::ToServer);
    client.send("SET k new\r\n");
    assert!(client.is_silent());
    assert_eq!(scene.get("k"), Reply::Nil);
    scene.proxy.heal().expect("healed");
    client.expect("+OK\r\n");
    assert_eq!(scene.get("k"), text("new"));
}

#[test]
fn a_black_hole_swallows_answers_of_what_is_done() {
    let scene = scene();
    let mut client = scene.client();
    let mut other = scene.client();
    scene.proxy.black_hole(Direction::ToClient);
    client.send("SET k new\r\n");
    assert!(client.is_silent());
    assert_eq!(scene.get("k"), text("new"));
    // What has a gap cannot go on; what has none can.
    scene.proxy.heal().expect("healed");
    assert_eq!(client.rest(), "");
    other.send("PING\r\n");
    other.expect("+PONG\r\n");
}

#[test]
fn a_half_closed_connection_still_answers() {
    let scene = scene();
    let mut client = scene.client();
    // The answer is on its way when the client's sending is over.
    scene.proxy.half_close(Direction::ToClient);
    assert_eq!(client.rest(), "");
    client.send("SET k new\r\n");
    scene.until(|scene| scene.get("k") == text("new"));
    // The other way round Redis sees the end of the client and closes.
    let mut client = scene.client();
    scene.proxy.half_close(Direction::ToServer);
    assert_eq!(client.rest(), "");
}

#[test]
fn an_end_of_a_side_is_passed_on() {
    let mut scene = scene();
    let mut client = scene.client();
    scene.redis.kill();
    assert_eq!(client.rest(), "");
    // Without a server a connection is accepted and closed.
    let mut late = TcpStream::connect(("127.0.0.1", scene.proxy.port())).expect("accepted");
    let mut rest = Vec::new();
    assert!(late.read_to_end(&mut rest).is_ok_and(|read| read == 0));
    scene.redis.restart().expect("back");
    scene.client().send("PING\r\n");
}

#[test]
fn refusing_turns_new_connections_away_and_leaves_open_ones_alone() {
    let scene = scene();
    let mut client = scene.client();
    scene.proxy.refuse();
    let error = TcpStream::connect(("127.0.0.1", scene.proxy.port())).expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    client.send("PING\r\n");
    client.expect("+PONG\r\n");
    scene.proxy.heal().expect("healed");
    scene.client().send("PING\r\n");
}

#[test]
fn a_proxy_that_is_dropped_takes_its_connections_along() {
    let Scene { redis, proxy, _folder } = scene();
    let port = proxy.port();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
    stream.write_all(format!("AUTH {}\r\n", redis.password()).as_bytes()).expect("sent");
    let mut ok = [0; 5];
    stream.read_exact(&mut ok).expect("an answer");
    drop(proxy);
    assert_eq!(Client(stream).rest(), "");
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
}
