//! A proved set as few bytes, for programs that carry sets of their own: read back in a fraction of the time that JSON takes, by a fraction of
//! its code, since nothing is checked again.
//!
//! Two streams, so that what is alike stands together and compresses well: all texts, each ended by a zero byte, and all
//! numbers (lengths, tags, fractions) as LEB128. Fields follow each other as they are listed below. The form is for one build of a program, not for files:
//! it has no version, and may change with any release.

use std::str::FromStr;

use super::definition::{
    Band, BandScale, Basis, BasisStatus, Choice, Condition, Criterion, Definition, DocumentRef,
    Fact, FactType, Group, Measure, MissingEvidence, NotApplicable, Policies, RankBy, Ranking,
    Rescale, RollupValue, Rule, RuleKind, Source, Step, Test, Threshold, Ties, Within,
    ZeroDenominator,
};
use super::read::MAX_RULE_DEPTH;
use crate::points::{RoundingMode, Stage};
use crate::{Date, Map, Rational, Rounding, Text};

/// What ends a text.
const END: char = '\0';

/// What stands before a character of a text that means something here, and the characters that stand for those.
const ESCAPE: char = '\u{1}';
const ESCAPED: [(char, char); 2] = [(END, '0'), (ESCAPE, '1')];

/// A definition and its fingerprint as bytes.
pub(super) fn pack(definition: &Definition, fingerprint: &str) -> Vec<u8> {
    let mut packer = Packer::default();
    packer.text(fingerprint);
    definition.pack(&mut packer);
    let mut bytes = Vec::new();
    write_number(&mut bytes, packer.texts.len() as u64);
    bytes.extend(packer.texts.as_bytes());
    bytes.extend(packer.numbers);
    bytes
}

/// What was packed; none where the bytes can't have been.
pub(super) fn unpack(mut bytes: &[u8]) -> Option<(Definition, String)> {
    let texts = usize::try_from(read_number(&mut bytes)?).ok()?;
    let (texts, numbers) = bytes.split_at_checked(texts)?;
    let mut unpacker = Unpacker {
        texts: std::str::from_utf8(texts).ok()?,
        numbers,
        depth: 0,
        has_failed: false,
    };
    let fingerprint = unpacker.text().to_owned();
    let definition = Definition::unpack(&mut unpacker);
    let is_read = unpacker.texts.is_empty() && unpacker.numbers.is_empty() && !unpacker.has_failed;
    is_read.then_some((definition, fingerprint))
}

fn write_number(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push((value & 0x7f) as u8);
}

fn read_number(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(first & 0x7f) << shift;
        if *first < 0x80 {
            return Some(value);
        }
    }
    None
}

#[derive(Default)]
struct Packer {
    texts: String,
    numbers: Vec<u8>,
}

impl Packer {
    fn text(&mut self, text: &str) {
        for c in text.chars() {
            match ESCAPED.iter().find(|(plain, _)| *plain == c) {
                Some((_, mark)) => self.texts.extend([ESCAPE, *mark]),
                None => self.texts.push(c),
            }
        }
        self.texts.push(END);
    }

    fn number(&mut self, value: u64) {
        write_number(&mut self.numbers, value);
    }
}

/// What isn't read yet of both streams. What is wrong empties them, so that every further number is 0 and every further text empty:
/// what is built from them is thrown away at the end, and no step on the way need look.
struct Unpacker<'b> {
    texts: &'b str,
    numbers: &'b [u8],
    /// Rules around what is read.
    depth: usize,
    has_failed: bool,
}

impl<'b> Unpacker<'b> {
    fn text(&mut self) -> &'b str {
        let Some((text, rest)) = self.texts.split_once(END) else {
            self.fail();
            return "";
        };
        self.texts = rest;
        text
    }

    fn number(&mut self) -> u64 {
        read_number(&mut self.numbers).unwrap_or_else(|| {
            self.fail();
            0
        })
    }

    fn parsed<T: FromStr + Default>(&mut self) -> T {
        self.text().parse().unwrap_or_else(|_| {
            self.fail();
            T::default()
        })
    }

    fn small<T: TryFrom<u64> + Default>(&mut self) -> T {
        T::try_from(self.number()).unwrap_or_else(|_| {
            self.fail();
            T::default()
        })
    }

    /// The length of a list; every item takes a byte or more.
    fn length(&mut self) -> usize {
        let length = self.small();
        if length > self.texts.len() + self.numbers.len() {
            self.fail();
            return 0;
        }
        length
    }

    fn fail(&mut self) {
        self.has_failed = true;
        (self.texts, self.numbers) = ("", &[]);
    }
}

