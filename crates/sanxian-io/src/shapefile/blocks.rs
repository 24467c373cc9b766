//! A Shapefile in blocks: what it holds is found out first, then stretches of it are decoded side by side and handed on in
//! the file's order, so that no more than a few are in memory.

use std::ops::{ControlFlow, Range};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_schema::{ArrowError, Schema, SchemaRef};
use encoding_rs::Encoding;
use sanxian_geodesy::Crs;
use sanxian_overlay::{PolygonBuilder, Progress};

use super::attributes::{Column, Oddities, is_of_whole_numbers};
use super::charset::{self, Declared};
use super::files::{Member, Members, Text};
use super::lines;
use super::located::{Located, fate, locate};
use super::polygons::{self, Bad, Shapes};
use super::records::{self, Place};
use super::rows::{Rows, STRETCH_BYTES, Survey};
use super::table::{Field, Table};
use super::{ShapefileFault, projection};
use crate::encoding::by_label;
use crate::error::IoError;
use crate::finding::Finding;
use crate::geoarrow::ArrowFault;
use crate::layer::{Source, SourceFile, stem};
use crate::read::{LayerOptions, OnError};
use crate::waves::in_waves;

/// Bytes of the .shp in a block: few enough for a core's cache, and for a cancel to be heard within some milliseconds.
const BLOCK_BYTES: u64 = 1 << 20;

/// A Shapefile that has been looked at: nothing of it is decoded yet.
pub(crate) struct Shapefile {
    path: PathBuf,
    shp: Member,
    prj: Option<Text>,
    located: Located,
    table: Option<(Table, &'static Encoding)>,
    columns: Vec<Column>,
    /// Of each column.
    oddities: Vec<Oddities>,
    findings: Vec<Finding>,
    on_error: OnError,
    files: Vec<SourceFile>,
    /// True for points and lines: what stands as rings in the blocks are lines.
    has_lines: bool,
}

/// Some records, decoded.
pub(crate) struct Block {
    /// Rows of the file, ascending.
    pub(crate) rows: Vec<usize>,
    pub(crate) polygons: PolygonBuilder,
    /// Box of all coordinates.
    pub(crate) bounds: Option<[f64; 4]>,
    /// One a column.
    pub(crate) attributes: Vec<ArrayRef>,
    oddities: Vec<Oddities>,
    findings: Vec<Finding>,
}

impl Shapefile {
    /// Opens a Shapefile of polygons.
    pub(crate) fn open(path: &Path, options: &LayerOptions, progress: &Progress) -> Result<Self, IoError> {
        Self::open_kind(path, options, progress, false)
    }

