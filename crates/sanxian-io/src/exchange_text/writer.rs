//! Exchange texts out.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef};
use encoding_rs::Encoding;
use sanxian_geodesy::{Crs, Datum, Frame, FrameKind};
use sanxian_overlay::{Point, planar_area};

use super::dialect::exact_decimals;
use super::ring_start::arrange;
use super::writer_options::{ClosingPoint, ExchangeTextOptions};
use crate::boundary_points::{PlotColumns, is_decided};
use crate::encoding::{by_label, encode};
use crate::error::{IoError, Misfit, WriteObstacle};
use crate::layer::Layer;
use crate::staging::Staging;

/// Decimals of an area in hectares, by the format's rule.
const AREA_DECIMALS: usize = 4;

/// Writes plots as an exchange text, with CRLF line ends. Reading it back gives the same plots; a
/// coordinate with more decimals than are written is an error unless rounding is asked for.
///
/// Of the attributes `plot_id` is required; `plot_name, declared_area_ha, use, land_class, map_sheet` are written where
/// they are. Without a column `declared_area_ha` the planar area is declared; a null one stays empty. Rings keep their
/// start and direction unless the options say otherwise; interiors follow their exterior with ring numbers of their own, as the format has it.
///
/// # Examples
/// ```
/// use sanxian_io::{ExchangeTextOptions, PlotsOptions, RingStart, read_plots, write_exchange_text};
///
/// let text = "坐标系=2000国家大地坐标系\n带号=38\n4,1,DK-1,东地块,面,,,,@\nJ1,1,4250000,38500000\n\
///     J2,1,4250000,38500100\nJ3,1,4250100,38500100\nJ4,1,4250100,38500000\n";
/// let folder = tempfile::tempdir()?;
/// let (path, copy) = (folder.path().join("plots.txt"), folder.path().join("copy.txt"));
/// std::fs::write(&path, text)?;
/// let plots = read_plots(&path, &PlotsOptions::default())?;
/// let options = ExchangeTextOptions {
///     encoding: "utf-8".to_owned(),
///     start: RingStart::NorthWest,
///     clockwise: true,
///     ..ExchangeTextOptions::default()
/// };
/// write_exchange_text(&plots.layer, &copy, &options)?;
/// assert!(std::fs::read_to_string(&copy)?.contains("@\r\nJ1,1,4250100.000,38500000.000\r\nJ2,1,4250100.000,38500100.000"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`IoError::CannotWrite`] without CRS or with one that the header cannot name; [`IoError::ValueDoesNotFit`] for text that
/// the encoding lacks or that holds a comma, an `@` or a line break. Nothing is left behind then.
pub fn write_exchange_text(plots: &Layer, path: &Path, options: &ExchangeTextOptions) -> Result<(), IoError> {
    let bytes = Writer::new(plots, path, options)?.bytes(0..plots.len(), path)?;
    let mut staging = Staging::default();
    staging.write(path, &bytes)?;
    staging.commit()
}

/// Writes one exchange text a plot into a folder, named after the plot: by its name, else by its number. Characters that
/// file names cannot have become `_`. Answers the paths in the order of the plots; either all files are written or none.
///
/// # Errors
/// As [`write_exchange_text`], and [`IoError::CannotWrite`] when two plots have one name.
pub fn write_exchange_texts(
    plots: &Layer,
    folder: &Path,
    options: &ExchangeTextOptions,
) -> Result<Vec<PathBuf>, IoError> {
    let writer = Writer::new(plots, folder, options)?;
    let mut paths: Vec<PathBuf> = Vec::with_capacity(plots.len());
    let mut staging = Staging::default();
    // Some systems do not tell upper from lower case in file names.
    let mut taken = HashSet::new();
    for feature in 0..plots.len() {
        let name = writer.file_name(feature, folder)?;
        if !taken.insert(name.to_lowercase()) {
            let reason = WriteObstacle::SameFile { name };
            return Err(IoError::CannotWrite { path: folder.to_owned(), reason });
        }
        let path = folder.join(name);
        staging.write(&path, &writer.bytes(feature..feature + 1, &path)?)?;
        paths.push(path);
    }
    staging.commit()?;
    Ok(paths)
}

