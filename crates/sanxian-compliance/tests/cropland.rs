//! Cropland taken, balance, quotas and expandable space, on squares whose figures can be told by hand.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::result_large_err, reason = "errors end the test")]
#![allow(dead_code, reason = "the site is shared by several test programs")]

mod site;

use sanxian_compliance::{
    CroplandClass, CroplandOccupation, Supplement, Verdict, cropland_balance, cropland_occupation,
    expandable_space, quota_ledger,
};
use sanxian_geodesy::AreaMethod;
use sanxian_io::Layer;
use sanxian_overlay::{OnInvalid, Progress};
use site::{boxes, layer, plots};

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Ten metres deep strips: paddy of grade 5, irrigated land of grade 7 with a tenth of ridges, dry land of grade 9, a village.
fn survey(fields: &[(&str, &[&str])]) -> Layer {
    let strips: Vec<[f64; 4]> =
        (0..4).map(|at| [f64::from(at) * 100.0, 0.0, f64::from(at) * 100.0 + 100.0, 100.0]).collect();
    layer("DLTB", boxes(&strips), fields)
}

fn with_grades() -> Layer {
    survey(&[
        ("DLBM", &["0101", "0102", "0103", "0702"]),
        ("KCXS", &["0", "0.1", "", ""]),
        ("GDDB", &["5", "7", "9", ""]),
    ])
}

fn occupied(survey: &Layer) -> Result<CroplandOccupation, sanxian_compliance::ComplianceError> {
    // All of the paddy land, half of the irrigated, all of the dry land, some of the village; two plots that overlap.
    let plots = plots(&[[0.0, 0.0, 150.0, 100.0], [100.0, 0.0, 150.0, 100.0], [200.0, 0.0, 320.0, 100.0]]);
    let farmland = layer("YJJBNTTB", boxes(&[[50.0, 0.0, 125.0, 100.0], [90.0, 0.0, 125.0, 100.0]]), &[]);
    cropland_occupation(
        &plots,
        survey,
        Some(&farmland),
        AreaMethod::Planar,
        OnInvalid::Raise,
        &Progress::default(),
    )
}

fn near(value: f64, expected: f64) -> bool {
    (value - expected).abs() < 1e-6
}

#[test]
fn cropland_is_told_by_class_and_grade_with_its_ridges_deducted() -> Outcome {
    let occupation = occupied(&with_grades())?;
    let rows: Vec<_> = occupation
        .rows
        .iter()
        .map(|row| (row.class, row.grade.as_deref().unwrap_or(""), row.gross_m2.round()))
        .collect();
    let expected = [
        (CroplandClass::Paddy, "5", 10_000.0),
        (CroplandClass::Irrigated, "7", 5_000.0),
        (CroplandClass::Dry, "9", 10_000.0),
    ];
    assert_eq!(rows, expected);
    assert!(near(occupation.net_m2(), 10_000.0 + 4_500.0 + 10_000.0));
    let farmland: Vec<f64> = occupation.rows.iter().filter_map(|row| row.farmland_net_m2).collect();
    assert!(
        near(farmland[0], 5_000.0) && near(farmland[1], 2_250.0) && near(farmland[2], 0.0),
        "{farmland:?}"
    );
    assert!(near(occupation.farmland_m2.unwrap_or_default(), 7_500.0));
    assert!(near(occupation.land_m2, 27_000.0));
    Ok(())
}

fn offer(class: CroplandClass, grade: Option<u32>, area_m2: f64) -> Supplement {
    Supplement { class, grade, area_m2 }
}

#[test]
fn as_much_as_good_and_as_wet_is_compliant() -> Outcome {
    let offers = [
        offer(CroplandClass::Paddy, Some(5), 10_000.0),
        offer(CroplandClass::Irrigated, Some(6), 5_000.0),
        offer(CroplandClass::Dry, Some(9), 10_000.0),
    ];
    let rows = cropland_balance(&occupied(&with_grades())?, &offers)?;
    assert_eq!(rows.len(), 5, "quantity, paddy, three grades");
    assert!(rows.iter().all(|row| row.verdict == Verdict::Compliant), "{rows:?}");
    assert!(rows.iter().any(|row| row.clause == "第五条"));
    Ok(())
}

