//! Trips of New York's taxis: codes of fixed length, floats, places under two names.

use chrono::{DateTime, NaiveDate, Utc};
use streamhouse::{StreamSchema, StreamType};

#[derive(StreamSchema)]
#[stream(
    name = "nyc.taxi.trip",
    table = "trips",
    partition_by = toYYYYMM(pickup_date),
    order_by = pickup_datetime,
    delivery = at_least_once,
)]
pub(crate) struct Trip {
    trip_id: u32,
    #[stream(type = Enum8("1" = 1, "2" = 2, "3" = 3, "4" = 4, "CMT" = 5, "VTS" = 6, "DDS" = 7, "B02512" = 10, "B02598" = 11, "B02617" = 12, "B02682" = 13, "B02764" = 14, "" = 15))]
    vendor_id: Vendor,
    #[stream(type = Date)]
    pickup_date: NaiveDate,
    #[stream(timestamp, type = DateTime)]
    pickup_datetime: DateTime<Utc>,
    #[stream(type = Date)]
    dropoff_date: NaiveDate,
    #[stream(type = DateTime)]
    dropoff_datetime: DateTime<Utc>,
    store_and_fwd_flag: u8,
    rate_code_id: u8,
    pickup_longitude: f64,
    pickup_latitude: f64,
    dropoff_longitude: f64,
    dropoff_latitude: f64,
    passenger_count: u8,
    trip_distance: f64,
    fare_amount: f32,
    extra: f32,
    mta_tax: f32,
    tip_amount: f32,
    tolls_amount: f32,
    ehail_fee: f32,
    improvement_surcharge: f32,
    total_amount: f32,
    #[stream(type = Enum8("UNK" = 0, "CSH" = 1, "CRE" = 2, "NOC" = 3, "DIS" = 4))]
    payment_type: Payment,
    trip_type: u8,
    pickup: [u8; 25],
    dropoff: [u8; 25],
    #[stream(type = Enum8("yellow" = 1, "green" = 2, "uber" = 3))]
    cab_type: Cab,
    pickup_nyct2010_gid: i8,
    pickup_ctlabel: f32,
    pickup_borocode: i8,
    pickup_ct2010: String,
    pickup_boroct2010: String,
    pickup_cdeligibil: String,
    pickup_ntacode: [u8; 4],
    pickup_ntaname: String,
    pickup_puma: u16,
    dropoff_nyct2010_gid: u8,
    dropoff_ctlabel: f32,
    dropoff_borocode: u8,
    dropoff_ct2010: String,
    dropoff_boroct2010: String,
    dropoff_cdeligibil: String,
    dropoff_ntacode: [u8; 4],
    dropoff_ntaname: String,
    dropoff_puma: u16,
}

#[derive(StreamType)]
#[allow(clippy::upper_case_acronyms, reason = "the names are those of the table")]
pub(crate) enum Vendor {
    #[stream(rename = "1")]
    N1 = 1,
    #[stream(rename = "2")]
    N2 = 2,
    #[stream(rename = "3")]
    N3 = 3,
    #[stream(rename = "4")]
    N4 = 4,
    CMT = 5,
    VTS = 6,
    DDS = 7,
    B02512 = 10,
    B02598 = 11,
    B02617 = 12,
    B02682 = 13,
    B02764 = 14,
    #[stream(rename = "")]
    Empty = 15,
}

#[derive(StreamType)]
#[allow(clippy::upper_case_acronyms, reason = "the names are those of the table")]
pub(crate) enum Payment {
    UNK = 0,
    CSH = 1,
    CRE = 2,
    NOC = 3,
    DIS = 4,
}

#[derive(StreamType)]
#[allow(clippy::upper_case_acronyms, reason = "the names are those of the table")]
pub(crate) enum Cab {
    #[stream(rename = "yellow")]
    Yellow = 1,
    #[stream(rename = "green")]
    Green = 2,
    #[stream(rename = "uber")]
    Uber = 3,
}
