//! A released criteria set never changes: `fingerprints.lock` holds id, version and fingerprint of each.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use cqdt::CriteriaSet;

const COMMAND: &str = "CQDT_UPDATE=1 cargo test -p cqdt-criteria --test released";

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fingerprints.lock")
}

/// Id and version → fingerprint.
type Released = BTreeMap<(String, String), String>;

fn read(text: &str) -> Released {
    let mut released = Released::new();
    for line in text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
    {
        let [id, version, fingerprint] = line.split(' ').collect::<Vec<_>>()[..] else {
            panic!("expected id, version and fingerprint: {line}");
        };
        let key = (id.to_owned(), version.to_owned());
        let twice = released.insert(key, fingerprint.to_owned());
        assert!(twice.is_none(), "{id} {version} stands twice");
    }
    released
}

fn present() -> Released {
    let sources = cqdt_criteria::all().iter().chain(cqdt_criteria::earlier());
    let sets = sources.map(|source| CriteriaSet::parse_toml(source.text).unwrap());
    let mut present = Released::new();
    for set in sets {
        let key = (set.id().to_owned(), set.definition().version.clone());
        let twice = present.insert(key, set.fingerprint().to_owned());
        assert!(
            twice.is_none(),
            "two files hold {} {}",
            set.id(),
            set.definition().version
        );
    }
    present
}

/// Everything that breaks the promise, in words that tell what to do.
fn complaints(released: &Released, present: &Released) -> Vec<String> {
    let mut complaints = Vec::new();
    for ((id, version), fingerprint) in released {
        match present.get(&(id.clone(), version.clone())) {
            Some(found) if found == fingerprint => {}
            Some(_) => complaints.push(format!(
                "{id} {version} is released and was edited: keep the released text as `{id}@{version}.toml`, list it in \
                 `earlier()`, and give the edited file a new `version`"
            )),
            None => complaints.push(format!(
                "{id} {version} is released and gone: put its text back as `{id}@{version}.toml` and list it in `earlier()`"
            )),
        }
    }
    for (id, version) in present.keys() {
        if !released.contains_key(&(id.clone(), version.clone())) {
            complaints.push(format!(
                "{id} {version} has no line in fingerprints.lock; add it with `{COMMAND}`"
            ));
        }
    }
    complaints
}

#[test]
fn released_sets_are_unchanged() {
    let text = fs::read_to_string(path()).unwrap_or_default();
    let mut released = read(&text);
    let present = present();
    if env::var_os("CQDT_UPDATE").is_some() {
        // Adds lines only: a line that stands is a promise.
        let mut text = text;
        for ((id, version), fingerprint) in &present {
            let key = (id.clone(), version.clone());
            if released.insert(key.clone(), fingerprint.clone()).is_none() {
                writeln!(text, "{id} {version} {fingerprint}").unwrap();
            }
        }
        released = read(&text);
        fs::write(path(), text).unwrap();
    }
    let complaints = complaints(&released, &present);
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn an_edit_a_loss_and_a_new_version_are_noticed() {
    let of = |lines: &str| read(lines);
    let released = of("a/b 1.0.0 aa\na/c 1.0.0 cc\n");
    assert_eq!(complaints(&released, &released), Vec::<String>::new());
    let told = complaints(&released, &of("a/b 1.0.0 ab\na/d 1.0.0 dd\n"));
    assert_eq!(told.len(), 3);
    assert!(told[0].contains("a/b 1.0.0 is released and was edited"));
    assert!(told[1].contains("a/c 1.0.0 is released and gone"));
    assert!(told[2].contains("a/d 1.0.0 has no line"));
}
