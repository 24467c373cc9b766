//! Lists of places: a row a point with its name and coordinates, such as a register of heritage sites. What a table of boundary
//! points spells as corners of one plot is here as many features.

use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use sanxian_overlay::LineSet;

use super::cell::{Row, angle_deg, packed_angle_deg, plain_number, sheet_and_row};
use super::columns::{has_coordinates, roles};
use super::fault::TableFault;
use super::heading::{Kind, Role, mentions, pairs};
use super::separated;
use super::workbook::{self, RowSink, Stop};
use crate::boundary_points::{Header, PointRow, locate};
use crate::encoding::decode_text;
use crate::error::IoError;
use crate::finding::Finding;
use crate::geoarrow::ArrowFault;
use crate::layer::{FileDigest, Layer, Source, polygons_without_geometry, read_bytes, stem};
use crate::read::PlotsOptions;

/// Reads a list of places (.csv, .tsv, .txt, .xlsx, .xlsm, .xls) as a layer of points: [`Layer::lines`] has them, a line of one vertex each.
///
/// The first row that names both coordinates (X坐标 and Y坐标, 北坐标 and 东坐标, 经度 and 纬度, northing and easting, ...) is the
/// heading; every other column is an attribute of texts under its heading. X is the northing, as in all Chinese tables. A row without
/// coordinates keeps its attributes, without geometry, and is a finding: a register may know a site and not its place. The CRS is the
/// caller's, else that of the title rows (坐标系, 带号), else the one that the eastings' prefixes spell.
///
/// # Examples
/// ```
/// use sanxian_io::{PlotsOptions, read_points};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("heritage.csv");
/// std::fs::write(&path, "名称,级别,X坐标,Y坐标\n古塔,省级,4250100.0,38500050.0\n古桥,市级,,\n")?;
/// let layer = read_points(&path, &PlotsOptions::default())?;
/// let lines = layer.lines.as_ref().expect("a list of places has points");
/// assert_eq!(lines.bounds(0), Some([38_500_050.0, 4_250_100.0, 38_500_050.0, 4_250_100.0]));
/// assert_eq!((layer.len(), lines.bounds(1)), (2, None));
/// assert!(layer.findings.iter().any(|finding| finding.code == "row_without_coordinates"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`IoError::CoordinateTable`] with sheet and row: no heading with coordinates, a coordinate that is no number, swapped axes, a damaged
/// workbook; [`IoError::CrsConflict`] and [`IoError::CrsUnknown`] as for coordinate tables.
pub fn read_points(path: &Path, options: &PlotsOptions) -> Result<Layer, IoError> {
    let bytes = read_bytes(path)?;
    let suffix = crate::read::suffix(path);
    let mut list = PlaceList::new(path, crate::read::is_workbook(&suffix));
    let mut encoding = None;
    if list.is_workbook {
        workbook::read(&bytes, &mut list).map_err(|stop| match stop {
            Stop::Row(error) => error,
            Stop::Workbook(fault) => {
                IoError::CoordinateTable { path: path.to_owned(), sheet: None, row: None, fault }
            }
        })?;
    } else {
        let (text, found) = decode_text(path, &bytes, options.encoding.as_deref())?;
        encoding = Some(found.name().to_owned());
        for row in separated::rows(&text, suffix == "tsv") {
            list.row(&row)?;
        }
    }
    let files = vec![FileDigest::of(path, &bytes)];
    let mut layer = list.finish(options)?;
    layer.source = Some(Source::new(path, "list of places", encoding, files));
    Ok(layer)
}

/// Where the coordinates stand.
#[derive(Clone, Copy)]
struct Coordinates {
    north: (usize, Kind),
    east: (usize, Kind),
}

/// Reads rows one by one.
struct PlaceList<'a> {
    path: &'a Path,
    is_workbook: bool,
    sheets: Vec<String>,
    coordinates: Option<Coordinates>,
    /// Names of the attributes, and the column of each in the sheet that is read.
    names: Vec<String>,
    columns: Vec<Option<usize>>,
    header: Header,
    /// One a row of the list; without coordinates there is no point.
    places: Vec<Option<PointRow>>,
    values: Vec<Vec<(usize, String)>>,
    findings: Vec<Finding>,
}

impl RowSink for PlaceList<'_> {
    fn sheet(&mut self, name: &str, is_shown: bool) {
        if !is_shown {
            self.findings.push(workbook::hidden_sheet(self.sheets.len()));
        }
        self.sheets.push(name.to_owned());
        self.coordinates = None;
    }

    fn row(&mut self, row: &Row) -> Result<(), IoError> {
        if row.is_blank() {
            return Ok(());
        }
        let Some(coordinates) = self.coordinates else {
            self.heading(row);
            return Ok(());
        };
        let place = self.place(row, coordinates)?;
        if place.is_none() {
            let message = "没有坐标，没有图形".to_owned();
            self.findings.push(Finding::warning("row_without_coordinates", message).at_line(row.place));
        }
        let texts = self.columns.iter().enumerate().filter_map(|(name, column)| {
            let text = row.text((*column)?);
            (!text.is_empty()).then(|| (name, text.to_owned()))
        });
        self.values.push(texts.collect());
        self.places.push(place);
        Ok(())
    }
}