/// A part of a definition.
trait Packed: Sized {
    fn pack(&self, packer: &mut Packer);
    fn unpack(unpacker: &mut Unpacker<'_>) -> Self;
}

/// All fields of each, in the order in which they stand in the streams.
macro_rules! structs {
    ($($name:ident { $($field:ident),* })*) => {$(
        impl Packed for $name {
            fn pack(&self, packer: &mut Packer) {
                let Self { $($field),* } = self;
                $($field.pack(packer);)*
            }

            fn unpack(unpacker: &mut Unpacker<'_>) -> Self {
                Self { $($field: Packed::unpack(unpacker)),* }
            }
        }
    )*};
}

/// All variants of each with their tags, and the fields of each variant.
macro_rules! enums {
    ($($name:ident { $($tag:literal $variant:ident $({ $($field:ident),* })? $(($inner:ident))?),* })*) => {$(
        impl Packed for $name {
            fn pack(&self, packer: &mut Packer) {
                match self {
                    $(Self::$variant $({ $($field),* })? $(($inner))? => {
                        packer.number($tag);
                        $($($field.pack(packer);)*)?
                        $($inner.pack(packer);)?
                    })*
                }
            }

            fn unpack(unpacker: &mut Unpacker<'_>) -> Self {
                match unpacker.number() {
                    $($tag => {
                        $($(let $field = Packed::unpack(unpacker);)*)?
                        $(let $inner = Packed::unpack(unpacker);)?
                        Self::$variant $({ $($field),* })? $(($inner))?
                    })*
                    // From here on every number is 0: this ends with the first variant.
                    _ => {
                        unpacker.fail();
                        Self::unpack(unpacker)
                    }
                }
            }
        }
    )*};
}

structs! {
    Definition { format, id, version, status, agency_group, max, title, document, policies, ranking, bands, sources, facts, groups }
    DocumentRef { number, date, issuer, title }
    Policies { rounding, not_applicable, rescale, missing_evidence, bonus_cap }
    Rounding { stage, places, mode }
    Ranking { by, group, ties, within, tie_breakers, display_places }
    Band { id, title, on, threshold, min_group_share, min_criterion_share }
    Source { document, read, url }
    Basis { status, source, item, note }
    Fact { id, kind, title, unit, help, not_applicable }
    Choice { id, title }
    Group { id, number, title, max, floor, part, criteria }
    Criterion { id, number, title, help, max, min, bonus, evidence, rule, basis }
    Step { threshold, points }
    Condition { fact, test }
    Text { vi, en }
}

enums! {
    BasisStatus { 0 Official, 1 Reconstructed }
    NotApplicable { 0 Exclude, 1 Zero, 2 Full }
    Rescale { 0 None, 1 Group, 2 Total }
    MissingEvidence { 0 Warn, 1 Zero }
    Stage { 0 Criterion, 1 Group, 2 Total }
    RoundingMode { 0 HalfUp, 1 HalfEven, 2 Down }
    RankBy { 0 Total, 1 Share, 2 Group }
    Ties { 0 Competition, 1 Dense }
    Within { 0 AgencyGroup, 1 Parent }
    BandScale { 0 Share, 1 Total }
    RollupValue { 0 MeanShare, 1 ShareAtBand }
    ZeroDenominator { 0 Zero, 1 Full, 2 NotApplicable }
    Threshold { 0 AtLeast(value), 1 MoreThan(value) }
    FactType {
        0 YesNo,
        1 Count { min, max },
        2 Amount { min, max },
        3 Percent { min, max },
        4 Choice { keys },
        5 Items { keys },
        6 Points { max, step },
        7 Rollup { children, value, band }
    }
    RuleKind {
        0 YesNo { fact, yes, no },
        1 Choice { fact, points },
        2 Proportional { ratio },
        3 Tiers { measure, steps, otherwise },
        4 PerItem { fact, each, cap },
        5 Stepwise { measure, base_at, base, per, each, cap },
        6 Checklist { fact, points, cap },
        7 CohortMax { measure },
        8 CohortMinMax { measure },
        9 Given { fact },
        10 BestOf { rules },
        11 Sum { rules, cap },
        12 Gate { when, rule, otherwise },
        13 Deduct { rule }
    }
    Measure { 0 Fact { fact }, 1 Ratio { of, over, zero_denominator, allow_over } }
    Test {
        0 Is(answer),
        1 AnyOf(keys),
        2 Includes(key),
        3 AtLeast(bound),
        4 MoreThan(bound),
        5 AtMost(bound),
        6 LessThan(bound)
    }
}

impl Packed for Rule {
    fn pack(&self, packer: &mut Packer) {
        let Self { max, kind } = self;
        max.pack(packer);
        kind.pack(packer);
    }

