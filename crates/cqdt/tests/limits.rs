//! Hostile input: too large, too deep, too many. Each ends in an error that says so; none in a crash, and none in time
//! that grows with the square of the input (a test that hangs is ended by the runner).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::fmt::Write as _;
use std::time::Instant;

use cqdt::{
    CriteriaSet, FaultKind, FileError, Incoming, NumberFault, NumberStyle, Rational, Round,
    Submission, TableStyle, read_decimal,
};

const FAULTS: usize = 1_000;

/// Runs on a stack as small as a browser's, tells how long it took, and returns the error.
fn refused<T>(what: &str, read: impl FnOnce() -> Result<T, FileError> + Send) -> FileError
where
    T: std::fmt::Debug + Send,
{
    let began = Instant::now();
    let error = small_stack(read).expect_err(what);
    println!(
        "{what}: {} faults in {:?}",
        error.faults().len(),
        began.elapsed()
    );
    assert!(error.faults().len() <= FAULTS + 1, "{what}");
    assert!(
        error.faults().is_sorted_by_key(|fault| fault.span.start),
        "{what}"
    );
    error
}

fn small_stack<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(1 << 20);
        thread.spawn_scoped(scope, run).unwrap().join().unwrap()
    })
}

fn codes(error: &FileError) -> Vec<&'static str> {
    let mut codes: Vec<_> = error.faults().iter().map(cqdt::Fault::code).collect();
    codes.dedup();
    codes
}

/// Every reader of TOML and JSON.
type Reader = fn(&str) -> Result<(), FileError>;

const TOML: [(&str, Reader); 3] = [
    ("set.toml", |text| CriteriaSet::parse_toml(text).map(drop)),
    ("submission.toml", |text| {
        Submission::from_toml(text).map(drop)
    }),
    ("round.toml", |text| Round::parse_toml(text).map(drop)),
];
const JSON: [(&str, Reader); 3] = [
    ("set.json", |text| CriteriaSet::parse_json(text).map(drop)),
    ("submission.json", |text| {
        Submission::from_json(text).map(drop)
    }),
    ("round.json", |text| Round::parse_json(text).map(drop)),
];

fn plain() -> TableStyle {
    TableStyle::numbers(NumberStyle::Plain)
}

#[test]
fn a_file_of_100_mb_is_not_read() {
    let text = "x".repeat(100_000_000);
    for (name, read) in TOML.iter().chain(&JSON) {
        assert_eq!(codes(&refused(name, || read(&text))), ["E0003"]);
    }
    assert_eq!(
        codes(&refused("csv", || Submission::from_csv(&text, plain()))),
        ["E0003"]
    );
}

