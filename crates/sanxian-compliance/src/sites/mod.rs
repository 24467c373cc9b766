//! Alternatives for one project, compared by what they take of permanent basic farmland and of cropland.

mod layers_file;

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use sanxian_geodesy::AreaMethod;
use sanxian_io::Layer;
use sanxian_overlay::{IndexedPolygons, OnInvalid, Progress};

pub use layers_file::{NamedLayer, read_layers_file};

use crate::columns::Columns;
use crate::cropland::CroplandCodes;
use crate::error::ComplianceError;
use crate::figure::{area_ha, ha_text, share_text};
use crate::footprint::{Surveyor, indexed};
use crate::keys::{FaultAt, Keys};
use crate::rules::{CodeTables, RuleError, read_embedded};
use crate::verdict::Verdict;

const RULE: &str = include_str!("../../rules/site-comparison.toml");
/// Shares this near are equal: areas that ought to be the same differ by the noise of 64 bits.
const NOISE: f64 = 1e-12;
/// The layer from which cropland is taken by its land classes.
const LAND_USE: [&str; 4] = ["land_use", "土地利用现状", "DLTB", "地类图斑"];
/// A layer that is cropland as a whole.
const CROPLAND: [&str; 2] = ["cropland", "耕地"];

/// How sites are compared.
#[derive(Clone, Debug)]
pub struct SiteOptions {
    /// How land is measured; the same for numerator and denominator.
    pub area: AreaMethod,
    /// What to do with an invalid polygon.
    pub on_invalid: OnInvalid,
    /// Roles whose layers may be without features: the site region has none of that land.
    pub may_be_empty: Vec<String>,
}

impl Default for SiteOptions {
    fn default() -> Self {
        Self { area: AreaMethod::Ellipsoidal, on_invalid: OnInvalid::Raise, may_be_empty: Vec::new() }
    }
}

/// What a site takes of one kind of land.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SiteMeasure {
    /// The role, or `cropland`.
    pub role: String,
    /// Its Chinese name.
    pub title: String,
    /// Area of the site inside, in square metres, overlaps counted once; `None` when the layer is missing or empty.
    pub area_m2: Option<f64>,
    /// Of the site's area, unrounded.
    pub share: Option<f64>,
}

/// One alternative.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SiteRow {
    /// Its name.
    pub site: String,
    /// Its area in square metres, overlaps of its plots counted once.
    pub area_m2: f64,
    /// What it takes: first the kinds that decide, in their order, then the other layers given.
    pub measures: Vec<SiteMeasure>,
    /// 1 for the best; equals share a rank. `None` when a deciding layer is missing.
    pub rank: Option<usize>,
    /// True when another site has the same rank.
    pub is_tied: bool,
}

/// The alternatives and what the document says of them.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SiteComparison {
    /// Compliant when there are enough sites and all could be ranked; not compliant with too few; cannot be judged without the layers.
    pub verdict: Verdict,
    /// One Chinese sentence.
    pub message: String,
    /// The clause, quoted.
    pub quote: String,
    /// How the clause is read here.
    pub reading: String,
    /// Number of the clause.
    pub clause: String,
    /// The document.
    pub document: String,
    /// `read` or `reported`.
    pub status: String,
    /// The sites, best first; in the order given where they cannot be ranked.
    pub rows: Vec<SiteRow>,
}

struct Rule {
    minimum_sites: usize,
    order: Vec<String>,
    quote: String,
    reading: String,
    clause: String,
    document: String,
    status: String,
}

/// One kind of land to be measured.
struct Kind {
    role: String,
    title: String,
    layers: Vec<IndexedPolygons>,
    is_known: bool,
}

/// Ranks sites: the smaller share of permanent basic farmland goes before, among equals the smaller share of cropland.
///
/// `layers` go by role (`permanent_basic_farmland`, `永久基本农田`, ...); cropland is a layer `cropland` (`耕地`), or is taken out of a
/// layer `land_use` (`土地利用现状`) by the codes of `rules/cropland.toml`. Areas are gross, field ridges not deducted, for both shares.
///
/// # Errors
/// [`ComplianceError`]: a role that is not known, CRSs that differ, a site without land, an invalid polygon, a survey without its field of
/// land classes.
pub fn compare_sites(
    sites: &[(String, Layer)],
    layers: &[(String, Layer)],
    options: &SiteOptions,
    progress: &Progress,
) -> Result<SiteComparison, ComplianceError> {
    let rule = read_rule()?;
    let Some((_, first)) = sites.first() else {
        return Err(ComplianceError::NoPlots { layer: "sites".to_owned() });
    };
    let surveyor = Surveyor::new(first, options.area, options.on_invalid, progress)?;
    let kinds = kinds(&rule, layers, options, &surveyor)?;
    let mut rows = sites
        .iter()
        .map(|(name, plots)| measure(name, plots, &kinds, &surveyor))
        .collect::<Result<Vec<_>, _>>()?;
    let missing: Vec<&str> = kinds
        .iter()
        .filter(|kind| !kind.is_known && rule.order.contains(&kind.role))
        .map(|kind| kind.title.as_str())
        .collect();
    if missing.is_empty() {
        rank(&mut rows, rule.order.len());
    }
    let (verdict, message) = conclude(&rule, &rows, &missing);
    Ok(SiteComparison {
        verdict,
        message,
        quote: rule.quote,
        reading: rule.reading,
        clause: rule.clause,
        document: rule.document,
        status: rule.status,
        rows,
    })
}

