//! Work on all cores, without the GIL, in whichever process.
//!
//! A forked process has none of its parent's threads: work handed to the pool that rayon keeps for the whole process would
//! wait for them for ever. `multiprocessing` forks, so each process that was forked off gets a pool of its own.

use std::process::id;
use std::sync::{Mutex, OnceLock, PoisonError};

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

/// The pool of this process, if it was forked; none where no thread can be had, and rayon's own is tried.
fn forked() -> Option<&'static ThreadPool> {
    let process = id();
    if LOADED_BY.get().is_none_or(|parent| *parent == process) {
        return None;
    }
    let mut forked = FORKED.lock().unwrap_or_else(PoisonError::into_inner);
    match *forked {
        Some((owner, pool)) if owner == process => Some(pool),
        _ => {
            let pool: &'static ThreadPool =
                Box::leak(Box::new(ThreadPoolBuilder::new().build().ok()?));
            *forked = Some((process, pool));
            Some(pool)
        }
    }
}
