//! `geoarrow.polygon` and `geoarrow.multipolygon`: nested lists of coordinates.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, FixedSizeListArray, Float64Array, ListArray, OffsetSizeTrait};
use arrow_buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, DataType, Field};
use sanxian_overlay::{Point, PolygonBuilder, PolygonSet};

use super::fault::{ArrowFault, At};

/// How many lists lie above the coordinates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    Polygon,
    MultiPolygon,
}

impl Depth {
    const fn extension(self) -> &'static str {
        match self {
            Self::Polygon => "geoarrow.polygon",
            Self::MultiPolygon => "geoarrow.multipolygon",
        }
    }
}

/// Appends the features of one array; answers whether heights or measures were left behind.
pub(super) fn read(array: &ArrayRef, depth: Depth, builder: &mut PolygonBuilder) -> Result<bool, At> {
    let storage = || {
        let data_type = array.data_type().to_string();
        (None, ArrowFault::Storage { extension: depth.extension().to_owned(), data_type })
    };
    let levels = Levels::of(array, depth).ok_or_else(storage)?;
    let coords = Coords::of(levels.rings.values).ok_or_else(storage)?;
    if !levels.are_sound() {
        return Err((None, ArrowFault::Offsets));
    }
    let Levels { features, polygons, rings } = levels;

    let outermost = features.as_ref().unwrap_or(&polygons);
    let nulls = array.nulls().filter(|nulls| nulls.null_count() > 0);
    let inner_null = |level| (None, ArrowFault::InnerNull { level });
    if features.is_some() && polygons.has_null(outermost.range()) {
        return Err(inner_null("polygon"));
    }
    let polygon_range = features.as_ref().map_or(0..polygons.len(), Lists::range);
    let ring_range = polygons.span(polygon_range.clone()).ok_or((None, ArrowFault::Offsets))?;
    if rings.has_null(ring_range.clone()) {
        return Err(inner_null("ring"));
    }
    let coord_range = rings.span(ring_range.clone()).ok_or((None, ArrowFault::Offsets))?;
    if coords.has_null(&coord_range) || coord_range.end > coords.len() {
        return Err(inner_null("coordinate"));
    }

    let closed = |ring: usize| {
        let ring = rings.item(ring);
        ring.is_empty() || coords.get(ring.start) == coords.get(ring.end - 1)
    };
    let regular = nulls.is_none()
        && (features.is_some() || polygon_range.clone().all(|polygon| !polygons.item(polygon).is_empty()))
        && ring_range.clone().all(closed);
    if regular {
        let ends = |lists: &Lists<'_>, range: Range<usize>, base: usize| {
            range.map(|index| lists.offset(index + 1) - base).collect::<Vec<_>>()
        };
        let polygon_ends = ends(&polygons, polygon_range.clone(), ring_range.start);
        let feature_ends = match &features {
            Some(features) => ends(features, 0..features.len(), polygon_range.start),
            None => (1..=polygons.len()).collect(),
        };
        let ring_ends = ends(&rings, ring_range, coord_range.start);
        coords.copy(coord_range, builder.coords_mut());
        builder.end_features(ring_ends.into_iter(), polygon_ends.into_iter(), feature_ends.into_iter());
    } else {
        // A null feature may own a stretch of the arrays below it, which must not come along; an empty polygon becomes an
        // empty feature; an open ring is closed.
        for feature in 0..outermost.len() {
            if nulls.is_some_and(|nulls| nulls.is_null(feature)) {
                builder.push_null();
                continue;
            }
            let polygon_range = features.as_ref().map_or(feature..feature + 1, |lists| lists.item(feature));
            for polygon in polygon_range {
                let ring_items = polygons.item(polygon);
                if ring_items.is_empty() {
                    continue;
                }
                for ring in ring_items {
                    coords.copy(rings.item(ring), builder.coords_mut());
                    builder.close_ring();
                }
                builder.end_polygon();
            }
            builder.end_feature();
        }
    }
    Ok(coords.dimensions() > 2)
}

/// Interleaved coordinates in the buffer of their array.
struct Interleaved(ScalarBuffer<f64>);

impl AsRef<[Point]> for Interleaved {
    fn as_ref(&self) -> &[Point] {
        self.0.as_chunks::<2>().0
    }
}