fn read_rule() -> Result<Rule, RuleError> {
    read_embedded("site-comparison", RULE, |keys: &mut Keys<'_>| -> Result<Rule, FaultAt> {
        for key in ["title", "citation", "region"] {
            keys.required_text(key)?;
        }
        Ok(Rule {
            minimum_sites: keys.required_number("minimum_sites")? as usize,
            order: keys.texts("order")?,
            quote: keys.required_text("quote")?,
            reading: keys.required_text("reading")?,
            clause: keys.required_text("clause")?,
            document: keys.required_text("document")?,
            status: keys.required_text("status")?,
        })
    })
}

/// The kinds of land that decide, then those of the other layers, each with its layers.
fn kinds(
    rule: &Rule,
    layers: &[(String, Layer)],
    options: &SiteOptions,
    surveyor: &Surveyor<'_>,
) -> Result<Vec<Kind>, ComplianceError> {
    let tables = CodeTables::embedded()?;
    let find = |name: &str| -> Result<(String, String), RuleError> {
        if CROPLAND.iter().chain(&LAND_USE).any(|known| known.eq_ignore_ascii_case(name.trim())) {
            return Ok(("cropland".to_owned(), "耕地".to_owned()));
        }
        tables.find_role(name).map(|role| (role.id.clone(), role.title.clone()))
    };
    let mut kinds: Vec<Kind> = Vec::new();
    for role in &rule.order {
        let (role, title) = find(role)?;
        kinds.push(Kind { role, title, layers: Vec::new(), is_known: false });
    }
    let may_be_empty =
        options.may_be_empty.iter().map(|name| Ok(find(name)?.0)).collect::<Result<Vec<_>, RuleError>>()?;
    for (name, layer) in layers {
        surveyor.check_crs(layer)?;
        let (role, title) = find(name)?;
        let is_survey = LAND_USE.iter().any(|known| known.eq_ignore_ascii_case(name.trim()));
        let index = if is_survey {
            let classes = CroplandCodes::embedded()?.classes_of(layer)?;
            indexed(layer, |feature| classes.get(feature).copied().flatten().is_some())
        } else {
            indexed(layer, |_| true)
        };
        // A survey that holds no cropland says so; a layer of one kind that is empty may be a failed export.
        let is_known =
            !layer.is_empty() && (is_survey || !index.polygons().is_empty()) || may_be_empty.contains(&role);
        let at = kinds.iter().position(|kind| kind.role == role);
        let at = at.unwrap_or_else(|| {
            kinds.push(Kind { role, title, layers: Vec::new(), is_known: false });
            kinds.len() - 1
        });
        if let Some(kind) = kinds.get_mut(at) {
            kind.layers.push(index);
            kind.is_known |= is_known;
        }
    }
    Ok(kinds)
}

fn measure(
    site: &str,
    plots: &Layer,
    kinds: &[Kind],
    surveyor: &Surveyor<'_>,
) -> Result<SiteRow, ComplianceError> {
    let land = surveyor.footprint(plots)?;
    let area_m2 = surveyor.total_m2(&land, &plots.name)?;
    let measure = |kind: &Kind| -> Result<SiteMeasure, ComplianceError> {
        let layers: Vec<&IndexedPolygons> = kind.layers.iter().collect();
        let covered =
            if kind.is_known { Some(surveyor.covered_m2(&land, &layers, &kind.title)?) } else { None };
        Ok(SiteMeasure {
            role: kind.role.clone(),
            title: kind.title.clone(),
            area_m2: covered,
            share: covered.map(|covered| covered / area_m2),
        })
    };
    let measures = kinds.iter().map(measure).collect::<Result<_, _>>()?;
    Ok(SiteRow { site: site.to_owned(), area_m2, measures, rank: None, is_tied: false })
}

