use super::corridor::positive;
use crate::keys::{FaultAt, Keys};

/// How far a control layer of points or lines reaches: `radius_m` or `radius_field` of a `[[layers]]` entry.
///
/// A register of heritage sites gives places, a river may be a centre line; what is protected about them no document says, so there is
/// no default. Rules about distance need none: they measure from the point or line itself.
///
/// # Examples
/// ```toml
/// [[layers]]
/// role = "文物保护单位"
/// path = "heritage.csv"
/// points = true          # a row a site; other tables are plots
/// radius_m = 50.0        # or radius_field = "保护半径"
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Radius {
    /// The same for all features, in metres.
    Metres(f64),
    /// A field that has the metres feature by feature.
    Field(String),
}

impl Radius {
    pub(super) fn read(keys: &mut Keys<'_>) -> Result<Option<Self>, FaultAt> {
        let metres = positive(keys, "radius_m")?;
        Ok(match keys.text("radius_field")? {
            Some(field) => Some(Self::Field(field)),
            None => metres.map(Self::Metres),
        })
    }
}
