//! The built-in criteria sets as compact JSON: the browser's build has no TOML reader.

use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs};

use cqdt::CriteriaSet;

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut code = String::from("&[");
    for source in cqdt_criteria::all() {
        let set = CriteriaSet::parse_toml(source.text)?;
        let file = format!("{}.json", source.id.replace('/', "-"));
        fs::write(out.join(&file), set.to_json())?;
        write!(
            code,
            "({:?}, include_str!(concat!(env!(\"OUT_DIR\"), \"/{file}\"))),",
            source.id
        )?;
    }
    code.push(']');
    fs::write(out.join("sets.rs"), code)?;
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}
