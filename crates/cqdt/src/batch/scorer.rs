//! One unit after the other from JSON text, points alone: no tree, no map, no allocation an answer.

use super::block::Runner;
use super::output::{BatchOutput, Off, Request, ResolvedTargets};
use super::{BatchError, BatchFault};
use crate::arch::Arch;
use crate::criteria::{Fact, FactType};
use crate::fault::FileError;
use crate::score::Cohort;
use crate::submission::{Answer, MAX_SUBMISSION_BYTES, RawAnswer, Row};
use crate::text::NumberStyle;
use crate::tree::is_id;
use crate::{CriteriaSet, Layer, Received, Submission};

/// Scores submissions one after the other, points alone.
///
/// What comes out is what [`Submission::from_json`] and [`CriteriaSet::score_in`] come to, faults and all: whatever is
/// unusual in a text goes that way.
pub struct Scorer<'s> {
    set: &'s CriteriaSet,
    cohort: Option<&'s Cohort>,
    runner: Option<Runner<'s, 'static>>,
    output: BatchOutput,
    index: Index,
    /// By fact: which numbers it takes, where it takes any that can be read straight.
    numbers: Vec<Option<Numbers>>,
    /// By fact: the text it was last seen in.
    seen: Vec<u32>,
    texts: u32,
}

impl CriteriaSet {
    /// Scores submissions one after the other, points alone: the fastest way to a total.
    ///
    /// ```
    /// # let set = cqdt::CriteriaSet::parse_json(r#"{ "format": 1, "id": "a/b", "version": "1.0.0", "status": "official",
    /// #     "agency_group": "x", "max": 3, "title": { "vi": "t", "en": "t" }, "document": { "number": "1",
    /// #     "date": "2018-07-05", "issuer": { "vi": "t", "en": "t" }, "title": { "vi": "t", "en": "t" } },
    /// #     "sources": { "s": { "document": "d" } }, "facts": [
    /// #     { "id": "may", "type": "count", "title": { "vi": "t", "en": "t" } },
    /// #     { "id": "can-bo", "type": "count", "title": { "vi": "t", "en": "t" } } ],
    /// #     "groups": [ { "id": "i", "number": "I", "title": { "vi": "t", "en": "t" }, "max": 3, "criteria": [
    /// #     { "id": "i.1", "number": "1", "title": { "vi": "t", "en": "t" }, "max": 3,
    /// #       "rule": { "kind": "proportional", "of": "may", "over": "can-bo" },
    /// #       "basis": { "status": "official", "source": "s", "item": "1" } } ] } ] }"#)?;
    /// use cqdt::batch::Request;
    ///
    /// let mut scorer = set.scorer(&Request::new().total(), None)?;
    /// let points = scorer.json(r#"{ "unit": "x", "facts": { "may": 47, "can-bo": 50 } }"#)?;
    /// assert_eq!(points.totals().unwrap().values(), [282]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Ids asked for that the set doesn't have.
    pub fn scorer<'s>(
        &'s self,
        request: &Request,
        cohort: Option<&'s Cohort>,
    ) -> Result<Scorer<'s>, BatchError> {
        let mut faults: Vec<BatchFault> = Vec::new();
        let wanted = request.resolve(self, &mut faults);
        if !faults.is_empty() {
            return Err(BatchError { faults });
        }
        let output = BatchOutput::new(self, 1, &wanted, &ResolvedTargets::default());
        let layout = output.layout();
        let plan = self
            .batch_plan()
            .filter(|plan| layout.band.is_none() || plan.bands.is_some());
        let facts = &self.definition().facts;
        let runner = |plan| {
            let mut runner = Runner::new(self, plan, None, cohort, layout);
            runner.arch = Arch::plain();
            runner
        };
        Ok(Scorer {
            set: self,
            cohort,
            runner: plan.map(runner),
            output,
            index: Index::of(facts),
            numbers: facts.iter().map(Numbers::of).collect(),
            seen: vec![0; facts.len()],
            texts: 0,
        })
    }
}

