//! What became of the plots of a text: features and attributes compared row by row.

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_schema::DataType;
use sanxian_overlay::Polygons;

use super::row::Field;

/// Columns that a plot row has a field for.
pub(super) const TEXTS: [(&str, Field); 5] = [
    ("plot_id", Field::Id),
    ("plot_name", Field::Name),
    ("use", Field::Use),
    ("land_class", Field::LandClass),
    ("map_sheet", Field::MapSheet),
];

/// Features and attributes, to be compared row by row.
pub(super) struct Rows<'a> {
    pub(super) polygons: Polygons<'a>,
    texts: Vec<Option<Vec<String>>>,
    other_fields: Option<Vec<String>>,
    area_ha: Option<Vec<Option<f64>>>,
}

/// What a row says now: its field in the file and the new value.
pub(super) type Changes = Vec<(Field, String)>;

impl<'a> Rows<'a> {
    pub(super) fn of(polygons: &Polygons<'a>, attributes: &RecordBatch) -> Self {
        let column = |name: &str, to: &DataType| {
            attributes.column_by_name(name).and_then(|column| arrow_cast::cast(column, to).ok())
        };
        let text = |name: &str| {
            let column = column(name, &DataType::Utf8)?;
            let values = column.as_string_opt::<i32>()?;
            Some(values.iter().map(|value| value.unwrap_or_default().trim().to_owned()).collect())
        };
        let area_ha = column("declared_area_ha", &DataType::Float64)
            .and_then(|column| Some(column.as_primitive_opt::<Float64Type>()?.iter().collect()));
        Self {
            polygons: *polygons,
            texts: TEXTS.iter().map(|(name, _)| text(name)).collect(),
            other_fields: text("other_fields"),
            area_ha,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.polygons.len()
    }

    pub(super) fn id(&self, row: usize) -> &str {
        self.text(0, row).unwrap_or_default()
    }

    pub(super) fn text(&self, column: usize, row: usize) -> Option<&str> {
        self.texts.get(column)?.as_ref()?.get(row).map(String::as_str)
    }

    /// `None` without such a column; NaN where it has no number, as frames hold it.
    pub(super) fn area(&self, row: usize) -> Option<f64> {
        self.area_ha.as_ref()?.get(row).map(|area| area.unwrap_or(f64::NAN))
    }

    pub(super) fn same_shape(&self, row: usize, other: &Self, other_row: usize) -> bool {
        self.polygons.is_null(row) == other.polygons.is_null(other_row)
            && self.polygons.take([row]).view().feature(0).map(rings).collect::<Vec<_>>()
                == other.polygons.take([other_row]).view().feature(0).map(rings).collect::<Vec<_>>()
    }

    /// Columns that `now` does not have are as they were. Areas come in hectares.
    pub(super) fn changes(&self, row: usize, now: &Self, now_row: usize) -> Changes {
        let mut changes: Changes = TEXTS
            .iter()
            .enumerate()
            .filter_map(|(column, (_, field))| {
                let new = now.text(column, now_row)?;
                (self.text(column, row) != Some(new)).then(|| (*field, new.to_owned()))
            })
            .collect();
        if let Some(new) = now.area(now_row)
            && self.area(row).is_none_or(|old| old != new && !(old.is_nan() && new.is_nan()))
        {
            changes.push((Field::Area, area_field(new)));
        }
        if let Some(new) = now.other_fields.as_ref().and_then(|others| others.get(now_row)) {
            let old = self.other_fields.as_ref().and_then(|others| others.get(row)).cloned();
            if old.unwrap_or_default() != *new {
                changes.push((Field::Other, new.clone()));
            }
        }
        changes
    }
}

fn rings(polygon: sanxian_overlay::Polygon<'_>) -> Vec<Vec<[f64; 2]>> {
    polygon.rings().map(<[_]>::to_vec).collect()
}

/// An area in hectares with all its digits, nothing for NaN.
pub(super) fn area_field(area_ha: f64) -> String {
    if area_ha.is_nan() { String::new() } else { area_ha.to_string() }
}
