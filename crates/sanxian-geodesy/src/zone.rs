//! Gauss-Krüger zones of China, and eastings with and without the zone number in front.

/// Width of a Gauss-Krüger zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ZoneWidth {
    /// 3-degree zones, numbers 25 to 45 in China, central meridian 3n.
    Three,
    /// 6-degree zones, numbers 13 to 23 in China, central meridian 6n - 3.
    Six,
}

impl ZoneWidth {
    /// Width in degrees.
    pub const fn degrees(self) -> u8 {
        match self {
            Self::Three => 3,
            Self::Six => 6,
        }
    }

    pub(crate) const fn numbers(self) -> (u8, u8) {
        match self {
            Self::Three => (25, 45),
            Self::Six => (13, 23),
        }
    }
}

/// A zone number (带号) of a Chinese frame: 13 to 23 or 25 to 45.
///
/// The two ranges are disjoint, so the number alone tells the width; 24 belongs to neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ZoneNumber(u8);

impl ZoneNumber {
    /// Checks a zone number.
    ///
    /// # Errors
    /// [`ZoneError::Number`] outside 13-23 and 25-45.
    pub fn new(number: u32) -> Result<Self, ZoneError> {
        match number {
            13..=23 | 25..=45 => Ok(Self(number as u8)),
            _ => Err(ZoneError::Number { number }),
        }
    }

    /// The number.
    pub const fn get(self) -> u8 {
        self.0
    }

    /// The width that goes with the number.
    pub const fn width(self) -> ZoneWidth {
        if self.0 < 24 { ZoneWidth::Six } else { ZoneWidth::Three }
    }
}

/// A Gauss-Krüger zone: its number, and with it width and central meridian.
///
/// # Examples
/// ```
/// use sanxian_geodesy::{Zone, ZoneWidth};
///
/// let zone = Zone::new(38)?;
/// assert_eq!((zone.width(), zone.central_meridian_deg()), (ZoneWidth::Three, 114));
/// assert_eq!(Zone::at_longitude(ZoneWidth::Six, 112.7)?.number().get(), 19);
/// assert!(Zone::new(24).is_err());
/// # Ok::<(), sanxian_geodesy::ZoneError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Zone(ZoneNumber);

impl Zone {
    /// The zone with this number.
    ///
    /// # Errors
    /// [`ZoneError::Number`] outside 13-23 and 25-45.
    pub fn new(number: u32) -> Result<Self, ZoneError> {
        ZoneNumber::new(number).map(Self)
    }

    /// The zone of this width whose band holds a longitude; the western border belongs to the zone east of it.
    ///
    /// # Errors
    /// [`ZoneError::Longitude`] when the longitude is in no Chinese zone of that width.
    pub fn at_longitude(width: ZoneWidth, longitude_deg: f64) -> Result<Self, ZoneError> {
        let number = match width {
            ZoneWidth::Three => ((longitude_deg + 1.5) / 3.0).floor(),
            ZoneWidth::Six => (longitude_deg / 6.0).floor() + 1.0,
        };
        let (first, last) = width.numbers();
        if number >= f64::from(first) && number <= f64::from(last) {
            Ok(Self(ZoneNumber(number as u8)))
        } else {
            Err(ZoneError::Longitude { longitude_deg, width_deg: width.degrees() })
        }
    }

    /// The zone of this width with this central meridian; `None` when there is none.
    pub fn with_central_meridian(width: ZoneWidth, central_meridian_deg: f64) -> Option<Self> {
        let zone = Self::at_longitude(width, central_meridian_deg).ok()?;
        ((f64::from(zone.central_meridian_deg()) - central_meridian_deg).abs() < 1e-9).then_some(zone)
    }

    /// The zone number.
    pub const fn number(self) -> ZoneNumber {
        self.0
    }

    /// 3 or 6 degrees.
    pub const fn width(self) -> ZoneWidth {
        self.0.width()
    }

    /// Longitude of the central meridian, in degrees.
    pub const fn central_meridian_deg(self) -> u8 {
        match self.width() {
            ZoneWidth::Three => self.0.0 * 3,
            ZoneWidth::Six => self.0.0 * 6 - 3,
        }
    }

    /// Position among the zones of its width, from 0; the EPSG blocks run in this order.
    pub(crate) const fn index(self) -> u32 {
        self.0.0 as u32 - self.width().numbers().0 as u32
    }
}

/// An easting without zone prefix: distance from the central meridian plus 500 km.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Easting(f64);

impl Easting {
    /// Takes metres, with the 500 km false easting and without zone prefix.
    pub const fn from_m(easting_m: f64) -> Self {
        Self(easting_m)
    }

    /// Metres, with the 500 km false easting.
    pub const fn as_m(self) -> f64 {
        self.0
    }

    /// Writes the zone number in front, as surveyors do: 386 439 m in zone 38 becomes 38 386 439.
    pub fn with_prefix(self, zone: ZoneNumber) -> PrefixedEasting {
        PrefixedEasting(f64::from(zone.0) * 1e6 + self.0)
    }
}

/// An easting with the zone number in front, 38 386 439 for 386 439 m in zone 38.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct PrefixedEasting(f64);

impl PrefixedEasting {
    /// Takes a prefixed easting in metres.
    pub const fn from_m(prefixed_easting_m: f64) -> Self {
        Self(prefixed_easting_m)
    }

    /// Metres, zone prefix included.
    pub const fn as_m(self) -> f64 {
        self.0
    }

    /// The easting in a zone that is known, right also where a point far east of zone 37 carries a number that looks like zone 38.
    pub fn in_zone(self, zone: ZoneNumber) -> Easting {
        Easting(self.0 - f64::from(zone.0) * 1e6)
    }

    /// The zone number that the leading digits spell.
    ///
    /// It is what is written, which is not always the zone meant: 1 000 km and more east of a meridian the number runs over
    /// into the next prefix. A declared zone goes before it.
    ///
    /// # Errors
    /// [`ZoneError::Number`] when the digits are no zone number (24, or an easting without prefix).
    pub fn written_zone(self) -> Result<ZoneNumber, ZoneError> {
        let number = (self.0 / 1e6).floor();
        if (0.0..1e9).contains(&number) {
            ZoneNumber::new(number as u32)
        } else {
            Err(ZoneError::Number { number: 0 })
        }
    }
}

/// A zone number or longitude that no Chinese frame has.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ZoneError {
    /// Not a zone number.
    #[error(
        "{number} is no Gauss-Kruger zone of China: 6-degree zones are 13 to 23, 3-degree zones 25 to 45"
    )]
    Number {
        /// The number given.
        number: u32,
    },
    /// Not a longitude of China.
    #[error("longitude {longitude_deg} lies in no {width_deg}-degree zone of China")]
    Longitude {
        /// The longitude given, in degrees.
        longitude_deg: f64,
        /// Width asked for, in degrees.
        width_deg: u8,
    },
}

#[cfg(test)]
#[path = "zone_tests.rs"]
mod tests;
