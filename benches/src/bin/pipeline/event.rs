//! The event that is measured: eight columns, about 116 bytes a row.

use chrono::{DateTime, TimeZone, Utc};
use streamhouse::StreamSchema;

/// Somebody looked at a page.
#[derive(StreamSchema, Debug, Clone)]
#[stream(name = "bench.page.viewed", partition_by = toYYYYMM(ts), order_by = (event, ts, id))]
pub(crate) struct PageViewed {
    #[stream(id)]
    pub(crate) id: u64,
    #[stream(timestamp)]
    pub(crate) ts: DateTime<Utc>,
    #[stream(low_cardinality)]
    pub(crate) event: &'static str,
    pub(crate) user_id: String,
    pub(crate) amount: f64,
    pub(crate) url: String,
    pub(crate) ok: bool,
    pub(crate) n: Option<i32>,
}

/// So many events, the same in every run, over 28 days of one month.
pub(crate) fn events(count: usize) -> Vec<PageViewed> {
    const KINDS: [&str; 5] = ["view", "click", "scroll", "purchase", "logout"];
    let start = Utc.with_ymd_and_hms(2024, 2, 1, 0, 0, 0).single().unwrap_or_default();
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = move || {
        // xorshift64*
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        state.wrapping_mul(0x2545_F491_4F6C_DD1D)
    };
    (0..count as u64)
        .map(|id| {
            let (a, b) = (random(), random());
            PageViewed {
                id,
                ts: start
                    + chrono::Duration::milliseconds((id * 28 * 86_400_000 / count.max(1) as u64) as i64),
                event: KINDS[(a % 5) as usize],
                user_id: format!(
                    "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
                    a as u32,
                    a >> 32 & 0xffff,
                    a >> 48,
                    b & 0xffff,
                    b >> 16
                ),
                amount: (a % 100_000) as f64 / 100.0,
                url: format!("https://shop.example/product/{:07}?p={:03}", b % 10_000_000, a % 1000),
                ok: !a.is_multiple_of(10),
                n: b.is_multiple_of(3).then_some(b as i32),
            }
        })
        .collect()
}
