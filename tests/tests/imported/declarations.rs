//! Declarations that `streamhouse import` wrote, of the tables of the tests and examples.
#![allow(dead_code, missing_docs, unreachable_pub, clippy::type_complexity, reason = "they are compiled, and not used")]

pub mod addresses {
    use streamhouse::StreamSchema;

    #[derive(StreamSchema)]
    #[stream(
        name = "flow.addresses",
        order_by = router,
        settings(index_granularity = 4096, allow_suspicious_low_cardinality_types = 1),
    )]
    pub struct FlowAddresses {
        #[stream(type = "LowCardinality(IPv6)")]
        pub router: std::net::Ipv6Addr,
        #[stream(type = "LowCardinality(Nullable(Date))")]
        pub day: Option<chrono::NaiveDate>,
        #[stream(type = "Array(LowCardinality(UInt32))")]
        pub networks: Vec<u32>,
    }
}

pub mod at_least_once {
    use streamhouse::StreamSchema;

    #[derive(StreamSchema)]
    #[stream(
        name = "log.lines",
        table = "log lines",
        delivery = at_least_once,
        order_by = "(level, `a b`)",
        ttl((at + toIntervalDay(7)) + toIntervalHour(1)),
        settings(non_replicated_deduplication_window = 0),
    )]
    pub struct LogLines {
        pub level: i8,
        #[stream(rename = "a b", default = -1)]
        pub a_b: i32,
        #[stream(type = "DateTime")]
        pub at: chrono::DateTime<chrono::Utc>,
        #[stream(default = [[1, 2], []])]
        pub lists: Vec<Vec<u16>>,
        #[stream(default = map("a", 16))]
        pub counts: std::collections::BTreeMap<String, u64>,
        #[stream(default = if((level > 3) AND (NOT (level = 5)), "high", "low"))]
        pub name: String,
    }
}

pub mod composed {
    use streamhouse::{StreamSchema, StreamType};

    #[derive(StreamSchema)]
    #[stream(
        name = "shop.composed",
        order_by = (status, items.sku, payload.kind),
        index(by_price: minmax on items.price, granularity = 2),
    )]
    pub struct ShopComposed {
        #[stream(type = "Enum8('it\\'s \\\\ paid' = -2, 'new' = 1)", default = "new")]
        pub status: ShopComposedStatus,
        /// What was bought.
        #[stream(type = "Nested(sku String, price Decimal(18, 2), `unit price` Nullable(Float64))", codec(ZSTD(3)))]
        pub items: Vec<(String, rust_decimal::Decimal, Option<f64>)>,
        #[stream(type = "JSON(max_dynamic_paths=16, kind String, SKIP debug)", default = "{}")]
        pub payload: serde_json::Value,
        #[stream(type = "Tuple(UInt8, Array(Nullable(String)))")]
        pub pair: (u8, Vec<Option<String>>),
        #[stream(type = "Map(LowCardinality(String), Nested(a Enum8('x' = 1, 'y' = 2)))")]
        pub map: std::collections::BTreeMap<String, Vec<(ShopComposedMapA,)>>,
        #[stream(type = "MultiPolygon")]
        pub area: Vec<Vec<Vec<(f64, f64)>>>,
        #[stream(type = "Time64(3)")]
        pub time: chrono::TimeDelta,
        #[stream(type = "SimpleAggregateFunction(max, Time64(9))")]
        pub longest: chrono::TimeDelta,
        #[stream(type = "QBit(Float32, 64, 16)", codec(ZSTD(1)))]
        pub vector: [f32; 64],
    }

    /// A value of `status`.
    #[derive(StreamType)]
    pub enum ShopComposedStatus {
        #[stream(rename = "it's \\ paid")]
        ItSPaid = -2,
        #[stream(rename = "new")]
        New = 1,
    }

    /// A value of `map a`.
    #[derive(StreamType)]
    pub enum ShopComposedMapA {
        #[stream(rename = "x")]
        X = 1,
        #[stream(rename = "y")]
        Y = 2,
    }
}

pub mod everything {
    use streamhouse::StreamSchema;

