//! The statutory tables: by hand on squares, and closing whatever comes in.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(dead_code, reason = "the site is shared by several test programs")]

mod site;

use arrow_array::{Array, Float64Array, Int64Array, StringArray};
use proptest::prelude::*;
use sanxian_compliance::{CheckInput, LandClassSettings, Project, Projects, PublicInterest, Report};
use sanxian_geodesy::round_half_away;
use sanxian_io::Layer;
use site::*;

const PLOT: Box4 = [0.0, 0.0, 100.0, 100.0];

fn classes(classification: &str) -> LandClassSettings {
    LandClassSettings {
        classification: classification.to_owned(),
        field: "DLBM".to_owned(),
        ridge_field: None,
    }
}

/// A survey: rectangle, code, owner, ridge coefficient.
fn survey(rows: &[(Box4, &str, &str, &str)]) -> Layer {
    let rectangles: Vec<Box4> = rows.iter().map(|row| row.0).collect();
    let (codes, owners, ridges): (Vec<&str>, Vec<&str>, Vec<&str>) = (
        rows.iter().map(|row| row.1).collect(),
        rows.iter().map(|row| row.2).collect(),
        rows.iter().map(|row| row.3).collect(),
    );
    layer("DLTB", boxes(&rectangles), &[("DLBM", &codes), ("QSXZ", &owners), ("KCXS", &ridges)])
}

fn with_survey(mut input: CheckInput, survey: Layer, classification: &str) -> CheckInput {
    input.land_use = Some(survey.into());
    input.settings.ownership_field = Some("QSXZ".to_owned());
    input.settings.land_classes = Some(classes(classification));
    input
}

/// Rows of a table as (key columns joined, numbers of the columns).
fn rows(report: &Report, table: &str, keys: &[&str], columns: &[&str]) -> Vec<(String, Vec<f64>)> {
    let keys: Vec<Vec<String>> = keys.iter().map(|key| texts(report, table, key)).collect();
    let columns: Vec<Vec<f64>> = columns.iter().map(|column| numbers(report, table, column)).collect();
    let count = keys.first().map_or(0, Vec::len);
    (0..count)
        .map(|row| {
            let key: Vec<&str> = keys.iter().map(|key| key[row].as_str()).collect();
            (key.join("/"), columns.iter().map(|column| column[row]).collect())
        })
        .collect()
}

#[test]
fn land_is_told_by_class_and_owner_and_ridges_are_deducted() {
    let input = with_survey(
        input(plots(&[PLOT])),
        survey(&[
            // Half the plot, reaching beyond it: the coefficient counts. 0.5 ha less a tenth.
            ([-100.0, 0.0, 50.0, 100.0], "0103", "30", "0.1"),
            ([50.0, 0.0, 80.0, 100.0], "0301", "30", "0"),
            ([80.0, 0.0, 90.0, 100.0], "1003", "20", "0"),
            ([90.0, 0.0, 100.0, 100.0], "0404", "20", "0"),
        ]),
        "survey-3",
    );
    let report = run(&input, &["national-2020"]);
    let columns = [
        "total_ha",
        "agricultural_ha",
        "cropland_ha",
        "dry_ha",
        "ridge_ha",
        "forest_ha",
        "construction_ha",
        "unused_ha",
    ];
    assert_eq!(
        rows(&report, "land_use", &["plot_id", "ownership"], &columns),
        [
            ("1/集体".to_owned(), vec![0.8, 0.8, 0.45, 0.45, 0.05, 0.3, 0.0, 0.0]),
            ("1/国有".to_owned(), vec![0.2, 0.0, 0.0, 0.0, 0.0, 0.0, 0.1, 0.1]),
            ("1/小计".to_owned(), vec![1.0, 0.8, 0.45, 0.45, 0.05, 0.3, 0.1, 0.1]),
            ("合计/集体".to_owned(), vec![0.8, 0.8, 0.45, 0.45, 0.05, 0.3, 0.0, 0.0]),
            ("合计/国有".to_owned(), vec![0.2, 0.0, 0.0, 0.0, 0.0, 0.0, 0.1, 0.1]),
            ("合计/合计".to_owned(), vec![1.0, 0.8, 0.45, 0.45, 0.05, 0.3, 0.1, 0.1]),
        ]
    );
    let names = texts(&report, "characteristics", "name");
    let values = texts(&report, "characteristics", "value");
    let value = |name: &str| values[names.iter().position(|known| known == name).unwrap()].as_str();
    assert_eq!(value("权属性质"), "国有0.20公顷，集体0.80公顷");
    assert_eq!((value("占用耕地面积"), value("占用耕地比例")), ("0.45", "45.00"));
    assert_eq!(value("公益性用地面积"), "");
}

