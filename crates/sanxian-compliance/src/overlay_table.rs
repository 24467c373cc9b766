//! Plots against one layer as a table: a row a (plot, feature) or a (plot, group), without any rule.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch, RecordBatchOptions, UInt32Array};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{Field, Schema};
use arrow_select::take::take;
use sanxian_geodesy::{AreaMethod, Crs, units};
use sanxian_io::Layer;
use sanxian_overlay::{
    IndexedPolygons, OnInvalid, OverlayOptions, Pieces, Progress, Repair, intersection, perimeter,
    planar_area,
};

use crate::area::areas_m2;
use crate::attribute::{position, required_texts};
use crate::columns::Columns;
use crate::error::ComplianceError;

/// How to overlay and what to make of it.
#[derive(Clone, Debug)]
pub struct OverlayTableOptions {
    /// How pieces and plots are measured.
    pub area: AreaMethod,
    /// Pieces whose mean width is below this, in metres, are flagged; 0 flags none.
    pub sliver_width_m: f64,
    /// What to do with an invalid polygon that takes part.
    pub on_invalid: OnInvalid,
}

/// What came out of an overlay.
#[derive(Clone, Debug)]
pub struct OverlayTable<T> {
    /// The rows, ordered by plot and feature or group.
    pub rows: T,
    /// Features that were repaired before they took part.
    pub repairs: Vec<Repair>,
}

/// Areas of plots inside each feature of a layer, or summed over groups of its features.
///
/// Columns: `plot_id` (text where the plots have such a column, their row number else), then the columns of `by`, or
/// `feature` (row number in the layer), then `area_m2, area_ha, area_mu, share` (of the plot), `mean_width_m` (2A/P, null in
/// degrees) and `is_sliver`. Pairs that share no area have no row.
///
/// # Errors
/// [`ComplianceError::CrsMismatch`], [`ComplianceError::NoCrs`], [`ComplianceError::NoField`] for a column of `by`,
/// [`ComplianceError::Overlay`] and [`ComplianceError::Area`] with feature, ring and vertex.
pub fn overlay_areas(
    plots: &Layer,
    layer: &Layer,
    index: &IndexedPolygons,
    by: &[String],
    options: &OverlayTableOptions,
    progress: &Progress,
) -> Result<OverlayTable<RecordBatch>, ComplianceError> {
    let groups = if by.is_empty() { None } else { Some(Groups::new(layer, by)?) };
    let measured = Measured::new(plots, layer, index, options, progress)?;
    let rows = match &groups {
        None => measured.pairs(),
        Some(groups) => measured.grouped(&groups.of_feature),
    };
    let of_layer: Vec<(Field, ArrayRef)> = match &groups {
        None => {
            let feature = Int64Array::from_iter_values(rows.iter().map(|row| i64::from(row.of_layer)));
            vec![(Field::new("feature", arrow_schema::DataType::Int64, false), Arc::new(feature))]
        }
        Some(groups) => groups.columns(&rows)?,
    };
    Ok(OverlayTable { rows: table(plots, options, &measured, &rows, of_layer)?, repairs: measured.repairs })
}

/// The same with geometry: a layer of the pieces, with `plot_id, feature`, the measures, and the attributes of the feature.
///
/// An attribute that is called like one of the columns gets `_layer` behind its name.
///
/// # Errors
/// As [`overlay_areas`].
pub fn overlay_pieces(
    plots: &Layer,
    layer: &Layer,
    index: &IndexedPolygons,
    options: &OverlayTableOptions,
    progress: &Progress,
) -> Result<OverlayTable<Layer>, ComplianceError> {
    let measured = Measured::new(plots, layer, index, options, progress)?;
    let rows = measured.pairs();
    let feature: ArrayRef =
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| i64::from(row.of_layer))));
    let own = table(
        plots,
        options,
        &measured,
        &rows,
        vec![(Field::new("feature", arrow_schema::DataType::Int64, false), feature)],
    )?;
    let indices = UInt32Array::from_iter_values(rows.iter().map(|row| row.of_layer));
    let mut fields: Vec<Field> = own.schema().fields().iter().map(|field| field.as_ref().clone()).collect();
    let mut arrays = own.columns().to_vec();
    for (field, column) in layer.attributes.schema().fields().iter().zip(layer.attributes.columns()) {
        let name = field.name();
        let taken = name == "geometry" || own.schema().column_with_name(name).is_some();
        let name = if taken { format!("{name}_layer") } else { name.clone() };
        fields.push(field.as_ref().clone().with_name(name));
        arrays.push(take(column, &indices, None)?);
    }
    let row_count = RecordBatchOptions::new().with_row_count(Some(rows.len()));
    let attributes = RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &row_count)?;
    let pieces = Layer::new("pieces", measured.pieces.polygons, attributes, plots.crs.clone());
    Ok(OverlayTable { rows: pieces, repairs: measured.repairs })
}

