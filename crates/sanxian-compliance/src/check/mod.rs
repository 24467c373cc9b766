//! The check itself: plots against layers, rules against both, tables out of everything.

mod activity;
mod bounded;
mod condition;
mod cropland;
mod disjoint;
mod distance;
mod evidence;
mod existence;
mod finding;
mod input;
mod judge;
mod land_use;
mod layer_overlay;
mod measure;
mod message;
mod must_lie_within;
mod must_not_overlap;
mod nearness;
mod occupied;
mod opinions;
mod outcome;
mod ownership;
mod pieces;
mod placed;
mod plots;
mod presence;
mod public_interest;
mod public_interest_share;
mod reach;
mod report;
mod rulings;
mod scope;
mod spatial;
mod statutory;
mod survey;
mod tables;
mod totals;

use rayon::prelude::*;
use sanxian_geodesy::Crs;
use sanxian_io::{FileDigest, Finding, IoError};
use sanxian_overlay::{IndexedPolygons, OverlayOptions, Progress};

pub use finding::SourcedFinding;
pub use input::{CheckInput, ControlLayer};
pub use outcome::RuleOutcome;
pub use report::Report;

use crate::error::ComplianceError;
use crate::rules::{CodeTables, RulePack};
use crate::verdict::Verdict;
use activity::Activities;
use finding::Findings;
use layer_overlay::{LayerOverlay, Overlayer};
use measure::Meter;
use outcome::{LayerConflict, share_rows};
use ownership::Split;
use placed::Radii;
use plots::PlotSet;
use spatial::Ground;
use survey::SurveyPieces;
use tables::PlotRows;

/// Holds plots against control layers by rules.
///
/// Every control layer is overlaid whole: pieces, contacts, remainder, and the check that pieces and remainder make each plot. Areas are
/// taken on the plane and on the ellipsoid; `settings.area` says which one decides. The same input gives the same report, whatever the
/// number of threads.
///
/// # Errors
/// [`ComplianceError`] when the check cannot be run: CRS missing or different, invalid polygons (unless repairs are asked for), fields that
/// the scheme names and a layer lacks, parameters that name no plot. What can be run and not judged is [`Verdict::CannotBeJudged`].
///
/// # Examples
/// See [`crate::Scheme`].
pub fn check(input: CheckInput, packs: &[RulePack], progress: &Progress) -> Result<Report, ComplianceError> {
    let crs = input.common_crs()?;
    // Digests are taken beside the work, not before it: one keeps a single processor busy.
    let sources = evidence::sources(&input);
    std::thread::scope(|scope| {
        let digests = scope.spawn(|| evidence::digests(&sources));
        let digests = || digests.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        overlay_and_judge(input, crs, packs, progress, digests)
    })
}

