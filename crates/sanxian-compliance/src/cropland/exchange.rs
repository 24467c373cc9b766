use std::collections::BTreeMap;

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use sanxian_geodesy::Crs;
use sanxian_io::Layer;
use sanxian_overlay::Progress;

use super::balance::{BalanceRow, Land, Words, balance, grade_number};
use super::codes::{CroplandClass, CroplandCodes};
use super::occupation::Ridges;
use crate::attribute::{position, texts};
use crate::columns::Columns;
use crate::error::ComplianceError;
use crate::figure::area_ha;
use crate::overlay_table::OverlayTableOptions;
use crate::vintages::{Place, differences, plot_names};

/// Which way cropland went between two dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// It was cropland and is something else now.
    Out,
    /// It is cropland now and was something else.
    In,
}

impl Direction {
    /// `out` or `in`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Out => "out",
            Self::In => "in",
        }
    }
}

/// Cropland that became other land in a region, or was won from it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ExchangeRow {
    /// The region's `plot_id`, or its position.
    pub region: String,
    /// Which way it went.
    pub direction: Direction,
    /// Paddy, irrigated or dry: before where it went out, after where it came in.
    pub class: CroplandClass,
    /// Grade of that date's survey; `None` where it says none.
    pub grade: Option<String>,
    /// What it became or was: `garden`, `forest`, `grass`, `other_agricultural`; `not_agricultural`; `not_surveyed` where the
    /// other date's survey has nothing.
    pub other: String,
    /// Its Chinese name.
    pub other_title: String,
    /// Whether the yearly balance counts it. Built land is made good by another rule (占补平衡).
    pub is_balanced: bool,
    /// Patches' area in square metres, field ridges included.
    pub gross_m2: f64,
    /// Cropland proper in square metres: ridges deducted by the coefficients of that date.
    pub net_m2: f64,
}

/// Cropland that came and went between two dates of the land survey.
#[derive(Clone, Debug)]
pub struct CroplandExchange {
    /// By region, direction, class, grade and other land.
    pub rows: Vec<ExchangeRow>,
    /// The requirements of the yearly balance, region by region.
    pub balance: Vec<(String, BalanceRow)>,
    /// The places: `plot_id, direction, class, other, is_balanced, area_m2, mean_width_m, is_sliver`.
    pub pieces: Layer,
}

impl CroplandExchange {
    /// A row a region, direction, class, grade and other land: `plot_id, direction, class, class_title, grade, other, other_title,
    /// is_balanced, gross_m2, net_m2, net_ha`.
    ///
    /// # Errors
    /// None in practice; Arrow's own when columns differ in length.
    pub fn table(&self) -> Result<RecordBatch, ArrowError> {
        let rows = &self.rows;
        Columns::default()
            .texts("plot_id", rows.iter().map(|row| &row.region))
            .texts("direction", rows.iter().map(|row| row.direction.as_str()))
            .texts("class", rows.iter().map(|row| row.class.as_str()))
            .texts("class_title", rows.iter().map(|row| row.class.title()))
            .maybe_texts("grade", rows.iter().map(|row| row.grade.as_deref()))
            .texts("other", rows.iter().map(|row| &row.other))
            .texts("other_title", rows.iter().map(|row| &row.other_title))
            .flags("is_balanced", rows.iter().map(|row| row.is_balanced))
            .numbers("gross_m2", rows.iter().map(|row| row.gross_m2))
            .numbers("net_m2", rows.iter().map(|row| row.net_m2))
            .numbers("net_ha", rows.iter().map(|row| area_ha(row.net_m2, 4)))
            .finish()
    }
}

/// One date of the survey: what every patch is.
struct Survey {
    codes: Vec<Option<String>>,
    classes: Vec<Option<CroplandClass>>,
    grades: Option<Vec<Option<String>>>,
    ridges: Ridges,
}

impl Survey {
    fn new(layer: &Layer, codes: &CroplandCodes) -> Result<Self, ComplianceError> {
        let grade_field =
            codes.grade_fields.iter().find(|field| position(&layer.attributes, field).is_some());
        Ok(Self {
            classes: codes.classes_of(layer)?,
            codes: texts(&layer.attributes, &codes.class_field).unwrap_or_default(),
            grades: grade_field.and_then(|field| texts(&layer.attributes, field)),
            ridges: Ridges::of(layer, codes),
        })
    }

    fn class(&self, patch: Option<u32>) -> Option<CroplandClass> {
        self.classes.get(patch? as usize).copied().flatten()
    }

    fn grade(&self, patch: Option<u32>) -> Option<String> {
        self.grades.as_ref()?.get(patch? as usize).cloned().flatten()
    }

    fn code(&self, patch: Option<u32>) -> Option<&str> {
        self.codes.get(patch? as usize)?.as_deref()
    }
}

