//! The built-in criteria sets, proved here and packed: in the browser they are neither read nor proved again.

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
        let file = format!("{}.set", source.id.replace('/', "-"));
        fs::write(out.join(&file), set.pack())?;
        write!(
            code,
            "({:?}, include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{file}\"))),",
            source.id
        )?;
    }
    code.push(']');
    fs::write(out.join("sets.rs"), code)?;
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}
