//! What crosses the border to JavaScript: texts of JSON, and handles. All of it is computed by the core.
//!
//! The package's own classes (`js/`) stand before these; a page never meets them. Three modules are built from this crate: what every page loads
//! scores (`score`, and with it `sets`, `explain`), and what few pages need is loaded when they ask: draws (`robustness`), and the reader of sets (`prove`).

#[cfg_attr(not(feature = "score"), allow(dead_code))]
mod document;
#[cfg(any(test, target_arch = "wasm32"))]
mod memory;
#[cfg(feature = "prove")]
mod prove;
#[cfg(feature = "robustness")]
mod robustness;
#[cfg(feature = "score")]
mod score;
#[cfg(feature = "score")]
mod sets;

use cqdt::{FileError, to_canonical_json};
use serde::Serialize;
use wasm_bindgen::prelude::*;

#[cfg(feature = "schema")]
pub use document::schemas;
#[cfg(feature = "prove")]
pub use prove::prove;
#[cfg(feature = "robustness")]
pub use robustness::{RawDrawing, RawDraws};
#[cfg(feature = "score")]
pub use score::{RawCohort, RawLive, RawSet, date_iso, date_text, number_text};

#[cfg(target_arch = "wasm32")]
#[wasm_bindgen(inline_js = "export function compose(text) { return text.normalize('NFC'); }")]
extern "C" {
    fn compose(text: &str) -> String;
}

/// Names the host's way to compose text.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen(start)]
pub fn start() {
    cqdt::compose_with(compose);
}

/// What stands before a proved set: bytes of another version may mean another set.
const PROVED: &[u8] = concat!("cqdt ", env!("CARGO_PKG_VERSION"), "\n").as_bytes();

type Answer<T> = Result<T, JsValue>;

/// An error as the package's `CqdtError` reads it.
fn failure(error: &FileError) -> JsValue {
    JsValue::from_str(&json(&document::Failure::of(error)))
}

fn json(document: &impl Serialize) -> String {
    to_canonical_json(document).unwrap_or_default()
}
