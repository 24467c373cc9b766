//! What stops a reader or a writer.
//!
//! One variant for each thing that a caller would handle differently; what exactly is wrong inside a format is told by
//! that format's own fault type, so that a new format does not widen this list.

use std::io;
use std::path::{Path, PathBuf};

use sanxian_geodesy::CrsError;

use crate::coordinate_table::TableFault;
use crate::exchange_text::TextFault;
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

/// Why the coordinate reference system of a file is unknown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CrsGap {
    /// Eastings without prefix, and no zone number in the header.
    #[error("eastings carry no zone prefix and the header has no 带号")]
    NoZone,
    /// A datum that has no registered frame of this kind.
    #[error("no registered frame fits 坐标系={datum}")]
    Datum {
        /// What the header says.
        datum: String,
    },
    /// No .prj beside the .shp.
    #[error("there is no .prj beside it")]
    NoPrj,
    /// A .prj that could not be understood.
    #[error("its .prj is not understood")]
    BadPrj,
}

/// Why a value does not fit.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Misfit {
    /// The text has a character that the encoding lacks.
    #[error("{character:?} cannot be written in {encoding}: write utf-8 or gb18030")]
    Character {
        /// The character.
        character: char,
        /// The encoding.
        encoding: &'static str,
    },
    /// The text is longer than the field.
    #[error("{bytes} bytes do not fit into {width}: shorten it")]
    TooLong {
        /// Bytes needed in the file's encoding.
        bytes: usize,
        /// Bytes there are.
        width: usize,
    },
    /// The number has more digits than the field.
    #[error("{value} does not fit into {width} places with {decimals} decimals")]
    Number {
        /// The number.
        value: f64,
        /// Places.
        width: usize,
        /// Decimals among them.
        decimals: usize,
    },
    /// NaN or infinity.
    #[error("{value} is not a number that a table can hold")]
    NotFinite {
        /// The value.
        value: f64,
    },
    /// The text holds a character with a meaning in the format: comma, @, line break.
    #[error("{character:?} separates fields in this format: take it out")]
    Separator {
        /// The character.
        character: char,
    },
    /// The coordinate has more decimals than are written.
    #[error("{value} has more than {decimals} decimals: ask for more, or for rounding")]
    Decimals {
        /// The coordinate.
        value: f64,
        /// Decimals written.
        decimals: usize,
    },
    /// The row of the file has no field for the value.
    #[error("{value:?} has no field in this file's plot rows")]
    NoField {
        /// The value.
        value: String,
    },
    /// A value is required and missing.
    #[error("the value is missing")]
    Missing,
}

/// Why a layer cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WriteObstacle {
    /// The layer has no coordinate reference system.
    #[error("the layer has no coordinate reference system: set one")]
    NoCrs,
    /// The plots were not read from an exchange text.
    #[error("the plots were not read from an exchange text: write a new one")]
    NoOriginal,
    /// The plots are in another system than the text they come from.
    #[error("the text is in {original}, the plots in {crs}: transform them back, or write a new text")]
    OtherCrs {
        /// The system of the text.
        original: String,
        /// The system of the plots.
        crs: String,
    },
    /// Plots were changed, and the text has no rows that end in `@` to find them by.
    #[error("plots were changed, and the text has no plot rows (...,@): write a new text")]
    NoPlotRows,
    /// Zone prefixes were asked for or against where there is no zone.
    #[error("{crs} has no zone whose number could stand before the eastings")]
    NoZone {
        /// The frame.
        crs: String,
    },
    /// Two plots would be written into one file.
    #[error("two plots give the file name {name:?}: give them names of their own")]
    SameFile {
        /// The name.
        name: String,
    },
    /// The format knows no such frame.
    #[error("the format has no way to write {crs}: transform to a CGCS2000 frame first")]
    Crs {
        /// The frame.
        crs: String,
    },
    /// A column is missing.
    #[error("the layer has no column {column:?}")]
    NoColumn {
        /// The column.
        column: &'static str,
    },
    /// A column has a type without counterpart.
    #[error("column {column:?} has type {data_type}, which the format does not have")]
    ColumnType {
        /// The column.
        column: String,
        /// Its Arrow type.
        data_type: String,
    },
    /// A column name is too long, empty or not encodable.
    #[error("column name {column:?} does not fit: {limit} bytes in {encoding}, without control characters")]
    ColumnName {
        /// The column.
        column: String,
        /// Bytes a name may have.
        limit: usize,
        /// The encoding of the table.
        encoding: &'static str,
    },
    /// Two columns have one name.
    #[error("column {column:?} occurs twice")]
    ColumnTwice {
        /// The column.
        column: String,
    },
    /// More bytes, rows or fields than the format can count.
    #[error("too large for the format: {what} {count} exceeds {limit}")]
    TooLarge {
        /// What is counted.
        what: &'static str,
        /// How many there are.
        count: u64,
        /// How many there may be.
        limit: u64,
    },
    /// The arrays of the layer have different lengths.
    #[error("{features} features but {rows} attribute rows")]
    RowCount {
        /// Features.
        features: usize,
        /// Rows.
        rows: usize,
    },
    /// The workbook cannot hold it.
    #[error("{reason}")]
    Workbook {
        /// What its writer met.
        reason: String,
    },
}

