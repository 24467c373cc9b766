//! Two dates of one layer over the same plots: what came, what went, and what is something else now.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::RecordBatch;
use sanxian_geodesy::{Crs, units};
use sanxian_io::Layer;
use sanxian_overlay::{
    IndexedPolygons, OverlayError, OverlayOptions, PolygonSet, Progress, difference, intersection, perimeter,
    planar_area,
};

use crate::area::areas_m2;
use crate::attribute::{required_texts, texts};
use crate::columns::Columns;
use crate::error::ComplianceError;
use crate::overlay_table::{OverlayTableOptions, shared_crs};

/// The differences of two vintages over the same plots.
#[derive(Clone, Debug)]
pub struct VintageChanges {
    /// A piece each, with `plot_id`, `change` (`gained`, `lost` or `changed`), the columns of `by` with `_before` and `_after` behind
    /// their names, `area_m2, area_ha, area_mu, mean_width_m, is_sliver`; ordered by plot and change.
    pub pieces: Layer,
    /// The same summed over plot, change and values: `plot_id, change`, the columns of `by`, `pieces, area_m2, area_ha, area_mu`.
    pub table: RecordBatch,
}

/// How a place differs between two vintages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Change {
    Gained,
    Lost,
    Changed,
}

impl Change {
    fn as_str(self) -> &'static str {
        match self {
            Self::Gained => "gained",
            Self::Lost => "lost",
            Self::Changed => "changed",
        }
    }
}

/// One place that differs, with the features it lies in.
pub(crate) struct Place {
    pub(crate) plot: u32,
    pub(crate) change: Change,
    pub(crate) before: Option<u32>,
    pub(crate) after: Option<u32>,
}

/// Every place that differs, ordered by plot and change, with its polygons and square metres.
pub(crate) struct Differences {
    pub(crate) places: Vec<Place>,
    pub(crate) polygons: PolygonSet,
    pub(crate) areas_m2: Vec<f64>,
}

impl Differences {
    /// Leaves out every other place.
    pub(crate) fn keep(&mut self, is_kept: impl Fn(&Place) -> bool) {
        let kept: Vec<bool> = self.places.iter().map(is_kept).collect();
        let rows = kept.iter().enumerate().filter(|(_, is_kept)| **is_kept).map(|(row, _)| row);
        self.polygons = self.polygons.view().take(rows);
        let (mut of_places, mut of_areas) = (kept.iter(), kept.iter());
        self.places.retain(|_| of_places.next() == Some(&true));
        self.areas_m2.retain(|_| of_areas.next() == Some(&true));
    }

    /// Mean width 2A/P of every place in metres; `None` in degrees.
    pub(crate) fn mean_widths_m(&self, in_degrees: bool) -> Vec<Option<f64>> {
        let view = self.polygons.view();
        let width = |row| {
            let length = perimeter(view.feature(row));
            (!in_degrees && length > 0.0).then(|| 2.0 * planar_area(view.feature(row)) / length)
        };
        (0..view.len()).map(width).collect()
    }
}

/// What a plot is called: its `plot_id`, or its position.
pub(crate) fn plot_names(plots: &Layer) -> impl Fn(u32) -> String + use<> {
    let ids = texts(&plots.attributes, "plot_id");
    move |plot| match &ids {
        Some(ids) => ids.get(plot as usize).cloned().flatten().unwrap_or_default(),
        None => plot.to_string(),
    }
}

