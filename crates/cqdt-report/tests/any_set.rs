//! Whatever the set and the answers, the page is whole.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use common::Page;
use cqdt::{CriteriaSet, Lang, Layer, Submission};
use cqdt_oracle::strategies::cases;
use cqdt_report::verification_page;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_line_is_on_the_page(case in cases()) {
        let set = CriteriaSet::parse_json(&case.set.to_string()).unwrap();
        let submissions: Vec<Submission> = case
            .submissions
            .iter()
            .map(|submission| Submission::from_json(&submission.to_string()).unwrap())
            .collect();
        let cohorts = [Layer::SelfAssessed, Layer::Verified].map(|layer| set.cohort(&submissions, layer));
        let wanted: Vec<&str> = set.criteria().map(|criterion| criterion.id.as_str()).collect();
        for submission in &submissions {
            let both = set.verify(submission, Some(&cohorts[0]), Some(&cohorts[1]));
            for lang in [Lang::Vi, Lang::En] {
                let page = Page::parse(&verification_page(&both, submission, lang));
                prop_assert!(page.errors.is_empty(), "{:?}", page.errors);
                let found: Vec<&str> = page.elements.iter().filter_map(|one| one.get("data-criterion")).collect();
                prop_assert_eq!(&found, &wanted);
                prop_assert_eq!(page.named("article").count(), 1);
            }
        }
    }
}
