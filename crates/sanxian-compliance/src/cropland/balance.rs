use std::collections::BTreeSet;

use super::codes::{CroplandClass, CroplandCodes, Requirement};
use super::occupation::CroplandOccupation;
use crate::error::ComplianceError;
use crate::figure::{area_ha, ha_text};
use crate::verdict::Verdict;

/// Cropland that is offered for what is taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Supplement {
    /// Paddy, irrigated or dry.
    pub class: CroplandClass,
    /// Grade, 1 the best; `None` when it is not known.
    pub grade: Option<u32>,
    /// Square metres of cropland.
    pub area_m2: f64,
}

/// One requirement of the balance and what it comes to.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct BalanceRow {
    /// `quantity`, `paddy` or `grade`.
    pub requirement: String,
    /// Its Chinese name.
    pub title: String,
    /// The grade that the row is about, 1 the best: it and better ones.
    pub grade: Option<u32>,
    /// Square metres that must be made good; `None` when it cannot be told.
    pub needed_m2: Option<f64>,
    /// Square metres offered.
    pub offered_m2: Option<f64>,
    /// Whether the need is met.
    pub verdict: Verdict,
    /// One Chinese sentence.
    pub message: String,
    /// Number of the clause.
    pub clause: String,
    /// The document.
    pub document: String,
    /// `read` or `reported`.
    pub status: String,
}

/// Holds what is offered against what is taken: as much land, as much paddy land, and for every grade as much of it and better.
///
/// Areas are compared unrounded. A grade that is missing on either side makes the requirement of grades [`Verdict::CannotBeJudged`].
///
/// # Errors
/// As [`crate::CodeTables::embedded`].
pub fn cropland_balance(
    occupation: &CroplandOccupation,
    supplements: &[Supplement],
) -> Result<Vec<BalanceRow>, ComplianceError> {
    let codes = CroplandCodes::embedded()?;
    let mut rows = Vec::new();
    for requirement in &codes.requirements {
        match requirement.id.as_str() {
            "quantity" => {
                let offered = supplements.iter().map(|offer| offer.area_m2).sum::<f64>() + 0.0;
                rows.push(row(requirement, None, occupation.net_m2(), offered));
            }
            "paddy" => {
                let paddy = occupation.rows.iter().filter(|row| row.class == CroplandClass::Paddy);
                let offered = supplements.iter().filter(|offer| offer.class == CroplandClass::Paddy);
                let offered = offered.map(|offer| offer.area_m2).sum::<f64>() + 0.0;
                // An empty sum is minus zero.
                let needed = paddy.map(|row| row.net_m2).sum::<f64>() + 0.0;
                rows.push(row(requirement, None, needed, offered));
            }
            _ => rows.extend(grades(requirement, occupation, supplements)),
        }
    }
    Ok(rows)
}

fn grades(
    requirement: &Requirement,
    occupation: &CroplandOccupation,
    supplements: &[Supplement],
) -> Vec<BalanceRow> {
    let taken: Option<Vec<(u32, f64)>> = occupation
        .rows
        .iter()
        .map(|row| Some((row.grade.as_deref()?.trim().parse().ok()?, row.net_m2)))
        .collect();
    let offered: Option<Vec<(u32, f64)>> =
        supplements.iter().map(|offer| Some((offer.grade?, offer.area_m2))).collect();
    let (Some(taken), Some(offered)) = (taken, offered) else {
        let message = "占用或补充的耕地有未载明质量等别的，无法判定。".to_owned();
        return vec![BalanceRow {
            needed_m2: None,
            offered_m2: None,
            verdict: Verdict::CannotBeJudged,
            message,
            ..row(requirement, None, 0.0, 0.0)
        }];
    };
    let up_to = |land: &[(u32, f64)], grade: u32| {
        land.iter().filter(|(known, _)| *known <= grade).map(|(_, area_m2)| area_m2).sum::<f64>()
    };
    let known: BTreeSet<u32> = taken.iter().map(|(grade, _)| *grade).collect();
    known
        .into_iter()
        .map(|grade| row(requirement, Some(grade), up_to(&taken, grade), up_to(&offered, grade)))
        .collect()
}

fn row(requirement: &Requirement, grade: Option<u32>, needed_m2: f64, offered_m2: f64) -> BalanceRow {
    let is_met = offered_m2 >= needed_m2;
    let text = |area_m2: f64| ha_text(area_ha(area_m2, 4), 4);
    let of_grade = grade.map_or_else(String::new, |grade| format!("{grade}等及以上"));
    let missing =
        if is_met { String::new() } else { format!("，尚缺{}公顷", text(needed_m2 - offered_m2)) };
    BalanceRow {
        requirement: requirement.id.clone(),
        title: requirement.title.clone(),
        grade,
        needed_m2: Some(needed_m2),
        offered_m2: Some(offered_m2),
        verdict: if is_met { Verdict::Compliant } else { Verdict::NotCompliant },
        message: format!(
            "{}：{of_grade}应补充{}公顷，可补充{}公顷{missing}。",
            requirement.title,
            text(needed_m2),
            text(offered_m2)
        ),
        clause: requirement.clause.clone(),
        document: requirement.document.clone(),
        status: requirement.status.clone(),
    }
}
