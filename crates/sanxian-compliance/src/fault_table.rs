//! Faults and repairs of polygons as tables.

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use sanxian_overlay::{Fault, Repair};

use crate::columns::Columns;

/// Faults as a table: `feature, fault, severity, polygon, ring, vertex, easting_m, northing_m, message`.
///
/// Positions count from 0, ring 0 is the exterior. In a geographic CRS the two coordinates are longitude and latitude in degrees.
///
/// # Errors
/// None on any input; the signature is Arrow's.
pub fn faults_to_arrow(faults: &[Fault]) -> Result<RecordBatch, ArrowError> {
    let number = |value: Option<usize>| value.map(|value| value as i64);
    Columns::default()
        .counts("feature", faults.iter().map(|fault| fault.feature))
        .texts("fault", faults.iter().map(|fault| fault.kind.code()))
        .texts("severity", faults.iter().map(|fault| if fault.kind.is_error() { "error" } else { "warning" }))
        .maybe_counts("polygon", faults.iter().map(|fault| number(fault.polygon)))
        .maybe_counts("ring", faults.iter().map(|fault| number(fault.ring)))
        .maybe_counts("vertex", faults.iter().map(|fault| number(fault.vertex)))
        .maybe_numbers("easting_m", faults.iter().map(|fault| fault.point.map(|point| point[0])))
        .maybe_numbers("northing_m", faults.iter().map(|fault| fault.point.map(|point| point[1])))
        .texts("message", faults.iter().map(ToString::to_string))
        .finish()
}

/// Repairs as a table: `feature, faults, area_before, area_after`, the areas planar in square units of the coordinates.
///
/// # Errors
/// None on any input; the signature is Arrow's.
pub fn repairs_to_arrow(repairs: &[Repair]) -> Result<RecordBatch, ArrowError> {
    let codes = |repair: &Repair| repair.kinds.iter().map(|kind| kind.code()).collect::<Vec<_>>().join(", ");
    Columns::default()
        .counts("feature", repairs.iter().map(|repair| repair.feature))
        .texts("faults", repairs.iter().map(codes))
        .numbers("area_before", repairs.iter().map(|repair| repair.area_before))
        .numbers("area_after", repairs.iter().map(|repair| repair.area_after))
        .finish()
}
