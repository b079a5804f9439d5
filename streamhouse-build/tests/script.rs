//! The build script as cargo runs it: small packages in folders of their own, which share one folder of what is compiled.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder with a package, or with several.
struct Project {
    folder: tempfile::TempDir,
}

/// What cargo said, and whether it succeeded.
struct Said {
    right: bool,
    text: String,
}

impl Said {
    fn accepted(self) -> String {
        assert!(self.right, "{}", self.text);
        self.text
    }

    fn refused(self) -> String {
        assert!(!self.right, "{}", self.text);
        self.text
    }
}

fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_path_buf()
}

/// The folder that all packages are compiled into. What does not differ is compiled once.
fn target() -> PathBuf {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| checkout().join("target"), PathBuf::from);
    target.join("script")
}

const WRITE: &str = "[schemas]\nwrite = true\n";

fn manifest(name: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\ndescription = \"Events.\"\nlicense = \"MIT\"\n\n\
         [features]\nextra = []\n\n[dependencies]\nstreamhouse = {{ version = \"=0.1.0\", default-features = false }}\n\n\
         [build-dependencies]\nstreamhouse-build = \"=0.1.0\"\n"
    )
}

fn event(name: &str, fields: &str) -> String {
    let ident: String = name.split('.').map(|word| word[..1].to_uppercase() + &word[1..]).collect();
    format!(
        "/// Something happened.\n#[derive(streamhouse::StreamSchema)]\n#[stream(name = \"{name}\", order_by = id)]\npub struct {ident} {{\n    pub id: u64,\n{fields}}}\n"
    )
}

impl Project {
    fn new(files: &[(&str, &str)]) -> Self {
        let project = Self { folder: tempfile::tempdir().expect("a folder") };
        fs::copy(checkout().join("Cargo.lock"), project.path("Cargo.lock")).expect("a copy");
        files.iter().for_each(|(path, text)| project.write(path, text));
        project
    }

    /// A package that declares an event.
    fn package(name: &str, source: &str) -> Self {
        let manifest = manifest(name) + "\n[workspace]\n";
        Self::new(&[("Cargo.toml", &manifest), ("build.rs", BUILD), ("src/lib.rs", source)])
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn cargo(&self, words: &[&str], variables: &[(&str, &str)]) -> Said {
        let mut command = Command::new(env!("CARGO"));
        command.args(words).arg("--offline").current_dir(self.folder.path());
        // As if a registry had them.
        for package in ["streamhouse", "streamhouse-build", "streamhouse-derive", "streamhouse-schema"] {
            command.arg("--config");
            command.arg(format!("patch.crates-io.{package}.path={:?}", checkout().join(package)));
        }
        command.env("CARGO_TARGET_DIR", target()).env_remove("CI").env("CARGO_TERM_COLOR", "never");
        // What the tests themselves are built with is not what they build with.
        command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS").envs(variables.iter().copied());
        let output = command.output().expect("cargo is started");
        let text = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
        Said { right: output.status.success(), text: text.concat() }
    }

    fn check(&self) -> Said {
        self.cargo(&["check"], &[])
    }

    /// The files that the tool may write, by their paths.
    fn tree(&self) -> BTreeMap<String, String> {
        let mut files = self.files();
        files.retain(|path, _| path.starts_with("schemas/") || path.starts_with("migrations/"));
        files
    }

    fn names(&self) -> Vec<String> {
        self.tree().into_keys().collect()
    }

    /// All files but the one that cargo writes.
    fn files(&self) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        collect(self.folder.path(), self.folder.path(), &mut files);
        files.remove("Cargo.lock");
        files
    }
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path.strip_prefix(root).expect("below").display().to_string();
            files.insert(name, fs::read_to_string(&path).expect("text"));
        }
    }
}

const BUILD: &str = "fn main() {\n    streamhouse_build::build();\n}\n";
const CREATED: [&str; 4] = [
    "migrations/0001_create_shop_order/down.sql",
    "migrations/0001_create_shop_order/plan.json",
    "migrations/0001_create_shop_order/up.sql",
    "schemas/shop.order/1.json",
];

/// Whether cargo ran the script of the package, and compiled it.
fn compiled(said: &str, name: &str) -> bool {
    said.contains(&format!("Compiling {name} v0.1.0")) || said.contains(&format!("Checking {name} v0.1.0"))
}

