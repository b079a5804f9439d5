//! A ClickHouse server in one process: the HTTP interface over libchdb.