#[test]
fn a_code_of_another_vintage_belongs_to_no_class_and_the_table_it_is_in_is_named() {
    let patches =
        [([0.0, 0.0, 50.0, 100.0], "013", "30", "0"), ([50.0, 0.0, 100.0, 100.0], "0301", "30", "0")];
    let report = run(&with_survey(input(plots(&[PLOT])), survey(&patches), "survey-3"), &["national-2020"]);
    let found = report.findings.iter().find(|found| found.finding.code == "land_class_unknown").unwrap();
    assert_eq!(
        found.finding.message,
        "地类代码“013”不在第三次全国国土调查的代码表中，涉及1块、0.5000公顷，不能归入三大类；该代码见于第二次全国土地调查，请核对图层所用的分类版本"
    );
    assert_eq!(numbers(&report, "land_use", "unclassified_ha")[0], 0.5);
    // The code 1001 is a railway in one classification and industry in another: only the declaration tells.
    let patches = [(PLOT, "1001", "20", "0")];
    let report = run(&with_survey(input(plots(&[PLOT])), survey(&patches), "survey-2"), &["national-2020"]);
    assert!(codes(&report).contains(&"land_class_unknown"));
    // Rules about cropland then cannot be judged, and a survey that says nothing of its classification gives no cropland either.
    let mut input = with_survey(input(plots(&[PLOT])), survey(&[(PLOT, "013", "30", "0")]), "survey-3");
    let rule = "xinzhou-measures-2022.cropland-balance";
    let report = run(&input, &["xinzhou-measures-2022"]);
    assert_eq!(ruling(&report, rule).0, "cannot_be_judged");
    assert!(codes(&report).contains(&"cropland_unknown"));
    input.settings.land_classes = None;
    let report = run(&input, &["xinzhou-measures-2022"]);
    assert_eq!(ruling(&report, rule).0, "cannot_be_judged");
    assert!(codes(&report).contains(&"land_classes_not_declared"));
    // Declared rightly, the survey is the layer.
    input.settings.land_classes = Some(classes("survey-2"));
    assert_eq!(ruling(&run(&input, &["xinzhou-measures-2022"]), rule).0, "conditional");
}

#[test]
fn a_survey_without_ridges_is_pointed_at() {
    let bare = layer("DLTB", boxes(&[PLOT]), &[("DLBM", &["0103"]), ("QSXZ", &["30"])]);
    let report = run(&with_survey(input(plots(&[PLOT])), bare, "survey-3"), &["national-2020"]);
    assert!(codes(&report).contains(&"ridge_field_missing"));
    let odd = survey(&[(PLOT, "0103", "30", "7.65")]);
    let report = run(&with_survey(input(plots(&[PLOT])), odd, "survey-3"), &["national-2020"]);
    assert!(codes(&report).contains(&"ridge_coefficient_unusable"));
}

fn project(name: &str, plot: &str, class: Option<&str>, years: &[(i32, f64)]) -> Project {
    Project {
        name: name.to_owned(),
        plot: Some(plot.to_owned()),
        public_interest: class.map_or(PublicInterest::No, |class| PublicInterest::Class(class.to_owned())),
        function: Some(format!("{name}功能")),
        area_ha: None,
        years: years.to_vec(),
        line: 2,
    }
}

