//! Work split among threads where there are any; what comes out doesn't depend on how many.

use super::load::BLOCK;

/// Rows that one thread scores before others may help: fewer aren't worth waking one.
pub(super) const STRETCH: usize = 16_384;

/// The same where little is done with each row.
const LEAST: usize = 65_536;

/// Both results, worked out at once where another thread is at hand.
pub(crate) fn join<A: Send, B: Send>(
    first: impl FnOnce() -> A + Send,
    second: impl FnOnce() -> B + Send,
) -> (A, B) {
    #[cfg(feature = "parallel")]
    {
        rayon::join(first, second)
    }
    #[cfg(not(feature = "parallel"))]
    {
        (first(), second())
    }
}

/// How many threads there are.
pub(super) fn threads() -> usize {
    #[cfg(feature = "parallel")]
    {
        rayon::current_num_threads()
    }
    #[cfg(not(feature = "parallel"))]
    {
        1
    }
}

/// Where rows are parted: about half, in whole stretches if there are several, else in whole blocks.
pub(super) fn half(rows: usize, stretch: usize) -> usize {
    let half = rows.div_ceil(2).next_multiple_of(stretch);
    if half < rows { half } else { stretch.min(rows) }
}

/// Rows `first..first + rows` in stretches, what they come to merged.
pub(super) fn parts<R: Send>(
    first: usize,
    rows: usize,
    part: &(impl Fn(usize, usize) -> R + Sync),
    merge: &(impl Fn(R, R) -> R + Sync),
) -> R {
    // Neighbours share what they found, so stretches are as long as they can be.
    let fair = rows.div_ceil(threads()).next_multiple_of(BLOCK).max(LEAST);
    within(first, rows, fair, part, merge)
}

fn within<R: Send>(
    first: usize,
    rows: usize,
    stretch: usize,
    part: &(impl Fn(usize, usize) -> R + Sync),
    merge: &(impl Fn(R, R) -> R + Sync),
) -> R {
    if rows <= stretch {
        return part(first, rows);
    }
    let half = half(rows, stretch);
    let (head, tail) = join(
        || within(first, half, stretch, part, merge),
        || within(first + half, rows - half, stretch, part, merge),
    );
    merge(head, tail)
}

/// Slices side by side in as many pieces as there are threads.
pub(super) fn pieces<A: Sync, B: Send>(
    from: &[A],
    to: &mut [B],
    first: usize,
    run: &(impl Fn(usize, &[A], &mut [B]) + Sync),
) {
    let piece = from.len().div_ceil(threads()).max(LEAST);
    piece_by_piece(from, to, first, piece, run);
}

fn piece_by_piece<A: Sync, B: Send>(
    from: &[A],
    to: &mut [B],
    first: usize,
    piece: usize,
    run: &(impl Fn(usize, &[A], &mut [B]) + Sync),
) {
    if from.len() <= piece || to.len() < from.len() {
        run(first, from, to);
        return;
    }
    let half = half(from.len(), piece);
    let (from_head, from_tail) = from.split_at(half);
    let (to_head, to_tail) = to.split_at_mut(half);
    join(
        || piece_by_piece(from_head, to_head, first, piece, run),
        || piece_by_piece(from_tail, to_tail, first + half, piece, run),
    );
}
