//! A criteria set that has passed every check: frozen, shared cheaply, ready to score.

use std::fmt::{self, Write as _};
use std::sync::{Arc, OnceLock};

use sha2::{Digest as _, Sha256};

use super::check::check;
use super::definition::{Criterion, Definition};
use super::range::{Analysis, Facts};
use super::read::read_definition;
use crate::batch::BatchPlan;
use crate::canonical::canonical_json;
use crate::fault::{FileError, read_text};
use crate::score::{FixedLine, Plan};
use crate::tree::{Faults, Node, parse_json};
use crate::{Map, Rational};

/// A criteria set file may have this many bytes.
pub const MAX_SET_BYTES: usize = 4 * 1024 * 1024;

/// A criteria set (*bộ tiêu chí*), proved when it was read.
///
/// Cloning is cheap: clones share one set. Past [`parse_toml`](Self::parse_toml) or
/// [`parse_json`](Self::parse_json) nothing in it can be malformed.
#[derive(Clone)]
pub struct CriteriaSet(Arc<Inner>);

struct Inner {
    definition: Definition,
    plan: Plan,
    /// Made when the first batch is scored.
    batch_plan: OnceLock<Option<BatchPlan>>,
    /// Made when the first report is written.
    lines: OnceLock<Vec<FixedLine>>,
    fingerprint: String,
    facts: Map<usize>,
    criteria: Map<usize>,
}

impl CriteriaSet {
    /// Reads and proves a criteria set in TOML.
    ///
    /// ```
    /// use cqdt::{CriteriaSet, Lang};
    ///
    /// let form = cqdt_criteria::find("viet-tri-2395-2018/phu-luc-2").ok_or("no such form")?;
    /// assert!(CriteriaSet::parse_toml(form.text).is_ok());
    /// // Every fault at once, each with its place.
    /// let faulty = form.text.replace("format = 1", "format = 9\nngay = 1");
    /// let error = CriteriaSet::parse_toml(&faulty).unwrap_err();
    /// assert_eq!(error.faults().len(), 2);
    /// assert!(error.message(Lang::Vi).contains("`ngay`"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// All faults at once, each with line and column: form, ids, sums, thresholds, and maxima that no answer reaches
    /// or some answer exceeds.
    #[cfg(feature = "toml")]
    pub fn parse_toml(text: &str) -> Result<Self, FileError> {
        read_text(text, MAX_SET_BYTES, |text| {
            Self::from_tree(text, &crate::tree::parse_toml(text)?)
        })
    }

    /// Reads and proves a criteria set in JSON.
    ///
    /// # Errors
    /// As for TOML.
    pub fn parse_json(text: &str) -> Result<Self, FileError> {
        read_text(text, MAX_SET_BYTES, |text| {
            Self::from_tree(text, &parse_json(text)?)
        })
    }

    fn from_tree(source: &str, tree: &Node<'_>) -> Result<Self, FileError> {
        let mut faults = Faults::default();
        let reading = read_definition(&mut faults, tree);
        if let Some(reading) = &reading {
            check(&mut faults, reading);
        }
        match reading {
            Some(reading) if faults.is_empty() => {
                let fingerprint = fingerprint(&reading.definition);
                Ok(Self::freeze(reading.definition, fingerprint))
            }
            _ => Err(faults.into_error(source, tree)),
        }
    }

    /// The set as bytes for [`unpack`](Self::unpack) of the same version of this crate.
    #[cfg(feature = "packed")]
    #[doc(hidden)]
    pub fn pack(&self) -> Vec<u8> {
        super::packed::pack(&self.0.definition, &self.0.fingerprint)
    }

    /// A set that was proved and [packed](Self::pack); none where the bytes can't be one.
    ///
    /// Neither the set nor its fingerprint is checked again: that is for whoever packed it. Other bytes never panic,
    /// but can yield a set that says nonsense. Files are read by [`parse_json`](Self::parse_json).
    #[cfg(feature = "packed")]
    #[doc(hidden)]
    pub fn unpack(bytes: &[u8]) -> Option<Self> {
        let (definition, fingerprint) = super::packed::unpack(bytes)?;
        Some(Self::freeze(definition, fingerprint))
    }

    fn freeze(definition: Definition, fingerprint: String) -> Self {
        let plan = Plan::compile(&definition);
        let ids = |ids: &mut dyn Iterator<Item = &str>| {
            ids.enumerate()
                .map(|(index, id)| (id.to_owned(), index))
                .collect()
        };
        let facts = ids(&mut definition.facts.iter().map(|fact| fact.id.as_str()));
        let all = definition.groups.iter().flat_map(|group| &group.criteria);
        let criteria = ids(&mut all.map(|criterion| criterion.id.as_str()));
        Self(Arc::new(Inner {
            definition,
            plan,
            batch_plan: OnceLock::new(),
            lines: OnceLock::new(),
            fingerprint,
            facts,
            criteria,
        }))
    }

