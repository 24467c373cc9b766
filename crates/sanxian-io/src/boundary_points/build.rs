//! From rows to plots: polygons, attributes, and the checks that need both.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use sanxian_geodesy::{AreaMethod, Crs, PolygonColumn, areas_m2};
use sanxian_overlay::{Point, PolygonBuilder, PolygonSet};

use super::axes::{Axes, Kind};
use super::declared_area::{self, Declared, Measured, Unit};
use super::fault::TextFault;
use super::order::{self, north_west};
use super::rings::{Closing, RawRing, SplitPlot};
use super::row::{Listing, PointRow, RawPlot};
use super::validity::{self, VertexLines};
use crate::error::IoError;
use crate::finding::Finding;
use crate::layer::{Layer, stem};
use crate::nesting::{nest, signed_area};

/// Rounding of coordinates where the header does not tell: a millimetre, and its like in degrees.
const USUAL_PRECISION_M: f64 = 0.001;
const USUAL_PRECISION_DEG: f64 = 1e-8;

/// Values that stand where a tool wrote the field's name instead of its content.
const PLACEHOLDERS: [&str; 8] = ["DKMC", "DKBH", "TFH", "DKYT", "DLBM", "DKMJ", "JZDS", "TXSX"];

/// Rounding of a listing's coordinates, in their unit. A precision in metres means nothing for degrees.
pub(super) fn precision(listing: &Listing) -> f64 {
    let in_degrees = listing
        .plots
        .iter()
        .flat_map(RawPlot::points)
        .all(|point| point.first.abs() <= 180.0 && point.second.abs() <= 180.0);
    if in_degrees && listing.header.in_degrees() {
        return USUAL_PRECISION_DEG;
    }
    listing.header.precision().unwrap_or(if in_degrees { USUAL_PRECISION_DEG } else { USUAL_PRECISION_M })
}

/// Builds the layer of a file's plots.
pub(super) fn layer(
    path: &Path,
    plots: Vec<SplitPlot<'_>>,
    axes: Axes,
    precision: f64,
    crs: Crs,
    findings: &mut Vec<Finding>,
) -> Result<Layer, IoError> {
    let raw: Vec<&RawPlot> = plots.iter().map(|plot| plot.raw).collect();
    let ids = plot_ids(&raw, findings);
    let mut builder = PolygonBuilder::default();
    let mut shapes = Vec::with_capacity(plots.len());
    for (plot, id) in plots.into_iter().zip(&ids) {
        let mut own = plot.findings;
        shapes.push(polygon(plot.raw, &plot.rings, axes, &mut builder, &mut own));
        findings.extend(own.into_iter().map(|finding| finding.of_plot(id)));
    }
    let too_many =
        |_| IoError::ExchangeText { path: path.to_owned(), line: None, fault: TextFault::TooManyPoints };
    let polygons = builder.finish().map_err(too_many)?;
    let measured = measure(&polygons, &crs, axes.kind, precision);
    let declared_ha = declared_areas(&raw, &ids, &measured, findings);
    let plots: Vec<_> = shapes
        .iter()
        .zip(&raw)
        .zip(&ids)
        .map(|((shape, plot), id)| (&shape.lines, plot.line, id.as_str()))
        .collect();
    validity::check(polygons.view(), &plots, findings);
    check_end(path, &raw, &ids, &shapes, &measured)?;
    let attributes = attributes(&raw, &ids, declared_ha);
    Ok(Layer::new(stem(path), polygons, attributes, Some(crs)))
}

/// How a plot's rings came out.
struct Shape {
    /// Rows of points.
    rows: u64,
    last_ring_open: bool,
    lines: VertexLines,
}