    /// Somebody looked at a page.
    #[derive(StreamSchema)]
    #[stream(
        name = "web.page.viewed",
        partition_by = intDiv(day, 100),
        order_by = (site, day, cityHash64(visitor)),
        primary_key = (site, day),
        sample_by = day,
        ttl(viewed_at + toIntervalDay(7) to disk if exists "cold", viewed_at + toIntervalDay(30) recompress codec(ZSTD(17)), viewed_at + toIntervalDay(90) delete where bot, viewed_at + toIntervalYear(2)),
        column(day: "UInt32" = toYYYYMMDD(viewed_at), materialized, after = viewed_at, codec(DoubleDelta, ZSTD(1)), comment = "For keys"),
        column(host: "String" = domain(url), alias, after = body),
        index(by_word: text(tokenizer = splitByNonAlpha, preprocessor = lower(url)) on url),
        index(by_like: sparse_grams(3, 100, 10240, 3, 0) on url, granularity = 2),
        index(near: vector_similarity("hnsw", "cosineDistance", 8, "bf16", 32, 128) on embedding),
        projection(by_visitor: "SELECT * ORDER BY visitor"),
        projection(daily: "SELECT day, count(), uniqState(visitor) AS visitors, countIf(bot) GROUP BY day"),
        check(positive: duration >= 0),
        assume(of_site: startsWith(url, site)),
        settings(index_granularity = 4096),
        view(page_view_report: engine = "MergeTree ORDER BY tuple()", columns = "`hits` UInt64", refresh = "EVERY 1 HOUR", select = "SELECT count() AS hits FROM web_page_viewed"),
        view(page_views_daily_feed: to = page_views_daily, select = "SELECT day, count() AS hits FROM web_page_viewed GROUP BY day"),
    )]
    pub struct WebPageViewed {
        pub visitor: u64,
        pub viewed_at: chrono::DateTime<chrono::Utc>,
        #[stream(low_cardinality)]
        pub site: String,
        pub url: String,
        pub duration: f32,
        pub bot: bool,
        #[stream(default = "", ttl = viewed_at + toIntervalDay(30), settings(max_compress_block_size = 65536))]
        pub address: String,
        #[stream(default = [1, 0, 0, 0, 0, 0, 0, 0])]
        pub embedding: Vec<f32>,
        /// Measured, and not kept.
        #[stream(ephemeral)]
        pub body: String,
        #[stream(default = length(body))]
        pub length: u64,
    }
}

pub mod fed {
    use streamhouse::StreamSchema;

    #[derive(StreamSchema)]
    #[stream(
        name = "shop.sale",
        order_by = id,
        view(shop_sale_days: engine = "SummingMergeTree PARTITION BY toYYYYMM(day) ORDER BY day", columns = "`day` Date, `sales` UInt64", partition_by = toYYYYMM(day), select = "SELECT toDate(at) AS day, count() AS sales FROM shop_sale GROUP BY day"),
        view(shop_sale_feed: to = sales, partition_by = (), select = "SELECT shop, sum(amount) AS amount FROM shop_sale GROUP BY shop"),
    )]
    pub struct ShopSale {
        pub id: u64,
        pub at: chrono::DateTime<chrono::Utc>,
        pub shop: u32,
        pub amount: u64,
    }
}

pub mod measured {
    use streamhouse::StreamSchema;

    #[derive(StreamSchema)]
    #[stream(
        name = "probe.measured",
        partition_by = toYYYYMMDDhhmmss(toStartOfInterval(at, toIntervalHour(12))),
        order_by = (probe, at),
        primary_key = (probe, at),
        column(day: "Date" = toDate(at), materialized, first),
        column("labels.names": "Array(LowCardinality(String))" = mapKeys(labels), alias, after = labels),
        column("steps.short": "Array(Float32)" = arrayMap(x -> toFloat32(x), steps.took), materialized, after = steps),
        column(marked: "Map(String, UInt64)" = mapFilter(pair -> (((pair.1) ILIKE "mark%") AND ((pair.2) IS NOT NULL)), counts), materialized, after = short),
        column(lane: "String" = sql("`$lane`"), alias, after = marked),
        column(bucket: "UInt128" = bitShiftRight(toUInt128(trace), 64), materialized, after = lane),
        column(took: "Nullable(Int64)" = if(ended IS NULL, NULL, dateDiff("microsecond", at, ended)), materialized, after = bucket),
        column(read_at: "Nullable(DateTime64(6))" = parseDateTimeBestEffortOrNull(note, 6), materialized, after = took),
        column(name: "String" = trimBoth(note, "\""), materialized, after = read_at),
        column(anything: "Variant(String, UInt64)", filled, after = name),
        column(whatever: "Dynamic(max_types = 4)", filled, after = anything, codec(ZSTD(1))),
        index(by_lane: bloom_filter on "`$lane`"),
        check(in_order: ifNull(ended, at) >= at),
        check(known: ((level >= 1) AND (level <= 5)) OR (note NOT ILIKE "%debug%")),
    )]
    pub struct ProbeMeasured {
        pub probe: u64,
        #[stream(type = "DateTime64(6)", codec(DoubleDelta))]
        pub at: chrono::DateTime<chrono::Utc>,
        #[stream(type = "Nullable(DateTime64(6))")]
        pub ended: Option<chrono::DateTime<chrono::Utc>>,
        #[stream(codec(Gorilla(8)))]
        pub value: f64,
        #[stream(codec(Default))]
        pub note: String,
        pub level: u8,
        pub trace: uuid::Uuid,
        #[stream(type = "Map(LowCardinality(String), String)")]
        pub labels: std::collections::BTreeMap<String, String>,
        pub counts: std::collections::BTreeMap<String, u64>,
        #[stream(type = "Nested(name LowCardinality(String), took Float64)", codec(ZSTD(1)))]
        pub steps: Vec<(String, f64)>,
        #[stream(rename = "$lane", default = concat(toString(level), "-", note))]
        pub _lane: String,
        #[stream(default = toFixedString(left(note, 3), 3))]
        pub short: Option<[u8; 3]>,
    }
}

