//! The columns of plots that are written: numbers, names, uses, declared areas.

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::DataType;

use crate::error::WriteObstacle;

/// The columns that files of boundary points have a place for.
pub(crate) struct PlotColumns {
    pub(crate) id: ArrayRef,
    pub(crate) texts: [(&'static str, Option<ArrayRef>); 4],
    pub(crate) area_ha: Option<ArrayRef>,
}

impl PlotColumns {
    /// The columns that are written, as plain strings and doubles: frames bring large strings, views and integers.
    pub(crate) fn of(attributes: &RecordBatch) -> Result<Self, WriteObstacle> {
        let cast = |name: &'static str, to: DataType| {
            let wrong_type = |found: &DataType| {
                let (column, data_type) = (name.to_owned(), found.to_string());
                WriteObstacle::ColumnType { column, data_type }
            };
            match attributes.column_by_name(name) {
                None => Ok(None),
                Some(column) if to == DataType::Float64 && !is_number(column.data_type()) => {
                    Err(wrong_type(column.data_type()))
                }
                Some(column) => {
                    arrow_cast::cast(column, &to).map(Some).map_err(|_| wrong_type(column.data_type()))
                }
            }
        };
        Ok(Self {
            id: cast("plot_id", DataType::Utf8)?.ok_or(WriteObstacle::NoColumn { column: "plot_id" })?,
            texts: [
                ("plot_name", cast("plot_name", DataType::Utf8)?),
                ("map_sheet", cast("map_sheet", DataType::Utf8)?),
                ("use", cast("use", DataType::Utf8)?),
                ("land_class", cast("land_class", DataType::Utf8)?),
            ],
            area_ha: cast("declared_area_ha", DataType::Float64)?,
        })
    }
}

/// A column of nothing but nulls is a number too.
fn is_number(data_type: &DataType) -> bool {
    data_type.is_numeric() || *data_type == DataType::Null
}