    /// Everything that the set says.
    pub fn definition(&self) -> &Definition {
        &self.0.definition
    }

    /// The set's id.
    pub fn id(&self) -> &str {
        &self.0.definition.id
    }

    /// SHA-256 of the set's canonical JSON, as 64 hex digits: the same for a TOML and a JSON file that say the same.
    ///
    /// ```
    /// # let form = cqdt_criteria::find("viet-tri-2395-2018/phu-luc-2").unwrap();
    /// # let set = cqdt::CriteriaSet::parse_toml(form.text).unwrap();
    /// let same = cqdt::CriteriaSet::parse_json(&set.to_json()).unwrap();
    /// assert_eq!(set.fingerprint(), same.fingerprint());
    /// assert_eq!(set.fingerprint().len(), 64);
    /// ```
    pub fn fingerprint(&self) -> &str {
        &self.0.fingerprint
    }

    /// The set as canonical JSON (RFC 8785), every default filled in. Reading it back yields the same set.
    pub fn to_json(&self) -> String {
        canonical_json(&self.0.definition)
    }

    /// All criteria in order.
    pub fn criteria(&self) -> impl Iterator<Item = &Criterion> {
        self.0
            .definition
            .groups
            .iter()
            .flat_map(|group| &group.criteria)
    }

    /// The least and most points that a criterion's rule can yield, before rounding, as proved when the set was read.
    /// A criterion that isn't answered has 0.
    ///
    /// ```
    /// # let form = cqdt_criteria::find("viet-tri-2395-2018/phu-luc-2").unwrap();
    /// # let set = cqdt::CriteriaSet::parse_toml(form.text).unwrap();
    /// let (least, most) = set.attainable_range("i.1").unwrap();
    /// assert_eq!((least.to_string().as_str(), most.to_string().as_str()), ("0", "2"));
    /// assert!(set.attainable_range("khong-co").is_none());
    /// ```
    pub fn attainable_range(&self, criterion: &str) -> Option<(Rational, Rational)> {
        let facts = Facts::of(&self.0.definition.facts);
        let criterion = self.criteria().nth(self.criterion_at(criterion)?)?;
        let range = Analysis { facts: &facts }.range(&criterion.rule, &criterion.max)?;
        Some((range.least, range.most))
    }

    /// Whether some rule needs the figures of all units at once.
    pub fn needs_cohort(&self) -> bool {
        !self.0.plan.cohort_measures.is_empty()
    }

    pub(crate) fn plan(&self) -> &Plan {
        &self.0.plan
    }

    /// The set compiled for columns, where it can be.
    pub(crate) fn batch_plan(&self) -> Option<&BatchPlan> {
        let plan = &self.0.batch_plan;
        plan.get_or_init(|| BatchPlan::compile(self)).as_ref()
    }

    /// What every report says of the criteria.
    pub(crate) fn lines(&self) -> &[FixedLine] {
        let lines = &self.0.lines;
        lines.get_or_init(|| FixedLine::all(&self.0.definition))
    }

    pub(crate) fn fact_at(&self, id: &str) -> Option<usize> {
        self.0.facts.get(id).copied()
    }

    /// The same where a fact is likely at some place: answers mostly come in the order of the form.
    pub(crate) fn fact_at_from(&self, place: usize, id: &str) -> Option<usize> {
        match self.definition().facts.get(place) {
            Some(fact) if fact.id == id => Some(place),
            _ => self.fact_at(id),
        }
    }

    pub(crate) fn criterion_at(&self, id: &str) -> Option<usize> {
        self.0.criteria.get(id).copied()
    }

    /// Ids of the criteria that read a fact.
    pub(crate) fn readers(&self, fact: usize) -> Vec<String> {
        let readers = self.0.plan.readers.get(fact).map_or(&[][..], Vec::as_slice);
        let ids: Vec<&str> = self
            .criteria()
            .map(|criterion| criterion.id.as_str())
            .collect();
        readers
            .iter()
            .filter_map(|at| ids.get(*at))
            .map(|id| (*id).to_owned())
            .collect()
    }
}

/// SHA-256 of the canonical JSON in hex digits.
fn fingerprint(definition: &Definition) -> String {
    let digest = Sha256::digest(canonical_json(definition).as_bytes());
    digest.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

impl PartialEq for CriteriaSet {
    fn eq(&self, other: &Self) -> bool {
        self.0.fingerprint == other.0.fingerprint
    }
}

impl Eq for CriteriaSet {}

impl fmt::Debug for CriteriaSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CriteriaSet")
            .field("id", &self.0.definition.id)
            .field("version", &self.0.definition.version)
            .field("fingerprint", &self.0.fingerprint)
            .finish_non_exhaustive()
    }
}
