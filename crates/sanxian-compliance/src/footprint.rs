//! Land as a whole: a union of plots, and how much of it lies in other polygons, overlaps counted once.

use sanxian_geodesy::{AreaMethod, Crs};
use sanxian_io::Layer;
use sanxian_overlay::{
    IndexedPolygons, OnInvalid, OverlayOptions, PolygonSet, Progress, intersection, union,
};

use crate::area::areas_m2;
use crate::error::ComplianceError;

/// How land is measured in one run.
pub(crate) struct Surveyor<'a> {
    pub(crate) crs: Crs,
    pub(crate) area: AreaMethod,
    pub(crate) options: OverlayOptions,
    pub(crate) progress: &'a Progress,
}

impl<'a> Surveyor<'a> {
    /// One CRS for a run: that of `plots`, which must be in metres.
    pub(crate) fn new(
        plots: &Layer,
        area: AreaMethod,
        on_invalid: OnInvalid,
        progress: &'a Progress,
    ) -> Result<Self, ComplianceError> {
        let no_crs = || ComplianceError::NoCrs { layer: plots.name.clone() };
        let crs = plots.crs.clone().ok_or_else(no_crs)?;
        if crs.is_geographic() {
            return Err(ComplianceError::GeographicPlots { layer: plots.name.clone(), crs: crs.label() });
        }
        Ok(Self { crs, area, options: OverlayOptions { on_invalid }, progress })
    }

    /// Fails when a layer is in another CRS, or in none.
    pub(crate) fn check_crs(&self, layer: &Layer) -> Result<(), ComplianceError> {
        let Some(crs) = &layer.crs else {
            return Err(ComplianceError::NoCrs { layer: layer.name.clone() });
        };
        if crs.is_same_as(&self.crs) {
            Ok(())
        } else {
            Err(ComplianceError::crs_mismatch(&layer.name, crs, &self.crs))
        }
    }

    /// The land of a layer, overlaps of its features counted once.
    pub(crate) fn footprint(&self, plots: &Layer) -> Result<PolygonSet, ComplianceError> {
        self.check_crs(plots)?;
        let land = self.unite(&plots.polygons, &plots.name)?;
        if land.is_empty() || self.total_m2(&land, &plots.name)? <= 0.0 {
            return Err(ComplianceError::NoPlots { layer: plots.name.clone() });
        }
        Ok(land)
    }

    pub(crate) fn unite(&self, set: &PolygonSet, name: &str) -> Result<PolygonSet, ComplianceError> {
        let united = union(set.view(), &self.options, self.progress);
        let united = united.map_err(|source| ComplianceError::Overlay { layer: name.to_owned(), source })?;
        Ok(united.polygons)
    }

    /// Area of every feature.
    pub(crate) fn areas_m2(&self, set: &PolygonSet, name: &str) -> Result<Vec<f64>, ComplianceError> {
        let areas = areas_m2(set.view(), &self.crs, self.area);
        let areas = areas.map_err(|source| ComplianceError::Area { layer: name.to_owned(), source })?;
        Ok(areas.into_iter().map(|area| area.unwrap_or(0.0)).collect())
    }

    pub(crate) fn total_m2(&self, set: &PolygonSet, name: &str) -> Result<f64, ComplianceError> {
        Ok(self.areas_m2(set, name)?.into_iter().sum())
    }

    /// The pieces of `land` inside an indexed layer, and the feature of `land` and of the layer that each comes from.
    pub(crate) fn pieces(
        &self,
        land: &PolygonSet,
        layer: &IndexedPolygons,
        name: &str,
    ) -> Result<(PolygonSet, Vec<(usize, usize)>), ComplianceError> {
        let pieces = intersection(land.view(), layer, &self.options, self.progress);
        let pieces = pieces.map_err(|source| ComplianceError::Overlay { layer: name.to_owned(), source })?;
        let parents = pieces.subject.iter().zip(&pieces.control);
        let parents = parents.map(|(&of_land, &of_layer)| (of_land as usize, of_layer as usize)).collect();
        Ok((pieces.polygons, parents))
    }

    /// How much of `land` lies in any of the layers, overlaps counted once.
    pub(crate) fn covered_m2(
        &self,
        land: &PolygonSet,
        layers: &[&IndexedPolygons],
        name: &str,
    ) -> Result<f64, ComplianceError> {
        let mut all = PolygonSet::default();
        for layer in layers {
            all.extend(self.pieces(land, layer, name)?.0.view());
        }
        self.total_m2(&self.unite(&all, name)?, name)
    }
}

/// The features of a layer that are kept, ready to be overlaid.
pub(crate) fn indexed(layer: &Layer, is_kept: impl Fn(usize) -> bool) -> IndexedPolygons {
    let kept = (0..layer.len()).filter(|&feature| is_kept(feature));
    IndexedPolygons::new(layer.polygons.view().take(kept))
}
