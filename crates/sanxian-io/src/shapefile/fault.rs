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
}