/// The check itself; `digests` are those of [`evidence::sources`], asked for at its end.
fn overlay_and_judge(
    mut input: CheckInput,
    crs: Crs,
    packs: &[RulePack],
    progress: &Progress,
    digests: impl FnOnce() -> Result<Vec<Vec<FileDigest>>, IoError>,
) -> Result<Report, ComplianceError> {
    let tables = CodeTables::embedded()?;
    let meter = Meter { crs, area: input.settings.area, tolerances: input.settings.tolerances.clone() };
    let mut findings = Findings::default();
    let given = input.layers.len();
    let cropland = cropland::from_survey(&input, packs, &tables, &mut findings)?;
    let is_from_survey = cropland.is_some();
    input.layers.extend(cropland);
    // Polygons move from the layers into their indexes; the survey passes by and needs none.
    let indexes = input.layers.par_iter_mut().map(|control| index(control, progress));
    let indexes = indexes.collect::<Vec<_>>().into_iter().collect::<Result<Vec<_>, _>>()?;
    let input = &input;
    let plots = PlotSet::new(input, &meter, &mut findings)?;
    let known = tables.activities.iter().chain(packs.iter().flat_map(|pack| &pack.activities));
    let activities = Activities::new(input, known.cloned().collect(), &plots)?;
    scope::check_parameters(input, packs, &plots)?;
    let options = OverlayOptions { on_invalid: input.settings.on_invalid };
    check_validity(input, packs, &mut findings);
    let overlayer = Overlayer { plots: &plots, meter: &meter, options, progress };
    plots::report_overlaps(&overlayer, &finding::source_name(&input.plots), &mut findings)?;

    let (overlays, survey) = rayon::join(
        || lay_all(&overlayer, &input.layers, indexes),
        || {
            input
                .land_use
                .as_deref()
                .map(|survey| collecting(|findings| SurveyPieces::new(&overlayer, survey, findings)))
        },
    );
    let mut overlays = findings.take_in(overlays)?;
    let survey = findings.take_in(survey)?.pop();
    // Where the survey says nothing, its cropland says nothing either.
    if let Some((cropland, survey)) = overlays.last_mut().filter(|_| is_from_survey).zip(survey.as_ref()) {
        cropland.unclosed.extend(survey.uncovered(&overlayer));
    }
    let splits = splits(input, survey.as_ref(), &overlayer, &tables, &mut findings)?;
    let land_use = match survey.as_ref().zip(input.settings.land_classes.as_ref()) {
        None => None,
        Some((survey, settings)) => {
            let field = input.settings.ownership_field.as_deref();
            land_use::land_use(&overlayer, survey, settings, field, &tables, &mut findings)?
        }
    };
    let uses = match (&input.uses, &input.projects) {
        (Some(uses), Some(projects)) => {
            Some(public_interest::lay_uses(&overlayer, uses, projects, &mut findings)?)
        }
        _ => None,
    };
    let shares = uses.as_ref().map(|uses| uses.shares.as_slice());
    let ground = Ground { overlayer: &overlayer, overlays: &overlays, roles: &tables.roles };
    let mut rulings = judge::judge(input, packs, &activities, &ground, shares)?;
    let rows = share_rows(&mut rulings.judged);
    let conflicts: Vec<LayerConflict> =
        rulings.judged.iter_mut().flat_map(|judged| std::mem::take(&mut judged.conflicts)).collect();
    let rulings_by_plot = rulings::rulings_table(&rulings.judged, &plots, &meter)?;
    let accounts = rulings::accounts_table(&rulings.judged)?;
    let opinions = opinions::opinions_table(packs, &ground)?;
    let rules: Vec<RuleOutcome> = rulings.judged.into_iter().map(|judged| judged.outcome).collect();

    let plot_rows = PlotRows {
        plots: &plots,
        meter: &meter,
        splits: splits.as_deref(),
        shares,
        verdicts: &rulings.plot_verdicts,
        industry_led: &rulings.industry_led,
    };
    let totals =
        totals::totals(&plots, &meter, input.settings.stated.as_ref(), |figure| column(figure, &plot_rows));
    report_contradictions(&totals, &mut findings);
    let mut tables_out = vec![
        ("plots", plot_rows.plots_table()?),
        ("totals", tables::totals_table(&totals)?),
        ("encroachments", tables::encroachments_table(&rows, &rules, &plots, &meter)?),
        ("layer_conflicts", tables::conflicts_table(&conflicts, &rules, &meter)?),
        ("public_interest", plot_rows.public_interest_table()?),
        ("overlaps_by_layer", tables::overlaps_table(&overlays, &meter)?),
        ("rulings_by_plot", rulings_by_plot),
        ("opinions", opinions),
        ("accounts", accounts),
    ];
    let sources =
        statutory::Sources { input, rows: &plot_rows, uses: uses.as_ref(), land_use: land_use.as_ref() };
    tables_out.extend(statutory::tables(&sources, &mut findings)?);
    let pieces = pieces::layer(&rows, &conflicts, &rules, &plots, &meter)?;
    let inputs = evidence::inputs(input, given, digests()?);
    let counts = [
        ("plots", plots.len()),
        ("layers", overlays.len()),
        ("rules", rules.len()),
        ("encroachments", tables::breaking(&rows)),
        ("pieces", pieces.len()),
        ("findings", findings.0.len()),
    ];
    Ok(Report {
        name: input.settings.name.clone(),
        verdict: rules.iter().map(|outcome| outcome.verdict).max().unwrap_or(Verdict::CannotBeJudged),
        evidence: evidence::evidence(input, &inputs, packs, &tables, &meter.crs, &counts),
        rules,
        pieces,
        findings: findings.0,
        tables: tables_out,
    })
}

/// Points out totals that the plan's text states otherwise.
fn report_contradictions(totals: &[totals::Total], findings: &mut Findings) {
    for total in totals.iter().filter(|total| total.is_contradicted) {
        let message = format!("{}：{}", total.title, total.note);
        findings.add(None, Finding::warning("stated_total_differs", message));
    }
}

