//! Workbooks (.xlsx, .xlsm, .xls) into rows.
//!
//! The reader underneath believes what a workbook says of itself: a damaged one makes it panic, and a few hundred bytes
//! can unpack to gigabytes. So parts are measured before they are opened, and it runs behind a guard.

use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, Reader, SheetVisible, Xls, Xlsx};

use super::cell::{COLUMNS, Cell, Row, place};
use super::fault::TableFault;
use crate::error::IoError;
use crate::finding::Finding;

/// What a small workbook may take, whatever its size.
const BASE_BYTES: u64 = 16 << 20;

/// The longest text between two tags; a cell holds 32 767 characters at most.
const LONGEST_TEXT: u64 = 1 << 20;

/// What rows may become: the same row a million times is a small file.
const ROWS_BASE_BYTES: u64 = 20 << 20;
/// A row and a cell of it, as points and findings.
const ROW_BYTES: u64 = 128;
const CELL_BYTES: u64 = 24;

/// What stopped: the workbook itself, or a row in it.
pub(super) enum Stop {
    Workbook(TableFault),
    Row(IoError),
}

impl From<TableFault> for Stop {
    fn from(fault: TableFault) -> Self {
        Self::Workbook(fault)
    }
}

fn damaged<E: ToString>(reason: E) -> Stop {
    let text = reason.to_string();
    drop(reason);
    Stop::Workbook(TableFault::Workbook { reason: text })
}

/// What takes the rows of a workbook.
pub(super) trait RowSink {
    /// Begins a sheet. What the workbook hides (an earlier state, lists for its forms) is no part of what it says: its rows are not given.
    fn sheet(&mut self, name: &str, is_shown: bool);

    /// Takes a row; those that a workbook does not hold are left out.
    fn row(&mut self, row: &Row) -> Result<(), IoError>;
}

/// A finding about a sheet that is not read, counted from 0.
pub(super) fn hidden_sheet(sheet: usize) -> Finding {
    Finding::warning("sheet_hidden", "隐藏的工作表没有读;要读请取消隐藏").at_line(place(sheet, 1))
}

/// Gives all rows of the sheets that are shown to the sink.
pub(super) fn read(bytes: &[u8], sink: &mut impl RowSink) -> Result<(), Stop> {
    // What stands behind the suffix is decided by the bytes: .xls files are often workbooks of the other kind, renamed.
    let is_zip = bytes.starts_with(b"PK");
    let outcome =
        catch_unwind(AssertUnwindSafe(|| if is_zip { xlsx(bytes, sink) } else { xls(bytes, sink) }));
    outcome.unwrap_or_else(|_| Err(damaged("its inner structure is broken")))
}

fn xlsx(bytes: &[u8], sink: &mut impl RowSink) -> Result<(), Stop> {
    measure_parts(bytes)?;
    let limit = ROWS_BASE_BYTES + 4 * bytes.len() as u64;
    let mut taken = 0;
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    for (sheet, calamine::Sheet { name, visible, .. }) in
        workbook.sheets_metadata().to_vec().iter().enumerate()
    {
        sink.sheet(name, *visible == SheetVisible::Visible);
        if *visible != SheetVisible::Visible {
            continue;
        }
        let mut cells = match workbook.worksheet_cells_reader(name) {
            Ok(cells) => cells,
            // Charts have no cells.
            Err(calamine::XlsxError::NotAWorksheet(_)) => continue,
            Err(error) => return Err(damaged(error)),
        };
        let mut row = Row::default();
        while let Some(cell) = cells.next_cell().map_err(damaged)? {
            let (number, column) = cell.get_position();
            let at = place(sheet, u64::from(number) + 1);
            if at != row.place {
                give(&mut row, sink)?;
                taken += ROW_BYTES + CELL_BYTES * row.cells.len() as u64;
                if taken > limit {
                    return Err(TableFault::TooLarge { what: format!("sheet {name:?}"), limit }.into());
                }
                row = Row { place: at, ..Row::default() };
            }
            let value = match cell.get_value() {
                DataRef::Empty => continue,
                DataRef::SharedString(text) => Cell::of_text(text),
                DataRef::Float(value) => number_cell(*value),
                DataRef::Int(value) => Cell { text: value.to_string(), is_number: true },
                DataRef::DateTime(value) => number_cell(value.as_f64()),
                DataRef::Bool(value) => Cell::of_text(if *value { "TRUE" } else { "FALSE" }),
                DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
                    Cell::of_text(text)
                }
                DataRef::Error(error) => Cell::of_text(&error.to_string()),
            };
            set(&mut row, column as usize, value);
        }
        give(&mut row, sink)?;
    }
    Ok(())
}

