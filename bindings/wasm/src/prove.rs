//! Reads and proves sets, in a module of its own: few pages have a set that isn't built in.

use cqdt::CriteriaSet;
use wasm_bindgen::prelude::*;

use crate::{Answer, PROVED, failure};

/// Reads and proves a set in JSON: bytes for `RawSet::unpack` of the same version.
#[wasm_bindgen]
pub fn prove(text: &str) -> Answer<Vec<u8>> {
    let set = CriteriaSet::parse_json(text).map_err(|error| failure(&error))?;
    Ok([PROVED, &set.pack()].concat())
}