#[test]
fn dry_land_for_paddy_and_worse_grades_fall_short() -> Outcome {
    let rows = cropland_balance(&occupied(&with_grades())?, &[offer(CroplandClass::Dry, Some(9), 30_000.0)])?;
    let verdicts: Vec<_> =
        rows.iter().map(|row| (row.requirement.as_str(), row.grade, row.verdict)).collect();
    let expected = [
        ("quantity", None, Verdict::Compliant),
        ("paddy", None, Verdict::NotCompliant),
        ("grade", Some(5), Verdict::NotCompliant),
        ("grade", Some(7), Verdict::NotCompliant),
        ("grade", Some(9), Verdict::Compliant),
    ];
    assert_eq!(verdicts, expected);
    assert!(rows[1].message.contains("尚缺1.0000公顷"), "{}", rows[1].message);
    Ok(())
}

#[test]
fn without_grades_only_grades_cannot_be_judged() -> Outcome {
    let occupation = occupied(&survey(&[("DLBM", &["0101", "0102", "0103", "0702"])]))?;
    assert_eq!((occupation.grade_field.as_deref(), occupation.has_ridges), (None, false));
    let rows = cropland_balance(&occupation, &[offer(CroplandClass::Paddy, Some(5), 30_000.0)])?;
    let verdicts: Vec<_> = rows.iter().map(|row| row.verdict).collect();
    assert_eq!(verdicts, [Verdict::Compliant, Verdict::Compliant, Verdict::CannotBeJudged]);
    Ok(())
}

#[test]
fn a_survey_without_classes_is_an_error_that_names_the_field() {
    let error = occupied(&survey(&[])).err().map(|error| error.to_string());
    assert!(error.as_deref().is_some_and(|error| error.contains("`DLBM`")), "{error:?}");
}

#[test]
fn the_ledger_says_what_is_left() -> Outcome {
    let mu = 10_000.0 / 15.0;
    let before = [("cropland".to_owned(), 4_543_900.0 * mu), ("new_construction".to_owned(), 30_000.0 * mu)];
    let change = [("cropland".to_owned(), -1_000.0 * mu), ("new_construction".to_owned(), 12_000.0 * mu)];
    let rows = quota_ledger(2025, &before, &change)?;
    let row = |id: &str| rows.iter().find(|row| row.indicator == id).ok_or("no such row");
    let cropland = row("cropland")?;
    assert_eq!((cropland.verdict, cropland.left), (Verdict::Compliant, Some(7.7)));
    let building = row("new_construction")?;
    assert_eq!((building.verdict, building.left), (Verdict::NotCompliant, Some(-0.2)));
    assert!(building.message.contains("突破0.2000万亩"), "{}", building.message);
    assert_eq!(row("water")?.verdict, Verdict::CannotBeJudged);
    assert!(quota_ledger(2030, &[], &[]).is_err());
    assert!(quota_ledger(2025, &[("croplnd".to_owned(), 1.0)], &[]).is_err());
    Ok(())
}

#[test]
fn expandable_space_is_the_zone_less_what_is_built_and_never_negative() -> Outcome {
    // The village (0702) is 300..400; the concentrated zone 250..400 m, the flexible one beyond.
    let zones = layer(
        "CZKFBJ",
        boxes(&[[250.0, 0.0, 400.0, 100.0], [400.0, 0.0, 500.0, 100.0]]),
        &[("GHFQMC", &["城镇集中建设区", "城镇弹性发展区"])],
    );
    let blocks = plots(&[[200.0, 0.0, 350.0, 100.0], [300.0, 0.0, 400.0, 100.0], [400.0, 0.0, 450.0, 100.0]]);
    let run = |zones: &Layer| {
        expandable_space(
            &blocks,
            zones,
            &with_grades(),
            AreaMethod::Planar,
            OnInvalid::Raise,
            &Progress::default(),
        )
    };
    let figures: Vec<_> = run(&zones)?
        .iter()
        .map(|row| [row.inside_m2, row.built_m2, row.new_m2].map(|area| area.map(f64::round)))
        .collect();
    let expected = [[10_000.0, 5_000.0, 5_000.0], [10_000.0, 10_000.0, 0.0], [0.0, 0.0, 0.0]];
    assert_eq!(figures, expected.map(|row| row.map(Some)));

    let unnamed = layer("CZKFBJ", boxes(&[[250.0, 0.0, 400.0, 100.0]]), &[]);
    let rows = run(&unnamed)?;
    assert!(rows.iter().all(|row| row.verdict == Verdict::CannotBeJudged && row.new_m2.is_none()));
    Ok(())
}
