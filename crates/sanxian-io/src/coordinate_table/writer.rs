//! The statutory table of boundary points (坐标成果表) as a workbook.

use std::collections::HashSet;
use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};
use sanxian_geodesy::{Datum, Frame, FrameKind, Zone, round_half_away};
use sanxian_overlay::planar_area;

use super::points::{BoundaryPoints, SIDE_DECIMALS};
use crate::boundary_points::PlotColumns;
use crate::error::{IoError, Misfit, WriteObstacle};
use crate::layer::Layer;
use crate::staging::Staging;

/// How a coordinate table is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoordinateTableOptions {
    /// The scheme's name (方案名称) in the head of the table; the layer's name without it.
    pub scheme: Option<String>,
    /// A sheet a plot, named by its number, instead of one sheet for all.
    pub sheet_per_plot: bool,
    /// Stands before the numbers of points: `J` for J1, J2, ...
    pub point_prefix: String,
    /// Decimals of the coordinates; side lengths have three by the rule.
    pub decimals: u16,
}

impl Default for CoordinateTableOptions {
    fn default() -> Self {
        Self { scheme: None, sheet_per_plot: false, point_prefix: "J".to_owned(), decimals: 3 }
    }
}

const COLUMNS: [(&str, f64); 5] =
    [("点号", 14.0), ("圈号", 8.0), ("X坐标", 18.0), ("Y坐标", 18.0), ("边长", 14.0)];
const LAST: u16 = COLUMNS.len() as u16 - 1;

/// Writes plots as a coordinate table (.xlsx): scheme, plot, area in hectares, X with seven digits before the point, Y
/// with eight (zone prefix), side lengths in metres with three decimals.
///
/// Side lengths are those of the rounded coordinates, so that the table agrees with itself. Of the attributes `plot_id` is
/// required; `plot_name, declared_area_ha, use, land_class, map_sheet` are written where they are, other columns are not.
/// Eastings without zone prefix get theirs. The same plots give the same bytes. Reading the file back gives the same
/// plots, rounded to the decimals.
///
/// # Examples
/// ```
/// use sanxian_io::{CoordinateTableOptions, PlotsOptions, read_plots, write_coordinate_table};
///
/// let folder = tempfile::tempdir()?;
/// let (table, copy) = (folder.path().join("plots.csv"), folder.path().join("copy.xlsx"));
/// std::fs::write(&table, "点号,X,Y\nJ1,4250100,38500000\nJ2,4250100,38500100\nJ3,4250000,38500000\n")?;
/// let plots = read_plots(&table, &PlotsOptions::default())?;
/// write_coordinate_table(&plots.layer, &copy, &CoordinateTableOptions::default())?;
/// let again = read_plots(&copy, &PlotsOptions::default())?;
/// assert_eq!(again.layer.polygons.view().coords(), plots.layer.polygons.view().coords());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`IoError::CannotWrite`] without CRS, or with one that is no Gauss-Krüger zone; [`IoError::ValueDoesNotFit`] for plots
/// without geometry and coordinates outside the seven and eight digits. Nothing is left behind then.
pub fn write_coordinate_table(
    plots: &Layer,
    path: &Path,
    options: &CoordinateTableOptions,
) -> Result<(), IoError> {
    let cannot = |reason| IoError::CannotWrite { path: path.to_owned(), reason };
    let crs = plots.crs.as_ref().ok_or_else(|| cannot(WriteObstacle::NoCrs))?;
    let frame = crs.epsg().and_then(Frame::from_epsg);
    let points = BoundaryPoints::new(crs, options.decimals);
    let (Some(points), Some((frame, FrameKind::GaussKruger { zone, .. }))) =
        (points, frame.map(|frame| (frame, frame.kind())))
    else {
        return Err(cannot(WriteObstacle::Crs { crs: crs.label() }));
    };
    let (features, rows) = (plots.len(), plots.attributes.num_rows());
    if features != rows {
        return Err(cannot(WriteObstacle::RowCount { features, rows }));
    }
    let columns = PlotColumns::of(&plots.attributes).map_err(&cannot)?;
    let style = Style::new(options.decimals);
    let writer = Writer { plots, columns, options, style, points, zone, datum: frame.datum() };
    let bytes = writer.workbook().map_err(|stop| match stop {
        Stop::Misfit(feature, field, reason) => IoError::ValueDoesNotFit {
            path: path.to_owned(),
            feature: feature as u64,
            field: field.to_owned(),
            reason,
        },
        Stop::Workbook(error) => cannot(WriteObstacle::Workbook { reason: error.to_string() }),
    })?;
    let mut staging = Staging::default();
    staging.write(path, &bytes)?;
    staging.commit()
}

