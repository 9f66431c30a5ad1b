//! cqdt-report