#[test]
fn deep_nesting_is_refused() {
    const DEEP: usize = 100_000;
    let opened = |open: &str, close: &str| open.repeat(DEEP) + &close.repeat(DEEP);
    let json = [
        opened("[", "]"),
        opened(r#"{"a":"#, "}").replace(":}", ":1}"),
        "[".repeat(DEEP),
        r#"{"facts":"#.repeat(DEEP),
        format!(r#"{{"facts":{}}}"#, opened("[", "]")),
    ];
    for (name, read) in JSON {
        for text in &json {
            let error = refused(name, || read(text));
            assert!(["E0001", "E0002"].contains(&codes(&error)[0]), "{error}");
        }
    }
    let dotted = |times: usize| vec!["a"; times].join(".");
    let inline = format!("{{{} = ", dotted(79));
    let toml = [
        format!("a = {}", opened("[", "]")),
        format!("a = {}1{}", "{a = ".repeat(DEEP), "}".repeat(DEEP)),
        format!("a = {}", "[".repeat(DEEP)),
        format!("a = {}", "{a = ".repeat(DEEP)),
        format!("{} = 1", dotted(DEEP)),
        format!("[{}]", dotted(DEEP)),
        format!("[[{}]]", dotted(DEEP)),
        // As deep as the parser lets it be: keys with 79 dots inside tables inside one another.
        format!(
            "[{}]\n{} = {}1{}",
            dotted(79),
            dotted(79),
            inline.repeat(78),
            "}".repeat(78)
        ),
        format!("{} = {}1{}", dotted(40), "[".repeat(40), "]".repeat(40)),
        format!("[{}]\na = 1", dotted(40)),
    ];
    for (name, read) in TOML {
        for (index, text) in toml.iter().enumerate() {
            let error = refused(&format!("{name} {index}"), || read(text));
            assert!(
                codes(&error).contains(&"E0002"),
                "{index}: {}",
                codes(&error).join(" ")
            );
        }
    }
}

/// The most entries that fit into the size allowed.
fn fill(limit: usize, mut entry: impl FnMut(&mut String, usize)) -> (String, usize) {
    let mut text = String::with_capacity(limit);
    let mut count = 0;
    while text.len() + 200 < limit {
        entry(&mut text, count);
        count += 1;
    }
    (text, count)
}

#[test]
fn many_unknown_keys_are_counted_not_listed() {
    let (toml, count) = fill(cqdt::MAX_SET_BYTES, |text, at| {
        writeln!(text, "k{at} = 1").unwrap();
    });
    let (json, more) = fill(cqdt::MAX_SET_BYTES, |text, at| {
        write!(text, "\"k{at}\":1,").unwrap();
    });
    let json = format!("{{{json}\"z\":1}}");
    assert!(count > 250_000 && more > 250_000);
    for (name, read) in TOML
        .iter()
        .map(|one| (one, &toml))
        .chain(JSON.iter().map(|one| (one, &json)))
        .map(|((name, read), text)| ((name, text), read))
    {
        let (name, text) = name;
        let error = refused(name, || read(text));
        let FaultKind::TooManyFaults { count, limit } = error.faults()[0].kind else {
            panic!("{name}: {:?}", error.faults()[0]);
        };
        assert!(count > 250_000 && limit == FAULTS, "{name}: {count}");
        assert_eq!(error.faults().len(), FAULTS + 1);
    }
}

#[test]
fn many_duplicate_keys_and_syntax_errors_are_counted_not_listed() {
    let (same, _) = fill(cqdt::MAX_SET_BYTES, |text, _| text.push_str("k = 1\n"));
    let (broken, _) = fill(cqdt::MAX_SET_BYTES, |text, _| text.push_str("= ]\n"));
    let (one_line, _) = fill(cqdt::MAX_SET_BYTES, |text, _| text.push_str("= ] \" "));
    let (mixed, _) = fill(cqdt::MAX_SET_BYTES, |text, at| {
        text.push_str(if at % 2 == 0 { "a = [\n" } else { "b = }\n" });
    });
    for (name, read) in TOML {
        for text in [&same, &broken, &mixed, &one_line] {
            let error = refused(name, || read(text));
            assert!(
                ["E0007", "E0001", "E0002"].contains(&codes(&error)[0]),
                "{name} {:?}",
                codes(&error)
            );
        }
    }
    let (same, _) = fill(cqdt::MAX_SET_BYTES, |text, _| text.push_str("\"k\":1,"));
    let same = format!("{{{same}\"k\":1}}");
    for (name, read) in JSON {
        let error = refused(name, || read(&same));
        assert_eq!(codes(&error)[0], "E0007", "{name}");
    }
}

#[test]
fn a_million_facts_are_too_many() {
    let limit = cqdt::MAX_SUBMISSION_BYTES;
    let (facts, count) = fill(limit, |text, at| write!(text, "\"{at}\":1,").unwrap());
    assert!(count > 300_000);
    let text = format!("{{\"facts\":{{{facts}\"z\":1}}}}");
    let error = refused("facts", || Submission::from_json(&text));
    assert_eq!(codes(&error), ["E0005"]);
    let (facts, _) = fill(limit, |text, at| writeln!(text, "{at}=1").unwrap());
    let error = refused("facts", || {
        Submission::from_toml(&format!("[facts]\n{facts}"))
    });
    assert_eq!(codes(&error), ["E0005"]);
    let million: String = (0..1_000_000).fold(String::new(), |mut text, at| {
        write!(text, "\"{at}\":1,").unwrap();
        text
    });
    let error = refused("facts", || {
        Submission::from_json(&format!("{{\"facts\":{{{million}\"z\":1}}}}"))
    });
    assert_eq!(codes(&error), ["E0003"]);
}

/// A valid set of one criterion, with room for more text.
fn set(facts: &str, more: &str, rule: &str) -> String {
    let text = r#"{"vi":"x","en":"x"}"#;
    format!(
        r#"{{"format":1,"id":"s","version":"1.0.0","status":"official","agency_group":"g","max":1,"title":{text},
        "document":{{"number":"1","date":"2018-01-01","issuer":{text},"title":{text}}},
        "sources":{{"s":{{"document":"d"}}}},{more}
        "facts":[{facts}{{"id":"a","type":"yes_no","title":{text}}}],
        "groups":[{{"id":"g","number":"1","title":{text},"max":1,"criteria":[
        {{"id":"c","number":"1","title":{text},"max":1,"rule":{rule},"basis":{{"status":"official","source":"s","item":"1"}}}}]}}]}}"#
    )
}

