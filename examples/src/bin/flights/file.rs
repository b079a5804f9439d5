//! The file of flights.

use chrono::{DateTime, NaiveDate, Utc};
use ruzstd::decoding::StreamingDecoder;
use serde::Deserialize;
use streamhouse_examples::flight::FlightDeparted;

const FLIGHTS: &[u8] = include_bytes!("../../../data/flights.csv.zst");

/// The columns that are used.
#[derive(Debug, Deserialize)]
struct Line {
    year: i32,
    month: u32,
    day: u32,
    dep_delay: Option<i16>,
    arr_delay: Option<i16>,
    carrier: String,
    flight: u16,
    tailnum: Option<String>,
    origin: String,
    dest: String,
    air_time: Option<u16>,
    distance: u16,
    time_hour: DateTime<Utc>,
}

/// All flights, in the order of the file.
pub(crate) fn read() -> Result<Vec<FlightDeparted>, String> {
    let decoder = StreamingDecoder::new(FLIGHTS).map_err(|error| format!("the file of flights: {error}"))?;
    let mut lines = csv::Reader::from_reader(decoder);
    let flight = |(index, line): (usize, Result<Line, csv::Error>)| {
        let line = line.map_err(|error| format!("the file of flights: {error}"))?;
        let day = NaiveDate::from_ymd_opt(line.year, line.month, line.day);
        Ok(FlightDeparted {
            flight_id: index as u32 + 1,
            scheduled_at: line.time_hour,
            day: day.ok_or_else(|| format!("flight {}: there is no such day", index + 1))?,
            carrier: line.carrier,
            number: line.flight,
            tail_number: line.tailnum,
            origin: line.origin,
            destination: line.dest,
            distance: line.distance,
            departure_delay: line.dep_delay,
            arrival_delay: line.arr_delay,
            air_time: line.air_time,
        })
    };
    lines.deserialize().enumerate().map(flight).collect()
}
