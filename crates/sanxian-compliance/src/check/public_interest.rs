use std::collections::BTreeSet;

use sanxian_io::{Finding, Layer};
use sanxian_overlay::{IndexedPolygons, difference};

use super::finding::{Findings, source_name};
use super::layer_overlay::Overlayer;
use super::measure::Shape;
use crate::attribute::{numbers, required_texts, texts};
use crate::error::ComplianceError;
use crate::figure::area_ha;
use crate::scheme::{Projects, PublicInterest};

/// The public-interest land of one plot.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct PlotShare {
    /// Area of uses in the public interest, by the method of the run.
    pub(super) public_m2: f64,
    /// Area of uses of which the project table does not say.
    pub(super) unknown_m2: f64,
    /// Area of the plot that no use covers.
    pub(super) uncovered_m2: f64,
    /// Why the share cannot be told, if so; a part of a Chinese sentence.
    pub(super) unknown: Option<String>,
}

impl PlotShare {
    /// The share of a plot of `area_m2`, when it can be told.
    pub(super) fn share(&self, area_m2: f64) -> Option<f64> {
        (self.unknown.is_none() && area_m2 > 0.0).then(|| self.public_m2 / area_m2)
    }
}

/// What the projects of one use polygon come to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum UseKind {
    /// In the public interest, by these classes.
    Public(Vec<String>),
    Other,
    /// Nobody says, for this reason.
    Unknown(String),
}

/// The use polygons laid over the plots.
#[derive(Clone, Debug, Default)]
pub(super) struct UsesOnPlots {
    /// A plot each.
    pub(super) shares: Vec<PlotShare>,
    /// The parts of uses on their own plots: plot, use, area by the method of the run.
    pub(super) pieces: Vec<(usize, usize, f64)>,
    /// Name of each use.
    pub(super) names: Vec<Option<String>>,
    /// Its projects as the layer lists them.
    pub(super) lists: Vec<Option<String>>,
    /// What its projects come to.
    pub(super) kinds: Vec<UseKind>,
}

/// Lays the use polygons over the plots and measures the public-interest land of each out of the project table.
pub(super) fn lay_uses(
    overlayer: &Overlayer<'_>,
    uses: &Layer,
    projects: &Projects,
    findings: &mut Findings,
) -> Result<UsesOnPlots, ComplianceError> {
    let source = source_name(uses);
    findings.carry(uses);
    let (plots, meter) = (overlayer.plots, overlayer.meter);
    let plot_names = required_texts(uses, "PlotName")?;
    let project_lists = required_texts(uses, "ProjList")?;
    let use_names = texts(&uses.attributes, "PurName").unwrap_or_default();
    let owners: Vec<Option<usize>> =
        plot_names.iter().map(|name| name.as_deref().and_then(|name| plots.find(name))).collect();
    report_strangers(&plot_names, &owners, &source, findings);
    check_projects(projects, overlayer, findings);
    check_stated_areas(overlayer, uses, &source, findings)?;
    let kinds: Vec<UseKind> = (0..uses.len())
        .map(|row| {
            let owner = owners.get(row).copied().flatten();
            let list = project_lists.get(row).and_then(Option::as_deref);
            let use_name = use_names.get(row).and_then(Option::as_deref);
            classify(overlayer, projects, owner, list, use_name)
        })
        .collect();

    let indexed = IndexedPolygons::new(uses.polygons.clone());
    let pieces = overlayer.inside(plots.polygons.view(), &indexed, &uses.name)?;
    let mut by_plot: Vec<Vec<&Shape>> = vec![Vec::new(); plots.len()];
    let mut shares = vec![PlotShare::default(); plots.len()];
    let mut of_uses = Vec::with_capacity(pieces.len());
    for piece in &pieces {
        let (Some(share), Some(shapes)) = (shares.get_mut(piece.plot), by_plot.get_mut(piece.plot)) else {
            continue;
        };
        let owner = owners.get(piece.feature).copied().flatten();
        if owner.is_some_and(|owner| owner != piece.plot) {
            if piece.shape.widest_m >= meter.tolerances.outside_plot_width_m {
                report_stray(overlayer, piece.plot, piece.feature, &piece.shape, &source, findings);
            }
            continue;
        }
        shapes.push(&piece.shape);
        let area_m2 = meter.area_m2(&piece.shape.measure);
        of_uses.push((piece.plot, piece.feature, area_m2));
        match kinds.get(piece.feature) {
            Some(UseKind::Public(_)) => share.public_m2 += area_m2,
            Some(UseKind::Other) | None => {}
            Some(UseKind::Unknown(reason)) => {
                share.unknown_m2 += area_m2;
                share.unknown.get_or_insert_with(|| reason.clone());
            }
        }
    }
    for (index, (share, shapes)) in shares.iter_mut().zip(&by_plot).enumerate() {
        check_tiling(overlayer, index, share, shapes, &uses.name, &source, findings)?;
    }
    report_outside(overlayer, uses, &source, findings)?;
    Ok(UsesOnPlots { shares, pieces: of_uses, names: use_names, lists: project_lists, kinds })
}

