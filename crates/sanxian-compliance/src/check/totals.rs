use super::measure::Meter;
use super::plots::PlotSet;
use crate::figure::{ha_text, mu_of_ha, round, sum_rounded};
use crate::scheme::{Stated, StatedFigure};

/// One total of the scheme: computed, and as the plan's text states it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Total {
    pub(super) figure: &'static str,
    pub(super) title: &'static str,
    /// Sum of the rounded rows; `None` when nothing was given to compute it from.
    pub(super) computed_ha: Option<f64>,
    /// The sum before any rounding.
    pub(super) unrounded_ha: Option<f64>,
    pub(super) stated_ha: Option<f64>,
    pub(super) difference_ha: Option<f64>,
    pub(super) note: String,
    /// True when a stated figure does not agree.
    pub(super) is_contradicted: bool,
}

/// A column of the plots' table: rounded hectares and unrounded square metres of each plot.
pub(super) struct Column {
    pub(super) rows_ha: Vec<f64>,
    pub(super) areas_m2: Vec<f64>,
}

/// The totals of the scheme, held against the stated ones.
pub(super) fn totals(
    plots: &PlotSet,
    meter: &Meter,
    stated: Option<&Stated>,
    column: impl Fn(&str) -> Option<Column>,
) -> Vec<Total> {
    let mut totals = Vec::new();
    for (figure, title) in Stated::KNOWN {
        let stated_figure = stated.and_then(|stated| stated.figure(figure));
        let column = column(figure);
        if column.is_none() && stated_figure.is_none() {
            continue;
        }
        let source = stated.and_then(|stated| stated.source.as_deref()).unwrap_or("文本");
        totals.push(total(plots, meter, (figure, title), column.as_ref(), stated_figure, source));
    }
    totals
}

fn total(
    plots: &PlotSet,
    meter: &Meter,
    (figure, title): (&'static str, &'static str),
    column: Option<&Column>,
    stated: Option<&StatedFigure>,
    source: &str,
) -> Total {
    let decimals = meter.tolerances.row_decimals_ha;
    let computed_ha = column.map(|column| sum_rounded(column.rows_ha.iter().copied(), decimals));
    let unrounded_ha = column.map(|column| column.areas_m2.iter().sum::<f64>() / 1e4);
    let mut total = Total {
        figure,
        title,
        computed_ha,
        unrounded_ha,
        stated_ha: stated.map(|stated| stated.value_ha),
        difference_ha: None,
        note: String::new(),
        is_contradicted: false,
    };
    let (Some(stated), Some(computed), Some(unrounded), Some(column)) =
        (stated, computed_ha, unrounded_ha, column)
    else {
        total.note = match stated {
            Some(_) => "缺少计算所需的图层，未能核对文本所载数字".to_owned(),
            None => "文本未给出对照数".to_owned(),
        };
        return total;
    };
    let finest = decimals.max(stated.decimals);
    let difference = round(computed - stated.value_ha, finest);
    total.difference_ha = Some(difference);
    let shown = ha_text(stated.value_ha, stated.decimals);
    // The text may have rounded the sum of its rows or the sum before rounding.
    let agrees = [computed, unrounded].iter().any(|value| round(*value, stated.decimals) == stated.value_ha);
    total.note = if agrees && difference == 0.0 {
        format!("与{source}所载{shown}公顷一致")
    } else if agrees {
        format!("按{}位小数取舍后与{source}所载{shown}公顷一致", stated.decimals)
    } else {
        total.is_contradicted = true;
        format!(
            "{source}所载{shown}公顷与各地块之和{}公顷不符，相差{}公顷({}亩){}",
            ha_text(computed, decimals),
            signed(difference, finest),
            signed(mu_of_ha(difference, finest), finest),
            explanation(plots, column, difference, stated.decimals)
        )
    };
    total
}

fn signed(figure: f64, decimals: u32) -> String {
    format!("{figure:+.*}", decimals as usize)
}

/// The plot whose leaving out, or counting twice, would explain a difference within what rounding hides.
fn explanation(plots: &PlotSet, column: &Column, difference: f64, decimals: u32) -> String {
    let hidden = 0.5 * 10_f64.powi(-(decimals as i32));
    let explains = |ha: &f64| *ha > 0.0 && (difference.abs() - ha).abs() <= hidden;
    let candidates: Vec<_> = column
        .rows_ha
        .iter()
        .zip(&plots.plots)
        .filter(|(ha, _)| explains(ha))
        .map(|(ha, plot)| (*ha, plot))
        .collect();
    // Several candidates explain nothing.
    let [(ha, plot)] = candidates.as_slice() else { return String::new() };
    let how = if difference > 0.0 { "漏计" } else { "重复计算" };
    format!("；差额与{}的{ha}公顷相当，疑为{how}该地块", plot.label())
}
