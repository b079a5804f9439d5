#[derive(StreamSchema)]
#[stream(
    name = "flow.addresses",
    order_by = router,
    settings(index_granularity = 4096, allow_suspicious_low_cardinality_types = 1),
)]
struct Addresses {
    #[stream(type = LowCardinality(IPv6))]
    router: Ipv6Addr,
    #[stream(type = LowCardinality(Nullable(Date)))]
    day: Option<NaiveDate>,
    #[stream(type = Array(LowCardinality(UInt32)))]
    networks: Vec<u32>,
}
