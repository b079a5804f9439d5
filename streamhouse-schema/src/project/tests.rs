use super::*;

/// The codes, places and messages of a file's mistakes.
fn mistakes(text: &str) -> Vec<String> {
    let errors = Project::read(text).expect_err(text);
    errors
        .iter()
        .map(|error| {
            format!("{} `{}` {}: {}", error.code, &text[error.place.clone()], error.message, error.help)
        })
        .collect()
}

#[test]
fn a_file_says_the_oldest_server_and_the_levels_of_lints() {
    let text = "# Ours.\n[clickhouse] # the cluster\noldest = '25.3'\n\n[lints]\nfloat_for_money = \"deny\"\nSH0530 = \"allow\"\r\n";
    let project = Project::read(text).expect(text);
    assert_eq!(project.oldest, Version::new(25, 3));
    let level = |code| project.lints.level(code);
    assert_eq!((level("SH0525"), level("SH0530"), level("SH0520")), (Level::Deny, Level::Allow, Level::Warn));
    let errors_only = project.lints.clone().errors_only();
    assert_eq!((errors_only.level("SH0525"), errors_only.level("SH0520")), (Level::Deny, Level::Allow));
    for nothing in ["", "# nothing", "[clickhouse]\n[lints]\n", "\n\n"] {
        assert_eq!(Project::read(nothing), Ok(Project::default()), "{nothing:?}");
    }
    for same in [
        "clickhouse.oldest = \"25.3\"",
        "clickhouse = { oldest = \"25.3\" }",
        "[\"clickhouse\"]\n'oldest' = \"25\\u002E3\"",
    ] {
        assert_eq!(Project::read(same).map(|project| project.oldest), Ok(Version::new(25, 3)), "{same}");
    }
}

#[test]
fn mistakes_are_all_told_each_in_its_place() {
    let text = "[clickhouse]\noldst = \"25.3\"\noldest = 25\n[lint]\n[lints]\nfloat_for_mony = \"deny\"\nvaried_first = \"no\"\n";
    assert_eq!(
        mistakes(text),
        [
            "SH0512 `oldst` `oldst` is not known in streamhouse.toml: did you mean `oldest`?",
            "SH0513 `25` `oldest` is a text: write the year and the release in quotes: `oldest = \"25.3\"`",
            "SH0512 `lint` `lint` is not known in streamhouse.toml: did you mean `lints`?",
            "SH0512 `float_for_mony` there is no lint `float_for_mony`: did you mean `float_for_money`?",
            "SH0513 `\"no\"` this is not the level of a lint: write `varied_first = \"allow\"`, `\"warn\"` or `\"deny\"`",
        ]
    );
    for (text, part) in [
        ("clickhouse = 1", "`clickhouse` is a table"),
        ("[clickhouse]\noldest = \"24.3\"", "`oldest` is at least 24.8"),
        ("[clickhouse]\noldest = \"99.1\"", "`oldest` is at most 26.7"),
        ("[clickhouse]\noldest = \"new\"", "`new` is not a version of ClickHouse"),
        ("[clickhouse.oldest]\nx = 1", "write `oldest = …`: it is no table"),
        ("[lints]\nvaried_first = \"deny\"\nSH0530 = \"deny\"", "the level of `varied_first` is set twice"),
        ("folders = 1", "`folders` is not known in streamhouse.toml: valid here: clickhouse, lints, schemas"),
    ] {
        let found = mistakes(text);
        assert!(found.len() == 1 && found[0].contains(part), "{text}: {found:?}");
    }
}

#[test]
fn builds_write_where_a_file_says_so() {
    for (text, write) in [
        ("", false),
        ("[schemas]\n", false),
        ("[schemas]\nwrite = true", true),
        ("schemas.write = false", false),
    ] {
        assert_eq!(Project::read(text).map(|project| project.schemas.write), Ok(write), "{text}");
    }
    assert_eq!(
        mistakes("[schemas]\nwrite = 1\nwrit = true\n[schemas.write]\nx = 1"),
        [
            "SH0511 `write` `schemas.write` stands here twice: the file has the form `[clickhouse]`, and below it `oldest = \"25.3\"`"
        ]
    );
    assert_eq!(
        mistakes("[schemas]\nwrite = 1\nwrit = true"),
        [
            "SH0513 `1` `write` is `true` or `false`: write `write = true` where builds may write `schemas/` and `migrations/`",
            "SH0512 `writ` `writ` is not known in streamhouse.toml: did you mean `write`?",
        ]
    );
}