/// Overlays two dates of the land survey and adds the cropland that came and went, by region, class, grade and other land.
///
/// What became garden, forest, grass, other agricultural land or farm buildings must be made good by as much cropland, as good, won from
/// such land in the same year (年度进出平衡); what was built over is listed and not counted. Classes of cropland that change among
/// themselves are no exchange.
///
/// # Errors
/// As [`crate::compare_vintages`]; a survey without its field of land classes.
pub fn cropland_exchange(
    regions: &Layer,
    before: &Layer,
    after: &Layer,
    options: &OverlayTableOptions,
    progress: &Progress,
) -> Result<CroplandExchange, ComplianceError> {
    let codes = CroplandCodes::embedded()?;
    let (was, is) = (Survey::new(before, &codes)?, Survey::new(after, &codes)?);
    let moved =
        |before: u32, after: u32| was.class(Some(before)).is_some() != is.class(Some(after)).is_some();
    let mut found = differences(regions, before, after, Some(&moved), options, progress)?;
    found.keep(|place| was.class(place.before).is_some() || is.class(place.after).is_some());
    let name = plot_names(regions);

    let mut sums: BTreeMap<_, ExchangeRow> = BTreeMap::new();
    let mut of_places = Vec::with_capacity(found.places.len());
    for (place, &gross_m2) in found.places.iter().zip(&found.areas_m2) {
        let Some(empty) = empty_row(place, (&was, &is), &codes, &name) else { continue };
        let ridges = match empty.direction {
            Direction::Out => was.ridges.share(place.before),
            Direction::In => is.ridges.share(place.after),
        };
        of_places.push(empty.clone());
        let key = (place.plot, empty.direction, empty.class, empty.grade.clone(), empty.other.clone());
        let row = sums.entry(key).or_insert(empty);
        row.gross_m2 += gross_m2;
        row.net_m2 += gross_m2 * (1.0 - ridges);
    }
    let rows: Vec<ExchangeRow> = sums.into_values().collect();
    let mut balances = Vec::new();
    for region in 0..regions.len() {
        let region = name(u32::try_from(region).unwrap_or(u32::MAX));
        balances.extend(balance_of(&region, &rows, &codes).into_iter().map(|row| (region.clone(), row)));
    }
    let widths = found.mean_widths_m(regions.crs.as_ref().is_some_and(Crs::is_geographic));
    let attributes = Columns::default()
        .texts("plot_id", of_places.iter().map(|row| &row.region))
        .texts("direction", of_places.iter().map(|row| row.direction.as_str()))
        .texts("class", of_places.iter().map(|row| row.class.as_str()))
        .texts("other", of_places.iter().map(|row| &row.other))
        .flags("is_balanced", of_places.iter().map(|row| row.is_balanced))
        .numbers("area_m2", found.areas_m2.iter().copied())
        .maybe_numbers("mean_width_m", widths.iter().copied())
        .flags(
            "is_sliver",
            widths.iter().map(|width| width.is_some_and(|width| width < options.sliver_width_m)),
        )
        .finish()?;
    let pieces = Layer::new("cropland_exchange", found.polygons, attributes, regions.crs.clone());
    Ok(CroplandExchange { rows, balance: balances, pieces })
}

/// The row that a place belongs to, without its area; `None` where neither date has cropland.
fn empty_row(
    place: &Place,
    (was, is): (&Survey, &Survey),
    codes: &CroplandCodes,
    name: &impl Fn(u32) -> String,
) -> Option<ExchangeRow> {
    let (direction, class, grade, code, is_surveyed) = if let Some(class) = was.class(place.before) {
        let grade = was.grade(place.before);
        (Direction::Out, class, grade, is.code(place.after), place.after.is_some())
    } else {
        let grade = is.grade(place.after);
        (Direction::In, is.class(place.after)?, grade, was.code(place.before), place.before.is_some())
    };
    let other = code.and_then(|code| codes.exchange.other(code));
    let (other, other_title, is_balanced) = match other {
        Some(other) => (other.id.as_str(), other.title.as_str(), true),
        None if is_surveyed => ("not_agricultural", "建设用地或未利用地", false),
        None => ("not_surveyed", "另一期没有图斑", false),
    };
    Some(ExchangeRow {
        region: name(place.plot),
        direction,
        class,
        grade,
        other: other.to_owned(),
        other_title: other_title.to_owned(),
        is_balanced,
        gross_m2: 0.0,
        net_m2: 0.0,
    })
}

/// What went out of a region against what came in.
fn balance_of(region: &str, rows: &[ExchangeRow], codes: &CroplandCodes) -> Vec<BalanceRow> {
    let land = |direction: Direction| -> Vec<Land> {
        let counted = rows.iter().filter(|row| row.region == region && row.is_balanced);
        counted
            .filter(|row| row.direction == direction)
            .map(|row| Land {
                class: row.class,
                grade: grade_number(row.grade.as_deref()),
                area_m2: row.net_m2,
            })
            .collect()
    };
    let words = Words { needed: "流出", offered: "补足" };
    balance(&codes.exchange.requirements, &land(Direction::Out), &land(Direction::In), words)
}
