//! Errors of closing.

/// Figures that cannot be closed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ClosureError {
    /// Not finite, negative, or too large for the places asked for.
    #[error(
        "the figure {value} in row {row}, column {column} cannot be closed: areas must be finite, not negative and below 9e15 units"
    )]
    Figure {
        /// Row, from 0.
        row: usize,
        /// Column, from 0.
        column: usize,
        /// The figure.
        value: f64,
    },
    /// The total is not finite or too large.
    #[error("the total {value} cannot be closed to: it must be finite, not negative and below 9e15 units")]
    Total {
        /// The total.
        value: f64,
    },
    /// Nothing is there to carry the difference.
    #[error(
        "the rows sum to {sum}, the total is {total}: there is no way to share the difference without a row below zero or an area out of nothing"
    )]
    NoRoom {
        /// Sum of the rows.
        sum: f64,
        /// Total asked for.
        total: f64,
    },
    /// Rows of different lengths.
    #[error("row {row} has {found} columns, the first row {expected}")]
    Ragged {
        /// Row, from 0.
        row: usize,
        /// Its columns.
        found: usize,
        /// Columns of the first row.
        expected: usize,
    },
    /// A coefficient of field ridges outside 0 to 1.
    #[error("the ridge coefficient {value} is not between 0 and 1; KCXS is a share such as 0.1246")]
    RidgeCoefficient {
        /// The coefficient.
        value: f64,
    },
}