enum Stop {
    Misfit(usize, &'static str, Misfit),
    Workbook(XlsxError),
}

impl From<XlsxError> for Stop {
    fn from(error: XlsxError) -> Self {
        Self::Workbook(error)
    }
}

struct Style {
    title: Format,
    head: Format,
    text: Format,
    area: Format,
    coordinate: Format,
    side: Format,
}

impl Style {
    fn new(decimals: u16) -> Self {
        let text = Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::Center);
        let number = |decimals: u16| match decimals {
            0 => text.clone().set_num_format("0"),
            decimals => text.clone().set_num_format(format!("0.{:0<1$}", "", usize::from(decimals))),
        };
        Self {
            title: Format::new().set_bold().set_font_size(14).set_align(FormatAlign::Center),
            head: text.clone().set_bold(),
            area: number(4),
            coordinate: number(decimals),
            side: number(SIDE_DECIMALS as u16),
            text,
        }
    }
}

struct Writer<'a> {
    plots: &'a Layer,
    columns: PlotColumns,
    options: &'a CoordinateTableOptions,
    style: Style,
    points: BoundaryPoints,
    zone: Zone,
    datum: Datum,
}

impl Writer<'_> {
    fn workbook(&self) -> Result<Vec<u8>, Stop> {
        let mut workbook = Workbook::new();
        // The same plots give the same bytes: no clock.
        let epoch = ExcelDateTime::from_ymd(2000, 1, 1)?;
        workbook.set_properties(&DocProperties::new().set_title("坐标成果表").set_creation_datetime(&epoch));
        if self.options.sheet_per_plot {
            let mut names = HashSet::new();
            for feature in 0..self.plots.len() {
                let sheet = workbook.add_worksheet();
                sheet.set_name(sheet_name(&text(Some(&self.columns.id), feature), &mut names))?;
                let row = self.head(sheet)?;
                self.plot(sheet, row, feature)?;
            }
        }
        if !self.options.sheet_per_plot || self.plots.is_empty() {
            let sheet = workbook.add_worksheet();
            sheet.set_name("坐标成果表")?;
            let mut row = self.head(sheet)?;
            for feature in 0..self.plots.len() {
                // A blank row between plots, for the eye and for readers.
                row = self.plot(sheet, row, feature)? + 1;
            }
        }
        Ok(workbook.save_to_buffer()?)
    }

    fn head(&self, sheet: &mut Worksheet) -> Result<u32, XlsxError> {
        for (column, (_, width)) in (0..).zip(COLUMNS) {
            sheet.set_column_width(column, width)?;
        }
        sheet.merge_range(0, 0, 0, LAST, "坐标成果表", &self.style.title)?;
        let datum = match self.datum {
            Datum::Xian80 => "1980西安坐标系",
            Datum::Beijing54 => "1954北京坐标系",
            _ => "2000国家大地坐标系",
        };
        let scheme = self.options.scheme.as_deref().unwrap_or(&self.plots.name);
        let width = self.zone.width().degrees().to_string();
        let zone = self.zone.number().get().to_string();
        let entries = [("方案名称", scheme), ("坐标系", datum), ("几度分带", &width), ("带号", &zone)];
        let mut row = 1;
        for (key, value) in entries {
            if value.is_empty() {
                continue;
            }
            self.entry(sheet, row, key, value)?;
            row += 1;
        }
        Ok(row)
    }

    fn entry(&self, sheet: &mut Worksheet, row: u32, key: &str, value: &str) -> Result<(), XlsxError> {
        sheet.write_string_with_format(row, 0, key, &self.style.head)?;
        sheet.merge_range(row, 1, row, LAST, value, &self.style.text)?;
        Ok(())
    }

    fn plot(&self, sheet: &mut Worksheet, first: u32, feature: usize) -> Result<u32, Stop> {
        let mut row = first;
        let [name, map_sheet, land_use, land_class] = &self.columns.texts;
        let entries = [
            ("地块编号", text(Some(&self.columns.id), feature)),
            ("地块名称", text(name.1.as_ref(), feature)),
            ("地块用途", text(land_use.1.as_ref(), feature)),
            ("地类编码", text(land_class.1.as_ref(), feature)),
            ("图幅号", text(map_sheet.1.as_ref(), feature)),
        ];
        for (key, value) in entries {
            if !value.is_empty() {
                self.entry(sheet, row, key, &value)?;
                row += 1;
            }
        }
        if let Some(area_ha) = self.area_ha(feature)? {
            sheet.write_string_with_format(row, 0, "地块面积(公顷)", &self.style.head)?;
            sheet.merge_range(row, 1, row, LAST, "", &self.style.area)?;
            sheet.write_number_with_format(row, 1, area_ha, &self.style.area)?;
            row += 1;
        }
        for (column, (heading, _)) in (0..).zip(COLUMNS) {
            sheet.write_string_with_format(row, column, heading, &self.style.head)?;
        }
        row += 1;
        self.points(sheet, row, feature)
    }

    fn area_ha(&self, feature: usize) -> Result<Option<f64>, Stop> {
        let areas = self.columns.area_ha.as_ref().and_then(|column| column.as_primitive_opt::<Float64Type>());
        match areas {
            Some(areas) if areas.is_null(feature) => Ok(None),
            Some(areas) if !areas.value(feature).is_finite() => {
                let reason = Misfit::NotFinite { value: areas.value(feature) };
                Err(Stop::Misfit(feature, "declared_area_ha", reason))
            }
            Some(areas) => Ok(Some(areas.value(feature))),
            None => {
                let polygons = self.plots.polygons.view();
                let area_m2: f64 = planar_area(polygons.feature(feature));
                Ok(Some(round_half_away(area_m2 / 10_000.0, 4)))
            }
        }
    }

    fn points(&self, sheet: &mut Worksheet, first: u32, feature: usize) -> Result<u32, Stop> {
        let misfit = |reason| Stop::Misfit(feature, "geometry", reason);
        let points = self.points.of_plot(self.plots.polygons.view(), feature).map_err(misfit)?;
        let (mut row, style) = (first, &self.style);
        for point in points {
            let id = format!("{}{}", self.options.point_prefix, point.number);
            sheet.write_string_with_format(row, 0, id, &style.text)?;
            sheet.write_number_with_format(row, 1, point.ring, &style.text)?;
            sheet.write_number_with_format(row, 2, point.northing_m, &style.coordinate)?;
            sheet.write_number_with_format(row, 3, point.easting_m, &style.coordinate)?;
            match point.side_m {
                Some(side_m) => sheet.write_number_with_format(row, 4, side_m, &style.side)?,
                None => sheet.write_blank(row, 4, &style.text)?,
            };
            row += 1;
        }
        Ok(row)
    }
}

