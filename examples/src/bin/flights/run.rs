//! The demonstration itself.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use streamhouse::{Config, StreamHouse};
use streamhouse_examples::flight::{FlightCancelled, FlightDelayed, FlightDeparted};
use streamhouse_stack::{Stack, StackOptions};

use crate::workers;

/// How long the last events may take to arrive, including the take-over from a dead worker.
const PATIENCE: Duration = Duration::from_secs(120);

/// What came of it.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) events: u64,
    pub(crate) rows: u64,
    pub(crate) distinct: u64,
    /// Sums over the table and over the file: number of the flight, distance, delay on arrival.
    pub(crate) sums: [(i64, i64); 3],
    /// Rows and expected rows of the other two events.
    pub(crate) delayed: (u64, u64),
    pub(crate) cancelled: (u64, u64),
    /// From the first event to the last counted row.
    pub(crate) elapsed: Duration,
    /// From the first event to the last confirmation by Redis.
    pub(crate) sending: Duration,
    /// From the last confirmation to the last counted row.
    pub(crate) lag: Duration,
    pub(crate) killed: bool,
    /// Bytes on disk and in memory, and parts.
    pub(crate) table: (u64, u64, u64),
    /// Carrier, median delay on departure in minutes, flights.
    pub(crate) carriers: Vec<(String, f64, u64)>,
}

impl Outcome {
    pub(crate) fn lost(&self) -> u64 {
        self.events.saturating_sub(self.distinct)
    }

    pub(crate) fn duplicated(&self) -> u64 {
        self.rows.saturating_sub(self.distinct)
    }

    /// Every event is there once, and holds what the file holds.
    pub(crate) fn is_right(&self) -> bool {
        self.rows == self.events
            && self.distinct == self.events
            && self.sums.iter().all(|(table, file)| table == file)
            && self.delayed.0 == self.delayed.1
            && self.cancelled.0 == self.cancelled.1
    }
}

