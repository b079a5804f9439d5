#[derive(StreamSchema)]
#[stream(
    name = "raw.line",
    engine = Null,
    delivery = at_least_once,
    view(lines_feed: to = lines, select = "SELECT line, now() AS at FROM raw_line"),
)]
pub struct RawLine {
    pub line: String,
}