/// The features of one array with their coordinates where they are; `None` when these have to be copied: because they do not lie
/// there pair by pair, or because of null or empty features.
pub(super) fn lend(array: &ArrayRef, depth: Depth) -> Option<PolygonSet> {
    let levels = Levels::of(array, depth).filter(Levels::are_sound)?;
    let Levels { features, polygons, rings } = levels;
    let points = rings.values.as_fixed_size_list_opt().filter(|points| points.value_length() == 2)?;
    let values = points.values().as_primitive_opt::<Float64Type>()?;

    let levels = [array.nulls(), polygons.nulls, rings.nulls, points.nulls(), values.nulls()];
    let has_nulls = levels.into_iter().flatten().any(|nulls| nulls.null_count() > 0);
    let polygon_range = features.as_ref().map_or(0..polygons.len(), Lists::range);
    let ring_range = polygons.span(polygon_range.clone())?;
    let coord_range = rings.span(ring_range.clone())?;
    let has_empty =
        features.is_none() && polygon_range.clone().any(|polygon| polygons.item(polygon).is_empty());
    if has_nulls || has_empty || coord_range.end > points.len() {
        return None;
    }
    let offsets = |lists: &Lists<'_>, range: Range<usize>| -> Option<Vec<i32>> {
        let base = lists.offset(range.start);
        (range.start..=range.end).map(|index| i32::try_from(lists.offset(index) - base).ok()).collect()
    };
    let feature_offsets = match &features {
        Some(features) => offsets(features, 0..features.len())?,
        None => (0..=i32::try_from(polygons.len()).ok()?).collect(),
    };
    let polygon_offsets = offsets(&polygons, polygon_range)?;
    let ring_offsets = offsets(&rings, ring_range)?;
    let coords = Interleaved(values.values().slice(2 * coord_range.start, 2 * coord_range.len()));
    PolygonSet::from_lent(Arc::new(coords), ring_offsets, polygon_offsets, feature_offsets).ok()
}

/// The lists above the coordinates.
struct Levels<'a> {
    /// Absent where a feature is one polygon.
    features: Option<Lists<'a>>,
    polygons: Lists<'a>,
    rings: Lists<'a>,
}

impl<'a> Levels<'a> {
    fn of(array: &'a ArrayRef, depth: Depth) -> Option<Self> {
        let outer = Lists::of(array)?;
        let (features, polygons) = match depth {
            Depth::Polygon => (None, outer),
            Depth::MultiPolygon => {
                let polygons = Lists::of(outer.values)?;
                (Some(outer), polygons)
            }
        };
        let rings = Lists::of(polygons.values)?;
        Some(Self { features, polygons, rings })
    }

    /// Whether all offsets ascend and stay inside the values, which nobody has checked of arrays from another language.
    fn are_sound(&self) -> bool {
        self.features.as_ref().is_none_or(Lists::is_sound)
            && self.polygons.is_sound()
            && self.rings.is_sound()
    }
}

/// One level of lists, 32 or 64 bits wide.
struct Lists<'a> {
    offsets: Offsets<'a>,
    nulls: Option<&'a NullBuffer>,
    values: &'a ArrayRef,
}

