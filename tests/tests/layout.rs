//! Engines, computed columns, constraints and views, with events that go the whole way.

use chrono::{DateTime, TimeZone, Utc};
use streamhouse::StreamSchema;
use streamhouse_tests::Place;

/// Somebody looked at a page.
#[derive(StreamSchema)]
#[stream(
    name = "layout.viewed",
    order_by = (site, at),
    column(day: Date = toDate(at), materialized, after = at),
    column(host: String = domain(url), alias),
    column(size: UInt64 = length(body), default),
    check(known: site != ""),
    projection(by_url: select * order by url),
    view(layout_daily_feed: to = layout_daily, select = "SELECT toDate(at) AS day, toUInt64(1) AS hits, length(url) AS bytes FROM layout_viewed"),
)]
struct Viewed {
    at: DateTime<Utc>,
    #[stream(low_cardinality)]
    site: String,
    url: String,
    #[stream(ephemeral)]
    body: String,
}

/// What the view above adds up.
#[derive(StreamSchema)]
#[stream(
    name = "layout.daily",
    engine = SummingMergeTree(hits, bytes),
    delivery = at_least_once,
    order_by = day,
    settings(non_replicated_deduplication_window = 10000),
)]
#[allow(dead_code, reason = "its table is all that is used")]
struct Daily {
    #[stream(type = Date)]
    day: chrono::NaiveDate,
    hits: u64,
    bytes: u64,
}

fn viewed(number: u32) -> Viewed {
    Viewed {
        at: Utc.with_ymd_and_hms(2024, 2, 28 + number % 2, 12, 0, 0).unwrap(),
        site: "shop".into(),
        url: format!("https://example.org/{number}"),
        body: "x".repeat(number as usize),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_computes_what_is_declared_and_views_add_up() {
    let place = Place::new();
    let house = place.house_with::<Daily>().await;
    house.create_table::<Viewed>().await.expect("a table and a view");
    // What is there already is left as it is.
    house.create_table::<Viewed>().await.expect("again");
    let events: Vec<Viewed> = (0..100).map(viewed).collect();
    house.send_all(&events).await.expect("sent");
    place.worker().drain().await.expect("drained");

    let row = place
        .text("SELECT count(), sum(size), uniqExact(day), any(host), countIf(_batch = 0) FROM layout_viewed")
        .await;
    assert_eq!(row, "100\t4950\t2\texample.org\t0\n");
    // What is computed on reading, or hidden, or not kept, is not among all columns.
    let all = place.text("SELECT * FROM layout_viewed ORDER BY url LIMIT 1").await;
    assert_eq!(all, "2024-02-28 12:00:00.000\tshop\thttps://example.org/0\t0\n");
    let daily =
        place.text("SELECT day, sum(hits), sum(bytes) > 0 FROM layout_daily GROUP BY day ORDER BY day").await;
    assert_eq!(daily, "2024-02-28\t50\t1\n2024-02-29\t50\t1\n");
}

/// The stock of an article.
#[derive(StreamSchema)]
#[stream(name = "layout.stock", engine = ReplacingMergeTree(version, gone), order_by = article)]
struct Stock {
    article: u32,
    pieces: i64,
    version: u64,
    gone: bool,
}

#[tokio::test(flavor = "multi_thread")]
async fn replacing_keeps_the_newest_row_of_each_key() {
    let place = Place::new();
    let house = place.house_with::<Stock>().await;
    for version in 1..=3_u64 {
        let events: Vec<Stock> = (0..50)
            .map(|article| Stock {
                article,
                pieces: i64::from(article) * version as i64,
                version,
                gone: version == 3 && article >= 40,
            })
            .collect();
        house.send_all(&events).await.expect("sent");
        let status = place.worker().drain().await.expect("drained");
        // All rows are stored until parts merge, also those with equal keys: a batch is verified by counting them.
        assert_eq!(status.rows, 50);
    }
    let found = place.text("SELECT count(), sum(pieces), min(version) FROM layout_stock FINAL").await;
    assert_eq!(found, format!("40\t{}\t3\n", 3 * (0..40).sum::<i64>()));
}