/// What some work came to, with the findings it made.
type Found<T> = Result<(T, Findings), ComplianceError>;

fn collecting<T>(work: impl FnOnce(&mut Findings) -> Result<T, ComplianceError>) -> Found<T> {
    let mut findings = Findings::default();
    Ok((work(&mut findings)?, findings))
}

/// Lays every control layer over the plots, side by side: of a layer that is small or skewed, a part of the work runs on one thread.
fn lay_all<'a>(
    overlayer: &Overlayer<'_>,
    layers: &'a [ControlLayer],
    indexes: Vec<IndexedPolygons>,
) -> Vec<Found<LayerOverlay<'a>>> {
    layers
        .par_iter()
        .zip(indexes)
        .map(|(control, indexed)| collecting(|findings| overlayer.lay(control, indexed, findings)))
        .collect()
}

/// Points out packs that are not in force on the day of the scheme; without a day, that nobody has looked.
fn check_validity(input: &CheckInput, packs: &[RulePack], findings: &mut Findings) {
    for pack in packs {
        let (from, to) = (pack.valid_from.as_deref(), pack.valid_to.as_deref());
        let term =
            format!("{}起{}", from.unwrap_or("不详"), to.map_or_else(String::new, |to| format!("至{to}止")));
        let Some(date) = input.settings.date.as_deref() else {
            if to.is_some() {
                let message = format!("规则包{}自{term}有效，方案未写日期(date)，未核对时效", pack.id);
                findings.add(None, Finding::info("rules_validity_unchecked", message));
            }
            continue;
        };
        // Days written YYYY-MM-DD are in the order of their texts.
        if from.is_some_and(|from| date < from) || to.is_some_and(|to| date > to) {
            let message = format!("规则包{}自{term}有效，方案日期为{date}，不在其有效期内", pack.id);
            findings.add(None, Finding::warning("rules_not_in_force", message));
        }
    }
}

/// Moves the polygons of a layer into an index; of points and lines, the ground within their radius.
fn index(control: &mut ControlLayer, progress: &Progress) -> Result<IndexedPolygons, ComplianceError> {
    if let (Some(lines), Some(Radii::Known(radii_m))) = (&control.layer.lines, Radii::of(control)?) {
        return Ok(IndexedPolygons::new(placed::ground(lines, &radii_m, &control.layer.name, progress)?));
    }
    Ok(IndexedPolygons::new(std::mem::take(&mut control.layer.polygons)))
}

fn splits(
    input: &CheckInput,
    survey: Option<&SurveyPieces>,
    overlayer: &Overlayer<'_>,
    tables: &CodeTables,
    findings: &mut Findings,
) -> Result<Option<Vec<Split>>, ComplianceError> {
    match (survey, &input.settings.ownership_field) {
        (Some(survey), Some(field)) => {
            Ok(Some(ownership::split(overlayer, survey, field, tables, findings)?))
        }
        (Some(_), None) => {
            let message = "给出了土地调查图层而没有权属字段([ownership] field)，未计算权属面积";
            findings.add(None, Finding::warning("ownership_field_missing", message));
            Ok(None)
        }
        (None, Some(_)) => {
            let message = "给出了权属字段而没有土地调查图层([land_use])，未计算权属面积";
            findings.add(None, Finding::warning("land_use_missing", message));
            Ok(None)
        }
        (None, None) => Ok(None),
    }
}

/// The column of the plots' table that a total is the sum of; `None` when it has a gap.
fn column(figure: &str, rows: &PlotRows<'_>) -> Option<totals::Column> {
    let plots = &rows.plots.plots;
    let (rows_ha, areas_m2): (Vec<f64>, Vec<f64>) = match figure {
        "total_ha" => plots.iter().map(|plot| (plot.area_ha, plot.area_m2)).unzip(),
        "collective_ha" => {
            rows.splits?.iter().map(|split| (split.collective_ha, split.collective_m2)).unzip()
        }
        "state_ha" => rows.splits?.iter().map(|split| (split.state_ha, split.state_m2)).unzip(),
        "public_interest_ha" => {
            let shares = rows.shares?.iter().enumerate();
            let known = shares.map(|(plot, share)| Some((rows.public_interest_ha(plot)?, share.public_m2)));
            known.collect::<Option<Vec<_>>>()?.into_iter().unzip()
        }
        _ => return None,
    };
    Some(totals::Column { rows_ha, areas_m2 })
}