fn polygon(
    plot: &RawPlot,
    raw: &[RawRing<'_>],
    axes: Axes,
    builder: &mut PolygonBuilder,
    findings: &mut Vec<Finding>,
) -> Shape {
    for value in [&plot.row.id, &plot.row.name, &plot.row.map_sheet, &plot.row.land_use, &plot.row.land_class]
    {
        if PLACEHOLDERS.contains(&value.as_str()) {
            let message = format!("{value} 是字段名,没有填内容");
            findings.push(Finding::warning("placeholder", message).at_line(plot.line));
        }
    }
    let rows = plot.points().count() as u64;
    check_count(plot, rows, raw, findings);
    let last_ring_open = raw.last().is_some_and(|ring| ring.closing == Closing::Absent);
    order::check(plot, raw, findings);
    let mut shape = Shape { rows, last_ring_open, lines: Vec::new() };
    if matches!(plot.row.kind.as_str(), "线" | "点") {
        let message = format!("图形属性是{},不是面,没有图形{}", plot.row.kind, rows_text(plot));
        findings.push(Finding::error("not_an_area", message).at_line(plot.line));
        builder.push_null();
        return shape;
    }
    if raw.is_empty() {
        findings.push(Finding::error("no_points", "没有界址点,没有图形").at_line(plot.line));
        builder.push_null();
        return shape;
    }
    let mut kept: Vec<(&RawRing<'_>, Vec<Point>, Vec<u64>)> = Vec::with_capacity(raw.len());
    for ring in raw {
        let line = ring.points.first().map_or(plot.line, |point| point.line);
        let (mut points, mut lines) = (Vec::<Point>::new(), Vec::new());
        for row in &ring.points {
            let point = axes.east_north(row);
            if points.last() == Some(&point) {
                let message = format!("界址点 {} 与前一点相同", row.id);
                findings.push(Finding::warning("point_repeated", message).at_line(row.line));
                continue;
            }
            points.push(point);
            lines.push(row.line);
        }
        if points.len() < 3 {
            let rows: Vec<String> = ring.points.iter().map(|point| row_text(point)).collect();
            let message = format!("一圈只有 {} 个不同的点,不成面,未读:{}", points.len(), rows.join("; "));
            findings.push(Finding::error("ring_too_short", message).at_line(line));
            continue;
        }
        if ring.closing == Closing::Absent {
            findings.push(Finding::info("ring_not_closed", "没有写闭合点,已闭合").at_line(line));
        }
        points.extend(points.first().copied());
        kept.push((ring, points, lines));
    }
    if kept.is_empty() {
        builder.push_null();
        return shape;
    }
    let polygons = nest(&kept.iter().map(|(_, points, _)| points.as_slice()).collect::<Vec<_>>());
    for polygon in &polygons {
        let mut lines = Vec::with_capacity(polygon.len());
        for (position, (ring, points, own)) in polygon.iter().filter_map(|&ring| kept.get(ring)).enumerate() {
            lines.push(own.clone());
            // Seen with north up, a clockwise ring has a negative shoelace.
            let line = ring.points.first().map_or(plot.line, |point| point.line);
            if position == 0 && signed_area(points) > 0.0 {
                findings.push(Finding::info("ring_not_clockwise", "外圈不是顺时针").at_line(line));
            } else if position > 0 && signed_area(points) < 0.0 {
                let message = "内圈不是逆时针";
                findings.push(Finding::info("hole_not_counter_clockwise", message).at_line(line));
            }
            let corner = north_west(points);
            if position == 0 && corner > 0 {
                let corner = ring.points.iter().find(|row| own.get(corner) == Some(&row.line));
                let name = corner.map_or("", |row| row.id.as_str());
                let message = format!("外圈不从西北角起,最近西北角的点是 {name}");
                findings.push(Finding::info("ring_not_from_north_west", message).at_line(line));
            }
            builder.push_ring(points);
        }
        builder.end_polygon();
        shape.lines.push(lines);
    }
    builder.end_feature();
    if kept.len() > 1 {
        let holes = kept.len() - polygons.len();
        let message = format!("{} 圈按包含关系读成 {} 个部分、{holes} 个洞", kept.len(), polygons.len());
        findings.push(Finding::info("rings_nested", message).at_line(plot.line));
    }
    shape
}

/// The rows of a plot that gets no geometry, so that the finding keeps what the layer cannot hold.
fn rows_text(plot: &RawPlot) -> String {
    let mut text = String::new();
    for point in plot.points() {
        text.push_str(if text.is_empty() { ",点行:" } else { "; " });
        text.push_str(&row_text(point));
    }
    text
}

fn row_text(point: &PointRow) -> String {
    format!("{},{},{},{}", point.id, point.ring.as_deref().unwrap_or_default(), point.first, point.second)
}

/// The count in the row may take closing rows in or leave them out.
fn check_count(plot: &RawPlot, rows: u64, rings: &[RawRing<'_>], findings: &mut Vec<Finding>) {
    let text = plot.row.count.trim();
    if text.is_empty() {
        return;
    }
    let distinct = rings.iter().map(|ring| ring.points.len() as u64).sum::<u64>();
    let with_closing = distinct + rings.len() as u64;
    match plot.row.announced() {
        Some(count) if count == rows || count == distinct || count == with_closing => {}
        Some(count) => {
            let message = format!("界址点数写 {count},实有 {rows} 行");
            findings.push(Finding::warning("count_differs", message).at_line(plot.line));
        }
        None => {
            let message = format!("界址点数 {text} 不是整数");
            findings.push(Finding::warning("count_not_understood", message).at_line(plot.line));
        }
    }
}

fn plot_ids(plots: &[&RawPlot], findings: &mut Vec<Finding>) -> Vec<String> {
    let mut seen = HashSet::new();
    let name_plot = |(position, plot): (usize, &&RawPlot)| {
        let (id, name) = (plot.row.id.trim(), plot.row.name.trim());
        let id = if id.is_empty() {
            let instead = if name.is_empty() { (position + 1).to_string() } else { name.to_owned() };
            let message = format!("没有地块编号,以 {instead} 代替");
            findings.push(Finding::warning("plot_id_missing", message).at_line(plot.line).of_plot(&instead));
            instead
        } else {
            id.to_owned()
        };
        if !seen.insert(id.clone()) {
            let message = format!("地块编号 {id} 重复");
            findings.push(Finding::warning("plot_id_repeated", message).at_line(plot.line).of_plot(&id));
        }
        id
    };
    plots.iter().enumerate().map(name_plot).collect()
}

fn measure(polygons: &PolygonSet, crs: &Crs, kind: Kind, precision: f64) -> Vec<Measured> {
    let view = polygons.view();
    let ellipsoidal = if kind == Kind::Local { None } else { ellipsoidal_areas_m2(polygons, crs) };
    let length = |ring: &[Point]| {
        ring.windows(2).map(|edge| f64::hypot(edge[1][0] - edge[0][0], edge[1][1] - edge[0][1])).sum::<f64>()
    };
    (0..view.len())
        .map(|feature| {
            let (mut planar_m2, mut perimeter_m) = (0.0, 0.0);
            for polygon in view.feature(feature) {
                for (position, ring) in polygon.rings().enumerate() {
                    let area = signed_area(ring).abs();
                    planar_m2 += if position == 0 { area } else { -area };
                    perimeter_m += length(ring);
                }
            }
            let in_metres = kind != Kind::Globe;
            Measured {
                planar_m2: in_metres.then_some(planar_m2),
                ellipsoidal_m2: ellipsoidal.as_ref().and_then(|areas| areas.get(feature)).copied(),
                // A degree is some 111 km; the rounding of an area needs no better figure.
                perimeter_m: if in_metres { perimeter_m } else { perimeter_m * 111_000.0 },
                precision_m: if in_metres { precision } else { precision * 111_000.0 },
            }
        })
        .collect()
}

/// The areas on the ellipsoid, or nothing where they cannot be had.
fn ellipsoidal_areas_m2(polygons: &PolygonSet, crs: &Crs) -> Option<Vec<f64>> {
    let view = polygons.view();
    let column = PolygonColumn {
        coords: view.coords(),
        ring_offsets: view.ring_offsets(),
        polygon_offsets: view.polygon_offsets(),
        feature_offsets: view.feature_offsets(),
    };
    areas_m2(&column, crs, AreaMethod::Ellipsoidal).ok()
}

fn declared_areas(
    plots: &[&RawPlot],
    ids: &[String],
    measured: &[Measured],
    findings: &mut Vec<Finding>,
) -> Vec<Option<f64>> {
    let declared: Vec<Result<Option<Declared>, ()>> =
        plots.iter().map(|plot| declared_area::parse(&plot.row.area)).collect();
    let units: Vec<Unit> = declared
        .iter()
        .zip(measured)
        .filter_map(|(declared, measured)| declared.as_ref().ok()?.as_ref()?.matching(measured))
        .map(|found| found.unit)
        .collect();
    let count = |unit: Unit| units.iter().filter(|&&other| other == unit).count();
    // One tool wrote the whole file, so a plot that fits nothing is read in the unit that fits most others.
    let usual = units.iter().copied().max_by_key(|&unit| (count(unit), unit == Unit::Hectare));
    let mut settled = Vec::with_capacity(plots.len());
    for (((plot, id), declared), measured) in plots.iter().zip(ids).zip(declared).zip(measured) {
        let (area_ha, said) = match declared {
            Ok(Some(declared)) => {
                let (area_ha, said) = declared.settle(measured, usual);
                (Some(area_ha), said)
            }
            Ok(None) => (None, vec![Finding::info("area_missing", "没有写地块面积")]),
            Err(()) => {
                let message = format!("地块面积 {} 不是数值", plot.row.area);
                (None, vec![Finding::warning("area_not_understood", message)])
            }
        };
        settled.push(area_ha);
        findings.extend(said.into_iter().map(|finding| finding.at_line(plot.line).of_plot(id)));
    }
    settled
}

/// A file cut off in its last plot has too few rows, an open ring, and another area than declared. One of these alone
/// is common in whole files; all together are not.
fn check_end(
    path: &Path,
    plots: &[&RawPlot],
    ids: &[String],
    shapes: &[Shape],
    measured: &[Measured],
) -> Result<(), IoError> {
    let (Some(plot), Some(id), Some(shape), Some(measured)) =
        (plots.last(), ids.last(), shapes.last(), measured.last())
    else {
        return Ok(());
    };
    let Some(declared) = plot.row.announced() else { return Ok(()) };
    let area_fits = declared_area::parse(&plot.row.area)
        .is_ok_and(|area| area.is_none_or(|area| area.matching(measured).is_some()));
    if shape.rows + 1 < declared && (shape.last_ring_open || shape.rows == 0) && !area_fits {
        let line = plot.points().last().map_or(plot.line, |point| point.line);
        let fault = TextFault::CutOff { plot_id: id.clone(), declared, found: shape.rows };
        return Err(IoError::ExchangeText { path: path.to_owned(), line: Some(line), fault });
    }
    Ok(())
}

fn attributes(plots: &[&RawPlot], ids: &[String], declared_ha: Vec<Option<f64>>) -> RecordBatch {
    let text = |value: fn(&RawPlot) -> &str| -> ArrayRef {
        Arc::new(
            plots
                .iter()
                .map(|plot| Some(value(plot)).filter(|text| !text.is_empty()))
                .collect::<StringArray>(),
        )
    };
    let mut columns: Vec<(&str, ArrayRef)> = vec![
        ("plot_id", Arc::new(ids.iter().map(Some).collect::<StringArray>())),
        ("plot_name", text(|plot| &plot.row.name)),
        ("declared_area_ha", Arc::new(Float64Array::from(declared_ha))),
        ("use", text(|plot| &plot.row.land_use)),
        ("land_class", text(|plot| &plot.row.land_class)),
        ("map_sheet", text(|plot| &plot.row.map_sheet)),
    ];
    let others: Vec<Option<String>> = plots
        .iter()
        .map(|plot| {
            Some(plot.row.others.join(",")).filter(|joined| joined.chars().any(|character| character != ','))
        })
        .collect();
    // Regional fields have no common names; they are kept together rather than lost.
    if others.iter().any(Option::is_some) {
        columns.push(("other_fields", Arc::new(others.into_iter().collect::<StringArray>())));
    }
    let fields = columns.iter().map(|(name, array)| (*name, Arc::clone(array), true));
    RecordBatch::try_from_iter_with_nullable(fields)
        .unwrap_or_else(|_| crate::layer::no_attributes(plots.len()))
}
