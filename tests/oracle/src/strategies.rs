//! Strategies that make valid criteria sets and submissions of every kind for them.
//!
//! Both are read off a *tape* of random words: every choice takes the next word, and a tape that has run out yields
//! zeros, which stand for the simplest choice. So proptest shrinks a whole case well by shortening the tape and lowering
//! its words, and a fuzzer can use the same generator through [`case_of`].

mod answers;
mod branches;
mod facts;
mod leaves;
mod micro;
mod sets;
mod tape;

use std::fmt;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

use self::tape::Tape;

/// A criteria set and submissions to it, from different units.
#[derive(Clone, PartialEq)]
pub struct Case {
    /// A valid criteria set.
    pub set: Value,
    /// One to five submissions, good and bad.
    pub submissions: Vec<Value>,
}

impl fmt::Debug for Case {
    /// As JSON texts, to paste into a test.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "set: {}", self.set)?;
        for submission in &self.submissions {
            writeln!(f, "submission: {submission}")?;
        }
        Ok(())
    }
}

/// The case that the words make: one tape for the set, one for each submission.
pub fn case_of(set: &[u32], submissions: &[Vec<u32>]) -> Case {
    let blueprint = sets::blueprint(Tape::new(set));
    let submissions = submissions
        .iter()
        .enumerate()
        .map(|(index, words)| answers::submission(&blueprint, index + 1, &mut Tape::new(words)))
        .collect();
    Case {
        set: blueprint.set,
        submissions,
    }
}

/// A criteria set with one to five submissions.
pub fn cases() -> impl Strategy<Value = Case> {
    (
        vec(any::<u32>(), 1..2500),
        vec(vec(any::<u32>(), 0..400), 1..=5),
    )
        .prop_map(|(set, submissions)| case_of(&set, &submissions))
}

/// A criteria set alone.
pub fn criteria_sets() -> impl Strategy<Value = Value> {
    vec(any::<u32>(), 1..2500).prop_map(|words| sets::blueprint(Tape::new(&words)).set)
}
