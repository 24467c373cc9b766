//! Alternatives for one site, on squares whose figures can be told by hand.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(dead_code, reason = "the site is shared by several test programs")]

mod site;

use sanxian_compliance::{SiteComparison, SiteOptions, Verdict, compare_sites};
use sanxian_geodesy::AreaMethod;
use sanxian_io::Layer;
use sanxian_overlay::{PolygonSet, Progress};
use site::{boxes, layer, plots};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn compare(
    sites: &[(&str, Layer)],
    layers: &[(&str, Layer)],
) -> Result<SiteComparison, Box<dyn std::error::Error>> {
    let owned = |pairs: &[(&str, Layer)]| -> Vec<(String, Layer)> {
        pairs.iter().map(|(name, layer)| ((*name).to_owned(), layer.clone())).collect()
    };
    let options = SiteOptions { area: AreaMethod::Planar, ..SiteOptions::default() };
    Ok(compare_sites(&owned(sites), &owned(layers), &options, &Progress::default())?)
}

/// Farmland on the left, cropland in the middle as dry land, forest on the right.
fn survey() -> Layer {
    let squares = [[0.0, 0.0, 100.0, 1000.0], [100.0, 0.0, 300.0, 1000.0], [300.0, 0.0, 1000.0, 1000.0]];
    layer("DLTB", boxes(&squares), &[("DLBM", &["0102", "0103", "0301"])])
}

fn farmland() -> Layer {
    // Two patches that overlap: their common strip counts once.
    layer("YJJBNTTB", boxes(&[[0.0, 0.0, 60.0, 1000.0], [40.0, 0.0, 100.0, 1000.0]]), &[])
}

fn order(comparison: &SiteComparison) -> Vec<(Option<usize>, bool, &str)> {
    comparison.rows.iter().map(|row| (row.rank, row.is_tied, row.site.as_str())).collect()
}

#[test]
fn the_smaller_share_of_basic_farmland_goes_first_and_cropland_decides_among_equals() -> Outcome {
    let sites = [
        // A hundred metres of farmland of two hundred: half.
        ("甲", plots(&[[0.0, 0.0, 200.0, 100.0]])),
        // No farmland, all cropland.
        ("乙", plots(&[[100.0, 0.0, 300.0, 100.0]])),
        // No farmland, half cropland; two plots that overlap, 200 m wide together.
        ("丙", plots(&[[200.0, 0.0, 350.0, 100.0], [250.0, 0.0, 400.0, 100.0]])),
    ];
    let comparison = compare(&sites, &[("永久基本农田", farmland()), ("land_use", survey())])?;
    assert_eq!(comparison.verdict, Verdict::Compliant);
    assert_eq!(order(&comparison), [(Some(1), false, "丙"), (Some(2), false, "乙"), (Some(3), false, "甲")]);
    let shares: Vec<Vec<Option<f64>>> = comparison
        .rows
        .iter()
        .map(|row| row.measures.iter().map(|measure| measure.share).collect())
        .collect();
    assert_eq!(shares, [[Some(0.0), Some(0.5)], [Some(0.0), Some(1.0)], [Some(0.5), Some(1.0)]]);
    assert!(comparison.quote.contains("至少2个"));
    assert!(comparison.message.contains("丙"), "{}", comparison.message);
    Ok(())
}

#[test]
fn equal_sites_share_a_rank_and_say_so() -> Outcome {
    let sites = [
        ("甲", plots(&[[100.0, 0.0, 300.0, 100.0]])),
        ("乙", plots(&[[100.0, 100.0, 300.0, 200.0]])),
        ("丙", plots(&[[0.0, 0.0, 100.0, 100.0]])),
    ];
    let comparison = compare(&sites, &[("永久基本农田", farmland()), ("耕地", survey())])?;
    assert_eq!(order(&comparison), [(Some(1), true, "甲"), (Some(1), true, "乙"), (Some(3), false, "丙")]);
    assert!(comparison.message.contains("甲、乙并列"), "{}", comparison.message);
    Ok(())
}

#[test]
fn one_site_is_too_few() -> Outcome {
    let comparison =
        compare(&[("甲", plots(&[[0.0, 0.0, 10.0, 10.0]]))], &[("永农", farmland()), ("耕地", survey())])?;
    assert_eq!(comparison.verdict, Verdict::NotCompliant);
    assert!(comparison.message.contains("提供了1个方案"), "{}", comparison.message);
    Ok(())
}

#[test]
fn a_missing_or_empty_layer_cannot_be_judged_and_gives_no_rank() -> Outcome {
    let sites = [("甲", plots(&[[0.0, 0.0, 10.0, 10.0]])), ("乙", plots(&[[20.0, 0.0, 30.0, 10.0]]))];
    let empty = layer("YJJBNTTB", PolygonSet::default(), &[]);
    for layers in
        [vec![("耕地", survey())], vec![("永农", empty), ("耕地", survey())], vec![("永农", farmland())]]
    {
        let comparison = compare(&sites, &layers)?;
        assert_eq!(comparison.verdict, Verdict::CannotBeJudged);
        assert_eq!(order(&comparison), [(None, false, "甲"), (None, false, "乙")]);
    }
    Ok(())
}

#[test]
fn other_layers_are_shown_and_do_not_decide() -> Outcome {
    let sites = [("甲", plots(&[[0.0, 0.0, 10.0, 10.0]])), ("乙", plots(&[[20.0, 0.0, 30.0, 10.0]]))];
    let redline = layer("STBHHX", boxes(&[[0.0, 0.0, 5.0, 10.0]]), &[]);
    let comparison = compare(&sites, &[("永农", farmland()), ("耕地", survey()), ("生态保护红线", redline)])?;
    assert_eq!(order(&comparison), [(Some(1), true, "甲"), (Some(1), true, "乙")]);
    let table = comparison.table()?;
    let names: Vec<String> = table.schema().fields().iter().map(|field| field.name().clone()).collect();
    assert!(names.contains(&"ecological_redline_share".to_owned()), "{names:?}");
    Ok(())
}
