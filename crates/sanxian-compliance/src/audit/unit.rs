//! Units of the figures that plans print, with exact factors.

use super::exact::Exact;

/// What a unit measures; figures of different dimensions cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dimension {
    Area,
    Length,
    Volume,
    Money,
    People,
    Number,
}

/// A unit, or one unit by another, and how many of the base unit it is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Unit {
    pub(super) name: String,
    dimension: (Dimension, Option<Dimension>),
    pub(super) factor: Exact,
}

/// Names, dimension, and the factor to the base unit (m², m, m³, yuan, head, one) as a fraction. A mu is 2000/3 m² exactly.
const UNITS: [(&[&str], Dimension, i128, i128); 24] = [
    (&["平方米", "m2", "m²"], Dimension::Area, 1, 1),
    (&["公顷", "ha"], Dimension::Area, 10_000, 1),
    (&["亩", "mu"], Dimension::Area, 2_000, 3),
    (&["万亩"], Dimension::Area, 20_000_000, 3),
    (&["万公顷"], Dimension::Area, 100_000_000, 1),
    (&["平方千米", "平方公里", "km2", "km²"], Dimension::Area, 1_000_000, 1),
    (&["百平方千米", "百平方公里"], Dimension::Area, 100_000_000, 1),
    (&["万平方千米", "万平方公里"], Dimension::Area, 10_000_000_000, 1),
    (&["米", "m"], Dimension::Length, 1, 1),
    (&["千米", "公里", "km"], Dimension::Length, 1_000, 1),
    (&["立方米", "m3"], Dimension::Volume, 1, 1),
    (&["万立方米"], Dimension::Volume, 10_000, 1),
    (&["亿立方米"], Dimension::Volume, 100_000_000, 1),
    (&["元"], Dimension::Money, 1, 1),
    (&["万元"], Dimension::Money, 10_000, 1),
    (&["亿元"], Dimension::Money, 100_000_000, 1),
    (&["人"], Dimension::People, 1, 1),
    (&["万人"], Dimension::People, 10_000, 1),
    (&["", "个", "处", "项", "座", "行"], Dimension::Number, 1, 1),
    (&["万"], Dimension::Number, 10_000, 1),
    (&["亿"], Dimension::Number, 100_000_000, 1),
    (&["%", "％"], Dimension::Number, 1, 100),
    (&["‰"], Dimension::Number, 1, 1_000),
    (&["倍"], Dimension::Number, 1, 1),
];

impl Unit {
    /// The unit of this name; `a/b` is one unit by another.
    pub(super) fn named(name: &str) -> Option<Self> {
        let single = |name: &str| {
            let known = UNITS.iter().find(|(names, ..)| names.contains(&name.trim()))?;
            Some((known.1, Exact::new(known.2, known.3)?))
        };
        let (dimension, factor) = match name.split_once('/') {
            None => {
                let (dimension, factor) = single(name)?;
                ((dimension, None), factor)
            }
            Some((above, below)) => {
                let ((above, of_above), (below, of_below)) = (single(above)?, single(below)?);
                ((above, Some(below)), of_above.over(of_below)?)
            }
        };
        Some(Self { name: name.trim().to_owned(), dimension, factor })
    }

    /// One of something.
    pub(super) fn number() -> Self {
        let factor = Exact::whole(1);
        Self { name: String::new(), dimension: (Dimension::Number, None), factor }
    }

    /// Every name of a single unit.
    pub(super) fn names() -> impl Iterator<Item = &'static str> + Clone {
        UNITS.iter().flat_map(|(names, ..)| names.iter().copied()).filter(|name| !name.is_empty())
    }

    /// The dimension of a figure of this unit by one of `below`; one unit by its like is a number.
    pub(super) fn by(&self, below: &Self) -> Option<Self> {
        let dimension = match (self.dimension, below.dimension) {
            ((above, None), (below, None)) if above == below => (Dimension::Number, None),
            ((above, None), (below, None)) => (above, Some(below)),
            _ => return None,
        };
        let name = format!("{}/{}", self.name, below.name);
        Some(Self { name, dimension, factor: self.factor.over(below.factor)? })
    }

    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.dimension == other.dimension
    }

    /// Per cent, per mille, or one unit by another: figures that are not added.
    pub(super) fn is_ratio(&self) -> bool {
        self.dimension.1.is_some() || matches!(self.name.as_str(), "%" | "％" | "‰" | "倍")
    }

    pub(super) fn is_area(&self) -> bool {
        self.dimension == (Dimension::Area, None)
    }
}