/// One CRS for both sides: that of the plots.
pub(crate) fn shared_crs<'a>(plots: &'a Layer, layer: &Layer) -> Result<&'a Crs, ComplianceError> {
    let crs_of = |layer: &'a Layer| {
        layer.crs.as_ref().ok_or_else(|| ComplianceError::NoCrs { layer: layer.name.clone() })
    };
    let plots_crs = crs_of(plots)?;
    let Some(layer_crs) = &layer.crs else {
        return Err(ComplianceError::NoCrs { layer: layer.name.clone() });
    };
    if layer_crs.is_same_as(plots_crs) {
        Ok(plots_crs)
    } else {
        Err(ComplianceError::crs_mismatch(&layer.name, layer_crs, plots_crs))
    }
}

struct Measured {
    pieces: Pieces,
    repairs: Vec<Repair>,
    piece_area_m2: Vec<f64>,
    piece_planar: Vec<f64>,
    piece_perimeter: Vec<f64>,
    plot_area_m2: Vec<f64>,
    in_degrees: bool,
}

/// A row of the table before it is one: sums over the pieces of a plot in a feature or group.
#[derive(Clone, Copy, Default)]
struct Row {
    plot: u32,
    of_layer: u32,
    area_m2: f64,
    planar: f64,
    perimeter: f64,
}

impl Measured {
    fn new(
        plots: &Layer,
        layer: &Layer,
        index: &IndexedPolygons,
        options: &OverlayTableOptions,
        progress: &Progress,
    ) -> Result<Self, ComplianceError> {
        let crs = shared_crs(plots, layer)?;
        let overlay_options = OverlayOptions { on_invalid: options.on_invalid };
        let mut pieces = intersection(plots.polygons.view(), index, &overlay_options, progress)
            .map_err(|source| ComplianceError::overlay(plots, layer, source))?;
        let area_error = |layer: &Layer| {
            let layer = layer.name.clone();
            move |source| ComplianceError::Area { layer, source }
        };
        let of_pieces = areas_m2(pieces.polygons.view(), crs, options.area).map_err(area_error(layer))?;
        let plot_area_m2 = areas_m2(plots.polygons.view(), crs, options.area).map_err(area_error(plots))?;
        let view = pieces.polygons.view();
        let piece_planar = (0..view.len()).map(|piece| planar_area(view.feature(piece))).collect();
        let piece_perimeter = (0..view.len()).map(|piece| perimeter(view.feature(piece))).collect();
        let repairs = std::mem::take(&mut pieces.repairs);
        Ok(Self {
            repairs,
            piece_area_m2: of_pieces.into_iter().map(|area| area.unwrap_or(0.0)).collect(),
            piece_planar,
            piece_perimeter,
            plot_area_m2: plot_area_m2.into_iter().map(|area| area.unwrap_or(0.0)).collect(),
            in_degrees: crs.is_geographic(),
            pieces,
        })
    }

    fn pairs(&self) -> Vec<Row> {
        let pairs = self.pieces.subject.iter().zip(&self.pieces.control);
        let areas = self.piece_area_m2.iter().zip(&self.piece_planar).zip(&self.piece_perimeter);
        pairs
            .zip(areas)
            .map(|((&plot, &of_layer), ((&area_m2, &planar), &perimeter))| Row {
                plot,
                of_layer,
                area_m2,
                planar,
                perimeter,
            })
            .collect()
    }

    /// Sums the pieces of each plot over the groups; pieces are added in the order of the layer's features.
    fn grouped(&self, group_of_feature: &[u32]) -> Vec<Row> {
        let mut sums: BTreeMap<(u32, u32), Row> = BTreeMap::new();
        for row in self.pairs() {
            let group = group_of_feature.get(row.of_layer as usize).copied().unwrap_or_default();
            let sum = sums.entry((row.plot, group)).or_default();
            *sum = Row {
                plot: row.plot,
                of_layer: group,
                area_m2: sum.area_m2 + row.area_m2,
                planar: sum.planar + row.planar,
                perimeter: sum.perimeter + row.perimeter,
            };
        }
        sums.into_values().collect()
    }
}

