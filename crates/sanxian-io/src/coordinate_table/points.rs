//! The rows of a coordinate table: points with their numbers, digits and side lengths. Every table of boundary points is made of them.

use sanxian_geodesy::{Crs, Frame, FrameKind, Zone, round_half_away};
use sanxian_overlay::Polygons;

use crate::error::Misfit;

/// Decimals of side lengths: 新疆土地征收成片开发方案编制指引, 附件(六).
pub(super) const SIDE_DECIMALS: u32 = 3;

/// One row of a coordinate table. The last row of a ring is its first point once more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BoundaryPoint {
    /// The ring among all rings of the plot, from 1.
    pub ring: u32,
    /// The point among all points of the plot, from 1; the row that closes a ring has the number of its first point.
    pub number: u32,
    /// X: metres north, seven digits before the point.
    pub northing_m: f64,
    /// Y: metres east with the zone's number before them, eight digits before the point.
    pub easting_m: f64,
    /// Metres to the next row, between the rounded coordinates, so that the table agrees with itself; `None` in the last row of a ring.
    pub side_m: Option<f64>,
}

/// How boundary points of one CRS are written.
#[derive(Clone, Copy, Debug)]
pub struct BoundaryPoints {
    zone: Zone,
    prefixed: bool,
    decimals: u32,
}

impl BoundaryPoints {
    /// Points with so many decimals; `None` for a CRS that is no Gauss-Krüger zone.
    pub fn new(crs: &Crs, decimals: u16) -> Option<Self> {
        match crs.epsg().and_then(Frame::from_epsg)?.kind() {
            FrameKind::GaussKruger { zone, prefixed } => {
                Some(Self { zone, prefixed, decimals: u32::from(decimals) })
            }
            _ => None,
        }
    }

    /// The rows of one plot, ring by ring.
    ///
    /// # Errors
    /// [`Misfit`] for a plot without geometry, and for coordinates that do not have the seven and eight digits of the rule.
    pub fn of_plot(&self, plots: Polygons<'_>, plot: usize) -> Result<Vec<BoundaryPoint>, Misfit> {
        let rings: Vec<_> = plots.feature(plot).flat_map(|polygon| polygon.rings()).collect();
        if rings.is_empty() {
            return Err(Misfit::Missing);
        }
        let (mut rows, mut number) = (Vec::new(), 1);
        for (points, ring) in rings.iter().zip(1_u32..) {
            let points = points.iter().map(|&point| self.rounded(point)).collect::<Result<Vec<_>, _>>()?;
            let start = number;
            for (position, &[northing_m, easting_m]) in points.iter().enumerate() {
                let side_m = points.get(position + 1).map(|[north, east]| {
                    round_half_away(f64::hypot(north - northing_m, east - easting_m), SIDE_DECIMALS)
                });
                let own = if side_m.is_some() { number } else { start };
                rows.push(BoundaryPoint { ring, number: own, northing_m, easting_m, side_m });
                number += u32::from(side_m.is_some());
            }
        }
        Ok(rows)
    }

    /// Northing and easting with zone prefix, rounded, if they have the seven and eight digits of the rule.
    fn rounded(self, [easting, northing]: [f64; 2]) -> Result<[f64; 2], Misfit> {
        let prefix = if self.prefixed { 0.0 } else { f64::from(self.zone.number().get()) * 1e6 };
        let fit = |value: f64, width: usize| {
            if !value.is_finite() {
                return Err(Misfit::NotFinite { value });
            }
            let rounded = round_half_away(value, self.decimals);
            let least = 10_f64.powi(width as i32 - 1);
            if (least..least * 10.0).contains(&rounded) {
                Ok(rounded)
            } else {
                Err(Misfit::Number { value, width, decimals: self.decimals as usize })
            }
        };
        Ok([fit(northing, 7)?, fit(easting + prefix, 8)?])
    }
}