/// Writes one exchange text into a folder as Xinjiang asks for it: the file is named after the scheme, each block after
/// its plot. Answers the path.
///
/// # Errors
/// As [`write_exchange_text`], and [`IoError::ValueDoesNotFit`] for a plot without name.
pub fn write_scheme_text(
    plots: &Layer,
    folder: &Path,
    scheme_name: &str,
    options: &ExchangeTextOptions,
) -> Result<PathBuf, IoError> {
    let path = folder.join(format!("{}.txt", file_stem(scheme_name)));
    let columns = PlotColumns::of(&plots.attributes)
        .map_err(|reason| IoError::CannotWrite { path: path.clone(), reason })?;
    let [(name, names), ..] = &columns.texts;
    let missing = (0..plots.len()).find(|&row| field(names.as_ref(), row, name).is_ok_and(str::is_empty));
    if let Some(feature) = missing {
        let (feature, field) = (feature as u64, (*name).to_owned());
        return Err(IoError::ValueDoesNotFit { path, feature, field, reason: Misfit::Missing });
    }
    write_exchange_text(plots, &path, options)?;
    Ok(path)
}

fn file_stem(name: &str) -> String {
    let is_bad =
        |c: char| c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    name.trim().trim_matches('.').replace(is_bad, "_")
}

/// What all plots of a layer are written with.
struct Writer<'a> {
    plots: &'a Layer,
    options: &'a ExchangeTextOptions,
    encoding: &'static Encoding,
    frame: Frame,
    /// What is added to the eastings.
    shift_m: f64,
    columns: PlotColumns,
}

impl<'a> Writer<'a> {
    fn new(plots: &'a Layer, path: &Path, options: &'a ExchangeTextOptions) -> Result<Self, IoError> {
        let encoding = by_label(&options.encoding)?;
        // WHATWG decodes GBK as GB18030; written, it is the smaller set that old programs read.
        let encoding = if options.encoding.eq_ignore_ascii_case("gbk") { encoding_rs::GBK } else { encoding };
        let cannot = |reason| IoError::CannotWrite { path: path.to_owned(), reason };
        let crs = plots.crs.as_ref().ok_or_else(|| cannot(WriteObstacle::NoCrs))?;
        let frame = frame(crs).ok_or_else(|| cannot(WriteObstacle::Crs { crs: crs.label() }))?;
        let shift_m = match (options.zone_prefix, frame.kind()) {
            (None, _) => 0.0,
            (Some(asked), FrameKind::GaussKruger { zone, prefixed }) => {
                (f64::from(u8::from(asked)) - f64::from(u8::from(prefixed)))
                    * f64::from(zone.number().get())
                    * 1e6
            }
            (Some(_), _) => return Err(cannot(WriteObstacle::NoZone { crs: crs.label() })),
        };
        let (features, rows) = (plots.len(), plots.attributes.num_rows());
        if features != rows {
            return Err(cannot(WriteObstacle::RowCount { features, rows }));
        }
        let columns = PlotColumns::of(&plots.attributes).map_err(&cannot)?;
        Ok(Self { plots, options, encoding, frame, shift_m, columns })
    }

    fn bytes(&self, features: Range<usize>, path: &Path) -> Result<Vec<u8>, IoError> {
        let misfit = |feature: usize, field: &str, reason| IoError::ValueDoesNotFit {
            path: path.to_owned(),
            feature: feature as u64,
            field: field.to_owned(),
            reason,
        };
        let mut text = header(self.frame, self.options);
        let (first, mut starts) = (features.start, Vec::with_capacity(features.len()));
        for feature in features {
            starts.push(text.len());
            self.plot(feature, &mut text).map_err(|(field, reason)| misfit(feature, field, reason))?;
        }
        let bytes = encode(self.encoding, &text).map_err(|character| {
            let position = text.find(character).unwrap_or(0);
            let feature = first + starts.partition_point(|&start| start <= position).saturating_sub(1);
            let in_plot = starts.first().is_some_and(|&start| position >= start);
            let field = if in_plot { "plot row" } else { "header" };
            misfit(feature, field, Misfit::Character { character, encoding: self.encoding.name() })
        })?;
        let bom: &[u8] = match self.encoding {
            encoding if encoding == encoding_rs::UTF_16LE => b"\xff\xfe",
            encoding if encoding == encoding_rs::UTF_16BE => b"\xfe\xff",
            _ => b"",
        };
        Ok([bom, &bytes].concat())
    }

