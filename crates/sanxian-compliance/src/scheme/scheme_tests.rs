use std::path::Path;

use super::*;
use crate::rules::load_rules;

const SCHEME: &str = r#"
[scheme]
name = "测试方案"
rules = ["national-2020", "shanxi-2021"]
area = "planar"
date = 2022-03-11

[plots]
path = "plots.txt"
crs = 4526

[[layers]]
role = "永久基本农田"
path = "farmland.shp"

[[layers]]
role = "ecological_redline"
path = "redline.shp"
subclass = { field = "ZRBHDFQ", general = ["一般控制区", ""], core = ["核心保护区"] }

[projects]
path = "projects.csv"

[parameters]
industry_led_plots = ["17", 32]

[stated]
total_ha = 1324.6
state_ha = "431.90"
source = "方案文本 2.1"
"#;

fn folder(scheme: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["plots.txt", "farmland.shp", "redline.shp", "projects.csv"] {
        std::fs::write(folder.path().join(name), "x").unwrap();
    }
    std::fs::write(folder.path().join("scheme.toml"), scheme).unwrap();
    folder
}

fn read(scheme: &str) -> Result<Scheme, SchemeError> {
    Scheme::from_toml(folder(scheme).path().join("scheme.toml"))
}

/// What is wrong, without the path of the temporary folder.
fn fault(scheme: &str) -> String {
    let message = read(scheme).unwrap_err().to_string();
    message.split_once("scheme.toml: ").map_or(message.clone(), |(_, fault)| fault.to_owned())
}

#[test]
fn a_scheme_lists_its_inputs_in_order_with_the_paths_as_written() {
    let scheme = read(SCHEME).unwrap();
    let inputs: Vec<_> =
        scheme.inputs().into_iter().map(|input| (input.slot.as_str(), input.role, input.written)).collect();
    let expected = [
        ("plots", None, "plots.txt"),
        ("layer", Some("permanent_basic_farmland"), "farmland.shp"),
        ("layer", Some("ecological_redline"), "redline.shp"),
        ("projects", None, "projects.csv"),
    ];
    let expected: Vec<_> = expected
        .map(|(slot, role, path)| (slot, role.map(str::to_owned), path.to_owned()))
        .into_iter()
        .collect();
    assert_eq!(inputs, expected);
    assert_eq!(scheme.plots.crs.as_ref().and_then(Crs::epsg), Some(4526));
    assert_eq!(scheme.settings.area.as_str(), "planar");
    assert_eq!(scheme.settings.date.as_deref(), Some("2022-03-11"));
    assert_eq!(scheme.settings.parameters["industry_led_plots"], serde_json::json!(["17", "32"]));
}

#[test]
fn stated_figures_keep_the_decimals_they_were_written_with() {
    let stated = read(SCHEME).unwrap().settings.stated.unwrap();
    assert_eq!(stated.figure("total_ha").map(|figure| (figure.value_ha, figure.decimals)), Some((1324.6, 1)));
    assert_eq!(stated.figure("state_ha").map(|figure| (figure.value_ha, figure.decimals)), Some((431.9, 2)));
}

#[test]
fn an_unknown_key_names_the_nearest_known_one() {
    for (from, to, expected) in [
        ("[plots]", "[plot]", "key `plot` is not a known key; the nearest known one is `plots`"),
        ("area = ", "aera = ", "key `scheme.aera` is not a known key; the nearest known one is `area`"),
        (
            "total_ha",
            "totals_ha",
            "key `stated.totals_ha` is not a known key; the nearest known one is `total_ha`",
        ),
        (
            "industry_led_plots",
            "industry_led_plot",
            "key `parameters.industry_led_plot` is not a known key; the nearest known one is `industry_led_plots`",
        ),
        (
            "core = ",
            "cor = ",
            "key `layers[2].subclass.cor` is not a known key; the nearest known one is `core`",
        ),
        ("date = ", "dtae = ", "key `scheme.dtae` is not a known key; the nearest known one is `date`"),
        ("name = ", "nmae = ", "key `scheme.nmae` is not a known key; the nearest known one is `name`"),
    ] {
        assert_eq!(fault(&SCHEME.replace(from, to)), expected, "{to}");
    }
}

#[test]
fn a_bad_value_names_its_key_and_what_would_do() {
    let text = fault(&SCHEME.replace("\"永久基本农田\"", "\"permanent_farmland\""));
    assert!(
        text.starts_with("key `layers[1].role`") && text.contains("`permanent_basic_farmland`"),
        "{text}"
    );
    let text = fault(&SCHEME.replace("national-2020", "national-2002"));
    assert!(
        text.contains(
            "key `scheme.rules`: no rule pack is called `national-2002`, the nearest is `national-2020`"
        ),
        "{text}"
    );
    let text = fault(&SCHEME.replace("\"planar\"", "\"elipsoidal\""));
    assert!(text.contains("the nearest known one is `ellipsoidal`"), "{text}");
    let text = fault(&SCHEME.replace("1324.6", "-1"));
    assert!(text.starts_with("key `stated.total_ha` has the value `-1`"), "{text}");
    let text = fault(&SCHEME.replace("core = [\"核心保护区\"]", "core = [\"一般控制区\"]"));
    assert!(text.contains("already means another sub-zone"), "{text}");
}

