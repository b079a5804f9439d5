//! Events of PostHog: names that Rust cannot spell, computed columns with comments, a sample, versions.

use chrono::{DateTime, Utc};
use streamhouse::{StreamSchema, StreamType};
use uuid::Uuid;

#[derive(StreamSchema)]
#[stream(
    name = "posthog.event",
    table = "sharded_events",
    engine = ReplacingMergeTree(_timestamp),
    partition_by = toYYYYMM(timestamp),
    order_by = (team_id, toDate(timestamp), event, cityHash64(distinct_id), cityHash64(uuid)),
    sample_by = cityHash64(distinct_id),
    column(
        "$group_0": String = replaceRegexpAll(JSONExtractRaw(properties, "$group_0"), "^\"|\"$", ""),
        materialized,
        comment = "column_materializer::$group_0",
        after = person_mode,
    ),
    column(
        "$session_id": String = replaceRegexpAll(JSONExtractRaw(properties, "$session_id"), "^\"|\"$", ""),
        materialized,
        comment = "column_materializer::$session_id",
        after = "$group_0",
    ),
    column(
        elements_chain_href: String = extract(elements_chain, "(?::|\")href=\"(.*?)\""),
        materialized,
        after = "$session_id",
    ),
    column(
        elements_chain_texts: Array(String) =
            arrayDistinct(extractAll(elements_chain, "(?::|\")text=\"(.*?)\"")),
        materialized,
        after = elements_chain_href,
    ),
    column(
        elements_chain_elements: Array(Enum("a", "button", "form", "input", "select", "textarea", "label")) =
            arrayDistinct(
                extractAll(elements_chain, "(?:^|;)(a|button|form|input|select|textarea|label)(?:\\.|$|:)")
            ),
        materialized,
        after = elements_chain_texts,
    ),
    column(
        properties_group_custom: Map(String, String) = mapSort(
            mapFilter(
                (key, _) -> key not like "$%" and key not in ("token", "distinct_id", "utm_source"),
                CAST(JSONExtractKeysAndValues(properties, "String"), "Map(String, String)")
            )
        ),
        materialized,
        codec(ZSTD(1)),
        after = elements_chain_elements,
    ),
    index("minmax_$group_0": minmax on "`$group_0`"),
    index(kafka_timestamp_minmax_sharded_events: minmax on _timestamp, granularity = 3),
    index(properties_group_custom_keys_bf: bloom_filter on mapKeys(properties_group_custom)),
    delivery = at_least_once,
)]
pub(crate) struct Event {
    uuid: Uuid,
    event: String,
    #[stream(codec(ZSTD(3)))]
    properties: String,
    #[stream(timestamp, type = DateTime64(6, "UTC"))]
    timestamp: DateTime<Utc>,
    team_id: i64,
    distinct_id: String,
    elements_chain: String,
    #[stream(type = DateTime64(6, "UTC"))]
    created_at: DateTime<Utc>,
    person_id: Uuid,
    #[stream(type = DateTime64(3))]
    person_created_at: DateTime<Utc>,
    #[stream(codec(ZSTD(3)))]
    person_properties: String,
    #[stream(codec(ZSTD(3)))]
    group0_properties: String,
    #[stream(type = DateTime64(3))]
    group0_created_at: DateTime<Utc>,
    #[stream(type = Enum8("full" = 0, "propertyless" = 1, "force_upgrade" = 2))]
    person_mode: PersonMode,
    #[stream(type = DateTime)]
    _timestamp: DateTime<Utc>,
    _offset: u64,
    #[stream(type = Nullable(DateTime64(6, "UTC")), default = NOW64())]
    inserted_at: Option<DateTime<Utc>>,
}

#[derive(StreamType)]
#[stream(rename_all = "snake_case")]
pub(crate) enum PersonMode {
    Full = 0,
    Propertyless = 1,
    ForceUpgrade = 2,
}
