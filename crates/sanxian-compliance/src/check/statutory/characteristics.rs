use arrow_array::RecordBatch;
use arrow_schema::ArrowError;

use super::Sources;
use super::closing::Closer;
use super::schedule::Schedule;
use crate::columns::Columns;
use crate::figure::{ha_text, round, share_hundredths, share_text, sum_rounded};

/// One line of the form.
struct Line {
    section: &'static str,
    number: &'static str,
    name: &'static str,
    unit: &'static str,
    value: Option<String>,
    note: &'static str,
}

const OVERVIEW: &str = "项目概况";
const PROJECTS: &str = "拟安排的建设项目";
const NOT_STATED: &str = "方案未写明";
const NO_SURVEY: &str = "缺土地调查图层或权属字段";
const NO_PUBLIC: &str = "有地块的公益性用地面积不明";
const NO_CLASSES: &str = "土地调查图层未声明分类，或有代码不能归类";

/// 特性表 with all its blocks. What can be computed is; what only the scheme can say is left empty with a note when it does not.
pub(super) fn characteristics_table(
    sources: &Sources<'_>,
    schedule: Option<&Schedule>,
    facts: &Facts,
) -> Result<RecordBatch, ArrowError> {
    let mut lines = overview(sources, facts);
    lines.extend(land(sources, schedule, facts));
    lines.extend(progress(sources, facts));
    Columns::default()
        .texts("section", lines.iter().map(|line| line.section))
        .texts("number", lines.iter().map(|line| line.number))
        .texts("name", lines.iter().map(|line| line.name))
        .texts("unit", lines.iter().map(|line| line.unit))
        .maybe_texts("value", lines.iter().map(|line| line.value.as_deref()))
        .texts("note", lines.iter().map(|line| line.note))
        .finish()
}

/// The figures of the form.
pub(super) struct Facts {
    decimals: u32,
    area_m2: f64,
    total_ha: f64,
    /// Collective and state land.
    split_ha: Option<(f64, f64)>,
    public_ha: Option<f64>,
    public_m2: Option<f64>,
    /// As the table of present land use has it.
    cropland_ha: Option<f64>,
    /// Years and what is carried out in them.
    years: Vec<(i32, f64)>,
}

impl Facts {
    pub(super) fn new(sources: &Sources<'_>, schedule: Option<&Schedule>, cropland_ha: Option<f64>) -> Self {
        let rows = sources.rows;
        let plots = &rows.plots.plots;
        let decimals = rows.meter.tolerances.row_decimals_ha;
        let split_ha = rows.splits.map(|splits| {
            let collective = sum_rounded(splits.iter().map(|split| split.collective_ha), decimals);
            (collective, sum_rounded(splits.iter().map(|split| split.state_ha), decimals))
        });
        let public: Option<Vec<f64>> = (0..plots.len()).map(|plot| rows.public_interest_ha(plot)).collect();
        let public_ha = public.map(|figures| sum_rounded(figures, decimals));
        let shares = public_ha.and(rows.shares);
        let closer = Closer::new(decimals);
        let years = schedule.map(|schedule| schedule.years.iter().copied().zip(schedule.totals(&closer)));
        Self {
            decimals,
            area_m2: plots.iter().map(|plot| plot.area_m2).sum(),
            total_ha: sum_rounded(plots.iter().map(|plot| plot.area_ha), decimals),
            split_ha,
            public_ha,
            public_m2: shares.map(|shares| shares.iter().map(|share| share.public_m2).sum()),
            cropland_ha,
            years: years.map(Iterator::collect).unwrap_or_default(),
        }
    }

    fn ha(&self, figure: f64) -> String {
        ha_text(figure, self.decimals)
    }

    fn share(&self, part_m2: f64) -> Option<String> {
        (self.area_m2 > 0.0).then(|| percent(part_m2 / self.area_m2))
    }

    /// A part of the whole, both as tables show them, rounded like the shares of those tables: no limit hangs on it.
    fn part(&self, figure_ha: f64) -> Option<String> {
        (self.total_ha > 0.0).then(|| format!("{:.2}", round(figure_ha / self.total_ha * 100.0, 2)))
    }

    /// A year's part of the whole.
    fn rate(&self, year: usize) -> Option<String> {
        self.years.get(year).and_then(|(_, figure)| self.part(*figure))
    }

    fn no_years(&self) -> &'static str {
        if self.years.is_empty() { "项目表没有分年面积" } else { "方案不足三年" }
    }
}

fn line(
    section: &'static str,
    number: &'static str,
    (name, unit): (&'static str, &'static str),
    value: Option<String>,
    note: &'static str,
) -> Line {
    let note = if value.is_some() { "" } else { note };
    Line { section, number, name, unit, value, note }
}

