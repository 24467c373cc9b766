use std::collections::BTreeSet;

use super::codes::{CroplandClass, CroplandCodes, Requirement};
use super::occupation::{CroplandOccupation, OccupationRow};
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
    let taken: Vec<_> = occupation.rows.iter().map(Land::of_row).collect();
    let offered: Vec<_> = supplements.iter().map(Land::of_supplement).collect();
    Ok(balance(&codes.requirements, &taken, &offered, Words { needed: "应补充", offered: "可补充" }))
}

/// Cropland on one side of a balance.
pub(super) struct Land {
    pub(super) class: CroplandClass,
    /// `None` when it is not known, or is no number.
    pub(super) grade: Option<u32>,
    pub(super) area_m2: f64,
}

impl Land {
    fn of_row(row: &OccupationRow) -> Self {
        Self { class: row.class, grade: grade_number(row.grade.as_deref()), area_m2: row.net_m2 }
    }

    fn of_supplement(supplement: &Supplement) -> Self {
        Self { class: supplement.class, grade: supplement.grade, area_m2: supplement.area_m2 }
    }
}

/// A grade as the survey writes it, as a number.
pub(super) fn grade_number(text: Option<&str>) -> Option<u32> {
    text?.trim().parse().ok()
}

/// What sentences call the two sides of a balance.
#[derive(Clone, Copy)]
pub(super) struct Words {
    pub(super) needed: &'static str,
    pub(super) offered: &'static str,
}

/// A row a requirement, and for grades a row a grade.
pub(super) fn balance(
    requirements: &[Requirement],
    taken: &[Land],
    offered: &[Land],
    words: Words,
) -> Vec<BalanceRow> {
    let sum = |land: &[Land], only: Option<CroplandClass>| {
        let counted = land.iter().filter(|land| only.is_none_or(|class| class == land.class));
        // An empty sum is minus zero.
        counted.map(|land| land.area_m2).sum::<f64>() + 0.0
    };
    let mut rows = Vec::new();
    for requirement in requirements {
        let only = match requirement.id.as_str() {
            "quantity" => None,
            "paddy" => Some(CroplandClass::Paddy),
            _ => {
                rows.extend(grades(requirement, taken, offered, words));
                continue;
            }
        };
        rows.push(row(requirement, None, (sum(taken, only), sum(offered, only)), words));
    }
    rows
}

fn grades(requirement: &Requirement, taken: &[Land], offered: &[Land], words: Words) -> Vec<BalanceRow> {
    let graded = |land: &[Land]| -> Option<Vec<(u32, f64)>> {
        land.iter().map(|land| Some((land.grade?, land.area_m2))).collect()
    };
    let (Some(taken), Some(offered)) = (graded(taken), graded(offered)) else {
        let message = format!(
            "{}：{}或{}的耕地有未载明质量等别的，无法判定。",
            requirement.title, words.needed, words.offered
        );
        return vec![BalanceRow {
            needed_m2: None,
            offered_m2: None,
            verdict: Verdict::CannotBeJudged,
            message,
            ..row(requirement, None, (0.0, 0.0), words)
        }];
    };
    let up_to = |land: &[(u32, f64)], grade: u32| {
        land.iter().filter(|(known, _)| *known <= grade).map(|(_, area_m2)| area_m2).sum::<f64>() + 0.0
    };
    let known: BTreeSet<u32> = taken.iter().map(|(grade, _)| *grade).collect();
    let of_grade =
        |grade| row(requirement, Some(grade), (up_to(&taken, grade), up_to(&offered, grade)), words);
    known.into_iter().map(of_grade).collect()
}

fn row(
    requirement: &Requirement,
    grade: Option<u32>,
    (needed_m2, offered_m2): (f64, f64),
    words: Words,
) -> BalanceRow {
    let is_met = offered_m2 >= needed_m2;
    let text = |area_m2: f64| ha_text(area_ha(area_m2, 4), 4);
    let of_grade = grade.map_or_else(String::new, |grade| format!("{grade}等及以上"));
    let missing =
        if is_met { String::new() } else { format!("，尚缺{}", shortage(needed_m2 - offered_m2)) };
    BalanceRow {
        requirement: requirement.id.clone(),
        title: requirement.title.clone(),
        grade,
        needed_m2: Some(needed_m2),
        offered_m2: Some(offered_m2),
        verdict: if is_met { Verdict::Compliant } else { Verdict::NotCompliant },
        message: format!(
            "{}：{of_grade}{}{}公顷，{}{}公顷{missing}。",
            requirement.title,
            words.needed,
            text(needed_m2),
            words.offered,
            text(offered_m2)
        ),
        clause: requirement.clause.clone(),
        document: requirement.document.clone(),
        status: requirement.status.clone(),
    }
}

/// What is missing; in square metres where hectares would show nothing.
fn shortage(area_m2: f64) -> String {
    let ha = area_ha(area_m2, 4);
    if ha > 0.0 { format!("{}公顷", ha_text(ha, 4)) } else { format!("{area_m2:.4}平方米") }
}
