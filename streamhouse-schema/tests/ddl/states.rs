#[derive(StreamSchema)]
#[stream(
    name = "visit.states",
    engine = AggregatingMergeTree,
    delivery = at_least_once,
    partition_by = toYYYYMM(begun),
    order_by = (site, toStartOfDay(begun), marks.key, marks.value),
    primary_key = (site, toStartOfDay(begun)),
    column(visitors: AggregateFunction(uniq, UInt64), filled, after = begun),
    column(entry: "AggregateFunction(argMin, Nullable(String), DateTime64(3))", filled, after = visitors, codec(ZSTD(3)), comment = "where it began"),
    column(times: "AggregateFunction(quantiles(0.5, 0.99), Float64)", filled, codec(Default)),
    index(by_path: bloom_filter(0.01) on paths),
)]
struct VisitStates {
    site: u32,
    #[stream(type = SimpleAggregateFunction(min, DateTime))]
    begun: DateTime<Utc>,
    #[stream(type = SimpleAggregateFunction(groupUniqArrayArray, Array(String)))]
    paths: Vec<String>,
    #[stream(type = SimpleAggregateFunction(maxMap, Map(String, String)))]
    last_of: BTreeMap<String, String>,
    #[stream(type = Nested(key UInt64, value UInt64))]
    marks: Vec<(u64, u64)>,
}