impl<'a> PlaceList<'a> {
    fn new(path: &'a Path, is_workbook: bool) -> Self {
        Self {
            path,
            is_workbook,
            sheets: Vec::new(),
            coordinates: None,
            names: Vec::new(),
            columns: Vec::new(),
            header: Header::default(),
            places: Vec::new(),
            values: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// Takes a row as the heading when it names both coordinates, else as a title that may name the CRS.
    fn heading(&mut self, row: &Row) {
        let roles = roles(row);
        if !has_coordinates(&roles) {
            let texts = row.cells.iter().map(|cell| cell.text.as_str());
            for pair in texts.flat_map(|text| pairs(text).into_iter().chain(mentions(text))) {
                self.header.push(&pair.key, &pair.value, row.place);
            }
            return;
        }
        // Where plane coordinates and degrees stand side by side, the plane ones are taken, as for boundary points.
        let find = |is_north: bool| {
            let found = roles.iter().enumerate().filter_map(|(column, role)| match role {
                Some(Role::North(kind)) if is_north => Some((column, *kind)),
                Some(Role::East(kind)) if !is_north => Some((column, *kind)),
                _ => None,
            });
            found.min_by_key(|&(column, kind)| (kind != Kind::Plane, column))
        };
        self.coordinates = find(true).zip(find(false)).map(|(north, east)| Coordinates { north, east });
        self.columns = vec![None; self.names.len()];
        for (column, cell) in row.cells.iter().enumerate() {
            let is_coordinate =
                self.coordinates.is_some_and(|found| column == found.north.0 || column == found.east.0);
            if !is_coordinate && !cell.is_empty() {
                self.name(&cell.text, column);
            }
        }
    }

    /// Gives a column its attribute: the one of an earlier sheet's heading, or a new one.
    fn name(&mut self, heading: &str, column: usize) {
        let known = self.names.iter().zip(&mut self.columns);
        if let Some((_, free)) = known.into_iter().find(|(name, taken)| *name == heading && taken.is_none()) {
            *free = Some(column);
            return;
        }
        let numbered = (2..).map(|number| format!("{heading}_{number}"));
        let name =
            std::iter::once(heading.to_owned()).chain(numbered).find(|name| !self.names.contains(name));
        self.names.extend(name);
        self.columns.push(Some(column));
    }

    fn place(&self, row: &Row, coordinates: Coordinates) -> Result<Option<PointRow>, IoError> {
        let Coordinates { north, east } = coordinates;
        if row.text(north.0).is_empty() && row.text(east.0).is_empty() {
            return Ok(None);
        }
        let value = |(column, kind): (usize, Kind)| {
            let text = row.text(column);
            let value = match kind {
                Kind::Packed => packed_angle_deg(text),
                // Angles in three columns are only told of tables of boundary points.
                Kind::Plane | Kind::Degrees | Kind::Parts => {
                    plain_number(text).or_else(|| angle_deg(text).map(|(degrees, _)| degrees))
                }
            };
            let fault = TableFault::NotACoordinate { column: column as u64 + 1, value: text.to_owned() };
            value.filter(|value| value.is_finite()).ok_or_else(|| self.fault(row.place, fault))
        };
        let (first, second) = (value(north)?, value(east)?);
        Ok(Some(PointRow { line: row.place, plot: None, ring: None, id: String::new(), first, second }))
    }

    fn fault(&self, at: u64, fault: TableFault) -> IoError {
        let (sheet, row) = sheet_and_row(at);
        let sheet = self.sheets.get(sheet).filter(|_| self.is_workbook).cloned();
        IoError::CoordinateTable { path: self.path.to_owned(), sheet, row: Some(row), fault }
    }

    fn finish(mut self, options: &PlotsOptions) -> Result<Layer, IoError> {
        let points: Vec<&PointRow> = self.places.iter().flatten().collect();
        if points.is_empty() {
            let fault = TableFault::NoPlaces;
            return Err(IoError::CoordinateTable {
                path: self.path.to_owned(),
                sheet: None,
                row: None,
                fault,
            });
        }
        let (crs, axes) = locate(self.path, &self.header, &points, options, &mut self.findings)
            .map_err(|error| super::localised(error, &self.sheets))?;
        let mut lines = LineSet::default();
        for place in &self.places {
            let point = place.as_ref().map(|place| axes.east_north(place));
            lines.push_feature(point.as_ref().map(std::slice::from_ref));
        }
        let mut layer = Layer::new(
            stem(self.path),
            polygons_without_geometry(self.places.len()),
            self.attributes()?,
            Some(crs),
        );
        layer.lines = Some(lines);
        self.findings.sort_by_key(|finding| finding.line.unwrap_or(0));
        super::put_in_sheets(&mut self.findings, if self.is_workbook { &self.sheets } else { &[] });
        layer.findings = self.findings;
        Ok(layer)
    }

    fn attributes(&self) -> Result<RecordBatch, IoError> {
        let fields: Vec<Field> =
            self.names.iter().map(|name| Field::new(name, DataType::Utf8, true)).collect();
        let column = |wanted: usize| -> ArrayRef {
            let value = |row: &Vec<(usize, String)>| {
                row.iter().find(|(name, _)| *name == wanted).map(|(_, text)| text.clone())
            };
            Arc::new(self.values.iter().map(value).collect::<StringArray>())
        };
        let arrays: Vec<ArrayRef> = (0..fields.len()).map(column).collect();
        let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(self.values.len()));
        RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options).map_err(|source| {
            IoError::Arrow { column: "*".to_owned(), feature: None, fault: ArrowFault::Arrow(source) }
        })
    }
}
