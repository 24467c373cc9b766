//! Cropland that came and went between two dates of a survey, on squares whose figures can be told by hand.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::result_large_err, reason = "errors end the test")]
#![allow(dead_code, reason = "the site is shared by several test programs")]

mod site;

use proptest::prelude::*;
use sanxian_compliance::{
    ComplianceError, Count, CroplandClass, CroplandExchange, Direction, OverlayTableOptions, Verdict,
    cropland_exchange,
};
use sanxian_geodesy::AreaMethod;
use sanxian_io::Layer;
use sanxian_overlay::{OnInvalid, Progress};
use site::{boxes, layer, plots};

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Strips a hectare each, from west to east.
fn survey(codes: &[&str], more: &[(&str, &[&str])]) -> Layer {
    let strips: Vec<[f64; 4]> =
        (0..codes.len()).map(|at| [at as f64 * 100.0, 0.0, at as f64 * 100.0 + 100.0, 100.0]).collect();
    let mut fields = vec![("DLBM", codes)];
    fields.extend_from_slice(more);
    layer("DLTB", boxes(&strips), &fields)
}

fn exchange(regions: &Layer, before: &Layer, after: &Layer) -> Result<CroplandExchange, ComplianceError> {
    let options = OverlayTableOptions {
        area: AreaMethod::Planar,
        sliver_width_m: 0.5,
        on_invalid: OnInvalid::Raise,
        count: Count::Each,
    };
    cropland_exchange(regions, before, after, &options, &Progress::default())
}

fn county(width: f64) -> Layer {
    plots(&[[0.0, 0.0, width, 100.0]])
}

/// Direction, class, other land, whether it counts, net hectares.
fn rows(found: &CroplandExchange) -> Vec<(Direction, CroplandClass, &str, bool, f64)> {
    let row = |row: &sanxian_compliance::ExchangeRow| (row.net_m2 / 100.0).round() / 100.0;
    found
        .rows
        .iter()
        .map(|one| (one.direction, one.class, one.other.as_str(), one.is_balanced, row(one)))
        .collect()
}

fn verdicts(found: &CroplandExchange) -> Vec<(&str, Verdict)> {
    found.balance.iter().map(|(_, row)| (row.requirement.as_str(), row.verdict)).collect()
}

#[test]
fn each_way_and_each_kind_of_land_has_its_row_and_built_land_does_not_count() -> Outcome {
    let before = survey(
        &["0101", "0103", "0103", "0201", "1202", "0103", "0102"],
        &[("KCXS", &["0", "0.1", "", "", "", "", "0"]), ("GDDB", &["5", "9", "9", "", "", "9", "7"])],
    );
    let after = survey(
        &["0301", "0202", "0702", "0102", "0103", "1006", "0103"],
        &[("KCXS", &["", "", "", "0.2", "0", "", "0"]), ("GDDB", &["", "", "", "7", "9", "", "9"])],
    );
    let found = exchange(&county(700.0), &before, &after)?;
    assert_eq!(
        rows(&found),
        [
            (Direction::Out, CroplandClass::Paddy, "forest", true, 1.0),
            (Direction::Out, CroplandClass::Dry, "garden", true, 0.9),
            (Direction::Out, CroplandClass::Dry, "not_agricultural", false, 1.0),
            (Direction::Out, CroplandClass::Dry, "other_agricultural", true, 1.0),
            (Direction::In, CroplandClass::Irrigated, "garden", true, 0.8),
            (Direction::In, CroplandClass::Dry, "other_agricultural", true, 1.0),
        ],
        "irrigated land that became dry land is no exchange"
    );
    // 2.9 ha went out, 1.8 ha came in; the paddy land is not made good; of grade 5 one hectare is missing.
    assert!(verdicts(&found).iter().all(|(_, verdict)| *verdict == Verdict::NotCompliant));
    assert!(
        found.balance.first().unwrap().1.message.contains("流出2.9000公顷，补足1.8000公顷，尚缺1.1000公顷")
    );
    assert_eq!(found.pieces.len(), 6);
    Ok(())
}

