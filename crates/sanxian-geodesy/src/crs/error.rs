//! Errors of reading a CRS.

/// A text or code that is no CRS, or none that can be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CrsError {
    /// The EPSG code is not in the register of this crate, which asks no database.
    #[error(
        "EPSG:{code} is not in the register of Chinese frames, WGS 84 and UTM; give its WKT or PROJJSON text instead"
    )]
    UnknownEpsg {
        /// The code given.
        code: u32,
    },
    /// The text is neither a code nor WKT nor PROJJSON.
    #[error("{text:?} is no CRS: an EPSG code such as EPSG:4526, WKT or PROJJSON was expected")]
    NotRecognised {
        /// The head of the text.
        text: String,
    },
    /// WKT that cannot be parsed.
    #[error("WKT is broken at byte {position}: {reason}")]
    Wkt {
        /// Offset in bytes.
        position: usize,
        /// What was found or missed.
        reason: &'static str,
    },
    /// PROJJSON that cannot be parsed.
    #[error("PROJJSON is broken at line {line}, column {column}: {reason}")]
    Json {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// The parser's reason.
        reason: String,
    },
    /// The text describes something else, such as a datum or a transformation.
    #[error("{keyword:?} is no coordinate reference system with horizontal coordinates")]
    NotACrs {
        /// WKT keyword or PROJJSON type.
        keyword: String,
    },
    /// A part without which the definition means nothing.
    #[error("the definition has no {part}")]
    Missing {
        /// The missing part.
        part: &'static str,
    },
}
