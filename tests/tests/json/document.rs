//! Documents are JSON Schema of 2020-12.

use jsonschema::Validator;
use serde_json::{Value, json};
use streamhouse_schema::document::EventDocument;

use super::events::{Defaults, Everything, Item, Ruled, Status, ruled};
use super::{document_of, schema};

/// A validator that takes formats as what they say, as events do.
pub(super) fn validator(document: &Value) -> Validator {
    jsonschema::options().should_validate_formats(true).build(document).expect("a JSON Schema")
}

#[test]
fn documents_are_json_schema_of_2020_12() {
    for name in ["Everything", "Defaults", "Ruled"] {
        let document = document_of(name);
        if let Err(error) = jsonschema::draft202012::meta::validate(&document) {
            panic!("{name}, {}: {error}", error.instance_path());
        }
        validator(&document);
    }
}

/// What a reader of the document knows is what the compiler knew.
#[test]
fn a_document_is_read_back_as_it_was_written() {
    for name in ["Everything", "Defaults", "Ruled"] {
        let schema = schema(name);
        let text = streamhouse_schema::document::document(&schema);
        assert_eq!(
            EventDocument::from_json(&text).expect("a document"),
            EventDocument::of(&schema),
            "{name}"
        );
    }
}

#[test]
fn a_document_says_what_a_field_may_be() {
    let document = document_of("Ruled");
    let property = |name: &str| document["properties"][name].clone();
    assert_eq!(property("number"), json!({"type": "integer", "minimum": 1, "maximum": 9}));
    assert_eq!(
        property("currency"),
        json!({"type": "string", "minLength": 3, "maxLength": 3, "enum": ["EUR", "USD", "äöü"]})
    );
    assert_eq!(
        property("email"),
        json!({"anyOf": [{"type": "string", "format": "email"}, {"type": "null"}]})
    );
    assert_eq!(
        property("tags"),
        json!({"type": "array", "minItems": 1, "items": {"type": "string", "maxLength": 3, "pattern": "^#"}})
    );
    assert_eq!(
        property("code"),
        json!({"type": ["integer", "string"], "minimum": 0, "maximum": u64::MAX, "pattern": "^[0-9]+$", "enum": [200, 404, "200", "404"]})
    );
    assert_eq!(
        property("double"),
        json!({"anyOf": [{"type": "number", "minimum": 0.5}, {"enum": ["Infinity"]}]})
    );
    let document = document_of("Defaults");
    assert_eq!(document["required"], json!(["computed"]));
    let defaults: serde_json::Map<String, Value> = document["properties"]
        .as_object()
        .expect("an object")
        .iter()
        .filter_map(|(name, property)| Some((name.clone(), property.get("default")?.clone())))
        .collect();
    assert_eq!(
        Value::from(defaults),
        json!({
            "text": "USD", "bytes": "cmF3", "fixed": "YWIAAA==", "number": -5, "float": 0.5, "price": "9.99", "truth": true,
            "moment": "2024-02-29T12:00:00.5Z", "status": "it's \\ paid", "list": ["a", "b"], "map": {"a": 1},
            "tuple": {"a": 1, "b": "x"}, "json": {"a": 1}, "nullable": "some",
        })
    );
    let document = document_of("Everything");
    assert_eq!(document["properties"]["id"]["description"], "Identifies it.");
    assert_eq!(document["x-streamhouse"]["format"], 1);
    assert!(document["properties"].get("items").is_some_and(|items| items["items"]["type"] == "object"));
}

/// A default is a value that the document itself takes.
#[test]
fn defaults_follow_their_own_document() {
    let document = document_of("Defaults");
    let mut event = serde_json::Map::from_iter([("computed".to_string(), json!("2024-01-01T00:00:00Z"))]);
    for (name, property) in document["properties"].as_object().expect("an object") {
        if let Some(default) = property.get("default") {
            event.insert(name.clone(), default.clone());
        }
    }
    let errors: Vec<String> =
        validator(&document).iter_errors(&event.into()).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

/// What `schemars` makes of the Rust types is what the documents say.
#[test]
fn schemars_and_documents_agree() {
    fn of<T: schemars::JsonSchema>() -> Value {
        schemars::schema_for!(T).to_value()
    }
    for (name, found) in
        [("Everything", of::<Everything>()), ("Defaults", of::<Defaults>()), ("Ruled", of::<Ruled>())]
    {
        let mut document = document_of(name);
        document.as_object_mut().expect("an object").remove("x-streamhouse");
        assert_eq!(found, document, "{name}");
    }
    // Within another type they are definitions, and the whole is a JSON Schema of events.
    let list = of::<Vec<Ruled>>();
    assert_eq!(list["items"], json!({"$ref": "#/$defs/Ruled"}));
    jsonschema::draft202012::meta::validate(&list).expect("a JSON Schema");
    let list = validator(&list);
    assert!(list.is_valid(&json!([serde_json::to_value(ruled()).expect("JSON")])));
    assert!(!list.is_valid(&json!([{"number": 1}])));
    // Types that are parts of events too.
    assert_eq!(of::<Status>()["enum"], json!(["New", "it's \\ paid"]));
    let item = validator(&of::<Item>());
    let price = json!({"amount": 1, "currency": "EUR"});
    assert!(item.is_valid(&json!({"sku": "a", "price": price, "history": ["New"]})));
    assert!(!item.is_valid(&json!({"sku": "a", "price": price, "history": ["Old"]})));
}