/// The projects of a use, by its list of names, else by its plot and its own name.
fn classify(
    overlayer: &Overlayer<'_>,
    projects: &Projects,
    owner: Option<usize>,
    list: Option<&str>,
    use_name: Option<&str>,
) -> UseKind {
    let Some(list) = list.or(use_name) else {
        return UseKind::Unknown("有用途图斑未填写拟建项目(ProjList)".to_owned());
    };
    let on_plot =
        |plot: Option<&str>| plot.is_none_or(|plot| overlayer.plots.find(plot) == owner && owner.is_some());
    let find = |name: &str| -> Vec<&PublicInterest> {
        let rows =
            projects.rows.iter().filter(|project| project.name == name && on_plot(project.plot.as_deref()));
        rows.map(|project| &project.public_interest).collect()
    };
    // A name may contain what otherwise parts names, so the whole comes first.
    let whole = list.trim();
    let names: Vec<&str> = if find(whole).is_empty() {
        whole
            .split(['、', ',', '，', ';', '；', '|', '\n'])
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .collect()
    } else {
        vec![whole]
    };
    let (mut classes, mut has_other) = (Vec::new(), false);
    for name in names {
        let found = find(name);
        if found.is_empty() {
            return UseKind::Unknown(format!("的项目“{name}”不在项目表中"));
        }
        for interest in found {
            match interest {
                PublicInterest::Class(class) if classes.contains(class) => {}
                PublicInterest::Class(class) => classes.push(class.clone()),
                PublicInterest::No => has_other = true,
                PublicInterest::NotStated => {
                    return UseKind::Unknown(format!("的项目“{name}”未填写公益类别"));
                }
            }
        }
    }
    match (!classes.is_empty(), has_other) {
        (true, false) => UseKind::Public(classes),
        (false, true) => UseKind::Other,
        (true, true) => UseKind::Unknown("有用途图斑同时列有公益与非公益项目，面积未分开".to_owned()),
        (false, false) => UseKind::Unknown("有用途图斑未填写拟建项目(ProjList)".to_owned()),
    }
}

/// Overlapping uses would count land twice; uses that leave land over leave it out of the numerator.
fn check_tiling(
    overlayer: &Overlayer<'_>,
    index: usize,
    share: &mut PlotShare,
    shapes: &[&Shape],
    name: &str,
    source: &str,
    findings: &mut Findings,
) -> Result<(), ComplianceError> {
    let (plots, meter) = (overlayer.plots, overlayer.meter);
    let Some(plot) = plots.plots.get(index) else { return Ok(()) };
    if shapes.is_empty() {
        share.unknown.get_or_insert_with(|| "没有用途图斑".to_owned());
        return Ok(());
    }
    let sum: super::measure::Measure = shapes.iter().map(|shape| shape.measure).sum();
    let allowed = meter.closure_m2(plot.measure.perimeter_m + sum.perimeter_m);
    let united = if shapes.len() > 1 { overlayer.unite(shapes, name)? } else { sum };
    let doubled = sum.planar_m2 - united.planar_m2;
    if doubled > allowed {
        let message = format!("用途图斑相互重叠{doubled:.2}平方米(平面)，公益性用地面积无法认定");
        findings.add(Some(source), Finding::error("uses_overlap", message).of_plot(&plot.id));
        share.unknown.get_or_insert_with(|| "的用途图斑相互重叠".to_owned());
    }
    let missing = plot.measure.planar_m2 - united.planar_m2;
    if missing > allowed {
        share.uncovered_m2 = missing;
        let message = format!("用途图斑未覆盖地块的{missing:.2}平方米(平面)，该部分不计为公益性用地");
        findings.add(Some(source), Finding::warning("uses_do_not_cover_plot", message).of_plot(&plot.id));
    }
    Ok(())
}

