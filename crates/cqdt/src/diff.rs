//! What changed from one criteria set to another, field by field, for a second reader.
//!
//! Both sets are compared as the trees that their fingerprints cover, so nothing that matters can be left out: there is
//! no change exactly where the fingerprints are equal.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Map, Value};

use crate::canonical::canonical_json;
use crate::criteria::BasisStatus;
use crate::text::Excerpt;
use crate::{CriteriaSet, Lang, Rational, Text};

/// What changed from one criteria set to another.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SetDiff {
    /// The set compared from.
    pub old: Edition,
    /// The set compared to.
    pub new: Edition,
    /// All changes: the set as a whole, bands, sources, groups with their criteria, facts.
    pub changes: Vec<SetChange>,
}

/// Which set was compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Edition {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Whether it is official.
    pub status: BasisStatus,
    /// SHA-256 of its canonical JSON.
    pub fingerprint: String,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SetChange {
    /// What changed.
    #[serde(flatten)]
    pub subject: Subject,
    /// How.
    #[serde(flatten)]
    pub kind: ChangeKind,
}

/// A part of a criteria set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "subject", content = "id", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Subject {
    /// The set as a whole.
    Set,
    /// The decision that it models.
    Document,
    /// Its policies.
    Policies,
    /// How it ranks.
    Ranking,
    /// A band.
    Band(String),
    /// A source that criteria rest on.
    Source(String),
    /// A group.
    Group(String),
    /// A criterion.
    Criterion(String),
    /// A fact.
    Fact(String),
}

/// How a part changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChangeKind {
    /// It is new.
    Added {
        /// What it is.
        #[serde(flatten)]
        summary: Summary,
    },
    /// It is gone.
    Removed {
        /// What it was.
        #[serde(flatten)]
        summary: Summary,
    },
    /// It stands elsewhere, counted among what stands in both sets.
    Moved {
        /// Where it stood.
        from: Place,
        /// Where it stands.
        to: Place,
    },
    /// One of its fields has another value.
    Changed {
        /// The field, as the file calls it: `max`, `rule.steps[at_least 90].points`.
        field: String,
        /// The old value; none where the field is new.
        old: Option<FieldValue>,
        /// The new value; none where the field is gone.
        new: Option<FieldValue>,
    },
}

/// What a new or removed part is.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Summary {
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Text>,
    /// Its maximum in points, of groups and criteria.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<Rational>,
    /// The group that a criterion belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
}

/// Where a part stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Place {
    /// The group, of criteria.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Position in its list, from 1.
    pub position: usize,
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum FieldValue {
    /// Points, thresholds, limits.
    Number(Rational),
    /// A text in both languages.
    Text(Text),
    /// A word, an id, a text in one language.
    Word(String),
    /// Yes or no.
    Flag(bool),
    /// A number of places and the like.
    Whole(i64),
    /// A rule, a list, a table.
    Structure(Value),
}

/// Compares two criteria sets.
///
/// ```
/// use cqdt::{CriteriaSet, Lang, diff};
///
/// # let old = r#"
/// # format = 1
/// # id = "vi-du"
/// # version = "1.0.0"
/// # status = "official"
/// # agency_group = "cap-xa"
/// # max = 2
/// # title = { vi = "Ví dụ", en = "Example" }
/// # document = { number = "1/QĐ", date = 2018-07-05, issuer = { vi = "UBND", en = "PC" }, title = { vi = "V/v", en = "On" } }
/// # sources = { qd = { document = "1/QĐ" } }
/// # facts = [{ id = "co-trang", type = "yes_no", title = { vi = "Có trang", en = "Has a page" } }]
/// # [[groups]]
/// # id = "i"
/// # number = "I"
/// # title = { vi = "Nhóm", en = "Group" }
/// # max = 2
/// # [[groups.criteria]]
/// # id = "i.1"
/// # number = "1"
/// # title = { vi = "Trang", en = "Page" }
/// # max = 2
/// # rule = { kind = "yes_no", fact = "co-trang" }
/// # basis = { status = "official", source = "qd", item = "I.1" }
/// # "#;
/// let new = old.replace("max = 2", "max = 3");
/// let (old, new) = (CriteriaSet::parse_toml(old)?, CriteriaSet::parse_toml(&new)?);
/// let changes = diff(&old, &new).changes;
/// assert!(changes.iter().any(|change| {
///     change.message(Lang::En) == "criterion `i.1`: maximum (`max`): 2 → 3"
/// }));
/// # Ok::<(), cqdt::FileError>(())
/// ```
pub fn diff(old: &CriteriaSet, new: &CriteriaSet) -> SetDiff {
    let tree = |set: &CriteriaSet| serde_json::to_value(set.definition()).unwrap_or_default();
    let mut changes = Changes(Vec::new());
    changes.set(&tree(old), &tree(new));
    SetDiff {
        old: Edition::of(old),
        new: Edition::of(new),
        changes: changes.0,
    }
}