const RULE: &str = r#"{"kind":"yes_no","fact":"a"}"#;

#[test]
fn a_set_has_no_end_of_nothing() {
    CriteriaSet::parse_json(&set("", "", RULE)).unwrap();
    let room = cqdt::MAX_SET_BYTES - 2_000;
    let many = |entry: &dyn Fn(usize) -> String| fill(room, |text, at| text.push_str(&entry(at))).0;
    let text = r#"{"vi":"x","en":"x"}"#;
    let facts = many(&|at| format!(r#"{{"id":"f{at}","type":"yes_no","title":{text}}},"#));
    let unknown = many(&|at| format!("\"k{at}\":1,"));
    let breakers = many(&|_| "\"g\",".to_owned());
    let bands =
        many(&|at| format!(r#"{{"id":"b{at}","title":{text},"on":"total","at_least":0}},"#));
    let last = format!(r#"{{"id":"b","title":{text},"on":"total"}}"#);
    let sources = many(&|at| format!(r#""s{at}":{{"document":"d"}},"#));
    let branches = many(&|_| r#"{"kind":"yes_no","fact":"a","max":1},"#.to_owned());
    let branch = r#"{"kind":"yes_no","fact":"a","max":1}"#;
    let steps = many(&|_| r#"{"at_least":1,"points":1},"#.to_owned());
    let cases = [
        ("facts", set(&facts, "", RULE), "E0005"),
        (
            "tie-breakers",
            set(
                "",
                &format!(r#""ranking":{{"tie_breakers":[{breakers}"g"]}},"#),
                RULE,
            ),
            "E0005",
        ),
        (
            "bands",
            set("", &format!(r#""bands":[{bands}{last}],"#), RULE),
            "E0005",
        ),
        (
            "sources",
            set("", "", RULE).replace(r#""sources":{"#, &format!(r#""sources":{{{sources}"#)),
            "E0005",
        ),
        (
            "rules",
            set(
                "",
                "",
                &format!(r#"{{"kind":"best_of","rules":[{branches}{branch}]}}"#),
            ),
            "E0005",
        ),
        (
            "points",
            set(
                &format!(
                    r#"{{"id":"m","type":"items","title":{text},"keys":[{{"id":"k","title":{text}}}]}},"#
                ),
                "",
                &format!(r#"{{"kind":"checklist","fact":"m","points":{{{unknown}"k":1}}}}"#),
            ),
            "E0007",
        ),
        (
            "steps",
            set(
                &format!(r#"{{"id":"n","type":"count","title":{text}}},"#),
                "",
                &format!(
                    r#"{{"kind":"tiers","fact":"n","steps":[{steps}{{"at_least":1,"points":1}}]}}"#
                ),
            ),
            "E0007",
        ),
    ];
    for (name, text, code) in cases {
        let error = refused(name, || CriteriaSet::parse_json(&text));
        assert_eq!(codes(&error)[0], code, "{name}: {:?}", codes(&error));
    }
}

#[test]
fn tables_are_bounded() {
    let header =
        |count: usize| (0..count).fold("unit".to_owned(), |text, at| format!("{text},f{at}"));
    let wide = header(8_000);
    Submission::from_csv(&format!("{wide}\na,1\n"), plain()).expect_err("a short row");
    let error = refused("100,000 columns", || {
        let wide: String = (0..100_000).fold("unit".to_owned(), |mut text, at| {
            write!(text, ",f{at}").unwrap();
            text
        });
        Submission::from_csv(&wide, plain())
    });
    assert!(codes(&error).contains(&"E0005"), "{:?}", codes(&error));
    let error = refused("100,000 cells in a row", || {
        Submission::from_csv(&format!("unit,a\nx{}\n", ",1".repeat(100_000)), plain())
    });
    assert_eq!(codes(&error), ["E0503"]);
    let rows = Submission::from_csv(&format!("unit,a\n{}", "x,1\n".repeat(200_000)), plain());
    assert_eq!(rows.unwrap().len(), 200_000);
    let error = refused("200,001 rows", || {
        Submission::from_csv(&format!("unit,a\n{}", "x,1\n".repeat(200_001)), plain())
    });
    assert_eq!(codes(&error), ["E0005"]);
    // Cells that don't stand in the table as they are read: their place is counted, not searched.
    let error = refused("bad units, quoted", || {
        Submission::from_csv(
            &format!("unit,a\n{}", "\"a\"\"b\",1\n".repeat(200_000)),
            plain(),
        )
    });
    assert_eq!(codes(&error), ["E0007", "E0104"]);
    let bad: String = (0..7_999).map(|_| ",\"A\"\"B\"").collect();
    let body = format!("unit{bad}\n{}", "x\n".repeat(100_000));
    let error = refused("bad columns, quoted", || {
        Submission::from_csv(&body, plain())
    });
    assert_eq!(codes(&error)[0], "E0007");
    let error = refused("an open quote", || {
        Submission::from_csv(&format!("unit,a\n\"{}", "x,1\n".repeat(1_000_000)), plain())
    });
    assert!(!error.faults().is_empty());
}

#[test]
fn long_texts_and_numbers() {
    let digits = "9".repeat(1_000_000);
    for style in [
        NumberStyle::Plain,
        NumberStyle::Comma,
        NumberStyle::Unstated,
    ] {
        assert_eq!(read_decimal(&digits, style), Err(NumberFault::TooLong));
        assert!(read_decimal(&format!("0,{digits}"), style).is_err());
    }
    assert!(digits.parse::<Rational>().is_err());
    let set = CriteriaSet::parse_json(&set("", "", RULE)).unwrap();
    for answer in [
        digits.clone(),
        format!("\"{digits}\""),
        format!("[\"{digits}\"]"),
        format!("1e{digits}"),
    ] {
        let submission =
            Submission::from_json(&format!("{{\"facts\":{{\"a\":{answer}}}}}")).unwrap();
        let report = set.score(&submission);
        let message = report.diagnostics()[0].message(cqdt::Lang::Vi);
        assert!(message.chars().count() < 300, "{message}");
    }
    let error = refused("a long id", || {
        CriteriaSet::parse_json(&set.to_json().replace("\"s\"", &format!("\"{digits}\"")))
    });
    assert!(error.message(cqdt::Lang::Vi).len() < 10_000);
}

#[test]
fn a_round_bounds_its_suggestions() {
    let text = r#"{"vi":"x","en":"x"}"#;
    let units = (0..20_000).fold(String::new(), |mut units, at| {
        let comma = if at == 0 { "" } else { "," };
        write!(
            units,
            r#"{comma}{{"id":"xa-{at}","name":{text},"set":"s","parent":"xa-{}"}}"#,
            at / 2
        )
        .unwrap();
        units
    });
    let round = format!(
        r#"{{"format":1,"id":"r","title":{text},"period":{{"from":"2018-01-01","to":"2018-12-31"}},"due":{{"by":"2018-10-03"}},
        "collector":{text},"document":{{"number":"1","date":"2018-01-01","issuer":{text},"title":{text}}},
        "basis":{{"status":"official"}},"units":[{units}]}}"#
    );
    let round = Round::parse_json(&round).unwrap();
    let set = set(
        &format!(
            r#"{{"id":"r","type":"rollup","children":"g","value":"mean_share","title":{text}}},"#
        ),
        "",
        RULE,
    );
    let set = CriteriaSet::parse_json(&set).unwrap();
    let incoming = (0..20_000)
        .map(|at| {
            Incoming::new(
                format!("{at}"),
                Submission::new(format!("phuong-{at}")).with("a", true),
            )
        })
        .collect();
    let began = Instant::now();
    let report = round.assess(&[set], incoming, |_, _| {});
    println!("20,000 unknown units: {:?}", began.elapsed());
    assert_eq!(report.diagnostics().len(), 20_000);
    assert_eq!(report.entries().len(), 20_000);
}

/// The first primes from a number up.
fn primes(from: u64, count: usize) -> Vec<u64> {
    let is_prime = |n: u64| (2..=n.isqrt()).all(|d| !n.is_multiple_of(d));
    (from..).filter(|n| is_prime(*n)).take(count).collect()
}

#[test]
fn sums_of_coprime_fractions_stay_quick() {
    // 1,000 ratios whose denominators are different primes near 10^9, summed without rounding until the total: the
    // exact sum has 9,000 digits above and below the line.
    let text = r#"{"vi":"x","en":"x"}"#;
    let primes = primes(1_000_000_000 - 30_000, 1_000);
    let mut facts = String::new();
    let mut criteria = String::new();
    let mut answers = String::new();
    for (at, prime) in primes.iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        write!(facts, r#"{{"id":"n{at}","type":"count","title":{text}}},{{"id":"d{at}","type":"count","title":{text}}},"#).unwrap();
        write!(criteria, r#"{comma}{{"id":"c{at}","number":"1","title":{text},"max":1,"rule":{{"kind":"proportional","of":"n{at}","over":"d{at}"}},"basis":{{"status":"official","source":"s","item":"1"}}}}"#).unwrap();
        write!(answers, r#"{comma}"n{at}":{},"d{at}":{prime}"#, at + 1).unwrap();
    }
    let facts = facts.trim_end_matches(',');
    let set = format!(
        r#"{{"format":1,"id":"s","version":"1.0.0","status":"official","agency_group":"g","max":1000,"title":{text},
        "document":{{"number":"1","date":"2018-01-01","issuer":{text},"title":{text}}},"policies":{{"rounding":{{"stage":"total"}}}},
        "sources":{{"s":{{"document":"d"}}}},"facts":[{facts}],
        "groups":[{{"id":"g","number":"1","title":{text},"max":1000,"criteria":[{criteria}]}}]}}"#
    );
    let set = CriteriaSet::parse_json(&set).unwrap();
    let submission = Submission::from_json(&format!("{{\"facts\":{{{answers}}}}}")).unwrap();
    let began = Instant::now();
    let report = set.score(&submission);
    println!("1,000 coprime ratios scored in {:?}", began.elapsed());
    let json = report.to_json();
    println!(
        "… and written in {:?}, {} bytes",
        began.elapsed(),
        json.len()
    );
    let share = report.total().share.clone().unwrap();
    assert!(share.to_string().len() < 20);
    // Σ (i + 1) ÷ p, each p within 30,000 of 10^9: 500500 ÷ 10^9 to well within a hundredth.
    assert_eq!(report.total().points.to_string(), "0");
    let sum = report.group("g").unwrap().sum.to_string();
    assert!(sum.len() > 17_000, "{}", sum.len());
    assert_eq!(
        sum.parse::<Rational>().unwrap(),
        report.group("g").unwrap().sum
    );
    let nearest = Rational::ratio(500_500, 1_000_000_000);
    let difference = (&report.group("g").unwrap().sum - &nearest).to_f64().abs();
    assert!(difference < 2e-8, "{difference}");
}
