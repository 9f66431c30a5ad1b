//! Numbers as a page prints them. Nothing that is printed feeds back.

use cqdt::{Lang, Rational};

/// How a page writes numbers: the language, and the decimal places of a column of points.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbers {
    lang: Lang,
    places: usize,
}

/// Where a number doesn't end within its column's places, it is marked and shown to at least this many.
const APPROXIMATE_PLACES: usize = 4;

impl Numbers {
    /// For columns of points with this many places.
    pub(crate) fn new(lang: Lang, places: u8) -> Self {
        let places = usize::from(places);
        Self { lang, places }
    }

    /// Points with the column's places, so that decimal marks stand under each other: `1,50`. Exact, or marked `≈`.
    pub(crate) fn points(self, value: &Rational) -> String {
        let text = value.to_string();
        let fraction = text.split_once('.').map_or("", |(_, fraction)| fraction);
        if text.contains('/') || fraction.len() > self.places {
            let places = self.places.max(APPROXIMATE_PLACES);
            return format!("≈ {}", self.fixed(value, places));
        }
        let point = if fraction.is_empty() && self.places > 0 {
            "."
        } else {
            ""
        };
        let zeros = "0".repeat(self.places - fraction.len());
        self.written(&format!("{text}{point}{zeros}"))
    }

    /// Points rounded to a number of places, for published tables.
    pub(crate) fn rounded(self, value: &Rational, places: u8) -> String {
        self.fixed(value, usize::from(places))
    }

    /// A declared figure, such as a maximum, with no more places than it has: `1,5`, `20`.
    pub(crate) fn plain(self, value: &Rational) -> String {
        self.written(&value.to_string())
    }

    /// A difference with its sign: `+0,50`, `−0,12`, `0`.
    pub(crate) fn difference(self, value: &Rational) -> String {
        if value.is_zero() {
            return "0".to_owned();
        }
        let sign = if value.is_positive() { "+" } else { "" };
        format!("{sign}{}", self.points(value))
    }

    /// A share as a percentage of 2 places: `93,13%`.
    pub(crate) fn percent(self, share: &Rational) -> String {
        format!("{}%", self.fixed(&(share * &Rational::HUNDRED), 2))
    }

    fn fixed(self, value: &Rational, places: usize) -> String {
        self.written(&value.to_fixed(u32::try_from(places).unwrap_or(u32::MAX)))
    }

    fn written(self, text: &str) -> String {
        self.lang.number(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_exact_or_say_so() {
        let numbers = Numbers::new(Lang::Vi, 2);
        for (num, den, text) in [
            (188, 100, "1,88"),
            (2, 1, "2,00"),
            (-1, 2, "−0,50"),
            (0, 1, "0,00"),
            (1, 8, "≈ 0,1250"),
            (-2, 3, "≈ −0,6667"),
        ] {
            assert_eq!(numbers.points(&Rational::ratio(num, den)), text);
        }
        assert_eq!(
            Numbers::new(Lang::En, 0).points(&Rational::from(131)),
            "131"
        );
    }

    #[test]
    fn differences_carry_their_sign() {
        let numbers = Numbers::new(Lang::En, 1);
        assert_eq!(numbers.difference(&Rational::ratio(1, 2)), "+0.5");
        assert_eq!(numbers.difference(&Rational::ratio(-1, 2)), "−0.5");
        assert_eq!(numbers.difference(&Rational::ZERO), "0");
        assert_eq!(numbers.percent(&Rational::ratio(2, 3)), "66.67%");
    }
}
