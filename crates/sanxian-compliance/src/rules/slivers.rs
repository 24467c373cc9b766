//! When a polygon counts as a sliver, and the least area of each land class on a map: `rules/slivers.toml`.

use super::code_tables::{read, tolerance};
use super::error::RuleError;
use crate::keys::{FaultAt, Keys};

const SLIVERS: &str = include_str!("../../rules/slivers.toml");

/// The figures of `rules/slivers.toml`; the width below which a polygon is narrow is [`crate::Tolerances::sliver_width_m`].
///
/// # Examples
/// ```
/// use sanxian_compliance::SliverRules;
///
/// let rules = SliverRules::embedded()?;
/// assert_eq!(rules.minimum_map_area("0601").map(|class| class.area_m2), Some(200.0));
/// # Ok::<(), sanxian_compliance::RuleError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SliverRules {
    /// A polygon is thin when 4πA/P² is at most this.
    pub thinness: f64,
    /// Only polygons of at most this area can be thin, unless they are no wider than `thin_width_m`.
    pub thin_area_m2: f64,
    /// Only polygons of at most this mean width can be thin, unless they are no larger than `thin_area_m2`.
    pub thin_width_m: f64,
    /// Land classes with their least area on a map; the first that answers to a code counts.
    pub minimum_map_areas: Vec<MinimumMapArea>,
}

/// The least area of a patch of some land classes.
#[derive(Clone, Debug, PartialEq)]
pub struct MinimumMapArea {
    /// What the classes are together, in Chinese.
    pub title: String,
    /// How their codes begin.
    pub prefixes: Vec<String>,
    /// The least area.
    pub area_m2: f64,
}

impl SliverRules {
    /// Reads the embedded table.
    ///
    /// # Errors
    /// [`RuleError`] names the key; only possible in a build whose data files were edited.
    pub fn embedded() -> Result<Self, RuleError> {
        read("slivers", SLIVERS, |keys| {
            Ok(Self {
                thinness: tolerance(keys, "thinness", "ratio")?,
                thin_area_m2: tolerance(keys, "thin_area_m2", "m2")?,
                thin_width_m: tolerance(keys, "thin_width_m", "m")?,
                minimum_map_areas: read_areas(keys)?,
            })
        })
    }

    /// The least area of a land class code.
    pub fn minimum_map_area(&self, code: &str) -> Option<&MinimumMapArea> {
        self.minimum_map_areas
            .iter()
            .find(|class| class.prefixes.iter().any(|prefix| code.trim().starts_with(prefix.as_str())))
    }
}

fn read_areas(keys: &mut Keys<'_>) -> Result<Vec<MinimumMapArea>, FaultAt> {
    let mut areas = Vec::new();
    for mut keys in keys.tables("minimum_map_area")? {
        areas.push(MinimumMapArea {
            title: keys.required_text("title")?,
            prefixes: keys.texts("prefixes")?,
            area_m2: keys.required_number("area_m2")?,
        });
        keys.required_text("citation")?;
        keys.required_text("status")?;
        keys.finish()?;
    }
    Ok(areas)
}
