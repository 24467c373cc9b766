//! The faulty scheme of the demo, and the sound one, as a Rust program sees them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::PathBuf;

use sanxian_compliance::{Place, Submission, SubmissionFinding, check_submission, submission_findings_layer};
use sanxian_io::{Layer, LayerOptions, PlotsOptions, Severity, read_layer, read_plots};
use sanxian_overlay::Progress;

fn demo(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/xinzhou").join(name)
}

fn plots(name: &str) -> Layer {
    read_plots(&demo(name), &PlotsOptions::default()).unwrap().layer
}

fn layer(name: &str) -> Layer {
    read_layer(&demo(name), &LayerOptions::default(), &Progress::default()).unwrap()
}

fn errors(findings: &[SubmissionFinding]) -> Vec<(&'static str, Option<&str>)> {
    let mut errors: Vec<_> = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| (finding.code, finding.plot_id.as_deref()))
        .collect();
    errors.sort_unstable();
    errors.dedup();
    errors
}

#[test]
fn a_sound_submission_has_no_error_and_a_faulty_one_has_all_of_its() {
    let (uses, survey) = (layer("uses.shp"), layer("survey/DLTB.shp"));
    let sound = plots("plots.txt");
    let submission = Submission {
        plots: Some(&sound),
        uses: Some(&uses),
        land_use: Some(&survey),
        ownership: Some("QSXZ"),
        ..Submission::default()
    };
    let found = check_submission(&submission, &Progress::default()).unwrap();
    assert_eq!(errors(&found), []);

    let (faulty, shapefile) = (plots("plots-faulty.txt"), plots("plots-faulty.shp"));
    let uses = layer("uses-faulty.shp");
    let submission =
        Submission { plots: Some(&faulty), shapefile: Some(&shapefile), uses: Some(&uses), ..submission };
    let found = check_submission(&submission, &Progress::default()).unwrap();
    let told = errors(&found);
    for expected in [
        ("self_crossing", Some("9")),
        ("plot_duplicate", Some("7")),
        ("plot_id_repeated", Some("7")),
        ("out_of_range", Some("12")),
        ("vertices_differ", Some("12")),
        ("uses_sum_differs", Some("17")),
        ("use_area_differs", Some("17")),
    ] {
        assert!(told.contains(&expected), "{expected:?} is not among {told:?}");
    }
    assert!(
        found.iter().any(|finding| finding.code == "plots_gap" && matches!(finding.place, Place::Ground(_)))
    );
    let table = submission_findings_layer(&found, faulty.crs.clone()).unwrap();
    assert_eq!((table.len(), table.attributes.num_rows()), (found.len(), found.len()));
}

#[test]
fn the_same_submission_gives_the_same_findings_on_any_number_of_threads() {
    let (faulty, survey) = (plots("plots-faulty.txt"), layer("survey/DLTB.shp"));
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let submission =
            Submission { plots: Some(&faulty), land_use: Some(&survey), ..Submission::default() };
        pool.install(|| check_submission(&submission, &Progress::default()).unwrap())
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn a_part_in_another_crs_is_refused_by_name() {
    let (sound, mut uses) = (plots("plots.txt"), layer("uses.shp"));
    uses.crs = Some(sanxian_geodesy::Crs::from_epsg(4525).unwrap());
    let submission = Submission { plots: Some(&sound), uses: Some(&uses), ..Submission::default() };
    let error = check_submission(&submission, &Progress::default()).unwrap_err();
    assert!(error.to_string().starts_with("uses: is in EPSG:4525"), "{error}");
}

#[test]
fn a_land_class_that_no_classification_has_is_named() {
    let mut survey = layer("survey/DLTB.shp");
    let codes = |findings: &[SubmissionFinding]| -> Vec<String> {
        findings
            .iter()
            .filter(|finding| finding.code == "code_unknown")
            .map(|finding| finding.message.clone())
            .collect()
    };
    let check = |survey: &Layer| {
        let submission = Submission { land_use: Some(survey), ..Submission::default() };
        check_submission(&submission, &Progress::default()).unwrap()
    };
    assert_eq!(codes(&check(&survey)), Vec::<String>::new());

    let schema = survey.attributes.schema();
    let position = schema.index_of("DLBM").unwrap();
    let mut columns = survey.attributes.columns().to_vec();
    let rows = survey.attributes.num_rows();
    columns[position] = std::sync::Arc::new(arrow_array::StringArray::from_iter_values(
        (0..rows).map(|row| if row == 3 { "9999" } else { "0103" }),
    ));
    let fields: Vec<_> = schema
        .fields()
        .iter()
        .zip(&columns)
        .map(|(field, column)| {
            std::sync::Arc::new(field.as_ref().clone().with_data_type(column.data_type().clone()))
        })
        .collect();
    let schema = std::sync::Arc::new(arrow_schema::Schema::new(fields));
    survey.attributes = arrow_array::RecordBatch::try_new(schema, columns).unwrap();
    let told = codes(&check(&survey));
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("9999") && told[0].contains("第4个图斑"), "{told:?}");
}
