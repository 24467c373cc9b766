//! Whatever the rectangles: parts make wholes, in every table and in both areas.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(dead_code, reason = "the site is shared by several test programs")]

mod site;

use proptest::prelude::*;
use site::*;

/// A corner on the millimetre grid, as surveyed coordinates are.
fn corner(most_m: i32) -> impl Strategy<Value = f64> {
    (0..most_m * 1000).prop_map(|millimetres| f64::from(millimetres) / 1000.0)
}

fn rectangle(most_m: i32, least_side_m: f64) -> impl Strategy<Value = Box4> {
    (corner(most_m), corner(most_m), corner(most_m), corner(most_m))
        .prop_map(move |(x, y, width, height)| [x, y, x + width + least_side_m, y + height + least_side_m])
}

/// Plots apart from each other, side by side in columns 1 km wide.
fn site_plots() -> impl Strategy<Value = Vec<Box4>> {
    let plot = rectangle(400, 1.0).prop_map(|[x0, y0, x1, y1]| [x0, y0, x1.min(999.0), y1]);
    prop::collection::vec(plot, 1..6).prop_map(|plots| {
        let shifted = plots.into_iter().zip(0..).map(|([x0, y0, x1, y1], column)| {
            let east = f64::from(column) * 1000.0;
            [x0 + east, y0, x1 + east, y1]
        });
        shifted.collect()
    })
}

/// A survey without gaps: the site cut at some eastings and northings, with ownership codes in turn.
fn survey(cuts_x: &[f64], cuts_y: &[f64]) -> (Vec<Box4>, Vec<&'static str>) {
    let lines = |cuts: &[f64], most: f64| {
        let mut lines = vec![-10.0];
        lines.extend_from_slice(cuts);
        lines.push(most);
        lines.sort_by(f64::total_cmp);
        lines.dedup();
        lines
    };
    let (eastings, northings) = (lines(cuts_x, 7000.0), lines(cuts_y, 2000.0));
    let mut patches = Vec::new();
    for columns in eastings.windows(2) {
        for rows in northings.windows(2) {
            patches.push([columns[0], rows[0], columns[1], rows[1]]);
        }
    }
    let codes = (0..patches.len()).map(|patch| ["10", "30", "20", "40"][patch * 7 % 4]).collect();
    (patches, codes)
}

/// In units of the last decimal, which binary sums miss by dust.
fn units(figure: f64, decimals: i32) -> i64 {
    (figure * 10_f64.powi(decimals)).round() as i64
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn tables_close(
        rectangles in site_plots(),
        cuts_x in prop::collection::vec(corner(6000), 0..8),
        cuts_y in prop::collection::vec(corner(800), 0..4),
        fields in prop::collection::vec(rectangle(5000, 0.5), 0..6),
        is_ellipsoidal in any::<bool>(),
    ) {
        let mut input = input(plots(&rectangles));
        if is_ellipsoidal {
            input.settings.area = sanxian_geodesy::AreaMethod::Ellipsoidal;
        }
        let (patches, owners) = survey(&cuts_x, &cuts_y);
        input.land_use = Some(layer("DLTB", boxes(&patches), &[("QSXZ", &owners)]).into());
        input.settings.ownership_field = Some("QSXZ".to_owned());
        input.layers = vec![farmland(&fields), boundary(&[([0.0, 0.0, 3000.0, 500.0], "城镇集中建设区"), ([3000.0, 0.0, 7000.0, 300.0], "特别用途区")])];
        let report = run(&input, &["national-2020"]);

        for code in ["remainder_does_not_close", "land_use_does_not_tile", "ownership_unknown"] {
            prop_assert!(!codes(&report).contains(&code), "{code}");
        }
        // Collective and state land make the plot, plot by plot, and the rows make the totals.
        let area = numbers(&report, "plots", "area_ha");
        let collective = numbers(&report, "plots", "collective_ha");
        let state = numbers(&report, "plots", "state_ha");
        for plot in 0..area.len() {
            prop_assert_eq!(units(collective[plot], 2) + units(state[plot], 2), units(area[plot], 2));
        }
        let totals = numbers(&report, "totals", "computed_ha");
        for (total, column) in totals.iter().zip([&area, &collective, &state]) {
            prop_assert_eq!(units(*total, 2), column.iter().map(|row| units(*row, 2)).sum::<i64>());
        }
        // No plot is overlapped by more than itself, and rules' areas are those of their rows unless rows overlap each other.
        let plot_m2 = numbers(&report, "plots", if is_ellipsoidal { "ellipsoidal_area_m2" } else { "planar_area_m2" });
        let covered = numbers(&report, "overlaps_by_layer", "area_m2");
        prop_assert!(covered.iter().all(|area| *area <= plot_m2.iter().sum::<f64>() * (1.0 + 1e-9)));
        let zone = &report.rules[1];
        let rows: i64 = (0..texts(&report, "encroachments", "rule_id").len())
            .filter(|&row| texts(&report, "encroachments", "rule_id")[row] == zone.rule.id && texts(&report, "encroachments", "relation")[row] == "outside")
            .map(|row| units(numbers(&report, "encroachments", if is_ellipsoidal { "ellipsoidal_area_m2" } else { "planar_area_m2" })[row], 6))
            .sum();
        prop_assert!((units(zone.area_m2.unwrap_or_default(), 6) - rows).abs() <= 1 + rows / 1_000_000_000 + 4);
        // Outside and inside make the plots.
        let inside: f64 = plot_m2.iter().sum::<f64>() - zone.area_m2.unwrap_or_default();
        let expected: f64 = rectangles
            .iter()
            .map(|plot| {
                let width = (plot[2].min(3000.0) - plot[0]).max(0.0);
                let height = (plot[3].min(500.0) - plot[1]).max(0.0);
                width * height
            })
            .sum();
        if !is_ellipsoidal {
            prop_assert!((inside - expected).abs() < 1e-3 + expected * 1e-9, "{inside} {expected}");
        }
    }
}
