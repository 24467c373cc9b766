//! Opinions and certificates: for every layer of every one, a site that overlaps it, one that does not, and one without the layer.

use std::collections::BTreeMap;

use sanxian_compliance::{CodeTables, Opinion, list_rules};
use serde_json::json;

use crate::case::*;
use crate::site::*;

/// Rows of an opinion: layer, hectares (NaN for none), note.
fn rows(site: &Site, pack: &str, opinion: &str) -> Vec<(String, f64, String)> {
    let report = run(&input_of(site), &[pack]);
    let of = |column: &str| texts(&report, "opinions", column);
    let (ids, layers, notes) = (of("opinion_id"), of("layer"), of("note"));
    let areas = numbers(&report, "opinions", "area_ha");
    (0..ids.len())
        .filter(|&row| ids[row] == opinion)
        .map(|row| (layers[row].clone(), areas[row], notes[row].clone()))
        .collect()
}

fn opinions() -> BTreeMap<String, (String, Opinion)> {
    let packs = list_rules().unwrap();
    let all = packs.into_iter().flat_map(|pack| {
        let id = pack.id.clone();
        pack.opinions.into_iter().map(move |opinion| (opinion.id.clone(), (id.clone(), opinion)))
    });
    all.collect()
}

#[test]
fn every_layer_of_every_opinion_overlaps_is_clear_or_is_missing() {
    let tables = CodeTables::embedded().unwrap();
    for (id, (pack, opinion)) in opinions() {
        for (at, zone) in opinion.layers.iter().enumerate() {
            let role = tables.find_role(&zone.role).unwrap();
            // Any sub-zone will do where the opinion asks for the whole layer.
            let wanted = zone.subclasses.first().and_then(|id| role.subclass(id));
            let wanted = wanted.or(role.subclasses.first()).map_or("", |subclass| subclass.title.as_str());
            let row = |layers: &[LayerOf<'_>]| rows(&site("", layers, json!({})), &pack, &id)[at].clone();
            let (title, overlap, _) = row(&[(&role.id, ON, wanted)]);
            assert_eq!(overlap, 0.1, "{id}: {title}");
            assert_eq!(row(&[(&role.id, AWAY, wanted)]).1, 0.0, "{id}: {title}");
            let (_, missing, note) = row(&[]);
            assert!(missing.is_nan() && note.contains(&format!("未提供{}图层", role.title)), "{id}: {note}");
            if zone.has_subclasses() {
                let (_, _, note) = row(&[(&role.id, ON, "不明")]);
                assert!(note.contains("无法判定"), "{id}: {title}: {note}");
            }
        }
    }
}

#[test]
fn article_13_is_one_opinion_of_eleven_layers_that_the_county_signs_before_the_city() {
    let (_, opinion) = &opinions()["xinzhou-measures-2022.forest-check"];
    assert_eq!((opinion.layers.len(), opinion.clause.as_str()), (11, "第十三条"));
    assert_eq!(opinion.departments, ["县级林草主管部门", "市自然资源局"]);
    let layers = [("森林公园", ON, ""), ("国家级公益林地", ON, "二级国家级公益林地"), ("湿地公园", AWAY, "")];
    let report = run(&input_of(&site("", &layers, json!({}))), &["xinzhou-measures-2022"]);
    assert_eq!(texts(&report, "opinions", "departments")[0], "县级林草主管部门→市自然资源局");
    let found = rows(&site("", &layers, json!({})), "xinzhou-measures-2022", &opinion.id);
    assert_eq!((found[2].0.as_str(), found[2].1), ("森林公园", 0.1));
    assert_eq!((found[7].0.as_str(), found[7].1), ("国家级公益林地(二级国家级公益林地)", 0.1));
    // The other class of the same layer is there, and clear.
    assert_eq!(found[6].1, 0.0);
}

#[test]
fn article_17_has_a_certificate_of_each_of_three_departments() {
    let certificates: Vec<_> = opinions()
        .into_values()
        .map(|(_, opinion)| opinion)
        .filter(|opinion| opinion.clause == "第十七条")
        .collect();
    let departments: Vec<&str> =
        certificates.iter().flat_map(|opinion| &opinion.departments).map(String::as_str).collect();
    // In the order of their identifiers.
    assert_eq!(departments, ["文物部门", "自然资源部门", "水利部门"]);
    assert!(certificates.iter().all(|opinion| opinion.departments.len() == 1 && !opinion.layers.is_empty()));
}
