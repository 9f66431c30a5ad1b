//! The criteria sets and rounds that come with cqdt, as the text of their files.
//!
//! Nothing is parsed here: the crate lists its files, so that a program that can't read files (a browser, a wheel) has
//! them too. `SOURCES.md` beside each file tells what it rests on.
//!
//! ```
//! let form = cqdt_criteria::find("viet-tri-2395-2018/phu-luc-2").unwrap();
//! let set = cqdt::CriteriaSet::parse_toml(form.text)?;
//! assert_eq!(set.id(), form.id);
//! # Ok::<(), cqdt::FileError>(())
//! ```
#![forbid(unsafe_code)]
#![no_std]

/// A file of this crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Source {
    /// The set's id, `folder/file`; of a round, its id.
    pub id: &'static str,
    /// The file's path from the crate's folder.
    pub file: &'static str,
    /// What the file says, in TOML.
    pub text: &'static str,
}

macro_rules! sources {
    ($($id:literal in $file:literal),* $(,)?) => {
        &[$(Source { id: $id, file: $file, text: include_str!(concat!("../", $file)) }),*]
    };
}

/// The criteria sets, each in its newest version.
pub const fn all() -> &'static [Source] {
    sources![
        "phu-tho-1609-2018/so-ban-nganh" in "phu-tho-1609-2018/so-ban-nganh.toml",
        "phu-tho-1609-2018/cap-huyen" in "phu-tho-1609-2018/cap-huyen.toml",
        "phu-tho-1609-2018/cap-xa" in "phu-tho-1609-2018/cap-xa.toml",
        "viet-tri-2395-2018/phu-luc-1" in "viet-tri-2395-2018/phu-luc-1.toml",
        "viet-tri-2395-2018/phu-luc-2" in "viet-tri-2395-2018/phu-luc-2.toml",
    ]
}

/// Earlier released versions, kept so that an old report can be computed again: `FILE@VERSION.toml` beside the newest.
pub const fn earlier() -> &'static [Source] {
    sources![]
}

/// The rounds.
pub const fn rounds() -> &'static [Source] {
    sources![
        "viet-tri-2018" in "viet-tri-2395-2018/round.toml",
    ]
}

/// The newest version of a criteria set.
pub fn find(id: &str) -> Option<&'static Source> {
    all().iter().find(|source| source.id == id)
}

/// A round.
pub fn find_round(id: &str) -> Option<&'static Source> {
    rounds().iter().find(|source| source.id == id)
}
