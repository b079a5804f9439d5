//! The reckoning: what producers were told against what is in ClickHouse.

use std::ops::Range;

use super::cast::Cast;
use super::events::{ACCOUNTS, WRONG, account, amount};
use super::place::Place;

/// Rows of at most so many accounts are looked at in one query, so that distinct ids of any number fit into memory.
const BUCKETS: u64 = 16;

/// Ids that a producer has sent, and whether it was told that they are confirmed.
type Sent = (Range<u64>, bool);

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) confirmed: u64,
    /// Rows of confirmed ids, and how many ids they have.
    pub(super) rows: u64,
    pub(super) distinct: u64,
    /// Rows beyond the first of their id, whatever the id.
    pub(super) duplicated: u64,
    /// Ids that a killed producer had begun to send, and rows of them.
    pub(super) unconfirmed: u64,
    pub(super) unconfirmed_rows: u64,
    /// Rows of ids that nobody sent.
    pub(super) foreign: u64,
    /// Rows with values that are not those of their id.
    pub(super) wrong: u64,
    /// Accounts whose number or sum of confirmed rows is not what was confirmed.
    pub(super) keys_differ: u64,
    /// Accounts and days of which the view says something else than the table.
    pub(super) view_differs: u64,
    /// Rows that the view counts too little and too much, in those.
    pub(super) view_missing: u64,
    pub(super) view_doubled: u64,
}

pub(super) fn check(place: &mut Place, cast: &Cast) -> Result<Found, String> {
    let mut found = Found::default();
    let mut ranges: Vec<Sent> = Vec::new();
    for slot in 0..cast.producers.len() {
        let told = cast.told(slot)?;
        found.confirmed += told.count();
        found.unconfirmed += told.open.iter().map(|ids| ids.end - ids.start).sum::<u64>();
        ranges.extend(told.confirmed.into_iter().map(|ids| (ids, true)));
        ranges.extend(told.open.into_iter().map(|ids| (ids, false)));
    }
    ranges.sort_by_key(|(ids, _)| ids.start);
    let kind = kind(&ranges);
    let mut accounts = vec![(0, 0); ACCOUNTS as usize];
    for bucket in 0..BUCKETS {
        let rows = place.query(&format!(
            "SELECT kind, account, count(), uniqExact(id), sum(amount), countIf({WRONG}) FROM \
             (SELECT *, {kind} AS kind FROM chaos.chaos_payment WHERE account % {BUCKETS} = {bucket}) GROUP BY kind, account"
        ))?;
        for row in rows {
            let number = |at: usize| {
                row.get(at).and_then(|text| text.parse::<u64>().ok()).ok_or_else(|| format!("{row:?}"))
            };
            let (rows, distinct, sum) = (number(2)?, number(3)?, number(4)?);
            found.duplicated += rows - distinct;
            found.wrong += number(5)?;
            match row[0].as_str() {
                "confirmed" => {
                    found.rows += rows;
                    found.distinct += distinct;
                    if let Some(account) = accounts.get_mut(number(1)? as usize) {
                        *account = (rows, sum);
                    }
                }
                "open" => found.unconfirmed_rows += rows,
                _ => found.foreign += rows,
            }
        }
    }
    let mut expected = vec![(0, 0); ACCOUNTS as usize];
    for id in ranges.iter().filter(|(_, confirmed)| *confirmed).flat_map(|(ids, _)| ids.clone()) {
        let (rows, sum) = &mut expected[account(id) as usize];
        *rows += 1;
        *sum += u64::from(amount(id));
    }
    found.keys_differ =
        accounts.iter().zip(&expected).filter(|(found, expected)| found != expected).count() as u64;
    let differ = place.query(
        "SELECT count(), sumIf(t.payments - v.payments, t.payments > v.payments), \
         sumIf(v.payments - t.payments, v.payments > t.payments) FROM \
         (SELECT account, toDate(at) AS day, count() AS payments, sum(amount) AS amount FROM chaos.chaos_payment GROUP BY account, day) AS t \
         FULL JOIN (SELECT account, day, sum(payments) AS payments, sum(amount) AS amount FROM chaos.chaos_sums GROUP BY account, day) AS v \
         ON t.account = v.account AND t.day = v.day WHERE t.payments != v.payments OR t.amount != v.amount",
    )?;
    let number = |at: usize| {
        let count = differ.first().and_then(|row| row.get(at)).and_then(|count| count.parse().ok());
        count.ok_or("no count of what the view says otherwise")
    };
    (found.view_differs, found.view_missing, found.view_doubled) = (number(0)?, number(1)?, number(2)?);
    Ok(found)
}

/// The expression that says what an id is: confirmed, open, or of nobody.
fn kind(ranges: &[Sent]) -> String {
    let list = |value: &dyn Fn(&Sent) -> u64| {
        let values: Vec<String> = ranges.iter().map(|range| format!("toUInt64({})", value(range))).collect();
        format!("[{}]", values.join(", "))
    };
    if ranges.is_empty() {
        return "'foreign'".into();
    }
    let (starts, ends) = (list(&|(ids, _)| ids.start), list(&|(ids, _)| ids.end));
    let confirmed = list(&|(_, confirmed)| u64::from(*confirmed));
    let start = format!("roundDown(id, {starts})");
    format!(
        "multiIf(id < {start} OR id >= transform({start}, {starts}, {ends}, toUInt64(0)), 'foreign', \
         transform({start}, {starts}, {confirmed}, toUInt64(0)) = 1, 'confirmed', 'open')"
    )
}