fn shares(row: &SiteRow, deciding: usize) -> impl Iterator<Item = f64> {
    row.measures.iter().take(deciding).map(|measure| measure.share.unwrap_or(f64::NAN))
}

fn rank(rows: &mut [SiteRow], deciding: usize) {
    let order = |one: &SiteRow, other: &SiteRow| {
        shares(one, deciding)
            .zip(shares(other, deciding))
            .find(|(one, other)| (one - other).abs() > NOISE)
            .map_or(std::cmp::Ordering::Equal, |(one, other)| one.total_cmp(&other))
    };
    // Stable: equals stay as they were given.
    rows.sort_by(order);
    let mut ranks: Vec<usize> = Vec::with_capacity(rows.len());
    for (at, pair) in std::iter::once(None).chain(rows.windows(2).map(Some)).enumerate().take(rows.len()) {
        let is_equal = matches!(pair, Some([one, other]) if order(one, other).is_eq());
        ranks.push(if is_equal { ranks.last().copied().unwrap_or(1) } else { at + 1 });
    }
    for (row, &rank) in rows.iter_mut().zip(&ranks) {
        row.rank = Some(rank);
        row.is_tied = ranks.iter().filter(|other| **other == rank).count() > 1;
    }
}

fn conclude(rule: &Rule, rows: &[SiteRow], missing: &[&str]) -> (Verdict, String) {
    let too_few = rows.len() < rule.minimum_sites;
    let count = format!("提供了{}个方案，应当至少{}个", rows.len(), rule.minimum_sites);
    if !missing.is_empty() {
        let layers = missing.join("、");
        let message = format!("未提供{layers}图层或其没有要素，无法比较占用比例");
        let (verdict, count) = if too_few {
            (Verdict::NotCompliant, format!("{count}；"))
        } else {
            (Verdict::CannotBeJudged, String::new())
        };
        return (verdict, format!("{count}{message}。"));
    }
    if too_few {
        return (Verdict::NotCompliant, format!("{count}。"));
    }
    let best: Vec<&SiteRow> = rows.iter().filter(|row| row.rank == Some(1)).collect();
    let names: Vec<&str> = best.iter().map(|row| row.site.as_str()).collect();
    let figures = best.first().map_or_else(String::new, |row| {
        let part = |measure: &SiteMeasure| {
            let ha = ha_text(area_ha(measure.area_m2.unwrap_or_default(), 4), 4);
            format!("占用{}{ha}公顷({})", measure.title, share_text(measure.share.unwrap_or_default()))
        };
        row.measures.iter().take(rule.order.len()).map(part).collect::<Vec<_>>().join("、")
    });
    let message = if best.len() > 1 {
        format!("{}并列，{figures}，由编制单位按其他条件取舍。", names.join("、"))
    } else {
        format!("同等条件下优先选用{}：{figures}。", names.join("、"))
    };
    (Verdict::Compliant, message)
}

impl SiteComparison {
    /// A row a site: `rank, is_tied, site, area_m2, area_ha`, then for each kind of land `<role>_m2, <role>_ha, <role>_share`.
    ///
    /// # Errors
    /// None in practice; Arrow's own when columns differ in length.
    pub fn table(&self) -> Result<RecordBatch, ArrowError> {
        let rows = &self.rows;
        let mut columns = Columns::default()
            .maybe_counts("rank", rows.iter().map(|row| row.rank.map(|rank| rank as i64)))
            .flags("is_tied", rows.iter().map(|row| row.is_tied))
            .texts("site", rows.iter().map(|row| &row.site))
            .numbers("area_m2", rows.iter().map(|row| row.area_m2))
            .numbers("area_ha", rows.iter().map(|row| area_ha(row.area_m2, 4)));
        let kinds = rows.first().map_or(0, |row| row.measures.len());
        for kind in 0..kinds {
            let measures: Vec<Option<&SiteMeasure>> = rows.iter().map(|row| row.measures.get(kind)).collect();
            let role = measures.first().copied().flatten().map_or("", |measure| measure.role.as_str());
            let area = |measure: Option<&SiteMeasure>| measure.and_then(|measure| measure.area_m2);
            columns = columns
                .maybe_numbers(&format!("{role}_m2"), measures.iter().copied().map(area))
                .maybe_numbers(
                    &format!("{role}_ha"),
                    measures.iter().map(|&measure| area(measure).map(|area| area_ha(area, 4))),
                )
                .maybe_numbers(
                    &format!("{role}_share"),
                    measures.iter().map(|measure| measure.and_then(|measure| measure.share)),
                );
        }
        columns.finish()
    }
}