#[test]
fn a_build_writes_once_and_runs_again_where_something_changes() {
    let project = Project::package("settled", &event("shop.order", ""));
    let said = project.check().accepted();
    assert!(said.contains("warning: settled@0.1.0: schemas/shop.order/1.json is missing"), "{said}");
    assert!(project.tree().is_empty());

    // `streamhouse.toml` appears, and a build writes.
    project.write("streamhouse.toml", WRITE);
    let said = project.check().accepted();
    assert!(compiled(&said, "settled") && !said.contains("warning: settled"), "{said}");
    assert_eq!(project.names(), CREATED);
    let written = project.tree();

    // What it has written is no reason to build again.
    let said = project.check().accepted();
    assert!(!compiled(&said, "settled"), "{said}");

    // A module appears, and one of its own.
    project.write("src/lib.rs", &format!("pub mod visits;\n{}", event("shop.order", "")));
    project.write("src/visits.rs", "pub mod deep;\n");
    project.write("src/visits/deep.rs", &event("shop.visit", ""));
    project.check().accepted();
    let both = project.tree();
    assert_eq!(both.len(), 8);
    assert!(written.iter().all(|(path, text)| both[path] == *text));
    assert!(!compiled(&project.check().accepted(), "settled"));

    // A file of the tree is lost, or edited.
    fs::remove_dir_all(project.path("schemas/shop.visit")).expect("removed");
    project.write("migrations/0001_create_shop_order/up.sql", "SELECT 1;\n");
    project.check().accepted();
    assert_eq!(project.tree(), both);

    // A module goes: what it has declared stays until somebody takes it away, and is told of.
    project.write("src/lib.rs", &event("shop.order", ""));
    let said = project.check().accepted();
    assert!(
        said.contains("schemas/shop.visit/1.json is a draft, and `ShopVisit`, which made it, is gone"),
        "{said}"
    );
    assert_eq!(project.tree(), both);
}

#[test]
fn an_integration_fails_on_the_struct_and_writes_nothing() {
    let project = Project::package("integrated", &event("shop.order", ""));
    project.write("streamhouse.toml", WRITE);
    let before = project.files();
    for value in ["true", "1"] {
        let said = project.cargo(&["check"], &[("CI", value)]).refused();
        assert!(
            said.contains(
                "error: schemas/shop.order/1.json is missing, migrations/0001_create_shop_order is missing [SH0517]"
            ) && said.contains("--> src/lib.rs:4:12"),
            "{said}"
        );
        assert!(!said.contains("failed to run custom build command"), "{said}");
        assert_eq!(project.files(), before);
    }
    // The variable going is seen, and coming too.
    project.check().accepted();
    assert_eq!(project.names(), CREATED);
    let settled = project.files();
    project.cargo(&["check"], &[("CI", "true")]).accepted();
    project.write("src/lib.rs", &event("shop.order", "    pub shop: u32,\n"));
    let said = project.cargo(&["check"], &[("CI", "true")]).refused();
    assert!(said.contains("error: schemas/shop.order/1.json is not what the declaration makes"), "{said}");
    project.write("src/lib.rs", &event("shop.order", ""));
    project.cargo(&["check"], &[("CI", "true")]).accepted();
    assert_eq!(project.files(), settled);
}

#[test]
fn a_feature_that_is_off_takes_no_draft_away() {
    let extra = event("shop.extra", "");
    let project = Project::package(
        "featured",
        &format!("{}#[cfg(feature = \"extra\")]\npub mod extra {{\n{extra}}}\n", event("shop.order", "")),
    );
    project.write("streamhouse.toml", WRITE);
    project.check().accepted();
    assert_eq!(project.names(), CREATED);
    project.cargo(&["check", "--features", "extra"], &[]).accepted();
    let both = project.tree();
    assert!(both.len() == 8 && both.contains_key("schemas/shop.extra/1.json"), "{:?}", project.names());
    let said = project.check().accepted();
    assert!(!said.contains("warning: featured"), "{said}");
    assert_eq!(project.tree(), both);
}

#[test]
fn half_typed_code_gets_the_errors_of_rustc_and_keeps_the_tree() {
    let project = Project::package("typed", &event("shop.order", ""));
    project.write("streamhouse.toml", WRITE);
    project.check().accepted();
    let written = project.tree();
    for (half, error) in [
        (event("shop.order", "    pub shop: ,\n"), "expected type, found `,`"),
        (
            event("shop.order", "    pub shop: u32\n").replace('}', ""),
            "this file contains an unclosed delimiter",
        ),
        (event("shop.order", "").replace("order_by = id", "order_by = ident"), "[SH0401]"),
        (event("shop.order", "    pub shop: Strin,\n"), "[SH0030]"),
    ] {
        project.write("src/lib.rs", &half);
        let said = project.check().refused();
        assert!(said.contains(error) && !said.contains("custom build command"), "{error}\n{said}");
        assert_eq!(project.tree(), written, "{half}");
    }
    project.write("src/lib.rs", &event("shop.order", ""));
    project.check().accepted();
    assert_eq!(project.tree(), written);
}

