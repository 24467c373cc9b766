//! Faults and repairs of polygons as tables.

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use sanxian_geodesy::Crs;
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
        .texts("severity", faults.iter().map(|fault| fault.kind.severity()))
        .maybe_counts("polygon", faults.iter().map(|fault| number(fault.polygon)))
        .maybe_counts("ring", faults.iter().map(|fault| number(fault.ring)))
        .maybe_counts("vertex", faults.iter().map(|fault| number(fault.vertex)))
        .maybe_numbers("easting_m", faults.iter().map(|fault| fault.point.map(|point| point[0])))
        .maybe_numbers("northing_m", faults.iter().map(|fault| fault.point.map(|point| point[1])))
        .texts("message", faults.iter().map(ToString::to_string))
        .finish()
}

/// Repairs as a table: `feature, faults, area_before, area_after, displacement, vertices_dropped, vertices_added`, areas and
/// displacement planar, in units of the coordinates.
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
        .numbers("displacement", repairs.iter().map(|repair| repair.displacement))
        .counts("vertices_dropped", repairs.iter().map(|repair| repair.vertices_dropped))
        .counts("vertices_added", repairs.iter().map(|repair| repair.vertices_added))
        .finish()
}

/// Where coordinates of a CRS can be, `[min_x, min_y, max_x, max_y]`: half a million metres about the central meridian of a zone with a
/// prefix, which is all that one prefix can hold; two million metres without one, for layers of a whole country reach far beyond their zone;
/// the globe for degrees. `None` for other projections.
pub fn coordinate_range(crs: &Crs) -> Option<[f64; 4]> {
    if crs.is_geographic() {
        return Some([-180.0, -90.0, 180.0, 90.0]);
    }
    let false_easting_m = crs.frame()?.false_easting_m()?;
    let half_m = if false_easting_m > PREFIX_M { HALF_PREFIX_M } else { FARTHEST_M };
    Some([false_easting_m - half_m, 0.0, false_easting_m + half_m, QUADRANT_M])
}

/// What one more in the prefix adds to an easting.
const PREFIX_M: f64 = 1_000_000.0;
/// Eastings that share a prefix lie in a range of twice this.
const HALF_PREFIX_M: f64 = 500_000.0;
/// Farther from its meridian than this nobody uses a zone.
const FARTHEST_M: f64 = 2_000_000.0;
/// Rounded up from the length of a meridian from the equator to the pole.
const QUADRANT_M: f64 = 10_003_000.0;
