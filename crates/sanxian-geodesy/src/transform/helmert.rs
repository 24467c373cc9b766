//! Changes of datum, with parameters that the caller gives.

use crate::ellipsoid::Ellipsoid;
use crate::pipeline;

/// What a change of datum needs.
///
/// Parameters between Xian 1980 or Beijing 1954 and CGCS2000 are fitted to local control points, hold in one region and are not public;
/// there are none in this library. Without them a change of datum is an error, for shifts of tens of metres to more than a hundred.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Helmert {
    /// Seven parameters whose rotations turn the position vector (EPSG method 1033, as IAG and Bursa-Wolf in Europe and China mean it).
    PositionVector(SevenParameters),
    /// Seven parameters whose rotations turn the coordinate frame (EPSG method 1032): the opposite sign of the three rotations.
    CoordinateFrame(SevenParameters),
    /// Four parameters between two planes.
    Plane(FourParameters),
    /// WGS 84 and CGCS2000 taken as one: they agree within decimetres to a metre, depending on realisation and epoch.
    Wgs84AsCgcs2000,
}

/// Translation, rotation and scale between two geocentric frames, from the source to the target.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SevenParameters {
    /// Translation along X, in metres.
    pub dx_m: f64,
    /// Translation along Y, in metres.
    pub dy_m: f64,
    /// Translation along Z, in metres.
    pub dz_m: f64,
    /// Rotation about X, in arc-seconds.
    pub rx_arcsec: f64,
    /// Rotation about Y, in arc-seconds.
    pub ry_arcsec: f64,
    /// Rotation about Z, in arc-seconds.
    pub rz_arcsec: f64,
    /// Scale difference, in parts per million.
    pub scale_ppm: f64,
}

/// Translation, rotation and scale between two planes, from the source to the target.
///
/// easting' = shift_easting + k (easting cos r - northing sin r), northing' = shift_northing + k (easting sin r + northing cos r),
/// with k = 1 + scale_ppm / 10⁶. Coordinates enter as they stand in the two systems, a zone prefix included, so give systems with or
/// without prefix as the parameters were fitted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FourParameters {
    /// Added to the easting, in metres.
    pub shift_easting_m: f64,
    /// Added to the northing, in metres.
    pub shift_northing_m: f64,
    /// Rotation from east to north (counter-clockwise), in arc-seconds. Survey software that calls the northing X counts
    /// clockwise: give its angle with the opposite sign.
    pub rotation_arcsec: f64,
    /// Scale difference, in parts per million.
    pub scale_ppm: f64,
}

impl FourParameters {
    pub(super) fn apply(&self, [easting, northing]: [f64; 2]) -> [f64; 2] {
        let k = 1.0 + self.scale_ppm * 1e-6;
        let (sin, cos) = (self.rotation_arcsec / 3600.0).to_radians().sin_cos();
        [
            self.shift_easting_m + k * (easting * cos - northing * sin),
            self.shift_northing_m + k * (easting * sin + northing * cos),
        ]
    }
}

impl Helmert {
    /// PROJ pipeline from degrees on one ellipsoid to degrees on another; `None` for what is no geocentric transformation.
    pub(super) fn pipeline(&self, from: &Ellipsoid, to: &Ellipsoid) -> Option<String> {
        let (convention, p) = match self {
            Self::PositionVector(parameters) => ("position_vector", parameters),
            Self::CoordinateFrame(parameters) => ("coordinate_frame", parameters),
            Self::Plane(_) | Self::Wgs84AsCgcs2000 => return None,
        };
        Some(format!(
            "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=cart {} \
             +step +proj=helmert +convention={convention} +x={:?} +y={:?} +z={:?} +rx={:?} +ry={:?} +rz={:?} +s={:?} \
             +step +inv +proj=cart {} +step +proj=unitconvert +xy_in=rad +xy_out=deg",
            pipeline::figure(from),
            p.dx_m,
            p.dy_m,
            p.dz_m,
            p.rx_arcsec,
            p.ry_arcsec,
            p.rz_arcsec,
            p.scale_ppm,
            pipeline::figure(to),
        ))
    }
}