    /// [`Shapefile::open`], and one of points or lines too if `lines_too`.
    pub(crate) fn open_kind(
        path: &Path,
        options: &LayerOptions,
        progress: &Progress,
        lines_too: bool,
    ) -> Result<Self, IoError> {
        let given = options.encoding.as_deref().map(by_label).transpose()?;
        let mut members = Members::open(path)?;
        // Before anything is read, so that a change while reading is noticed when the digests are asked for.
        let files = members.source_files()?;
        let mut findings = Vec::new();
        let kind = records::shape_type(&members.shp, lines_too)?;
        let mut table = members.dbf.take().map(Table::open).transpose()?;
        let mut located = locate(&members, options, progress, &mut findings)?;
        let mut columns = Vec::new();
        let mut oddities = Vec::new();
        let mut encoding = None;
        if let Some(table) = &mut table {
            if let Some(lost) = check_rows(table, located.total, options.on_error, &mut findings)?
                && options.on_error == OnError::Skip
            {
                located.retain(|_, row| !lost.contains(&row));
            }
            let cpg = members.cpg.as_ref().map(|cpg| cpg.bytes.as_slice());
            let declared = charset::declared(table, cpg, given, &mut findings);
            let asks = matches!(declared, Declared::Ask { .. });
            let whole: Vec<&Field> = table.fields.iter().filter(|field| is_of_whole_numbers(field)).collect();
            let survey = Survey::of(table, &located.rows, &whole, asks)?;
            let decimals: Vec<(usize, usize)> = whole
                .iter()
                .zip(&survey.decimals)
                .filter_map(|(field, row)| Some((field.start, (*row)?)))
                .collect();
            let found = match declared {
                Declared::Certain(encoding) => encoding,
                Declared::Ask { claim } => {
                    charset::of_text(table, &located.rows, survey.is_utf8, claim, &mut findings)?
                }
            };
            table.name_fields(found, &mut findings);
            encoding = Some(found);
            leave_out(&survey.deleted, &mut located, &mut findings);
            for field in chosen(table, options.columns.as_deref())? {
                let promoted = decimals.iter().find(|(start, _)| *start == field.start).map(|(_, row)| *row);
                let mut said = Oddities::default();
                columns.push(Column::new(field, located.rows.first().copied(), promoted, &mut said));
                oddities.push(said);
            }
        } else {
            findings.push(Finding::warning("dbf_missing", "没有 .dbf,没有属性"));
            if let Some(column) = options.columns.as_ref().and_then(|columns| columns.first()) {
                return Err(unknown_column(path, column, &[]));
            }
        }
        if records::has_more_dimensions(kind) {
            findings.push(Finding::info("dimensions_dropped", "几何带高程或量测值,只取平面坐标"));
        }
        Ok(Self {
            path: path.to_owned(),
            shp: members.shp,
            prj: members.prj,
            located,
            table: table.zip(encoding),
            columns,
            oddities,
            findings,
            on_error: options.on_error,
            files,
            has_lines: records::is_without_area(kind),
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// True for points and lines.
    pub(crate) const fn has_lines(&self) -> bool {
        self.has_lines
    }

    pub(crate) fn name(&self) -> String {
        stem(&self.path)
    }

    pub(crate) fn schema(&self) -> SchemaRef {
        Arc::new(Schema::new(self.columns.iter().map(Column::describe).collect::<Vec<_>>()))
    }

    /// Records of the file, whether they are asked for or not.
    pub(crate) const fn total(&self) -> usize {
        self.located.total
    }

    /// Points that the records asked for have at most.
    pub(crate) fn most_points(&self) -> usize {
        // Type, box, counts and the start of one part stand before the points of the simplest record.
        let bytes: u64 = self.located.places.iter().map(|place| place.length.saturating_sub(48)).sum();
        usize::try_from(bytes / 16).unwrap_or(0)
    }

    /// The coordinate reference system: the caller's, else the .prj's, and whether coordinates within `bounds` can lie in it.
    pub(crate) fn crs(
        &mut self,
        given: Option<&Crs>,
        bounds: Option<[f64; 4]>,
        coords: &[[f64; 2]],
    ) -> Result<Option<Crs>, IoError> {
        projection::find(&self.path, self.prj.as_ref(), given, bounds, coords, &mut self.findings)
    }

    pub(crate) fn source(&self) -> Source {
        let encoding = self.table.as_ref().map(|(_, encoding)| encoding.name().to_owned());
        Source::later(&self.path, "Shapefile", encoding, self.files.clone())
    }

    /// Adds what a look at the coordinates found odd.
    pub(crate) fn note(&mut self, findings: impl IntoIterator<Item = Finding>) {
        self.findings.extend(findings);
    }

    /// What was odd, in the order of the file.
    pub(crate) fn into_findings(self) -> Vec<Finding> {
        let mut findings = self.findings;
        for (column, oddities) in self.columns.iter().zip(&self.oddities) {
            findings.extend(column.findings(oddities));
        }
        findings.sort_by_key(|finding| finding.line.unwrap_or(0));
        findings
    }

    /// Decodes block after block and lets `visit` have them in the file's order, whatever the number of threads.
    ///
    /// The next are decoded while it works.
    pub(crate) fn run<E: From<IoError> + Send>(
        &mut self,
        progress: &Progress,
        mut visit: impl FnMut(Block) -> Result<ControlFlow<()>, E> + Send,
    ) -> Result<(), E> {
        let this = &*self;
        progress.announce(this.located.rows.len() as u64);
        let blocks = this.blocks();
        let mut findings = Vec::new();
        let mut oddities = this.oddities.clone();
        let decode = |buffers: &mut [Vec<u8>; 2], positions: &Range<usize>| {
            let block = this.block(positions.clone(), buffers)?;
            progress.advance(positions.len() as u64).map_err(|_| IoError::Cancelled)?;
            Ok(block)
        };
        in_waves(&blocks, decode, |block: Result<Block, IoError>| {
            let mut block = block?;
            findings.append(&mut block.findings);
            for (known, found) in oddities.iter_mut().zip(block.oddities.drain(..)) {
                known.extend(found);
            }
            visit(block)
        })?;
        self.findings.extend(findings);
        self.oddities = oddities;
        Ok(())
    }

    /// Positions of the rows of each block: records that follow each other closely, and no more than a stretch of the table.
    fn blocks(&self) -> Vec<Range<usize>> {
        let row_bytes = self.table.as_ref().map_or(0, |(table, _)| table.row_bytes);
        let most = STRETCH_BYTES.checked_div(row_bytes).unwrap_or(usize::MAX).max(1);
        let mut blocks: Vec<Range<usize>> = Vec::new();
        let (mut begin, mut end) = (0, 0);
        for position in 0..self.located.rows.len() {
            // A row that lost its record fits into any block.
            let place = self.located.place(position).unwrap_or(Place { offset: end, length: 0 });
            match blocks.last_mut() {
                Some(block)
                    if place.offset >= end && place.end() - begin <= BLOCK_BYTES && block.len() < most =>
                {
                    block.end = position + 1;
                }
                _ => {
                    blocks.push(position..position + 1);
                    begin = place.offset;
                }
            }
            end = place.end();
        }
        blocks
    }

    fn block(&self, positions: Range<usize>, buffers: &mut [Vec<u8>; 2]) -> Result<Block, IoError> {
        let mut rows = self.located.rows.get(positions.clone()).unwrap_or_default().to_vec();
        let places = positions.start..positions.end.min(self.located.places.len());
        let places = self.located.places.get(places).unwrap_or_default();
        let [shp_buffer, dbf_buffer] = buffers;
        let skip = self.on_error == OnError::Skip;
        let shapes = if self.has_lines {
            polygons::decode(&self.shp, places, &rows, skip, shp_buffer, lines::one)?
        } else {
            polygons::decode(&self.shp, places, &rows, skip, shp_buffer, polygons::one)?
        };
        let Shapes { polygons, bounds, bad, mut findings } = shapes;
        let mut skipped = Vec::new();
        for Bad { row, offset, error } in bad {
            if self.on_error == OnError::Raise {
                return Err(error);
            }
            let what = match &error {
                IoError::Shapefile { fault, .. } => fault.to_string(),
                other => other.to_string(),
            };
            let line = row as u64 + 1;
            let message = format!("第 {line} 条(字节 {offset})读不出{}:{what}", fate(self.on_error));
            findings.push(Finding::error("record_not_read", message).at_line(line));
            skipped.push(row);
        }
        if skip && !skipped.is_empty() {
            rows.retain(|row| skipped.binary_search(row).is_err());
        }
        let (attributes, oddities) = self.attributes(&rows, dbf_buffer)?;
        Ok(Block { rows, polygons, bounds, attributes, oddities, findings })
    }

    fn attributes(
        &self,
        rows: &[usize],
        buffer: &mut Vec<u8>,
    ) -> Result<(Vec<ArrayRef>, Vec<Oddities>), IoError> {
        let Some((table, encoding)) = self.table.as_ref().filter(|_| !self.columns.is_empty()) else {
            return Ok((Vec::new(), Vec::new()));
        };
        let bytes = Rows::read(table, rows, buffer)?;
        let columns = self.columns.iter().map(|column| column.decode(&bytes, rows, encoding));
        columns.collect::<Result<_, _>>().map_err(in_attributes)
    }
}

/// More coordinates than 32 bits can count.
pub(crate) fn too_large(path: &Path) -> IoError {
    let fault = ShapefileFault::TooLarge;
    IoError::Shapefile { path: path.to_owned(), record: None, offset: None, fault }
}

/// An error of Arrow about the attributes.
pub(crate) fn in_attributes(source: ArrowError) -> IoError {
    IoError::Arrow { column: "*".to_owned(), feature: None, fault: ArrowFault::Arrow(source) }
}

fn unknown_column(path: &Path, column: &str, fields: &[Field]) -> IoError {
    IoError::UnknownColumn {
        path: path.to_owned(),
        column: column.to_owned(),
        known: fields.iter().map(|field| field.name.clone()).collect(),
    }
}

/// The fields asked for, in that order: by their name, or by it in another case.
fn chosen<'t>(table: &'t Table, asked: Option<&[String]>) -> Result<Vec<&'t Field>, IoError> {
    let fields = &table.fields;
    let Some(asked) = asked else { return Ok(fields.iter().collect()) };
    asked
        .iter()
        .map(|column| {
            let exact = fields.iter().find(|field| field.name == *column);
            exact
                .or_else(|| fields.iter().find(|field| field.name.eq_ignore_ascii_case(column)))
                .ok_or_else(|| unknown_column(table.path(), column, fields))
        })
        .collect()
}

/// Takes out the rows that the table marks as deleted: they are no rows, whatever their shapes are.
fn leave_out(deleted: &[usize], located: &mut Located, findings: &mut Vec<Finding>) {
    let Some(first) = deleted.first().and_then(|&position| located.rows.get(position)) else { return };
    let message = format!("{} 条属性标为已删除,连同图形未读", deleted.len());
    findings.push(Finding::warning("deleted_records", message).at_line(*first as u64 + 1));
    located.retain(|position, _| deleted.binary_search(&position).is_err());
}

/// A table cut off before its last shape is refused, or the rows lost are answered; one that merely disagrees about the
/// number is read.
fn check_rows(
    table: &Table,
    shapes: usize,
    on_error: OnError,
    findings: &mut Vec<Finding>,
) -> Result<Option<Range<usize>>, IoError> {
    let needed = table.announced_rows.min(shapes);
    if table.rows < needed {
        let offset = table.offset(table.rows);
        let expected = (table.announced_rows as u64)
            .saturating_sub(table.rows as u64)
            .saturating_mul(table.row_bytes as u64);
        let found = table.file_bytes().saturating_sub(offset);
        let record = Some(table.rows as u64 + 1);
        if on_error == OnError::Raise {
            return Err(records::truncated(table.path(), record, offset, expected, found));
        }
        let message = format!(
            ".dbf 在第 {offset} 字节断掉,应有 {expected} 字节,实有 {found} 字节,缺 {} 行属性",
            needed - table.rows
        );
        findings.push(Finding::error("table_cut_off", message).at_line(table.rows as u64 + 1));
        return Ok(Some(table.rows..needed));
    }
    if table.rows != shapes {
        let rest = if table.rows < shapes { "缺的属性为空" } else { "多的属性没有读" };
        let message = format!(".shp 有 {shapes} 个图形,.dbf 有 {} 行属性,按 .shp 读,{rest}", table.rows);
        findings.push(Finding::warning("row_count_differs", message));
    }
    Ok(None)
}