    /// No deeper than files may go: bytes that say otherwise would use up the stack.
    fn unpack(unpacker: &mut Unpacker<'_>) -> Self {
        if unpacker.depth == MAX_RULE_DEPTH {
            unpacker.fail();
        }
        unpacker.depth += 1;
        let max = Packed::unpack(unpacker);
        let kind = Packed::unpack(unpacker);
        unpacker.depth -= 1;
        Self { max, kind }
    }
}

impl Packed for bool {
    fn pack(&self, packer: &mut Packer) {
        packer.number(u64::from(*self));
    }

    fn unpack(unpacker: &mut Unpacker<'_>) -> Self {
        unpacker.number() != 0
    }
}

impl Packed for u8 {
    fn pack(&self, packer: &mut Packer) {
        packer.number(u64::from(*self));
    }

    fn unpack(unpacker: &mut Unpacker<'_>) -> Self {
        unpacker.small()
    }
}

impl Packed for u32 {
    fn pack(&self, packer: &mut Packer) {
        packer.number(u64::from(*self));
    }

    fn unpack(unpacker: &mut Unpacker<'_>) -> Self {
        unpacker.small()
    }
}

impl Packed for String {
    fn pack(&self, packer: &mut Packer) {
        packer.text(self);
    }

    fn unpack(unpacker: &mut Unpacker<'_>) -> Self {
        let text = unpacker.text();
        if !text.contains(ESCAPE) {
            return text.to_owned();
        }
        let mut plain = Self::new();
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            let marked = if c == ESCAPE { chars.next() } else { None };
            let known = ESCAPED.iter().find(|(_, mark)| marked == Some(*mark));
            plain.push(known.map_or(c, |(plain, _)| *plain));
        }
        plain
    }
}

impl Packed for Date {
    fn pack(&self, packer: &mut Packer) {
        packer.text(&self.to_string());
    }

    fn unpack(unpacker: &mut Unpacker<'_>) -> Self {
        unpacker.parsed()
    }
}

impl Packed for Rational {
    /// The denominator, then the numerator with its sign in the lowest bit; a number of more than 62 bits as text after a denominator of 0.
    fn pack(&self, packer: &mut Packer) {
        match self.parts() {
            Some((num, den)) if num.unsigned_abs() >> 62 == 0 => {
                packer.number(den.unsigned_abs());
                packer.number(num.unsigned_abs() << 1 | u64::from(num < 0));
            }
            _ => {
                packer.number(0);
                packer.text(&self.to_string());
            }
        }
    }

    fn unpack(unpacker: &mut Unpacker<'_>) -> Self {
        let den = unpacker.number();
        if den == 0 {
            return unpacker.parsed();
        }
        let signed = unpacker.number();
        let num = (signed >> 1).cast_signed();
        Self::ratio(if signed & 1 == 1 { -num } else { num }, den.cast_signed())
    }
}

impl<T: Packed> Packed for Option<T> {
    fn pack(&self, packer: &mut Packer) {
        self.is_some().pack(packer);
        if let Some(value) = self {
            value.pack(packer);
        }
    }

    fn unpack(unpacker: &mut Unpacker<'_>) -> Self {
        bool::unpack(unpacker).then(|| T::unpack(unpacker))
    }
}

impl<T: Packed> Packed for Box<T> {
    fn pack(&self, packer: &mut Packer) {
        (**self).pack(packer);
    }

    fn unpack(unpacker: &mut Unpacker<'_>) -> Self {
        Self::new(T::unpack(unpacker))
    }
}

impl<T: Packed> Packed for Vec<T> {
    fn pack(&self, packer: &mut Packer) {
        packer.number(self.len() as u64);
        for value in self {
            value.pack(packer);
        }
    }

    fn unpack(unpacker: &mut Unpacker<'_>) -> Self {
        let length = unpacker.length();
        let mut values = Self::with_capacity(length);
        for _ in 0..length {
            values.push(T::unpack(unpacker));
        }
        values
    }
}

