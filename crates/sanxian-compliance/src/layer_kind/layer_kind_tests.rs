use std::collections::HashSet;

use arrow_schema::{DataType, Field, Fields};
use proptest::prelude::*;

use super::name_match::folded;
use super::*;

fn fields(names: &[&str]) -> Fields {
    names.iter().map(|name| Field::new(*name, DataType::Null, true)).collect()
}

fn kinds() -> LayerKinds {
    LayerKinds::embedded().unwrap()
}

fn id(found: &Recognition<'_>) -> Option<String> {
    found.kind.map(|kind| kind.id.clone())
}

const SURVEY: [&str; 12] =
    ["BSM", "YSDM", "TBBH", "DLBM", "DLMC", "QSXZ", "TBMJ", "KCXS", "KCMJ", "TBDLMJ", "XZDWKD", "CZCSXM"];

#[test]
fn the_data_are_whole_and_no_name_means_two_kinds() {
    let kinds = kinds();
    let mut names = HashSet::new();
    for kind in &kinds.kinds {
        assert!(!kind.names.is_empty() || kind.fields.len() > 2, "{}: nothing to recognise it by", kind.id);
        for name in &kind.names {
            assert!(names.insert(folded(name)), "{name} twice");
        }
        let mut fields = HashSet::new();
        for field in &kind.fields {
            for name in std::iter::once(field.name.as_str()).chain(field.other_names()) {
                assert!(fields.insert(folded(name)), "{}: field {name} twice", kind.id);
            }
            // A name of more than ten bytes could never stand in a Shapefile; the standards have none.
            assert!(field.name.len() <= 10, "{}", field.name);
        }
    }
    // Every role can be recognised, if only by its name.
    for role in &kinds.roles {
        assert!(kinds.kinds.iter().any(|kind| kind.role.as_deref() == Some(role.id.as_str())), "{}", role.id);
    }
}

#[test]
fn what_a_role_is_called_stands_in_the_table_of_roles_alone() {
    let table: toml::Table = include_str!("../../rules/layer_kinds.toml").parse().unwrap();
    let roles = kinds().roles;
    for kind in table["kinds"].as_array().unwrap() {
        let Some(role) = kind.get("role") else { continue };
        let role = roles.iter().find(|known| Some(known.id.as_str()) == role.as_str()).unwrap();
        let names = kind.get("names").and_then(toml::Value::as_array).into_iter().flatten();
        let said = names.chain(kind.get("title")).chain(kind.get("english")).filter_map(toml::Value::as_str);
        for text in said {
            assert!(!role.is_called(text), "{}: {text} stands in roles.toml", role.id);
        }
    }
    // The field that tells sub-zones has its values from the role.
    let kinds = kinds();
    let redline = kinds.kind("ecological_redline").unwrap();
    let zone = redline.fields.iter().find(|field| field.name == "ZRBHDFQ").unwrap();
    assert_eq!(zone.domain.as_deref(), Some("roles.ecological_redline.subclasses"));
    assert_eq!((redline.title.as_str(), redline.names[0].as_str()), ("生态保护红线", "生态保护红线"));
}

#[test]
fn a_layer_is_recognised_by_its_name_in_all_its_dresses() {
    let kinds = kinds();
    for (name, expected) in [
        ("DLTB", "land_survey"),
        ("dltb", "land_survey"),
        ("140902DLTB_2020", "land_survey"),
        ("ＤＬＴＢ", "land_survey"),
        ("忻府区地类图斑", "land_survey"),
        ("YJJBNTTB", "permanent_basic_farmland"),
        ("YJJBNTBHTB140902", "permanent_basic_farmland"),
        ("忻府区永久基本农田图斑_2021", "permanent_basic_farmland"),
        ("生态保护红线", "ecological_redline"),
        ("CZKFBJ", "urban_development_boundary"),
        ("城镇开发边界(报批)", "urban_development_boundary"),
        ("XZQ", "administrative_region"),
        ("行政区", "administrative_region"),
        ("CJDCQ", "village_survey_region"),
        ("村级调查区", "village_survey_region"),
        ("林地一张图", "forest"),
        ("LSYD_XMZDFW", "temporary_land"),
        ("历史文化保护线", "heritage"),
        ("土地权属", "ownership"),
        ("县域自然保护区", "strict_nature_reserve"),
        ("永农", "permanent_basic_farmland"),
        ("饮用水水源地", "drinking_water_source"),
    ] {
        let found = kinds.recognise(name, &fields(&["FID"]), None);
        assert_eq!(id(&found).as_deref(), Some(expected), "{name}");
    }
    for name in ["JDLTB", "DLTBX", "XZQJX", "plots", ""] {
        assert_eq!(kinds.recognise(name, &fields(&["FID"]), None).outcome, Outcome::Unrecognised, "{name}");
    }
}

