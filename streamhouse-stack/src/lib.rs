//! A real Redis and a real ClickHouse on this machine, for tests, demos and development.
