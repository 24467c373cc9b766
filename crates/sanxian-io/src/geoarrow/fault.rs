//! What can be wrong with a geometry column.

use arrow_schema::ArrowError;

/// What is wrong with Arrow data; column and feature stand in [`IoError::Arrow`](crate::IoError::Arrow).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArrowFault {
    /// No column has a GeoArrow extension name.
    #[error(
        "no geometry column: one with extension type geoarrow.polygon, geoarrow.multipolygon or geoarrow.wkb is needed"
    )]
    NoGeometryColumn,
    /// Several columns could be meant.
    #[error("several geometry columns ({}): call the one that is meant \"geometry\"", columns.join(", "))]
    SeveralGeometryColumns {
        /// Their names.
        columns: Vec<String>,
    },
    /// The column holds another kind of geometry.
    #[error("extension type {extension} holds no polygons: polygons are needed")]
    NotPolygons {
        /// The extension type's name.
        extension: String,
    },
    /// The storage does not belong to the extension type.
    #[error("extension type {extension} is not stored as {data_type}")]
    Storage {
        /// The extension type's name.
        extension: String,
        /// The Arrow type found.
        data_type: String,
    },
    /// The extension metadata are no JSON object.
    #[error("the extension metadata are not a JSON object")]
    Metadata,
    /// Edges are said to be arcs on a sphere.
    #[error("edges are declared as {edges}: only straight edges are understood")]
    Edges {
        /// What the metadata say.
        edges: String,
    },
    /// One feature is no polygon.
    #[error("a {found} where a polygon is needed: take it out or keep it in a layer of its own")]
    NotAPolygon {
        /// The kind of geometry found.
        found: &'static str,
    },
    /// One feature is neither a point nor a line.
    #[error("a {found} among points or lines: take it out or keep it in a layer of its own")]
    NotALine {
        /// The kind of geometry found.
        found: &'static str,
    },
    /// Broken well-known binary.
    #[error("broken WKB at byte {offset}: {reason}")]
    Wkb {
        /// Offset in the feature's value.
        offset: usize,
        /// What is wrong.
        reason: &'static str,
    },
    /// A polygon, ring or coordinate inside a feature is null.
    #[error("a {level} is null, which the layout does not allow")]
    InnerNull {
        /// polygon, ring or coordinate.
        level: &'static str,
    },
    /// Offsets leave the array they point into.
    #[error("the offsets leave the values")]
    Offsets,
    /// Text of another encoding in a column that is declared to be UTF-8.
    #[error("the text is not UTF-8: recode the column, or read the file with its own encoding")]
    NotUtf8,
    /// A batch has another type than the schema.
    #[error("a batch differs from the schema")]
    BatchDiffers,
    /// More than 2^31 coordinates.
    #[error("more than 2147483647 coordinates: split the layer")]
    TooLarge,
    /// An attribute is called `geometry`.
    #[error("an attribute has the geometry column's name: rename it")]
    NameTaken,
    /// What the arrow crate answers.
    #[error(transparent)]
    Arrow(ArrowError),
}

/// A fault and the feature (row, from 0) it was met at.
pub(crate) type At = (Option<u64>, ArrowFault);