#[test]
fn fields_alone_are_enough_when_they_are_clear() {
    let kinds = kinds();
    let found = kinds.recognise("layer1", &fields(&SURVEY), None);
    assert_eq!(id(&found).as_deref(), Some("land_survey"));
    assert_eq!(
        found.missing.iter().map(|field| field.name.as_str()).collect::<Vec<_>>(),
        ["QSDWDM", "QSDWMC", "ZLDWDM", "ZLDWMC", "SJNF", "MSSM"]
    );
    for (names, expected) in [
        (&["HXMC", "HXLX", "MJ", "ZRBHDFQ"][..], "ecological_redline"),
        (&["YJJBNTTBBH", "YJJBNTMJ"][..], "permanent_basic_farmland"),
        (&["lin_ban", "di_lei", "mian_ji"][..], "forest"),
        (&["PlotName", "PurName", "PurArea", "ProjList"][..], "uses"),
        (&["永久基本农田图斑编号", "永久基本农田面积"][..], "permanent_basic_farmland"),
    ] {
        assert_eq!(id(&kinds.recognise("x", &fields(names), None)).as_deref(), Some(expected), "{names:?}");
    }
}

#[test]
fn what_could_be_two_kinds_is_called_ambiguous_and_a_role_decides() {
    let kinds = kinds();
    let zones = fields(&["BSM", "XZQDM", "GHFQDM", "GHFQMC", "MJ"]);
    let found = kinds.recognise("边界", &zones, None);
    assert_eq!((found.outcome, found.kind), (Outcome::Ambiguous, None));
    let possible: Vec<_> = found.candidates.iter().map(|candidate| candidate.kind.id.as_str()).collect();
    assert_eq!(possible, ["urban_development_boundary", "planning_zone"]);
    assert_eq!(found.findings()[0].code, "layer_ambiguous");
    let found = kinds.recognise("边界", &zones, Some("城镇开发边界"));
    assert_eq!(id(&found).as_deref(), Some("urban_development_boundary"));
    assert!(found.by_role && found.contradicted_role.is_none());
    assert_eq!(id(&kinds.recognise("GHFQ", &zones, None)).as_deref(), Some("planning_zone"));
    // A name that the fields contradict is no recognition either.
    let found = kinds.recognise("生态保护红线", &fields(&SURVEY), None);
    assert_eq!(found.outcome, Outcome::Ambiguous);
    // One field of its own is a hint, names that everybody uses are none.
    assert_eq!(kinds.recognise("x", &fields(&["WDGD"]), None).outcome, Outcome::Ambiguous);
    let common = fields(&["SHENG", "SHI", "XIAN", "MC", "BZ", "MJ", "XZQDM", "XZQMC"]);
    assert_eq!(kinds.recognise("x", &common, None).outcome, Outcome::Unrecognised);
    assert!(kinds.recognise("x", &common, None).findings().is_empty());
}

#[test]
fn a_role_that_the_layer_contradicts_is_a_warning() {
    let kinds = kinds();
    let codes = |name: &str, names: &[&str], role: &str| -> Vec<&'static str> {
        let found = kinds.recognise(name, &fields(names), Some(role));
        found.findings().iter().map(|finding| finding.code).filter(|code| code.starts_with("role")).collect()
    };
    assert_eq!(codes("layer1", &SURVEY, "生态保护红线"), ["role_contradicted"]);
    // The name agrees with the role, the fields do not.
    assert_eq!(codes("生态保护红线", &SURVEY, "ecological_redline"), ["role_contradicted"]);
    assert_eq!(codes("DLTB", &[], "forest"), ["role_contradicted"]);
    assert_eq!(codes("x", &["GHFQDM", "GHFQMC", "HXMC", "HXBM"], "forest"), ["role_contradicted"]);
    for (name, names, role) in [
        ("STBHHX", &["HXMC", "HXLX"][..], "ecological_redline"),
        ("layer1", &["NAME", "AREA"][..], "forest"),
        ("水域", &["DLBM", "MJ"][..], "water"),
    ] {
        assert!(codes(name, names, role).is_empty(), "{name}");
    }
}