impl Scorer<'_> {
    /// The points of the self-assessed layer of a submission, in a batch of one row.
    ///
    /// ```
    /// # let form = cqdt_criteria::find("viet-tri-2395-2018/phu-luc-2").unwrap();
    /// # let set = cqdt::CriteriaSet::parse_toml(form.text).unwrap();
    /// use cqdt::batch::Request;
    ///
    /// let mut scorer = set.scorer(&Request::new().total(), None).unwrap();
    /// for (computers, total) in [(18, "1.8"), (20, "2")] {
    ///     let text = format!(r#"{{"facts": {{"cb-may": {computers}, "cb": 20}}}}"#);
    ///     let points = scorer.json(&text).unwrap().totals().unwrap().get(0).unwrap();
    ///     assert_eq!(points.to_string(), total);
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`Submission::from_json`].
    pub fn json(&mut self, text: &str) -> Result<&BatchOutput, FileError> {
        self.output.clear_off();
        if text.len() <= MAX_SUBMISSION_BYTES && self.straight(text).is_some() {
            if let Some(runner) = &mut self.runner {
                let (_, mut part) = self.output.part();
                let off = runner.run(&mut part, 0);
                self.output.put_off(off);
            }
            return Ok(&self.output);
        }
        let submission = Submission::from_json(text)?;
        let row = Row::of(self.set, &submission, Layer::SelfAssessed);
        let report = self.set.score_row::<false>(row, self.cohort);
        let mut off = Off::new();
        let (layout, mut part) = self.output.part();
        part.put_report(layout, 0, 0, &report, &mut off);
        self.output.put_off(off);
        Ok(&self.output)
    }

    /// Reads a plain text straight into the row; nothing where anything in it is out of the ordinary.
    fn straight(&mut self, text: &str) -> Option<()> {
        self.runner.as_ref()?;
        self.texts = self.texts.checked_add(1)?;
        let mut scan = Scan { text, at: 0 };
        let mut keys = [false; 5];
        let mut first = true;
        scan.byte(b'{')?;
        while scan.another(&mut first, b'}')? {
            let key = scan.string()?;
            scan.byte(b':')?;
            let names = ["format", "set", "unit", "received", "facts"];
            let at = names.iter().position(|name| *name == key)?;
            // A key that stands twice is a fault.
            if std::mem::replace(keys.get_mut(at)?, true) {
                return None;
            }
            let plain = match key {
                "format" => scan.number()? == "1",
                "set" => is_id(scan.string()?, 128, "-_./"),
                "unit" => is_id(scan.string()?, 64, "-_."),
                "received" => scan.string()?.parse::<Received>().is_ok(),
                _ => {
                    self.facts(&mut scan)?;
                    true
                }
            };
            if !plain {
                return None;
            }
        }
        let [.., facts] = keys;
        if !facts || !scan.is_done() {
            return None;
        }
        let runner = self.runner.as_mut()?;
        for (at, seen) in self.seen.iter().enumerate() {
            if *seen != self.texts {
                runner.put(at, Answer::Missing);
            }
        }
        Some(())
    }

    fn facts(&mut self, scan: &mut Scan<'_>) -> Option<()> {
        let facts = &self.set.definition().facts;
        let runner = self.runner.as_mut()?;
        let mut first = true;
        let mut next = 0;
        scan.byte(b'{')?;
        while scan.another(&mut first, b'}')? {
            // Most submissions name facts in the order of the form.
            let guessed = facts.get(next).is_some_and(|fact| scan.quoted(&fact.id));
            let at = if guessed {
                next
            } else {
                self.index.find(facts, scan.string()?)?
            };
            scan.byte(b':')?;
            next = at + 1;
            let seen = self.seen.get_mut(at)?;
            if *seen == self.texts {
                return None;
            }
            *seen = self.texts;
            let numbers = self.numbers.get(at)?.as_ref();
            let answer = match numbers.and_then(|numbers| scan.within(numbers)) {
                Some(number) => Answer::Number(number),
                None => scan.answer(facts.get(at)?)?,
            };
            runner.put(at, answer);
        }
        Some(())
    }
}

