//! The module's own memory: small blocks by size from lists of free ones, large blocks as runs of pages that part and join again.
//!
//! A module has one thread, and whoever frees a block says how large it was. So no block needs a header and no lock is taken: most blocks are had and given back in a
//! few instructions, by a third of the code of the standard allocator.

use std::alloc::Layout;
use std::ptr::{self, NonNull, null_mut};

/// Blocks are whole multiples of this, and begin at one: nothing that Rust puts into WebAssembly needs more.
const UNIT: usize = 16;
/// Blocks of up to this many bytes come from lists by size.
const SMALL: usize = 8 * 1024;
/// Sizes of small blocks: powers of two, and what lies half-way between them.
const SIZES: usize = 19;
/// Large blocks are runs of pages of this size.
const PAGE: usize = 4 * 1024;
/// Small blocks are cut from pieces of this size.
const PIECE: usize = 64 * 1024;
/// The host hands out memory in multiples of this.
const GRAIN: usize = 64 * 1024;
/// Asking the host takes its time: it is asked for so much at least.
const LEAST: usize = 4 * GRAIN;

/// Where memory comes from.
trait Host {
    /// Where memory ends.
    fn end(&self) -> *mut u8;

    /// Puts more bytes, a multiple of [`GRAIN`], behind the end of memory; false where there are no more.
    fn grow(&mut self, bytes: usize) -> bool;
}

/// A free small block.
struct Free {
    next: *mut Free,
}

/// Free pages side by side.
struct Run {
    bytes: usize,
    next: *mut Run,
}

/// All memory that the host has given.
struct Heap<H> {
    host: H,
    /// Free small blocks by size.
    free: [*mut Free; SIZES],
    /// What is left of the piece that small blocks are cut from.
    piece: *mut u8,
    piece_end: *mut u8,
    /// Free runs by address; no two touch.
    runs: *mut Run,
}

/// What stands behind a layout.
#[derive(Clone, Copy, PartialEq)]
enum Block {
    /// A block of one of the sizes.
    Small(usize),
    /// A run of so many bytes.
    Pages(usize),
}

impl Block {
    fn of(layout: Layout) -> Self {
        let size = layout.size();
        if size > SMALL || layout.align() > UNIT {
            return Self::Pages(size.next_multiple_of(PAGE));
        }
        if size <= UNIT {
            return Self::Small(0);
        }
        // 24 would not be a multiple of the unit.
        let above = size.max(UNIT + UNIT / 2 + 1) - 1;
        let power = above.ilog2() as usize;
        let is_upper_half = (above >> (power - 1)) & 1;
        Self::Small(2 * (power - 4) + is_upper_half + 1)
    }
}

/// The bytes of a size of small blocks.
fn bytes_of(size: usize) -> usize {
    // 16, (24), 32, 48, 64, 96, …
    let power = UNIT << (size / 2);
    if size.is_multiple_of(2) {
        power
    } else {
        power + power / 2
    }
}

impl<H: Host> Heap<H> {
    const fn new(host: H) -> Self {
        Self {
            host,
            free: [null_mut(); SIZES],
            piece: null_mut(),
            piece_end: null_mut(),
            runs: null_mut(),
        }
    }

    /// A block for a layout; null where there is no memory left.
    ///
    /// # Safety
    /// The host's memory is nobody else's.
    #[inline(never)]
    unsafe fn take(&mut self, layout: Layout) -> *mut u8 {
        if layout.align() > PAGE {
            return null_mut();
        }
        // SAFETY: as for this function.
        unsafe {
            match Block::of(layout) {
                Block::Small(size) => self.take_small(size),
                Block::Pages(bytes) => self.take_pages(bytes),
            }
        }
    }

    /// Takes a block back.
    ///
    /// # Safety
    /// It was taken for this layout, and isn't used any more.
    #[inline(never)]
    unsafe fn give(&mut self, block: *mut u8, layout: Layout) {
        // SAFETY: as for this function.
        unsafe {
            match Block::of(layout) {
                Block::Small(size) => self.give_small(block, size),
                Block::Pages(bytes) => self.give_pages(block, bytes),
            }
        }
    }

