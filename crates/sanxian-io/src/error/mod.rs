//! What stops a reader or a writer.
//!
//! One variant for each thing that a caller would handle differently; what exactly is wrong inside a format is told by
//! that format's own fault type, so that a new format does not widen this list.

mod crs_gap;
mod misfit;
mod place;
mod write_obstacle;

use std::io;
use std::path::{Path, PathBuf};

use sanxian_geodesy::CrsError;

pub use self::crs_gap::CrsGap;
pub use self::misfit::Misfit;
pub use self::write_obstacle::WriteObstacle;

use self::place::{place, sheet_and_row};

use crate::boundary_points::TextFault;
use crate::coordinate_table::TableFault;
use crate::geoarrow::ArrowFault;
use crate::geoparquet::GeoParquetFault;
use crate::shapefile::ShapefileFault;

/// Errors of this crate. Places are counted as their readers count them: lines and records from 1, offsets in bytes from 0.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IoError {
    /// There is no such file.
    #[error("{}: no such file", path.display())]
    NotFound {
        /// The file asked for.
        path: PathBuf,
    },
    /// The system refused to read.
    #[error("{}: cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// The file is not the one any more that the layer was read from.
    #[error("{}: changed after it was read: read the layer again", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// The system refused to write; nothing is left under the file's name that was not there before.
    #[error("{}: cannot be written: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// The file has no bytes, or nothing but white space.
    #[error("{}: the file is empty: ask for it again", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The file ends before what it announces.
    #[error("{}: cut off{}: {expected} bytes announced, {found} there: copy the file again", path.display(), place(None, *record, Some(*offset)))]
    Truncated {
        /// The file.
        path: PathBuf,
        /// The record that is cut, from 1.
        record: Option<u64>,
        /// Where that record, or the file's header, begins.
        offset: u64,
        /// Bytes announced from there.
        expected: u64,
        /// Bytes present from there.
        found: u64,
    },
    /// The bytes are not text of the encoding that was named or found.
    #[error("{}: not {encoding} text{}: pass the right encoding", path.display(), place(*line, *record, Some(*offset)))]
    Encoding {
        /// The file.
        path: PathBuf,
        /// The encoding tried.
        encoding: &'static str,
        /// Line of the first bad byte, in a text.
        line: Option<u64>,
        /// Record of the first bad byte, in a table.
        record: Option<u64>,
        /// The first bad byte.
        offset: u64,
    },
    /// An encoding nobody knows.
    #[error(
        "unknown encoding {label:?}: use utf-8, gb18030, gbk or another label of the WHATWG encoding standard"
    )]
    UnknownEncoding {
        /// What was asked for.
        label: String,
    },
    /// A suffix that this crate does not read.
    #[error("{}: format {suffix:?} is not read natively: {can_read}", path.display())]
    UnsupportedFormat {
        /// The file.
        path: PathBuf,
        /// Its suffix, lower case, without the dot.
        suffix: String,
        /// What the called function reads.
        can_read: &'static str,
    },
    /// Nothing tells the coordinate reference system.
    #[error("{}: the coordinate reference system is unknown: {reason}: pass crs", path.display())]
    CrsUnknown {
        /// The file.
        path: PathBuf,
        /// What was looked for.
        reason: CrsGap,
    },
    /// Two places of one input name different systems.
    #[error("{}{}: {declared_by} says {declared}, {found_by} say {found}: correct the one that is wrong", path.display(), place(*line, None, None))]
    CrsConflict {
        /// The file.
        path: PathBuf,
        /// First line that disagrees.
        line: Option<u64>,
        /// Who declares: the header, the caller.
        declared_by: &'static str,
        /// What is declared.
        declared: String,
        /// Who disagrees.
        found_by: &'static str,
        /// What they say instead.
        found: String,
    },
    /// A coordinate reference system that could not be understood.
    #[error("{place}: the coordinate reference system is not understood: {source}")]
    Crs {
        /// File or column.
        place: String,
        /// What the geodesy crate answered.
        source: CrsError,
    },
    /// A column that the layer does not have.
    #[error("{}: no column {column:?}: it has {}", path.display(), known.join(", "))]
    UnknownColumn {
        /// The file.
        path: PathBuf,
        /// The column asked for.
        column: String,
        /// The columns there are.
        known: Vec<String>,
    },
    /// Something wrong inside an exchange text.
    #[error("{}{}: {fault}", path.display(), place(*line, None, None))]
    ExchangeText {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: Option<u64>,
        /// What is wrong.
        fault: TextFault,
    },
    /// Something wrong inside a coordinate table.
    #[error("{}{}: {fault}", path.display(), sheet_and_row(sheet.as_deref(), *row))]
    CoordinateTable {
        /// The file.
        path: PathBuf,
        /// The sheet of a workbook.
        sheet: Option<String>,
        /// Row of the sheet, or line of the text, from 1.
        row: Option<u64>,
        /// What is wrong.
        fault: TableFault,
    },
    /// Something wrong inside one of a Shapefile's files.
    #[error("{}{}: {fault}", path.display(), place(None, *record, *offset))]
    Shapefile {
        /// The file (.shp, .dbf, ...).
        path: PathBuf,
        /// Record, from 1.
        record: Option<u64>,
        /// Byte offset of the record or field.
        offset: Option<u64>,
        /// What is wrong.
        fault: ShapefileFault,
    },
    /// Something wrong in a GeoParquet file.
    #[error("{}{}: {fault}", path.display(), feature.map(|feature| format!(": feature {feature}")).unwrap_or_default())]
    GeoParquet {
        /// The file.
        path: PathBuf,
        /// The row, from 0, as frames count.
        feature: Option<u64>,
        /// What is wrong.
        fault: GeoParquetFault,
    },
    /// Something wrong in Arrow data.
    #[error("column {column:?}{}: {fault}", feature.map(|feature| format!(": feature {feature}")).unwrap_or_default())]
    Arrow {
        /// The column.
        column: String,
        /// The row, from 0, as frames count.
        feature: Option<u64>,
        /// What is wrong.
        fault: ArrowFault,
    },
    /// A value that the format to be written cannot hold.
    #[error("{}: feature {feature}, field {field}: {reason}", path.display())]
    ValueDoesNotFit {
        /// The file to be written.
        path: PathBuf,
        /// The row, from 0.
        feature: u64,
        /// The field.
        field: String,
        /// Why not.
        reason: Misfit,
    },
    /// A layer that the format to be written cannot hold as a whole.
    #[error("{}: cannot be written: {reason}", path.display())]
    CannotWrite {
        /// The file to be written.
        path: PathBuf,
        /// Why not.
        reason: WriteObstacle,
    },
    /// The caller asked to stop.
    #[error("cancelled")]
    Cancelled,
}

impl IoError {
    pub(crate) fn from_read(path: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::NotFound => Self::NotFound { path: path.to_owned() },
            _ => Self::Read { path: path.to_owned(), source },
        }
    }
}
