//! Work on all cores, without the GIL, in whichever process.
//!
//! A forked process has none of its parent's threads: work handed to the pool that rayon keeps for the whole process would
//! wait for them for ever. `multiprocessing` forks, so each process that was forked off gets a pool of its own.

use std::process::id;
use std::sync::{Mutex, OnceLock};

use pyo3::Python;
use pyo3::marker::Ungil;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// The process that loaded the package, whose threads rayon's pool has.
static LOADED_BY: OnceLock<u32> = OnceLock::new();
/// The pool of a forked process. It is never dropped: dropping that of its parent would wait for threads, too.
static FORKED: Mutex<Option<(u32, &'static ThreadPool)>> = Mutex::new(None);

/// Remembers which process this is.
pub(crate) fn loaded() {
    LOADED_BY.get_or_init(id);
}

/// Does work without the GIL, on threads that there are.
pub(crate) fn detached<R: Ungil + Send>(
    py: Python<'_>,
    work: impl FnOnce() -> R + Ungil + Send,
) -> R {
    py.detach(|| on_threads(work))
}

/// Does work on threads that there are.
pub(crate) fn on_threads<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    match forked() {
        Some(pool) => pool.install(work),
        None => work(),
    }
}

/// The pool of this process, if it was forked.
fn forked() -> Option<&'static ThreadPool> {
    let process = id();
    if LOADED_BY.get().is_none_or(|parent| *parent == process) {
        return None;
    }
    // Never waited for: whoever holds it may have been left behind by a fork. At worst a pool too many is made.
    if let Ok(forked) = FORKED.try_lock()
        && let Some((owner, pool)) = *forked
        && owner == process
    {
        return Some(pool);
    }
    let pool: &'static ThreadPool = Box::leak(Box::new(made()?));
    if let Ok(mut forked) = FORKED.try_lock() {
        *forked = Some((process, pool));
    }
    Some(pool)
}

/// A pool of all cores, or of this thread alone where no other can be had.
fn made() -> Option<ThreadPool> {
    let alone = || ThreadPoolBuilder::new().num_threads(1).use_current_thread();
    let all = ThreadPoolBuilder::new().build();
    all.or_else(|_| alone().build()).ok()
}