#[test]
fn uses_projects_and_years_make_the_three_tables() {
    let mut input = input(plots(&[PLOT, [200.0, 0.0, 300.0, 100.0]]));
    input.uses = Some(uses(&[
        ([0.0, 0.0, 40.0, 100.0], "1", "road"),
        ([40.0, 0.0, 100.0, 100.0], "1", "works"),
        ([200.0, 0.0, 260.0, 100.0], "2", "road"),
    ]));
    let rows_of_projects = vec![
        project("road", "1", Some("B"), &[(2021, 0.4)]),
        project("works", "1", None, &[(2021, 0.1), (2022, 0.3)]),
        project("road", "2", Some("B"), &[(2022, 0.6)]),
    ];
    input.projects = Some(Projects { rows: rows_of_projects, path: None, encoding: None, file: None });
    let report = run(&input, &["national-2020"]);
    assert_eq!(
        rows(
            &report,
            "public_projects",
            &["project", "plots", "public_interest_class"],
            &["area_ha", "share"]
        ),
        [("road/1、2/B".to_owned(), vec![1.0, 0.5]), ("合计//".to_owned(), vec![1.0, 0.5])]
    );
    let columns = ["area_ha", "y2021_ha", "y2021_share", "y2022_ha", "y2022_share", "unscheduled_ha"];
    let schedule = rows(&report, "schedule", &["project", "plot_id"], &columns);
    assert_eq!(schedule[0], ("road/1".to_owned(), vec![0.4, 0.4, 1.0, 0.0, 0.0, 0.0]));
    assert_eq!(schedule[1].1[0..2], [0.6, 0.1]);
    assert_eq!(schedule[1].1[5], 0.2);
    assert_eq!(schedule[3], ("合计/".to_owned(), vec![1.6, 0.5, 0.3125, 0.9, 0.5625, 0.2]));
    // The second plot has land without a use.
    assert_eq!(
        rows(&report, "plot_uses", &["plot_id", "use_name", "function"], &["area_ha"]),
        [
            ("1/road/road功能".to_owned(), vec![0.4]),
            ("1/works/works功能".to_owned(), vec![0.6]),
            ("1/地块小计/".to_owned(), vec![1.0]),
            ("2/road/road功能".to_owned(), vec![0.6]),
            ("2/未列用途/".to_owned(), vec![0.4]),
            ("2/地块小计/".to_owned(), vec![1.0]),
            ("合计/合计/".to_owned(), vec![2.0]),
        ]
    );
    assert_eq!(
        rows(&report, "plot_summary", &["plot_id"], &["area_ha", "y2021_ha", "y2022_ha", "scheduled_ha"]),
        [
            ("1".to_owned(), vec![1.0, 0.5, 0.3, 0.8]),
            ("2".to_owned(), vec![1.0, 0.0, 0.6, 0.6]),
            ("合计".to_owned(), vec![2.0, 0.5, 0.9, 1.4]),
        ]
    );
    let names = texts(&report, "characteristics", "name");
    let values = texts(&report, "characteristics", "value");
    let value = |name: &str| values[names.iter().position(|known| known == name).unwrap()].as_str();
    assert_eq!(value("年度实施计划"), "2021年0.50公顷，2022年0.90公顷");
    assert_eq!((value("建设期"), value("方案年度计划第二年完成率")), ("2", "45.00"));
    assert_eq!(names.len(), 23);
}

/// In units of the last decimal, which binary sums miss by dust.
fn units(figure: f64) -> i64 {
    (figure * 100.0).round() as i64
}

/// Columns of hectares of a table.
fn hectares(report: &Report, table: &str) -> Vec<(String, Vec<i64>)> {
    let batch = report.table(table).unwrap();
    let schema = batch.schema();
    let fields = schema.fields().iter().zip(batch.columns());
    fields
        .filter(|(field, _)| field.name().ends_with("_ha"))
        .map(|(field, column)| {
            let column = column.as_any().downcast_ref::<Float64Array>().unwrap();
            (field.name().clone(), column.iter().map(|value| value.map_or(0, units)).collect())
        })
        .collect()
}

fn corner(most: u32) -> impl Strategy<Value = f64> {
    // Odd centimetres, so that areas do not end at hundredths of a hectare.
    (0..most).prop_map(|step| f64::from(step) + 0.37)
}

