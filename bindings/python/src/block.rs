//! Memory that columns are given away in: a block a frame, which comes back once nobody reads it any more.
//!
//! A million rows' points take a hundred megabytes and more. Asking the system for them costs a fault a page, and each page
//! is cleared before it is written: as long as scoring takes. So a block is one mapping of huge pages where there are any,
//! and the last ones wait for the next frame. On Linux large ones are marked as free for the system to take where it runs
//! short; of others few wait.
//!
//! The columns of a frame share its block: who keeps one of them keeps it whole.

use std::ops::Range;
use std::sync::{Arc, Mutex};

use arrow_buffer::{Buffer, MutableBuffer};
use bytemuck::Pod;
use memmap2::MmapMut;

/// Fewer bytes come from the heap: mappings are few.
const LEAST_MAPPED: usize = 1 << 18;
/// What huge pages hold; current Linux lets mappings of whole ones begin where one does.
const HUGE: usize = 1 << 21;
/// Bytes that may wait for the next frame.
const MOST_WAITING: usize = 1 << 29;
/// Fewer waiting bytes aren't worth telling the system of: it would go through them page by page.
const LEAST_TOLD: usize = 1 << 22;
/// Waiting bytes that the system isn't told of.
const MOST_HELD: usize = 1 << 26;
/// A block isn't spent on a frame of a fraction of its size.
const MOST_SPARE: usize = 2;
/// Where each column begins: what Arrow recommends.
const ALIGNMENT: usize = 64;

static WAITING: Mutex<Vec<MmapMut>> = Mutex::new(Vec::new());

/// Bytes that hold anything at first.
pub(crate) struct Block(Memory);

enum Memory {
    Heap(MutableBuffer),
    Mapped(Mapping),
}

/// A mapping that waits for the next frame once it is let go of.
struct Mapping(Option<MmapMut>);

impl Block {
    pub(crate) fn new(bytes: usize) -> Self {
        if bytes >= LEAST_MAPPED
            && let Some(mapped) = waiting(bytes).or_else(|| map(bytes))
        {
            return Self(Memory::Mapped(Mapping(Some(mapped))));
        }
        Self(Memory::Heap(MutableBuffer::from_len_zeroed(bytes)))
    }

    /// Parts of it, to be written to.
    pub(crate) fn parts(&mut self) -> Parts<'_> {
        Parts(match &mut self.0 {
            Memory::Heap(buffer) => buffer.as_slice_mut(),
            Memory::Mapped(Mapping(mapped)) => mapped.as_deref_mut().unwrap_or_default(),
        })
    }

    /// All of it, read only.
    pub(crate) fn share(self) -> Buffer {
        match self.0 {
            Memory::Heap(buffer) => buffer.into(),
            Memory::Mapped(mapping) => {
                let Some(bytes) = mapping.0.as_deref() else {
                    return Buffer::default();
                };
                let (start, length) = (std::ptr::NonNull::from(bytes).cast(), bytes.len());
                // SAFETY: the mapping is readable over its length, stays where it is when its owner moves, and isn't
                // written to nor unmapped before the owner is dropped.
                unsafe { Buffer::from_custom_allocation(start, length, Arc::new(mapping)) }
            }
        }
    }
}

/// What is left of a block.
pub(crate) struct Parts<'b>(&'b mut [u8]);

impl<'b> Parts<'b> {
    /// The next cells; none where the block is too small for them.
    pub(crate) fn next<T: Pod>(&mut self, count: usize) -> &'b mut [T] {
        let bytes = std::mem::take(&mut self.0);
        let Some((cells, rest)) = bytes.split_at_mut_checked(size::<T>(count)) else {
            return Default::default();
        };
        self.0 = rest;
        let cells = cells.get_mut(..count * size_of::<T>()).unwrap_or_default();
        bytemuck::try_cast_slice_mut(cells).unwrap_or_default()
    }
}

/// Bytes that so many cells take of a block.
fn size<T>(count: usize) -> usize {
    (count * size_of::<T>()).next_multiple_of(ALIGNMENT)
}

/// Where columns are in a block, in the order of its [parts](Block::parts).
#[derive(Default)]
pub(crate) struct Places {
    bytes: usize,
}

impl Places {
    /// The bytes of the next cells.
    pub(crate) fn add<T: Pod>(&mut self, count: usize) -> Range<usize> {
        let start = self.bytes;
        self.bytes += size::<T>(count);
        start..start + count * size_of::<T>()
    }

    /// Bytes of all of them.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}

fn waiting(bytes: usize) -> Option<MmapMut> {
    // Never waited for: in a process that was forked off meanwhile, nobody would let go of it.
    let mut waiting = WAITING.try_lock().ok()?;
    let fits = |mapped: &MmapMut| mapped.len() >= bytes && mapped.len() / MOST_SPARE <= bytes;
    let at = waiting.iter().rposition(fits)?;
    Some(waiting.remove(at))
}

fn map(bytes: usize) -> Option<MmapMut> {
    let whole = if bytes >= HUGE / 2 {
        bytes.next_multiple_of(HUGE)
    } else {
        bytes
    };
    let mapped = MmapMut::map_anon(whole).ok()?;
    // Where there are no huge pages, or none now, small ones do.
    #[cfg(target_os = "linux")]
    let _ = mapped.advise(memmap2::Advice::HugePage);
    Some(mapped)
}

impl Drop for Mapping {
    fn drop(&mut self) {
        let Some(mapped) = self.0.take() else { return };
        if mapped.len() > MOST_WAITING || !is_told(&mapped) && mapped.len() > MOST_HELD {
            return;
        }
        #[cfg(target_os = "linux")]
        if is_told(&mapped) {
            // Where it can't be said, the bytes are held until they are needed.
            // SAFETY: nobody reads the mapping any more; what it holds later may be its bytes or zeros, both of them good.
            let _ = unsafe { mapped.unchecked_advise(memmap2::UncheckedAdvice::Free) };
        }
        // Unmapping takes a while: not under the lock.
        let Ok(mut waiting) = WAITING.try_lock() else {
            return;
        };
        waiting.push(mapped);
        let spent = surplus(&mut waiting);
        drop(waiting);
        drop(spent);
    }
}

/// Whether the system is told that it may take a mapping's bytes while it waits.
fn is_told(mapped: &MmapMut) -> bool {
    cfg!(target_os = "linux") && mapped.len() >= LEAST_TOLD
}

/// Takes out the oldest, which are least like what is asked for now, while too many bytes wait.
fn surplus(waiting: &mut Vec<MmapMut>) -> Vec<MmapMut> {
    let (mut all, mut held) = (0, 0);
    // From the newest on: what still finds room stays.
    let first = waiting.iter().rposition(|mapped| {
        all += mapped.len();
        held += if is_told(mapped) { 0 } else { mapped.len() };
        all > MOST_WAITING || held > MOST_HELD
    });
    waiting.drain(..first.map_or(0, |at| at + 1)).collect()
}
