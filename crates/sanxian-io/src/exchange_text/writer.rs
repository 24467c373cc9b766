//! Exchange texts out.

use std::fmt::Write as _;
use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::DataType;
use sanxian_geodesy::{Crs, Datum, Frame, FrameKind};
use sanxian_overlay::Polygon;

use crate::encoding::{by_label, encode};
use crate::error::{IoError, Misfit, WriteObstacle};
use crate::layer::Layer;
use crate::nesting::signed_area;
use crate::staging::Staging;

/// What ends each ring.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClosingPoint {
    /// The first point again, under its own name. What the format's rule says.
    #[default]
    Repeat,
    /// The first point again, under the next number.
    NextNumber,
    /// Nothing.
    None,
}

/// How an exchange text is written.
#[derive(Clone, Debug, PartialEq)]
pub struct ExchangeTextOptions {
    /// Encoding by its WHATWG label; offices expect `gbk`.
    pub encoding: String,
    /// What ends each ring.
    pub closing_point: ClosingPoint,
    /// Stands before the numbers of points: `J` for J1, J2, ...
    pub point_prefix: String,
    /// Decimals of the coordinates: 3 for metres; degrees are written with 6 more.
    pub decimals: usize,
    /// Header entries that replace those of the same key, or follow after them.
    pub header: Vec<(String, String)>,
}

impl Default for ExchangeTextOptions {
    fn default() -> Self {
        Self {
            encoding: "gbk".to_owned(),
            closing_point: ClosingPoint::Repeat,
            point_prefix: "J".to_owned(),
            decimals: 3,
            header: Vec::new(),
        }
    }
}

/// Decimals of an area in hectares, by the format's rule.
const AREA_DECIMALS: usize = 4;

/// Writes plots as an exchange text, with CRLF line ends. Reading it back gives the same plots, rounded to the decimals.
///
/// Of the attributes `plot_id` is required; `plot_name, declared_area_ha, use, land_class, map_sheet` are written where
/// they are. Without a column `declared_area_ha` the planar area is declared; a null one stays empty. Rings keep their
/// start and direction; interiors follow their exterior with ring numbers of their own, as the format has it.
///
/// # Errors
/// [`IoError::CannotWrite`] without CRS or with one that the header cannot name; [`IoError::ValueDoesNotFit`] for text that
/// the encoding lacks or that holds a comma, an `@` or a line break. Nothing is left behind then.
pub fn write_exchange_text(plots: &Layer, path: &Path, options: &ExchangeTextOptions) -> Result<(), IoError> {
    let encoding = by_label(&options.encoding)?;
    // WHATWG decodes GBK as GB18030; written, it is the smaller set that old programs read.
    let encoding = if options.encoding.eq_ignore_ascii_case("gbk") { encoding_rs::GBK } else { encoding };
    let cannot = |reason| IoError::CannotWrite { path: path.to_owned(), reason };
    let crs = plots.crs.as_ref().ok_or_else(|| cannot(WriteObstacle::NoCrs))?;
    let frame = frame(crs).ok_or_else(|| cannot(WriteObstacle::Crs { crs: crs.label() }))?;
    let (features, rows) = (plots.len(), plots.attributes.num_rows());
    if features != rows {
        return Err(cannot(WriteObstacle::RowCount { features, rows }));
    }
    let columns = Columns::of(&plots.attributes).map_err(&cannot)?;

    let mut text = header(frame, options);
    let mut starts = Vec::with_capacity(features);
    for feature in 0..features {
        starts.push(text.len());
        let misfit = |field: &str, reason| IoError::ValueDoesNotFit {
            path: path.to_owned(),
            feature: feature as u64,
            field: field.to_owned(),
            reason,
        };
        plot(plots, &columns, feature, frame, options, &mut text)
            .map_err(|(field, reason)| misfit(field, reason))?;
    }
    let bytes = encode(encoding, &text).map_err(|character| {
        let position = text.find(character).unwrap_or(0);
        let feature = starts.partition_point(|&start| start <= position).saturating_sub(1) as u64;
        let field =
            if starts.first().is_some_and(|&start| position >= start) { "plot row" } else { "header" };
        let reason = Misfit::Character { character, encoding: encoding.name() };
        IoError::ValueDoesNotFit { path: path.to_owned(), feature, field: field.to_owned(), reason }
    })?;
    let bom: &[u8] = match encoding {
        encoding if encoding == encoding_rs::UTF_16LE => b"\xff\xfe",
        encoding if encoding == encoding_rs::UTF_16BE => b"\xfe\xff",
        _ => b"",
    };
    let mut staging = Staging::default();
    staging.write(path, &[bom, &bytes].concat())?;
    staging.commit()
}

