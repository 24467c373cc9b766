use toml::Value;

use crate::keys::{FaultAt, KeyFault, Keys};

/// Totals that the plan's text states, to be compared with the computed ones.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stated {
    /// The figures, in the order of [`Stated::KNOWN`].
    pub figures: Vec<StatedFigure>,
    /// Where the text states them.
    pub source: Option<String>,
}

/// One stated figure and how finely it is stated.
#[derive(Clone, Debug, PartialEq)]
pub struct StatedFigure {
    /// Its key, e.g. `total_ha`.
    pub figure: &'static str,
    /// The value, in hectares.
    pub value_ha: f64,
    /// Decimals it was written with: 1324.6 was rounded to one.
    pub decimals: u32,
}

impl Stated {
    /// The figures that can be stated, with their Chinese titles.
    pub const KNOWN: [(&'static str, &'static str); 4] = [
        ("total_ha", "总面积"),
        ("collective_ha", "集体土地面积"),
        ("state_ha", "国有土地面积"),
        ("public_interest_ha", "公益性用地面积"),
    ];

    /// The stated figure of this key.
    pub fn figure(&self, figure: &str) -> Option<&StatedFigure> {
        self.figures.iter().find(|stated| stated.figure == figure)
    }

    pub(super) fn read(mut keys: Keys<'_>) -> Result<Self, FaultAt> {
        let mut figures = Vec::new();
        for (figure, _) in Self::KNOWN {
            if let Some(value) = keys.value(figure) {
                figures.push(read_figure(&keys, figure, value)?);
            }
        }
        let source = keys.text("source")?;
        keys.finish()?;
        Ok(Self { figures, source })
    }
}

fn read_figure(keys: &Keys<'_>, figure: &'static str, value: &Value) -> Result<StatedFigure, FaultAt> {
    // The shortest text that reads back as the number is the text that was written, trailing zeros aside;
    // who needs those ("892.70") writes a text.
    let text = match value {
        Value::Float(number) => format!("{number:?}"),
        Value::Integer(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        other => {
            let fault = KeyFault::WrongType { expected: "a number of hectares", found: other.type_str() };
            return Err(keys.fault(figure, fault));
        }
    };
    let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len() as u32);
    match text.parse::<f64>() {
        Ok(value_ha) if value_ha.is_finite() && value_ha >= 0.0 => {
            Ok(StatedFigure { figure, value_ha, decimals })
        }
        _ => {
            let expected = "a number of hectares that is not negative".to_owned();
            Err(keys.fault(figure, KeyFault::BadValue { value: text, expected }))
        }
    }
}
