//! Coordinate tables (坐标成果表, 界址点成果表) in .csv, .tsv, .xlsx, .xlsm and .xls.
//!
//! ```text
//! 方案名称:…     地块名称:东地块     地块面积(公顷):1.0000      title rows, merged or not
//! 点号   圈号   X坐标          Y坐标           边长            northing first, as in all Chinese tables
//! J1     1      4250100.000    38500000.000    100.000         length from this point to the next
//! ```
//! Headings tell the columns, in Chinese or English, in one row or two, once or side by side. Plots are told apart by a
//! column, by title rows, by blank rows, or by sheets. From there on tables take the road of exchange texts: the same
//! axes, rings, frame and declared areas. Lines of findings are rows of the sheet, whose name stands in the message.

mod binary_cells;
mod cell;
mod columns;
mod fault;
mod heading;
mod parser;
mod place_list;
mod points;
mod separated;
mod side_length;
mod workbook;
mod writer;

use std::path::Path;

pub use self::fault::TableFault;
pub use self::place_list::read_points;
pub use self::points::{BoundaryPoint, BoundaryPoints};
pub use self::writer::{CoordinateTableOptions, write_coordinate_table};

use self::cell::{Cell, sheet_and_row};
use self::columns::{has_coordinates, roles};
use self::parser::Parser;
use self::side_length::Sides;
use self::workbook::{RowSink, Stop};
use crate::boundary_points::{TextFault, assemble, lines};
use crate::encoding::decode_text;
use crate::error::IoError;
use crate::finding::Finding;
use crate::layer::{FileDigest, Plots, Source, read_bytes};
use crate::read::{PlotsOptions, is_workbook, suffix};

/// Reads a coordinate table; the suffix tells separated values from workbooks.
///
/// The CRS is the caller's, else that of the title rows (坐标系, 带号, 中央子午线), else the one that the eastings' prefixes
/// spell.
///
/// # Errors
/// [`IoError::CoordinateTable`] with sheet and row for rows that cannot be read, swapped axes and damaged workbooks;
/// [`IoError::CrsConflict`] and [`IoError::CrsUnknown`] as for exchange texts.
pub fn read_coordinate_table(path: &Path, options: &PlotsOptions) -> Result<Plots, IoError> {
    from_bytes(path, read_bytes(path)?, options)
}

/// Whether a text names its columns as tables do, in Chinese, and has no row that ends in `@`: a table saved as `.txt`.
pub(crate) fn is_table(text: &str) -> bool {
    const HEADING_WITHIN_ROWS: usize = 32;
    let is_chinese = |cell: &Cell| cell.text.chars().any(|character| ('一'..='龥').contains(&character));
    let has_heading = separated::rows(text, false)
        .take(HEADING_WITHIN_ROWS)
        .any(|row| has_coordinates(&roles(&row)) && row.cells.iter().any(is_chinese));
    has_heading && !lines(text).any(|line| line.text.trim_end().ends_with(['@', '＠']))
}

/// Reads a table of which the bytes are there already.
pub(crate) fn from_bytes(path: &Path, bytes: Vec<u8>, options: &PlotsOptions) -> Result<Plots, IoError> {
    let suffix = suffix(path);
    let is_workbook = is_workbook(&suffix);
    let mut parser = Parser::new(path, is_workbook);
    let mut encoding = None;
    if is_workbook {
        workbook::read(&bytes, &mut parser).map_err(|stop| match stop {
            Stop::Row(error) => formulas_or(error, &bytes),
            Stop::Workbook(fault) => {
                IoError::CoordinateTable { path: path.to_owned(), sheet: None, row: None, fault }
            }
        })?;
    } else {
        let (text, found) = decode_text(path, &bytes, options.encoding.as_deref())?;
        if text.trim().is_empty() {
            return Err(IoError::Empty { path: path.to_owned() });
        }
        encoding = Some(found.name().to_owned());
        for row in separated::rows(&text, suffix == "tsv") {
            parser.row(&row)?;
        }
    }
    let files = vec![FileDigest::of(path, &bytes)];
    let (mut table, sheets) =
        parser.finish().map_err(|error| if is_workbook { formulas_or(error, &bytes) } else { error })?;
    drop(bytes);
    let sheets = if is_workbook { sheets } else { Vec::new() };
    let sides = Sides::take(&mut table);
    let (mut layer, _) =
        assemble(path, &mut table.listing, true, options, |plots, axes, precision, findings| {
            side_length::check(&sides, plots, axes, precision, findings);
        })
        .map_err(|error| localised(error, &sheets))?;
    put_in_sheets(&mut layer.findings, &sheets);
    layer.source = Some(Source::new(path, "coordinate table", encoding, files));
    Ok(Plots { layer, header: table.listing.header.entries })
}

/// Turns the places of findings into rows, and names the sheet where there is one.
fn put_in_sheets(findings: &mut [Finding], sheets: &[String]) {
    for finding in findings {
        if let Some(place) = finding.line {
            let (sheet, row) = sheet_and_row(place);
            finding.line = Some(row);
            if let Some(name) = sheets.get(sheet) {
                finding.message = format!("工作表 {name}:{}", finding.message);
            }
        }
    }
}

/// The error of a workbook in which points or coordinates are missing, unless they are formulas that nobody computed.
fn formulas_or(error: IoError, bytes: &[u8]) -> IoError {
    match error {
        IoError::CoordinateTable { path, sheet, row, fault }
            if fault.is_of_nothing() && workbook::has_formulas(bytes) =>
        {
            IoError::CoordinateTable { path, sheet, row, fault: TableFault::FormulasWithoutValues }
        }
        other => other,
    }
}

/// An error of the shared road in the words of tables, with sheet and row.
fn localised(error: IoError, sheets: &[String]) -> IoError {
    match error {
        IoError::ExchangeText { path, line, fault } => {
            let (sheet, row) = line.map(sheet_and_row).unzip();
            let fault = match fault {
                TextFault::AxesSwapped { first, second } => {
                    TableFault::AxesSwapped { north: first, east: second }
                }
                TextFault::NoPoints => TableFault::NoPoints,
                other => TableFault::Points(other),
            };
            IoError::CoordinateTable {
                path,
                sheet: sheet.and_then(|sheet| sheets.get(sheet)).cloned(),
                row,
                fault,
            }
        }
        IoError::CrsConflict { path, line, declared_by, declared, found_by, found } => {
            let (sheet, line) = line.map(sheet_and_row).unzip();
            let found = match sheet.and_then(|sheet| sheets.get(sheet)) {
                Some(sheet) => format!("{found} in sheet {sheet:?}"),
                None => found,
            };
            IoError::CrsConflict { path, line, declared_by, declared, found_by, found }
        }
        other => other,
    }
}
