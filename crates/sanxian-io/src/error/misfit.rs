//! Values that a format cannot hold.

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
    #[error("{value:?} does not fit into {width} places with {decimals} decimals")]
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