impl Edition {
    fn of(set: &CriteriaSet) -> Self {
        Self {
            id: set.id().to_owned(),
            version: set.definition().version.clone(),
            status: set.definition().status,
            fingerprint: set.fingerprint().to_owned(),
        }
    }
}

impl SetDiff {
    /// Whether both sets say the same.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Whether the sets differ although they are one version of one set: a released version never changes.
    pub fn reuses_version(&self) -> bool {
        let same = self.old.id == self.new.id && self.old.version == self.new.version;
        same && self.old.fingerprint != self.new.fingerprint
    }

    /// Every change on a line of its own; nothing where there is none.
    pub fn message(&self, lang: Lang) -> String {
        let lines: Vec<String> = self
            .changes
            .iter()
            .map(|change| change.message(lang))
            .collect();
        lines.join("\n")
    }

    /// The comparison as canonical JSON (RFC 8785).
    pub fn to_json(&self) -> String {
        canonical_json(self)
    }
}

// ---------------------------------------------------------------------------------------------------- comparing

struct Changes(Vec<SetChange>);

fn names<'l>(list: &'l [(String, &Value)]) -> Vec<&'l str> {
    list.iter().map(|(name, _)| name.as_str()).collect()
}

/// A list or map of parts with ids, in order.
type Parts<'v> = Vec<(&'v str, &'v Value)>;

impl Changes {
    fn push(&mut self, subject: &Subject, kind: ChangeKind) {
        let subject = subject.clone();
        self.0.push(SetChange { subject, kind });
    }

    fn set(&mut self, old: &Value, new: &Value) {
        let apart = [
            "document", "policies", "ranking", "bands", "sources", "groups", "facts",
        ];
        let whole = |value: &Value| {
            let mut whole = value.as_object().cloned().unwrap_or_default();
            whole.retain(|key, _| !apart.contains(&key.as_str()));
            Value::Object(whole)
        };
        self.fields(&Subject::Set, "", &whole(old), &whole(new));
        for (key, subject) in [
            ("document", Subject::Document),
            ("policies", Subject::Policies),
            ("ranking", Subject::Ranking),
        ] {
            self.fields(&subject, "", &old[key], &new[key]);
        }
        self.parts(
            &Subject::Band,
            &parts(&old["bands"]),
            &parts(&new["bands"]),
            true,
        );
        self.parts(
            &Subject::Source,
            &parts(&old["sources"]),
            &parts(&new["sources"]),
            false,
        );
        self.groups(&old["groups"], &new["groups"]);
        self.parts(
            &Subject::Fact,
            &parts(&old["facts"]),
            &parts(&new["facts"]),
            true,
        );
    }

