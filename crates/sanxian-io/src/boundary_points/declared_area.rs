//! The area a plot declares: in which unit, and by which of the two areas.
//!
//! The format asks for hectares; square metres and mu occur without a word about it. The geometry tells.

use crate::finding::Finding;

/// A unit that files declare areas in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Hectare,
    SquareMetre,
    Mu,
}

impl Unit {
    const ALL: [Self; 3] = [Self::Hectare, Self::SquareMetre, Self::Mu];

    const fn name(self) -> &'static str {
        match self {
            Self::Hectare => "公顷",
            Self::SquareMetre => "平方米",
            Self::Mu => "亩",
        }
    }

    /// Hectares of a value in this unit. One mu is 1/15 ha.
    fn to_ha(self, value: f64) -> f64 {
        match self {
            Self::Hectare => value,
            Self::SquareMetre => value / 10_000.0,
            Self::Mu => value / 15.0,
        }
    }

    /// Decimals that writers give at least; trailing zeros are often dropped.
    const fn usual_decimals(self) -> i32 {
        match self {
            Self::Hectare => 4,
            Self::SquareMetre | Self::Mu => 2,
        }
    }
}

/// What a plot row says about its area.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Declared {
    value: f64,
    decimals: i32,
    written_unit: Option<Unit>,
    text: String,
}

/// Reads an area field: a number, perhaps with its unit behind it. `Ok(None)` when empty or zero.
pub(super) fn parse(text: &str) -> Result<Option<Declared>, ()> {
    let text = text.trim();
    let units = [
        ("公顷", Unit::Hectare),
        ("hm2", Unit::Hectare),
        ("ha", Unit::Hectare),
        ("平方米", Unit::SquareMetre),
        ("㎡", Unit::SquareMetre),
        ("m2", Unit::SquareMetre),
        ("m²", Unit::SquareMetre),
        ("亩", Unit::Mu),
    ];
    let lower = text.to_lowercase();
    let found = units.into_iter().find_map(|(name, unit)| Some((lower.strip_suffix(name)?, unit)));
    let (digits, written_unit) = found.map_or((lower.as_str(), None), |(digits, unit)| (digits, Some(unit)));
    let digits = digits.trim();
    if digits.is_empty() {
        return Ok(None);
    }
    let value = super::line::number(digits).filter(|value| *value >= 0.0).ok_or(())?;
    let decimals = digits.split_once(['.', '．']).map_or(0, |(_, decimals)| decimals.len().min(12) as i32);
    Ok((value > 0.0).then(|| Declared { value, decimals, written_unit, text: text.to_owned() }))
}

/// The areas of a plot's geometry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Measured {
    /// Area in the plane of the coordinates; `None` for degrees.
    pub(super) planar_m2: Option<f64>,
    /// Area on the ellipsoid.
    pub(super) ellipsoidal_m2: Option<f64>,
    pub(super) perimeter_m: f64,
    /// Rounding of the coordinates.
    pub(super) precision_m: f64,
}

/// Which of the areas a declared one equals within rounding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) unit: Unit,
    planar: bool,
    ellipsoidal: bool,
}

impl Declared {
    /// The unit and areas that fit, trying the written unit only, or hectares first.
    pub(super) fn matching(&self, measured: &Measured) -> Option<Match> {
        let units =
            Unit::ALL.into_iter().filter(|unit| self.written_unit.is_none_or(|written| written == *unit));
        // First as if dropped zeros were there, then with the digits that are: "0.01" fits everything from 50 to 150 m2.
        [true, false].into_iter().find_map(|assume_zeros| {
            units.clone().find_map(|unit| {
                let decimals =
                    if assume_zeros { self.decimals.max(unit.usual_decimals()) } else { self.decimals };
                let rounding_m2 = unit.to_ha(0.5 * 10_f64.powi(-decimals)) * 10_000.0;
                let tolerance_m2 =
                    rounding_m2 * (1.0 + 1e-9) + 0.5 * measured.precision_m * measured.perimeter_m;
                let declared_m2 = unit.to_ha(self.value) * 10_000.0;
                let fits =
                    |area: Option<f64>| area.is_some_and(|area| (area - declared_m2).abs() <= tolerance_m2);
                let found = Match {
                    unit,
                    planar: fits(measured.planar_m2),
                    ellipsoidal: fits(measured.ellipsoidal_m2),
                };
                (found.planar || found.ellipsoidal).then_some(found)
            })
        })
    }

    /// The unit whose reading comes nearest to the geometry; hectares when none comes near.
    fn nearest_unit(&self, measured: &Measured) -> Unit {
        let Some(area_m2) = measured.planar_m2.or(measured.ellipsoidal_m2).filter(|area| *area > 0.0) else {
            return Unit::Hectare;
        };
        let distance = |unit: &Unit| (unit.to_ha(self.value) * 10_000.0 / area_m2).ln().abs();
        let nearest = Unit::ALL.into_iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
        nearest.filter(|unit| distance(unit) < 1.5_f64.ln()).unwrap_or(Unit::Hectare)
    }

    /// The declared area in hectares, and what there is to say about it. `usual` is the unit that fits most plots of the file.
    pub(super) fn settle(&self, measured: &Measured, usual: Option<Unit>) -> (f64, Vec<Finding>) {
        let found = self.matching(measured);
        let unit = found
            .map(|found| found.unit)
            .or(self.written_unit)
            .or(usual)
            .unwrap_or_else(|| self.nearest_unit(measured));
        let mut findings = Vec::new();
        if unit != Unit::Hectare {
            let message = format!("地块面积 {} 是{},不是公顷,已换算", self.text, unit.name());
            findings.push(Finding::warning("area_not_in_hectares", message));
        }
        let areas = measured.describe();
        let declared = format!("申报面积 {} {}", self.value, unit.name());
        findings.push(match found {
            Some(Match { planar: true, ellipsoidal: true, .. }) => {
                Finding::info("area_matches_both", format!("{declared}与平面面积、椭球面积都相符({areas})"))
            }
            Some(Match { planar: true, .. }) => {
                Finding::info("area_is_planar", format!("{declared}是平面面积({areas})"))
            }
            Some(_) => Finding::info("area_is_ellipsoidal", format!("{declared}是椭球面积({areas})")),
            None => Finding::warning("area_differs", format!("{declared}与坐标算得的面积不符({areas})")),
        });
        (unit.to_ha(self.value), findings)
    }
}

impl Measured {
    fn describe(&self) -> String {
        let planar = self.planar_m2.map(|area| format!("平面 {area:.2} 平方米"));
        let ellipsoidal = self.ellipsoidal_m2.map(|area| format!("椭球 {area:.2} 平方米"));
        [planar, ellipsoidal].into_iter().flatten().collect::<Vec<_>>().join(",")
    }
}

#[cfg(test)]
#[path = "declared_area_tests.rs"]
mod tests;