fn overview(sources: &Sources<'_>, facts: &Facts) -> Vec<Line> {
    let stated = &sources.input.settings.characteristics;
    let owners = facts
        .split_ha
        .map(|(collective, state)| format!("国有{}公顷，集体{}公顷", facts.ha(state), facts.ha(collective)));
    let conforms = stated.conforms_to_plan.map(|conforms| if conforms { "是" } else { "否" }.to_owned());
    let count = Some(sources.rows.plots.len().to_string());
    vec![
        line(OVERVIEW, "1", ("地块数量", "个"), count, ""),
        line(OVERVIEW, "2", ("权属性质", "国有/集体"), owners, NO_SURVEY),
        line(OVERVIEW, "3", ("成片开发位置", ""), stated.location.clone(), NOT_STATED),
        line(OVERVIEW, "4", ("成片开发范围", ""), stated.extent.clone(), NOT_STATED),
        line(OVERVIEW, "5", ("基础设施条件", ""), stated.infrastructure.clone(), NOT_STATED),
        line(OVERVIEW, "6", ("是否符合国土空间规划", ""), conforms, NOT_STATED),
    ]
}

fn land(sources: &Sources<'_>, schedule: Option<&Schedule>, facts: &Facts) -> Vec<Line> {
    let projects = sources.input.projects.as_ref().map(|projects| {
        let count = schedule.map_or(projects.rows.len(), Schedule::projects);
        format!("拟安排项目{count}个")
    });
    let years = &facts.years;
    let term = years.first().zip(years.last()).map(|((first, _), (last, _))| format!("{first}年—{last}年"));
    let plan: Vec<String> =
        years.iter().map(|(year, figure)| format!("{year}年{}公顷", facts.ha(*figure))).collect();
    let plan = (!plan.is_empty()).then(|| plan.join("，"));
    let total = Some(facts.ha(facts.total_ha));
    let taken = facts.split_ha.map(|(collective, _)| facts.ha(collective));
    vec![
        line(PROJECTS, "1", ("项目情况", ""), projects, "缺项目表"),
        line(PROJECTS, "2", ("开发时序", ""), term, facts.no_years()),
        line(PROJECTS, "3", ("年度实施计划", ""), plan, facts.no_years()),
        line(PROJECTS, "4", ("开发总规模", "公顷"), total.clone(), ""),
        line(PROJECTS, "4.1", ("开发面积", "公顷"), total, ""),
        line(PROJECTS, "4.2", ("土地征收面积", "公顷"), taken, NO_SURVEY),
        line(
            PROJECTS,
            "4.3",
            ("公益性用地面积", "公顷"),
            facts.public_ha.map(|area| facts.ha(area)),
            NO_PUBLIC,
        ),
    ]
}

fn progress(sources: &Sources<'_>, facts: &Facts) -> Vec<Line> {
    let stated = &sources.input.settings.characteristics;
    let completed_m2 = stated.completed_public_interest_ha.map(|ha| ha * 1e4);
    let share = |part_m2: Option<f64>| part_m2.and_then(|part_m2| facts.share(part_m2));
    // What is there and what is new make the whole as it is shown.
    let new_share =
        facts.public_m2.zip(completed_m2).filter(|_| facts.area_m2 > 0.0).map(|(public, completed)| {
            let of_area = |part_m2: f64| share_hundredths(part_m2 / facts.area_m2);
            format!("{:.2}", (of_area(public) - of_area(completed)).max(0.0) / 100.0)
        });
    let years = (!facts.years.is_empty()).then(|| facts.years.len().to_string());
    let no_years = facts.no_years();
    vec![
        line(PROJECTS, "5", ("公益性用地比例", "%"), share(facts.public_m2), NO_PUBLIC),
        line(PROJECTS, "5.1", ("开发范围内已完成公益性用地比例", "%"), share(completed_m2), NOT_STATED),
        line(
            PROJECTS,
            "5.2",
            ("开发范围内新规划公益性用地比例", "%"),
            new_share,
            "缺已完成或全部公益性用地面积",
        ),
        line(
            PROJECTS,
            "6",
            ("集体经济组织村民会议或村民代表同意比例", "%"),
            stated.consent_share.map(percent),
            NOT_STATED,
        ),
        line(
            PROJECTS,
            "7",
            ("占用耕地面积", "公顷"),
            facts.cropland_ha.map(|area| facts.ha(area)),
            NO_CLASSES,
        ),
        line(
            PROJECTS,
            "",
            ("占用耕地比例", "%"),
            facts.cropland_ha.and_then(|area| facts.part(area)),
            NO_CLASSES,
        ),
        line(PROJECTS, "8", ("建设期", "年"), years, no_years),
        line(PROJECTS, "8.1", ("方案年度计划第一年完成率", "%"), facts.rate(0), no_years),
        line(PROJECTS, "8.2", ("方案年度计划第二年完成率", "%"), facts.rate(1), no_years),
        line(PROJECTS, "8.3", ("方案年度计划第三年完成率", "%"), facts.rate(2), no_years),
    ]
}

/// Per cent without its sign: the form has a column of units.
fn percent(share: f64) -> String {
    share_text(share).trim_end_matches('%').to_owned()
}
