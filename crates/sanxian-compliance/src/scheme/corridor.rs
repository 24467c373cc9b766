use crate::keys::{FaultAt, KeyFault, Keys};

/// How the centre lines of a linear project become plots: `[plots.corridor]`.
///
/// Documents leave the width of a road or a power line open, so there is no default. Every segment is a plot, and every table has its
/// rows by segment. The Python package widens the lines; segments of one line tile its strip, and where lines cross the ground counts
/// once.
///
/// # Examples
/// ```toml
/// [plots]
/// path = "road.gpkg"
/// [plots.corridor]
/// width_m = 30.0
/// segment_length_m = 1000.0
/// name_field = "MC"
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Corridor {
    /// Full width of the land it takes.
    pub width: CorridorWidth,
    /// Length of a segment along the line, in metres; without it a line is one segment.
    pub segment_length_m: Option<f64>,
    /// Field of a line's name.
    pub name_field: Option<String>,
}

/// Full width of a corridor.
#[derive(Clone, Debug, PartialEq)]
pub enum CorridorWidth {
    /// The same for all lines, in metres.
    Metres(f64),
    /// A field that has the metres line by line.
    Field(String),
}

impl Corridor {
    pub(super) fn read(mut keys: Keys<'_>) -> Result<Self, FaultAt> {
        let width = if let Some(field) = keys.text("width_field")? {
            CorridorWidth::Field(field)
        } else {
            let metres = positive(&mut keys, "width_m")?;
            CorridorWidth::Metres(metres.map_or_else(|| keys.required_number("width_m"), Ok)?)
        };
        let corridor = Self {
            width,
            segment_length_m: positive(&mut keys, "segment_length_m")?,
            name_field: keys.text("name_field")?,
        };
        keys.finish()?;
        Ok(corridor)
    }
}

/// A length above zero, if there is one.
pub(super) fn positive(keys: &mut Keys<'_>, key: &'static str) -> Result<Option<f64>, FaultAt> {
    let Some(metres) = keys.number(key)? else { return Ok(None) };
    if metres > 0.0 && metres.is_finite() {
        return Ok(Some(metres));
    }
    let expected = "a length above 0 in metres".to_owned();
    Err(keys.fault(key, KeyFault::BadValue { value: metres.to_string(), expected }))
}