#[test]
fn what_is_no_toml_is_named() {
    for (text, message) in [
        ("[clickhouse", "expected `]`, found the end"),
        ("[clickhouse] x", "expected the end of the line, found `x`"),
        ("oldest", "expected `=`, found the end"),
        ("a = ", "expected a value: text in quotes, a number, `true` or `false`, or a list, found the end"),
        ("a = yes", "text stands in quotes: \"yes\""),
        (
            "a = 1.5",
            "`1.5` is no whole number of at most 64 bits; floats and dates have no place in this file",
        ),
        (
            "a = 012",
            "`012` is no whole number of at most 64 bits; floats and dates have no place in this file",
        ),
        ("a = \"x", "expected the end of the text, a `\"`, found the end"),
        ("a = \"\"\"x\"\"\"", "texts of several lines have no place in this file"),
        ("a = \"\\q\"", "this escape is none of TOML's; a text in single quotes has none"),
        ("[[a]]", "lists of tables have no place in this file"),
        ("a = [1", "expected `,` or `]`, found the end"),
        ("a = 1\na = 2", "`a` stands here twice"),
        ("[a]\n[a]", "`a` stands here twice"),
        ("a = 1\n[a.b]", "`a.b` stands here twice"),
        ("= 1", "expected a key, found `=`"),
    ] {
        let errors = Project::read(text).expect_err(text);
        assert_eq!((errors[0].code, errors[0].message.as_str()), ("SH0511", message), "{text}");
    }
    let deep = format!("a = {}", "[".repeat(1000));
    assert!(Project::read(&deep).is_err());
}

/// Another reader of TOML, one of all of it, reads the same.
#[test]
fn what_is_read_is_what_toml_says() {
    for text in [
        "a = 1\nb = -17\nc = +1_000\nd = 0xFF\ne = 0o17\nf = 0b1_0\ng = 0",
        "a = \"x \\\" \\\\ \\t \\u00e9 \\U0001F600\"\nb = 'C:\\x'\nc = \"\"\nd = ''\n\"a b\" = true\n'' = false",
        "x.y.z = 1\nx.y.w = 2\n[t]\nx.a = [1, 2, # two\n 3,\n]\n[t.u]\nv = [[\"a\"], ['b', \"c\"], []]\n",
        "a = {b = 1, c = {d = \"e\"}, f = []}\r\n# end",
        "\ta\t=\t1\t# tab\n[ t . u ]\nb=1",
    ] {
        let theirs: ::toml::Table = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        let mut ours = ::toml::Table::new();
        for entry in super::toml::read(text).unwrap_or_else(|error| panic!("{text}: {error:?}")) {
            insert(
                &mut ours,
                &entry.path.iter().map(|word| word.value.clone()).collect::<Vec<_>>(),
                entry.value.map(|value| plain(value.value)),
            );
        }
        assert_eq!(ours, theirs, "{text}");
    }
}

fn insert(table: &mut ::toml::Table, path: &[String], value: Option<::toml::Value>) {
    match (path, value) {
        ([last], Some(value)) => {
            table.insert(last.clone(), value);
        }
        ([first, rest @ ..], value) => {
            let inner = table.entry(first.clone()).or_insert_with(|| ::toml::Table::new().into());
            insert(inner.as_table_mut().expect("a table"), rest, value);
        }
        ([], _) => {}
    }
}

fn plain(value: Value) -> ::toml::Value {
    match value {
        Value::Text(text) => text.into(),
        Value::Number(number) => number.into(),
        Value::Truth(truth) => truth.into(),
        Value::List(items) => items.into_iter().map(|item| plain(item.value)).collect::<Vec<_>>().into(),
    }
}

#[test]
fn the_nearest_file_above_counts() {
    let read = |path: &Path| match path.to_str() {
        Some("/a/streamhouse.toml") => Ok("outer".to_string()),
        Some("/a/b/streamhouse.toml") => Ok("inner".to_string()),
        Some("/secret/streamhouse.toml") => Err(io::Error::from(io::ErrorKind::PermissionDenied)),
        _ => Err(io::Error::from(io::ErrorKind::NotFound)),
    };
    let text = |folder: &str| find(Path::new(folder), read).map(|found| found.text);
    assert_eq!(text("/a/b/c/d"), Some(Ok("inner".into())));
    assert_eq!(text("/a/x"), Some(Ok("outer".into())));
    assert_eq!(text("/x"), None);
    assert!(
        text("/secret/x").is_some_and(|text| text.is_err()),
        "a file that cannot be read is not overlooked"
    );
}