/// Compares a layer of two dates over the same plots.
///
/// `by` are columns that both have, such as the land class: where both vintages cover a place and a value differs, the place has
/// changed. Without any, only what came and what went counts. Values are compared as texts; a missing one differs from any other.
/// `options.count` does not matter: pieces are kept each by itself. Slivers along boundaries that were drawn anew are kept and flagged.
///
/// # Errors
/// As [`crate::overlay_areas`], with the name of the vintage concerned.
pub fn compare_vintages(
    plots: &Layer,
    before: &Layer,
    after: &Layer,
    by: &[String],
    options: &OverlayTableOptions,
    progress: &Progress,
) -> Result<VintageChanges, ComplianceError> {
    let values = |layer: &Layer| -> Result<Vec<Column>, ComplianceError> {
        by.iter().map(|name| required_texts(layer, name)).collect()
    };
    let (values_before, values_after) = (values(before)?, values(after)?);
    let differs = |before: u32, after: u32| {
        let mut pairs = values_before.iter().zip(&values_after);
        pairs.any(|(one, other)| value(one, before) != value(other, after))
    };
    let differs: Option<&dyn Fn(u32, u32) -> bool> = if by.is_empty() { None } else { Some(&differs) };
    let found = differences(plots, before, after, differs, options, progress)?;
    let id = plot_names(plots);
    let widths = found.mean_widths_m(plots.crs.as_ref().is_some_and(Crs::is_geographic));
    let (places, areas) = (&found.places, &found.areas_m2);
    let mut columns = Columns::default()
        .texts("plot_id", places.iter().map(|place| id(place.plot)))
        .texts("change", places.iter().map(|place| place.change.as_str()));
    for ((name, was), is) in by.iter().zip(&values_before).zip(&values_after) {
        columns = columns
            .maybe_texts(&format!("{name}_before"), places.iter().map(|place| value(was, place.before?)))
            .maybe_texts(&format!("{name}_after"), places.iter().map(|place| value(is, place.after?)));
    }
    let attributes = columns
        .numbers("area_m2", areas.iter().copied())
        .numbers("area_ha", areas.iter().copied().map(units::ha))
        .numbers("area_mu", areas.iter().copied().map(units::mu))
        .maybe_numbers("mean_width_m", widths.iter().copied())
        .flags(
            "is_sliver",
            widths.iter().map(|width| width.is_some_and(|width| width < options.sliver_width_m)),
        )
        .finish()?;
    let table = summed(places, areas, by, (&values_before, &values_after), id)?;
    Ok(VintageChanges { pieces: Layer::new("changes", found.polygons, attributes, plots.crs.clone()), table })
}

/// The places of two vintages that differ: by cover, and where both cover a place by what `differs` says of their features.
pub(crate) fn differences(
    plots: &Layer,
    before: &Layer,
    after: &Layer,
    differs: Option<&dyn Fn(u32, u32) -> bool>,
    options: &OverlayTableOptions,
    progress: &Progress,
) -> Result<Differences, ComplianceError> {
    let crs = shared_crs(plots, &before.name, before.crs.as_ref())?;
    shared_crs(plots, &after.name, after.crs.as_ref())?;
    let indexes = [before, after].map(|layer| IndexedPolygons::new(layer.polygons.clone()));
    let [index_before, index_after] = &indexes;
    let overlay_options = OverlayOptions { on_invalid: options.on_invalid };
    let named = |layer: &'_ Layer, source: OverlayError| ComplianceError::overlay(plots, layer, source);

    // Features are compared whole and cut to the plots afterwards: cut first, neighbours of the two dates that share a boundary
    // would overlap by the rounding of the cuts.
    let at_plots = |layer: &Layer, index: &IndexedPolygons| -> Result<Vec<u32>, ComplianceError> {
        let pieces = intersection(plots.polygons.view(), index, &overlay_options, progress)
            .map_err(|source| named(layer, source))?;
        Ok(BTreeSet::from_iter(pieces.control).into_iter().collect())
    };
    let mut found: Vec<(Place, PolygonSet)> = Vec::new();
    let mut place_all = |change: Change, grounds: &PolygonSet, features: &[(Option<u32>, Option<u32>)]| {
        let index = IndexedPolygons::new(grounds.clone());
        let pieces = intersection(plots.polygons.view(), &index, &overlay_options, progress)
            .map_err(|source| named(after, source))?;
        for (row, (&plot, &ground)) in pieces.subject.iter().zip(&pieces.control).enumerate() {
            let Some(&(before, after)) = features.get(ground as usize) else { continue };
            found.push((Place { plot, change, before, after }, pieces.polygons.view().take([row])));
        }
        Ok::<(), ComplianceError>(())
    };
    let rows_of = |features: &[u32]| features.iter().map(|&feature| feature as usize).collect::<Vec<_>>();
    let was = at_plots(before, index_before)?;
    let is = at_plots(after, index_after)?;
    let before_at_plots = before.polygons.view().take(rows_of(&was));
    let after_at_plots = after.polygons.view().take(rows_of(&is));
    let lost = difference(before_at_plots.view(), index_after, &overlay_options, progress)
        .map_err(|source| named(after, source))?;
    let of_lost: Vec<_> = was.iter().map(|&feature| (Some(feature), None)).collect();
    place_all(Change::Lost, &lost.polygons, &of_lost)?;
    let gained = difference(after_at_plots.view(), index_before, &overlay_options, progress)
        .map_err(|source| named(before, source))?;
    let of_gained: Vec<_> = is.iter().map(|&feature| (None, Some(feature))).collect();
    place_all(Change::Gained, &gained.polygons, &of_gained)?;
    if let Some(differs) = differs {
        let both = intersection(before_at_plots.view(), index_after, &overlay_options, progress)
            .map_err(|source| named(after, source))?;
        let pairs = both.subject.iter().zip(&both.control).enumerate();
        let changed: Vec<(usize, u32, u32)> = pairs
            .filter_map(|(row, (&of_was, &after))| Some((row, *was.get(of_was as usize)?, after)))
            .filter(|&(_, before, after)| differs(before, after))
            .collect();
        let grounds = both.polygons.view().take(changed.iter().map(|(row, ..)| *row));
        let features: Vec<_> =
            changed.iter().map(|&(_, before, after)| (Some(before), Some(after))).collect();
        place_all(Change::Changed, &grounds, &features)?;
    }
    found.sort_by_key(|(place, _)| (place.plot, place.change, place.before, place.after));
    let (mut places, mut polygons) = (Vec::with_capacity(found.len()), PolygonSet::default());
    for (place, shape) in found {
        polygons.extend(shape.view());
        places.push(place);
    }
    let areas = areas_m2(polygons.view(), crs, options.area)
        .map_err(|source| ComplianceError::Area { layer: after.name.clone(), source })?;
    let areas_m2 = areas.into_iter().map(|area| area.unwrap_or(0.0)).collect();
    Ok(Differences { places, polygons, areas_m2 })
}