impl IoError {
    /// The file concerned, if a file is.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::NotFound { path }
            | Self::Changed { path }
            | Self::Read { path, .. }
            | Self::Write { path, .. }
            | Self::Empty { path }
            | Self::Truncated { path, .. }
            | Self::Encoding { path, .. }
            | Self::UnsupportedFormat { path, .. }
            | Self::CrsUnknown { path, .. }
            | Self::CrsConflict { path, .. }
            | Self::UnknownColumn { path, .. }
            | Self::ExchangeText { path, .. }
            | Self::CoordinateTable { path, .. }
            | Self::Shapefile { path, .. }
            | Self::GeoParquet { path, .. }
            | Self::ValueDoesNotFit { path, .. }
            | Self::CannotWrite { path, .. } => Some(path),
            Self::UnknownEncoding { .. } | Self::Crs { .. } | Self::Arrow { .. } | Self::Cancelled => None,
        }
    }

    /// The line of a text, from 1.
    pub fn line(&self) -> Option<u64> {
        match self {
            Self::Encoding { line, .. }
            | Self::CrsConflict { line, .. }
            | Self::ExchangeText { line, .. }
            | Self::CoordinateTable { row: line, .. } => *line,
            _ => None,
        }
    }

    /// The column of a text's line, in fields from 1.
    pub fn column(&self) -> Option<u64> {
        match self {
            Self::ExchangeText { fault, .. } => fault.column(),
            Self::CoordinateTable { fault, .. } => fault.column(),
            _ => None,
        }
    }

    /// The record of a table, from 1.
    pub fn record(&self) -> Option<u64> {
        match self {
            Self::Truncated { record, .. }
            | Self::Encoding { record, .. }
            | Self::Shapefile { record, .. } => *record,
            Self::GeoParquet { feature, .. } => feature.map(|feature| feature + 1),
            _ => None,
        }
    }

    /// The byte offset in the file.
    pub fn offset(&self) -> Option<u64> {
        match self {
            Self::Truncated { offset, .. } | Self::Encoding { offset, .. } => Some(*offset),
            Self::Shapefile { offset, .. } => *offset,
            Self::GeoParquet { fault, .. } => fault.offset(),
            _ => None,
        }
    }

    pub(crate) fn from_read(path: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::NotFound => Self::NotFound { path: path.to_owned() },
            _ => Self::Read { path: path.to_owned(), source },
        }
    }
}

fn sheet_and_row(sheet: Option<&str>, row: Option<u64>) -> String {
    let sheet = sheet.map(|sheet| format!(": sheet {sheet:?}")).unwrap_or_default();
    let row =
        row.map(|row| format!("{} row {row}", if sheet.is_empty() { ":" } else { "," })).unwrap_or_default();
    sheet + &row
}

fn place(line: Option<u64>, record: Option<u64>, offset: Option<u64>) -> String {
    let mut text = String::new();
    for (word, number) in [("line", line), ("record", record), ("byte", offset)] {
        if let Some(number) = number {
            text.push_str(if text.is_empty() { ": " } else { ", " });
            text.push_str(word);
            text.push(' ');
            text.push_str(&number.to_string());
        }
    }
    text
}
