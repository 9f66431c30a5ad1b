//! The Python package `cqdt`: translates between Python and the core, and computes nothing.

mod block;
mod capsule;
mod cohort;
mod convert;
mod error;
mod frame;
mod pool;
mod report;
mod robustness;
mod round;
mod set;
mod standing;
mod submission;

use pyo3::prelude::*;

/// Columns of a million rows are taken and given back with every call: an allocator that keeps pages for a while spares
/// faulting them in anew, which costs about as much as scoring does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What is compiled of the package; `cqdt` re-exports it.
#[pymodule(gil_used = false)]
mod _cqdt {
    #[pymodule_export]
    use crate::capsule::ArrowTable;
    #[pymodule_export]
    use crate::cohort::Cohort;
    #[pymodule_export]
    use crate::frame::{_analyse_arrow, _cohort_arrow, _score_arrow};
    #[pymodule_export]
    use crate::frame::{_check_frame, _columns_read, _score_schema, Options};
    #[pymodule_export]
    use crate::report::{_report, Report};
    #[pymodule_export]
    use crate::robustness::{_robust_arrow, _robust_reports, _robust_submissions};
    #[pymodule_export]
    use crate::round::{_round_report, Round, RoundReport};
    #[pymodule_export]
    use crate::set::CriteriaSet;
    #[pymodule_export]
    use crate::standing::{compare, rank};
    #[pymodule_export]
    use crate::submission::Submission;

    use pyo3::prelude::{Bound, PyModule, PyModuleMethods as _, PyResult};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        crate::pool::loaded();
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