fn value(values: &[Option<String>], feature: u32) -> Option<&str> {
    values.get(feature as usize)?.as_deref()
}

/// The texts of one column of `by`, a feature each.
type Column = Vec<Option<String>>;

/// Values of a place before and after, one pair a column.
type Values = Vec<(Option<String>, Option<String>)>;

fn summed(
    places: &[Place],
    areas: &[f64],
    by: &[String],
    (values_before, values_after): (&[Column], &[Column]),
    id: impl Fn(u32) -> String,
) -> Result<RecordBatch, ComplianceError> {
    let mut sums: BTreeMap<(u32, Change, Values), (usize, f64)> = BTreeMap::new();
    for (place, area_m2) in places.iter().zip(areas) {
        let pairs = values_before.iter().zip(values_after);
        let text = |values: &[Option<String>], feature: Option<u32>| {
            feature.and_then(|feature| value(values, feature)).map(str::to_owned)
        };
        let values = pairs.map(|(was, is)| (text(was, place.before), text(is, place.after)));
        let sum = sums.entry((place.plot, place.change, values.collect())).or_default();
        *sum = (sum.0 + 1, sum.1 + area_m2);
    }
    let mut columns = Columns::default()
        .texts("plot_id", sums.keys().map(|(plot, ..)| id(*plot)))
        .texts("change", sums.keys().map(|(_, change, _)| change.as_str()));
    for (at, name) in by.iter().enumerate() {
        let pairs = || sums.keys().map(|(_, _, values)| values.get(at).cloned().unwrap_or_default());
        columns = columns
            .maybe_texts(&format!("{name}_before"), pairs().map(|pair| pair.0))
            .maybe_texts(&format!("{name}_after"), pairs().map(|pair| pair.1));
    }
    Ok(columns
        .counts("pieces", sums.values().map(|sum| sum.0))
        .numbers("area_m2", sums.values().map(|sum| sum.1))
        .numbers("area_ha", sums.values().map(|sum| units::ha(sum.1)))
        .numbers("area_mu", sums.values().map(|sum| units::mu(sum.1)))
        .finish()?)
}
