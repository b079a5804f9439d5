//! Typed events from a struct through Redis Streams to ClickHouse, exactly once.