/// The numbers that a fact takes, scaled by its places.
#[derive(Clone, Copy, Debug)]
struct Numbers {
    places: usize,
    least: i64,
    most: i64,
}

impl Numbers {
    fn of(fact: &Fact) -> Option<Self> {
        let (FactType::Count { min, max }
        | FactType::Amount { min, max }
        | FactType::Percent { min, max }) = &fact.kind
        else {
            return None;
        };
        let places = fact.kind.places()?;
        Some(Self {
            places: usize::try_from(places).ok()?,
            least: min.at_places(places)?,
            most: max.at_places(places)?,
        })
    }
}

/// Facts by id: open addressing over a quick hash.
#[derive(Debug)]
struct Index {
    /// Positions, one up; 0 where there is none.
    slots: Vec<u32>,
}

impl Index {
    fn of(facts: &[Fact]) -> Self {
        let size = (facts.len() * 2).next_power_of_two().max(2);
        let mut index = Self {
            slots: vec![0; size],
        };
        for (at, fact) in (1_u32..).zip(facts) {
            let mut slot = index.start(&fact.id);
            while index.slots.get(slot).is_some_and(|slot| *slot != 0) {
                slot = (slot + 1) % size;
            }
            if let Some(slot) = index.slots.get_mut(slot) {
                *slot = at;
            }
        }
        index
    }

    fn start(&self, id: &str) -> usize {
        let hash = id.bytes().fold(0_u64, |hash, byte| {
            (hash.rotate_left(5) ^ u64::from(byte)).wrapping_mul(0x517c_c1b7_2722_0a95)
        });
        let mask = self.slots.len() as u64 - 1;
        usize::try_from((hash >> 32) & mask).unwrap_or(0)
    }

    fn find(&self, facts: &[Fact], id: &str) -> Option<usize> {
        let mut slot = self.start(id);
        loop {
            // At most half of the slots are taken, so the search ends.
            let at = (*self.slots.get(slot)? as usize).checked_sub(1)?;
            if facts.get(at)?.id == id {
                return Some(at);
            }
            slot = (slot + 1) % self.slots.len();
        }
    }
}

