//! A map by id. Maps here are small and of many types: a sorted list says the same in a tenth of a tree's code, which the
//! browser loads.

use std::fmt;

use serde::ser::{Serialize, Serializer};

use crate::sort::order;

/// Values by id, in the order of ids.
///
/// ```
/// use cqdt::Map;
///
/// let map: Map<u8> = [("b".to_owned(), 2), ("a".to_owned(), 1)].into_iter().collect();
/// assert_eq!(map.get("a"), Some(&1));
/// assert_eq!(map.keys().collect::<Vec<_>>(), ["a", "b"]);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Map<V> {
    /// Sorted, each once; apart from the values, so that what looks them up is compiled once for all types.
    keys: Vec<String>,
    values: Vec<V>,
}

fn position(keys: &[String], key: &str) -> Result<usize, usize> {
    // Files are mostly sorted: what comes next goes to the end.
    match keys.last() {
        Some(last) if last.as_str() < key => Err(keys.len()),
        _ => keys.binary_search_by(|probe| probe.as_str().cmp(key)),
    }
}

impl<V> Map<V> {
    /// An empty map.
    pub const fn new() -> Self {
        Self {
            keys: Vec::new(),
            values: Vec::new(),
        }
    }

    /// The value of an id.
    pub fn get(&self, key: &str) -> Option<&V> {
        self.values.get(position(&self.keys, key).ok()?)
    }

    /// The value of an id, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut V> {
        self.values.get_mut(position(&self.keys, key).ok()?)
    }

    /// Whether the id is there.
    pub fn contains_key(&self, key: &str) -> bool {
        position(&self.keys, key).is_ok()
    }

    /// Puts a value in; what stood there before comes back.
    pub fn insert(&mut self, key: String, value: V) -> Option<V> {
        match position(&self.keys, &key) {
            Ok(at) => self
                .values
                .get_mut(at)
                .map(|old| std::mem::replace(old, value)),
            Err(at) => {
                self.keys.insert(at, key);
                self.values.insert(at, value);
                None
            }
        }
    }

    /// Puts a value at the end, for [`settle`](Self::settle) to put in its place: a long list would take forever otherwise.
    pub(crate) fn push(&mut self, key: String, value: V) {
        self.keys.push(key);
        self.values.push(value);
    }

    /// Brings what was pushed in order; of equal ids the last one stays.
    pub(crate) fn settle(&mut self) {
        let keys = &mut self.keys;
        if keys.is_sorted_by(|a, b| a < b) {
            return;
        }
        let order = order(keys.len(), &mut |a, b| keys.get(a).cmp(&keys.get(b)));
        let mut from: Vec<Option<V>> = std::mem::take(&mut self.values)
            .into_iter()
            .map(Some)
            .collect();
        let mut sorted = Self::new();
        for at in order {
            let key = keys.get_mut(at).map(std::mem::take).unwrap_or_default();
            let Some(value) = from.get_mut(at).and_then(Option::take) else {
                continue;
            };
            if sorted.keys.last() == Some(&key) {
                sorted.values.pop();
                sorted.values.push(value);
            } else {
                sorted.push(key, value);
            }
        }
        *self = sorted;
    }

    /// Takes a value out.
    pub fn remove(&mut self, key: &str) -> Option<V> {
        let at = position(&self.keys, key).ok()?;
        self.keys.remove(at);
        Some(self.values.remove(at))
    }

    /// Takes everything out.
    pub fn clear(&mut self) {
        self.keys.clear();
        self.values.clear();
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Ids in order.
    pub fn keys(&self) -> std::slice::Iter<'_, String> {
        self.keys.iter()
    }

    /// Values in the order of their ids.
    pub fn values(&self) -> std::slice::Iter<'_, V> {
        self.values.iter()
    }

    /// Ids with their values, in order.
    pub fn iter(&self) -> Iter<'_, V> {
        self.keys.iter().zip(&self.values)
    }
}

/// Ids with their values, in order.
type Iter<'m, V> = std::iter::Zip<std::slice::Iter<'m, String>, std::slice::Iter<'m, V>>;

impl<V> Default for Map<V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'m, V> IntoIterator for &'m Map<V> {
    type Item = (&'m String, &'m V);
    type IntoIter = Iter<'m, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<V> IntoIterator for Map<V> {
    type Item = (String, V);
    type IntoIter = std::iter::Zip<std::vec::IntoIter<String>, std::vec::IntoIter<V>>;

    fn into_iter(self) -> Self::IntoIter {
        self.keys.into_iter().zip(self.values)
    }
}

impl<V> Extend<(String, V)> for Map<V> {
    fn extend<I: IntoIterator<Item = (String, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.push(key, value);
        }
        self.settle();
    }
}

impl<V> FromIterator<(String, V)> for Map<V> {
    fn from_iter<I: IntoIterator<Item = (String, V)>>(entries: I) -> Self {
        let mut map = Self::new();
        map.extend(entries);
        map
    }
}

impl<V: fmt::Debug> fmt::Debug for Map<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

impl<V: Serialize> Serialize for Map<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }
}

#[cfg(feature = "schema")]
impl<V: schemars::JsonSchema> schemars::JsonSchema for Map<V> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        std::collections::BTreeMap::<String, V>::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        std::collections::BTreeMap::<String, V>::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn does_what_a_tree_does(steps in prop::collection::vec(("[a-e]{0,2}", prop::option::of(0_u8..9)), 0..60)) {
            let (mut map, mut tree) = (Map::new(), BTreeMap::new());
            for (key, value) in steps {
                if let Some(value) = value {
                    prop_assert_eq!(map.insert(key.clone(), value), tree.insert(key.clone(), value));
                } else {
                    prop_assert_eq!(map.remove(&key), tree.remove(&key));
                }
                prop_assert_eq!(map.get(&key), tree.get(&key));
                prop_assert_eq!(map.contains_key(&key), tree.contains_key(&key));
                prop_assert!(map.iter().eq(tree.iter()));
                prop_assert_eq!(map.len(), tree.len());
            }
        }

        #[test]
        fn collects_what_a_tree_does(entries in prop::collection::vec(("[a-e]{0,2}", any::<u8>()), 0..60)) {
            let (map, tree): (Map<_>, BTreeMap<_, _>) = (entries.iter().cloned().collect(), entries.into_iter().collect());
            prop_assert!(map.iter().eq(tree.iter()));
        }
    }
}
