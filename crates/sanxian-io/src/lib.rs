//! Readers and writers of boundaries and layers: exchange text, coordinate tables, Shapefile, GeoParquet, Arrow.
//!
//! Every reader gives a [`Layer`]: columnar polygons, attributes as an Arrow record batch, a coordinate reference system,
//! the digest of what was read, and [`Finding`]s that name every oddity with its line or record. What cannot be
//! understood is an [`IoError`] with its place. Coordinates are (easting, northing) or (longitude, latitude) inside,
//! whatever order a format writes.

mod boundary_points;
mod columns;
pub mod coordinate_table;
mod encoding;
mod error;
pub mod exchange_text;
mod finding;
pub mod geoarrow;
pub mod geoparquet;
mod layer;
mod mapping;
mod nesting;
mod plot_fields;
mod read;
pub mod shapefile;
mod staging;
mod stream;
mod waves;

pub use coordinate_table::{
    BoundaryPoint, BoundaryPoints, CoordinateTableOptions, read_points, write_coordinate_table,
};
pub use error::{CrsGap, IoError, Misfit, WriteObstacle};
pub use exchange_text::{
    ClosingPoint, ExchangeTextOptions, RingStart, rewrite_exchange_text, write_exchange_text,
    write_exchange_texts, write_scheme_text,
};
pub use finding::{Finding, Severity};
pub use geoarrow::{features_from_arrow, layer_from_arrow, layer_into_arrow, layer_to_arrow};
pub use layer::{FileDigest, Layer, Plots, Source};
pub use read::{
    LayerOptions, OnError, PlotsOptions, UnknownOnError, plots_of_layer, read_features, read_layer,
    read_plots,
};
pub use shapefile::{write_shapefile, write_use_layer};
pub use stream::{LayerBlock, LayerStream};
