//! A page parsed as a browser does, and a small round to make pages of.
#![allow(dead_code, reason = "each test file uses its part")]

use cqdt::round::Incoming;
use cqdt::{CriteriaSet, Round, RoundReport, Submission};
use html5ever::tendril::TendrilSink as _;
use markup5ever_rcdom::{Handle, NodeData, RcDom};

const SMALL: &str = include_str!("../small.toml");
const ROUND: &str = include_str!("../round.toml");

/// One element: name, attributes, text, and the place of its parent.
#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) text: String,
    parents: Vec<usize>,
}

impl Element {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        let (_, value) = attributes.find(|(key, _)| key == name)?;
        Some(value)
    }

    pub(crate) fn has_class(&self, class: &str) -> bool {
        let classes = self.get("class").unwrap_or_default();
        classes.split_whitespace().any(|one| one == class)
    }

    /// Its text in one line.
    pub(crate) fn words(&self) -> String {
        let words: Vec<&str> = self.text.split_whitespace().collect();
        words.join(" ")
    }
}

/// All elements of a page in order.
pub(crate) struct Page {
    pub(crate) elements: Vec<Element>,
    /// What a browser's parser complains about.
    pub(crate) errors: Vec<String>,
}

impl Page {
    pub(crate) fn parse(html: &str) -> Self {
        let dom =
            html5ever::parse_document(RcDom::default(), html5ever::ParseOpts::default()).one(html);
        let errors = dom
            .errors
            .borrow()
            .iter()
            .map(ToString::to_string)
            .collect();
        let mut elements = Vec::new();
        walk(&dom.document, &[], &mut elements);
        Self { elements, errors }
    }

    pub(crate) fn named<'p>(&'p self, name: &'p str) -> impl Iterator<Item = &'p Element> {
        self.elements.iter().filter(move |one| one.name == name)
    }

    /// The elements inside each element that fits.
    pub(crate) fn inside<'p>(
        &'p self,
        fits: impl Fn(&Element) -> bool + 'p,
    ) -> impl Iterator<Item = Vec<&'p Element>> {
        let outer = self.elements.iter().enumerate();
        outer.filter(move |(_, one)| fits(one)).map(|(at, _)| {
            let inner = self.elements.iter();
            inner.filter(|one| one.parents.contains(&at)).collect()
        })
    }
}

fn walk(node: &Handle, parents: &[usize], elements: &mut Vec<Element>) {
    let mut inside = parents.to_vec();
    match &node.data {
        NodeData::Element { name, attrs, .. } => {
            inside.push(elements.len());
            let attributes = attrs.borrow();
            let attributes = attributes
                .iter()
                .map(|one| (one.name.local.to_string(), one.value.to_string()));
            elements.push(Element {
                name: name.local.to_string(),
                attributes: attributes.collect(),
                text: String::new(),
                parents: parents.to_vec(),
            });
        }
        NodeData::Text { contents } => {
            for at in parents {
                elements[*at].text.push_str(&contents.borrow());
            }
        }
        _ => {}
    }
    for child in node.children.borrow().iter() {
        walk(child, &inside, elements);
    }
}

pub(crate) fn small_set() -> CriteriaSet {
    CriteriaSet::parse_toml(SMALL).unwrap()
}

/// The small round with what came in for it.
pub(crate) fn small_round() -> RoundReport {
    let incoming = include_str!("../incoming.jsonl")
        .lines()
        .map(|line| {
            let submission = Submission::from_json(line).unwrap();
            let received = submission.received().map(|one| one.to_string());
            let source = format!(
                "{}-{}.json",
                submission.unit().unwrap(),
                received.unwrap_or_default().replace(':', "")
            );
            Incoming::new(source, submission)
        })
        .collect();
    Round::parse_toml(ROUND)
        .unwrap()
        .assess(&[small_set()], incoming, |_, _| {})
}
