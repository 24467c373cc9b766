//! Why nothing tells the coordinate reference system.

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
