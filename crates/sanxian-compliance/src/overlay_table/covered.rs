//! What of a plot a group of features covers, each place counted once however many features lie on it.

use std::collections::HashMap;

use rayon::prelude::*;
use sanxian_geodesy::Crs;
use sanxian_io::Layer;
use sanxian_overlay::{
    IndexedPolygons, OverlayOptions, PolygonSet, Progress, intersection, intersection_areas, perimeter,
    planar_area, union,
};

use super::OverlayTableOptions;
use super::row::Row;
use crate::area::areas_m2;
use crate::error::ComplianceError;

/// Features that one plot has in one group.
struct Cover {
    plot: u32,
    group: u32,
    rows: Vec<Row>,
}

/// Areas of plots inside the union of each group's features, from the rows of the pairs and their groups (none: all are one).
///
/// Most layers do not overlap themselves, and there the union is the sum. So the features that meet in a plot are held against each other
/// by the area kernel first, and pieces are made and united only where they do overlap.
pub(super) fn covered(
    plots: &Layer,
    layer: &Layer,
    crs: &Crs,
    pairs: &[Row],
    group_of_pair: &[u32],
    options: &OverlayTableOptions,
    progress: &Progress,
) -> Result<Vec<Row>, ComplianceError> {
    let covers = covers(pairs, group_of_pair);
    let overlapping = overlapping(plots, layer, &covers, options, progress)?;
    let is_overlapped = |cover: &&Cover| {
        let has = |feature: &u32| cover.rows.binary_search_by_key(feature, |row| row.of_layer).is_ok();
        cover
            .rows
            .iter()
            .any(|row| overlapping.get(&row.of_layer).is_some_and(|others| others.iter().any(has)))
    };
    let to_unite: Vec<&Cover> = covers.iter().filter(is_overlapped).collect();
    let united: Vec<PolygonSet> = to_unite
        .par_iter()
        .map(|cover| unite(plots, layer, cover, options, progress))
        .collect::<Result<_, _>>()?;
    let mut unions = PolygonSet::default();
    for set in &united {
        unions.extend(set.view());
    }
    let view = unions.view();
    let areas = areas_m2(view, crs, options.area)
        .map_err(|source| ComplianceError::Area { layer: layer.name.clone(), source })?;
    let measured = to_unite.iter().zip(areas).enumerate().map(|(position, (cover, area))| {
        let row = Row {
            plot: cover.plot,
            of_layer: cover.group,
            area_m2: area.unwrap_or(0.0),
            planar: planar_area(view.feature(position)),
            perimeter: perimeter(view.feature(position)),
        };
        ((cover.plot, cover.group), row)
    });
    let measured: HashMap<(u32, u32), Row> = measured.collect();
    let row_of = |cover: &Cover| {
        let sum = || cover.rows.iter().copied().reduce(|sum, row| sum.plus(&row)).unwrap_or_default();
        let row = measured.get(&(cover.plot, cover.group)).copied().unwrap_or_else(sum);
        Row { plot: cover.plot, of_layer: cover.group, ..row }
    };
    Ok(covers.iter().map(row_of).collect())
}

/// The features of each plot and group, in order.
fn covers(pairs: &[Row], group_of_pair: &[u32]) -> Vec<Cover> {
    let mut covers = Vec::new();
    let mut groups = group_of_pair.iter().copied().chain(std::iter::repeat(0));
    for of_plot in pairs.chunk_by(|a, b| a.plot == b.plot) {
        let mut of_plot: Vec<(u32, Row)> =
            of_plot.iter().zip(groups.by_ref()).map(|(row, group)| (group, *row)).collect();
        of_plot.sort_by_key(|(group, _)| *group);
        for of_group in of_plot.chunk_by(|a, b| a.0 == b.0) {
            let Some((group, Row { plot, .. })) = of_group.first().copied() else { continue };
            covers.push(Cover { plot, group, rows: of_group.iter().map(|(_, row)| *row).collect() });
        }
    }
    covers
}

/// For features that meet another one in some plot and group: the features that they share area with.
fn overlapping(
    plots: &Layer,
    layer: &Layer,
    covers: &[Cover],
    options: &OverlayTableOptions,
    progress: &Progress,
) -> Result<HashMap<u32, Vec<u32>>, ComplianceError> {
    let several = covers.iter().filter(|cover| cover.rows.len() > 1);
    let mut features: Vec<u32> =
        several.flat_map(|cover| cover.rows.iter().map(|row| row.of_layer)).collect();
    features.sort_unstable();
    features.dedup();
    let set = layer.polygons.view().take(features.iter().map(|&feature| feature as usize));
    let overlay_options = OverlayOptions { on_invalid: options.on_invalid };
    let pairs = intersection_areas(set.view(), set.view(), &[], overlay_options, progress)
        .map_err(|source| ComplianceError::overlay(plots, layer, source))?;
    let mut overlapping: HashMap<u32, Vec<u32>> = HashMap::new();
    for (&one, &other) in pairs.subject.iter().zip(&pairs.control) {
        if let (Some(&one), Some(&other)) = (features.get(one as usize), features.get(other as usize))
            && one != other
        {
            overlapping.entry(one).or_default().push(other);
        }
    }
    Ok(overlapping)
}

/// The union of the pieces of one plot in the features of one group.
fn unite(
    plots: &Layer,
    layer: &Layer,
    cover: &Cover,
    options: &OverlayTableOptions,
    progress: &Progress,
) -> Result<PolygonSet, ComplianceError> {
    let failed = |source| ComplianceError::overlay(plots, layer, source);
    let overlay_options = OverlayOptions { on_invalid: options.on_invalid };
    let plot = plots.polygons.view().take([cover.plot as usize]);
    let features = layer.polygons.view().take(cover.rows.iter().map(|row| row.of_layer as usize));
    let pieces = intersection(plot.view(), &IndexedPolygons::new(features), &overlay_options, progress)
        .map_err(failed)?;
    Ok(union(pieces.polygons.view(), &overlay_options, progress).map_err(failed)?.polygons)
}