    /// Parts of one kind: added, removed, moved, and field by field what is in both.
    fn parts<'p>(
        &mut self,
        subject: &dyn Fn(String) -> Subject,
        old: &[(&'p str, &Value)],
        new: &[(&'p str, &Value)],
        ordered: bool,
    ) {
        let ids = |parts: &[(&'p str, &Value)]| parts.iter().map(|(id, _)| *id).collect::<Vec<_>>();
        let moved = if ordered {
            moved(&ids(old), &ids(new))
        } else {
            BTreeSet::new()
        };
        for (position, (id, part)) in new.iter().enumerate() {
            let subject = subject((*id).to_owned());
            let Some(before) = old.iter().position(|(other, _)| other == id) else {
                let summary = Summary::of(part, None);
                self.push(&subject, ChangeKind::Added { summary });
                continue;
            };
            if moved.contains(id) {
                let (from, to) = (Place::at(None, before), Place::at(None, position));
                self.push(&subject, ChangeKind::Moved { from, to });
            }
            self.fields(&subject, "", old[before].1, part);
        }
        for (id, part) in old {
            if !new.iter().any(|(other, _)| other == id) {
                let summary = Summary::of(part, None);
                self.push(&subject((*id).to_owned()), ChangeKind::Removed { summary });
            }
        }
    }

    fn groups(&mut self, old: &Value, new: &Value) {
        let (old, new) = (parts(old), parts(new));
        // Criteria keep their ids when they change groups, so they are compared across all groups.
        let (old_heads, new_heads) = (heads(&old), heads(&new));
        let (old_heads, new_heads) = (borrowed(&old_heads), borrowed(&new_heads));
        self.parts(&Subject::Group, &old_heads, &new_heads, true);
        let mut reordered = BTreeSet::new();
        for (id, group) in &new {
            if let Some((_, before)) = old.iter().find(|(other, _)| other == id) {
                let of = |group| {
                    parts(group)
                        .into_iter()
                        .map(|(id, _)| id)
                        .collect::<Vec<_>>()
                };
                reordered.extend(moved(&of(&before["criteria"]), &of(&group["criteria"])));
            }
        }
        let (old, new) = (criteria(&old), criteria(&new));
        for line in &new {
            let subject = Subject::Criterion(line.id.to_owned());
            let Some(before) = old.iter().find(|other| other.id == line.id) else {
                let summary = Summary::of(line.value, Some(line.group));
                self.push(&subject, ChangeKind::Added { summary });
                continue;
            };
            if before.group != line.group || reordered.contains(line.id) {
                let (from, to) = (before.place(), line.place());
                self.push(&subject, ChangeKind::Moved { from, to });
            }
            self.fields(&subject, "", before.value, line.value);
        }
        for line in &old {
            if !new.iter().any(|other| other.id == line.id) {
                let summary = Summary::of(line.value, Some(line.group));
                let subject = Subject::Criterion(line.id.to_owned());
                self.push(&subject, ChangeKind::Removed { summary });
            }
        }
    }

    /// Field by field, into tables and lists; a rule of another kind is one change.
    fn fields(&mut self, subject: &Subject, path: &str, old: &Value, new: &Value) {
        if old == new {
            return;
        }
        match (old, new) {
            (Value::Object(before), Value::Object(now))
                if !is_text(old) && before.get("kind") == now.get("kind") =>
            {
                let keys: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
                for key in keys {
                    let path = join(path, key);
                    match (before.get(key), now.get(key)) {
                        (Some(old), Some(new)) => self.fields(subject, &path, old, new),
                        (old, new) => self.field(subject, &path, old, new),
                    }
                }
            }
            (Value::Array(before), Value::Array(now)) => match (keyed(before), keyed(now)) {
                (Some(before), Some(now)) => self.keyed(subject, path, &before, &now),
                _ => self.field(subject, path, Some(old), Some(new)),
            },
            _ => self.field(subject, path, Some(old), Some(new)),
        }
    }

    /// A list whose entries have names of their own: keys, thresholds, branches by position.
    fn keyed(
        &mut self,
        subject: &Subject,
        path: &str,
        old: &[(String, &Value)],
        new: &[(String, &Value)],
    ) {
        for (name, value) in new {
            let path = format!("{path}[{name}]");
            match old.iter().find(|(other, _)| other == name) {
                Some((_, before)) => self.fields(subject, &path, before, value),
                None => self.field(subject, &path, None, Some(value)),
            }
        }
        for (name, value) in old {
            if !new.iter().any(|(other, _)| other == name) {
                self.field(subject, &format!("{path}[{name}]"), Some(value), None);
            }
        }
        let (old, new) = (names(old), names(new));
        if !moved(&old, &new).is_empty() {
            let (old, new) = (Value::from(old), Value::from(new));
            self.field(subject, path, Some(&old), Some(&new));
        }
    }

    fn field(&mut self, subject: &Subject, path: &str, old: Option<&Value>, new: Option<&Value>) {
        let value = |value: &Value| FieldValue::of(path, value);
        let kind = ChangeKind::Changed {
            field: path.to_owned(),
            old: old.map(value),
            new: new.map(value),
        };
        self.push(subject, kind);
    }
}

impl Summary {
    fn of(part: &Value, group: Option<&str>) -> Self {
        let text = |text: &Value| match FieldValue::of("title", text) {
            FieldValue::Text(text) => Some(text),
            _ => None,
        };
        // Of facts, `max` is a limit of answers and no points.
        let points = part.get("type").is_none();
        let number = |value: &Value| value.as_str()?.parse().ok();
        Self {
            title: part.get("title").and_then(text),
            max: part.get("max").filter(|_| points).and_then(number),
            group: group.map(str::to_owned),
        }
    }
}

impl Place {
    fn at(group: Option<&str>, index: usize) -> Self {
        Self {
            group: group.map(str::to_owned),
            position: index + 1,
        }
    }
}

impl FieldValue {
    fn of(path: &str, value: &Value) -> Self {
        match value {
            Value::Bool(flag) => Self::Flag(*flag),
            Value::Number(number) => number
                .as_i64()
                .map_or_else(|| Self::Structure(value.clone()), Self::Whole),
            Value::String(text) => match text.parse() {
                Ok(number) if is_number(path) => Self::Number(number),
                _ => Self::Word(text.clone()),
            },
            Value::Object(table) if is_text(value) => {
                let text = |key: &str| {
                    let text = table.get(key).and_then(Value::as_str);
                    text.unwrap_or_default().to_owned()
                };
                let (vi, en) = (text("vi"), text("en"));
                Self::Text(Text { vi, en })
            }
            Value::Object(_) | Value::Array(_) | Value::Null => Self::Structure(value.clone()),
        }
    }
}

/// Whether a table is a text in both languages.
fn is_text(value: &Value) -> bool {
    value.as_object().is_some_and(|table| {
        table.len() == 2 && table.contains_key("vi") && table.contains_key("en")
    })
}

/// Whether the text at a path is a number of ours: only these keys hold any.
fn is_number(path: &str) -> bool {
    let mut steps = path.rsplit('.');
    let last = steps.next().unwrap_or_default();
    let before = steps.next().unwrap_or_default();
    is_number_key(last) || holds_numbers(before)
}

/// Tables of numbers by key.
fn holds_numbers(key: &str) -> bool {
    ["points", "min_group_share"].contains(&key)
}

fn is_number_key(key: &str) -> bool {
    [
        "max",
        "min",
        "floor",
        "step",
        "bonus_cap",
        "yes",
        "no",
        "each",
        "cap",
        "base_at",
        "base",
        "per",
        "points",
        "otherwise",
        "at_least",
        "more_than",
        "at_most",
        "less_than",
        "min_criterion_share",
    ]
    .contains(&key)
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

/// A list of tables with ids, or a map by id.
fn parts(value: &Value) -> Parts<'_> {
    match value {
        Value::Array(list) => list
            .iter()
            .filter_map(|part| Some((part.get("id")?.as_str()?, part)))
            .collect(),
        Value::Object(map) => map.iter().map(|(id, part)| (id.as_str(), part)).collect(),
        _ => Vec::new(),
    }
}

/// Groups without their criteria.
fn heads(groups: &[(&str, &Value)]) -> Vec<(String, Value)> {
    let head = |group: &Value| {
        let mut head = group.as_object().cloned().unwrap_or_default();
        head.remove("criteria");
        Value::Object(head)
    };
    let groups = groups.iter();
    groups
        .map(|(id, group)| ((*id).to_owned(), head(group)))
        .collect()
}

fn borrowed(parts: &[(String, Value)]) -> Parts<'_> {
    parts.iter().map(|(id, part)| (id.as_str(), part)).collect()
}

/// A criterion and where it stands.
struct Line<'v> {
    group: &'v str,
    index: usize,
    id: &'v str,
    value: &'v Value,
}

impl Line<'_> {
    fn place(&self) -> Place {
        Place::at(Some(self.group), self.index)
    }
}

fn criteria<'v>(groups: &[(&'v str, &'v Value)]) -> Vec<Line<'v>> {
    let mut lines = Vec::new();
    for (group, value) in groups {
        for (index, (id, value)) in parts(&value["criteria"]).into_iter().enumerate() {
            lines.push(Line {
                group,
                index,
                id,
                value,
            });
        }
    }
    lines
}

/// Entries of a list by a name of their own; nothing for a list of plain words.
fn keyed(list: &[Value]) -> Option<Vec<(String, &Value)>> {
    let named = list.iter().enumerate().map(|(index, entry)| {
        let table = entry.as_object()?;
        let text = |key: &str| table.get(key).and_then(Value::as_str);
        let threshold = || {
            let mut marks = ["at_least", "more_than"].into_iter();
            marks.find_map(|mark| Some(format!("{mark} {}", text(mark)?)))
        };
        let name = text("id").map(str::to_owned).or_else(threshold);
        Some((name.unwrap_or_else(|| (index + 1).to_string()), entry))
    });
    named.collect()
}

/// What must move, at the least, to turn one order into the other: all but a longest run that keeps its order.
fn moved<'v>(old: &[&'v str], new: &[&'v str]) -> BTreeSet<&'v str> {
    let places: BTreeMap<&str, usize> = old.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let both: Vec<(&str, usize)> = new
        .iter()
        .filter_map(|id| Some((*id, *places.get(id)?)))
        .collect();
    // Patience: `ends[n]` is the entry with the least place that ends a run of n + 1.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(both.len());
    for (index, (_, place)) in both.iter().enumerate() {
        let length = ends.partition_point(|end| both[*end].1 < *place);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        if length == ends.len() {
            ends.push(index);
        } else {
            ends[length] = index;
        }
    }
    let mut kept = BTreeSet::new();
    let mut at = ends.last().copied();
    while let Some(index) = at {
        kept.insert(index);
        at = before[index];
    }
    both.iter()
        .enumerate()
        .filter(|(index, _)| !kept.contains(index))
        .map(|(_, (id, _))| *id)
        .collect()
}

// -------------------------------------------------------------------------------------------------------- words

impl SetChange {
    /// The change as a sentence: no capital, no full stop.
    pub fn message(&self, lang: Lang) -> String {
        let subject = self.subject.message(lang);
        match &self.kind {
            ChangeKind::Added { summary } => match lang {
                Lang::Vi => format!("thêm {subject}{}", summary.message(lang)),
                Lang::En => format!("{subject} added{}", summary.message(lang)),
            },
            ChangeKind::Removed { summary } => match lang {
                Lang::Vi => format!("bỏ {subject}{}", summary.message(lang)),
                Lang::En => format!("{subject} removed{}", summary.message(lang)),
            },
            ChangeKind::Moved { from, to } => {
                let (from, to) = (from.message(lang), to.message(lang));
                match lang {
                    Lang::Vi => format!("{subject} chuyển từ {from} sang {to}"),
                    Lang::En => format!("{subject} moved from {from} to {to}"),
                }
            }
            ChangeKind::Changed { field, old, new } => {
                let label = label(&self.subject, field, lang);
                let change = change_message(old.as_ref(), new.as_ref(), lang);
                format!("{subject}: {label} (`{field}`): {change}")
            }
        }
    }
}

fn change_message(old: Option<&FieldValue>, new: Option<&FieldValue>, lang: Lang) -> String {
    match (old, new) {
        (Some(FieldValue::Text(old)), Some(FieldValue::Text(new)))
            if old.get(lang) == new.get(lang) =>
        {
            // Only the other language's text changed.
            let (other, word) = match lang {
                Lang::Vi => (Lang::En, "bản tiếng Anh"),
                Lang::En => (Lang::Vi, "the Vietnamese text"),
            };
            let (old, new) = (Quoted(old.get(other)), Quoted(new.get(other)));
            format!("{word} {old} → {new}")
        }
        (Some(old), Some(new)) => format!("{} → {}", old.message(lang), new.message(lang)),
        (None, Some(new)) => format!("{} {}", lang.pick("thêm", "added"), new.message(lang)),
        (Some(old), None) => format!("{} {}", lang.pick("bỏ", "removed"), old.message(lang)),
        (None, None) => String::new(),
    }
}

impl Subject {
    /// What it is, and its id: "tiêu chí `i.3`".
    pub fn message(&self, lang: Lang) -> String {
        let (vi, en, id) = match self {
            Self::Set => ("bộ tiêu chí", "set", None),
            Self::Document => ("văn bản", "document", None),
            Self::Policies => ("cách tính điểm", "policies", None),
            Self::Ranking => ("cách xếp hạng", "ranking", None),
            Self::Band(id) => ("mức xếp loại", "band", Some(id)),
            Self::Source(id) => ("nguồn", "source", Some(id)),
            Self::Group(id) => ("nhóm tiêu chí", "group", Some(id)),
            Self::Criterion(id) => ("tiêu chí", "criterion", Some(id)),
            Self::Fact(id) => ("số liệu", "fact", Some(id)),
        };
        let word = lang.pick(vi, en);
        id.map_or_else(|| word.to_owned(), |id| format!("{word} `{id}`"))
    }
}

impl Summary {
    fn message(&self, lang: Lang) -> String {
        let mut parts = Vec::new();
        if let Some(title) = &self.title {
            parts.push(Quoted(title.get(lang)).to_string());
        }
        if let Some(max) = &self.max {
            let max = lang.exact(max);
            parts.push(match lang {
                Lang::Vi => format!("tối đa {max} điểm"),
                Lang::En => format!("max {max}"),
            });
        }
        if let Some(group) = &self.group {
            parts.push(format!("{} `{group}`", lang.pick("nhóm", "group")));
        }
        if parts.is_empty() {
            String::new()
        } else {
            format!(": {}", parts.join(", "))
        }
    }
}

impl Place {
    fn message(&self, lang: Lang) -> String {
        let at = self.position;
        match (&self.group, lang) {
            (None, Lang::Vi) => format!("vị trí {at}"),
            (None, Lang::En) => format!("position {at}"),
            (Some(group), Lang::Vi) => format!("vị trí {at} của nhóm `{group}`"),
            (Some(group), Lang::En) => format!("position {at} of group `{group}`"),
        }
    }
}

impl FieldValue {
    /// The value as a message shows it.
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::Number(number) => lang.exact(number),
            Self::Text(text) => Quoted(text.get(lang)).to_string(),
            Self::Word(word) => Quoted(word).to_string(),
            Self::Flag(flag) => match flag {
                true => lang.pick("có", "yes").to_owned(),
                false => lang.pick("không", "no").to_owned(),
            },
            Self::Whole(whole) => whole.to_string(),
            Self::Structure(value) => {
                let mut text = String::new();
                write(value, "", &mut text);
                text
            }
        }
    }
}