    fn file_name(&self, feature: usize, folder: &Path) -> Result<String, IoError> {
        let [(name, names), ..] = &self.columns.texts;
        let misfit = |(field, reason): (&str, Misfit)| IoError::ValueDoesNotFit {
            path: folder.to_owned(),
            feature: feature as u64,
            field: field.to_owned(),
            reason,
        };
        let name = field(names.as_ref(), feature, name).map_err(misfit)?;
        let id = field(Some(&self.columns.id), feature, "plot_id").map_err(misfit)?;
        match file_stem(if name.is_empty() { id } else { name }) {
            stem if stem.is_empty() => Err(misfit(("plot_name", Misfit::Missing))),
            stem => Ok(format!("{stem}.txt")),
        }
    }

    fn plot(&self, feature: usize, text: &mut String) -> Result<(), (&'static str, Misfit)> {
        let Self { plots, options, frame, columns, .. } = self;
        let view = plots.polygons.view();
        let id = field(Some(&columns.id), feature, "plot_id")?;
        let [name, map_sheet, land_use, land_class] = &columns.texts;
        let value = |(field_name, column): &(&'static str, Option<ArrayRef>)| {
            field(column.as_ref(), feature, field_name).map(str::to_owned)
        };
        let area = match columns.area_ha.as_ref().and_then(|column| column.as_primitive_opt::<Float64Type>())
        {
            Some(areas) if areas.is_null(feature) => String::new(),
            Some(areas) if !areas.value(feature).is_finite() => {
                return Err(("declared_area_ha", Misfit::NotFinite { value: areas.value(feature) }));
            }
            Some(areas) => area_text(areas.value(feature)),
            None if frame.zone().is_some() => {
                let area_m2: f64 = planar_area(view.feature(feature));
                format!("{:.AREA_DECIMALS$}", area_m2 / 10_000.0)
            }
            None => String::new(),
        };

        let rings: Vec<Vec<Point>> = view
            .feature(feature)
            .flat_map(|polygon| polygon.rings().enumerate())
            .map(|(place, ring)| arrange(ring, place == 0, options.start, options.clockwise))
            .collect();
        let closing_rows = usize::from(options.closing_point != ClosingPoint::None);
        let rows: usize = rings.iter().map(|ring| ring.len() + closing_rows).sum();
        let (name, map_sheet, land_use, land_class) =
            (value(name)?, value(map_sheet)?, value(land_use)?, value(land_class)?);
        let _ = write!(text, "{rows},{area},{id},{name},面,{map_sheet},{land_use},{land_class},@\r\n");

        let decimals = if frame.zone().is_some() { options.decimals } else { options.decimals + 6 };
        let coordinate = |value: f64| -> Result<String, (&'static str, Misfit)> {
            let exact = exact_decimals(value, decimals);
            match exact {
                Err(Misfit::Decimals { .. }) if options.round => Ok(format!("{value:.decimals$}")),
                other => other.map_err(|reason| ("geometry", reason)),
            }
        };
        for (points, number) in rings.iter().zip(1..) {
            let mut row = |name: usize, [east, north]: Point| {
                let prefix = &options.point_prefix;
                let (north, east) = (coordinate(north)?, coordinate(east + self.shift_m)?);
                let _ = write!(text, "{prefix}{name},{number},{north},{east}\r\n");
                Ok::<_, (&'static str, Misfit)>(())
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
    // A header that was read once must not contradict plots that were transformed or rounded since.
    let is_free = |entry: &&(String, String)| !is_decided(&entry.0);
    for (key, value) in options.header.iter().filter(is_free) {
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

/// Four decimals by the rule; as many as it takes where the plots declare more, so that nothing is lost.
fn area_text(area_ha: f64) -> String {
    let by_rule = format!("{area_ha:.AREA_DECIMALS$}");
    if by_rule.parse::<f64>().is_ok_and(|value| (value - area_ha).abs() < 1e-12) {
        by_rule
    } else {
        format!("{area_ha}")
    }
}
