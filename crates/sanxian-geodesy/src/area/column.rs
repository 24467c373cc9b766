//! A borrowed column of polygons, in the layout of `GeoArrow`.

use super::{AreaError, VertexPosition};

/// Flat coordinates and three levels of offsets, as in `geoarrow.multipolygon`.
///
/// Feature `i` owns the polygons `feature_offsets[i]..feature_offsets[i + 1]`, polygon `p` the rings
/// `polygon_offsets[p]..polygon_offsets[p + 1]`, ring `r` the points `ring_offsets[r]..ring_offsets[r + 1]`. The first
/// ring of a polygon is the exterior. Rings may or may not repeat their first point. A feature without geometry owns no
/// polygon; its area is 0, and telling null from empty is the caller's part.
#[derive(Clone, Copy, Debug)]
pub struct PolygonColumn<'a> {
    /// `[easting_m, northing_m]` or `[longitude_deg, latitude_deg]`.
    pub coords: &'a [[f64; 2]],
    /// Rings into `coords`.
    pub ring_offsets: &'a [i32],
    /// Polygons into rings.
    pub polygon_offsets: &'a [i32],
    /// Features into polygons.
    pub feature_offsets: &'a [i32],
}

impl<'a> PolygonColumn<'a> {
    /// Number of features.
    pub fn len(&self) -> usize {
        self.feature_offsets.len().saturating_sub(1)
    }

    /// True when there is no feature.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where the point at `index` of the coordinates stands; `None` beyond the last feature.
    ///
    /// A transform works on bare coordinates; this turns the index in its error into feature, polygon, ring and vertex.
    pub fn position_of(&self, index: usize) -> Option<VertexPosition> {
        let owner = |offsets: &[i32], index: usize| {
            let after = offsets.partition_point(|&offset| offset as usize <= index);
            let owner = after.checked_sub(1)?;
            (after < offsets.len())
                .then(|| (owner, index - offsets.get(owner).map_or(0, |&start| start as usize)))
        };
        let (ring, vertex) = owner(self.ring_offsets, index)?;
        let (polygon, ring) = owner(self.polygon_offsets, ring)?;
        let (feature, polygon) = owner(self.feature_offsets, polygon)?;
        Some(VertexPosition { feature, polygon, ring, vertex })
    }

    /// Checks that every offset points where it may.
    pub(super) fn check(&self) -> Result<(), AreaError> {
        check("ring", self.ring_offsets, self.coords.len())?;
        check("polygon", self.polygon_offsets, self.ring_offsets.len() - 1)?;
        check("feature", self.feature_offsets, self.polygon_offsets.len() - 1)
    }

    /// Polygons of a feature, each as its rings; the column must have been checked.
    pub(super) fn polygons(
        &self,
        feature: usize,
    ) -> impl Iterator<Item = impl Iterator<Item = &'a [[f64; 2]]>> {
        let column = *self;
        span(column.feature_offsets, feature)
            .map(move |polygon| span(column.polygon_offsets, polygon).map(move |ring| column.ring(ring)))
    }

    fn ring(&self, ring: usize) -> &'a [[f64; 2]] {
        self.coords.get(span(self.ring_offsets, ring)).unwrap_or(&[])
    }
}

fn span(offsets: &[i32], index: usize) -> std::ops::Range<usize> {
    match offsets.get(index..index + 2) {
        Some(&[start, end]) => start as usize..end as usize,
        _ => 0..0,
    }
}

fn check(level: &'static str, offsets: &[i32], target: usize) -> Result<(), AreaError> {
    let broken = |position| AreaError::Layout { level, position };
    if offsets.first() != Some(&0) {
        return Err(broken(0));
    }
    if let Some(position) = offsets.windows(2).position(|pair| pair[0] > pair[1]) {
        return Err(broken(position + 1));
    }
    if offsets.last().is_none_or(|&end| usize::try_from(end) != Ok(target)) {
        return Err(broken(offsets.len() - 1));
    }
    Ok(())
}
