//! What can be wrong inside a coordinate table.

use crate::boundary_points::TextFault;

/// What is wrong; file, sheet and row stand in [`IoError::CoordinateTable`](crate::IoError::CoordinateTable).
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TableFault {
    /// No row could be read as a boundary point.
    #[error(
        "no boundary point in the whole file: give the columns their names (点号, X, Y, or northing, easting, or lon, lat)"
    )]
    NoPoints,
    /// No row of a list of places has both coordinates.
    #[error(
        "no row with coordinates: give the columns of the coordinates their names (X坐标, Y坐标, or northing, easting, or 经度, 纬度)"
    )]
    NoPlaces,
    /// The sheets hold formulas, but not the values that Excel stores beside them.
    #[error(
        "no boundary point in the whole file, but formulas without their values: open it in Excel or WPS and save it once"
    )]
    FormulasWithoutValues,
    /// A coordinate is no number.
    #[error("column {column}: {value:?} is not a coordinate")]
    NotACoordinate {
        /// The column, from 1.
        column: u64,
        /// What stands there.
        value: String,
    },
    /// The column named after the northing holds eastings, and the other way round.
    #[error(
        "the column of northings (X) holds the easting {north}, and that of eastings (Y) the northing {east}: pass swap_axes=True if that is meant"
    )]
    AxesSwapped {
        /// What stands in the northing's column.
        north: f64,
        /// What stands in the easting's column.
        east: f64,
    },
    /// A fault that tables share with exchange texts.
    #[error(transparent)]
    Points(TextFault),
    /// The workbook is damaged or no workbook at all.
    #[error("the workbook cannot be opened: {reason}: save it again, or as .csv")]
    Workbook {
        /// What its reader met.
        reason: String,
    },
    /// The workbook would take far more memory than its size announces.
    #[error("{what} takes more than {limit} bytes: the workbook is damaged: save it again, or as .csv")]
    TooLarge {
        /// The part or sheet.
        what: String,
        /// Bytes that it may take.
        limit: u64,
    },
}

impl TableFault {
    /// The column concerned, from 1.
    pub(crate) const fn column(&self) -> Option<u64> {
        match self {
            Self::NotACoordinate { column, .. } => Some(*column),
            _ => None,
        }
    }
}
