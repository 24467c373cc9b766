//! The Python module `sanxian._native`: parse, detach, call, wrap. No arithmetic happens here.
//!
//! Docstrings for users are in `python/sanxian/*.py`; types in `python/sanxian/_native.pyi`.

#![allow(clippy::needless_pass_by_value, reason = "pyo3 hands extracted arguments over by value")]
#![allow(clippy::result_large_err, reason = "errors leave this crate as exceptions at once")]

#[macro_use]
mod dict;

mod area;
mod audit;
mod check;
mod closure;
mod cropland;
mod error;
mod frame;
mod layer;
mod overlay;
mod sites;
mod task;
mod validity;

use pyo3::prelude::*;

/// What Python imports as `sanxian._native`.
#[pymodule(gil_used = false)]
mod _native {
    #[pymodule_export]
    use super::area::{areas_m2, to_crs};
    #[pymodule_export]
    use super::audit::{audit, audit_tables_needed};
    #[pymodule_export]
    use super::check::{
        Report, RulePacks, Scheme, check, list_rules, load_rules, recognise_layer, role_id, role_titles,
    };
    #[pymodule_export]
    use super::closure::{close_column, close_table, ridge_deduction, round_half_away};
    #[pymodule_export]
    use super::cropland::{CroplandOccupation, cropland_occupation, expandable_space, quota_ledger};
    #[pymodule_export]
    use super::frame::{crs_evidence, describe_crs, describe_layer_crs, layer_crs_evidence};
    #[pymodule_export]
    use super::layer::{
        IndexedLayer, Layer, plots_of_layer, read_features, read_layer, read_layer_table, read_plots,
        read_points, rewrite_exchange_text, write_coordinate_table, write_exchange_text, write_shapefile,
        write_use_layer,
    };
    #[pymodule_export]
    use super::overlay::{compare_vintages, overlay, overlay_area};
    #[pymodule_export]
    use super::sites::{compare_sites, read_layers_file};
    #[pymodule_export]
    use super::validity::{check_coverage, check_submission, find_faults, find_slivers, repair};

    use super::{Bound, PyModule, PyModuleMethods, PyResult};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
