//! Whole runs, as cargo begins them. What cargo makes of their words is tested with cargo, in `tests/script.rs`.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::environment::Environment;
use super::run::run;

/// A package, and the folder that cargo keeps for its script.
struct Package {
    folder: tempfile::TempDir,
    out: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

const WRITE: (&str, &str) = ("streamhouse.toml", "[schemas]\nwrite = true\n");

impl Package {
    fn new(files: &[(&str, &str)]) -> Self {
        let [folder, out] = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
        let package = Self { folder, out, variables: Vec::new() };
        package.write("Cargo.toml", "[package]\nname = \"shop\"\n");
        files.iter().for_each(|(path, text)| package.write(path, text));
        package
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// Runs the script of the package, or of one below it.
    fn run_in(&self, below: &str) -> String {
        let package = self.folder.path().join(below);
        let out = self.out.path().join(below);
        fs::create_dir_all(&out).expect("a folder");
        let own = [
            ("PROFILE", "debug".into()),
            ("OUT_DIR", out.into_os_string()),
            ("CARGO_MANIFEST_DIR", package.into_os_string()),
        ];
        let more = self.variables.iter().map(|(name, value)| (name.as_str(), value.into()));
        let all: BTreeMap<&str, _> = own.into_iter().chain(more).collect();
        let all = all.into_iter().map(|(name, value)| (name.to_string(), value));
        run(&Environment::of(all).expect("an environment"))
    }

    fn run(&self) -> String {
        self.run_in("")
    }

    /// The files of the tree that the tool may write, by their paths.
    fn tree(&self) -> BTreeMap<String, String> {
        files(self.folder.path(), &["schemas", "migrations"])
    }

    fn names(&self) -> Vec<String> {
        self.tree().into_keys().collect()
    }
}

fn files(folder: &Path, below: &[&str]) -> BTreeMap<String, String> {
    fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                collect(root, &path, files);
            } else {
                let name = path.strip_prefix(root).expect("below").display().to_string();
                files.insert(name, fs::read_to_string(&path).expect("text"));
            }
        }
    }
    let mut found = BTreeMap::new();
    below.iter().for_each(|below| collect(folder, &folder.join(below), &mut found));
    found
}

/// What the script has put into its own folder.
fn rendered(out: &Path) -> BTreeMap<String, String> {
    let archive = fs::read(out.join("streamhouse/rendered.tar")).expect("an archive");
    let mut archive = tar::Archive::new(&archive[..]);
    let file = |file: io::Result<tar::Entry<'_, &[u8]>>| {
        let mut file = file.expect("a file");
        let mut text = String::new();
        file.read_to_string(&mut text).expect("text");
        (file.path().expect("a name").display().to_string(), text)
    };
    archive.entries().expect("files").map(file).collect()
}

fn event(name: &str, fields: &str) -> String {
    let ident: String = name.split(['.', '_']).map(|word| word[..1].to_uppercase() + &word[1..]).collect();
    format!(
        "#[derive(StreamSchema)]\n#[stream(name = \"{name}\", order_by = id)]\nstruct {ident} {{ id: u64, {fields} }}\n"
    )
}

fn warnings(said: &str) -> Vec<&str> {
    said.lines().filter_map(|line| line.strip_prefix("cargo::warning=")).collect()
}

const CREATED: [&str; 4] = [
    "migrations/0001_create_shop_order/down.sql",
    "migrations/0001_create_shop_order/plan.json",
    "migrations/0001_create_shop_order/up.sql",
    "schemas/shop.order/1.json",
];

