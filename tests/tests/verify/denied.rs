//! A user of ClickHouse who may not do all that a completion asks for: rows that nobody has deleted go in all the same.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread;

use streamhouse::Worker;
use streamhouse_tests::Place;

use super::deleted::whole_without;
use super::views::{BESIDE, SUMMED, SUMS, VIEW, VIEWED, fed};
use super::{COUNT, ROWS, Unfinished, delete, lose, whole};

/// What a server says that denies a statement (ACCESS_DENIED, on HTTP 403).
const DENIED: &str = "HTTP/1.1 403 Forbidden\r\nX-ClickHouse-Exception-Code: 497\r\nConnection: close\r\nContent-Length: 81\r\n\r\n\
    Code: 497. DB::Exception: default: Not enough privileges. (ACCESS_DENIED) (26.7)\n";

/// A server's address that leads to another one, where all statements are denied that have a text in them.
fn denying(server: SocketAddr, text: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    // Until the process of the tests ends.
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let Ok(server) = TcpStream::connect(server) else { continue };
            let (from, to) = (client.try_clone().expect("a socket"), server.try_clone().expect("a socket"));
            thread::spawn(move || requests(from, to, text));
            thread::spawn(move || responses(server, client));
        }
    });
    address
}

/// Hands requests on. A statement that is not there to its end is not run, so that part of it may have gone.
fn requests(mut client: TcpStream, mut server: TcpStream, text: &str) {
    let mut piece = vec![0; 1 << 16];
    let mut seen = Vec::new();
    while let Ok(length @ 1..) = client.read(&mut piece) {
        let new = &piece[..length];
        seen.extend_from_slice(new);
        if seen.windows(text.len()).any(|part| part == text.as_bytes()) {
            let _ = server.shutdown(Shutdown::Both);
            let _ = client.write_all(DENIED.as_bytes());
            let _ = client.shutdown(Shutdown::Write);
            return;
        }
        // What may be the beginning of it.
        seen.drain(..seen.len().saturating_sub(text.len() - 1));
        if server.write_all(new).is_err() {
            break;
        }
    }
    let _ = server.shutdown(Shutdown::Write);
}

fn responses(mut server: TcpStream, mut client: TcpStream) {
    let _ = std::io::copy(&mut server, &mut client);
}

/// A worker's user whom all statements are denied that have a text in them brings what is waiting to ClickHouse.
async fn drains_without(place: &Place, text: &'static str) {
    let (redis, clickhouse, mut config) = place.through_proxies();
    let port = denying(SocketAddr::from(([127, 0, 0, 1], clickhouse.port())), text).port();
    let url = clickhouse.url().replace(&format!(":{}", clickhouse.port()), &format!(":{port}"));
    let database = config.clickhouse.database;
    config.clickhouse = streamhouse::Config::new(redis.url(), &url).expect("settings").clickhouse;
    config.clickhouse.database = database;
    let worker = Worker::new(&config).expect("a worker");
    let status = worker.drain().await.unwrap_or_else(|error| panic!("without {text}: {error}"));
    assert!(status.problems.is_empty(), "without {text}: {status:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_go_in_without_the_right_to_complete_them_as_they_should_be() {
    for (text, come_back) in [
        // What was deleted is not known, or cannot be done again.
        ("FROM system.mutations", true),
        ("MODIFY SETTING number_of_free_entries", true),
        // Nothing goes in by way of another table.
        ("CREATE TABLE", true),
        ("_batch FROM ", true),
        // Where no view hangs on the table, and where all take nothing of what completes an insert, partitions are left alone.
        ("ATTACH PARTITION ID", false),
        ("FROM system.parts", false),
    ] {
        let mut place = Place::new();
        let mut unfinished = Unfinished::new(&mut place).await;
        lose(&place, "verify_numbered", "number % 3 = 1").await;
        delete(&place, "ALTER TABLE verify_numbered DELETE WHERE number IN (3, 4)").await;
        unfinished.put_back().await;
        drains_without(&place, text).await;
        // Of the partition that was lost nobody can say what was deleted.
        let left = whole_without(|number| number == 3 || number == 4 && !come_back);
        assert_eq!(place.text(COUNT).await, left, "without {text}");
        assert_eq!(place.text(BESIDE).await, "", "without {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_go_in_where_nobody_may_look_at_what_a_view_was_fed() {
    let mut place = Place::new();
    let mut unfinished = Unfinished::behind(&mut place, &[SUMS, &fed()]).await;
    lose(&place, "verify_numbered", "number % 3 = 1").await;
    lose(&place, "verify_sums", "rest = 2").await;
    unfinished.put_back().await;
    drains_without(&place, "max(_fed[").await;
    assert_eq!(place.text(COUNT).await, whole());
    let third = ROWS / 3;
    // What the view lacks is not known; what it has does not come twice.
    assert_eq!(place.text(SUMMED).await, format!("0\t{third}\n1\t{third}\n"));
    assert_eq!(place.text(BESIDE).await, "");
}

/// A server that was just started has all statements of partitions wait until it has looked through what merges have left behind.
#[tokio::test(flavor = "multi_thread")]
async fn partitions_are_left_alone_where_all_views_take_nothing_of_a_completion() {
    let (third, says_so) = (ROWS / 3, fed());
    for (views, viewed) in [
        (&[][..], third),
        // One that takes everything counts twice what goes in without the right to attach it.
        (&[VIEW], 2 * third),
    ] {
        let mut place = Place::new();
        let statements: Vec<&str> = [SUMS, &says_so].into_iter().chain(views.iter().copied()).collect();
        let mut unfinished = Unfinished::behind(&mut place, &statements).await;
        lose(&place, "verify_numbered", "number % 3 = 1").await;
        lose(&place, "verify_sums", "rest = 2").await;
        unfinished.put_back().await;
        drains_without(&place, "ATTACH PARTITION ID").await;
        assert_eq!(place.text(COUNT).await, whole(), "{views:?}");
        let fed = format!("0\t{third}\n1\t{third}\n2\t{third}\n");
        assert_eq!(place.text(SUMMED).await, fed, "{views:?}");
        if !views.is_empty() {
            assert_eq!(place.text(VIEWED).await, format!("{third}\n{viewed}\n{third}\n"));
        }
        assert_eq!(place.text(BESIDE).await, "", "{views:?}");
    }
}
