//! Where an error is: file, line, column, record, byte.

use std::path::Path;

use super::IoError;

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
}

pub(super) fn sheet_and_row(sheet: Option<&str>, row: Option<u64>) -> String {
    let sheet = sheet.map(|sheet| format!(": sheet {sheet:?}")).unwrap_or_default();
    let row =
        row.map(|row| format!("{} row {row}", if sheet.is_empty() { ":" } else { "," })).unwrap_or_default();
    sheet + &row
}

pub(super) fn place(line: Option<u64>, record: Option<u64>, offset: Option<u64>) -> String {
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
