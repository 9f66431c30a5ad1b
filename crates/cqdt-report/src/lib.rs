//! The self-contained HTML report page.