pub(crate) async fn run(flights: Vec<FlightDeparted>, kill: bool) -> Result<Outcome, String> {
    let say = |error: streamhouse::Error| error.to_string();
    let stack = Stack::start("demo", StackOptions::default()).map_err(|error| error.to_string())?;
    // Named after the process: a server that was there before may hold an earlier demonstration.
    let name = format!("flights_{}", std::process::id());
    let mut config = Config::new(&stack.redis_url(), &stack.clickhouse_url()).map_err(say)?;
    config.redis.prefix = name.clone();
    config.clickhouse.database = name.clone();
    let house = StreamHouse::connect(config).await.map_err(say)?;
    house.create_table::<FlightDeparted>().await.map_err(say)?;
    house.create_table::<FlightDelayed>().await.map_err(say)?;
    house.create_table::<FlightCancelled>().await.map_err(say)?;
    let client = client(&stack.clickhouse_url(), &name)?;

    let mut doomed = workers::start(&stack, &name, &name, 1)?;
    let survivor = workers::start(&stack, &name, &name, 2)?;
    let bar = ProgressBar::new(flights.len() as u64);
    if let Ok(style) = ProgressStyle::with_template("{msg:>18} {wide_bar} {pos}/{len}  {per_sec}") {
        bar.set_style(style);
    }

    let start = Instant::now();
    bar.set_message("streaming flights");
    let half = flights.len() / 2;
    for (index, flight) in flights.iter().enumerate() {
        if kill && index == half {
            // Not before the doomed worker has had something to do.
            wait_for_rows(&client, 1).await?;
            doomed.kill();
            bar.println(format!("after {index} flights: worker 1 is killed (SIGKILL)"));
        }
        send(&house, flight).map_err(say)?;
        if index % 1000 == 999 {
            bar.set_position(index as u64 + 1);
            // Give way: sending is this thread's only business, but the clock of others runs too.
            tokio::task::yield_now().await;
        }
    }
    house.flush().await.map_err(say)?;
    let sending = start.elapsed();

    bar.set_message("arriving");
    let deadline = Instant::now() + PATIENCE;
    let worker = house.worker().map_err(say)?;
    while worker.backlog().await.map_err(say)? > 0 && Instant::now() < deadline {
        bar.set_position(count(&client).await?);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let elapsed = start.elapsed();
    bar.finish_and_clear();
    house.close().await.map_err(say)?;
    workers::end(survivor)?;
    if !kill {
        workers::end(doomed)?;
    }
    let timing = Timing { elapsed, sending, killed: kill };
    check(&client, &flights, timing).await
}

/// A flight, and what else it is an example of.
fn send(house: &StreamHouse, flight: &FlightDeparted) -> Result<(), streamhouse::Error> {
    house.enqueue(flight)?;
    if let Some(event) = delayed(flight) {
        house.enqueue(&event)?;
    }
    if let Some(event) = cancelled(flight) {
        house.enqueue(&event)?;
    }
    Ok(())
}

fn delayed(flight: &FlightDeparted) -> Option<FlightDelayed> {
    let delay = flight.arrival_delay.filter(|delay| *delay >= 60)?;
    let event =
        FlightDelayed::builder().flight_id(flight.flight_id).scheduled_at(flight.scheduled_at).delay(delay);
    event.build().ok()
}

fn cancelled(flight: &FlightDeparted) -> Option<FlightCancelled> {
    flight.departure_delay.is_none().then(|| FlightCancelled {
        flight_id: flight.flight_id,
        scheduled_at: flight.scheduled_at,
        origin: flight.origin.clone(),
        destination: flight.destination.clone(),
    })
}

struct Timing {
    elapsed: Duration,
    sending: Duration,
    killed: bool,
}

async fn check(
    client: &clickhouse::Client,
    flights: &[FlightDeparted],
    timing: Timing,
) -> Result<Outcome, String> {
    let (rows, distinct, number, distance, delay) = client
        .query(
            "SELECT count(), uniqExact(flight_id), toInt64(sum(number)), toInt64(sum(distance)), \
             toInt64(sum(ifNull(arrival_delay, 0))) FROM flight_departed",
        )
        .fetch_one::<(u64, u64, i64, i64, i64)>()
        .await
        .map_err(|error| error.to_string())?;
    let sum = |value: fn(&FlightDeparted) -> i64| flights.iter().map(value).sum::<i64>();
    let one =
        async |query: &str| client.query(query).fetch_one::<u64>().await.map_err(|error| error.to_string());
    let table = client
        .query("SELECT sum(bytes_on_disk), sum(data_uncompressed_bytes), count() FROM system.parts WHERE database = currentDatabase() AND table = 'flight_departed' AND active")
        .fetch_one::<(u64, u64, u64)>()
        .await
        .map_err(|error| error.to_string())?;
    let carriers = client
        .query("SELECT toString(carrier), toFloat64(quantileExact(assumeNotNull(departure_delay))) AS delay, count() FROM flight_departed WHERE departure_delay IS NOT NULL GROUP BY carrier ORDER BY delay DESC, carrier")
        .fetch_all::<(String, f64, u64)>()
        .await
        .map_err(|error| error.to_string())?;
    Ok(Outcome {
        events: flights.len() as u64,
        rows,
        distinct,
        sums: [
            (number, sum(|flight| i64::from(flight.number))),
            (distance, sum(|flight| i64::from(flight.distance))),
            (delay, sum(|flight| i64::from(flight.arrival_delay.unwrap_or(0)))),
        ],
        delayed: (
            one("SELECT if(count() = uniqExact(flight_id), count(), 0) FROM flight_delayed").await?,
            flights.iter().filter_map(delayed).count() as u64,
        ),
        cancelled: (
            one("SELECT if(count() = uniqExact(flight_id), count(), 0) FROM flight_cancelled").await?,
            flights.iter().filter_map(cancelled).count() as u64,
        ),
        elapsed: timing.elapsed,
        sending: timing.sending,
        lag: timing.elapsed - timing.sending,
        killed: timing.killed,
        table,
        carriers,
    })
}

async fn count(client: &clickhouse::Client) -> Result<u64, String> {
    client.query("SELECT count() FROM flight_departed").fetch_one().await.map_err(|error| error.to_string())
}

async fn wait_for_rows(client: &clickhouse::Client, rows: u64) -> Result<(), String> {
    let deadline = Instant::now() + PATIENCE;
    while count(client).await? < rows {
        if Instant::now() > deadline {
            return Err(format!("no flight has arrived within {PATIENCE:?}"));
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}

fn client(url: &str, database: &str) -> Result<clickhouse::Client, String> {
    let (scheme, rest) = url.split_once("://").ok_or("CLICKHOUSE_URL is not a URL")?;
    let (login, host) = rest.rsplit_once('@').unwrap_or(("default:", rest));
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    let client = clickhouse::Client::default().with_url(format!("{scheme}://{host}")).with_database(database);
    Ok(client.with_user(user).with_password(password))
}
