//! Which language: `--lang` on the command line, else `CQDT_LANG`, else Vietnamese. Locales are not asked: most officers'
//! machines run in English.

use std::ffi::OsString;

use cqdt::Lang;

/// The language, found before the command line is parsed. What isn't a language is left for the parser to refuse.
pub(crate) fn choose(arguments: &[OsString], environment: Option<&str>) -> Lang {
    let asked = arguments.iter().skip(1).take_while(|one| *one != "--");
    let words: Vec<&str> = asked.map(|one| one.to_str().unwrap_or_default()).collect();
    let on_line = words.iter().enumerate().find_map(|(at, word)| {
        let value = match word.strip_prefix("--lang")? {
            "" => words.get(at + 1).copied()?,
            rest => rest.strip_prefix('=')?,
        };
        read(value)
    });
    on_line
        .or_else(|| environment.and_then(read))
        .unwrap_or_default()
}

fn read(word: &str) -> Option<Lang> {
    match word {
        "vi" => Some(Lang::Vi),
        "en" => Some(Lang::En),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_then_the_environment_then_vietnamese() {
        let of = |line: &str, environment| {
            let arguments: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            choose(&arguments, environment)
        };
        assert_eq!(of("cqdt sets", None), Lang::Vi);
        assert_eq!(of("cqdt sets --lang en", None), Lang::En);
        assert_eq!(of("cqdt --lang=en sets", Some("vi")), Lang::En);
        assert_eq!(of("cqdt sets", Some("en")), Lang::En);
        assert_eq!(of("cqdt sets --lang vi", Some("en")), Lang::Vi);
        assert_eq!(of("cqdt sets --language en", None), Lang::Vi);
        assert_eq!(of("cqdt check -- --lang en", None), Lang::Vi);
        assert_eq!(of("cqdt sets --lang fr", Some("en")), Lang::En);
        assert_eq!(of("cqdt sets --lang", None), Lang::Vi);
    }
}
