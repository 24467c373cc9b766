//! The register of frames: every CGCS2000, Xian 1980 and Beijing 1954 code, WGS 84 and its UTM zones.
//!
//! The register is arithmetic, not a table, so that nothing has to be looked up in PROJ's database: the EPSG codes of
//! the Chinese frames run in blocks of eleven 6-degree zones (13 to 23) and twenty-one 3-degree zones (25 to 45).

use crate::ellipsoid::Ellipsoid;
use crate::zone::{Easting, Zone, ZoneWidth};

/// A datum that this crate knows by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Datum {
    /// 2000 国家大地坐标系 (EPSG datum 1043).
    Cgcs2000,
    /// World Geodetic System 1984 (EPSG datum ensemble 6326).
    Wgs84,
    /// 1980 西安坐标系 (EPSG datum 6610).
    Xian80,
    /// 1954 北京坐标系 (EPSG datum 6214).
    Beijing54,
}

impl Datum {
    pub(crate) const ALL: [Self; 4] = [Self::Cgcs2000, Self::Wgs84, Self::Xian80, Self::Beijing54];

    /// The datum's ellipsoid.
    pub const fn ellipsoid(self) -> Ellipsoid {
        match self {
            Self::Cgcs2000 => Ellipsoid::CGCS2000,
            Self::Wgs84 => Ellipsoid::WGS84,
            Self::Xian80 => Ellipsoid::IAG1975,
            Self::Beijing54 => Ellipsoid::KRASSOWSKY1940,
        }
    }

    /// The name that a reader expects in a message.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cgcs2000 => "CGCS2000",
            Self::Wgs84 => "WGS 84",
            Self::Xian80 => "Xian 1980",
            Self::Beijing54 => "Beijing 1954",
        }
    }
}

/// What kind of coordinates a frame has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FrameKind {
    /// Longitude and latitude in degrees.
    Geographic,
    /// Longitude, latitude and ellipsoidal height.
    Geographic3d,
    /// X, Y, Z from the earth's centre.
    Geocentric,
    /// A Gauss-Krüger zone; `prefixed` tells whether the false easting carries the zone number.
    GaussKruger {
        /// The zone.
        zone: Zone,
        /// True for a false easting of n·1 000 000 + 500 000.
        prefixed: bool,
    },
    /// A UTM zone.
    Utm {
        /// 1 to 60.
        zone: u8,
        /// True south of the equator, with a false northing of 10 000 000.
        south: bool,
    },
}

/// A frame of the register: a datum and the kind of its coordinates, one EPSG code each.
///
/// # Examples
/// ```
/// use sanxian_geodesy::{Datum, Frame, FrameKind, Zone};
///
/// let frame = Frame::from_epsg(4526).expect("in the register");
/// assert_eq!(frame.datum(), Datum::Cgcs2000);
/// assert_eq!(frame.kind(), FrameKind::GaussKruger { zone: Zone::new(38)?, prefixed: true });
/// assert_eq!((frame.epsg(), frame.false_easting_m()), (4526, Some(38_500_000.0)));
/// # Ok::<(), sanxian_geodesy::ZoneError>(())
/// ```
///
/// # References
/// EPSG register v11.022; the blocks are listed at [`Frame::from_epsg`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Frame {
    datum: Datum,
    kind: FrameKind,
}

/// First codes of a datum's blocks: 6-degree prefixed, 6-degree plain, 3-degree prefixed, 3-degree plain.
const GAUSS_KRUGER_BLOCKS: [(Datum, [u32; 4]); 3] = [
    (Datum::Cgcs2000, [4491, 4502, 4513, 4534]),
    (Datum::Xian80, [2327, 2338, 2349, 2370]),
    (Datum::Beijing54, [21413, 21453, 2401, 2422]),
];

/// Block of Beijing 1954 codes that EPSG withdrew in favour of 21453-21463; files still carry them.
const BEIJING54_WITHDRAWN_SIX_DEGREE_PLAIN: u32 = 21473;

impl Frame {
    /// The frame of an EPSG code; `None` when the code is not in the register.
    ///
    /// | codes | frame |
    /// |-|-|
    /// | 4490, 4480, 4479 | CGCS2000 geographic, geographic 3D, geocentric |
    /// | 4491-4501, 4502-4512 | CGCS2000 6-degree zones 13-23, with and without prefix |
    /// | 4513-4533, 4534-4554 | CGCS2000 3-degree zones 25-45, with and without prefix |
    /// | 4610; 2327-2337, 2338-2348, 2349-2369, 2370-2390 | Xian 1980, in the same order |
    /// | 4214; 21413-21423, 21453-21463 (21473-21483), 2401-2421, 2422-2442 | Beijing 1954, in the same order |
    /// | 4326; 32601-32660, 32701-32760 | WGS 84, its UTM zones north and south |
    pub fn from_epsg(code: u32) -> Option<Self> {
        let (datum, kind) = match code {
            4490 => (Datum::Cgcs2000, FrameKind::Geographic),
            4480 => (Datum::Cgcs2000, FrameKind::Geographic3d),
            4479 => (Datum::Cgcs2000, FrameKind::Geocentric),
            4610 => (Datum::Xian80, FrameKind::Geographic),
            4214 => (Datum::Beijing54, FrameKind::Geographic),
            4326 => (Datum::Wgs84, FrameKind::Geographic),
            4979 => (Datum::Wgs84, FrameKind::Geographic3d),
            4978 => (Datum::Wgs84, FrameKind::Geocentric),
            32601..=32660 => (Datum::Wgs84, FrameKind::Utm { zone: (code - 32600) as u8, south: false }),
            32701..=32760 => (Datum::Wgs84, FrameKind::Utm { zone: (code - 32700) as u8, south: true }),
            _ => return Self::gauss_kruger_from_epsg(code),
        };
        Some(Self { datum, kind })
    }

