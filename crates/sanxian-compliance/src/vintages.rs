//! Two dates of one layer over the same plots: what came, what went, and what is something else now.

use std::collections::BTreeMap;

use arrow_array::RecordBatch;
use sanxian_geodesy::units;
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
enum Change {
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
struct Place {
    plot: u32,
    change: Change,
    before: Option<u32>,
    after: Option<u32>,
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
    let crs = shared_crs(plots, &before.name, before.crs.as_ref())?;
    shared_crs(plots, &after.name, after.crs.as_ref())?;
    let values = |layer: &Layer| -> Result<Vec<Column>, ComplianceError> {
        by.iter().map(|name| required_texts(layer, name)).collect()
    };
    let (values_before, values_after) = (values(before)?, values(after)?);
    let indexes = [before, after].map(|layer| IndexedPolygons::new(layer.polygons.clone()));
    let [index_before, index_after] = &indexes;
    let overlay_options = OverlayOptions { on_invalid: options.on_invalid };
    let named = |layer: &'_ Layer, source: OverlayError| ComplianceError::overlay(plots, layer, source);

    let within = |layer: &Layer, index: &IndexedPolygons| {
        intersection(plots.polygons.view(), index, &overlay_options, progress)
            .map_err(|source| named(layer, source))
    };
    let (was, is) = (within(before, index_before)?, within(after, index_after)?);
    let mut places: Vec<(Place, PolygonSet)> = Vec::new();
    for (change, pieces, other, index) in
        [(Change::Lost, &was, after, index_after), (Change::Gained, &is, before, index_before)]
    {
        let rest = difference(pieces.polygons.view(), index, &overlay_options, progress)
            .map_err(|source| named(other, source))?;
        for (row, (&plot, &feature)) in pieces.subject.iter().zip(&pieces.control).enumerate() {
            let place = rest.polygons.view().take([row]);
            if place.view().feature(0).len() > 0 {
                let (before, after) =
                    if change == Change::Lost { (Some(feature), None) } else { (None, Some(feature)) };
                places.push((Place { plot, change, before, after }, place));
            }
        }
    }
    if !by.is_empty() {
        let both = intersection(was.polygons.view(), index_after, &overlay_options, progress)
            .map_err(|source| named(after, source))?;
        for (row, (&of_was, &after)) in both.subject.iter().zip(&both.control).enumerate() {
            let pair = was.subject.get(of_was as usize).zip(was.control.get(of_was as usize));
            let Some((&plot, &before)) = pair else { continue };
            let differs = values_before
                .iter()
                .zip(&values_after)
                .any(|(one, other)| value(one, before) != value(other, after));
            if differs {
                let place = Place { plot, change: Change::Changed, before: Some(before), after: Some(after) };
                places.push((place, both.polygons.view().take([row])));
            }
        }
    }
    places.sort_by_key(|(place, _)| (place.plot, place.change, place.before, place.after));
    let mut polygons = PolygonSet::default();
    for (_, place) in &places {
        polygons.extend(place.view());
    }
    let areas = areas_m2(polygons.view(), crs, options.area)
        .map_err(|source| ComplianceError::Area { layer: after.name.clone(), source })?;
    let areas: Vec<f64> = areas.into_iter().map(|area| area.unwrap_or(0.0)).collect();
    let view = polygons.view();
    let in_degrees = crs.is_geographic();
    let widths: Vec<Option<f64>> = (0..view.len())
        .map(|row| {
            let length = perimeter(view.feature(row));
            (!in_degrees && length > 0.0).then(|| 2.0 * planar_area(view.feature(row)) / length)
        })
        .collect();
    let ids = texts(&plots.attributes, "plot_id");
    let id = |plot: u32| match &ids {
        Some(ids) => ids.get(plot as usize).cloned().flatten().unwrap_or_default(),
        None => plot.to_string(),
    };
    let mut columns = Columns::default()
        .texts("plot_id", places.iter().map(|(place, _)| id(place.plot)))
        .texts("change", places.iter().map(|(place, _)| place.change.as_str()));
    for ((name, was), is) in by.iter().zip(&values_before).zip(&values_after) {
        columns = columns
            .maybe_texts(&format!("{name}_before"), places.iter().map(|(place, _)| value(was, place.before?)))
            .maybe_texts(&format!("{name}_after"), places.iter().map(|(place, _)| value(is, place.after?)));
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
    let table = summed(&places, &areas, by, (&values_before, &values_after), id)?;
    Ok(VintageChanges { pieces: Layer::new("changes", polygons, attributes, plots.crs.clone()), table })
}

fn value(values: &[Option<String>], feature: u32) -> Option<&str> {
    values.get(feature as usize)?.as_deref()
}

/// The texts of one column of `by`, a feature each.
type Column = Vec<Option<String>>;

/// Values of a place before and after, one pair a column.
type Values = Vec<(Option<String>, Option<String>)>;

fn summed(
    places: &[(Place, PolygonSet)],
    areas: &[f64],
    by: &[String],
    (values_before, values_after): (&[Column], &[Column]),
    id: impl Fn(u32) -> String,
) -> Result<RecordBatch, ComplianceError> {
    let mut sums: BTreeMap<(u32, Change, Values), (usize, f64)> = BTreeMap::new();
    for ((place, _), area_m2) in places.iter().zip(areas) {
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
