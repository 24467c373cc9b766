use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use sanxian_io::{BoundaryPoint, BoundaryPoints, Finding};

use crate::check::finding::Findings;
use crate::check::measure::Meter;
use crate::check::plots::{Plot, PlotSet};
use crate::columns::Columns;

/// Decimals of coordinates. The guidelines fix the digits before the point and the side lengths' decimals; three is what tables have.
const DECIMALS: u16 = 3;

/// 坐标成果表: the boundary points of each plot, ring by ring, with X, Y and side length; the rows of
/// [`sanxian_io::write_coordinate_table`]. `None`, with a finding, when the CRS is no Gauss-Krüger zone.
pub(super) fn coordinates_table(
    plots: &PlotSet,
    meter: &Meter,
    findings: &mut Findings,
) -> Result<Option<RecordBatch>, ArrowError> {
    let Some(points) = BoundaryPoints::new(&meter.crs, DECIMALS) else {
        let message = format!("坐标系{}不是高斯—克吕格投影带，未编制坐标成果表", meter.crs.label());
        findings.add(None, Finding::warning("no_coordinate_table", message));
        return Ok(None);
    };
    let mut rows: Vec<(&Plot, BoundaryPoint)> = Vec::new();
    for (index, plot) in plots.plots.iter().enumerate() {
        match points.of_plot(plots.polygons.view(), index) {
            Ok(found) => rows.extend(found.into_iter().map(|point| (plot, point))),
            // Said of the plot already.
            Err(_) if plot.is_empty() => {}
            Err(_) => {
                let label = plot.label();
                let message = format!("{label}未列入坐标成果表：X坐标应为整数7位，Y坐标应为整数8位(含带号)");
                findings.add(None, Finding::warning("no_coordinate_table", message).of_plot(&plot.id));
            }
        }
    }
    Columns::default()
        .texts("plot_id", rows.iter().map(|row| &row.0.id))
        .texts("plot_name", rows.iter().map(|row| &row.0.name))
        .numbers("area_ha", rows.iter().map(|row| row.0.area_ha))
        .maybe_counts("ring", rows.iter().map(|row| Some(i64::from(row.1.ring))))
        .texts("point", rows.iter().map(|row| format!("J{}", row.1.number)))
        .numbers("x_m", rows.iter().map(|row| row.1.northing_m))
        .numbers("y_m", rows.iter().map(|row| row.1.easting_m))
        .maybe_numbers("side_m", rows.iter().map(|row| row.1.side_m))
        .finish()
        .map(Some)
}
