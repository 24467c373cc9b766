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

mod changes;
mod dialect;
mod document;
mod oddity;
mod original;
mod ring_start;
mod row;
mod writer;
mod writer_options;

use std::path::Path;
use std::sync::Arc;

use encoding_rs::Encoding;

pub(crate) use self::original::Original;
pub use self::original::rewrite_exchange_text;
pub use self::ring_start::RingStart;
pub use self::writer::{write_exchange_text, write_exchange_texts, write_scheme_text};
pub use self::writer_options::{ClosingPoint, ExchangeTextOptions};
pub use crate::boundary_points::TextFault;

use self::document::Document;
use crate::boundary_points::{Axes, Closing, assemble};
use crate::encoding::decode_text;
use crate::error::IoError;
use crate::finding::Finding;
use crate::layer::{FileDigest, Plots, Source, read_bytes};
use crate::read::PlotsOptions;

/// Reads an exchange text.
///
/// The CRS is the caller's, else the declared zone's, else the one that the eastings' prefixes spell.
///
/// # Errors
/// [`IoError::ExchangeText`] with the line for rows that cannot be read and for swapped axes; [`IoError::CrsConflict`]
/// when the declared zone and the eastings contradict each other; [`IoError::CrsUnknown`] when nothing tells the zone.
pub fn read_exchange_text(path: &Path, options: &PlotsOptions) -> Result<Plots, IoError> {
    from_bytes(path, read_bytes(path)?, options)
}

/// Reads an exchange text of which the bytes are there already.
pub(crate) fn from_bytes(path: &Path, bytes: Vec<u8>, options: &PlotsOptions) -> Result<Plots, IoError> {
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
    document: Document,
    axes: Axes,
    /// How the first ring is closed.
    closing: Closing,
}

fn parse(path: &Path, bytes: &[u8], options: &PlotsOptions) -> Result<Parsed, IoError> {
    let (text, encoding) = decode_text(path, bytes, options.encoding.as_deref())?;
    if text.trim().is_empty() {
        return Err(IoError::Empty { path: path.to_owned() });
    }
    let mut document = document::parse(path, &text)?;
    if document.has_only_foreign_words {
        let message = format!(
            "分节标题和文件头一个也认不出,按 {} 读的编码可能不对;重新指定 encoding,或请对方重新导出",
            encoding.name()
        );
        document.listing.findings.push(Finding::warning("encoding_doubtful", message).at_line(1));
    }
    let mut closing = None;
    let has_fixed_order = document.layout.is_none_or(|layout| layout.has_fixed_order());
    let (mut layer, axes) =
        assemble(path, &mut document.listing, has_fixed_order, options, |plots, _, _, _| {
            closing = plots.iter().find_map(|plot| plot.rings.first()).map(|ring| ring.closing);
        })?;
    let digest = FileDigest::of(path, bytes);
    layer.source = Some(Source::new(path, "exchange text", Some(encoding.name().to_owned()), vec![digest]));
    let plots = Plots { layer, header: document.listing.header.entries.clone() };
    let closing = closing.unwrap_or(Closing::Repeat);
    Ok(Parsed { plots, text, encoding, document, axes, closing })
}
