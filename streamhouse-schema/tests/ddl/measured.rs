#[derive(StreamSchema)]
#[stream(
    name = "probe.measured",
    partition_by = toYYYYMMDDhhmmss(toStartOfInterval(at, INTERVAL 12 HOUR)),
    order_by = (probe, at),
    primary_key = (probe, at),
    column(day: Date = toDate(at), materialized, first),
    column("labels.names": Array(LowCardinality(String)) = mapKeys(labels), alias, after = labels),
    column("steps.short": Array(Float32) = arrayMap(x -> toFloat32(x), steps.took), materialized, after = steps),
    column(marked: "Map(String, UInt64)" = mapFilter(pair -> pair.1 ilike "mark%" and pair.2 is not null, counts), materialized),
    column(lane: String = sql("`$lane`"), alias),
    column(bucket: UInt128 = bitShiftRight(toUInt128(trace), 64), materialized),
    column(took: Nullable(Int64) = if(ended is null, NULL, dateDiff("microsecond", at, ended)), materialized),
    column(read_at: Nullable(DateTime64(6)) = parseDateTimeBestEffortOrNull(note, 6), materialized),
    column(name: String = trimBoth(note, "\""), materialized),
    column(anything: Variant(String, UInt64), filled),
    column(whatever: "Dynamic(max_types=4)", filled, codec(ZSTD(1))),
    index(by_lane: bloom_filter on sql("`$lane`")),
    check(in_order: ifNull(ended, at) >= at),
    check(known: level between 1 and 5 or note not ilike "%debug%"),
)]
struct Measured {
    probe: u64,
    #[stream(type = DateTime64(6), codec(DoubleDelta))]
    at: DateTime<Utc>,
    #[stream(type = Nullable(DateTime64(6)))]
    ended: Option<DateTime<Utc>>,
    #[stream(codec(Gorilla))]
    value: f64,
    #[stream(codec(Default))]
    note: String,
    level: u8,
    trace: Uuid,
    #[stream(type = Map(LowCardinality(String), String))]
    labels: BTreeMap<String, String>,
    counts: BTreeMap<String, u64>,
    #[stream(type = Nested(name LowCardinality(String), took Float64), codec(ZSTD(1)))]
    steps: Vec<(String, f64)>,
    #[stream(rename = "$lane", default = sql("toString(`level`) || '-' || note"))]
    lane_: String,
    #[stream(type = Nullable(FixedString(3)), default = toFixedString(left(note, 3), 3))]
    short: Option<[u8; 3]>,
}
