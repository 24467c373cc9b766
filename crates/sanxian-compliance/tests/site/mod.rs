//! A made-up site of squares in zone 38, to be checked in memory.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use sanxian_compliance::{
    CheckInput, CodeTables, ControlLayer, Project, Projects, PublicInterest, Report, RulePack, Settings,
    Subclass, check, load_rules,
};
use sanxian_geodesy::{AreaMethod, Crs};
use sanxian_io::Layer;
use sanxian_overlay::{PolygonSet, Progress};

/// South-west corner of the site, in EPSG:4526.
pub(crate) const EASTING_M: f64 = 38_474_000.0;
pub(crate) const NORTHING_M: f64 = 4_250_000.0;

/// A rectangle `[min_x, min_y, max_x, max_y]` in metres from the corner of the site.
pub(crate) type Box4 = [f64; 4];

pub(crate) fn ring([min_x, min_y, max_x, max_y]: Box4) -> Vec<[f64; 2]> {
    [[min_x, min_y], [max_x, min_y], [max_x, max_y], [min_x, max_y], [min_x, min_y]]
        .map(|[x, y]| [EASTING_M + x, NORTHING_M + y])
        .to_vec()
}

pub(crate) fn boxes(boxes: &[Box4]) -> PolygonSet {
    let mut set = PolygonSet::default();
    for &rectangle in boxes {
        set.push_feature([[ring(rectangle).as_slice()]]);
    }
    set
}

pub(crate) fn crs(code: u32) -> Crs {
    Crs::from_epsg(code).unwrap()
}

/// A layer with columns of texts; an empty text is missing.
pub(crate) fn layer(name: &str, polygons: PolygonSet, columns: &[(&str, &[&str])]) -> Layer {
    let fields: Vec<Field> =
        columns.iter().map(|(name, _)| Field::new(*name, DataType::Utf8, true)).collect();
    let text = |values: &[&str]| -> StringArray {
        values.iter().map(|value| (!value.is_empty()).then(|| (*value).to_owned())).collect()
    };
    let arrays: Vec<ArrayRef> =
        columns.iter().map(|(_, values)| Arc::new(text(values)) as ArrayRef).collect();
    let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(polygons.len()));
    let batch = RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options).unwrap();
    Layer::new(name, polygons, batch, Some(crs(4526)))
}

/// Plots `1`, `2`, ... as rectangles.
pub(crate) fn plots(rectangles: &[Box4]) -> Layer {
    let ids: Vec<String> = (1..=rectangles.len()).map(|id| id.to_string()).collect();
    let names: Vec<String> = ids.iter().map(|id| format!("{id}号片区")).collect();
    let (ids, names): (Vec<&str>, Vec<&str>) =
        (ids.iter().map(String::as_str).collect(), names.iter().map(String::as_str).collect());
    layer("plots", boxes(rectangles), &[("plot_id", &ids), ("plot_name", &names)])
}

/// A check on the plane, whose figures can be told by hand.
pub(crate) fn input(plots: Layer) -> CheckInput {
    let mut settings = Settings::new("squares").unwrap();
    settings.area = AreaMethod::Planar;
    CheckInput::new(settings, plots)
}

pub(crate) fn control(role: &str, layer: Layer) -> ControlLayer {
    ControlLayer::new(CodeTables::embedded().unwrap().find_role(role).unwrap().clone(), layer)
}

pub(crate) fn farmland(rectangles: &[Box4]) -> ControlLayer {
    control("永久基本农田", layer("YJJBNTTB", boxes(rectangles), &[]))
}

/// The red line, with the value of ZRBHDFQ of each rectangle.
pub(crate) fn redline(zones: &[(Box4, &str)]) -> ControlLayer {
    let (rectangles, values): (Vec<Box4>, Vec<&str>) = zones.iter().copied().unzip();
    control("生态保护红线", layer("STBHHX", boxes(&rectangles), &[("ZRBHDFQ", &values)]))
}

/// The development boundary, with the value of GHFQMC of each rectangle.
pub(crate) fn boundary(zones: &[(Box4, &str)]) -> ControlLayer {
    let (rectangles, values): (Vec<Box4>, Vec<&str>) = zones.iter().copied().unzip();
    control("城镇开发边界", layer("CZKFBJ", boxes(&rectangles), &[("GHFQMC", &values)]))
}

pub(crate) fn subclass(field: &str, groups: &[(&str, &[&str])]) -> Subclass {
    let groups = groups
        .iter()
        .map(|(id, values)| ((*id).to_owned(), values.iter().map(|&value| value.to_owned()).collect()));
    Subclass { field: field.to_owned(), groups: groups.collect() }
}

/// Uses: rectangle, plot, project.
pub(crate) fn uses(rows: &[(Box4, &str, &str)]) -> Layer {
    let rectangles: Vec<Box4> = rows.iter().map(|row| row.0).collect();
    let plots: Vec<&str> = rows.iter().map(|row| row.1).collect();
    let projects: Vec<&str> = rows.iter().map(|row| row.2).collect();
    let columns = [("PlotName", &plots[..]), ("PurName", &projects), ("ProjList", &projects)];
    layer("uses", boxes(&rectangles), &columns)
}

/// Projects: name, plot, class (`-` none, empty not stated).
pub(crate) fn projects(rows: &[(&str, &str, &str)]) -> Projects {
    let rows = rows.iter().zip(2..).map(|(&(name, plot, class), line)| Project {
        name: name.to_owned(),
        plot: (!plot.is_empty()).then(|| plot.to_owned()),
        public_interest: match class {
            "" => PublicInterest::NotStated,
            "-" => PublicInterest::No,
            class => PublicInterest::Class(class.to_owned()),
        },
        function: None,
        area_ha: None,
        years: Vec::new(),
        line,
    });
    Projects { rows: rows.collect(), path: None, encoding: None, file: None }
}

pub(crate) fn packs(ids: &[&str]) -> Vec<RulePack> {
    load_rules(ids, &[] as &[&str]).unwrap()
}

pub(crate) fn run(input: &CheckInput, ids: &[&str]) -> Report {
    check(input.clone(), &packs(ids), &Progress::default()).unwrap()
}

/// A column of texts of a report's table.
pub(crate) fn texts(report: &Report, table: &str, column: &str) -> Vec<String> {
    let batch = report.table(table).unwrap();
    let array = batch.column_by_name(column).unwrap().as_any().downcast_ref::<StringArray>().unwrap();
    array.iter().map(|value| value.unwrap_or_default().to_owned()).collect()
}

/// A column of numbers of a report's table; missing is NaN.
pub(crate) fn numbers(report: &Report, table: &str, column: &str) -> Vec<f64> {
    let batch = report.table(table).unwrap();
    let array = batch.column_by_name(column).unwrap().as_any().downcast_ref::<Float64Array>().unwrap();
    array.iter().map(|value| value.unwrap_or(f64::NAN)).collect()
}

/// Verdict and message of the rule whose id ends so.
pub(crate) fn ruling<'a>(report: &'a Report, rule: &str) -> (&'static str, &'a str) {
    let outcome = report.rules.iter().find(|outcome| outcome.rule.id.ends_with(rule)).unwrap();
    (outcome.verdict.as_str(), &outcome.message)
}

/// Codes of the findings.
pub(crate) fn codes(report: &Report) -> Vec<&'static str> {
    report.findings.iter().map(|found| found.finding.code).collect()
}