#[test]
fn drafts_are_written_where_the_project_says_so_and_always_into_the_folder_of_the_script() {
    let package = Package::new(&[WRITE, ("src/lib.rs", &event("shop.order", ""))]);
    let said = package.run();
    assert_eq!(package.names(), CREATED);
    assert_eq!(warnings(&said), [""; 0]);
    assert_eq!(rendered(package.out.path()), package.tree());
    for watched in ["src", "Cargo.toml"] {
        assert!(said.lines().any(|line| line == format!("cargo::rerun-if-changed={watched}")), "{said}");
    }
    for watched in ["streamhouse.toml", "schemas/shop.order", "migrations/0001_create_shop_order"] {
        let line = format!("cargo::rerun-if-changed={}", package.path(watched).display());
        assert!(said.lines().any(|found| found == line), "{line}\n{said}");
    }
    assert!(said.lines().any(|line| line == "cargo::rerun-if-env-changed=CI"), "{said}");
    // What is there is what the command makes of the same sources.
    let schemas = crate::scan(&package.path("src")).expect("schemas");
    let made = crate::render(&schemas, &crate::Repository::default()).expect("files").texts;
    let made: BTreeMap<String, String> =
        made.into_iter().map(|(path, text)| (path.display().to_string(), text)).collect();
    assert_eq!(made, package.tree());
    // Somebody else's tree gets the same bytes.
    let other = Package::new(&[WRITE, ("src/lib.rs", &event("shop.order", ""))]);
    other.run();
    assert_eq!(other.tree(), package.tree());
}

#[test]
fn without_leave_nothing_is_written_and_what_is_missing_is_said() {
    let source = event("shop.order", "");
    let package = Package::new(&[("src/lib.rs", &source)]);
    let said = package.run();
    assert_eq!(package.names(), [""; 0]);
    assert!(!package.path(".streamhouse").exists());
    let told = warnings(&said).join("\n");
    assert!(
        told.starts_with(
            "schemas/shop.order/1.json is missing, migrations/0001_create_shop_order is missing [SH0517]: "
        ),
        "{told}"
    );
    assert!(told.contains("run `streamhouse generate src`, or let builds write it"), "{told}");
    assert!(!said.contains("STREAMHOUSE_FOUND") && !said.contains("cargo::error"), "{said}");
    // The file that would allow it is waited for, and what it says is done.
    assert!(said.contains(&format!("rerun-if-changed={}", package.path("streamhouse.toml").display())));
    package.write(WRITE.0, WRITE.1);
    package.run();
    assert_eq!(package.names(), CREATED);
}

#[test]
fn an_integration_and_a_release_build_write_nothing_and_have_the_derive_fail() {
    for (name, value) in [("CI", "true"), ("PROFILE", "release")] {
        let package = Package::new(&[WRITE, ("src/lib.rs", &event("shop.order", ""))]).with(name, value);
        let said = package.run();
        assert_eq!(package.names(), [""; 0], "{name}");
        assert_eq!(warnings(&said), [""; 0]);
        let found = package.out.path().join("streamhouse/found.json");
        let line = format!("cargo::rustc-env=STREAMHOUSE_FOUND={}", found.display());
        assert!(said.lines().any(|said| said == line), "{said}");
        let found = fs::read_to_string(found).expect("text");
        assert!(found.contains("schemas/shop.order/1.json is missing"), "{found}");

        let settled = Package { variables: Vec::new(), ..package };
        settled.run();
        let settled = Package { variables: vec![(name.into(), value.into())], ..settled };
        assert!(!settled.run().contains("STREAMHOUSE_FOUND"), "{name}");
        assert_eq!(settled.names(), CREATED);
    }
}

#[test]
fn ten_edits_are_one_migration() {
    let package = Package::new(&[WRITE]);
    let mut seen = Vec::new();
    for edit in 0..10 {
        let fields: String = (0..edit).map(|number| format!("f{number}: u32, ")).collect();
        package.write("src/lib.rs", &event("shop.order", &fields));
        package.run();
        assert_eq!(package.names(), CREATED);
        seen.push(package.tree());
    }
    seen.dedup();
    assert_eq!(seen.len(), 10);
    assert!(seen[9]["migrations/0001_create_shop_order/up.sql"].contains("f8"));
}