#[test]
fn a_missing_file_is_named_with_its_key() {
    let error = read(&SCHEME.replace("redline.shp", "nowhere/STBHHX.shp")).unwrap_err();
    assert_eq!(error.key(), Some("layers[2].path"));
    assert!(error.to_string().contains("STBHHX.shp"));
    let error = Scheme::from_toml("/nowhere/scheme.toml").unwrap_err();
    assert!(
        matches!(error, SchemeError::Open { .. }) && error.to_string().starts_with("/nowhere/scheme.toml")
    );
    assert!(fault("[scheme\n").starts_with("line 1: "));
}

#[test]
fn settings_as_json_are_held_to_the_same_keys() {
    let packs = load_rules(&["shanxi-2021"], &[] as &[&Path]).unwrap();
    let json = r#"{"name": "a", "area": "ellipsoidal", "ownership": null, "projects": "p.csv",
        "subclasses": {"生态保护红线": {"field": "F", "core": ["1"]}}, "stated": {"total_ha": 1},
        "parameters": {"industry_led_plots": [17]}}"#;
    let ParsedSettings { settings, subclasses, projects, .. } = parse_settings(json, &packs).unwrap();
    assert_eq!((settings.name.as_str(), projects.as_deref()), ("a", Some("p.csv")));
    assert_eq!(subclasses[0].0, "ecological_redline");
    let error = parse_settings(r#"{"parameters": {"industry": []}}"#, &packs).unwrap_err().to_string();
    assert_eq!(
        error,
        "settings: key `parameters.industry` is not a known key; the nearest known one is `industry_led_plots`"
    );
}

fn projects(text: &[u8]) -> Result<Projects, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("projects.csv");
    std::fs::write(&path, text).unwrap();
    Projects::from_csv(&path, "projects.csv", &CodeTables::embedded().unwrap()).map_err(|error| {
        let message = error.to_string();
        message.split_once("projects.csv: ").map_or(message.clone(), |(_, fault)| fault.to_owned())
    })
}

#[test]
fn a_project_without_a_class_is_not_stated_and_a_dash_is_none() {
    let table = projects("项目名称,涉及地块,公益类别\n变电站,1,B\n商场,9,-\n党校,30,\n".as_bytes()).unwrap();
    let classes: Vec<_> = table.rows.iter().map(|project| project.public_interest.clone()).collect();
    assert_eq!(
        classes,
        [PublicInterest::Class("B".to_owned()), PublicInterest::No, PublicInterest::NotStated]
    );
    let (gbk, _, _) = encoding_rs::GBK.encode("project,plot,public_interest_class\n变电站,1,B\n");
    let table = projects(&gbk).unwrap();
    assert_eq!((table.rows[0].name.as_str(), table.encoding.as_deref()), ("变电站", Some("gbk")));
}

#[test]
fn a_bad_line_of_the_project_table_is_named_with_its_column() {
    let header = "project,plot,public_interest_class\n";
    for (text, expected) in [
        (
            format!("{header}a,1,B\nb,2,X\n"),
            "line 3: column `public_interest_class`: `X` is not one of A, B, C, D, E",
        ),
        (format!("{header},2,A\n"), "line 2: column `project` is empty"),
        ("project,plot\na,1\n".to_owned(), "line 1: there is no column `public_interest_class`"),
        (format!("{header}a,1\n"), "line 2"),
    ] {
        let message = projects(text.as_bytes()).unwrap_err();
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn centre_lines_say_how_wide_their_corridor_is() {
    let with = |keys: &str| {
        SCHEME.replace(
            "[[layers]]\nrole = \"永久",
            &format!("[plots.corridor]\n{keys}\n\n[[layers]]\nrole = \"永久"),
        )
    };
    let scheme = read(&with("width_m = 30\nsegment_length_m = 1000.0\nname_field = \"MC\"")).unwrap();
    let corridor = scheme.inputs().remove(0).corridor.unwrap();
    assert_eq!(corridor.width, CorridorWidth::Metres(30.0));
    assert_eq!((corridor.segment_length_m, corridor.name_field.as_deref()), (Some(1000.0), Some("MC")));
    let error = scheme.read(&Progress::default()).unwrap_err().to_string();
    assert!(error.ends_with("a file of plots: lines are widened by the Python package"), "{error}");
    let by_field = read(&with("width_field = \"KD\"")).unwrap().inputs().remove(0).corridor.unwrap();
    assert_eq!(by_field.width, CorridorWidth::Field("KD".to_owned()));
    for (keys, expected) in [
        ("segment_length_m = 5", "key `plots.corridor.width_m` is missing"),
        (
            "width_m = 0",
            "key `plots.corridor.width_m` has the value `0`, which is not a length above 0 in metres",
        ),
        (
            "width_m = 3\nsegment_length_m = -1",
            "key `plots.corridor.segment_length_m` has the value `-1`, which is not a length above 0 in metres",
        ),
        (
            "width_m = 3\nname_feld = \"MC\"",
            "key `plots.corridor.name_feld` is not a known key; the nearest known one is `name_field`",
        ),
    ] {
        assert_eq!(fault(&with(keys)), expected);
    }
}