impl<V: Packed> Packed for Map<V> {
    fn pack(&self, packer: &mut Packer) {
        packer.number(self.len() as u64);
        for (key, value) in self {
            packer.text(key);
            value.pack(packer);
        }
    }

    fn unpack(unpacker: &mut Unpacker<'_>) -> Self {
        let mut map = Self::new();
        for _ in 0..unpacker.length() {
            map.push(String::unpack(unpacker), V::unpack(unpacker));
        }
        map.settle();
        map
    }
}

#[cfg(test)]
mod tests {
    use cqdt_oracle::strategies::criteria_sets;
    use proptest::prelude::*;

    use crate::{CriteriaSet, Submission};

    /// Everything that a set is, and what it says of a submission without answers.
    fn everything(set: &CriteriaSet) -> [String; 4] {
        let blank = Submission::from_json("{\"facts\":{}}").unwrap();
        [
            set.fingerprint().to_owned(),
            set.to_json(),
            format!("{:?}", set.plan()),
            set.score(&blank).to_json(),
        ]
    }

    fn packed(source: &str) -> (CriteriaSet, Vec<u8>) {
        let set = CriteriaSet::parse_json(source).unwrap();
        let bytes = set.pack();
        (set, bytes)
    }

    fn built_in() -> Vec<(CriteriaSet, Vec<u8>)> {
        let sources = cqdt_criteria::all().iter();
        sources
            .map(|source| {
                let set = CriteriaSet::parse_toml(source.text).unwrap();
                let bytes = set.pack();
                (set, bytes)
            })
            .collect()
    }

    #[test]
    fn built_in_sets_come_back_the_same() {
        for (set, bytes) in built_in() {
            let back = CriteriaSet::unpack(&bytes).unwrap();
            assert_eq!(back.definition(), set.definition());
            assert_eq!(everything(&back), everything(&set));
            assert!(bytes.len() * 3 < set.to_json().len() * 2, "not much packed");
        }
    }

    #[test]
    fn bytes_cut_off_or_with_more_after_them_are_refused() {
        let (_, bytes) = built_in().swap_remove(4);
        for length in (0..bytes.len()).step_by(7) {
            assert!(CriteriaSet::unpack(&bytes[..length]).is_none(), "{length}");
        }
        assert!(CriteriaSet::unpack(&[&bytes[..], &[0]].concat()).is_none());
    }

    #[test]
    fn hostile_lengths_and_depths_are_refused() {
        for hostile in [
            &[0xff; 32][..],
            &[0; 32],
            &[1, 0],
            &[0, 0xff, 0xff, 0xff, 0x0f],
        ] {
            assert!(CriteriaSet::unpack(hostile).is_none());
        }
        let text = cqdt_criteria::find("viet-tri-2395-2018/phu-luc-2")
            .unwrap()
            .text;
        let (_, bytes) = packed(&CriteriaSet::parse_toml(text).unwrap().to_json());
        // Rules in rules without end.
        let mut deep = bytes;
        deep.iter_mut()
            .rev()
            .take(2_000)
            .for_each(|byte| *byte = 13);
        assert!(CriteriaSet::unpack(&deep).is_none());
    }

    #[test]
    fn characters_that_mean_something_here_come_back() {
        let (set, _) = built_in().swap_remove(4);
        for odd in [
            "\\u0000",
            "\\u0001",
            "\\u00010",
            "\\u0000\\u00011",
            "\\u0001\\u0001",
        ] {
            let text = set
                .to_json()
                .replacen("máy tính", &format!("máy{odd}tính{odd}"), 1);
            let (odd, bytes) = packed(&text);
            assert_ne!(odd, set);
            let back = CriteriaSet::unpack(&bytes).unwrap();
            assert_eq!(everything(&back), everything(&odd));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn any_set_comes_back_the_same(source in criteria_sets()) {
            let (set, bytes) = packed(&source.to_string());
            let back = CriteriaSet::unpack(&bytes).unwrap();
            prop_assert_eq!(back.definition(), set.definition());
            prop_assert_eq!(everything(&back), everything(&set));
        }

        /// Whatever comes out can be scored and written, though it may say nonsense.
        #[test]
        fn corrupted_bytes_never_panic(
            source in criteria_sets(),
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        ) {
            let (_, mut bytes) = packed(&source.to_string());
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            if let Some(set) = CriteriaSet::unpack(&bytes) {
                everything(&set);
            }
        }
    }
}