/// Row/column and units of what closing moved in one table.
fn moved_of(report: &Report, table: &str) -> Vec<(String, i64)> {
    let closing = report.table("closing").unwrap();
    let units = closing.column_by_name("moved_units").unwrap().as_any().downcast_ref::<Int64Array>().unwrap();
    let (tables, rows, columns) = (
        texts(report, "closing", "table"),
        texts(report, "closing", "row"),
        texts(report, "closing", "column"),
    );
    let of_table = (0..tables.len()).filter(|&at| tables[at] == table);
    of_table.map(|at| (format!("{}/{}", rows[at], columns[at]), units.value(at))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_table_closes_in_both_directions(
        widths in prop::collection::vec(corner(180), 1..6),
        cuts in prop::collection::vec(corner(900), 0..9),
        years in prop::collection::vec((0.0..0.7f64, 0.0..0.7f64), 6),
        gap in prop::bool::ANY,
    ) {
        let rectangles: Vec<Box4> =
            widths.iter().zip(0..).map(|(width, at)| [f64::from(at) * 200.0, 0.0, f64::from(at) * 200.0 + width + 1.0, 83.0]).collect();
        let mut lines = vec![if gap { 3.0 } else { -10.0 }];
        lines.extend(cuts.iter().copied());
        lines.push(1300.0);
        lines.sort_by(f64::total_cmp);
        lines.dedup();
        let codes = ["0101", "0102", "0103", "0201", "0301", "0401", "1104", "0701", "1101", "9999"];
        let owners = ["10", "30", "20", "40", "??"];
        let patches: Vec<(Box4, &str, &str, &str)> = lines
            .windows(2)
            .enumerate()
            .map(|(at, pair)| ([pair[0], -5.0, pair[1], 100.0], codes[at * 3 % 10], owners[at * 7 % 5], "0.0765"))
            .collect();
        let mut input = with_survey(input(plots(&rectangles)), survey(&patches), "survey-3");
        let halves: Vec<(Box4, String, &str)> = rectangles
            .iter()
            .enumerate()
            .flat_map(|(at, [x0, y0, x1, y1])| {
                let plot = (at + 1).to_string();
                [([*x0, *y0, *x1, 31.7], plot.clone(), "road"), ([*x0, 31.7, *x1, *y1], plot, "works")]
            })
            .collect();
        let shown: Vec<(Box4, &str, &str)> = halves.iter().map(|(at, plot, name)| (*at, plot.as_str(), *name)).collect();
        input.uses = Some(uses(&shown));
        let rows_of_projects: Vec<Project> = (1..=rectangles.len())
            .flat_map(|plot| {
                let (one, other) = years[plot % years.len()];
                [
                    project("road", &plot.to_string(), Some("B"), &[(2021, one), (2022, other)]),
                    project("works", &plot.to_string(), None, &[(2022, one * 0.333), (2023, other * 0.777)]),
                ]
            })
            .collect();
        input.projects = Some(Projects { rows: rows_of_projects, path: None, encoding: None, file: None });
        let report = run(&input, &["national-2020"]);

        // Land use: classes make the row, owners the plot, plots the total, column by column.
        let land = hectares(&report, "land_use");
        let column = |name: &str| &land.iter().find(|(known, _)| known == name).unwrap().1;
        let leaves = ["paddy_ha", "irrigated_ha", "dry_ha", "garden_ha", "forest_ha", "grass_ha", "ridge_ha", "other_agricultural_ha", "construction_ha", "unused_ha", "unclassified_ha"];
        let (ids, owner) = (texts(&report, "land_use", "plot_id"), texts(&report, "land_use", "ownership"));
        for row in 0..ids.len() {
            let sum: i64 = leaves.iter().map(|leaf| column(leaf)[row]).sum();
            prop_assert_eq!(sum, column("total_ha")[row]);
            prop_assert_eq!(column("agricultural_ha")[row] + column("construction_ha")[row] + column("unused_ha")[row] + column("unclassified_ha")[row], sum);
        }
        for (name, column) in &land {
            for row in (0..ids.len()).filter(|&row| owner[row] == "小计" || owner[row] == "合计") {
                let parts = (0..ids.len()).filter(|&part| ids[part] == ids[row] && owner[part] != owner[row]);
                prop_assert_eq!(parts.map(|part| column[part]).sum::<i64>(), column[row], "{}", name);
            }
            let plots: i64 = (0..ids.len()).filter(|&row| owner[row] == "小计").map(|row| column[row]).sum();
            prop_assert_eq!(plots, column[ids.len() - 1], "{}", name);
        }
        // The plot's land is that of the plots' table.
        let areas: Vec<i64> = numbers(&report, "plots", "area_ha").into_iter().map(units).collect();
        let subtotals: Vec<i64> = (0..ids.len()).filter(|&row| owner[row] == "小计").map(|row| column("total_ha")[row]).collect();
        prop_assert_eq!(&subtotals, &areas);
        // Uses make the plot.
        let names = texts(&report, "plot_uses", "use_name");
        let of_plot = texts(&report, "plot_uses", "plot_id");
        let area: Vec<i64> = numbers(&report, "plot_uses", "area_ha").into_iter().map(units).collect();
        for row in (0..names.len()).filter(|&row| names[row] == "地块小计") {
            let parts = (0..names.len()).filter(|&part| of_plot[part] == of_plot[row] && part != row);
            prop_assert_eq!(parts.map(|part| area[part]).sum::<i64>(), area[row]);
        }
        // What is not plain rounding of the ground is in the list of what closing moved, and nothing else is.
        let plain = |row: usize| {
            let [x0, _, x1, _] = rectangles[of_plot[row].parse::<usize>().unwrap() - 1];
            let depth = if names[row] == "road" { 31.7 } else { 83.0 - 31.7 };
            units(round_half_away((x1 - x0) * depth / 1e4, 2))
        };
        let moved_uses: Vec<(String, i64)> = (0..names.len())
            .filter(|&row| names[row] == "road" || names[row] == "works")
            .map(|row| (format!("{}/{}", of_plot[row], names[row]), area[row] - plain(row)))
            .filter(|(_, moved)| *moved != 0)
            .collect();
        prop_assert_eq!(moved_of(&report, "plot_uses"), moved_uses);
        // Years and what is left make the project, projects the total, and plots of the summary the same.
        let schedule = hectares(&report, "schedule");
        let count = schedule[0].1.len();
        for row in 0..count {
            let sum: i64 = schedule.iter().filter(|(name, _)| name != "area_ha").map(|(_, column)| column[row]).sum();
            prop_assert_eq!(sum, schedule[0].1[row]);
        }
        for (name, column) in &schedule {
            prop_assert_eq!(column[..count - 1].iter().sum::<i64>(), column[count - 1], "{}", name);
        }
        let summary = hectares(&report, "plot_summary");
        for (name, column) in &summary {
            let last = column.len() - 1;
            if name != "collective_ha" && name != "state_ha" {
                prop_assert_eq!(column[..last].iter().sum::<i64>(), column[last], "{}", name);
            }
            if let Some((_, of_schedule)) = schedule.iter().find(|(known, _)| known == name && name.starts_with('y')) {
                prop_assert_eq!(column[last], of_schedule[count - 1]);
            }
        }
        // The characteristics repeat the tables, they do not compute beside them.
        let (names, values) = (texts(&report, "characteristics", "name"), texts(&report, "characteristics", "value"));
        let value = |wanted: &str| &values[names.iter().position(|name| name == wanted).unwrap()];
        let hundredths = |text: &str| units(text.parse().unwrap());
        prop_assert_eq!(hundredths(value("开发面积")), areas.iter().sum::<i64>());
        if column("unclassified_ha")[ids.len() - 1] == 0 && !value("占用耕地面积").is_empty() {
            prop_assert_eq!(hundredths(value("占用耕地面积")), column("cropland_ha")[ids.len() - 1]);
        }
        // Public-interest land is that of the plots.
        let public = numbers(&report, "public_projects", "public_interest_ha");
        let of_plots: i64 = numbers(&report, "plots", "public_interest_ha").into_iter().map(units).sum();
        prop_assert_eq!(units(public[public.len() - 1]), of_plots);
        prop_assert_eq!(public[..public.len() - 1].iter().map(|value| units(*value)).sum::<i64>(), of_plots);
        // What was moved is whole units, and said where.
        let closing = report.table("closing").unwrap();
        let tables = closing.column_by_name("table").unwrap().as_any().downcast_ref::<StringArray>().unwrap();
        prop_assert!(tables.iter().all(|table| ["land_use", "plot_uses", "public_projects", "schedule"].contains(&table.unwrap())));
    }
}

#[test]
fn boundary_points_have_seven_and_eight_digits_and_sides_to_the_next_point() {
    let mut shape = sanxian_overlay::PolygonSet::default();
    let outer = ring([0.0, 0.0, 100.0, 50.0]);
    let mut hole = ring([10.0, 10.0, 20.0, 20.0]);
    hole.reverse();
    shape.push_feature([[outer.as_slice(), hole.as_slice()]]);
    let report = run(
        &input(layer("plots", shape, &[("plot_id", &["7"]), ("plot_name", &["东地块"])])),
        &["national-2020"],
    );
    assert_eq!(texts(&report, "coordinates", "plot_name"), ["东地块"; 10]);
    assert_eq!(
        texts(&report, "coordinates", "point"),
        ["J1", "J2", "J3", "J4", "J1", "J5", "J6", "J7", "J8", "J5"]
    );
    let (x, y) = (numbers(&report, "coordinates", "x_m"), numbers(&report, "coordinates", "y_m"));
    assert!(x.iter().all(|x| (1e6..1e7).contains(x)) && y.iter().all(|y| (1e7..1e8).contains(y)));
    assert_eq!((x[0], y[0], x[2], y[2]), (NORTHING_M, EASTING_M, NORTHING_M + 50.0, EASTING_M + 100.0));
    let sides = numbers(&report, "coordinates", "side_m");
    assert_eq!(sides[..4], [100.0, 50.0, 100.0, 50.0]);
    assert_eq!(sides[5..9], [10.0; 4]);
    assert!(sides[4].is_nan() && sides[9].is_nan());
    assert_eq!(numbers(&report, "coordinates", "area_ha"), [0.49; 10]);
}