#[test]
fn as_much_and_as_good_balances_and_an_unknown_grade_cannot_be_judged() -> Outcome {
    let grades: &[(&str, &[&str])] = &[("GDDB", &["9", "8"])];
    let (before, after) = (survey(&["0103", "0301"], grades), survey(&["0301", "0103"], grades));
    let found = exchange(&county(200.0), &before, &after)?;
    let all =
        [("quantity", Verdict::Compliant), ("paddy", Verdict::Compliant), ("grade", Verdict::Compliant)];
    assert_eq!(verdicts(&found), all);
    let found = exchange(&county(200.0), &before, &survey(&["0301", "0103"], &[]))?;
    assert_eq!(verdicts(&found).last(), Some(&("grade", Verdict::CannotBeJudged)));
    Ok(())
}

#[test]
fn each_county_is_balanced_for_itself() -> Outcome {
    let counties = plots(&[[0.0, 0.0, 100.0, 100.0], [100.0, 0.0, 200.0, 100.0]]);
    let (before, after) = (survey(&["0103", "0301"], &[]), survey(&["0301", "0103"], &[]));
    let found = exchange(&counties, &before, &after)?;
    let quantity: Vec<_> = found
        .balance
        .iter()
        .filter(|(_, row)| row.requirement == "quantity")
        .map(|(region, row)| (region.as_str(), row.verdict))
        .collect();
    assert_eq!(quantity, [("1", Verdict::NotCompliant), ("2", Verdict::Compliant)]);
    Ok(())
}

#[test]
fn land_that_the_other_date_does_not_cover_is_listed_and_not_counted() -> Outcome {
    let found = exchange(&county(200.0), &survey(&["0103", "0103"], &[]), &survey(&["0103"], &[]))?;
    assert_eq!(rows(&found), [(Direction::Out, CroplandClass::Dry, "not_surveyed", false, 1.0)]);
    assert!(found.balance.iter().all(|(_, row)| row.verdict == Verdict::Compliant));
    Ok(())
}

#[test]
fn a_survey_without_its_field_of_classes_is_named() {
    let bare = layer("DLTB_2023", boxes(&[[0.0, 0.0, 100.0, 100.0]]), &[]);
    let error = exchange(&county(100.0), &survey(&["0103"], &[]), &bare).unwrap_err().to_string();
    assert!(error.contains("DLBM") && error.contains("DLTB_2023"), "{error}");
}

const CODES: [&str; 8] = ["0101", "0102", "0103", "0201K", "0305", "0404", "0702", "1202"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_was_less_what_went_and_with_what_came_is_what_there_is(
        patches in prop::collection::vec((0_usize..8, 0_usize..8), 1..12),
    ) {
        let codes = |of: fn(&(usize, usize)) -> usize| -> Vec<&str> { patches.iter().map(|pair| CODES[of(pair)]).collect() };
        let (was, is) = (codes(|pair| pair.0), codes(|pair| pair.1));
        let found = exchange(&county(patches.len() as f64 * 100.0), &survey(&was, &[]), &survey(&is, &[])).unwrap();
        let cropland = |codes: &[&str]| codes.iter().filter(|code| code.starts_with("01")).count() as f64;
        let sum = |direction| found.rows.iter().filter(|row| row.direction == direction).map(|row| row.net_m2 / 1e4).sum::<f64>();
        let after = cropland(&was) - sum(Direction::Out) + sum(Direction::In);
        prop_assert!((after - cropland(&is)).abs() < 1e-6);
        // The other way round in time, what came is what went.
        let back = exchange(&county(patches.len() as f64 * 100.0), &survey(&is, &[]), &survey(&was, &[])).unwrap();
        let gone: f64 = back.rows.iter().filter(|row| row.direction == Direction::Out).map(|row| row.net_m2 / 1e4).sum();
        prop_assert!((gone - sum(Direction::In)).abs() < 1e-6);
    }
}