    /// Makes a block larger or smaller, where it lies if possible; null where there is no memory left.
    ///
    /// # Safety
    /// It was taken for the first layout, which has the second one's alignment.
    #[inline(never)]
    unsafe fn resize(&mut self, block: *mut u8, from: Layout, to: Layout) -> *mut u8 {
        let stays = match (Block::of(from), Block::of(to)) {
            (from, to) if from == to => true,
            (Block::Small(from), Block::Small(to)) => self.is_recut(block, from, to),
            (Block::Pages(from), Block::Pages(to)) if to < from => {
                // SAFETY: the pages behind the smaller block are no longer used.
                unsafe { self.give_pages(block.wrapping_add(to), from - to) };
                true
            }
            // SAFETY: only free pages are looked at.
            (Block::Pages(from), Block::Pages(to)) => unsafe {
                self.take_pages_at(block.wrapping_add(from), to - from)
            },
            _ => false,
        };
        if stays {
            return block;
        }
        // SAFETY: both blocks have as many bytes as their layouts say, and are apart.
        unsafe {
            let moved = self.take(to);
            if !moved.is_null() {
                ptr::copy_nonoverlapping(block, moved, from.size().min(to.size()));
                self.give(block, from);
            }
            moved
        }
    }

    unsafe fn take_small(&mut self, size: usize) -> *mut u8 {
        let list = &mut self.free[size];
        if let Some(first) = NonNull::new(*list) {
            // SAFETY: what is in the list is free, and was written by `give_small`.
            *list = unsafe { first.as_ref().next };
            return first.as_ptr().cast();
        }
        let bytes = bytes_of(size);
        // SAFETY: the piece is nobody else's.
        if self.left() < bytes && !unsafe { self.next_piece() } {
            return null_mut();
        }
        let block = self.piece;
        self.piece = block.wrapping_add(bytes);
        block
    }

    unsafe fn give_small(&mut self, block: *mut u8, size: usize) {
        let block: *mut Free = block.cast();
        // SAFETY: the block is free, aligned, and large enough.
        unsafe {
            block.write(Free {
                next: self.free[size],
            });
        };
        self.free[size] = block;
    }

    /// What is left of the piece.
    fn left(&self) -> usize {
        self.piece_end.addr() - self.piece.addr()
    }

    /// Gives the block that was cut last another size where it lies. Only while no block of that size is free: else the same
    /// work, done again, would find no block of the first size, cut another one, and leave one more of the second.
    fn is_recut(&mut self, block: *mut u8, from: usize, to: usize) -> bool {
        let end = block.wrapping_add(bytes_of(to));
        let is_last = block.wrapping_add(bytes_of(from)) == self.piece && end <= self.piece_end;
        let recuts = is_last && self.free[to].is_null();
        if recuts {
            self.piece = end;
        }
        recuts
    }

    /// Begins another piece; what is left of this one goes to the lists.
    unsafe fn next_piece(&mut self) -> bool {
        // SAFETY: pages that are taken are nobody else's; what is left of the piece is cut once.
        unsafe {
            let next = self.take_pages(PIECE);
            if next.is_null() {
                return false;
            }
            if next != self.piece_end {
                for size in (0..SIZES).rev() {
                    // Not a multiple of the unit.
                    if size != 1 && self.left() >= bytes_of(size) {
                        self.give_small(self.piece, size);
                        self.piece = self.piece.wrapping_add(bytes_of(size));
                    }
                }
                self.piece = next;
            }
            self.piece_end = next.wrapping_add(PIECE);
        }
        true
    }

    unsafe fn take_pages(&mut self, bytes: usize) -> *mut u8 {
        // SAFETY: links lead to free runs, which `give_pages` wrote.
        unsafe {
            loop {
                let mut link = &raw mut self.runs;
                let mut last = null_mut();
                while let Some(run) = NonNull::new(*link) {
                    if run.as_ref().bytes >= bytes {
                        cut(link, bytes);
                        return run.as_ptr().cast();
                    }
                    last = run.as_ptr();
                    link = &raw mut (*last).next;
                }
                // What is free at the end of memory needn't be asked for.
                let has = if !last.is_null() && end_of(last) == self.host.end() {
                    (*last).bytes
                } else {
                    0
                };
                if !self.grow(bytes - has) {
                    return null_mut();
                }
            }
        }
    }

