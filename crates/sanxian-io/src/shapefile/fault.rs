//! What can be wrong inside the files of a Shapefile.

/// What is wrong; file, record and offset stand in [`IoError::Shapefile`](crate::IoError::Shapefile).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ShapefileFault {
    /// The first four bytes are not 9994.
    #[error("not a .shp: the file code is {found}, not 9994")]
    FileCode {
        /// The number found.
        found: i32,
    },
    /// The file holds points, lines or another kind.
    #[error("it holds {found}: polygons are needed")]
    ShapeType {
        /// The kind of shape.
        found: &'static str,
    },
    /// A record holds more parts or points than it has bytes for.
    #[error("{parts} parts and {points} points do not fit into the record's {bytes} bytes")]
    Counts {
        /// Parts announced.
        parts: i32,
        /// Points announced.
        points: i32,
        /// Bytes of the record's content.
        bytes: usize,
    },
    /// A part begins outside the points, or before the part before it.
    #[error("part {part} begins at point {start} of {points}")]
    PartStart {
        /// The part, from 0.
        part: usize,
        /// Where it begins.
        start: i32,
        /// Points of the record.
        points: i32,
    },
    /// A coordinate is NaN or infinite.
    #[error("vertex {vertex} is not a finite point")]
    NotFinite {
        /// The vertex, from 0, counted through the record.
        vertex: usize,
    },
    /// A record announces a length that is negative or too short for a shape.
    #[error("the record's length is {bytes} bytes")]
    RecordLength {
        /// Length announced.
        bytes: i64,
    },
    /// The header of the .dbf makes no sense.
    #[error("not a .dbf: {reason}")]
    TableHeader {
        /// What is wrong.
        reason: &'static str,
    },
    /// More than 2^31 coordinates.
    #[error("more than 2147483647 coordinates: split the layer")]
    TooLarge,
}
