//! ClickHouse's codes (`src/Common/ErrorCodes.cpp`; a server says them with `errorCodeToName`).

use super::{Reaction, Row};
use Reaction::{Retry, Split, Stop, Wait};

/// Codes that say something of what is right to do. Any other stops the event: nothing is known of it, and nothing is lost by waiting.
pub const CLICKHOUSE: &[Row<u32>] = &[
    // One row is to blame.
    row(
        6,
        "CANNOT_PARSE_TEXT",
        Split,
        "a computed column, a key or a TTL reads a number in a text that has none",
    ),
    row(38, "CANNOT_PARSE_DATE", Split, "the same with a date"),
    row(41, "CANNOT_PARSE_DATETIME", Split, "the same with a moment"),
    row(69, "ARGUMENT_OUT_OF_BOUND", Split, "a function of a computed column does not take the value"),
    row(72, "CANNOT_PARSE_NUMBER", Split, "the same as CANNOT_PARSE_TEXT"),
    row(117, "INCORRECT_DATA", Split, "a text is no JSON object, or does not fit the types of a JSON column"),
    row(128, "TOO_LARGE_ARRAY_SIZE", Split, "a list has more elements than the server reads"),
    row(130, "CANNOT_READ_ARRAY_FROM_TEXT", Split, "a computed column reads a list in a text that has none"),
    row(131, "TOO_LARGE_STRING_SIZE", Split, "a text is longer than the FixedString that it goes into"),
    row(135, "ZERO_ARRAY_OR_TUPLE_INDEX", Split, "a computed column takes the element 0 of a list"),
    row(153, "ILLEGAL_DIVISION", Split, "a computed column divides by zero"),
    row(
        190,
        "SIZES_OF_ARRAYS_DONT_MATCH",
        Split,
        "the lists of a Nested have different lengths, or a vector has another than its column",
    ),
    row(321, "VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE", Split, "a computed column does not hold its value"),
    row(
        349,
        "CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN",
        Split,
        "a computed column makes NULL of a row and holds none",
    ),
    row(376, "CANNOT_PARSE_UUID", Split, "the same as CANNOT_PARSE_TEXT"),
    row(395, "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO", Split, "`throwIf` throws, as it was told to"),
    row(407, "DECIMAL_OVERFLOW", Split, "a number does not fit the decimal that it goes into"),
    row(441, "CANNOT_PARSE_DOMAIN_VALUE_FROM_STRING", Split, "the same as CANNOT_PARSE_TEXT"),
    row(467, "CANNOT_PARSE_BOOL", Split, "the same as CANNOT_PARSE_TEXT"),
    row(469, "VIOLATED_CONSTRAINT", Split, "a row violates a CHECK"),
    row(563, "CANNOT_READ_MAP_FROM_TEXT", Split, "a computed column reads a map in a text that has none"),
    row(675, "CANNOT_PARSE_IPV4", Split, "the same as CANNOT_PARSE_TEXT"),
    row(676, "CANNOT_PARSE_IPV6", Split, "the same as CANNOT_PARSE_TEXT"),
    row(691, "UNKNOWN_ELEMENT_OF_ENUM", Split, "a text is no name of the Enum that it goes into"),
    // The server has too much to do.
    row(
        159,
        "TIMEOUT_EXCEEDED",
        Retry,
        "the server gave the query up; it is smaller or quicker another time",
    ),
    row(160, "TOO_SLOW", Retry, "the same"),
    row(173, "CANNOT_ALLOCATE_MEMORY", Retry, "memory comes back when other queries end"),
    row(201, "QUOTA_EXCEEDED", Retry, "a quota begins anew after its interval"),
    row(202, "TOO_MANY_SIMULTANEOUS_QUERIES", Retry, "other queries end"),
    row(203, "NO_FREE_CONNECTION", Retry, "other queries end"),
    row(
        241,
        "MEMORY_LIMIT_EXCEEDED",
        Retry,
        "memory comes back when other queries end; where it does not, `worker.batch_rows` is too large",
    ),
    row(252, "TOO_MANY_PARTS", Retry, "merges catch up while fewer inserts come"),
    row(290, "LIMIT_EXCEEDED", Retry, "other queries end"),
    row(307, "TOO_MANY_BYTES", Retry, "a limit of the server on what runs at once"),
    row(364, "RECEIVED_ERROR_TOO_MANY_REQUESTS", Retry, "an object store slows the server down"),
    row(439, "CANNOT_SCHEDULE_TASK", Retry, "threads come back when other queries end"),
    row(473, "DEADLOCK_AVOIDED", Retry, "a lock was held for too long by others"),
    row(692, "TOO_MANY_MUTATIONS", Retry, "mutations end"),
    row(700, "USER_SESSION_LIMIT_EXCEEDED", Retry, "other sessions end"),
    row(745, "SERVER_OVERLOADED", Retry, "the server says so itself"),
    row(749, "TCP_CONNECTION_LIMIT_REACHED", Retry, "other connections end"),
    row(762, "HTTP_CONNECTION_LIMIT_REACHED", Retry, "other connections end"),
    row(776, "RESOURCE_LIMIT_EXCEEDED", Retry, "other queries end"),
    row(777, "MEMORY_RESERVATION_KILLED", Retry, "memory comes back when other queries end"),
    row(778, "MEMORY_RESERVATION_FAILED", Retry, "memory comes back when other queries end"),
    // The query was cut off, or is not alone.
    row(
        3,
        "UNEXPECTED_END_OF_FILE",
        Retry,
        "the request was cut on its way: blocks are checked before they are sent",
    ),
    row(
        32,
        "ATTEMPT_TO_READ_AFTER_EOF",
        Retry,
        "the same; where the message says that a text cannot be parsed, as CANNOT_PARSE_TEXT",
    ),
    row(33, "CANNOT_READ_ALL_DATA", Retry, "as ATTEMPT_TO_READ_AFTER_EOF"),
    row(
        216,
        "QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING",
        Retry,
        "an earlier attempt still runs, and is waited for",
    ),
    row(236, "ABORTED", Retry, "the server ends, or has stopped the query"),
    row(394, "QUERY_WAS_CANCELLED", Retry, "somebody has ended the query"),
    row(735, "QUERY_WAS_CANCELLED_BY_CLIENT", Retry, "the connection broke"),
    // Something that the server needs is away.
    row(95, "CANNOT_READ_FROM_SOCKET", Wait, "the network between servers"),
    row(96, "CANNOT_WRITE_TO_SOCKET", Wait, "the network between servers"),
    row(
        164,
        "READONLY",
        Wait,
        "the server takes no changes, or the user is read-only: it is asked again until it does",
    ),
    row(198, "DNS_ERROR", Wait, "the network between servers"),
    row(209, "SOCKET_TIMEOUT", Wait, "the network between servers"),
    row(210, "NETWORK_ERROR", Wait, "the network between servers"),
    row(225, "NO_ZOOKEEPER", Wait, "replicated tables need their Keeper"),
    row(242, "TABLE_IS_READ_ONLY", Wait, "a replicated table that has lost its Keeper"),
    row(243, "NOT_ENOUGH_SPACE", Wait, "the disk is full: give it room"),
    row(254, "NO_ACTIVE_REPLICAS", Wait, "replicas come back"),
    row(265, "NO_AVAILABLE_REPLICA", Wait, "replicas come back"),
    row(279, "ALL_CONNECTION_TRIES_FAILED", Wait, "shards of a distributed table come back"),
    row(285, "TOO_FEW_LIVE_REPLICAS", Wait, "replicas come back"),
    row(286, "UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE", Wait, "replicas catch up"),
    row(289, "REPLICA_IS_NOT_IN_QUORUM", Wait, "replicas catch up"),
    row(
        319,
        "UNKNOWN_STATUS_OF_INSERT",
        Retry,
        "the same insert is sent again, and what is there is counted",
    ),
    row(425, "SYSTEM_ERROR", Wait, "the operating system refuses the server something"),
    row(499, "S3_ERROR", Wait, "the object store of the server"),
    row(519, "NO_REMOTE_SHARD_AVAILABLE", Wait, "shards of a distributed table come back"),
    row(574, "DISTRIBUTED_TOO_MANY_PENDING_BYTES", Retry, "a distributed table hands on what it has"),
    row(733, "TABLE_IS_BEING_RESTARTED", Retry, "it comes back"),
    row(904, "TOO_MANY_UNAVAILABLE_SHARDS", Wait, "shards come back"),
    row(999, "KEEPER_EXCEPTION", Wait, "the Keeper comes back"),
    // A person has to do something. Others stop the event too; these have an error of their own.
    row(16, "NO_SUCH_COLUMN_IN_TABLE", Stop, "the table lacks a column: a migration was not applied"),
    row(60, "UNKNOWN_TABLE", Stop, "the table is not there: create it"),
    row(81, "UNKNOWN_DATABASE", Stop, "the database is not there: create it"),
    row(192, "UNKNOWN_USER", Stop, "the user in CLICKHOUSE_URL"),
    row(193, "WRONG_PASSWORD", Stop, "the password in CLICKHOUSE_URL"),
    row(194, "REQUIRED_PASSWORD", Stop, "the password in CLICKHOUSE_URL"),
    row(195, "IP_ADDRESS_NOT_ALLOWED", Stop, "the user may not come from this address"),
    row(291, "DATABASE_ACCESS_DENIED", Stop, "the user's grants"),
    row(492, "ACCESS_ENTITY_NOT_FOUND", Stop, "the user or a role of it"),
    row(497, "ACCESS_DENIED", Stop, "the user's grants"),
    row(516, "AUTHENTICATION_FAILED", Stop, "user and password in CLICKHOUSE_URL"),
    row(720, "USER_EXPIRED", Stop, "the user in CLICKHOUSE_URL"),
];

/// Codes that speak of the user.
pub(crate) const DENIALS: &[u32] = &[192, 193, 194, 195, 291, 492, 497, 516, 720];

const CANNOT_PARSE_TEXT: u32 = 6;

/// What is right after an error with this code. A text that ends too soon for what it is parsed as has the code of a request that
/// ends too soon, and only words tell the two apart (26.7: `toInt128('')` in a computed column).
pub(crate) fn to_code(code: u32, message: &str) -> Reaction {
    let is_text = matches!(code, 32 | 33) && message.contains("Cannot parse ");
    let code = if is_text { CANNOT_PARSE_TEXT } else { code };
    CLICKHOUSE.iter().find(|row| row.code == code).map_or(Stop, |row| row.reaction)
}

const fn row(code: u32, name: &'static str, reaction: Reaction, why: &'static str) -> Row<u32> {
    Row { code, name, reaction, why }
}
