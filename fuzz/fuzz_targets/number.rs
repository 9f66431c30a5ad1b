//! Any text as a number, a yes or no, a fraction, a date and a moment.
#![no_main]

use cqdt::{Date, Lang, NumberFault, NumberStyle, Rational, Received, read_decimal, read_yes_no};
use cqdt_fuzz::text;
use libfuzzer_sys::fuzz_target;

/// The plainest reading there is, of plain numbers alone.
fn plain(text: &str) -> Option<String> {
    let text = text.trim();
    let (sign, digits) = match text.chars().next()? {
        '-' | '\u{2212}' => ("-", text.trim_start_matches(['-', '\u{2212}'])),
        '+' => ("", &text[1..]),
        _ => ("", text),
    };
    if text
        .chars()
        .filter(|c| !c.is_ascii_digit() && *c != '.')
        .count()
        > 1
    {
        return None;
    }
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let (whole, fraction) = (
        whole.trim_start_matches('0'),
        fraction.trim_end_matches('0'),
    );
    if whole.is_empty() && fraction.is_empty() {
        return Some("0".to_owned());
    }
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{point}{fraction}"))
}

fuzz_target!(|data: &[u8]| {
    let Some(text) = text(data) else { return };
    use NumberStyle::{Comma, Plain, Point, Unstated};
    let [as_plain, as_point, as_comma, unstated] =
        [Plain, Point, Comma, Unstated].map(|style| read_decimal(text, style));
    match (as_plain, plain(text)) {
        (Ok(number), Some(expected)) => {
            let number = Rational::from(number);
            assert_eq!(expected.parse::<Rational>().as_ref(), Ok(&number));
            let written = number.to_string();
            assert_eq!(written.parse::<Rational>(), Ok(number));
            if !written.contains('/') {
                assert_eq!(written, expected);
            }
        }
        (Err(NumberFault::TooLong), Some(expected)) => assert!(expected.len() > 30),
        (Err(_), None) => {}
        (read, expected) => panic!("{text:?}: read {read:?}, expected {expected:?}"),
    }
    // What nobody stated is only read where no stated style reads it otherwise.
    if let Ok(number) = unstated {
        for stated in [as_point, as_comma].into_iter().flatten() {
            assert_eq!(stated, number, "{text:?} reads two ways");
        }
        assert!(
            as_point.is_ok() || as_comma.is_ok(),
            "{text:?} reads one way only when nobody says"
        );
    }
    if let Ok(number) = text.parse::<Rational>() {
        assert_eq!(number.to_string().parse::<Rational>(), Ok(number));
    }
    if let Ok(date) = text.parse::<Date>() {
        assert_eq!(date.to_string().parse::<Date>(), Ok(date));
        assert_eq!(date.display(Lang::Vi).parse::<Date>(), Ok(date));
    }
    if let Ok(moment) = text.parse::<Received>() {
        assert_eq!(moment.to_string().parse::<Received>(), Ok(moment));
    }
    let _ = read_yes_no(text);
});
