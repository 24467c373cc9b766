//! What can be wrong with a GeoParquet file.

use parquet::errors::ParquetError;

use crate::geoarrow::ArrowFault;

/// What is wrong; file and feature stand in [`IoError::GeoParquet`](crate::IoError::GeoParquet).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GeoParquetFault {
    /// The file does not begin and end as a Parquet file does.
    #[error("not a Parquet file: {reason}")]
    NotParquet {
        /// What is missing.
        reason: &'static str,
    },
    /// The footer, which lists what the file holds, is damaged.
    #[error("the footer at byte {offset} is damaged: {reason}")]
    Footer {
        /// Where the footer begins.
        offset: u64,
        /// What is wrong.
        reason: &'static str,
    },
    /// A table without geometry.
    #[error("a table without geometry: neither `geo` metadata nor a GeoArrow column: it has {}", columns.join(", "))]
    NoGeometry {
        /// The columns there are.
        columns: Vec<String>,
    },
    /// The `geo` metadata cannot be understood.
    #[error("the `geo` metadata are wrong: {reason}")]
    Metadata {
        /// What is wrong.
        reason: &'static str,
    },
    /// The `geo` metadata name a geometry column that the table does not have.
    #[error("the `geo` metadata name column {column:?}, which the table does not have: it has {}", columns.join(", "))]
    NoSuchColumn {
        /// The column named.
        column: String,
        /// The columns there are.
        columns: Vec<String>,
    },
    /// An encoding without polygons, or one that the standard does not have.
    #[error(
        "column {column:?} is encoded as {encoding:?}: polygons are read from WKB, polygon and multipolygon"
    )]
    Encoding {
        /// The geometry column.
        column: String,
        /// The encoding named.
        encoding: String,
    },
    /// Edges are arcs on a sphere.
    #[error("column {column:?}: edges are declared as {edges}: only straight edges are understood")]
    Edges {
        /// The geometry column.
        column: String,
        /// What the metadata say.
        edges: String,
    },
    /// A geometry that is not a polygon, or cannot be read.
    #[error("column {column:?}: {fault}")]
    Geometry {
        /// The geometry column.
        column: String,
        /// What is wrong with it.
        fault: ArrowFault,
    },
    /// A page of a column contradicts the footer or itself.
    #[error("column {column:?}, row group {row_group}, byte {offset}: {reason}")]
    Page {
        /// The column.
        column: String,
        /// The row group, from 0.
        row_group: usize,
        /// Where the page begins.
        offset: u64,
        /// What is wrong.
        reason: &'static str,
    },
    /// Row groups do not hold the rows that the footer announces.
    #[error(
        "column {column:?}, row group {row_group}: {expected} rows announced, {found} there: write the file again"
    )]
    RowCount {
        /// The column.
        column: String,
        /// The row group, from 0.
        row_group: usize,
        /// Rows announced.
        expected: usize,
        /// Rows found.
        found: usize,
    },
    /// What the parquet crate answers.
    #[error("{}{source}", column.as_ref().map(|column| format!("column {column:?}: ")).unwrap_or_default())]
    Parquet {
        /// The column.
        column: Option<String>,
        /// The crate's error.
        source: ParquetError,
    },
    /// The parquet crate gave up on bytes it did not expect.
    #[error("the bytes cannot be decoded: {reason}")]
    Undecodable {
        /// What it said.
        reason: String,
    },
    /// More than 2^31 coordinates.
    #[error("more than 2147483647 coordinates: split the layer")]
    TooLarge,
}

impl GeoParquetFault {
    /// The byte of the file, where one is known.
    pub(crate) const fn offset(&self) -> Option<u64> {
        match self {
            Self::Footer { offset, .. } | Self::Page { offset, .. } => Some(*offset),
            _ => None,
        }
    }
}

/// A fault, and the row of the file it was met at, where one is to blame.
pub(super) type At = (Option<u64>, GeoParquetFault);

impl From<ParquetError> for GeoParquetFault {
    fn from(source: ParquetError) -> Self {
        Self::Parquet { column: None, source }
    }
}