    /// Takes the pages that begin there, where they are free or beyond the end of memory.
    unsafe fn take_pages_at(&mut self, place: *mut u8, bytes: usize) -> bool {
        // SAFETY: as in `take_pages`.
        unsafe {
            loop {
                let mut link = &raw mut self.runs;
                while !(*link).is_null() && (*link).cast() < place {
                    link = &raw mut (**link).next;
                }
                let run = *link;
                let has = if run.cast() == place { (*run).bytes } else { 0 };
                if has >= bytes {
                    cut(link, bytes);
                    return true;
                }
                if place.wrapping_add(has) != self.host.end() || !self.grow(bytes - has) {
                    return false;
                }
            }
        }
    }

    /// Puts pages among the free ones.
    unsafe fn give_pages(&mut self, block: *mut u8, bytes: usize) {
        let mut run: *mut Run = block.cast();
        // SAFETY: the pages are free, aligned, and large enough for what is written into them.
        unsafe {
            let mut link = &raw mut self.runs;
            let mut before = null_mut();
            while !(*link).is_null() && *link < run {
                before = *link;
                link = &raw mut (*before).next;
            }
            let after = *link;
            if !before.is_null() && end_of(before) == block {
                (*before).bytes += bytes;
                run = before;
            } else {
                run.write(Run { bytes, next: after });
                *link = run;
            }
            if end_of(run) == after.cast() && !after.is_null() {
                (*run).bytes += (*after).bytes;
                (*run).next = (*after).next;
            }
        }
    }

    /// Asks the host for memory, and puts it among the free pages.
    unsafe fn grow(&mut self, bytes: usize) -> bool {
        let least = bytes.next_multiple_of(GRAIN);
        let place = self.host.end();
        for bytes in [least.max(LEAST), least] {
            if self.host.grow(bytes) {
                // SAFETY: the host has just given them.
                unsafe { self.give_pages(place, bytes) };
                return true;
            }
        }
        false
    }
}

/// Where a run ends.
unsafe fn end_of(run: *mut Run) -> *mut u8 {
    // SAFETY: the caller's run is a free one.
    run.cast::<u8>().wrapping_add(unsafe { (*run).bytes })
}

/// Takes bytes from the front of the run that a link leads to.
unsafe fn cut(link: *mut *mut Run, bytes: usize) {
    // SAFETY: the caller's run is a free one with so many bytes; pages that are left have room for what is written.
    unsafe {
        let Run { bytes: has, next } = (*link).read();
        *link = if has == bytes {
            next
        } else {
            let rest = (*link).wrapping_byte_add(bytes);
            let bytes = has - bytes;
            rest.write(Run { bytes, next });
            rest
        };
    }
}

#[cfg(target_arch = "wasm32")]
mod module {
    //! Makes the heap the module's allocator.

    use core::arch::wasm32::{memory_grow, memory_size};
    use std::alloc::{GlobalAlloc, Layout};
    use std::cell::UnsafeCell;
    use std::ptr;

    use super::{GRAIN, Heap, Host};

    /// The module's linear memory, from where the compiler's part of it ends.
    struct Linear;

    impl Host for Linear {
        fn end(&self) -> *mut u8 {
            // The last byte of 4 GiB is never asked for: nothing wraps around.
            ptr::with_exposed_provenance_mut(memory_size::<0>() * GRAIN)
        }

        fn grow(&mut self, bytes: usize) -> bool {
            memory_size::<0>() + bytes / GRAIN < usize::MAX / GRAIN
                && memory_grow::<0>(bytes / GRAIN) != usize::MAX
        }
    }

    struct Memory(UnsafeCell<Heap<Linear>>);

    // SAFETY: the module is built without threads.
    unsafe impl Sync for Memory {}

