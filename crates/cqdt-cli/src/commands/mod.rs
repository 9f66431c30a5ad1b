//! One file a command.

pub(crate) mod analyse;
pub(crate) mod check;
pub(crate) mod cohort;
pub(crate) mod compare;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod gap;
pub(crate) mod robustness;
pub(crate) mod round;
pub(crate) mod score;
pub(crate) mod sets;

use cqdt::criteria::BasisStatus;
use cqdt::{Diagnostic, Lang, Rational, Severity};

/// Official or not, in a word.
pub(crate) fn basis(status: BasisStatus, lang: Lang) -> &'static str {
    match status {
        BasisStatus::Official => lang.pick("chính thức", "official"),
        BasisStatus::Reconstructed => lang.pick("phục dựng", "reconstructed"),
    }
}

/// A number with a fixed number of places.
pub(crate) fn fixed(value: &Rational, places: u8, lang: Lang) -> String {
    lang.number(&value.to_fixed(u32::from(places)))
}

/// A count as people read it: `10.000`, `10,000`.
pub(crate) fn whole(count: u32, lang: Lang) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push_str(lang.pick(".", ","));
        }
        text.push(digit);
    }
    text
}

/// A share as percent to 2 places.
pub(crate) fn percent(share: &Rational, lang: Lang) -> String {
    let percent = share * &Rational::HUNDRED;
    format!("{}%", lang.number(&percent.to_fixed(2)))
}

/// A finding with its weight in a word.
pub(crate) fn finding(diagnostic: &Diagnostic, lang: Lang) -> String {
    use crate::shell::{PLAIN, RED, YELLOW};
    let (colour, word) = match diagnostic.severity() {
        Severity::Error => (RED, lang.pick("lỗi", "error")),
        Severity::Warning => (YELLOW, lang.pick("cảnh báo", "warning")),
    };
    format!("{colour}{word}{PLAIN} {}", diagnostic.message(lang))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_by_thousands() {
        let both = |count| [Lang::Vi, Lang::En].map(|lang| whole(count, lang));
        assert_eq!(both(999), ["999", "999"]);
        assert_eq!(both(10_000), ["10.000", "10,000"]);
        assert_eq!(both(1_234_567), ["1.234.567", "1,234,567"]);
    }
}