#[test]
fn a_draft_follows_the_name_and_the_version_of_its_event() {
    let later = event("shop.visit", "");
    let package = Package::new(&[WRITE, ("src/lib.rs", &format!("{}{later}", event("shop.order", "")))]);
    package.run();
    let renamed = event("shop.order", "").replace("name = \"shop.order\"", "name = \"shop.purchase\"");
    package.write("src/lib.rs", &format!("{renamed}{later}"));
    package.run();
    let folders = |package: &Package| {
        let mut folders: Vec<String> = package
            .names()
            .iter()
            .map(|name| name.rsplit_once('/').expect("a folder").0.to_string())
            .collect();
        folders.dedup();
        folders
    };
    let purchase = [
        "migrations/0001_create_shop_purchase",
        "migrations/0002_create_shop_visit",
        "schemas/shop.purchase",
        "schemas/shop.visit",
    ];
    assert_eq!(folders(&package), purchase);
    package.write("src/lib.rs", &format!("{}{later}", renamed.replace("order_by", "version = 2, order_by")));
    package.run();
    assert_eq!(folders(&package), purchase);
    assert!(package.path("schemas/shop.purchase/2.json").exists());
    assert!(!package.path("schemas/shop.purchase/1.json").exists());
}

#[test]
fn a_draft_whose_declaration_is_gone_stays_and_is_told_of() {
    let package = Package::new(&[WRITE, ("src/lib.rs", &event("shop.order", ""))]);
    package.run();
    package.write("src/lib.rs", "");
    for _ in 0..2 {
        let said = package.run();
        assert_eq!(package.names(), CREATED);
        let told = warnings(&said).join("\n");
        assert!(
            told.contains("schemas/shop.order/1.json is a draft, and `ShopOrder`, which made it, is gone"),
            "{said}"
        );
    }
    fs::remove_dir_all(package.path("schemas")).expect("removed");
    fs::remove_dir_all(package.path("migrations")).expect("removed");
    assert_eq!(warnings(&package.run()), [""; 0]);
}

#[test]
fn what_cannot_be_read_keeps_what_is_there() {
    let package = Package::new(&[
        WRITE,
        ("src/lib.rs", "mod order; mod visit;"),
        ("src/order.rs", &event("shop.order", "")),
        ("src/visit.rs", &event("shop.visit", "")),
    ]);
    package.run();
    let before = package.tree();
    let order = event("shop.order", "").replace("shop.order", "shop.purchase");
    for half in [
        "#[derive(StreamSchema)]\n#[stream(name = \"shop.order\", order_by = id)]\nstruct ShopOrder { id: u64, na",
        "#[derive(StreamSchema)]\n#[stream(name = \"shop.order\", order_by = id)]\nstruct ShopOrder { id: u64, na: }",
        "#[derive(StreamSchema)]\n#[stream(name = \"shop.order\", order_by = ident)]\nstruct ShopOrder { id: u64 }",
        "#[derive(StreamSchema)]\n#[stream(name = \"shop.order\")]",
        "// StreamSchema\nfn f() { \"",
    ] {
        package.write("src/order.rs", half);
        let said = package.run();
        assert_eq!(package.tree(), before, "{half}");
        assert!(!said.contains("cargo::error"), "{said}");
    }
    // What is renamed meanwhile is taken for new until all can be read.
    package.write("src/visit.rs", &order);
    package.run();
    assert!(package.path("schemas/shop.visit/1.json").exists());
    package.write("src/order.rs", "fn half() { let x = ; }");
    package.run();
    assert!(package.path("schemas/shop.purchase/1.json").exists());
}

