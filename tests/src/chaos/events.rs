//! The event in two versions, and the view's target. All values follow from the id, so ClickHouse can tell wrong ones.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use streamhouse::migrate::{ApplyOptions, Migration, Migrator};
use streamhouse::{Config, StreamSchema};
use streamhouse_schema::compile::compile;
use streamhouse_schema::migration::State;
use streamhouse_schema::plan::Plan;
use streamhouse_schema::schema::Schema;
use streamhouse_schema::snapshot::{self, Snapshot};
use streamhouse_schema::sql;
use streamhouse_schema::table::Table;
use streamhouse_schema::upcast::Upcast;

/// An event as a type and as the text of its declaration.
macro_rules! declared {
    ($module:ident, $(#[$attribute:meta])* struct $struct:ident { $($(#[$field:meta])* $name:ident: $ty:ty,)* }) => {
        /// A declaration.
        pub mod $module {
            #[allow(unused_imports, reason = "not every declaration names all of them")]
            use super::*;

            #[derive(StreamSchema, Debug)]
            $(#[$attribute])*
            #[allow(missing_docs, reason = "the names say what there is to say")]
            pub struct $struct { $($(#[$field])* pub $name: $ty,)* }

            pub(super) const TEXT: &str =
                stringify!($(#[$attribute])* struct $struct { $($(#[$field])* $name: $ty,)* });
        }
    };
}

declared! { sums,
    #[stream(
        name = "chaos.sum",
        table = "chaos_sums",
        order_by = (account, day),
        engine = SummingMergeTree,
        delivery = at_least_once,
        column(_fed: SimpleAggregateFunction(maxMap, Map(String, String)), filled),
        settings(non_replicated_deduplication_window = 10000),
    )]
    struct Sums {
        account: u32,
        #[stream(type = Date)]
        day: NaiveDate,
        payments: u64,
        amount: u64,
    }
}

declared! { first,
    #[stream(
        name = "chaos.payment",
        order_by = (account, id),
        partition_by = toDate(at),
        view(
            chaos_sums_feed: to = chaos_sums,
            struct = sums::Sums,
            partition_by = (),
            select = "SELECT account, toDate(at) AS day, count() AS payments, sum(amount) AS amount FROM chaos_payment GROUP BY account, day"
        ),
    )]
    struct Payment {
        #[stream(id)]
        id: u64,
        #[stream(timestamp)]
        at: DateTime<Utc>,
        account: u32,
        amount: u32,
        place: String,
    }
}

declared! { second,
    #[stream(
        name = "chaos.payment",
        version = 2,
        order_by = (account, id),
        partition_by = toDate(at),
        view(
            chaos_sums_feed: to = chaos_sums,
            struct = sums::Sums,
            partition_by = (),
            select = "SELECT account, toDate(at) AS day, count() AS payments, sum(amount) AS amount FROM chaos_payment GROUP BY account, day"
        ),
    )]
    struct Payment {
        #[stream(id)]
        id: u64,
        #[stream(timestamp)]
        at: DateTime<Utc>,
        account: u32,
        amount: u32,
        #[stream(renamed_from = "place")]
        city: String,
        #[stream(default = "web")]
        channel: String,
    }
}

/// Name of the event.
pub const EVENT: &str = "chaos.payment";
/// Accounts, which are the keys that sums are compared by.
pub const ACCOUNTS: u64 = 997;
/// Days, each a partition of the table.
pub const DAYS: u64 = 5;
/// Rows whose values are not those of their id, as a condition.
pub const WRONG: &str = "account != id % 997 OR amount != intDiv(id, 7) % 10007 OR city != concat('city ', toString(id % 50)) \
    OR channel != 'web' OR at != toDateTime64('2026-01-05 00:00:00', 3, 'UTC') + toIntervalDay(id % 5) + toIntervalSecond(id % 86399)";

/// The key of an id.
pub fn account(id: u64) -> u32 {
    (id % ACCOUNTS) as u32
}

/// What is summed up.
pub fn amount(id: u64) -> u32 {
    ((id / 7) % 10007) as u32
}

fn at(id: u64) -> DateTime<Utc> {
    let first = NaiveDate::from_ymd_opt(2026, 1, 5).unwrap_or_default();
    let day = first.checked_add_days(Days::new(id % DAYS)).unwrap_or_default();
    day.and_time(NaiveTime::MIN).and_utc() + TimeDelta::seconds((id % 86399) as i64)
}

impl first::Payment {
    /// The event of an id.
    pub fn of(id: u64) -> Self {
        let place = format!("city {}", id % 50);
        Self { id, at: at(id), account: account(id), amount: amount(id), place }
    }
}

impl second::Payment {
    /// The event of an id.
    pub fn of(id: u64) -> Self {
        let city = format!("city {}", id % 50);
        Self { id, at: at(id), account: account(id), amount: amount(id), city, channel: "web".into() }
    }
}

fn schema(text: &str) -> Result<Schema, String> {
    let input = syn::parse_str(text).map_err(|error| format!("{text}\n{error}"))?;
    Ok(compile(&input).map_err(|error| format!("{text}\n{:?}", error.diagnostics))?.schema)
}

/// Makes the tables as an application does that has come to its second version.
pub async fn migrate(config: &Config) -> Result<(), String> {
    let (target, first, second) = (schema(sums::TEXT)?, schema(first::TEXT)?, schema(second::TEXT)?);
    let sealed = snapshot::text(&first, State::Sealed);
    let before = Snapshot::read(&sealed).map_err(|error| error.to_string())?;
    let upcast = Upcast::between(&before, &second);
    let change = Plan::between(&before.table, &Table::of(&second), &second.origins())
        .with_frames(sql::upcast(&upcast), sql::forget_upcast(&upcast))
        .up();
    let ups = [sql::create(&target).join(";\n"), sql::create(&first).join(";\n"), change];
    let migrations = ups.into_iter().enumerate().map(|(at, up)| {
        Migration::read(&format!("{:04}_step", at + 1), up, None, None).map_err(|error| error.to_string())
    });
    let migrations = migrations.collect::<Result<Vec<_>, _>>()?;
    let migrator = Migrator::new(config, migrations).map_err(|error| error.to_string())?;
    migrator.apply(&ApplyOptions::default(), &mut |_| {}).await.map_err(|error| error.to_string())?;
    Ok(())
}
