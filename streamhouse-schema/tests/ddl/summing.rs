#[derive(StreamSchema)]
#[stream(
    name = "page.views.daily",
    engine = SummingMergeTree(hits, bytes),
    delivery = at_least_once,
    order_by = (day, page),
)]
pub struct PageViewsDaily {
    pub day: NaiveDate,
    pub page: String,
    pub hits: u64,
    pub bytes: u64,
}