/// The frame, if the header has words for it.
fn frame(crs: &Crs) -> Option<Frame> {
    let frame = Frame::from_epsg(crs.epsg()?)?;
    matches!(frame.kind(), FrameKind::Geographic | FrameKind::GaussKruger { .. }).then_some(frame)
}

fn header(frame: Frame, options: &ExchangeTextOptions) -> String {
    let datum = match frame.datum() {
        Datum::Wgs84 => "WGS84坐标系",
        Datum::Xian80 => "1980西安坐标系",
        Datum::Beijing54 => "1954北京坐标系",
        _ => "2000国家大地坐标系",
    };
    let (width, zone) = frame.zone().map_or_else(Default::default, |zone| {
        (zone.width().degrees().to_string(), zone.number().get().to_string())
    });
    let is_plane = frame.zone().is_some();
    let precision = format!("{:.*}", options.decimals, 10_f64.powi(-(options.decimals as i32)));
    let mut entries: Vec<(&str, &str)> = vec![
        ("格式版本号", "1.01版本"),
        ("数据产生单位", ""),
        ("数据产生日期", ""),
        ("坐标系", datum),
        ("几度分带", &width),
        ("投影类型", if is_plane { "高斯克吕格" } else { "" }),
        ("计量单位", if is_plane { "米" } else { "度" }),
        ("带号", &zone),
        ("精度", if is_plane { &precision } else { "" }),
        ("转换参数", ",,,,,,"),
    ];
    for (key, value) in &options.header {
        match entries.iter_mut().find(|(known, _)| known == key) {
            Some(entry) => entry.1 = value,
            None => entries.push((key, value)),
        }
    }
    let mut text = String::from("[属性描述]\r\n");
    for (key, value) in entries {
        let one_line = |text: &str| text.replace(['\r', '\n'], " ");
        let _ = write!(text, "{}={}\r\n", one_line(key), one_line(value));
    }
    text.push_str("[地块坐标]\r\n");
    text
}

pub(crate) struct Columns {
    pub(crate) id: ArrayRef,
    pub(crate) texts: [(&'static str, Option<ArrayRef>); 4],
    pub(crate) area_ha: Option<ArrayRef>,
}

impl Columns {
    /// The columns that are written, as plain strings and doubles: frames bring large strings, views and integers.
    pub(crate) fn of(attributes: &RecordBatch) -> Result<Self, WriteObstacle> {
        let cast = |name: &'static str, to: DataType| {
            let wrong_type = |found: &DataType| {
                let (column, data_type) = (name.to_owned(), found.to_string());
                WriteObstacle::ColumnType { column, data_type }
            };
            match attributes.column_by_name(name) {
                None => Ok(None),
                Some(column) if to == DataType::Float64 && !is_number(column.data_type()) => {
                    Err(wrong_type(column.data_type()))
                }
                Some(column) => {
                    arrow_cast::cast(column, &to).map(Some).map_err(|_| wrong_type(column.data_type()))
                }
            }
        };
        Ok(Self {
            id: cast("plot_id", DataType::Utf8)?.ok_or(WriteObstacle::NoColumn { column: "plot_id" })?,
            texts: [
                ("plot_name", cast("plot_name", DataType::Utf8)?),
                ("map_sheet", cast("map_sheet", DataType::Utf8)?),
                ("use", cast("use", DataType::Utf8)?),
                ("land_class", cast("land_class", DataType::Utf8)?),
            ],
            area_ha: cast("declared_area_ha", DataType::Float64)?,
        })
    }
}

/// A column of nothing but nulls is a number too.
fn is_number(data_type: &DataType) -> bool {
    data_type.is_numeric() || *data_type == DataType::Null
}

fn field<'a>(
    column: Option<&'a ArrayRef>,
    row: usize,
    name: &'static str,
) -> Result<&'a str, (&'static str, Misfit)> {
    let Some(values) =
        column.and_then(|column| column.as_string_opt::<i32>()).filter(|values| values.is_valid(row))
    else {
        return Ok("");
    };
    let value = values.value(row).trim();
    match value.chars().find(|character| matches!(character, ',' | '@' | '\r' | '\n')) {
        Some(character) => Err((name, Misfit::Separator { character })),
        None => Ok(value),
    }
}