/// A text in quotes, whole, without what would tear a line apart.
struct Quoted<'a>(&'a str);

impl std::fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("\"")?;
        for c in self.0.chars() {
            write!(f, "{}", if c.is_control() { '␣' } else { c })?;
        }
        f.write_str("\"")
    }
}

/// A structure as a TOML file would write it, on one line.
fn write(value: &Value, parent: &str, text: &mut String) {
    match value {
        Value::Object(table) => {
            text.push_str("{ ");
            for (index, (key, value)) in in_order(table).into_iter().enumerate() {
                if index > 0 {
                    text.push_str(", ");
                }
                text.push_str(key);
                text.push_str(" = ");
                // Points by key are numbers, whatever the keys are called.
                let inner = if holds_numbers(parent) { parent } else { key };
                write(value, inner, text);
            }
            text.push_str(" }");
        }
        Value::Array(list) => {
            text.push('[');
            for (index, value) in list.iter().enumerate() {
                if index > 0 {
                    text.push_str(", ");
                }
                write(value, parent, text);
            }
            text.push(']');
        }
        Value::String(word) if is_number_key(parent) || holds_numbers(parent) => {
            text.push_str(word);
        }
        Value::String(word) => {
            text.push('"');
            text.push_str(&Excerpt(word).to_string());
            text.push('"');
        }
        other => text.push_str(&other.to_string()),
    }
}

