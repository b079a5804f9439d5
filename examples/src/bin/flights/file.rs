//! The file of flights.

use std::fmt::Display;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use ruzstd::decoding::StreamingDecoder;
use serde::{Deserialize, Deserializer};
use streamhouse_examples::flight::FlightDeparted;

const FLIGHTS: &[u8] = include_bytes!("../../../data/flights.csv.zst");

/// The columns that are used.
#[derive(Debug, Deserialize)]
struct Line {
    year: i32,
    month: u32,
    day: u32,
    #[serde(deserialize_with = "known")]
    dep_delay: Option<i16>,
    #[serde(deserialize_with = "known")]
    arr_delay: Option<i16>,
    carrier: String,
    flight: u16,
    #[serde(deserialize_with = "known")]
    tailnum: Option<String>,
    origin: String,
    dest: String,
    #[serde(deserialize_with = "known")]
    air_time: Option<u16>,
    distance: u16,
    time_hour: DateTime<Utc>,
}

/// What is not known stands in the file as `NA`.
fn known<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr,
    T::Err: Display,
{
    match String::deserialize(deserializer)?.as_str() {
        "NA" => Ok(None),
        text => text.parse().map(Some).map_err(serde::de::Error::custom),
    }
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