#[test]
fn fields_are_found_under_other_names_and_cut_ones() {
    let kinds = kinds();
    let how = |kind: &str, name: &str, field: &str| {
        let names = [name];
        let found = kinds.recognise(kind, &fields(&names), None);
        found.fields.iter().find(|found| found.name() == field).map(|found| found.how)
    };
    assert_eq!(how("DLTB", "DLBM", "DLBM"), Some(How::Exact));
    assert_eq!(how("DLTB", "dlbm", "DLBM"), Some(How::Case));
    assert_eq!(how("DLTB", "地类编码", "DLBM"), Some(How::Alias));
    assert_eq!(how("DLTB", "座落单位名称", "ZLDWMC"), Some(How::Alias));
    assert_eq!(how("JBNTTB", "JBNTTBBH", "YJJBNTTBBH"), Some(How::Alias));
    // Ten bytes are five ideographs in GBK, three in UTF-8.
    assert_eq!(how("DLTB", "坐落单位名", "ZLDWMC"), Some(How::Cut));
    assert_eq!(how("DLTB", "坐落单", "ZLDWDM"), None, "it could as well be the name");
    assert_eq!(how("YJJBNTTB", "是否稳定利", "WDGD"), Some(How::Cut));
    assert_eq!(how("YJJBNTTB", "是否稳", "WDGD"), Some(How::Cut));
    assert_eq!(how("YJJBNTTB", "是否稳定", "WDGD"), None);
    assert_eq!(how("YJJBNTTB", "YJJBNTTBMJ", "YJJBNTTBMJ"), Some(How::Exact));
    assert_eq!(how("DLTB", "DLB", "DLBM"), None);
}

#[test]
fn a_standard_field_is_taken_once_by_the_surest_match() {
    let kinds = kinds();
    let found = kinds.recognise("DLTB", &fields(&["地类编码", "dlbm", "DLBM"]), None);
    assert_eq!(found.fields[0].field, "DLBM");
    assert_eq!(found.unknown, ["地类编码", "dlbm"]);
}

#[test]
fn a_type_of_the_other_sort_is_a_warning() {
    let kinds = kinds();
    let schema = Fields::from(vec![
        Field::new("DLBM", DataType::Int32, true),
        Field::new("TBMJ", DataType::Utf8, true),
        Field::new("KCXS", DataType::Float64, true),
    ]);
    let findings = kinds.recognise("DLTB", &schema, None).findings();
    let differing: Vec<_> = findings.iter().filter(|finding| finding.code == "field_type_differs").collect();
    assert_eq!(differing.len(), 2);
    assert!(differing[0].message.contains("DLBM(地类编码)应为文本"), "{}", differing[0].message);
}

#[test]
fn json_names_the_field_of_the_zones_and_their_values() {
    let kinds = kinds();
    let found = kinds.recognise("STBHHX", &fields(&["hxmc", "zrbhdfq"]), None).to_json();
    assert_eq!(found["subclass"]["field"], "zrbhdfq");
    assert_eq!(found["subclass"]["values"]["core"][0], "核心保护区");
    assert_eq!(found["role"], "ecological_redline");
    assert_eq!(found["unknown"], serde_json::json!([]));
}

proptest! {
    #[test]
    fn any_names_give_an_answer_that_adds_up(layer in ".{0,24}", names in prop::collection::vec(".{0,12}", 0..8)) {
        let kinds = kinds();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let found = kinds.recognise(&layer, &fields(&names), None);
        prop_assert_eq!(found.kind.is_some(), found.outcome == Outcome::Recognised);
        prop_assert_eq!(found.fields.len() + found.unknown.len(), names.len());
        prop_assert_eq!(kinds.recognise(&layer, &fields(&names), None), found);
    }
}