/// Entries of a table, what names it first.
fn in_order(table: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut entries: Vec<_> = table.iter().collect();
    let first = ["kind", "id", "fact", "of", "over", "at_least", "more_than"];
    entries.sort_by_key(|(key, _)| {
        let place = first.iter().position(|one| one == key);
        place.unwrap_or(first.len())
    });
    entries
}

/// A field's name in words.
fn label(subject: &Subject, path: &str, lang: Lang) -> &'static str {
    let end = path.find(['.', '[']).unwrap_or(path.len());
    let (vi, en) = match (subject, &path[..end]) {
        (Subject::Fact(_), "max") => ("giá trị lớn nhất", "largest value"),
        (Subject::Fact(_), "min") => ("giá trị nhỏ nhất", "least value"),
        (Subject::Fact(_), "not_applicable") => ("được ghi không áp dụng", "may be not applicable"),
        (Subject::Document, "number") => ("số văn bản", "number"),
        (_, "id") => ("mã", "id"),
        (_, "version") => ("phiên bản", "version"),
        (_, "status") => ("tình trạng", "status"),
        (_, "agency_group") => ("nhóm cơ quan", "agency group"),
        (_, "max") => ("điểm tối đa", "maximum"),
        (_, "min") => ("điểm tối thiểu", "minimum"),
        (_, "title") => ("tên", "title"),
        (_, "number") => ("số thứ tự", "number"),
        (_, "help") => ("hướng dẫn", "help"),
        (_, "bonus") => ("điểm thưởng", "bonus"),
        (_, "evidence") => ("cần tài liệu kiểm chứng", "evidence needed"),
        (_, "rule") => ("quy tắc", "rule"),
        (_, "basis") => ("căn cứ", "basis"),
        (_, "floor") => ("mức sàn", "floor"),
        (_, "part") => ("phần", "part"),
        (_, "date") => ("ngày", "date"),
        (_, "issuer") => ("cơ quan ban hành", "issuer"),
        (_, "rounding") => ("làm tròn", "rounding"),
        (_, "not_applicable") => ("không áp dụng", "not applicable"),
        (_, "rescale") => ("quy đổi", "rescaling"),
        (_, "missing_evidence") => ("thiếu tài liệu kiểm chứng", "missing evidence"),
        (_, "bonus_cap") => ("trần điểm thưởng", "cap on bonus points"),
        (_, "by") => ("xếp theo", "ranked by"),
        (_, "group") => ("nhóm", "group"),
        (_, "ties") => ("đồng hạng", "ties"),
        (_, "within") => ("phạm vi xếp hạng", "ranked within"),
        (_, "tie_breakers") => ("phân định đồng hạng", "tie-breakers"),
        (_, "display_places") => ("số chữ số thập phân khi công bố", "places shown"),
        (_, "on") => ("xét theo", "judged on"),
        (_, "at_least") => ("từ", "from"),
        (_, "more_than") => ("trên", "above"),
        (_, "min_group_share") => ("tỷ lệ tối thiểu của nhóm", "least share of groups"),
        (_, "min_criterion_share") => ("tỷ lệ tối thiểu của tiêu chí", "least share of criteria"),
        (_, "document") => ("văn bản", "document"),
        (_, "read") => ("phần đã đọc", "what was read"),
        (_, "url") => ("địa chỉ", "address"),
        (_, "type") => ("kiểu", "type"),
        (_, "unit") => ("đơn vị tính", "unit"),
        (_, "keys") => ("lựa chọn", "keys"),
        (_, "step") => ("bước điểm", "step"),
        (_, "children") => ("đơn vị trực thuộc", "children"),
        (_, "value") => ("cách tổng hợp", "what is taken"),
        (_, "band") => ("mức xếp loại", "band"),
        _ => ("trường", "field"),
    };
    lang.pick(vi, en)
}
