//! Ellipsoids of revolution.

/// An ellipsoid of revolution, by its semi-major axis and inverse flattening.
///
/// # Examples
/// ```
/// use sanxian_geodesy::Ellipsoid;
///
/// let cgcs2000 = Ellipsoid::CGCS2000;
/// assert!((cgcs2000.semi_minor_m() - 6_356_752.314_140_36).abs() < 1e-8);
/// ```
///
/// # References
/// GB 22021-2008 (CGCS2000); EPSG ellipsoids 1024, 7030, 7049, 7024.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ellipsoid {
    semi_major_m: f64,
    inverse_flattening: f64,
}

impl Ellipsoid {
    /// CGCS2000, the same figure as GRS 1980 (EPSG 1024).
    pub const CGCS2000: Self = Self { semi_major_m: 6_378_137.0, inverse_flattening: 298.257_222_101 };
    /// WGS 84 (EPSG 7030).
    pub const WGS84: Self = Self { semi_major_m: 6_378_137.0, inverse_flattening: 298.257_223_563 };
    /// IAG 1975, the ellipsoid of Xian 1980 (EPSG 7049).
    pub const IAG1975: Self = Self { semi_major_m: 6_378_140.0, inverse_flattening: 298.257 };
    /// Krassowsky 1940, the ellipsoid of Beijing 1954 (EPSG 7024).
    pub const KRASSOWSKY1940: Self = Self { semi_major_m: 6_378_245.0, inverse_flattening: 298.3 };

    /// An ellipsoid from its semi-major axis in metres and its inverse flattening; `0` as inverse flattening means a sphere,
    /// as in WKT. `None` when the figures describe no earth: not finite, not positive, or flatter than 1/50.
    pub fn new(semi_major_m: f64, inverse_flattening: f64) -> Option<Self> {
        let sphere = inverse_flattening == 0.0;
        let sane = semi_major_m.is_finite()
            && semi_major_m > 0.0
            && (sphere || (inverse_flattening >= 50.0 && !inverse_flattening.is_nan()));
        let inverse_flattening = if sphere { f64::INFINITY } else { inverse_flattening };
        sane.then_some(Self { semi_major_m, inverse_flattening })
    }

    /// Semi-major axis a, in metres.
    pub const fn semi_major_m(&self) -> f64 {
        self.semi_major_m
    }

    /// Inverse flattening 1/f; infinite for a sphere.
    pub const fn inverse_flattening(&self) -> f64 {
        self.inverse_flattening
    }

    /// Flattening f = (a - b) / a.
    pub fn flattening(&self) -> f64 {
        1.0 / self.inverse_flattening
    }

    /// Semi-minor axis b, in metres.
    pub fn semi_minor_m(&self) -> f64 {
        self.semi_major_m * (1.0 - self.flattening())
    }

    /// First eccentricity squared, e² = (a² - b²) / a².
    pub fn eccentricity_squared(&self) -> f64 {
        let f = self.flattening();
        f * (2.0 - f)
    }

    /// Third flattening n = (a - b) / (a + b), the parameter of Krüger's series.
    pub fn third_flattening(&self) -> f64 {
        let f = self.flattening();
        f / (2.0 - f)
    }

    /// True when both are the same figure to the digits that files carry.
    ///
    /// CGCS2000 and WGS 84 differ by 1.46e-6 in 1/f and are told apart; 298.257222 and 298.257222101 are not.
    pub fn is_same_as(&self, other: &Self) -> bool {
        let inverse = self.inverse_flattening == other.inverse_flattening
            || (self.inverse_flattening - other.inverse_flattening).abs() < 5e-7;
        (self.semi_major_m - other.semi_major_m).abs() < 1e-3 && inverse
    }
}