#[test]
fn a_package_is_packed_as_it_is_and_a_dependency_that_was_fetched_is_left_alone() {
    let project = Project::package("packed", &event("shop.order", ""));
    project.write("streamhouse.toml", WRITE);
    project.check().accepted();
    // Stale, so that a script which may write would.
    project.write("src/lib.rs", &event("shop.order", "    pub shop: u32,\n"));
    let before = project.files();
    let said = project.cargo(&["package", "--allow-dirty"], &[]).accepted();
    assert!(said.contains("Verifying packed v0.1.0"), "{said}");
    assert_eq!(project.files(), before);

    // As cargo lays it down in its registry.
    let registry = tempfile::tempdir().expect("a folder");
    let status = Command::new("tar")
        .args(["-xzf"])
        .arg(target().join("package/packed-0.1.0.crate"))
        .current_dir(registry.path())
        .status();
    assert!(status.expect("tar is started").success());
    let fetched = registry.path().join("packed-0.1.0");
    assert!(fetched.join("Cargo.toml.orig").exists());
    fs::write(fetched.join("src/lib.rs"), event("shop.order", "    pub shop: u64,\n")).expect("a file");
    let user = Project::new(&[
        (
            "Cargo.toml",
            &format!(
                "[package]\nname = \"user\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\npacked = {{ path = {fetched:?} }}\n[workspace]\n"
            ),
        ),
        ("src/lib.rs", "pub use packed::ShopOrder;\n"),
    ]);
    let mut before = BTreeMap::new();
    collect(registry.path(), registry.path(), &mut before);
    for variables in [&[][..], &[("CI", "true")]] {
        let said = user.cargo(&["check"], variables).accepted();
        assert!(!said.contains("warning: packed"), "{said}");
    }
    let mut after = BTreeMap::new();
    collect(registry.path(), registry.path(), &mut after);
    assert_eq!(after, before);
}

#[test]
fn packages_that_build_at_once_number_their_migrations_one_after_the_other() {
    let names = ["alpha", "beta", "gamma", "delta"];
    let members: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
    let project = Project::new(&[
        ("Cargo.toml", &format!("[workspace]\nresolver = \"3\"\nmembers = [{}]\n", members.join(", "))),
        ("streamhouse.toml", WRITE),
    ]);
    for name in names {
        let events: String =
            ["one", "two", "three"].map(|event_of| event(&format!("{name}.{event_of}"), "")).concat();
        project.write(&format!("{name}/Cargo.toml"), &manifest(name));
        project.write(&format!("{name}/build.rs"), BUILD);
        project.write(&format!("{name}/src/lib.rs"), &events);
    }
    project.cargo(&["check", "--workspace"], &[]).accepted();
    let tree = project.tree();
    assert_eq!(tree.len(), 12 * 4, "{:?}", project.names());
    let mut numbers: Vec<u32> = fs::read_dir(project.path("migrations"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy()[..4].parse().expect("a number"))
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=12).collect::<Vec<_>>());
    // Each finds what the others have written as it should be.
    project.cargo(&["check", "--workspace"], &[("CI", "true")]).accepted();
    project.cargo(&["check", "--workspace"], &[]).accepted();
    assert_eq!(project.tree(), tree);
    let said = project.cargo(&["check", "--workspace"], &[]).accepted();
    assert!(names.iter().all(|name| !compiled(&said, name)), "{said}");
}

/// A checkout that nobody may write: the script is run by somebody whose it is not.
#[test]
fn a_checkout_that_cannot_be_written_is_compared() {
    let project = Project::package("sealed", &event("shop.order", ""));
    project.write("streamhouse.toml", WRITE);
    project.cargo(&["check"], &[("CI", "true")]).refused();
    let build = target().join("debug/build");
    let script = fs::read_dir(build)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("sealed-")))
        .map(|path| path.join("build-script-build"))
        .filter(|path| path.exists())
        .max_by_key(|path| fs::metadata(path).and_then(|found| found.modified()).ok())
        .expect("the script");
    let out = tempfile::tempdir().expect("a folder");
    let mine = out.path().join("script");
    fs::copy(script, &mine).expect("a copy");
    for (path, mode) in [(out.path(), 0o777), (&mine, 0o755), (project.folder.path(), 0o555)] {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("permissions");
    }
    let before = project.files();
    let mut command = Command::new(&mine);
    command
        .env("CARGO_MANIFEST_DIR", project.folder.path())
        .env("OUT_DIR", out.path().join("out"))
        .env("PROFILE", "debug")
        .env_remove("CI")
        .current_dir("/");
    // Who may write everything writes as nobody.
    if fs::metadata(out.path()).expect("metadata").uid() == 0 {
        command.uid(65534).gid(65534);
    }
    let output = command.output().expect("the script is started");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    fs::set_permissions(project.folder.path(), fs::Permissions::from_mode(0o755)).expect("permissions");
    assert_eq!(project.files(), before);
    assert!(said.contains("cargo::warning=schemas/shop.order/1.json is missing"), "{said}");
    assert!(said.contains("Permission denied") && !said.contains("cargo::error"), "{said}");
    assert!(out.path().join("out/streamhouse/rendered.tar").exists());
}
