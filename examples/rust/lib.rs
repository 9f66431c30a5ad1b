//! Programs that use cqdt; each stands alone in `examples/` and is run by a test.
