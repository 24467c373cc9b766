//! Which coordinate is which: by their size, northings and eastings of China cannot be taken for each other.

use std::path::Path;

use super::fault::TextFault;
use super::row::PointRow;
use crate::error::IoError;
use crate::finding::Finding;

/// What kind of coordinates a text has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Northing and easting of a Gauss-Krüger zone.
    Plane,
    /// Latitude and longitude in degrees.
    Globe,
    /// Neither: a local grid.
    Local,
}

/// Kind and order of a text's coordinates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Axes {
    pub(crate) kind: Kind,
    /// True when the easting or longitude is written first.
    pub(crate) east_first: bool,
}

impl Axes {
    /// The point in the order of the text.
    pub(crate) const fn written(self, [east, north]: [f64; 2]) -> [f64; 2] {
        if self.east_first { [east, north] } else { [north, east] }
    }

    /// The point in the order of this library.
    pub(crate) const fn east_north(self, point: &PointRow) -> [f64; 2] {
        if self.east_first { [point.first, point.second] } else { [point.second, point.first] }
    }
}

/// Northings between 17 and 55 degrees north.
fn is_northing(value: f64) -> bool {
    (1.9e6..6.1e6).contains(&value)
}

/// Eastings with a zone prefix of China, or without and within 400 km of the meridian.
fn is_easting(value: f64) -> bool {
    let prefix = (value / 1e6).floor();
    (13.0..=23.0).contains(&prefix) || (25.0..=46.0).contains(&prefix) || (1e5..=9e5).contains(&value)
}

fn is_latitude(value: f64) -> bool {
    (3.0..=54.0).contains(&value)
}

fn is_longitude(value: f64) -> bool {
    (73.0..=136.0).contains(&value)
}

fn classify(point: &PointRow) -> Option<Axes> {
    let (first, second) = (point.first, point.second);
    let order = |kind, is_north: fn(f64) -> bool, is_east: fn(f64) -> bool| {
        if is_north(first) && is_east(second) {
            Some(Axes { kind, east_first: false })
        } else if is_east(first) && is_north(second) {
            Some(Axes { kind, east_first: true })
        } else {
            None
        }
    };
    order(Kind::Plane, is_northing, is_easting).or_else(|| order(Kind::Globe, is_latitude, is_longitude))
}

/// Finds the axes of a text, or the point that disagrees with the others.
pub(super) fn find(
    path: &Path,
    points: &[&PointRow],
    swap_axes: Option<bool>,
    has_fixed_order: bool,
    findings: &mut Vec<Finding>,
) -> Result<Axes, IoError> {
    let fault = |point: &PointRow, fault| IoError::ExchangeText {
        path: path.to_owned(),
        line: Some(point.line),
        fault,
    };
    let points = || points.iter().copied();
    let known: Vec<Axes> = points().filter_map(classify).collect();
    let (first, total) = (known.first().copied(), points().count());
    // A majority decides what the file is; then each point has to be it.
    let axes =
        first.filter(|_| known.len() * 2 > total).unwrap_or(Axes { kind: Kind::Local, east_first: false });
    if axes.kind == Kind::Local {
        let line = points().next().map_or(1, |point| point.line);
        let message = "坐标不是国家坐标系的数值(可能是地方坐标或相对坐标),按先 X(北)后 Y(东)读";
        findings.push(Finding::warning("local_coordinates", message).at_line(line));
        return Ok(Axes { kind: Kind::Local, east_first: swap_axes == Some(true) });
    }
    let majority = known.iter().filter(|&&other| other == axes).count();
    let axes = if majority * 2 >= known.len() { axes } else { Axes { east_first: !axes.east_first, ..axes } };
    if let Some(point) = points().find(|point| classify(point) != Some(axes)) {
        let (first, second) = (point.first, point.second);
        return Err(fault(point, TextFault::OtherKind { first, second }));
    }
    let Some(point) = points().next() else { return Ok(axes) };
    let (first, second) = (point.first, point.second);
    match (swap_axes, axes.east_first) {
        (None, true) if !has_fixed_order => {
            let message = "东坐标写在北坐标之前(不是报盘格式的点行,没有固定次序),按数值认定";
            findings.push(Finding::info("easting_first", message).at_line(point.line));
            Ok(axes)
        }
        (None, true) => Err(fault(point, TextFault::AxesSwapped { first, second })),
        (Some(true), false) => Err(fault(point, TextFault::AxesNotSwapped { first, second })),
        (Some(true), true) => {
            findings.push(
                Finding::warning("axes_swapped", "东坐标写在北坐标之前,已按要求对调").at_line(point.line),
            );
            Ok(axes)
        }
        // As written, on the caller's word: the first coordinate is the northing.
        (Some(false), true) => Ok(Axes { east_first: false, ..axes }),
        (None | Some(false), false) => Ok(axes),
    }
}
