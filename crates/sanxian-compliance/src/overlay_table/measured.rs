//! Pairs of plots and features with their areas: from the area kernel where the method allows, from pieces otherwise.

use sanxian_geodesy::{Crs, EdgeArea};
use sanxian_io::Layer;
use sanxian_overlay::{
    EdgeFunctional, IndexedPolygons, OverlayOptions, PairAreas, Pieces, Point, PolygonSet, Progress, Repair,
    intersection, intersection_areas, intersection_once, perimeter, planar_area,
};

use super::OverlayTableOptions;
use super::row::Row;
use crate::area::areas_m2;
use crate::error::ComplianceError;

/// The sum over edges of the geodesy crate in the words of the overlay crate.
pub(super) struct Edges<'a>(pub(super) &'a EdgeArea);

impl EdgeFunctional for Edges<'_> {
    fn edge(&self, from: Point, to: Point) -> f64 {
        self.0.path_m2(&[from, to])
    }

    fn path(&self, points: &[Point]) -> f64 {
        self.0.path_m2(points)
    }
}

/// All pairs, ordered by plot and feature.
pub(super) struct Measured {
    pub(super) rows: Vec<Row>,
    pub(super) repairs: Vec<Repair>,
}

impl Measured {
    /// Measures pairs without making pieces, if the method is a sum over edges; makes them otherwise.
    ///
    /// Where widths are asked for, pieces are made for these alone: areas do not depend on what else is asked.
    pub(super) fn new(
        plots: &Layer,
        (layer, index): (&Layer, Option<&IndexedPolygons>),
        crs: &Crs,
        options: &OverlayTableOptions,
        progress: &Progress,
    ) -> Result<Self, ComplianceError> {
        let bounds = plots.polygons.view().total_bounds().unwrap_or_default();
        let edge_area = EdgeArea::new(crs, options.area, bounds)
            .map_err(|source| ComplianceError::Area { layer: plots.name.clone(), source })?;
        let Some(edge_area) = edge_area else {
            let pieces = make_pieces(plots, (layer, index), options, progress)?;
            return Self::of_pieces(pieces, layer, crs, options);
        };
        let mut measured = Self::of_kernel(plots, (layer, index), &edge_area, options, progress)?;
        if options.widths(crs) {
            let pieces = make_pieces(plots, (layer, index), options, progress)?;
            measured.take_shapes(&pieces);
        }
        Ok(measured)
    }

    fn of_kernel(
        plots: &Layer,
        (layer, index): (&Layer, Option<&IndexedPolygons>),
        edge_area: &EdgeArea,
        options: &OverlayTableOptions,
        progress: &Progress,
    ) -> Result<Self, ComplianceError> {
        let edges = Edges(edge_area);
        let functionals: &[&(dyn EdgeFunctional + Sync)] =
            if edge_area.is_planar() { &[] } else { &[&edges] };
        let overlay_options = OverlayOptions { on_invalid: options.on_invalid };
        let subjects = plots.polygons.view();
        let pairs = match index {
            Some(index) => index.intersection_areas(subjects, functionals, overlay_options, progress),
            None => {
                intersection_areas(subjects, layer.polygons.view(), functionals, overlay_options, progress)
            }
        };
        let pairs = pairs.map_err(|source| ComplianceError::overlay(plots, layer, source))?;
        Ok(Self::of_pairs(pairs, edge_area))
    }

    /// Planar areas and sums over edges, put together.
    pub(super) fn of_pairs(pairs: PairAreas, edge_area: &EdgeArea) -> Self {
        let sums = pairs.functionals.first();
        let ids = pairs.subject.iter().zip(&pairs.control).zip(&pairs.area).enumerate();
        let row = |(row, ((&plot, &of_layer), &planar))| {
            let sum = sums.and_then(|sums| sums.get(row)).copied().unwrap_or_default();
            Row { plot, of_layer, area_m2: planar * edge_area.factor() + sum, ..Row::default() }
        };
        Self { rows: ids.map(row).collect(), repairs: pairs.repairs }
    }

    /// Measures pieces that were made.
    fn of_pieces(
        pieces: Pieces,
        layer: &Layer,
        crs: &Crs,
        options: &OverlayTableOptions,
    ) -> Result<Self, ComplianceError> {
        let ids = pieces.subject.iter().copied().zip(pieces.control.iter().copied());
        let rows = rows_of(&pieces.polygons, ids, &layer.name, crs, options)?;
        Ok(Self { rows, repairs: pieces.repairs })
    }

    /// Takes planar areas and perimeters over from pieces; both sides are ordered by plot and feature.
    fn take_shapes(&mut self, pieces: &Pieces) {
        let view = pieces.polygons.view();
        let mut known = pieces.subject.iter().zip(&pieces.control).enumerate().peekable();
        for row in &mut self.rows {
            let key = (row.plot, row.of_layer);
            while known.next_if(|(_, (plot, of_layer))| (**plot, **of_layer) < key).is_some() {}
            if let Some((piece, _)) = known.next_if(|(_, (plot, of_layer))| (**plot, **of_layer) == key) {
                row.planar = planar_area(view.feature(piece));
                row.perimeter = perimeter(view.feature(piece));
            }
        }
    }
}

/// Polygons with their measures, under the plots and features or groups that they belong to.
pub(super) fn rows_of(
    polygons: &PolygonSet,
    ids: impl Iterator<Item = (u32, u32)>,
    layer: &str,
    crs: &Crs,
    options: &OverlayTableOptions,
) -> Result<Vec<Row>, ComplianceError> {
    let view = polygons.view();
    let areas = areas_m2(view, crs, options.area)
        .map_err(|source| ComplianceError::Area { layer: layer.to_owned(), source })?;
    let row = |(feature, ((plot, of_layer), area)): (usize, ((u32, u32), Option<f64>))| Row {
        plot,
        of_layer,
        area_m2: area.unwrap_or(0.0),
        planar: planar_area(view.feature(feature)),
        perimeter: perimeter(view.feature(feature)),
    };
    Ok(ids.zip(areas).enumerate().map(row).collect())
}

/// The pieces of all plots in all features of a layer.
fn make_pieces(
    plots: &Layer,
    (layer, index): (&Layer, Option<&IndexedPolygons>),
    options: &OverlayTableOptions,
    progress: &Progress,
) -> Result<Pieces, ComplianceError> {
    let overlay_options = OverlayOptions { on_invalid: options.on_invalid };
    let subjects = plots.polygons.view();
    let pieces = match index {
        Some(index) => intersection(subjects, index, &overlay_options, progress),
        None => intersection_once(subjects, layer.polygons.view(), &overlay_options, progress),
    };
    pieces.map_err(|source| ComplianceError::overlay(plots, layer, source))
}
