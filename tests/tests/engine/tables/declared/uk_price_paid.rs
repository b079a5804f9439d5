//! Property prices: enumerations, a projection that sums up.

use chrono::NaiveDate;
use streamhouse::{StreamSchema, StreamType};

#[derive(StreamSchema)]
#[stream(
    name = "uk.price.paid",
    order_by = (postcode1, postcode2, addr1, addr2),
    projection(
        projection_by_year_district_town:
            select toYear(date), district, town, avg(price), sum(price), count()
            group by toYear(date), district, town
    ),
    delivery = at_least_once,
)]
pub(crate) struct Price {
    price: u32,
    #[stream(type = Date)]
    date: NaiveDate,
    #[stream(low_cardinality)]
    postcode1: String,
    #[stream(low_cardinality)]
    postcode2: String,
    #[stream(type = Enum8("terraced" = 1, "semi-detached" = 2, "detached" = 3, "flat" = 4, "other" = 0))]
    r#type: Property,
    is_new: u8,
    #[stream(type = Enum8("freehold" = 1, "leasehold" = 2, "unknown" = 0))]
    duration: Tenure,
    addr1: String,
    addr2: String,
    #[stream(low_cardinality)]
    street: String,
    #[stream(low_cardinality)]
    town: String,
    #[stream(low_cardinality)]
    district: String,
    #[stream(low_cardinality)]
    county: String,
}

#[derive(StreamType)]
#[stream(rename_all = "kebab-case")]
pub(crate) enum Property {
    Other = 0,
    Terraced = 1,
    SemiDetached = 2,
    Detached = 3,
    Flat = 4,
}

#[derive(StreamType)]
#[stream(rename_all = "lowercase")]
pub(crate) enum Tenure {
    Unknown = 0,
    Freehold = 1,
    Leasehold = 2,
}