enum Offsets<'a> {
    Small(&'a [i32]),
    Large(&'a [i64]),
}

impl<'a> Lists<'a> {
    fn of(array: &'a ArrayRef) -> Option<Self> {
        if let Some(lists) = array.as_list_opt::<i32>() {
            return Some(Self {
                offsets: Offsets::Small(lists.offsets()),
                nulls: lists.nulls(),
                values: lists.values(),
            });
        }
        let lists = array.as_list_opt::<i64>()?;
        Some(Self { offsets: Offsets::Large(lists.offsets()), nulls: lists.nulls(), values: lists.values() })
    }

    fn len(&self) -> usize {
        match self.offsets {
            Offsets::Small(offsets) => offsets.len() - 1,
            Offsets::Large(offsets) => offsets.len() - 1,
        }
    }

    fn is_sound(&self) -> bool {
        match self.offsets {
            Offsets::Small(offsets) => ascend_within(offsets, self.values.len()),
            Offsets::Large(offsets) => ascend_within(offsets, self.values.len()),
        }
    }

    fn offset(&self, index: usize) -> usize {
        match self.offsets {
            Offsets::Small(offsets) => offsets.get(index).map_or(0, |&offset| offset as usize),
            Offsets::Large(offsets) => offsets.get(index).map_or(0, |&offset| offset as usize),
        }
    }

    fn item(&self, index: usize) -> Range<usize> {
        self.offset(index)..self.offset(index + 1)
    }

    /// What all lists together span in the array below.
    fn range(&self) -> Range<usize> {
        self.offset(0)..self.offset(self.len())
    }

    /// What the lists in `range` span in the array below.
    fn span(&self, range: Range<usize>) -> Option<Range<usize>> {
        (range.end <= self.len()).then(|| self.offset(range.start)..self.offset(range.end))
    }

    fn has_null(&self, range: Range<usize>) -> bool {
        has_null(self.nulls, range)
    }
}

fn ascend_within<O: OffsetSizeTrait>(offsets: &[O], length: usize) -> bool {
    let (Some(first), Some(last)) = (offsets.first(), offsets.last()) else { return false };
    *first >= O::zero() && last.as_usize() <= length && offsets.is_sorted()
}

fn has_null(nulls: Option<&NullBuffer>, mut range: Range<usize>) -> bool {
    nulls.is_some_and(|nulls| {
        nulls.null_count() > 0 && range.any(|index| index < nulls.len() && nulls.is_null(index))
    })
}

enum Coords<'a> {
    /// `x y x y`, or with more numbers a point.
    Interleaved { values: &'a [f64], dimensions: usize, nulls: Option<&'a NullBuffer> },
    /// `x x y y`.
    Separated { x: &'a [f64], y: &'a [f64], dimensions: usize, nulls: Option<&'a NullBuffer> },
}

impl<'a> Coords<'a> {
    fn of(array: &'a ArrayRef) -> Option<Self> {
        if let Some(points) = array.as_fixed_size_list_opt() {
            let dimensions =
                usize::try_from(points.value_length()).ok().filter(|count| (2..=4).contains(count))?;
            let values = points.values().as_primitive_opt::<Float64Type>()?;
            // A slice of a fixed-size list slices its values too, so both begin at the first point.
            return Some(Self::Interleaved { values: values.values(), dimensions, nulls: points.nulls() });
        }
        let points = array.as_struct_opt()?;
        let ordinate =
            |name| Some(points.column_by_name(name)?.as_primitive_opt::<Float64Type>()?.values().as_ref());
        Some(Self::Separated {
            x: ordinate("x")?,
            y: ordinate("y")?,
            dimensions: points.num_columns(),
            nulls: points.nulls(),
        })
    }

    fn len(&self) -> usize {
        match self {
            Self::Interleaved { values, dimensions, .. } => values.len() / dimensions,
            Self::Separated { x, y, .. } => x.len().min(y.len()),
        }
    }

    const fn dimensions(&self) -> usize {
        match self {
            Self::Interleaved { dimensions, .. } | Self::Separated { dimensions, .. } => *dimensions,
        }
    }

    fn has_null(&self, range: &Range<usize>) -> bool {
        let (Self::Interleaved { nulls, .. } | Self::Separated { nulls, .. }) = self;
        has_null(*nulls, range.clone())
    }

    fn get(&self, index: usize) -> Option<Point> {
        match self {
            Self::Interleaved { values, dimensions, .. } => {
                values.get(index * dimensions..).and_then(|rest| rest.first_chunk::<2>()).copied()
            }
            Self::Separated { x, y, .. } => Some([*x.get(index)?, *y.get(index)?]),
        }
    }

    fn copy(&self, range: Range<usize>, target: &mut Vec<Point>) {
        match self {
            Self::Interleaved { values, dimensions: 2, .. } => {
                let (points, _) = values.as_chunks::<2>();
                target.extend_from_slice(points.get(range).unwrap_or_default());
            }
            Self::Interleaved { values, dimensions, .. } => {
                let points = values.chunks_exact(*dimensions).skip(range.start).take(range.len());
                target.extend(points.filter_map(|point| point.first_chunk::<2>()).copied());
            }
            Self::Separated { x, y, .. } => {
                let x = x.get(range.clone()).unwrap_or_default();
                let y = y.get(range).unwrap_or_default();
                target.extend(x.iter().zip(y).map(|(&x, &y)| [x, y]));
            }
        }
    }
}

/// The set as `geoarrow.multipolygon`, interleaved.
pub(super) fn write(polygons: PolygonSet) -> Result<ArrayRef, ArrowError> {
    let (coords, ring_offsets, polygon_offsets, feature_offsets, nulls) = polygons.into_parts();
    let xy = Arc::new(Field::new("xy", DataType::Float64, false));
    let vertices = Arc::new(Field::new("vertices", DataType::FixedSizeList(Arc::clone(&xy), 2), false));
    let rings = Arc::new(Field::new("rings", DataType::List(Arc::clone(&vertices)), false));
    let parts = Arc::new(Field::new("polygons", DataType::List(Arc::clone(&rings)), false));

    let values = Float64Array::new(ScalarBuffer::from(coords.into_flattened()), None);
    let offsets = |offsets: Vec<i32>| OffsetBuffer::new(ScalarBuffer::from(offsets));
    let coords: ArrayRef = Arc::new(FixedSizeListArray::try_new(xy, 2, Arc::new(values), None)?);
    let ring_lists = ListArray::try_new(vertices, offsets(ring_offsets), coords, None)?;
    let polygon_lists = ListArray::try_new(rings, offsets(polygon_offsets), Arc::new(ring_lists), None)?;
    let nulls = nulls.map(|nulls| nulls.into_iter().map(|null| !null).collect::<NullBuffer>());
    let nulls = nulls.filter(|nulls| nulls.null_count() > 0);
    let features = ListArray::try_new(parts, offsets(feature_offsets), Arc::new(polygon_lists), nulls)?;
    Ok(Arc::new(features))
}