    fn gauss_kruger_from_epsg(code: u32) -> Option<Self> {
        let blocks = GAUSS_KRUGER_BLOCKS.iter().flat_map(|&(datum, starts)| {
            let shapes = [
                (ZoneWidth::Six, true),
                (ZoneWidth::Six, false),
                (ZoneWidth::Three, true),
                (ZoneWidth::Three, false),
            ];
            starts
                .into_iter()
                .zip(shapes)
                .map(move |(start, (width, prefixed))| (datum, start, width, prefixed))
        });
        let withdrawn = (Datum::Beijing54, BEIJING54_WITHDRAWN_SIX_DEGREE_PLAIN, ZoneWidth::Six, false);
        blocks.chain([withdrawn]).find_map(|(datum, start, width, prefixed)| {
            let (first, last) = width.numbers();
            let index = code.checked_sub(start)?;
            let number = u32::from(first) + index;
            let zone = (number <= u32::from(last)).then(|| Zone::new(number).ok())??;
            Some(Self { datum, kind: FrameKind::GaussKruger { zone, prefixed } })
        })
    }

    /// The geographic frame of a datum.
    pub const fn geographic(datum: Datum) -> Self {
        Self { datum, kind: FrameKind::Geographic }
    }

    /// A Gauss-Krüger zone of a Chinese datum; `None` on WGS 84, which has none in the register.
    pub fn gauss_kruger(datum: Datum, zone: Zone, prefixed: bool) -> Option<Self> {
        (datum != Datum::Wgs84).then_some(Self { datum, kind: FrameKind::GaussKruger { zone, prefixed } })
    }

    /// The datum.
    pub const fn datum(self) -> Datum {
        self.datum
    }

    /// The kind of coordinates.
    pub const fn kind(self) -> FrameKind {
        self.kind
    }

    /// The Gauss-Krüger zone, if it is one.
    pub const fn zone(self) -> Option<Zone> {
        match self.kind {
            FrameKind::GaussKruger { zone, .. } => Some(zone),
            _ => None,
        }
    }

    /// The EPSG code.
    pub fn epsg(self) -> u32 {
        match (self.datum, self.kind) {
            (Datum::Wgs84, FrameKind::Geographic) => 4326,
            (Datum::Wgs84, FrameKind::Geographic3d) => 4979,
            (Datum::Wgs84, FrameKind::Geocentric) => 4978,
            (Datum::Xian80, FrameKind::Geographic | FrameKind::Geographic3d | FrameKind::Geocentric) => 4610,
            (Datum::Beijing54, FrameKind::Geographic | FrameKind::Geographic3d | FrameKind::Geocentric) => {
                4214
            }
            (_, FrameKind::Geographic) => 4490,
            (_, FrameKind::Geographic3d) => 4480,
            (_, FrameKind::Geocentric) => 4479,
            (_, FrameKind::Utm { zone, south }) => u32::from(zone) + if south { 32700 } else { 32600 },
            (datum, FrameKind::GaussKruger { zone, prefixed }) => {
                let starts = match datum {
                    Datum::Xian80 => GAUSS_KRUGER_BLOCKS[1].1,
                    Datum::Beijing54 => GAUSS_KRUGER_BLOCKS[2].1,
                    Datum::Cgcs2000 | Datum::Wgs84 => GAUSS_KRUGER_BLOCKS[0].1,
                };
                let block = usize::from(zone.width() == ZoneWidth::Three) * 2 + usize::from(!prefixed);
                starts[block] + zone.index()
            }
        }
    }

    /// Longitude of the central meridian in degrees; `None` for frames without projection.
    pub fn central_meridian_deg(self) -> Option<f64> {
        match self.kind {
            FrameKind::GaussKruger { zone, .. } => Some(f64::from(zone.central_meridian_deg())),
            FrameKind::Utm { zone, .. } => Some(f64::from(zone) * 6.0 - 183.0),
            _ => None,
        }
    }

    /// False easting in metres, the zone prefix included; `None` for frames without projection.
    pub fn false_easting_m(self) -> Option<f64> {
        match self.kind {
            FrameKind::GaussKruger { zone, prefixed: true } => {
                Some(Easting::from_m(500_000.0).with_prefix(zone.number()).as_m())
            }
            FrameKind::GaussKruger { .. } | FrameKind::Utm { .. } => Some(500_000.0),
            _ => None,
        }
    }

    /// The name in the EPSG register.
    pub fn name(self) -> String {
        match self.kind {
            FrameKind::Geographic | FrameKind::Geographic3d | FrameKind::Geocentric => match self.datum {
                Datum::Cgcs2000 => "China Geodetic Coordinate System 2000".to_owned(),
                datum => datum.name().to_owned(),
            },
            FrameKind::Utm { zone, south } => {
                format!("WGS 84 / UTM zone {zone}{}", if south { 'S' } else { 'N' })
            }
            FrameKind::GaussKruger { zone, prefixed } => {
                let width = if zone.width() == ZoneWidth::Three { "3-degree " } else { "" };
                let which = if prefixed {
                    format!("zone {}", zone.number().get())
                } else {
                    format!("CM {}E", zone.central_meridian_deg())
                };
                format!("{} / {width}Gauss-Kruger {which}", self.datum.name())
            }
        }
    }
}

#[cfg(test)]
#[path = "frame_tests.rs"]
mod tests;
