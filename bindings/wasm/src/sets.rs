//! The built-in criteria sets.

use cqdt::CriteriaSet;

/// Ids, and what was packed when the sets were proved.
#[cfg(feature = "sets")]
const SETS: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/sets.rs"));

/// A set; none where there is none of that id.
#[cfg(feature = "sets")]
pub(crate) fn find(id: &str) -> Option<CriteriaSet> {
    let (_, packed) = SETS.iter().find(|(known, _)| *known == id)?;
    CriteriaSet::unpack(packed)
}

#[cfg(not(feature = "sets"))]
pub(crate) fn find(_: &str) -> Option<CriteriaSet> {
    None
}

/// Ids of the sets, one a line.
#[cfg(feature = "sets")]
pub(crate) fn ids() -> String {
    let ids: Vec<&str> = SETS.iter().map(|(id, _)| *id).collect();
    ids.join("\n")
}

#[cfg(not(feature = "sets"))]
pub(crate) fn ids() -> String {
    String::new()
}