/// JSON read from the front, as long as it is plain: no escapes, no surprises.
struct Scan<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Scan<'t> {
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(self.at) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    fn byte(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// Whether another entry follows, its comma read, or the end, that read too.
    fn another(&mut self, first: &mut bool, end: u8) -> Option<bool> {
        let next = self.peek()?;
        if next == end {
            self.at += 1;
            return Some(false);
        }
        if !std::mem::replace(first, false) {
            self.byte(b',')?;
        }
        Some(true)
    }

    fn is_done(&mut self) -> bool {
        self.peek().is_none()
    }

    fn string(&mut self) -> Option<&'t str> {
        self.byte(b'"')?;
        let start = self.at;
        let rest = self.text.as_bytes().get(start..)?;
        let length = rest
            .iter()
            .position(|byte| matches!(byte, b'"' | b'\\' | 0..=31))?;
        if *rest.get(length)? != b'"' {
            return None;
        }
        self.at = start + length + 1;
        self.text.get(start..start + length)
    }

    /// Takes a text that is just this one.
    fn quoted(&mut self, text: &str) -> bool {
        if self.peek() != Some(b'"') {
            return false;
        }
        let rest = self.text.as_bytes().get(self.at + 1..).unwrap_or_default();
        let found = rest.starts_with(text.as_bytes()) && rest.get(text.len()) == Some(&b'"');
        if found {
            self.at += text.len() + 2;
        }
        found
    }

    /// A plain number that a fact takes, bare or quoted; else nothing, and nothing taken.
    fn within(&mut self, numbers: &Numbers) -> Option<i64> {
        const MOST_DIGITS: usize = 15;
        let bytes = self.text.as_bytes();
        let first = self.peek()?;
        let mut at = self.at + usize::from(first == b'"');
        let (mut mantissa, mut digits) = (0_i64, 0);
        let mut read = |at: &mut usize| {
            let start = *at;
            while let Some(digit) = bytes.get(*at).filter(|byte| byte.is_ascii_digit()) {
                digits += 1;
                if digits > MOST_DIGITS {
                    return None;
                }
                mantissa = mantissa * 10 + i64::from(digit - b'0');
                *at += 1;
            }
            (*at > start).then(|| *at - start)
        };
        let leading = *bytes.get(at)?;
        let whole = read(&mut at)?;
        if leading == b'0' && whole > 1 {
            return None;
        }
        let mut places = 0;
        if bytes.get(at) == Some(&b'.') {
            at += 1;
            places = read(&mut at)?;
        }
        let missing = numbers.places.checked_sub(places)?;
        let scale = 10_i64.checked_pow(u32::try_from(missing).ok()?)?;
        let number = mantissa.checked_mul(scale)?;
        let ends = match bytes.get(at)? {
            b'"' => first == b'"',
            b',' | b'}' | b' ' | b'\n' | b'\r' | b'\t' => first != b'"',
            _ => false,
        };
        if !ends || number < numbers.least || number > numbers.most {
            return None;
        }
        self.at = at + usize::from(first == b'"');
        Some(number)
    }

    fn digits(&mut self) -> Option<usize> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        (count > 0).then_some(count)
    }

    /// A number without an exponent.
    fn number(&mut self) -> Option<&'t str> {
        self.peek()?;
        let start = self.at;
        let at = |scan: &Self, byte: u8| scan.text.as_bytes().get(scan.at) == Some(&byte);
        if at(self, b'-') {
            self.at += 1;
        }
        let zero = at(self, b'0');
        if self.digits()? > 1 && zero {
            return None;
        }
        if at(self, b'.') {
            self.at += 1;
            self.digits()?;
        }
        if at(self, b'e') || at(self, b'E') {
            return None;
        }
        self.text.get(start..self.at)
    }

    fn word(&mut self, word: &str) -> Option<()> {
        let found = self
            .text
            .as_bytes()
            .get(self.at..)?
            .starts_with(word.as_bytes());
        found.then(|| self.at += word.len())
    }

    /// An answer as the fact reads it.
    fn answer(&mut self, fact: &Fact) -> Option<Answer> {
        let raw = match self.peek()? {
            b'n' => {
                self.word("null")?;
                return Some(Answer::Missing);
            }
            b't' => {
                self.word("true")?;
                RawAnswer::Bool(true)
            }
            b'f' => {
                self.word("false")?;
                RawAnswer::Bool(false)
            }
            b'"' => {
                let text = self.string()?;
                if let FactType::Choice { keys } = &fact.kind
                    && let Some(key) = keys.iter().position(|key| key.id == text)
                {
                    return u8::try_from(key).ok().map(Answer::Choice);
                }
                RawAnswer::Text(crate::text::nfc(text), NumberStyle::Plain)
            }
            b'[' => return self.items(fact),
            b'{' => {
                self.byte(b'{')?;
                if self.string()? != "not_applicable" {
                    return None;
                }
                self.byte(b':')?;
                let reason = self.string()?;
                self.peek()?;
                self.byte(b'}')?;
                RawAnswer::NotApplicable(crate::text::nfc(reason))
            }
            _ => RawAnswer::Number(self.number()?.into()),
        };
        Some(Answer::read(fact, &raw).unwrap_or(Answer::Invalid))
    }

    /// Ticked keys, each one known and ticked once.
    fn items(&mut self, fact: &Fact) -> Option<Answer> {
        let FactType::Items { keys } = &fact.kind else {
            return None;
        };
        let mut bits = 0_u64;
        let mut first = true;
        self.byte(b'[')?;
        while self.another(&mut first, b']')? {
            let text = self.string()?;
            let at = keys.iter().position(|key| key.id == text)?;
            let bit = 1_u64.checked_shl(u32::try_from(at).ok()?)?;
            if bits & bit != 0 {
                return None;
            }
            bits |= bit;
        }
        Some(Answer::Items(bits))
    }
}
