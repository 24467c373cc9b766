//! The text of a .prj file, in the dialect of ESRI.

use super::definition::Projection;
use crate::frame::{Datum, Frame, FrameKind};
use crate::zone::ZoneWidth;

/// Writes WKT1 as ArcGIS does, names included, so that ArcGIS, QGIS and MapGIS recognise it.
pub(super) fn write(frame: Frame, projection: &Projection) -> Option<String> {
    let (geographic, datum, spheroid, a, inverse) = match frame.datum() {
        Datum::Cgcs2000 => (
            "GCS_China_Geodetic_Coordinate_System_2000",
            "D_China_2000",
            "CGCS2000",
            "6378137.0",
            "298.257222101",
        ),
        Datum::Wgs84 => ("GCS_WGS_1984", "D_WGS_1984", "WGS_1984", "6378137.0", "298.257223563"),
        Datum::Xian80 => ("GCS_Xian_1980", "D_Xian_1980", "Xian_1980", "6378140.0", "298.257"),
        Datum::Beijing54 => ("GCS_Beijing_1954", "D_Beijing_1954", "Krasovsky_1940", "6378245.0", "298.3"),
    };
    let geogcs = format!(
        "GEOGCS[\"{geographic}\",DATUM[\"{datum}\",SPHEROID[\"{spheroid}\",{a},{inverse}]],\
         PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]]"
    );
    let name = match frame.kind() {
        FrameKind::Geographic => return Some(geogcs),
        FrameKind::Geographic3d => {
            let name = geographic.trim_start_matches("GCS_");
            let with_height = geogcs.replace(&format!("\"{geographic}\""), &format!("\"{name}_3D\""));
            return Some(with_height.trim_end_matches(']').to_owned() + "],LINUNIT[\"Meter\",1.0]]");
        }
        FrameKind::Geocentric => return None,
        FrameKind::Utm { zone, south } => {
            format!("WGS_1984_UTM_Zone_{zone}{}", if south { 'S' } else { 'N' })
        }
        FrameKind::GaussKruger { zone, prefixed } => {
            let family = match frame.datum() {
                Datum::Cgcs2000 | Datum::Wgs84 => "CGCS2000",
                Datum::Xian80 => "Xian_1980",
                Datum::Beijing54 => "Beijing_1954",
            };
            let width = if zone.width() == ZoneWidth::Three { "3_Degree_" } else { "" };
            // ESRI spells this one family out.
            let spelt_out = frame.datum() == Datum::Beijing54 && zone.width() == ZoneWidth::Six && !prefixed;
            let method = if spelt_out { "Gauss_Kruger" } else { "GK" };
            if prefixed {
                format!("{family}_{width}{method}_Zone_{}", zone.number().get())
            } else {
                format!("{family}_{width}{method}_CM_{}E", zone.central_meridian_deg())
            }
        }
    };
    let Projection::TransverseMercator(tm) = projection else { return None };
    let method =
        if matches!(frame.kind(), FrameKind::Utm { .. }) { "Transverse_Mercator" } else { "Gauss_Kruger" };
    Some(format!(
        "PROJCS[\"{name}\",{geogcs},PROJECTION[\"{method}\"],PARAMETER[\"False_Easting\",{:?}],\
         PARAMETER[\"False_Northing\",{:?}],PARAMETER[\"Central_Meridian\",{:?}],PARAMETER[\"Scale_Factor\",{:?}],\
         PARAMETER[\"Latitude_Of_Origin\",{:?}],UNIT[\"Meter\",1.0]]",
        tm.false_easting_m, tm.false_northing_m, tm.central_meridian_deg, tm.scale, tm.latitude_of_origin_deg
    ))
}
