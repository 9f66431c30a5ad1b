//! `cqdt-bindgen MODULE OUT NAME [--debug]`: writes `NAME.js`, `NAME.d.ts` and `NAME_bg.wasm` for the web.

use std::path::Path;
use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (module, out, name, debug) = match args.as_slice() {
        [module, out, name] => (module, out, name, false),
        [module, out, name, flag] if flag == "--debug" => (module, out, name, true),
        _ => {
            eprintln!("usage: cqdt-bindgen MODULE OUT NAME [--debug]");
            return ExitCode::from(2);
        }
    };
    match generate(Path::new(module), Path::new(out), name, debug) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:?}");
            ExitCode::FAILURE
        }
    }
}

fn generate(
    module: &Path,
    out: &Path,
    name: &str,
    debug: bool,
) -> Result<(), Box<dyn std::error::Error>> {
    Bindgen::new()
        .input_path(module)
        .web(true)?
        .out_name(name)
        .typescript(true)
        .omit_default_module_path(true)
        .keep_debug(debug)
        // Names go when the module has been optimised: they tell in what order it compresses best.
        .remove_name_section(false)
        .remove_producers_section(true)
        .generate(out)?;
    Ok(())
}
