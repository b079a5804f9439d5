//! What does not follow a document is refused, with the place, what would be right, and what stands there.

use serde_json::{Value, json};
use streamhouse::frame::{FrameBuilder, Layout};
use streamhouse::{DynamicSchema, Error, ErrorKind, Outgoing, StreamSchema};
use streamhouse_schema::frame_schema::FrameSchema;
use streamhouse_tests::Place;

use super::document::validator;
use super::events::{Defaults, Ruled, ruled};
use super::{document_of, dynamic, schema};

/// The problems of an event of which one field is another, each as text.
fn problems(schema: &DynamicSchema, mut event: Value, path: &str, value: Value) -> Vec<String> {
    *event.pointer_mut(path).unwrap_or_else(|| panic!("{path}")) = value;
    match schema.event(&event) {
        Ok(_) => Vec::new(),
        Err(error) => error.problems.iter().map(ToString::to_string).collect(),
    }
}

fn everything() -> Value {
    json!({
        "id": "01234567-89ab-cdef-0123-456789abcdef", "at": "2024-02-29T12:00:00.123456789+02:00", "truth": true,
        "u8": 1, "u16": 2, "u32": 3, "u64": "18446744073709551615", "u128": 5, "u256": "6", "i8": -1, "i16": -2, "i32": -3,
        "i64": -4, "i128": "-5", "i256": -6, "f32": 0.1, "f64": "-Infinity", "bf16": 1, "short_decimal": 1.25,
        "decimal": "12345678901234567890.5", "text": "ä", "bytes": "AP8=", "chunks": ["", "AA=="], "fixed": "AQIDBAU=",
        "date": "1970-01-01", "date32": "1900-01-01", "second": "2024-01-01T00:00:00Z", "nano": "2024-01-01T00:00:00Z",
        "time": "23:59:59", "time64": "00:00:00.5", "days": 7, "v4": "127.0.0.1", "v6": "::1", "ip": "10.0.0.1", "status": "New",
        "list": [1, null], "lists": [["a"], []], "map": {"a": [1, null]}, "by_status": {"New": null},
        "by_number": {"7": "2024-01-01"}, "tuple": [1, "b", [null, [true]]], "money": {"amount": 1, "currency": "EUR"},
        "items": [{"sku": "s", "price": {"amount": 1, "currency": "EUR"}, "history": ["New"]}], "rows": [], "json": {"a": 1},
        "point": [1, 2], "polygon": [[[0, 0], [1, 1]]], "vector": [0.5, -1], "$session.id": 9,
    })
}

