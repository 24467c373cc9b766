//! Between the polygon sets of the overlay crate and the areas of the geodesy crate, which do not know each other.

use sanxian_geodesy::{AreaError, AreaMethod, Crs, PolygonColumn};
use sanxian_overlay::Polygons;

/// Area of every feature in square metres by the given method; `None` where a feature has no geometry, 0 where it is empty.
///
/// # Errors
/// [`AreaError`] names feature, ring and vertex of a coordinate that cannot be, or says that the CRS has no such area.
pub fn areas_m2(
    polygons: Polygons<'_>,
    crs: &Crs,
    method: AreaMethod,
) -> Result<Vec<Option<f64>>, AreaError> {
    let areas = sanxian_geodesy::areas_m2(&column(polygons), crs, method)?;
    let known = areas.into_iter().enumerate();
    Ok(known.map(|(feature, area_m2)| (!polygons.is_null(feature)).then_some(area_m2)).collect())
}

/// The same polygons in the words of the geodesy crate: no copy.
pub(crate) fn column(polygons: Polygons<'_>) -> PolygonColumn<'_> {
    PolygonColumn {
        coords: polygons.coords(),
        ring_offsets: polygons.ring_offsets(),
        polygon_offsets: polygons.polygon_offsets(),
        feature_offsets: polygons.feature_offsets(),
    }
}
