#[derive(StreamSchema)]
#[stream(name = "log.line", table = "log lines", delivery = at_least_once, order_by = "(level, `a b`)", ttl = at + INTERVAL 7 DAY + hours(1), settings(non_replicated_deduplication_window = 0))]
struct Line {
    level: i8,
    #[stream(rename = "a b", default = -1)]
    odd: i32,
    #[stream(type = DateTime)]
    at: DateTime<Utc>,
    #[stream(default = [[1, 2], []])]
    lists: Vec<Vec<u16>>,
    #[stream(default = map("a", 0x10))]
    counts: BTreeMap<String, u64>,
    #[stream(default = if(level > 3 and not level = 5, "high", "low"))]
    name: String,
}
