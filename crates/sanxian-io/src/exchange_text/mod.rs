//! Boundary-point exchange texts (勘测定界界址点坐标交换格式, 电子报盘).
//!
//! ```text
//! [属性描述]
//! 坐标系=2000国家大地坐标系
//! 几度分带=3
//! 带号=38
//! [地块坐标]
//! 5,1.0000,DK-1,东地块,面,,住宅,0701,@        points, area in ha, number, name, kind, map sheet, use, land class
//! J1,1,4250000.000,38500000.000               point, ring, northing, easting with zone prefix
//! ```
//! The rows that end in `@` divide the text; the counts in them are checked and never relied on. Rings become polygons by
//! containment, so that a second ring may be a hole, another part, or an island in a hole. What offices really write is
//! read as well: other encodings and brackets, more or fewer fields, no header, missing or renamed closing points, areas
//! in square metres or mu; each deviation is a [`Finding`] with its line.

mod axes;
mod build;
mod changes;
mod declared_area;
mod dialect;
mod document;
mod fault;
mod frame;
mod header;
mod line;
mod order;
mod original;
mod ring_start;
mod rings;
mod row;
mod validity;
mod writer;
mod writer_options;

use std::path::Path;
use std::sync::Arc;

use encoding_rs::Encoding;

pub use self::fault::TextFault;
pub(crate) use self::original::Original;
pub use self::original::rewrite_exchange_text;
pub use self::ring_start::RingStart;
pub use self::writer::{write_exchange_text, write_exchange_texts, write_scheme_text};
pub use self::writer_options::{ClosingPoint, ExchangeTextOptions};

pub(crate) use self::axes::{Axes, Kind};
pub(crate) use self::document::{Document, RawPlot};
pub(crate) use self::line::{fold_all, lines, number};
pub(crate) use self::rings::{Closing, SplitPlot};
pub(crate) use self::row::{PlotRow, PointRow};
pub(crate) use self::writer::{Columns as PlotColumns, planar_area_m2};
use crate::encoding::decode_text;
use crate::error::IoError;
use crate::finding::Finding;
use crate::layer::{FileDigest, Layer, Plots, Source, read_bytes};
use crate::read::PlotsOptions;

/// Makes plots of a document, whatever file its rows were written in, and says in which order its coordinates stand. `look` sees the rings before they become polygons,
/// with their axes and the rounding of their coordinates, and may add findings.
pub(crate) fn assemble(
    path: &Path,
    document: &mut Document,
    options: &PlotsOptions,
    look: impl FnOnce(&[SplitPlot<'_>], Axes, f64, &mut Vec<Finding>),
) -> Result<(Layer, Axes), IoError> {
    let mut findings = std::mem::take(&mut document.findings);
    let precision = build::precision(document);
    let plots: Vec<_> = document.plots.iter().map(|plot| rings::split(plot, precision)).collect();
    // Closing rows are out by now: a damaged one must not decide what the coordinates are.
    let points: Vec<_> =
        plots.iter().flat_map(|plot| &plot.rings).flat_map(|ring| ring.points.iter().copied()).collect();
    let has_fixed_order = document.layout.is_none_or(|layout| layout.has_fixed_order());
    let axes = axes::find(path, &points, options.swap_axes, has_fixed_order, &mut findings)?;
    let crs = frame::find(path, &document.header, &points, axes, options.crs.as_ref(), &mut findings)?;
    look(&plots, axes, precision, &mut findings);
    let mut layer = build::layer(path, plots, axes, precision, crs, &mut findings)?;
    findings.sort_by_key(|finding| finding.line.unwrap_or(0));
    layer.findings = findings;
    Ok((layer, axes))
}

/// Reads an exchange text.
///
/// The CRS is the caller's, else the declared zone's, else the one that the eastings' prefixes spell.
///
/// # Errors
/// [`IoError::ExchangeText`] with the line for rows that cannot be read and for swapped axes; [`IoError::CrsConflict`]
/// when the declared zone and the eastings contradict each other; [`IoError::CrsUnknown`] when nothing tells the zone.
pub fn read_exchange_text(path: &Path, options: &PlotsOptions) -> Result<Plots, IoError> {
    let bytes = read_bytes(path)?;
    let mut plots = parse(path, &bytes, options)?.plots;
    let original = Original { path: path.to_owned(), bytes, options: options.clone() };
    plots.layer.original = Some(Arc::new(original));
    Ok(plots)
}

/// A text read, with what it takes to write it back.
struct Parsed {
    plots: Plots,
    text: String,
    encoding: &'static Encoding,
    document: document::Document,
    axes: axes::Axes,
    /// How the first ring is closed.
    closing: rings::Closing,
}

fn parse(path: &Path, bytes: &[u8], options: &PlotsOptions) -> Result<Parsed, IoError> {
    let (text, encoding) = decode_text(path, bytes, options.encoding.as_deref())?;
    if text.trim().is_empty() {
        return Err(IoError::Empty { path: path.to_owned() });
    }
    let mut document = document::parse(path, &text)?;
    let mut closing = None;
    let (mut layer, axes) = assemble(path, &mut document, options, |plots, _, _, _| {
        closing = plots.iter().find_map(|plot| plot.rings.first()).map(|ring| ring.closing);
    })?;
    let digest = FileDigest::of(path, bytes);
    layer.source = Some(Source::new(path, "exchange text", Some(encoding.name().to_owned()), vec![digest]));
    let plots = Plots { layer, header: document.header.entries.clone() };
    let closing = closing.unwrap_or(rings::Closing::Repeat);
    Ok(Parsed { plots, text, encoding, document, axes, closing })
}
