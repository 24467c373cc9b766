//! What can be wrong inside an exchange text.

/// What is wrong; file and line stand in [`IoError::ExchangeText`](crate::IoError::ExchangeText).
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TextFault {
    /// No line could be read as a boundary point.
    #[error(
        "no boundary point in the whole file: it is not an exchange text, or a template that was never filled in"
    )]
    NoPoints,
    /// More points than offsets can count.
    #[error("more than 2147483647 boundary points: split the file")]
    TooManyPoints,
    /// A boundary point has another number of fields than the ones before it.
    #[error(
        "a boundary point with {found} fields where the others have {expected}: the row is damaged or the file is cut off"
    )]
    FieldCount {
        /// Fields of this row.
        found: usize,
        /// Fields of the rows before it.
        expected: usize,
    },
    /// A coordinate is no number.
    #[error("field {column}: {value:?} is not a coordinate")]
    NotACoordinate {
        /// The field, from 1.
        column: u64,
        /// What stands there.
        value: String,
    },
    /// The file ends inside a plot.
    #[error(
        "plot {plot_id}: {declared} boundary points announced, {found} there, ring not closed and area not met: the file is cut off"
    )]
    CutOff {
        /// The plot.
        plot_id: String,
        /// Points announced.
        declared: u64,
        /// Points found.
        found: u64,
    },
    /// Easting stands where the northing belongs.
    #[error(
        "easting stands before northing ({first}, {second}), against the format: pass swap_axes=True if that is meant"
    )]
    AxesSwapped {
        /// First coordinate of the line.
        first: f64,
        /// Second coordinate of the line.
        second: f64,
    },
    /// The caller asked to swap, but the file has the right order.
    #[error(
        "northing stands before easting ({first}, {second}) as it should, but swap_axes=True was passed: leave it away"
    )]
    AxesNotSwapped {
        /// First coordinate of the line.
        first: f64,
        /// Second coordinate of the line.
        second: f64,
    },
    /// A coordinate of a plane and one of a globe, or values far off all others, in one file.
    #[error("({first}, {second}) is not a point of the kind that the file has elsewhere: the row is damaged")]
    OtherKind {
        /// First coordinate of the line.
        first: f64,
        /// Second coordinate of the line.
        second: f64,
    },
}

impl TextFault {
    /// The field concerned, from 1.
    pub(crate) const fn column(&self) -> Option<u64> {
        match self {
            Self::NotACoordinate { column, .. } => Some(*column),
            _ => None,
        }
    }
}