/// Uses whose plot nobody knows: their land counts as not stated wherever it lies.
fn report_strangers(
    names: &[Option<String>],
    owners: &[Option<usize>],
    source: &str,
    findings: &mut Findings,
) {
    let mut seen = BTreeSet::new();
    for (row, (name, owner)) in names.iter().zip(owners).enumerate() {
        let name = name.as_deref().unwrap_or("(空)");
        if owner.is_none() && seen.insert(name) {
            let message = format!("用途图斑的地块名“{name}”与任何地块都不对应");
            findings.add(Some(source), Finding::error("use_plot_unknown", message).at_line(row as u64 + 1));
        }
    }
}

/// `PurArea` is stated in hectares; it should be the area of the polygon.
fn check_stated_areas(
    overlayer: &Overlayer<'_>,
    uses: &Layer,
    source: &str,
    findings: &mut Findings,
) -> Result<(), ComplianceError> {
    let Some(stated) = numbers(&uses.attributes, "PurArea") else { return Ok(()) };
    let meter = overlayer.meter;
    let measures = meter.features(&uses.name, uses.polygons.view())?;
    for (row, (stated, measure)) in stated.into_iter().zip(measures).enumerate() {
        let Some(stated) = stated else { continue };
        let computed = area_ha(meter.area_m2(&measure), meter.tolerances.piece_decimals);
        if (stated - computed).abs() > meter.tolerances.declared_area_ha {
            let message = format!(
                "第{}个用途图斑所载面积{stated}公顷与图形面积{computed}公顷不符，按图形计算",
                row + 1
            );
            findings.add(Some(source), Finding::warning("use_area_differs", message).at_line(row as u64 + 1));
        }
    }
    Ok(())
}

fn check_projects(projects: &Projects, overlayer: &Overlayer<'_>, findings: &mut Findings) {
    let source = projects.file.as_ref().map(|file| file.name.as_str()).or(projects.path.as_deref());
    for project in &projects.rows {
        let stranger = project.plot.as_deref().filter(|plot| overlayer.plots.find(plot).is_none());
        if let Some(plot) = stranger {
            let message = format!("项目“{}”所在地块“{plot}”与任何地块都不对应", project.name);
            findings.add(source, Finding::error("project_plot_unknown", message).at_line(project.line));
        }
        if project.public_interest == PublicInterest::NotStated {
            let message = format!("项目“{}”未填写公益类别", project.name);
            let mut finding = Finding::warning("public_interest_not_stated", message).at_line(project.line);
            finding.plot_id.clone_from(&project.plot);
            findings.add(source, finding);
        }
    }
}

fn report_stray(
    overlayer: &Overlayer<'_>,
    plot: usize,
    row: usize,
    shape: &Shape,
    source: &str,
    findings: &mut Findings,
) {
    let Some(plot) = overlayer.plots.plots.get(plot) else { return };
    let message = format!(
        "第{}个用途图斑伸入不属于它的{}，{:.2}平方米(平面)，不计入该地块",
        row + 1,
        plot.label(),
        shape.measure.planar_m2
    );
    findings.add(
        Some(source),
        Finding::warning("use_in_other_plot", message).at_line(row as u64 + 1).of_plot(&plot.id),
    );
}

fn report_outside(
    overlayer: &Overlayer<'_>,
    uses: &Layer,
    source: &str,
    findings: &mut Findings,
) -> Result<(), ComplianceError> {
    let plots = IndexedPolygons::new(overlayer.plots.polygons.clone());
    let rest = difference(uses.polygons.view(), &plots, &overlayer.options, overlayer.progress);
    let rest = Overlayer::named(&uses.name, rest)?;
    for shape in overlayer.meter.shapes(&uses.name, rest.polygons.view())? {
        if shape.widest_m >= overlayer.meter.tolerances.outside_plot_width_m {
            let row = shape.feature as u64 + 1;
            let message =
                format!("第{row}个用途图斑超出全部地块{:.2}平方米(平面)，不计入", shape.measure.planar_m2);
            findings.add(Some(source), Finding::warning("use_outside_plots", message).at_line(row));
        }
    }
    Ok(())
}
