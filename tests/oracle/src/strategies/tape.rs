//! The tape that all choices are read off.

/// Words, and where we are. What lies beyond the end is 0.
pub(crate) struct Tape<'a> {
    words: &'a [u32],
    at: usize,
    /// Maxima are multiples of this many millionths: coarse ones allow rounding to few places (D27).
    pub(crate) grain: i128,
}

impl<'a> Tape<'a> {
    pub(crate) fn new(words: &'a [u32]) -> Self {
        Self {
            words,
            at: 0,
            grain: 1,
        }
    }

    fn word(&mut self) -> u32 {
        let word = self.words.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        word
    }

    /// A number below `n`; 0 is the simplest.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.word()).unwrap() % n
    }

    /// True once in `n`; false on an empty tape.
    pub(crate) fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }

    /// One of the choices; the first is the simplest.
    pub(crate) fn pick<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())].clone()
    }

    /// A number from 0 to `most`, evenly spread.
    pub(crate) fn up_to(&mut self, most: i128) -> i128 {
        let wide = (i128::from(self.word()) << 32) | i128::from(self.word());
        wide % (most + 1)
    }
}