pub mod null {
    use streamhouse::StreamSchema;

    #[derive(StreamSchema)]
    #[stream(
        name = "raw.line",
        delivery = at_least_once,
        engine = Null,
        view(lines_feed: to = lines, select = "SELECT line, now() AS at FROM raw_line"),
    )]
    pub struct RawLine {
        pub line: String,
    }
}

pub mod replicated {
    use streamhouse::StreamSchema;

    /// The stock of a shop.
    #[derive(StreamSchema)]
    #[stream(
        name = "shop.stock",
        engine = ReplacingMergeTree(changed_at, gone),
        order_by = (shop, article),
        ttl(changed_at + toIntervalDay(90) group by (shop) set (changed_at = max(changed_at), pieces = sum(pieces))),
    )]
    pub struct ShopStock {
        pub shop: u32,
        pub article: String,
        pub pieces: i64,
        pub changed_at: chrono::DateTime<chrono::Utc>,
        pub gone: bool,
    }
}

pub mod shop_order {
    use streamhouse::StreamSchema;

    /// A customer placed an order.
    ///
    /// It's what "orders" count.
    #[derive(StreamSchema)]
    #[stream(
        name = "shop.order.placed",
        partition_by = (toYYYYMM(created_at), region),
        order_by = (customer_id, created_at, order_id),
        ttl(created_at + toIntervalMonth(13)),
        index(by_status: set(100) on status, granularity = 4),
        index(by_tag: bloom_filter(0.01) on mapKeys(tags)),
        index(by_note: tokenbf_v1(10240, 3, 0) on lower(note)),
        settings(index_granularity = 4096, ttl_only_drop_parts = true, min_bytes_for_wide_part = "10Mi"),
    )]
    pub struct ShopOrderPlaced {
        /// Assigned by the shop, unique.
        pub order_id: uuid::Uuid,
        pub customer_id: u64,
        #[stream(low_cardinality, default = "USD")]
        pub currency: String,
        #[stream(decimal(18, 4), codec(T64, ZSTD(3)))]
        pub amount: rust_decimal::Decimal,
        #[stream(low_cardinality)]
        pub status: Option<String>,
        pub tags: std::collections::BTreeMap<String, Vec<String>>,
        #[stream(default = "it's \\ \"new\"\n")]
        pub note: String,
        #[stream(codec(Gorilla(4), LZ4HC(9)))]
        pub weight: f32,
        pub region: u8,
        #[stream(codec(DoubleDelta, ZSTD(1)))]
        pub created_at: chrono::DateTime<chrono::Utc>,
        #[stream(type = "Date", default = toDate(created_at))]
        pub day: chrono::NaiveDate,
    }
}

pub mod smallest {
    use streamhouse::StreamSchema;

    #[derive(StreamSchema)]
    #[stream(
        name = "smallest",
        order_by = (),
    )]
    pub struct Smallest {
        pub value: u8,
    }
}

pub mod states {
    use streamhouse::StreamSchema;

    #[derive(StreamSchema)]
    #[stream(
        name = "visit.states",
        delivery = at_least_once,
        engine = AggregatingMergeTree,
        partition_by = toYYYYMM(begun),
        order_by = (site, toStartOfDay(begun), marks.key, marks.value),
        primary_key = (site, toStartOfDay(begun)),
        column(visitors: "AggregateFunction(uniq, UInt64)", filled, after = begun),
        column(entry: "AggregateFunction(argMin, Nullable(String), DateTime64(3))", filled, after = visitors, codec(ZSTD(3)), comment = "where it began"),
        column(times: "AggregateFunction(quantiles(0.5, 0.99), Float64)", filled, after = marks, codec(Default)),
        index(by_path: bloom_filter(0.01) on paths),
    )]
    pub struct VisitStates {
        pub site: u32,
        #[stream(type = "SimpleAggregateFunction(min, DateTime)")]
        pub begun: chrono::DateTime<chrono::Utc>,
        #[stream(type = "SimpleAggregateFunction(groupUniqArrayArray, Array(String))")]
        pub paths: Vec<String>,
        #[stream(type = "SimpleAggregateFunction(maxMap, Map(String, String))")]
        pub last_of: std::collections::BTreeMap<String, String>,
        #[stream(type = "Nested(key UInt64, value UInt64)")]
        pub marks: Vec<(u64, u64)>,
    }
}

