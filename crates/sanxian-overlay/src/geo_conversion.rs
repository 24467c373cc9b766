//! To and from the geometry types of the `geo` family, for Rust programs that already speak them.

use geo_types::{Coord, LineString, MultiPolygon, Polygon as GeoPolygon};

use crate::polygons::{Point, PolygonSet, Polygons};

impl FromIterator<MultiPolygon<f64>> for PolygonSet {
    /// One feature a multipolygon, in order; an empty multipolygon is an empty feature.
    ///
    /// # Examples
    /// ```
    /// use geo_types::polygon;
    /// use sanxian_overlay::{PolygonSet, planar_area};
    ///
    /// let square = polygon![(x: 0.0, y: 0.0), (x: 4.0, y: 0.0), (x: 4.0, y: 4.0), (x: 0.0, y: 4.0)];
    /// let set: PolygonSet = [square.into()].into_iter().collect();
    /// assert_eq!(planar_area(set.view().feature(0)), 16.0);
    /// ```
    fn from_iter<I: IntoIterator<Item = MultiPolygon<f64>>>(features: I) -> Self {
        let mut set = Self::default();
        for feature in features {
            let rings_of = |polygon: &GeoPolygon<f64>| -> Vec<Vec<Point>> {
                std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(points).collect()
            };
            let polygons: Vec<Vec<Vec<Point>>> = feature.iter().map(rings_of).collect();
            set.push_feature(polygons.iter().map(|rings| rings.iter().map(Vec::as_slice)));
        }
        set
    }
}

impl Polygons<'_> {
    /// One feature as a multipolygon of the `geo` family; `None` when it has no geometry.
    ///
    /// # Examples
    /// ```
    /// use sanxian_overlay::PolygonSet;
    ///
    /// let mut set = PolygonSet::default();
    /// set.push_feature([[[[0.0, 0.0], [4.0, 0.0], [4.0, 4.0]].as_slice()]]);
    /// let shape = set.view().to_multi_polygon(0).unwrap();
    /// assert_eq!(shape.0[0].exterior().0.len(), 4);
    /// ```
    pub fn to_multi_polygon(&self, feature: usize) -> Option<MultiPolygon<f64>> {
        if self.is_null(feature) {
            return None;
        }
        let polygons = self.feature(feature).map(|polygon| {
            let mut rings = polygon.rings().map(line_string);
            let exterior = rings.next().unwrap_or_else(|| LineString::new(Vec::new()));
            GeoPolygon::new(exterior, rings.collect())
        });
        Some(polygons.collect())
    }
}

fn points(ring: &LineString<f64>) -> Vec<Point> {
    ring.coords().map(|coord| [coord.x, coord.y]).collect()
}

fn line_string(ring: &[Point]) -> LineString<f64> {
    ring.iter().map(|&[x, y]| Coord { x, y }).collect()
}
