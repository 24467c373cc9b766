//! What every reader gives: polygons, attributes, a coordinate reference system, and what was odd.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::Schema;
use rayon::prelude::*;
use sanxian_geodesy::Crs;
use sanxian_overlay::{LineSet, PolygonSet};
use sha2::{Digest, Sha256};

use crate::error::IoError;
use crate::exchange_text::Original;
use crate::finding::Finding;

/// Features with their attributes, from a file or from Arrow data: polygons, or points and lines.
///
/// Row `i` of `attributes` belongs to feature `i` of `polygons`. Coordinates are (easting, northing) or (longitude, latitude).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Layer {
    /// A name for messages and reports: the file's stem, or what the caller chose.
    pub name: String,
    /// The geometry.
    pub polygons: PolygonSet,
    /// Points and lines, feature by feature, for a layer of such: its polygons are then without geometry. Only readers that say so
    /// give one ([`read_features`](crate::read_features), [`read_points`](crate::read_points)).
    pub lines: Option<LineSet>,
    /// The attributes, one row a feature; it may have no column.
    pub attributes: RecordBatch,
    /// The coordinate reference system, if one is known.
    pub crs: Option<Crs>,
    /// What was odd.
    pub findings: Vec<Finding>,
    /// The files it came from.
    pub source: Option<Source>,
    /// Row of each feature in the file, from 0, when some rows were left out (by `bbox`, or because they are marked as
    /// deleted); `None` when feature `i` is row `i`.
    pub rows: Option<Vec<u64>>,
    /// The exchange text that the features were read from.
    pub(crate) original: Option<Arc<Original>>,
}

impl Layer {
    /// A layer without findings and source.
    pub fn new(
        name: impl Into<String>,
        polygons: PolygonSet,
        attributes: RecordBatch,
        crs: Option<Crs>,
    ) -> Self {
        let (findings, source, rows, original) = (Vec::new(), None, None, None);
        Self { name: name.into(), polygons, lines: None, attributes, crs, findings, source, rows, original }
    }

    /// Number of features.
    pub fn len(&self) -> usize {
        self.polygons.len()
    }

    /// True when there is no feature.
    pub fn is_empty(&self) -> bool {
        self.polygons.is_empty()
    }

    /// Row of a feature in the file it came from, from 0.
    pub fn row(&self, feature: usize) -> u64 {
        self.rows.as_ref().and_then(|rows| rows.get(feature)).copied().unwrap_or(feature as u64)
    }
}

/// A set of so many features without geometry, beside points and lines.
pub(crate) fn polygons_without_geometry(features: usize) -> PolygonSet {
    let mut set = PolygonSet::default();
    (0..features).for_each(|_| set.push_null());
    set
}

/// A table without columns, for features without attributes.
pub(crate) fn no_attributes(rows: usize) -> RecordBatch {
    let schema = Arc::new(Schema::empty());
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    // A batch without columns fails only when no row count is given.
    RecordBatch::try_new_with_options(Arc::clone(&schema), vec![], &options)
        .unwrap_or_else(|_| RecordBatch::new_empty(schema))
}

/// The plots of a scheme: a layer with the columns `plot_id, plot_name, declared_area_ha, use, land_class, map_sheet`.
#[derive(Clone, Debug)]
pub struct Plots {
    /// Plots and their attributes.
    pub layer: Layer,
    /// Keys and values of the file's header, in the file's order and spelling.
    pub header: Vec<(String, String)>,
}

impl Plots {
    /// These plots, to be written back in the form of the exchange text that `model` was read from: for plots that have
    /// been elsewhere since (in a frame, in another program). See
    /// [`rewrite_exchange_text`](crate::rewrite_exchange_text).
    #[must_use]
    pub fn like(mut self, model: &Self) -> Self {
        self.layer.original.clone_from(&model.layer.original);
        self
    }
}

/// Where a layer came from, for the evidence of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The path as it was given.
    pub path: PathBuf,
    /// `exchange text`, `Shapefile`, ...
    pub format: String,
    /// Encoding of the text in it, by its WHATWG name.
    pub encoding: Option<String>,
    files: Vec<SourceFile>,
}

impl Source {
    /// A source whose files have their digests already.
    pub fn new(path: &Path, format: &str, encoding: Option<String>, files: Vec<FileDigest>) -> Self {
        let files = files.into_iter().map(SourceFile::Known).collect();
        Self { path: path.to_owned(), format: format.to_owned(), encoding, files }
    }

