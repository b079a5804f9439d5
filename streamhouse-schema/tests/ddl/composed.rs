#[derive(StreamSchema)]
#[stream(
    name = "shop.composed",
    order_by = (status, items.sku, payload.kind),
    index(by_price: minmax on items.price, granularity = 2),
)]
struct Composed {
    #[stream(type = Enum8("new" = 1, "it's \\ paid" = -2), default = "new")]
    status: Status,
    /// What was bought.
    #[stream(type = "Nested(sku String, price Decimal64(2), `unit price` Nullable(Float64))", codec(ZSTD(3)))]
    items: Vec<Item>,
    #[stream(type = "JSON(kind String, max_dynamic_paths = 16, SKIP debug)", default = "{}")]
    payload: Json<Payload>,
    pair: (u8, Vec<Option<String>>),
    #[stream(type = Map(LowCardinality(String), Nested(a Enum("x", "y"))))]
    map: BTreeMap<String, Vec<Row>>,
    #[stream(type = MultiPolygon)]
    area: Vec<Vec<Vec<(f64, f64)>>>,
    time: NaiveTime,
    #[stream(type = SimpleAggregateFunction(max, Time64(9)))]
    longest: Duration,
    #[stream(type = QBit(Float32, 64, 16), codec(ZSTD(1)))]
    vector: [f32; 64],
}
