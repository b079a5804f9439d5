use std::collections::BTreeMap;

use serde_json::json;

use super::*;

/// As serde_json writes it, once it is a value.
#[track_caller]
fn is_as_serde_json(value: &impl Serialize) {
    let expected = serde_json::to_value(value).expect("a value");
    assert_eq!(pretty(value), serde_json::to_string_pretty(&expected).expect("text"));
}

#[test]
fn values_are_written_as_serde_json_writes_them() {
    let mut deep = json!([]);
    for _ in 0..40 {
        deep = json!([deep, {}]);
    }
    for value in [
        json!(null),
        json!({"a": [1, -2, 0.5, 1e300, u64::MAX, true, false, null], "b": {}, "c": [], "d": {"e": [[1], [{}]]}}),
        json!("\" \\ \n \u{7f} \u{1} ä 😀 /"),
        json!({"\"": "'", "": ""}),
        deep,
    ] {
        is_as_serde_json(&value);
    }
}

#[test]
fn so_is_what_is_no_value_yet() {
    #[derive(Serialize)]
    struct All {
        zeta: (u8, i64, f32, f64, char),
        alpha: Option<Inner>,
        #[serde(rename = "type")]
        ty: Word,
        none: Option<u8>,
        map: BTreeMap<String, Vec<Inner>>,
        unit: (),
    }
    #[derive(Clone, Default, Serialize)]
    struct Inner {
        b: Vec<u8>,
        #[serde(skip_serializing_if = "String::is_empty")]
        a: String,
        c: Nothing,
    }
    #[derive(Clone, Default, Serialize)]
    struct Nothing {}
    #[derive(Serialize)]
    enum Word {
        Plain,
        Of(u8),
        Both { one: u8 },
    }
    let inner = Inner { b: vec![1, 2], a: "it\"s".into(), c: Nothing {} };
    let map = [("y".to_string(), vec![inner.clone()]), ("z\n".to_string(), Vec::new())];
    for ty in [Word::Plain, Word::Of(1), Word::Both { one: 1 }] {
        is_as_serde_json(&All {
            zeta: (1, -2, 0.1, f64::NAN, '"'),
            alpha: Some(inner.clone()),
            ty,
            none: None,
            map: map.clone().into(),
            unit: (),
        });
    }
    is_as_serde_json(&Inner::default());
    is_as_serde_json(&BTreeMap::from([(1, 2)]));
}
