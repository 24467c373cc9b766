//! Layers that a format cannot hold as a whole.

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