fn table(
    plots: &Layer,
    options: &OverlayTableOptions,
    measured: &Measured,
    rows: &[Row],
    of_layer: Vec<(Field, ArrayRef)>,
) -> Result<RecordBatch, ComplianceError> {
    let columns = if position(&plots.attributes, "plot_id").is_some() {
        let ids = required_texts(plots, "plot_id")?;
        let id_of = |row: &Row| ids.get(row.plot as usize).cloned().flatten();
        Columns::default().maybe_texts("plot_id", rows.iter().map(id_of))
    } else {
        Columns::default().counts("plot_id", rows.iter().map(|row| row.plot as usize))
    };
    // 2A/P of a plane figure: in degrees it means nothing.
    let mean_width =
        |row: &Row| (!measured.in_degrees && row.perimeter > 0.0).then(|| 2.0 * row.planar / row.perimeter);
    let share = |row: &Row| {
        let plot = measured.plot_area_m2.get(row.plot as usize).copied().unwrap_or_default();
        (plot > 0.0).then(|| row.area_m2 / plot)
    };
    let columns = of_layer.into_iter().fold(columns, |columns, (field, array)| columns.array(field, array));
    let batch = columns
        .numbers("area_m2", rows.iter().map(|row| row.area_m2))
        .numbers("area_ha", rows.iter().map(|row| units::ha(row.area_m2)))
        .numbers("area_mu", rows.iter().map(|row| units::mu(row.area_m2)))
        .maybe_numbers("share", rows.iter().map(share))
        .maybe_numbers("mean_width_m", rows.iter().map(mean_width))
        .flags(
            "is_sliver",
            rows.iter().map(|row| mean_width(row).is_some_and(|width| width < options.sliver_width_m)),
        )
        .finish()?;
    Ok(batch)
}

/// Features of a layer by the values of some columns.
struct Groups {
    fields: Vec<Field>,
    arrays: Vec<ArrayRef>,
    of_feature: Vec<u32>,
    /// One feature of each group, to take its values from; groups are in the order of their values.
    representative: Vec<u32>,
}

impl Groups {
    fn new(layer: &Layer, by: &[String]) -> Result<Self, ComplianceError> {
        let schema = layer.attributes.schema();
        let mut fields = Vec::new();
        let mut arrays = Vec::new();
        for name in by {
            let column =
                position(&layer.attributes, name).ok_or_else(|| ComplianceError::no_field(layer, name))?;
            fields.push(schema.field(column).clone());
            arrays.push(Arc::clone(layer.attributes.column(column)));
        }
        let formats = FormatOptions::default();
        let formatters = arrays
            .iter()
            .map(|array| ArrayFormatter::try_new(array, &formats))
            .collect::<Result<Vec<_>, _>>()?;
        // Missing and empty values are told apart.
        let key_of = |feature: usize| -> Vec<Option<String>> {
            let values = arrays.iter().zip(&formatters);
            values
                .map(|(array, formatter)| {
                    array.is_valid(feature).then(|| formatter.value(feature).to_string())
                })
                .collect()
        };
        let keys: Vec<_> = (0..layer.len()).map(key_of).collect();
        let mut first: HashMap<&[Option<String>], u32> = HashMap::new();
        for (feature, key) in keys.iter().enumerate() {
            first.entry(key).or_insert(feature as u32);
        }
        let mut ordered: Vec<_> = first.into_iter().collect();
        ordered.sort_unstable();
        let number: HashMap<_, _> =
            ordered.iter().enumerate().map(|(group, (key, _))| (*key, group as u32)).collect();
        let of_feature =
            keys.iter().map(|key| number.get(key.as_slice()).copied().unwrap_or_default()).collect();
        let representative = ordered.iter().map(|(_, feature)| *feature).collect();
        drop(formatters);
        Ok(Self { fields, arrays, of_feature, representative })
    }

    fn columns(&self, rows: &[Row]) -> Result<Vec<(Field, ArrayRef)>, ComplianceError> {
        let representative =
            |row: &Row| self.representative.get(row.of_layer as usize).copied().unwrap_or_default();
        let indices = UInt32Array::from_iter_values(rows.iter().map(representative));
        let taken = self
            .fields
            .iter()
            .zip(&self.arrays)
            .map(|(field, array)| Ok((field.clone(), take(array, &indices, None)?)));
        taken.collect()
    }
}