fn text(column: Option<&ArrayRef>, row: usize) -> String {
    column
        .and_then(|column| column.as_string_opt::<i32>())
        .filter(|values| values.is_valid(row))
        .map(|values| values.value(row).trim().to_owned())
        .unwrap_or_default()
}

/// A sheet's name has 31 characters at most, none of `[]:*?/\`, no quotation mark at its ends, and no twin.
fn sheet_name(plot_id: &str, taken: &mut HashSet<String>) -> String {
    const LONGEST: usize = 31;
    let bare: String = plot_id
        .chars()
        .map(|c| if matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'') { '_' } else { c })
        .collect();
    let cut = |text: &str, units: usize| {
        let mut left = units;
        text.chars()
            .take_while(|c| {
                let fits = left >= c.len_utf16();
                left = left.saturating_sub(c.len_utf16());
                fits
            })
            .collect::<String>()
    };
    let bare = if bare.is_empty() { "地块".to_owned() } else { bare };
    let mut name = cut(&bare, LONGEST);
    let mut number = 2;
    // Spreadsheets compare the names of sheets without their case.
    while !taken.insert(name.to_lowercase()) {
        let suffix = format!("-{number}");
        name = cut(&bare, LONGEST - suffix.len()) + &suffix;
        number += 1;
    }
    name
}