    // SAFETY: blocks are apart, and as large and aligned as asked for; nothing in the heap panics or allocates, so it
    // is never entered twice.
    unsafe impl GlobalAlloc for Memory {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            unsafe { (*self.0.get()).take(layout) }
        }

        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            unsafe { (*self.0.get()).give(block, layout) }
        }

        unsafe fn realloc(&self, block: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
            unsafe {
                let to = Layout::from_size_align_unchecked(bytes, layout.align());
                (*self.0.get()).resize(block, layout, to)
            }
        }
    }

    #[global_allocator]
    static MEMORY: Memory = Memory(UnsafeCell::new(Heap::new(Linear)));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Memory of a fixed size, handed out bit by bit.
    struct Slab {
        memory: Vec<u8>,
        start: usize,
        given: usize,
    }

    impl Slab {
        fn heap(grains: usize) -> Heap<Self> {
            let mut memory = vec![0xaa; (grains + 1) * GRAIN];
            let start = memory.as_mut_ptr().align_offset(GRAIN);
            Heap::new(Self {
                memory,
                start,
                given: 0,
            })
        }
    }

    impl Host for Slab {
        fn end(&self) -> *mut u8 {
            let start = self.memory.as_ptr().cast_mut();
            start.wrapping_add(self.start + self.given)
        }

        fn grow(&mut self, bytes: usize) -> bool {
            assert_eq!(bytes % GRAIN, 0);
            let fits = self.start + self.given + bytes <= self.memory.len();
            if fits {
                self.given += bytes;
            }
            fits
        }
    }

    struct Dice(u64);

    impl Dice {
        fn below(&mut self, limit: usize) -> usize {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) as usize % limit
        }

        /// Mostly small, as a scorer's blocks are.
        fn layout(&mut self) -> Layout {
            let largest = [40, 300, 9_000, 200_000][self.below(100).saturating_sub(96)];
            let align = [1, 2, 4, 8, 16, 16, 64, PAGE][self.below(64).saturating_sub(56)];
            Layout::from_size_align(1 + self.below(largest), align).unwrap()
        }
    }

    /// A block in use, filled with bytes of its own.
    struct Live {
        block: *mut u8,
        layout: Layout,
        mark: u8,
    }

    impl Live {
        fn take(heap: &mut Heap<Slab>, layout: Layout, mark: u8) -> Self {
            let block = unsafe { heap.take(layout) };
            assert!(!block.is_null() && block.addr().is_multiple_of(layout.align()));
            let live = Self {
                block,
                layout,
                mark,
            };
            live.fill();
            live
        }

        fn fill(&self) {
            unsafe { self.block.write_bytes(self.mark, self.layout.size()) };
        }

        /// Whether nobody else has written into the first bytes of it.
        fn check(&self, bytes: usize) {
            let bytes = unsafe { std::slice::from_raw_parts(self.block, bytes) };
            assert!(
                bytes.iter().all(|byte| *byte == self.mark),
                "two blocks are one"
            );
        }

        fn resize(&mut self, heap: &mut Heap<Slab>, bytes: usize) {
            let to = Layout::from_size_align(bytes, self.layout.align()).unwrap();
            self.block = unsafe { heap.resize(self.block, self.layout, to) };
            assert!(!self.block.is_null() && self.block.addr().is_multiple_of(to.align()));
            self.check(bytes.min(self.layout.size()));
            self.layout = to;
            self.fill();
        }

        fn give(self, heap: &mut Heap<Slab>) {
            self.check(self.layout.size());
            unsafe { heap.give(self.block, self.layout) };
        }
    }

    #[test]
    fn sizes_hold_what_they_are_for() {
        let mut sizes = [false; SIZES];
        for bytes in 1..=SMALL {
            let Block::Small(size) = Block::of(Layout::from_size_align(bytes, 16).unwrap()) else {
                panic!("{bytes} are not small");
            };
            assert!(bytes_of(size) >= bytes && bytes_of(size) <= (bytes * 2).max(UNIT));
            assert_eq!(bytes_of(size) % UNIT, 0, "{bytes}");
            sizes[size] = true;
        }
        assert_eq!(sizes.iter().filter(|used| !**used).count(), 1);
        assert_eq!(bytes_of(SIZES - 1), SMALL);
    }

    #[test]
    fn blocks_are_apart_and_memory_stays_flat() {
        let mut heap = Slab::heap(800);
        let mut dice = Dice(7);
        let mut live: Vec<Live> = Vec::new();
        let (mut half, mut most) = (0, 0);
        for step in 0..1_000_000_u32 {
            // Up to a thousand blocks, and from time to time nearly none.
            let many = if step % 100_000 < 90_000 { 1_000 } else { 10 };
            let mark = (step & 0xff) as u8;
            match dice.below(10) {
                0..5 if live.len() < many => {
                    let layout = dice.layout();
                    live.push(Live::take(&mut heap, layout, mark));
                }
                5..7 if !live.is_empty() => {
                    let at = dice.below(live.len());
                    let bytes = dice.layout().size();
                    live[at].resize(&mut heap, bytes);
                }
                _ if !live.is_empty() => {
                    let at = dice.below(live.len());
                    live.swap_remove(at).give(&mut heap);
                }
                _ => {}
            }
            if step % 100 == 0 {
                most = most.max(live.iter().map(|block| block.layout.size()).sum());
            }
            if step == 500_000 {
                half = heap.host.given;
            }
        }
        let given = heap.host.given;
        assert!(
            given <= half * 5 / 4 && given <= most * 2,
            "{half}, {most}: {given}"
        );
        for block in live {
            block.give(&mut heap);
        }
    }

    #[test]
    fn a_text_that_grows_at_the_end_is_not_moved() {
        let mut heap = Slab::heap(64);
        let mut small = Live::take(&mut heap, Layout::new::<[u8; 8]>(), 1);
        let first = small.block;
        for bytes in [16, 32, 64, 700, 4_000, 8_000] {
            small.resize(&mut heap, bytes);
            assert_eq!(small.block, first, "{bytes}");
        }
        let mut large = Live::take(&mut heap, Layout::new::<[u8; 10_000]>(), 2);
        let first = large.block;
        for bytes in [20_000, 300_000, 2_000_000, 9_000] {
            large.resize(&mut heap, bytes);
            assert_eq!(large.block, first, "{bytes}");
        }
        small.check(8_000);
    }

    #[test]
    fn the_same_work_again_needs_no_more_memory() {
        let mut heap = Slab::heap(64);
        let round = |heap: &mut Heap<Slab>| {
            let mut live = Vec::new();
            for at in 0..100_usize {
                let mut text = Live::take(heap, Layout::new::<[u8; 8]>(), 1);
                for bytes in [16, 64, 700, 4_000, 300].into_iter().take(at % 6) {
                    text.resize(heap, bytes);
                }
                live.push(text);
                live.push(Live::take(heap, Layout::new::<[u8; 2_000]>(), 2));
                live.pop().unwrap().give(heap);
            }
            for block in live {
                block.give(heap);
            }
            heap.host.given
        };
        let first = (0..5).map(|_| round(&mut heap)).last();
        let last = (0..500).map(|_| round(&mut heap)).last();
        assert_eq!(last, first);
    }

    #[test]
    fn large_blocks_join_again() {
        let mut heap = Slab::heap(33);
        let layout = Layout::new::<[u8; 100_000]>();
        let mut blocks: Vec<Live> = (0..16)
            .map(|at| Live::take(&mut heap, layout, at))
            .collect();
        // Every other one, then the rest, back to front and front to back.
        for at in [14, 12, 10, 8, 6, 4, 2, 0].into_iter().chain([0; 8]) {
            blocks.remove(at).give(&mut heap);
        }
        assert!(unsafe { heap.runs.read() }.next.is_null());
        Live::take(&mut heap, Layout::new::<[u8; 1_600_000]>(), 99).give(&mut heap);
    }

    #[test]
    fn no_memory_is_told_of_and_does_no_harm() {
        let mut heap = Slab::heap(8);
        let layout = Layout::new::<[u8; 4_000]>();
        let mut live = Vec::new();
        for mark in 0..=u8::MAX {
            if unsafe { heap.take(Layout::new::<[u8; 1 << 20]>()) }.is_null() {
                live.push(Live::take(&mut heap, layout, mark));
            }
            if live.len() == 100 {
                break;
            }
        }
        let larger = Layout::new::<[u8; 1 << 20]>();
        assert!(unsafe { heap.resize(live[3].block, layout, larger) }.is_null());
        assert!(unsafe { heap.take(Layout::from_size_align(1, 2 * PAGE).unwrap()) }.is_null());
        for block in live {
            block.give(&mut heap);
        }
    }
}