    /// A source whose digests are taken when somebody asks for them.
    pub(crate) fn later(path: &Path, format: &str, encoding: Option<String>, files: Vec<SourceFile>) -> Self {
        Self { path: path.to_owned(), format: format.to_owned(), encoding, files }
    }

    /// A file, or a folder of files such as a FileGDB, that another program has read for us.
    ///
    /// # Errors
    /// [`IoError::NotFound`] or [`IoError::Read`].
    pub fn of_path(path: &Path, format: &str) -> Result<Self, IoError> {
        let mut paths = vec![path.to_owned()];
        if path.is_dir() {
            let entries = std::fs::read_dir(path).map_err(|source| IoError::from_read(path, source))?;
            paths = entries
                .map(|entry| {
                    entry.map(|entry| entry.path()).map_err(|source| IoError::from_read(path, source))
                })
                .collect::<Result<_, _>>()?;
            paths.retain(|path| path.is_file());
            // Folders list their files in an order of their own; evidence must not.
            paths.sort();
        }
        let files = paths.iter().map(|path| FileDigest::of_file(path)).collect::<Result<_, _>>()?;
        Ok(Self::new(path, format, None, files))
    }

    /// Name, size and digest of every file that was read.
    ///
    /// Large files are read for this now, not when the layer was: a layer cut out of a province by `bbox` takes
    /// milliseconds, its digest does not.
    ///
    /// # Errors
    /// [`IoError::NotFound`] or [`IoError::Read`]; [`IoError::Changed`] when a file is not the one that was read any more.
    pub fn files(&self) -> Result<Vec<FileDigest>, IoError> {
        self.files.par_iter().map(SourceFile::digest).collect()
    }
}

/// A file of a [`Source`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SourceFile {
    Known(FileDigest),
    /// Size and time of the last change tell later whether the file is still the one that was read.
    Later {
        path: PathBuf,
        bytes: u64,
        modified: Option<SystemTime>,
    },
}

impl SourceFile {
    /// A file to be digested when asked.
    pub(crate) fn of(path: &Path) -> Result<Self, IoError> {
        let (bytes, modified) = state(path)?;
        Ok(Self::Later { path: path.to_owned(), bytes, modified })
    }

    fn digest(&self) -> Result<FileDigest, IoError> {
        match self {
            Self::Known(digest) => Ok(digest.clone()),
            Self::Later { path, bytes, modified } => {
                let digest = FileDigest::of_file(path)?;
                if digest.bytes == *bytes && state(path)? == (*bytes, *modified) {
                    Ok(digest)
                } else {
                    Err(IoError::Changed { path: path.clone() })
                }
            }
        }
    }
}

fn state(path: &Path) -> Result<(u64, Option<SystemTime>), IoError> {
    let metadata = std::fs::metadata(path).map_err(|source| IoError::from_read(path, source))?;
    Ok((metadata.len(), metadata.modified().ok()))
}

/// Name, size and SHA-256 of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileDigest {
    /// File name without folder.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 in lower-case hexadecimal.
    pub sha256: String,
}

impl FileDigest {
    /// Reads a file piece by piece, whatever its size.
    pub(crate) fn of_file(path: &Path) -> Result<Self, IoError> {
        let failed = |source| IoError::from_read(path, source);
        let mut file = std::fs::File::open(path).map_err(failed)?;
        let mut digest = Sha256::new();
        let mut buffer = vec![0; 1 << 16];
        let mut bytes = 0;
        loop {
            let read = file.read(&mut buffer).map_err(failed)?;
            let Some(piece) = buffer.get(..read).filter(|piece| !piece.is_empty()) else { break };
            digest.update(piece);
            bytes += read as u64;
        }
        Ok(Self::new(path, bytes, &digest.finalize()))
    }

    pub(crate) fn of(path: &Path, bytes: &[u8]) -> Self {
        Self::new(path, bytes.len() as u64, &Sha256::digest(bytes))
    }

    fn new(path: &Path, bytes: u64, digest: &[u8]) -> Self {
        Self {
            name: path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
            bytes,
            sha256: digest
                .iter()
                .fold(String::with_capacity(64), |hexadecimal, byte| hexadecimal + &format!("{byte:02x}")),
        }
    }
}

/// Reads a file that must exist and have bytes.
pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>, IoError> {
    let bytes = std::fs::read(path).map_err(|source| IoError::from_read(path, source))?;
    if bytes.is_empty() { Err(IoError::Empty { path: path.to_owned() }) } else { Ok(bytes) }
}

/// The stem of a path as text.
pub(crate) fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}
