//! What must hold of any input. A target feeds bytes; a broken promise is a panic.

use cqdt::{CriteriaSet, FileError, Lang, Layer, Report, Submission};

/// The text of an input; inputs that are no text are none of the core's business.
pub fn text(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok()
}

/// The parts of an input, at each NUL byte.
pub fn parts(text: &str) -> Vec<&str> {
    text.split('\0').collect()
}

/// A criteria set in TOML or JSON, whichever the text is.
pub fn set(text: &str) -> Result<CriteriaSet, FileError> {
    if is_json(text) {
        CriteriaSet::parse_json(text)
    } else {
        CriteriaSet::parse_toml(text)
    }
}

/// A submission in TOML or JSON, whichever the text is.
pub fn submission(text: &str) -> Result<Submission, FileError> {
    if is_json(text) {
        Submission::from_json(text)
    } else {
        Submission::from_toml(text)
    }
}

/// Whether a text looks like JSON: an object.
pub fn is_json(text: &str) -> bool {
    text.trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with('{')
}

/// An error names places that exist, in the order of the file, and can be told in both languages.
pub fn check_error(error: &FileError, source: &str) {
    assert!(!error.faults().is_empty());
    let mut last = 0;
    for fault in error.faults() {
        assert!(fault.span.start <= fault.span.end && fault.span.end <= source.len());
        assert!(source.is_char_boundary(fault.span.start), "{fault:?}");
        assert!(last <= fault.span.start, "faults out of order: {fault:?}");
        last = fault.span.start;
        // An editor shows no byte order mark.
        let mark = if source.starts_with('\u{feff}') { 3 } else { 0 };
        let before = &source[mark..fault.span.start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        assert_eq!(fault.line, before.matches('\n').count() + 1);
        assert_eq!(fault.column, before[line_start..].chars().count() + 1);
        for lang in [Lang::Vi, Lang::En] {
            let message = fault.message(lang);
            assert!(!message.contains('\n'), "a message of two lines: {message}");
            assert!(!message.contains('{') || message.contains('`'), "{message}");
        }
    }
}

/// A set reads back from what it writes as the same set.
pub fn check_set(set: &CriteriaSet) {
    let json = set.to_json();
    let again = CriteriaSet::parse_json(&json)
        .unwrap_or_else(|error| panic!("what a set wrote is refused: {error}\n{json}"));
    assert_eq!(again.to_json(), json);
    assert_eq!(again.fingerprint(), set.fingerprint());
    for criterion in set.criteria() {
        let (least, most) = set.attainable_range(&criterion.id).expect("a proved range");
        assert!(least <= most && most <= criterion.max && criterion.min <= least);
    }
}

/// A submission reads back from what it writes as one that writes the same.
pub fn check_submission(submission: &Submission) -> Submission {
    let json = submission.to_json();
    let again = Submission::from_json(&json)
        .unwrap_or_else(|error| panic!("what a submission wrote is refused: {error}\n{json}"));
    assert_eq!(again.to_json(), json);
    again
}

/// Scores both layers with and without a cohort, twice.
pub fn check_score(set: &CriteriaSet, submission: &Submission) {
    let again = check_submission(submission);
    for layer in [Layer::SelfAssessed, Layer::Verified] {
        let cohort = set.cohort([submission, &again], layer);
        for cohort in [None, Some(&cohort)] {
            let report = set.score_in(submission, layer, cohort);
            check_report(&report);
            let other = set.score_in(&again, layer, cohort);
            assert_eq!(
                report.total(),
                other.total(),
                "a submission read back scores otherwise"
            );
        }
    }
    let verification = set.verify(submission, None, None);
    check_report(&verification.verified);
    let sum = &verification.own.total().points + &verification.delta();
    assert_eq!(sum, verification.verified.total().points);
}

/// What holds of every report.
pub fn check_report(report: &Report) {
    let json = report.to_json();
    let tree: serde_json::Value = serde_json::from_str(&json).expect("a report is JSON");
    // Keys sorted, no white space: a tree with sorted keys writes the same bytes.
    assert_eq!(tree.to_string(), json);
    for (criterion, score) in report.criteria() {
        assert!(
            score.points <= criterion.max && score.points >= criterion.min,
            "{criterion:?}"
        );
        assert!(score.applicable_max <= criterion.max && !score.applicable_max.is_negative());
    }
    for diagnostic in report.diagnostics() {
        for lang in [Lang::Vi, Lang::En] {
            assert!(!diagnostic.message(lang).contains('\n'));
        }
    }
    for line in report.points_left() {
        assert!(line.left.is_positive());
    }
    for band in &report.set().definition().bands {
        if let Some(points) = report.points_to_band(&band.id) {
            assert!(!points.is_negative());
        }
    }
    let standing = report.set().standing(report, None);
    if standing.value.is_some() {
        assert_eq!(
            report.points_to_rank(1, None, &[]),
            Some(cqdt::Rational::ZERO)
        );
    }
}