pub mod summing {
    use streamhouse::StreamSchema;

    #[derive(StreamSchema)]
    #[stream(
        name = "page.views.daily",
        delivery = at_least_once,
        engine = SummingMergeTree((hits, bytes)),
        order_by = (day, page),
    )]
    pub struct PageViewsDaily {
        pub day: chrono::NaiveDate,
        pub page: String,
        pub hits: u64,
        pub bytes: u64,
    }
}

pub mod flight_cancelled {
    use streamhouse::StreamSchema;

    /// A flight was cancelled.
    #[derive(StreamSchema)]
    #[stream(
        name = "flight.cancelled",
        order_by = (scheduled_at, flight_id),
    )]
    pub struct FlightCancelled {
        /// The line of the file, from 1
        pub flight_id: u32,
        /// The hour of the scheduled departure
        pub scheduled_at: chrono::DateTime<chrono::Utc>,
        /// Where passengers wait
        #[stream(low_cardinality)]
        pub origin: String,
        /// Where they wanted to go
        #[stream(low_cardinality)]
        pub destination: String,
    }
}

pub mod flight_delayed {
    use streamhouse::StreamSchema;

    /// A flight arrived an hour late or more.
    #[derive(StreamSchema)]
    #[stream(
        name = "flight.delayed",
        partition_by = toYear(scheduled_at),
        order_by = (scheduled_at, flight_id),
        ttl(scheduled_at + toIntervalYear(100)),
    )]
    pub struct FlightDelayed {
        /// The line of the file, from 1
        pub flight_id: u32,
        /// The hour of the scheduled departure
        pub scheduled_at: chrono::DateTime<chrono::Utc>,
        /// Minutes
        pub delay: i16,
        /// What the passengers are told
        #[stream(low_cardinality, default = "late")]
        pub notice: String,
    }
}

pub mod flight_departed {
    use streamhouse::StreamSchema;

    /// A flight was due to depart from New York.
    #[derive(StreamSchema)]
    #[stream(
        name = "flight.departed",
        partition_by = toYear(scheduled_at),
        order_by = (carrier, origin, scheduled_at, flight_id),
        index(by_destination: set(200) on destination, granularity = 4),
    )]
    pub struct FlightDeparted {
        /// The line of the file, from 1
        #[stream(codec(Delta(4), ZSTD(1)))]
        pub flight_id: u32,
        /// The hour of the scheduled departure
        #[stream(codec(DoubleDelta, ZSTD(1)))]
        pub scheduled_at: chrono::DateTime<chrono::Utc>,
        /// The local day
        #[stream(type = "Date")]
        pub day: chrono::NaiveDate,
        /// Two letters
        #[stream(low_cardinality)]
        pub carrier: String,
        /// The carrier's number of the flight
        pub number: u16,
        /// The aircraft, where it is known
        pub tail_number: Option<String>,
        /// One of New York's three airports
        #[stream(low_cardinality)]
        pub origin: String,
        /// An airport
        #[stream(low_cardinality)]
        pub destination: String,
        /// Miles
        #[stream(codec(T64, ZSTD(1)))]
        pub distance: u16,
        /// Minutes, negative when early; missing where it never departed
        pub departure_delay: Option<i16>,
        /// Minutes, negative when early; missing where it did not arrive as planned
        pub arrival_delay: Option<i16>,
        /// Minutes in the air
        pub air_time: Option<u16>,
    }
}

pub mod hits {
    use streamhouse::StreamSchema;