fn plot(
    plots: &Layer,
    columns: &Columns,
    feature: usize,
    frame: Frame,
    options: &ExchangeTextOptions,
    text: &mut String,
) -> Result<(), (&'static str, Misfit)> {
    let view = plots.polygons.view();
    let id = field(Some(&columns.id), feature, "plot_id")?;
    let [name, map_sheet, land_use, land_class] = &columns.texts;
    let value = |(field_name, column): &(&'static str, Option<ArrayRef>)| {
        field(column.as_ref(), feature, field_name).map(str::to_owned)
    };
    let area = match columns.area_ha.as_ref().and_then(|column| column.as_primitive_opt::<Float64Type>()) {
        Some(areas) if areas.is_null(feature) => String::new(),
        Some(areas) if !areas.value(feature).is_finite() => {
            return Err(("declared_area_ha", Misfit::NotFinite { value: areas.value(feature) }));
        }
        Some(areas) => area_text(areas.value(feature)),
        None if frame.zone().is_some() => {
            let area_m2: f64 = view.feature(feature).map(|polygon| planar_area_m2(&polygon)).sum();
            format!("{:.AREA_DECIMALS$}", area_m2 / 10_000.0)
        }
        None => String::new(),
    };

    let rings: Vec<_> = view.feature(feature).flat_map(|polygon| polygon.rings()).collect();
    let closing_rows = usize::from(options.closing_point != ClosingPoint::None);
    let rows: usize = rings.iter().map(|ring| ring.len().saturating_sub(1) + closing_rows).sum();
    let (name, map_sheet, land_use, land_class) =
        (value(name)?, value(map_sheet)?, value(land_use)?, value(land_class)?);
    let _ = write!(text, "{rows},{area},{id},{name},面,{map_sheet},{land_use},{land_class},@\r\n");

    let decimals = if frame.zone().is_some() { options.decimals } else { options.decimals + 6 };
    for (ring, number) in rings.iter().zip(1..) {
        let points = ring.split_last().map_or(&[][..], |(_, points)| points);
        let mut row = |name: usize, [east, north]: [f64; 2]| {
            if !east.is_finite() || !north.is_finite() {
                return Err((
                    "geometry",
                    Misfit::NotFinite { value: if east.is_finite() { north } else { east } },
                ));
            }
            let prefix = &options.point_prefix;
            let _ = write!(text, "{prefix}{name},{number},{north:.decimals$},{east:.decimals$}\r\n");
            Ok(())
        };
        for (name, &point) in (1..).zip(points) {
            row(name, point)?;
        }
        match (options.closing_point, points.first()) {
            (ClosingPoint::Repeat, Some(&first)) => row(1, first)?,
            (ClosingPoint::NextNumber, Some(&first)) => row(points.len() + 1, first)?,
            (ClosingPoint::None, _) | (_, None) => {}
        }
    }
    Ok(())
}

pub(crate) fn planar_area_m2(polygon: &Polygon<'_>) -> f64 {
    let areas = polygon.rings().map(|ring| signed_area(ring).abs());
    areas.enumerate().map(|(position, area)| if position == 0 { area } else { -area }).sum()
}

/// Four decimals by the rule; as many as it takes where the plots declare more, so that nothing is lost.
fn area_text(area_ha: f64) -> String {
    let by_rule = format!("{area_ha:.AREA_DECIMALS$}");
    if by_rule.parse::<f64>().is_ok_and(|value| (value - area_ha).abs() < 1e-12) {
        by_rule
    } else {
        format!("{area_ha}")
    }
}
