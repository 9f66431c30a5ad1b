//! Scoring a text is reading a submission and scoring that, also where answers are odd.
#![allow(clippy::unwrap_used, missing_docs)]

use cqdt::{CriteriaSet, Layer, Submission};

const ODD: [&str; 19] = [
    "",
    "[]",
    "{}",
    r#"{"facts":[]}"#,
    r#"{"facts":{}}"#,
    r#"{"facts":{"cb":20,"cb-may":18}}"#,
    r#"{"facts":{"cb-may":18,"cb":20},"facts":{"cb":21}}"#,
    r#"{"facts":{"cb-may":18,"cb":20,"cb":21}}"#,
    r#"{"facts":{"cb-may":18,"cb":20,"cbb":21,"aaa":1}}"#,
    r#"{"facts":{"cb-may":"hai","cb":-1,"aaa":true}}"#,
    r#"{"facts":{"cb-may":21,"cb":20}}"#,
    r#"{"facts":{"cb-may":null,"cb":"  "}}"#,
    r#"{"facts":{"cb-may":{"not_applicable":"no staff"},"cb":{"not_applicable":" "}}}"#,
    r#"{"unit":"Đ","facts":{"cb":20},"more":1}"#,
    r#"{"unit":"x","facts":{"cb-may":"18","cb":"20"},"verified":{"cb-may":15,"tslcd":true},"reasons":{"cb-may":"hỏng"}}"#,
    r#"{"facts":{"cb-may":18,"cb":20},"verified":{"cb":[],"cbb":1}}"#,
    r#"{"facts":{"tslcd":true},"evidence":{"i.2":[{"number":"1"}],"i.3":[],"i.99":[{"note":"x"}]}}"#,
    r#"{"facts":{"tslcd":"có"},"evidence":{"i.2":[{}]},"received":"yesterday"}"#,
    "\u{feff}{\"facts\":{\"cb-may\":18,\"cb\":20}}",
];

#[test]
fn equals_reading_and_scoring() {
    let form = cqdt_criteria::find("viet-tri-2395-2018/phu-luc-2").unwrap();
    let set = CriteriaSet::parse_toml(form.text).unwrap();
    for text in ODD {
        for layer in [Layer::SelfAssessed, Layer::Verified] {
            let apart = Submission::from_json(text).map(|read| set.score_in(&read, layer, None));
            assert_eq!(set.score_json(text, layer, None), apart, "{text}");
        }
    }
}