    #[derive(StreamSchema)]
    #[stream(
        name = "hits",
        delivery = at_least_once,
        order_by = (CounterID, EventDate, UserID, EventTime, WatchID),
        primary_key = (CounterID, EventDate, UserID, EventTime, WatchID),
        settings(add_minmax_index_for_numeric_columns = 1),
    )]
    pub struct Hits {
        #[stream(rename = "WatchID")]
        pub watch_id: i64,
        #[stream(rename = "JavaEnable")]
        pub java_enable: i16,
        #[stream(rename = "Title")]
        pub title: String,
        #[stream(rename = "GoodEvent")]
        pub good_event: i16,
        #[stream(type = "DateTime", rename = "EventTime")]
        pub event_time: chrono::DateTime<chrono::Utc>,
        #[stream(type = "Date", rename = "EventDate")]
        pub event_date: chrono::NaiveDate,
        #[stream(rename = "CounterID")]
        pub counter_id: i32,
        #[stream(rename = "ClientIP")]
        pub client_ip: i32,
        #[stream(rename = "RegionID")]
        pub region_id: i32,
        #[stream(rename = "UserID")]
        pub user_id: i64,
        #[stream(rename = "CounterClass")]
        pub counter_class: i16,
        #[stream(rename = "OS")]
        pub os: i16,
        #[stream(rename = "UserAgent")]
        pub user_agent: i16,
        #[stream(rename = "URL")]
        pub url: String,
        #[stream(rename = "Referer")]
        pub referer: String,
        #[stream(rename = "IsRefresh")]
        pub is_refresh: i16,
        #[stream(rename = "RefererCategoryID")]
        pub referer_category_id: i16,
        #[stream(rename = "RefererRegionID")]
        pub referer_region_id: i32,
        #[stream(rename = "URLCategoryID")]
        pub urlcategory_id: i16,
        #[stream(rename = "URLRegionID")]
        pub urlregion_id: i32,
        #[stream(rename = "ResolutionWidth")]
        pub resolution_width: i16,
        #[stream(rename = "ResolutionHeight")]
        pub resolution_height: i16,
        #[stream(rename = "ResolutionDepth")]
        pub resolution_depth: i16,
        #[stream(rename = "FlashMajor")]
        pub flash_major: i16,
        #[stream(rename = "FlashMinor")]
        pub flash_minor: i16,
        #[stream(rename = "FlashMinor2")]
        pub flash_minor2: String,
        #[stream(rename = "NetMajor")]
        pub net_major: i16,
        #[stream(rename = "NetMinor")]
        pub net_minor: i16,
        #[stream(rename = "UserAgentMajor")]
        pub user_agent_major: i16,
        #[stream(rename = "UserAgentMinor")]
        pub user_agent_minor: String,
        #[stream(rename = "CookieEnable")]
        pub cookie_enable: i16,
        #[stream(rename = "JavascriptEnable")]
        pub javascript_enable: i16,
        #[stream(rename = "IsMobile")]
        pub is_mobile: i16,
        #[stream(rename = "MobilePhone")]
        pub mobile_phone: i16,
        #[stream(rename = "MobilePhoneModel")]
        pub mobile_phone_model: String,
        #[stream(rename = "Params")]
        pub params: String,
        #[stream(rename = "IPNetworkID")]
        pub ipnetwork_id: i32,
        #[stream(rename = "TraficSourceID")]
        pub trafic_source_id: i16,
        #[stream(rename = "SearchEngineID")]
        pub search_engine_id: i16,
        #[stream(rename = "SearchPhrase")]
        pub search_phrase: String,
        #[stream(rename = "AdvEngineID")]
        pub adv_engine_id: i16,
        #[stream(rename = "IsArtifical")]
        pub is_artifical: i16,
        #[stream(rename = "WindowClientWidth")]
        pub window_client_width: i16,
        #[stream(rename = "WindowClientHeight")]
        pub window_client_height: i16,
        #[stream(rename = "ClientTimeZone")]
        pub client_time_zone: i16,
        #[stream(type = "DateTime", rename = "ClientEventTime")]
        pub client_event_time: chrono::DateTime<chrono::Utc>,
        #[stream(rename = "SilverlightVersion1")]
        pub silverlight_version1: i16,
        #[stream(rename = "SilverlightVersion2")]
        pub silverlight_version2: i16,
        #[stream(rename = "SilverlightVersion3")]
        pub silverlight_version3: i32,
        #[stream(rename = "SilverlightVersion4")]
        pub silverlight_version4: i16,
        #[stream(rename = "PageCharset")]
        pub page_charset: String,
        #[stream(rename = "CodeVersion")]
        pub code_version: i32,
        #[stream(rename = "IsLink")]
        pub is_link: i16,
        #[stream(rename = "IsDownload")]
        pub is_download: i16,
        #[stream(rename = "IsNotBounce")]
        pub is_not_bounce: i16,
        #[stream(rename = "FUniqID")]
        pub funiq_id: i64,
        #[stream(rename = "OriginalURL")]
        pub original_url: String,
        #[stream(rename = "HID")]
        pub hid: i32,
        #[stream(rename = "IsOldCounter")]
        pub is_old_counter: i16,
        #[stream(rename = "IsEvent")]
        pub is_event: i16,
        #[stream(rename = "IsParameter")]
        pub is_parameter: i16,
        #[stream(rename = "DontCountHits")]
        pub dont_count_hits: i16,
        #[stream(rename = "WithHash")]
        pub with_hash: i16,
        #[stream(rename = "HitColor")]
        pub hit_color: String,
        #[stream(type = "DateTime", rename = "LocalEventTime")]
        pub local_event_time: chrono::DateTime<chrono::Utc>,
        #[stream(rename = "Age")]
        pub age: i16,
        #[stream(rename = "Sex")]
        pub sex: i16,
        #[stream(rename = "Income")]
        pub income: i16,
        #[stream(rename = "Interests")]
        pub interests: i16,
        #[stream(rename = "Robotness")]
        pub robotness: i16,
        #[stream(rename = "RemoteIP")]
        pub remote_ip: i32,
        #[stream(rename = "WindowName")]
        pub window_name: i32,
        #[stream(rename = "OpenerName")]
        pub opener_name: i32,
        #[stream(rename = "HistoryLength")]
        pub history_length: i16,
        #[stream(rename = "BrowserLanguage")]
        pub browser_language: String,
        #[stream(rename = "BrowserCountry")]
        pub browser_country: String,
        #[stream(rename = "SocialNetwork")]
        pub social_network: String,
        #[stream(rename = "SocialAction")]
        pub social_action: String,
        #[stream(rename = "HTTPError")]
        pub httperror: i16,
        #[stream(rename = "SendTiming")]
        pub send_timing: i32,
        #[stream(rename = "DNSTiming")]
        pub dnstiming: i32,
        #[stream(rename = "ConnectTiming")]
        pub connect_timing: i32,
        #[stream(rename = "ResponseStartTiming")]
        pub response_start_timing: i32,
        #[stream(rename = "ResponseEndTiming")]
        pub response_end_timing: i32,
        #[stream(rename = "FetchTiming")]
        pub fetch_timing: i32,
        #[stream(rename = "SocialSourceNetworkID")]
        pub social_source_network_id: i16,
        #[stream(rename = "SocialSourcePage")]
        pub social_source_page: String,
        #[stream(rename = "ParamPrice")]
        pub param_price: i64,
        #[stream(rename = "ParamOrderID")]
        pub param_order_id: String,
        #[stream(rename = "ParamCurrency")]
        pub param_currency: String,
        #[stream(rename = "ParamCurrencyID")]
        pub param_currency_id: i16,
        #[stream(rename = "OpenstatServiceName")]
        pub openstat_service_name: String,
        #[stream(rename = "OpenstatCampaignID")]
        pub openstat_campaign_id: String,
        #[stream(rename = "OpenstatAdID")]
        pub openstat_ad_id: String,
        #[stream(rename = "OpenstatSourceID")]
        pub openstat_source_id: String,
        #[stream(rename = "UTMSource")]
        pub utmsource: String,
        #[stream(rename = "UTMMedium")]
        pub utmmedium: String,
        #[stream(rename = "UTMCampaign")]
        pub utmcampaign: String,
        #[stream(rename = "UTMContent")]
        pub utmcontent: String,
        #[stream(rename = "UTMTerm")]
        pub utmterm: String,
        #[stream(rename = "FromTag")]
        pub from_tag: String,
        #[stream(rename = "HasGCLID")]
        pub has_gclid: i16,
        #[stream(rename = "RefererHash")]
        pub referer_hash: i64,
        #[stream(rename = "URLHash")]
        pub urlhash: i64,
        #[stream(rename = "CLID")]
        pub clid: i32,
    }
}

