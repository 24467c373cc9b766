//! A layer in blocks: for work that looks at each feature once and need not have them all in memory.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::SchemaRef;
use sanxian_geodesy::Crs;
use sanxian_overlay::{PolygonSet, Progress};

use crate::error::IoError;
use crate::finding::Finding;
use crate::geoparquet::GeoParquet;
use crate::layer::Source;
use crate::read::{LayerOptions, suffix, unsupported_layer};
use crate::shapefile::{Shapefile, in_attributes, projection, too_large};

/// Some features of a layer that follow each other in its file, with the attributes asked for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LayerBlock {
    /// Row of each feature in the file, from 0, ascending; the first of a block is larger than the last of the one before.
    pub rows: Vec<u64>,
    /// The geometry, in the layer's own CRS.
    pub polygons: PolygonSet,
    /// The attributes, one row a feature; the same columns in every block.
    pub attributes: RecordBatch,
}

/// A Shapefile or GeoParquet file that has been looked at and is read a block at a time.
///
/// A block has some thousand features (of a GeoParquet file that does not store WKB, a row group's), and a few for each
/// thread are in memory at once. Blocks, their order and what is in them do not depend on the number of threads. Whole layers
/// are read by [`read_layer`](crate::read_layer), which gives the same features.
///
/// # Examples
/// ```
/// use std::ops::ControlFlow;
///
/// use sanxian_geodesy::Crs;
/// use sanxian_io::{IoError, Layer, LayerOptions, LayerStream, write_shapefile};
/// use sanxian_overlay::{PolygonSet, Progress};
///
/// # use std::sync::Arc;
/// # use arrow_array::{ArrayRef, RecordBatch, StringArray};
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("DLTB.shp");
/// # let mut polygons = PolygonSet::default();
/// # let ring = [[38_500_000.0, 4_250_000.0], [38_500_000.0, 4_250_100.0], [38_500_100.0, 4_250_100.0], [38_500_000.0, 4_250_000.0]];
/// # polygons.push_feature([[ring.as_slice()]]);
/// # let attributes = RecordBatch::try_from_iter([("DLBM", Arc::new(StringArray::from(vec!["0101"])) as ArrayRef)])?;
/// # write_shapefile(&Layer::new("DLTB", polygons, attributes, Some(Crs::from_epsg(4526)?)), &path, "gbk")?;
/// let options = LayerOptions { columns: Some(vec!["DLBM".to_owned()]), ..LayerOptions::default() };
/// let mut stream = LayerStream::open(&path, &options, &Progress::default())?;
/// assert_eq!(stream.crs().and_then(Crs::epsg), Some(4526));
/// let mut features = 0;
/// stream.visit(&Progress::default(), |block| {
///     features += block.polygons.len();
///     Ok::<_, IoError>(ControlFlow::Continue(()))
/// })?;
/// assert_eq!(features, 1);
/// assert!(stream.into_findings().is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct LayerStream {
    file: File,
    bbox: Option<[f64; 4]>,
    crs: Option<Crs>,
}

enum File {
    Shapefile(Box<Shapefile>),
    GeoParquet(Box<GeoParquet>),
}

impl LayerStream {
    /// Looks at a file: which rows `bbox` leaves, their encoding, their columns. No geometry is decoded.
    ///
    /// `progress` only stops this: what there is to do is announced by [`LayerStream::visit`].
    ///
    /// # Errors
    /// As [`read_layer`](crate::read_layer), as far as they show without decoding.
    pub fn open(path: &Path, options: &LayerOptions, progress: &Progress) -> Result<Self, IoError> {
        let bbox = options.bbox;
        match suffix(path).as_str() {
            "shp" => {
                let mut shapefile = Shapefile::open(path, options, progress)?;
                let crs = shapefile.crs(None, None, &[])?;
                Ok(Self { file: File::Shapefile(Box::new(shapefile)), bbox, crs })
            }
            "parquet" | "geoparquet" | "pq" => {
                let mut file = GeoParquet::open(path, options)?;
                let crs = file.crs.take();
                Ok(Self { file: File::GeoParquet(Box::new(file)), bbox, crs })
            }
            _ => Err(unsupported_layer(path)),
        }
    }

    /// The layer's name: the file's stem.
    pub fn name(&self) -> String {
        match &self.file {
            File::Shapefile(file) => file.name(),
            File::GeoParquet(file) => file.name(),
        }
    }

    /// The coordinate reference system, if one is known.
    pub fn crs(&self) -> Option<&Crs> {
        self.crs.as_ref()
    }

    /// The columns of every block's attributes.
    pub fn schema(&self) -> SchemaRef {
        match &self.file {
            File::Shapefile(file) => file.schema(),
            File::GeoParquet(file) => file.schema(),
        }
    }

    /// The files it comes from; their digests are taken when asked for.
    pub fn source(&self) -> Source {
        match &self.file {
            File::Shapefile(file) => file.source(),
            File::GeoParquet(file) => file.source(),
        }
    }

    /// Lets `visit` have block after block in the file's order until it answers [`ControlFlow::Break`]. The next blocks are
    /// decoded while it works; `progress` is told of the features that are decoded.
    ///
    /// # Errors
    /// What `visit` answers; else as [`read_layer`](crate::read_layer), at the block that has the fault: those before it
    /// have been visited.
    pub fn visit<E: From<IoError> + Send>(
        &mut self,
        progress: &Progress,
        mut visit: impl FnMut(LayerBlock) -> Result<ControlFlow<()>, E> + Send,
    ) -> Result<(), E> {
        match &mut self.file {
            File::GeoParquet(file) => file.run(self.bbox, progress, visit),
            File::Shapefile(file) => {
                let schema = file.schema();
                let (path, crs) = (file.path().to_owned(), self.crs.as_ref());
                let mut strays = Vec::new();
                let outcome = file.run(progress, |block| {
                    if let (Some(crs), Some(bounds)) = (crs, block.bounds) {
                        let coords = block.polygons.coords();
                        strays.extend(projection::check(&path, crs, "the .prj", bounds, coords)?);
                    }
                    let polygons = block.polygons.finish().map_err(|_| too_large(&path))?;
                    let options = RecordBatchOptions::new().with_row_count(Some(block.rows.len()));
                    let attributes =
                        RecordBatch::try_new_with_options(Arc::clone(&schema), block.attributes, &options)
                            .map_err(in_attributes)?;
                    let rows = block.rows.into_iter().map(|row| row as u64).collect();
                    visit(LayerBlock { rows, polygons, attributes })
                });
                file.note(strays);
                outcome
            }
        }
    }

    /// What was odd, after the last visit: a block that was not visited has told nothing.
    pub fn into_findings(self) -> Vec<Finding> {
        match self.file {
            File::Shapefile(file) => file.into_findings(),
            File::GeoParquet(file) => file.into_findings(),
        }
    }
}
