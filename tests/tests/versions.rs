//! A server that is older than what a table uses.

use streamhouse::{Error, ErrorKind, EventInfo, FieldError, Needs, SinkError, StreamSchema, Version};
use streamhouse_tests::Place;

#[derive(StreamSchema)]
#[stream(name = "versions.plain", order_by = id)]
struct Plain {
    id: u64,
}

#[derive(StreamSchema)]
#[stream(name = "versions.young", order_by = (id, toTime64(opens, 3)))]
struct Young {
    id: u64,
    #[stream(type = Time64(3))]
    opens: chrono::NaiveTime,
}

/// As one declared for a server of the future.
struct Future;

impl StreamSchema for Future {
    const INFO: EventInfo = EventInfo {
        event: "versions.future",
        table: "versions_future",
        create: &["CREATE TABLE versions_future (id UInt64) ORDER BY id"],
        needs: Some(Needs { what: "Time128", since: Version::new(99, 1) }),
        ..Plain::INFO
    };

    fn encode(&self, _: &mut [streamhouse::value::SegmentBuffer]) -> Result<(), FieldError> {
        Ok(())
    }
}

#[test]
fn an_event_says_what_a_server_has_to_know() {
    assert_eq!(Plain::NEEDS, None);
    assert_eq!(Young::NEEDS, Some(Needs { what: "Time64", since: Version::new(25, 12) }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_too_old_is_named_before_anything_is_created() {
    let place = Place::new();
    let house = place.house().await;
    let error = house.create_table::<Future>().await.expect_err("no server is as new");
    let server = place.clickhouse().with_database("default");
    let version: String = server.query("SELECT version()").fetch_one().await.expect("a version");
    let Error::Sink(SinkError::TooOld { event, what, since, found, .. }) = &error else {
        panic!("{error:?}")
    };
    assert_eq!((event.as_str(), what.as_str(), *since), ("versions.future", "Time128", Version::new(99, 1)));
    assert_eq!(*found, version);
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Schema, false));
    let said = error.to_string();
    assert!(said.contains("has since 99.1") && said.contains("bring the server to 99.1 or later"), "{said}");
    let databases = server.query("SELECT count() FROM system.databases WHERE name = ?").bind(&place.name);
    assert_eq!(databases.fetch_one::<u64>().await.expect("a count"), 0, "not even the database");
    house.create_table::<Young>().await.expect("this one is new enough");
}