pub mod otel_logs {
    use streamhouse::StreamSchema;

    #[derive(StreamSchema)]
    #[stream(
        name = "otel.logs",
        delivery = at_least_once,
        partition_by = toDate(TimestampTime),
        order_by = (ServiceName, TimestampTime, Timestamp),
        primary_key = (ServiceName, TimestampTime),
        ttl(TimestampTime + toIntervalDay(3)),
        index(idx_trace_id: bloom_filter(0.001) on TraceId),
        index(idx_res_attr_key: bloom_filter(0.01) on mapKeys(ResourceAttributes)),
        index(idx_res_attr_value: bloom_filter(0.01) on mapValues(ResourceAttributes)),
        index(idx_scope_attr_key: bloom_filter(0.01) on mapKeys(ScopeAttributes)),
        index(idx_scope_attr_value: bloom_filter(0.01) on mapValues(ScopeAttributes)),
        index(idx_log_attr_key: bloom_filter(0.01) on mapKeys(LogAttributes)),
        index(idx_log_attr_value: bloom_filter(0.01) on mapValues(LogAttributes)),
        index(idx_body: tokenbf_v1(32768, 3, 0) on Body, granularity = 8),
        index(idx_body_ngrambf: ngrambf_v1(4, 32768, 3, 0) on Body),
        settings(ttl_only_drop_parts = 1),
    )]
    pub struct OtelLogs {
        #[stream(type = "DateTime64(9)", rename = "Timestamp", codec(Delta(8), ZSTD(1)))]
        pub timestamp: chrono::DateTime<chrono::Utc>,
        #[stream(type = "DateTime", rename = "TimestampTime", default = toDateTime(Timestamp))]
        pub timestamp_time: chrono::DateTime<chrono::Utc>,
        #[stream(rename = "TraceId", codec(ZSTD(1)))]
        pub trace_id: String,
        #[stream(rename = "SpanId", codec(ZSTD(1)))]
        pub span_id: String,
        #[stream(rename = "TraceFlags")]
        pub trace_flags: u8,
        #[stream(low_cardinality, rename = "SeverityText", codec(ZSTD(1)))]
        pub severity_text: String,
        #[stream(rename = "SeverityNumber")]
        pub severity_number: u8,
        #[stream(low_cardinality, rename = "ServiceName", codec(ZSTD(1)))]
        pub service_name: String,
        #[stream(rename = "Body", codec(ZSTD(1)))]
        pub body: String,
        #[stream(low_cardinality, rename = "ResourceSchemaUrl", codec(ZSTD(1)))]
        pub resource_schema_url: String,
        #[stream(type = "Map(LowCardinality(String), String)", rename = "ResourceAttributes", codec(ZSTD(1)))]
        pub resource_attributes: std::collections::BTreeMap<String, String>,
        #[stream(low_cardinality, rename = "ScopeSchemaUrl", codec(ZSTD(1)))]
        pub scope_schema_url: String,
        #[stream(rename = "ScopeName", codec(ZSTD(1)))]
        pub scope_name: String,
        #[stream(low_cardinality, rename = "ScopeVersion", codec(ZSTD(1)))]
        pub scope_version: String,
        #[stream(type = "Map(LowCardinality(String), String)", rename = "ScopeAttributes", codec(ZSTD(1)))]
        pub scope_attributes: std::collections::BTreeMap<String, String>,
        #[stream(type = "Map(LowCardinality(String), String)", rename = "LogAttributes", codec(ZSTD(1)))]
        pub log_attributes: std::collections::BTreeMap<String, String>,
    }
}

