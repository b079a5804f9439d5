"""clickhouse-connect against the server at HOST and PORT: create, insert, select, errors, compression, parameters, sessions."""

import datetime
import os
import uuid

import clickhouse_connect
from clickhouse_connect.driver.exceptions import ClickHouseError, DatabaseError

WHERE = {
    "host": os.environ["HOST"],
    "port": int(os.environ["PORT"]),
    "username": "default",
    "password": os.environ["PASSWORD"],
}

for compress in (True, False, "lz4", "zstd", "gzip"):
    client = clickhouse_connect.get_client(**WHERE, compress=compress)
    table = "python_" + uuid.uuid4().hex
    client.command(
        f"CREATE TABLE {table} (id UInt64, name LowCardinality(String), at DateTime64(3, 'UTC'),"
        " tags Array(String), maybe Nullable(Float64)) ENGINE = MergeTree ORDER BY id"
    )
    at = datetime.datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=datetime.timezone.utc)
    rows = [[i, f"name {i % 7}", at, ["a", "ü"], None if i % 2 else i / 2] for i in range(20_000)]
    summary = client.insert(table, rows, column_names=["id", "name", "at", "tags", "maybe"])
    assert summary.written_rows == 20_000, summary.summary
    result = client.query(f"SELECT * FROM {table} ORDER BY id")
    assert len(result.result_rows) == 20_000
    assert list(result.result_rows[3]) == [3, "name 3", at.replace(tzinfo=None), ["a", "ü"], None], result.result_rows[3]
    counted = client.query(
        f"SELECT count() FROM {table} WHERE id < {{most:UInt64}} AND name = {{name:String}}",
        parameters={"most": 700, "name": "name 3"},
    )
    assert counted.result_rows == [(100,)], counted.result_rows
    with client.query_row_block_stream(f"SELECT id FROM {table}") as stream:
        assert sum(len(block) for block in stream) == 20_000
    try:
        client.query("SELECT * FROM no_such_table")
        raise AssertionError("there is no such table")
    except DatabaseError as error:
        assert "Code: 60" in str(error) or "code: 60" in str(error), error
    try:
        client.query("SELECT throwIf(number = 3000000) FROM numbers(4000000) SETTINGS max_threads = 1")
        raise AssertionError("it fails in the middle")
    except ClickHouseError as error:
        assert "395" in str(error) or "throwIf" in str(error), error
    client.command("CREATE TEMPORARY TABLE mine (a UInt8)")
    client.command("INSERT INTO mine VALUES (1), (2)")
    assert client.command("SELECT sum(a) FROM mine") == 3
    assert client.query("SELECT 1", settings={"max_threads": 1}).result_rows == [(1,)]
    client.command(f"DROP TABLE {table}")
    client.close()

try:
    clickhouse_connect.get_client(**{**WHERE, "password": "wrong"})
    raise AssertionError("the password is wrong")
except DatabaseError as error:
    assert "516" in str(error), error
print("right")
