//! A layer from one CRS to another.

use sanxian_geodesy::{Crs, Helmert, TransformError, VertexPosition, transform};
use sanxian_io::Layer;

use crate::area::column;

/// Why a layer cannot be transformed, with the place of the vertex that is to blame.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{layer}{}: {source}", position.map(|position| format!(": {position}")).unwrap_or_default())]
pub struct LayerTransformError {
    /// Name of the layer.
    pub layer: String,
    /// Where the vertex stands, for [`TransformError::Point`].
    pub position: Option<VertexPosition>,
    /// What is wrong.
    pub source: Box<TransformError>,
}

/// The layer with its coordinates in `to`; attributes, findings and source stay.
///
/// # Errors
/// [`LayerTransformError`] for a change of datum without parameters, and for the first vertex that has no image.
pub fn to_crs(
    layer: &Layer,
    from: &Crs,
    to: &Crs,
    helmert: Option<&Helmert>,
) -> Result<Layer, LayerTransformError> {
    let mut moved = layer.clone();
    moved.polygons.try_change_coords(|coords| transform(coords, from, to, helmert)).map_err(|source| {
        let position = match &source {
            TransformError::Point { index, .. } => column(layer.polygons.view()).position_of(*index),
            _ => None,
        };
        LayerTransformError { layer: layer.name.clone(), position, source: Box::new(source) }
    })?;
    moved.crs = Some(to.clone());
    Ok(moved)
}