#[test]
fn each_type_says_what_it_takes() {
    let (schema, validator) = (dynamic("Everything"), validator(&document_of("Everything")));
    let event = everything();
    schema.event(&event).unwrap_or_else(|error| panic!("{error}"));
    assert!(validator.is_valid(&event));
    // The last says whether the document tells it too; of text that stands for a number or a day it cannot tell the range.
    for (path, value, problem, told) in [
        (
            "/id",
            json!("0123456789abcdef0123456789abcdef"),
            r#"/id: expected a UUID such as "01234567-89ab-cdef-0123-456789abcdef", found the string "0123456789abcdef0123456789abcdef""#,
            true,
        ),
        (
            "/at",
            json!("2024-02-29 12:00:00"),
            r#"/at: expected a moment such as "2024-02-29T12:00:00Z" (RFC 3339), found the string "2024-02-29 12:00:00""#,
            true,
        ),
        (
            "/at",
            json!("1899-12-31T23:59:59Z"),
            r#"/at: expected a value from 1900-01-01 to 2299-12-31, found the string "1899-12-31T23:59:59Z""#,
            false,
        ),
        ("/vector", json!([1]), "/vector: expected an array of 2 numbers, found an array of 1", true),
        ("/vector", json!([1, 2, 3]), "/vector: expected an array of 2 numbers, found an array of 3", true),
        ("/truth", json!(1), "/truth: expected true or false, found the number 1", true),
        ("/u8", json!(256), "/u8: expected a whole number from 0 to 255, found the number 256", true),
        ("/u8", json!("1"), r#"/u8: expected a whole number from 0 to 255, found the string "1""#, true),
        ("/u16", json!(1.5), "/u16: expected a whole number from 0 to 65535, found the number 1.5", true),
        (
            "/u64",
            json!("18446744073709551616"),
            r#"/u64: expected a whole number from 0 to 18446744073709551615, found the string "18446744073709551616""#,
            false,
        ),
        (
            "/u64",
            json!(-1),
            "/u64: expected a whole number from 0 to 18446744073709551615, found the number -1",
            true,
        ),
        ("/i8", json!(-129), "/i8: expected a whole number from -128 to 127, found the number -129", true),
        // It has been rounded by whoever read it.
        (
            "/i128",
            json!(1e30),
            "/i128: expected a whole number from -170141183460469231731687303715884105728 to 170141183460469231731687303715884105727, as a number or a string of digits, found the number 1e+30",
            true,
        ),
        (
            "/f32",
            json!(1e300),
            r#"/f32: expected a number from -3.4028235e38 to 3.4028235e38, "NaN", "Infinity" or "-Infinity", found the number 1e+300"#,
            true,
        ),
        (
            "/f64",
            json!("1.5"),
            r#"/f64: expected a number, "NaN", "Infinity" or "-Infinity", found the string "1.5""#,
            true,
        ),
        (
            "/short_decimal",
            json!(0.125),
            "/short_decimal: expected a number with at most 2 digits after the point, found the number 0.125",
            false,
        ),
        (
            "/short_decimal",
            json!("10000000"),
            r#"/short_decimal: expected a number with at most 7 digits before the point, found the string "10000000""#,
            false,
        ),
        (
            "/decimal",
            json!(1.5),
            r#"/decimal: expected a string such as "1.5", or a whole number, found the number 1.5"#,
            true,
        ),
        (
            "/decimal",
            json!("1e3"),
            r#"/decimal: expected a string such as "1.5", or a whole number, found the string "1e3""#,
            true,
        ),
        ("/text", json!(null), "/text: expected a string, found null", true),
        ("/bytes", json!("AP8"), r#"/bytes: expected a string of base64, found the string "AP8""#, true),
        ("/chunks/1", json!("?"), r#"/chunks/1: expected a string of base64, found the string "?""#, true),
        (
            "/fixed",
            json!("AQID"),
            r#"/fixed: expected a string of base64 that stands for 5 bytes, found the string "AQID""#,
            true,
        ),
        (
            "/date",
            json!("1969-12-31"),
            r#"/date: expected a value from 1970-01-01 to 2149-06-06, found the string "1969-12-31""#,
            false,
        ),
        (
            "/date",
            json!("2023-02-29"),
            r#"/date: expected a day such as "2024-02-29", found the string "2023-02-29""#,
            true,
        ),
        (
            "/second",
            json!("2200-01-01T00:00:00Z"),
            r#"/second: expected a value from 1970-01-01 to 2106-02-07, found the string "2200-01-01T00:00:00Z""#,
            false,
        ),
        (
            "/time",
            json!("1000:00:00"),
            r#"/time: expected a time such as "08:30:00", found the string "1000:00:00""#,
            true,
        ),
        ("/v4", json!("::1"), r#"/v4: expected an IPv4 address, found the string "::1""#, true),
        (
            "/v6",
            json!("localhost"),
            r#"/v6: expected an IPv6 or IPv4 address, found the string "localhost""#,
            true,
        ),
        (
            "/status",
            json!("new"),
            r#"/status: expected one of "New", "it's \\ paid", found the string "new""#,
            true,
        ),
        ("/list", json!({}), "/list: expected an array, found an object", true),
        (
            "/list/0",
            json!([]),
            "/list/0: expected a whole number from -2147483648 to 2147483647, found an array of 0",
            true,
        ),
        ("/map", json!([]), "/map: expected an object, found an array of 0", true),
        (
            "/map/a/0",
            json!(true),
            "/map/a/0: expected a whole number from 0 to 18446744073709551615, as a number or a string of digits, found true",
            true,
        ),
        ("/map", json!({"a/b~c": 1}), "/map/a~1b~0c: expected an array, found the number 1", true),
        (
            "/by_status",
            json!({"Old": 1}),
            r#"/by_status/Old: expected a name that is one of "New", "it's \\ paid", found another"#,
            true,
        ),
        (
            "/by_number",
            json!({"256": "2024-01-01"}),
            "/by_number/256: expected a name that is a whole number from 0 to 255, found another",
            false,
        ),
        ("/tuple", json!([1, "b"]), "/tuple: expected an array of 3, found an array of 2", true),
        ("/tuple/2/1/0", json!(0), "/tuple/2/1/0: expected true or false, found the number 0", true),
        ("/money", json!({"amount": 1}), "/money/currency: expected a string, found nothing", true),
        ("/items", json!([1]), "/items/0: expected an object, found the number 1", true),
        (
            "/items/0/price/amount",
            json!("x"),
            r#"/items/0/price/amount: expected a whole number from -9223372036854775808 to 9223372036854775807, as a number or a string of digits, found the string "x""#,
            true,
        ),
        (
            "/items/0/history/0",
            json!("Sent"),
            r#"/items/0/history/0: expected one of "New", "it's \\ paid", found the string "Sent""#,
            true,
        ),
        ("/json", json!("{}"), r#"/json: expected an object, found the string "{}""#, true),
        (
            "/json",
            json!({"a": {"b": 1}, "a.b": 2}),
            "/json: expected an object for a JSON column (this one has a path that stands twice), found an object",
            false,
        ),
        ("/point", json!([1, 2, 3]), "/point: expected an array of 2, found an array of 3", true),
    ] {
        assert_eq!(problems(&schema, event.clone(), path, value.clone()), [problem], "{path}");
        let mut wrong = event.clone();
        *wrong.pointer_mut(path).expect(path) = value;
        assert_eq!(validator.is_valid(&wrong), !told, "{problem}");
    }
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let schema = dynamic("Everything");
    let mut event = everything();
    let object = event.as_object_mut().expect("an object");
    object.remove("u8");
    object.remove("items");
    object.insert("u16".into(), json!("x"));
    object.insert("statsu".into(), json!("New"));
    let error = schema.event(&event).expect_err("it is wrong");
    assert_eq!(
        error.to_string(),
        "event `json.everything`: /u8: expected a whole number from 0 to 255, found nothing; \
         /u16: expected a whole number from 0 to 65535, found the string \"x\"; \
         /items: expected an array, found nothing; \
         /statsu: expected no such field (did you mean `status`?), found one"
    );
    let error = Error::from(error);
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Validation, false));
    assert_eq!(
        schema.event(&json!([])).expect_err("no object").to_string(),
        "event `json.everything`: the document: expected an object, found an array of 0"
    );
    let twice = schema.event_from_slice(br#"{"u8": 1, "u8": 2}"#).expect_err("twice").to_string();
    assert!(twice.contains(r#"found the name "u8" twice in an object"#), "{twice}");
}

/// Each rule holds for JSON as it does for the typed event, and in the document as far as JSON Schema can say it.
#[test]
fn rules_hold_for_json_too() {
    let (schema, validator) = (dynamic("Ruled"), validator(&document_of("Ruled")));
    let event = serde_json::to_value(ruled()).expect("JSON");
    assert!(schema.event(&event).is_ok());
    assert!(validator.is_valid(&event));
    assert_eq!(ruled().validate(), Ok(()));
    // The last says whether JSON Schema can tell.
    for (path, value, problem, told) in [
        (
            "/number",
            json!(0),
            "/number: expected a value that keeps the rule `min = 1`, found the number 0",
            true,
        ),
        (
            "/number",
            json!(10),
            "/number: expected a value that keeps the rule `max = 9`, found the number 10",
            true,
        ),
        (
            "/large",
            json!("-9007199254740994"),
            "/large: expected a value that keeps the rule `min = -9007199254740993`, found the string \"-9007199254740994\"",
            false,
        ),
        (
            "/wide",
            json!("100000000000000000000000000000000000000000001"),
            "/wide: expected a value that keeps the rule `max = 100000000000000000000000000000000000000000000`, found the string \"100000000000000000000000000000000000000000001\"",
            false,
        ),
        (
            "/single",
            json!(0.11),
            "/single: expected a value that keeps the rule `max = 0.1`, found the number 0.11",
            true,
        ),
        (
            "/double",
            json!("NaN"),
            "/double: expected a value that keeps the rule `min = 0.5`, found the string \"NaN\"",
            true,
        ),
        (
            "/price",
            json!("0.0099"),
            "/price: expected a value that keeps the rule `min = 0.01`, found the string \"0.0099\"",
            false,
        ),
        (
            "/day",
            json!("2019-12-31"),
            "/day: expected a value that keeps the rule `min = \"2020-01-01\"`, found the string \"2019-12-31\"",
            false,
        ),
        (
            "/at",
            json!("2030-01-01T00:00:00.000000001Z"),
            "/at: expected a value that keeps the rule `max = \"2030-01-01 00:00:00\"`, found the string \"2030-01-01T00:00:00.000000001Z\"",
            false,
        ),
        (
            "/closes",
            json!("18:00:01"),
            "/closes: expected a value that keeps the rule `max = \"18:00:00\"`, found the string \"18:00:01\"",
            false,
        ),
        (
            "/currency",
            json!("GBP"),
            "/currency: expected a value that keeps the rule `one_of(\"EUR\", \"USD\", \"äöü\")`, found the string \"GBP\"",
            true,
        ),
        (
            "/code",
            json!(500),
            "/code: expected a value that keeps the rule `one_of(200, 404)`, found the number 500",
            true,
        ),
        // What says something about a person is not shown.
        (
            "/email",
            json!("nobody"),
            "/email: expected a value that keeps the rule `email`, found a string",
            true,
        ),
        (
            "/link",
            json!("/a"),
            "/link: expected a value that keeps the rule `url`, found the string \"/a\"",
            true,
        ),
        (
            "/name",
            json!("A"),
            "/name: expected a value that keeps the rule `regex = \"^[a-z]+$\"`, found the string \"A\"",
            true,
        ),
        (
            "/bytes",
            json!("AAAA"),
            "/bytes: expected a value that keeps the rule `length(max = 2)`, found the string \"AAAA\"",
            false,
        ),
        (
            "/tags",
            json!([]),
            "/tags: expected a value that keeps the rule `length(min = 1)`, found an array of 0",
            true,
        ),
        (
            "/tags/0",
            json!("a"),
            "/tags/0: expected a value that keeps the rule `regex = \"^#\"`, found the string \"a\"",
            true,
        ),
        (
            "/map",
            json!({"a": 1, "b": 2}),
            "/map: expected a value that keeps the rule `length(max = 1)`, found an object",
            true,
        ),
        (
            "/map/a",
            json!(-1),
            "/map/a: expected a value that keeps the rule `min = 0`, found the number -1",
            true,
        ),
        (
            "/rows",
            json!([{"a": 1}, {"a": 2}]),
            "/rows: expected a value that keeps the rule `length(max = 1)`, found an array of 2",
            true,
        ),
    ] {
        assert_eq!(problems(&schema, event.clone(), path, value.clone()), [problem], "{path}");
        let mut wrong = event.clone();
        *wrong.pointer_mut(path).expect(path) = value;
        assert_eq!(validator.is_valid(&wrong), !told, "{problem}");
    }
    // The rules that are functions only Rust can apply.
    assert!(problems(&schema, event, "/odd", json!(2)).is_empty());
    assert!(Ruled { odd: 2, ..ruled() }.validate().is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_out_is_filled_in() {
    let place = Place::new();
    let house = place.house_with::<Defaults>().await;
    let schema = dynamic("Defaults");
    let before = chrono::Utc::now().timestamp_millis();
    let event = schema.event(&json!({"computed": "2024-01-01T00:00:00Z"})).expect("an event");
    let now = event.event_time().expect("it has a time");
    assert!((before..=chrono::Utc::now().timestamp_millis()).contains(&now));
    house.send(&event).await.expect("sent");
    let error = schema.event(&json!({})).expect_err("one is missing").to_string();
    assert!(
        error.ends_with(
            "/computed: expected a moment such as \"2024-02-29T12:00:00Z\" (RFC 3339), found nothing"
        ),
        "{error}"
    );
    place.worker().drain().await.expect("drained");
    let row = place
        .text("SELECT text, bytes, hex(fixed), number, float, price, truth, moment, status, list, map, tuple, json, nullable, nothing FROM json_defaults")
        .await;
    assert_eq!(
        row,
        "USD\traw\t61620000\t-5\t0.5\t9.99\ttrue\t2024-02-29 12:00:00.500\tit\\'s \\\\ paid\t['a','b']\t{'a':1}\t(1,'x')\t{\"a\":1}\tsome\t\\N\n"
    );
    // A UUID of version 7, which begins with the time; and the time is the event's.
    let id: String = place.value("SELECT id FROM json_defaults").await;
    assert_eq!(uuid::Uuid::parse_str(&id).expect("a UUID").get_version_num(), 7);
    assert_eq!(place.value::<i64>("SELECT toUnixTimestamp64Milli(at) FROM json_defaults").await, now);
}

#[test]
fn a_document_that_was_changed_is_refused() {
    let text = streamhouse_schema::document::document(&schema("Defaults"));
    let refused = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        DynamicSchema::from_json(&text.replace(from, to)).expect_err(to).to_string()
    };
    assert!(refused("\"name\": \"number\"", "\"name\": \"numbr\"").contains("it was edited"));
    assert!(refused("\"format\": 1", "\"format\": 2").contains("this version reads format 1"));
    assert!(refused("\"x-streamhouse\"", "\"x-other\"").contains("streamhouse generate"));
    let rules = streamhouse_schema::document::document(&schema("Ruled"));
    let broken = rules.replace("\"regex\": \"^[a-z]+$\"", "\"regex\": \"^[a-z+$\"");
    let error = DynamicSchema::from_json(&broken).expect_err("no expression").to_string();
    assert!(
        error.contains("field `name` of the document: the rule `regex = \"^[a-z+$\"` cannot be applied"),
        "{error}"
    );
}

/// Events of several schemas in one call, and rows behind others in one frame.
#[tokio::test(flavor = "multi_thread")]
async fn events_of_several_schemas_are_sent_together() {
    let place = Place::new();
    let house = place.house_with::<Defaults>().await;
    house.create_table::<Ruled>().await.expect("a table");
    let defaults = dynamic("Defaults").event(&json!({"computed": "2024-01-01T00:00:00Z"})).expect("an event");
    let ruled_event =
        dynamic("Ruled").event(&serde_json::to_value(ruled()).expect("JSON")).expect("an event");
    assert_eq!(house.send_all([&defaults, &ruled_event, &defaults]).await.expect("sent"), 3);
    place.worker().drain().await.expect("drained");
    assert_eq!(place.value::<u64>("SELECT count() FROM json_defaults").await, 2);
    assert_eq!(place.value::<u64>("SELECT count() FROM json_ruled").await, 1);
    // A frame takes a row of JSON or none of it.
    let schema = FrameSchema::from_json(&ruled_event.frame_schema()).expect("a schema");
    let mut builder = FrameBuilder::new(ruled_event.fingerprint(), Layout::of(&schema));
    assert!(ruled_event.append(&mut builder).expect("it fits") > 0);
    assert_eq!(builder.rows(), 1);
}