pub mod otel_metrics_sum {
    use streamhouse::StreamSchema;

    #[derive(StreamSchema)]
    #[stream(
        name = "otel.metrics.sum",
        delivery = at_least_once,
        partition_by = toDate(TimeUnix),
        order_by = (ServiceName, MetricName, Attributes, toUnixTimestamp64Nano(TimeUnix)),
        ttl(toDateTime(TimeUnix) + toIntervalDay(3)),
        index(idx_res_attr_key: bloom_filter(0.01) on mapKeys(ResourceAttributes)),
        index(idx_res_attr_value: bloom_filter(0.01) on mapValues(ResourceAttributes)),
        index(idx_scope_attr_key: bloom_filter(0.01) on mapKeys(ScopeAttributes)),
        index(idx_scope_attr_value: bloom_filter(0.01) on mapValues(ScopeAttributes)),
        index(idx_attr_key: bloom_filter(0.01) on mapKeys(Attributes)),
        index(idx_attr_value: bloom_filter(0.01) on mapValues(Attributes)),
        settings(ttl_only_drop_parts = 1),
    )]
    pub struct OtelMetricsSum {
        #[stream(type = "Map(LowCardinality(String), String)", rename = "ResourceAttributes", codec(ZSTD(1)))]
        pub resource_attributes: std::collections::BTreeMap<String, String>,
        #[stream(rename = "ResourceSchemaUrl", codec(ZSTD(1)))]
        pub resource_schema_url: String,
        #[stream(rename = "ScopeName", codec(ZSTD(1)))]
        pub scope_name: String,
        #[stream(rename = "ScopeVersion", codec(ZSTD(1)))]
        pub scope_version: String,
        #[stream(type = "Map(LowCardinality(String), String)", rename = "ScopeAttributes", codec(ZSTD(1)))]
        pub scope_attributes: std::collections::BTreeMap<String, String>,
        #[stream(rename = "ScopeDroppedAttrCount", codec(ZSTD(1)))]
        pub scope_dropped_attr_count: u32,
        #[stream(rename = "ScopeSchemaUrl", codec(ZSTD(1)))]
        pub scope_schema_url: String,
        #[stream(low_cardinality, rename = "ServiceName", codec(ZSTD(1)))]
        pub service_name: String,
        #[stream(rename = "MetricName", codec(ZSTD(1)))]
        pub metric_name: String,
        #[stream(rename = "MetricDescription", codec(ZSTD(1)))]
        pub metric_description: String,
        #[stream(rename = "MetricUnit", codec(ZSTD(1)))]
        pub metric_unit: String,
        #[stream(type = "Map(LowCardinality(String), String)", rename = "Attributes", codec(ZSTD(1)))]
        pub attributes: std::collections::BTreeMap<String, String>,
        #[stream(type = "DateTime64(9)", rename = "StartTimeUnix", codec(Delta(8), ZSTD(1)))]
        pub start_time_unix: chrono::DateTime<chrono::Utc>,
        #[stream(type = "DateTime64(9)", rename = "TimeUnix", codec(Delta(8), ZSTD(1)))]
        pub time_unix: chrono::DateTime<chrono::Utc>,
        #[stream(rename = "Value", codec(ZSTD(1)))]
        pub value: f64,
        #[stream(rename = "Flags", codec(ZSTD(1)))]
        pub flags: u32,
        #[stream(type = "Nested(FilteredAttributes Map(LowCardinality(String), String), TimeUnix DateTime64(9), Value Float64, SpanId String, TraceId String)", rename = "Exemplars", codec(ZSTD(1)))]
        pub exemplars: Vec<(std::collections::BTreeMap<String, String>, chrono::DateTime<chrono::Utc>, f64, String, String)>,
        #[stream(rename = "AggregationTemporality", codec(ZSTD(1)))]
        pub aggregation_temporality: i32,
        #[stream(rename = "IsMonotonic", codec(Delta(1), ZSTD(1)))]
        pub is_monotonic: bool,
    }
}