#[test]
fn sources_are_followed_as_rustc_does() {
    let package = Package::new(&[
        WRITE,
        (
            "src/lib.rs",
            "#![allow(dead_code)]\nmod a;\npub(crate) mod inline { mod b; #[path = \"odd.rs\"] mod c; }\n#[path = \"../elsewhere/d.rs\"] mod d;\n\
             #[cfg(feature = \"extra\")] mod e;\n#[cfg(not(feature = \"extra\"))] mod f;\n#[cfg_attr(unix, path = \"unix.rs\")] mod system;\n\
             include!(\"included.rs\");\ninclude!(concat!(env!(\"OUT_DIR\"), \"/generated.rs\"));\n#[cfg(test)] mod tests;\nmod r#match;\n",
        ),
        ("src/a.rs", &format!("mod deep;\n{}", event("in.a", ""))),
        ("src/a/deep.rs", &format!("fn f() {{ {} }}", event("in.deep", ""))),
        ("src/inline/b/mod.rs", &format!("mod below;{}", event("in.b", ""))),
        ("src/inline/b/below.rs", &event("in.below", "")),
        ("src/inline/odd.rs", &format!("mod beside;{}", event("in.odd", ""))),
        ("src/inline/beside.rs", &event("in.beside", "")),
        ("elsewhere/d.rs", &event("in.d", "")),
        ("src/e.rs", &event("in.e", "")),
        ("src/f.rs", &event("in.f", "")),
        ("src/unix.rs", &event("in.unix", "")),
        ("src/system.rs", &event("in.system", "")),
        ("src/included.rs", &event("in.included", "")),
        ("src/tests.rs", &event("in.tests", "")),
        ("src/match.rs", &event("in.raw", "")),
        ("src/nobody.rs", &event("in.nobody", "")),
        ("src/bin/tool.rs", &format!("mod helper;{}", event("in.tool", ""))),
        ("src/bin/helper.rs", &event("in.helper", "")),
    ])
    .with("CARGO_FEATURE_EXTRA", "1")
    .with("CARGO_CFG_UNIX", "");
    fs::write(package.out.path().join("generated.rs"), event("in.generated", "")).expect("a file");
    let said = package.run();
    let events: Vec<String> = fs::read_dir(package.path("schemas"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("text"))
        .collect();
    let mut events: Vec<&str> = events.iter().map(|event| &event[3..]).collect();
    events.sort_unstable();
    assert_eq!(
        events,
        [
            "a",
            "b",
            "below",
            "beside",
            "d",
            "deep",
            "e",
            "generated",
            "helper",
            "included",
            "odd",
            "raw",
            "tool",
            "unix"
        ]
    );
    assert_eq!(warnings(&said), [""; 0]);
    let outside = format!("cargo::rerun-if-changed={}", package.path("src/../elsewhere/d.rs").display());
    assert!(said.lines().any(|line| line == outside), "{said}");
}

#[test]
fn what_cannot_be_followed_is_said() {
    let package = Package::new(&[
        WRITE,
        (
            "src/lib.rs",
            &format!(
                "cfg_if! {{ if #[cfg(unix)] {{ mod hidden; }} }}\nmacro_rules! events {{ () => {{ #[derive(StreamSchema)] struct $name {{ }} }} }}\n\
                 include!(path!());\n#[cfg(ours)]\n{}",
                event("shop.order", "")
            ),
        ),
        ("src/hidden.rs", &event("shop.hidden", "")),
    ])
    .with("CARGO_CFG_UNIX", "");
    let said = package.run();
    assert_eq!(package.names(), [""; 0]);
    assert_eq!(
        warnings(&said),
        [
            "src/lib.rs:2: a macro makes events, and only rustc sees what a macro makes: declare it outside of macros",
            "src/lib.rs:3: what is included is known to rustc alone: write the path as a text, or after `env!(\"OUT_DIR\")`",
            "src/lib.rs:4: nothing tells a build script whether `cfg(ours)` holds; it is taken not to",
            "src/lib.rs:1: a macro makes the module `hidden`, and only rustc sees what a macro makes: write `mod hidden;` outside of macros",
        ]
    );
}

#[test]
fn packages_of_one_root_leave_each_others_drafts_alone() {
    let package = Package::new(&[
        WRITE,
        ("orders/Cargo.toml", "[package]\nname = \"orders\"\n"),
        ("orders/src/lib.rs", &event("shop.order", "")),
        ("visits/Cargo.toml", "[package]\nname = \"visits\"\n"),
        ("visits/src/lib.rs", &event("shop.visit", "")),
    ]);
    package.run_in("orders");
    package.run_in("visits");
    let both = package.tree();
    assert_eq!(both.len(), 8);
    package.run_in("orders");
    assert_eq!(package.tree(), both);
    package.write("orders/src/lib.rs", &event("shop.order", "shop: u32"));
    package.run_in("orders");
    let changed: Vec<String> =
        package.tree().into_iter().filter(|(name, text)| both[name] != *text).map(|(name, _)| name).collect();
    assert_eq!(changed, ["migrations/0001_create_shop_order/up.sql", "schemas/shop.order/1.json"]);
}

#[test]
fn what_was_packed_is_rendered_and_left_alone() {
    let package = Package::new(&[
        WRITE,
        ("shop-0.1.0/Cargo.toml", "[package]\nname = \"shop\"\n"),
        ("shop-0.1.0/Cargo.toml.orig", ""),
        ("shop-0.1.0/streamhouse.toml", WRITE.1),
        ("shop-0.1.0/src/lib.rs", &event("shop.order", "price: f64")),
    ])
    .with("CI", "true");
    let before = files(package.folder.path(), &[""]);
    let said = package.run_in("shop-0.1.0");
    assert_eq!(files(package.folder.path(), &[""]), before);
    assert!(!said.contains("cargo::warning") && !said.contains("STREAMHOUSE_FOUND"), "{said}");
    let rendered = rendered(&package.out.path().join("shop-0.1.0"));
    assert_eq!(rendered.into_keys().collect::<Vec<_>>(), CREATED);
}

#[test]
fn a_run_that_nothing_has_changed_for_says_the_same_and_a_change_is_seen() {
    let package = Package::new(&[("src/lib.rs", &event("shop.order", "price: f64")), WRITE]);
    package.run();
    // Younger files might change without a trace.
    std::thread::sleep(std::time::Duration::from_millis(40));
    let said = package.run();
    assert!(package.out.path().join("streamhouse/last").exists());
    assert!(said.contains("cargo::warning=`price` is money by its name"), "{said}");
    assert_eq!(package.run(), said);
    let path = package.path("schemas/shop.order/1.json");
    let text = fs::read_to_string(&path).expect("text");
    fs::write(&path, text.replace("price", "prise")).expect("a file");
    package.run();
    assert_eq!(fs::read_to_string(&path).expect("text"), text);
    fs::remove_file(&path).expect("removed");
    package.run();
    assert_eq!(fs::read_to_string(&path).expect("text"), text);
    package.write("src/lib.rs", &event("shop.order", "price: f64, more: u8"));
    package.run();
    assert_ne!(fs::read_to_string(&path).expect("text"), text);
}

#[test]
fn two_declarations_of_one_name_are_the_derives_to_report() {
    let one = event("shop.order", "");
    let package = Package::new(&[WRITE, ("src/lib.rs", &format!("{one}mod other {{ {one} }}"))]);
    let said = package.run();
    assert!(said.contains("STREAMHOUSE_FOUND"), "{said}");
    let found = fs::read_to_string(package.out.path().join("streamhouse/found.json")).expect("text");
    assert!(
        found.contains("version 1 of the event `shop.order` is declared at src/lib.rs:3:8 already"),
        "{found}"
    );
}

#[test]
fn a_tree_that_cannot_be_understood_is_told_of_and_not_touched() {
    let package =
        Package::new(&[WRITE, ("src/lib.rs", &event("shop.order", "")), ("migrations/7/up.sql", "")]);
    let said = package.run();
    assert!(warnings(&said).join("\n").contains("is not the name of a migration"), "{said}");
    assert_eq!(package.names(), ["migrations/7/up.sql"]);
    let package = package.with("CI", "true");
    assert!(package.run().contains("cargo::error="));
}