/// Whether a sheet holds formulas: programs that write them without values leave cells that look empty.
pub(super) fn has_formulas(bytes: &[u8]) -> bool {
    let look = || {
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).ok()?;
        let names = workbook.sheet_names();
        names.iter().find(|name| {
            let formulas = workbook.worksheet_formula(name);
            formulas.is_ok_and(|range| range.used_cells().any(|(_, _, formula)| !formula.is_empty()))
        })?;
        Some(())
    };
    catch_unwind(AssertUnwindSafe(look)).is_ok_and(|found| found.is_some())
}

fn xls(bytes: &[u8], sink: &mut impl RowSink) -> Result<(), Stop> {
    super::binary_cells::measure(bytes)?;
    let mut workbook: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(damaged)?;
    for (sheet, calamine::Sheet { name, visible, .. }) in
        workbook.sheets_metadata().to_vec().iter().enumerate()
    {
        sink.sheet(name, *visible == SheetVisible::Visible);
        let range = (*visible == SheetVisible::Visible).then(|| workbook.worksheet_range(name));
        let Some(Ok(range)) = range else { continue };
        let (top, left) = range.start().unwrap_or_default();
        for (number, cells) in range.rows().enumerate() {
            let at = place(sheet, u64::from(top) + number as u64 + 1);
            let mut row = Row { place: at, ..Row::default() };
            for (column, value) in cells.iter().enumerate() {
                let value = match value {
                    Data::Empty => continue,
                    Data::String(text) => Cell::of_text(text),
                    Data::Float(value) => number_cell(*value),
                    Data::DateTime(value) => number_cell(value.as_f64()),
                    other => Cell::of_text(&other.to_string()),
                };
                set(&mut row, left as usize + column, value);
            }
            give(&mut row, sink)?;
        }
    }
    Ok(())
}

/// The shortest text that reads back as the same number.
fn number_cell(value: f64) -> Cell {
    Cell { text: value.to_string(), is_number: true }
}

/// Puts a cell into its row.
fn set(row: &mut Row, column: usize, cell: Cell) {
    if column >= COLUMNS || cell.is_empty() {
        row.goes_on |= !cell.is_empty();
        return;
    }
    if row.cells.len() <= column {
        row.cells.resize_with(column + 1, Cell::default);
    }
    if let Some(slot) = row.cells.get_mut(column) {
        *slot = cell;
    }
}

fn give(row: &mut Row, sink: &mut impl RowSink) -> Result<(), Stop> {
    if row.place > 0 && (row.goes_on || !row.is_blank()) { sink.row(row).map_err(Stop::Row) } else { Ok(()) }
}

/// Unpacks every part once and keeps nothing: what is held as a whole must be in proportion to the file, and no text may
/// be longer than a cell's. Sheets are read as a stream, so their length does not matter.
fn measure_parts(bytes: &[u8]) -> Result<(), Stop> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let limit = BASE_BYTES + bytes.len() as u64;
    let mut held = 0;
    let mut buffer = vec![0; 1 << 16];
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(damaged)?;
        let name = part.name().map_err(damaged)?.into_owned();
        // Pictures and the like are never opened.
        if ["media/", "embeddings/", "printerSettings/", "vbaProject", "thumbnail"]
            .iter()
            .any(|word| name.contains(word))
        {
            continue;
        }
        let is_sheet = name.contains("worksheets/");
        let (mut run, mut total) = (0_u64, 0_u64);
        loop {
            let read = part.read(&mut buffer).map_err(damaged)?;
            let Some(piece) = buffer.get(..read).filter(|piece| !piece.is_empty()) else { break };
            total += read as u64;
            for text in piece.split_inclusive(|&byte| byte == b'<') {
                run += text.len() as u64;
                if run > LONGEST_TEXT {
                    return Err(TableFault::TooLarge { what: name, limit: LONGEST_TEXT }.into());
                }
                if text.ends_with(b"<") {
                    run = 0;
                }
            }
            if !is_sheet && held + total > limit {
                return Err(TableFault::TooLarge { what: name, limit }.into());
            }
        }
        if !is_sheet {
            held += total;
        }
    }
    Ok(())
}