pub mod otel_traces {
    use streamhouse::StreamSchema;

    #[derive(StreamSchema)]
    #[stream(
        name = "otel.traces",
        delivery = at_least_once,
        partition_by = toDate(Timestamp),
        order_by = (ServiceName, SpanName, toDateTime(Timestamp), Timestamp),
        primary_key = (ServiceName, SpanName, toDateTime(Timestamp)),
        ttl(toDateTime(Timestamp) + toIntervalDay(3)),
        column(ResourceAttributeItems: "Array(String)" = arrayMap(kv -> concat(kv.1, "=", kv.2), CAST(ResourceAttributes, "Array(Tuple(String, String))")), alias, after = Links),
        column(SpanAttributeItems: "Array(String)" = arrayMap(kv -> concat(kv.1, "=", kv.2), CAST(SpanAttributes, "Array(Tuple(String, String))")), alias, after = ResourceAttributeItems),
        index(idx_trace_id: bloom_filter(0.001) on TraceId),
        index(idx_res_attr_key: bloom_filter(0.01) on mapKeys(ResourceAttributes)),
        index(idx_res_attr_value: bloom_filter(0.01) on mapValues(ResourceAttributes)),
        index(idx_span_attr_key: bloom_filter(0.01) on mapKeys(SpanAttributes)),
        index(idx_span_attr_value: bloom_filter(0.01) on mapValues(SpanAttributes)),
        index(idx_duration: minmax on Duration),
        index(idx_lower_span_name: tokenbf_v1(32768, 3, 0) on lower(SpanName), granularity = 8),
        settings(ttl_only_drop_parts = 1),
    )]
    pub struct OtelTraces {
        #[stream(type = "DateTime64(9)", rename = "Timestamp", codec(Delta(8), ZSTD(1)))]
        pub timestamp: chrono::DateTime<chrono::Utc>,
        #[stream(rename = "TraceId", codec(ZSTD(1)))]
        pub trace_id: String,
        #[stream(rename = "SpanId", codec(ZSTD(1)))]
        pub span_id: String,
        #[stream(rename = "ParentSpanId", codec(ZSTD(1)))]
        pub parent_span_id: String,
        #[stream(rename = "TraceState", codec(ZSTD(1)))]
        pub trace_state: String,
        #[stream(low_cardinality, rename = "SpanName", codec(ZSTD(1)))]
        pub span_name: String,
        #[stream(low_cardinality, rename = "SpanKind", codec(ZSTD(1)))]
        pub span_kind: String,
        #[stream(low_cardinality, rename = "ServiceName", codec(ZSTD(1)))]
        pub service_name: String,
        #[stream(type = "Map(LowCardinality(String), String)", rename = "ResourceAttributes", codec(ZSTD(1)))]
        pub resource_attributes: std::collections::BTreeMap<String, String>,
        #[stream(rename = "ScopeName", codec(ZSTD(1)))]
        pub scope_name: String,
        #[stream(rename = "ScopeVersion", codec(ZSTD(1)))]
        pub scope_version: String,
        #[stream(type = "Map(LowCardinality(String), String)", rename = "SpanAttributes", codec(ZSTD(1)))]
        pub span_attributes: std::collections::BTreeMap<String, String>,
        #[stream(rename = "Duration", codec(T64, ZSTD(1)))]
        pub duration: u64,
        #[stream(low_cardinality, rename = "StatusCode", codec(ZSTD(1)))]
        pub status_code: String,
        #[stream(rename = "StatusMessage", codec(ZSTD(1)))]
        pub status_message: String,
        #[stream(type = "Nested(Timestamp DateTime64(9), Name LowCardinality(String), Attributes Map(LowCardinality(String), String))", rename = "Events", codec(ZSTD(1)))]
        pub events: Vec<(chrono::DateTime<chrono::Utc>, String, std::collections::BTreeMap<String, String>)>,
        #[stream(type = "Nested(TraceId String, SpanId String, TraceState String, Attributes Map(LowCardinality(String), String))", rename = "Links", codec(ZSTD(1)))]
        pub links: Vec<(String, String, String, std::collections::BTreeMap<String, String>)>,
    }
}
