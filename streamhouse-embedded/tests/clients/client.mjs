// @clickhouse/client against the server at HOST and PORT: create, insert, select, errors, compression, parameters.

import assert from "node:assert/strict";
import { createClient } from "@clickhouse/client";

const url = `http://${process.env.HOST}:${process.env.PORT}`;
const password = process.env.PASSWORD;

for (const on of [false, true]) {
  const client = createClient({ url, username: "default", password, compression: { request: on, response: on } });
  assert.equal((await client.ping()).success, true);
  const table = `node_${on}`;
  await client.command({
    query: `CREATE TABLE ${table} (id UInt64, name String, tags Array(String)) ENGINE = MergeTree ORDER BY id`,
  });
  const values = Array.from({ length: 5000 }, (_, id) => ({ id: String(id), name: `name ${id % 7}`, tags: ["a", "ü"] }));
  const inserted = await client.insert({ table, values, format: "JSONEachRow" });
  assert.equal(inserted.summary.written_rows, "5000");
  const result = await client.query({
    query: `SELECT id, tags FROM ${table} WHERE name = {name: String} AND id < {most: UInt64} ORDER BY id`,
    query_params: { name: "name 3", most: 20 },
    format: "JSONEachRow",
    clickhouse_settings: { output_format_json_quote_64bit_integers: 1 },
  });
  assert.deepEqual(await result.json(), [3, 10, 17].map((id) => ({ id: String(id), tags: ["a", "ü"] })));
  let streamed = 0;
  const stream = (await client.query({ query: `SELECT * FROM ${table}`, format: "JSONCompactEachRow" })).stream();
  for await (const rows of stream) streamed += rows.length;
  assert.equal(streamed, 5000);
  await assert.rejects(client.query({ query: "SELECT * FROM no_such_table" }), (error) => {
    assert.equal(error.code, "60");
    assert.equal(error.type, "UNKNOWN_TABLE");
    return true;
  });
  // A client that lags behind its decoder sees the broken connection first, so the answer is short.
  const late = "SELECT throwIf(number = 30) FROM numbers(40) SETTINGS max_block_size = 10, max_threads = 1";
  await assert.rejects(async () => {
    for await (const _ of (await client.query({ query: late, format: "JSONEachRow" })).stream());
  }, (error) => error.code === "395");
  const left = new AbortController();
  const long = client.query({ query: "SELECT sleepEachRow(1) FROM numbers(60) SETTINGS max_block_size = 1", abort_signal: left.signal });
  setTimeout(() => left.abort(), 200);
  await assert.rejects(long);
  const session = createClient({ url, username: "default", password, session_id: `node-${on}` });
  await session.command({ query: "CREATE TEMPORARY TABLE mine (a UInt8)" });
  await session.insert({ table: "mine", values: [[1], [2]], format: "JSONCompactEachRow" });
  const sum = await session.query({ query: "SELECT sum(a) AS n FROM mine", format: "JSON" });
  assert.equal(Number((await sum.json()).data[0].n), 3);
  await session.close();
  await client.close();
}
const stranger = createClient({ url, username: "default", password: "wrong" });
await assert.rejects(stranger.query({ query: "SELECT 1" }), (error) => error.code === "516");
await stranger.close();
console.log("right");
