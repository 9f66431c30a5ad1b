//! Sorting that is compiled once, not anew for every type: the browser loads it, and what std compiles for each type is
//! longer than all that is sorted here.

use std::cmp::Ordering;

/// Positions of `len` items in the order of a comparison of positions; equal ones in the order given.
pub(crate) fn order(len: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..len).collect();
    let mut merged = Vec::with_capacity(len);
    let mut width = 1;
    while width < len {
        for pair in order.chunks(2 * width) {
            let (mut left, mut right) = pair.split_at(width.min(pair.len()));
            while let (Some(a), Some(b)) = (left.first(), right.first()) {
                let from = match compare(*a, *b) {
                    Ordering::Greater => &mut right,
                    _ => &mut left,
                };
                merged.extend(from.first());
                *from = from.get(1..).unwrap_or_default();
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        std::mem::swap(&mut order, &mut merged);
        merged.clear();
        width *= 2;
    }
    order
}

/// Sorts items; equal ones stay in the order given.
pub(crate) fn sort_by<T>(items: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    // The keys of an object, a screenful of faults: no memory is worth asking for.
    if items.len() <= 24 {
        for next in 1..items.len() {
            let mut at = next;
            while let Some([before, item]) =
                at.checked_sub(1).and_then(|before| items.get(before..=at))
                && compare(before, item) == Ordering::Greater
            {
                items.swap(at - 1, at);
                at -= 1;
            }
        }
        return;
    }
    let order = order(
        items.len(),
        &mut |a, b| match (items.get(a), items.get(b)) {
            (Some(a), Some(b)) => compare(a, b),
            _ => Ordering::Equal,
        },
    );
    let mut from: Vec<Option<T>> = std::mem::take(items).into_iter().map(Some).collect();
    items.extend(
        order
            .into_iter()
            .filter_map(|at| from.get_mut(at).and_then(Option::take)),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_stable() {
        let mut items: Vec<(u32, u32)> = (0..500).map(|at| (at * 7919 % 13, at)).collect();
        let mut expected = items.clone();
        sort_by(&mut items, |a, b| a.0.cmp(&b.0));
        expected.sort_by_key(|item| item.0);
        assert_eq!(items, expected);
    }
}
