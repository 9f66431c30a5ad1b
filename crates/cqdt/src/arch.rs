//! Which instructions the inner loops are run with: the best that the processor has, found at run time.
#![allow(
    clippy::inline_always,
    reason = "a loop takes on the instructions of its caller only inside of it"
)]

/// With the feature `simd`, one of several builds of each loop; else the one that the target allows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arch {
    #[cfg(feature = "simd")]
    picked: pulp::Arch,
}

impl Arch {
    pub(crate) fn new() -> Self {
        Self {
            #[cfg(feature = "simd")]
            picked: pulp::Arch::new(),
        }
    }

    /// For loops over one row, which no instruction makes faster.
    pub(crate) fn plain() -> Self {
        Self {
            #[cfg(feature = "simd")]
            picked: pulp::Arch::Scalar,
        }
    }

    /// Runs a loop.
    #[cfg_attr(
        not(feature = "simd"),
        allow(clippy::unused_self, reason = "there is only one build to pick")
    )]
    #[inline(always)]
    pub(crate) fn run<R>(self, f: impl FnOnce() -> R) -> R {
        #[cfg(feature = "simd")]
        {
            self.picked.dispatch(f)
        }
        #[cfg(not(feature = "simd"))]
        {
            f()
        }
    }
}
