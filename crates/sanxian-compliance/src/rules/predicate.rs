/// A control layer, or some sub-zones of it. Identifiers are those of `rules/roles.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerZone {
    /// Role of the layer.
    pub role: String,
    /// Sub-zones; empty for the whole layer.
    pub subclasses: Vec<String>,
}

impl LayerZone {
    /// True when the rule concerns some sub-zones only.
    pub fn has_subclasses(&self) -> bool {
        !self.subclasses.is_empty()
    }

    /// True when `subclass` is one of the sub-zones; a missing one is not.
    pub(crate) fn is_wanted(&self, subclass: Option<&str>) -> bool {
        subclass.is_some_and(|subclass| self.subclasses.iter().any(|wanted| wanted == subclass))
    }
}

/// What a rule measures.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Predicate {
    /// No plot shares area with the layer.
    MustNotOverlap(LayerZone),
    /// A plot that shares area with the layer needs what the rule's condition names.
    OverlapNeeds(LayerZone),
    /// Every plot lies inside the layer completely.
    MustLieWithin(LayerZone),
    /// Every plot keeps this distance from the layer.
    DistanceAtLeast {
        /// The layer.
        zone: LayerZone,
        /// The distance, in metres.
        distance_m: Limit,
    },
    /// A share is at least, or at most, a threshold, compared unrounded.
    Share {
        /// Which of the two.
        bound: Bound,
        /// Numerator and denominator.
        measure: ShareMeasure,
        /// The threshold, 0 to 1.
        threshold: f64,
        /// Whether each plot or the scheme as a whole must keep it.
        base: ShareBase,
    },
    /// A total is at least, or at most, a limit, compared unrounded.
    Total {
        /// Which of the two.
        bound: Bound,
        /// What is added up.
        measure: TotalMeasure,
        /// The limit, in `unit`.
        limit: Limit,
        /// Parameter of what stood before the project: the measure is taken from it under a lower bound and added to it under an
        /// upper one.
        before: Option<String>,
        /// The unit of the limit, and of the parameters.
        unit: Unit,
    },
    /// No two of these layers share area; a single layer does not overlap itself.
    Disjoint(Vec<LayerZone>),
    /// Something is there.
    Exists(Existence),
}

impl Predicate {
    /// The name used in rule packs, e.g. `must-not-overlap`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::MustNotOverlap(_) => "must-not-overlap",
            Self::OverlapNeeds(_) => "overlap-needs",
            Self::MustLieWithin(_) => "must-lie-within",
            Self::DistanceAtLeast { .. } => "distance-at-least",
            Self::Share { bound: Bound::AtLeast, .. } => "share-at-least",
            Self::Share { bound: Bound::AtMost, .. } => "share-at-most",
            Self::Total { bound: Bound::AtLeast, .. } => "total-at-least",
            Self::Total { bound: Bound::AtMost, .. } => "total-at-most",
            Self::Disjoint(_) => "disjoint",
            Self::Exists(_) => "exists",
        }
    }

    /// The layers concerned; the first is the one a report lists the rule under.
    pub fn zones(&self) -> Vec<&LayerZone> {
        match self {
            Self::MustNotOverlap(zone)
            | Self::OverlapNeeds(zone)
            | Self::MustLieWithin(zone)
            | Self::DistanceAtLeast { zone, .. }
            | Self::Share { measure: ShareMeasure::Overlap(zone), .. }
            | Self::Total { measure: TotalMeasure::Overlap(zone) | TotalMeasure::Layer(zone), .. } => {
                vec![zone]
            }
            Self::Disjoint(zones) => zones.iter().collect(),
            Self::Exists(Existence::InEach { zone, each, .. }) => vec![zone, each],
            Self::Exists(Existence::Said(_))
            | Self::Share { measure: ShareMeasure::PublicInterest | ShareMeasure::Figures { .. }, .. }
            | Self::Total { measure: TotalMeasure::Plots | TotalMeasure::Figure(_), .. } => Vec::new(),
        }
    }

    /// The role of the first layer concerned, if the rule is about one.
    pub fn role(&self) -> Option<&str> {
        self.zones().first().map(|zone| zone.role.as_str())
    }

    /// The sub-zones concerned, with commas between, if the rule is about some.
    pub fn subclass(&self) -> Option<String> {
        let zones = self.zones();
        let zone = zones.first().filter(|zone| zone.has_subclasses())?;
        Some(zone.subclasses.join(","))
    }

    /// The threshold or limit, when the pack gives it.
    pub fn threshold(&self) -> Option<f64> {
        match self {
            Self::Share { threshold, .. } => Some(*threshold),
            Self::Total { limit: Limit::Given(value), .. }
            | Self::DistanceAtLeast { distance_m: Limit::Given(value), .. } => Some(*value),
            _ => None,
        }
    }

    /// The parameters that hold numbers.
    pub(crate) fn number_parameters(&self) -> Vec<&str> {
        match self {
            Self::DistanceAtLeast { distance_m, .. } => distance_m.parameter().into_iter().collect(),
            Self::Share { measure: ShareMeasure::Figures { numerator, denominator }, .. } => {
                vec![numerator, denominator]
            }
            Self::Total { measure, limit, before, .. } => {
                let figure = match measure {
                    TotalMeasure::Figure(name) => Some(name.as_str()),
                    _ => None,
                };
                figure.into_iter().chain(limit.parameter()).chain(before.as_deref()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The parameter that is true or false, if the predicate itself asks for one.
    pub(crate) fn flag_parameter(&self) -> Option<&str> {
        match self {
            Self::Exists(Existence::Said(name)) => Some(name),
            _ => None,
        }
    }
}

/// Whether a figure may not fall below or not rise above its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Not below.
    AtLeast,
    /// Not above.
    AtMost,
}

impl Bound {
    /// Whether a figure that lies from `least` to `most` keeps the limit; `None` when that depends on where it lies.
    pub(crate) fn is_kept(self, least: f64, most: f64, limit: f64) -> Option<bool> {
        let keeps = |figure: f64| match self {
            Self::AtLeast => figure >= limit,
            Self::AtMost => figure <= limit,
        };
        (keeps(least) == keeps(most)).then(|| keeps(least))
    }
}

/// A figure that the pack gives, or one that it leaves to the scheme.
#[derive(Clone, Debug, PartialEq)]
pub enum Limit {
    /// Given by the document.
    Given(f64),
    /// The document leaves it open: this parameter of the scheme holds it, and there is no default.
    Parameter(String),
}

impl Limit {
    pub(crate) fn parameter(&self) -> Option<&str> {
        match self {
            Self::Given(_) => None,
            Self::Parameter(name) => Some(name),
        }
    }
}

/// What a share is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShareMeasure {
    /// Public-interest land over all land, out of uses and projects.
    PublicInterest,
    /// What of the plots lies in a layer, over the plots.
    Overlap(LayerZone),
    /// Two figures that the scheme states.
    Figures {
        /// Parameter of the numerator.
        numerator: String,
        /// Parameter of the denominator.
        denominator: String,
    },
}

/// What a total adds up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TotalMeasure {
    /// The plots.
    Plots,
    /// What of the plots lies in a layer.
    Overlap(LayerZone),
    /// A layer itself, overlapping features counted once.
    Layer(LayerZone),
    /// A figure that the scheme states.
    Figure(String),
}

impl TotalMeasure {
    /// The layer that is measured, if one is.
    pub(crate) fn zone(&self) -> Option<&LayerZone> {
        match self {
            Self::Overlap(zone) | Self::Layer(zone) => Some(zone),
            Self::Plots | Self::Figure(_) => None,
        }
    }
}

/// What must be there.
#[derive(Clone, Debug, PartialEq)]
pub enum Existence {
    /// What a parameter says is there: true or false, without a default.
    Said(String),
    /// A part of one layer in each feature of another.
    InEach {
        /// The layer that must be there.
        zone: LayerZone,
        /// The layer in whose features it must be.
        each: LayerZone,
        /// Only features of `each` that are larger than this, in square kilometres.
        above_km2: Option<f64>,
    },
}

/// What a share is a share of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareBase {
    /// Each plot by itself.
    Plot,
    /// All plots of the scheme together.
    Scheme,
}

/// The unit of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Hectares.
    Ha,
    /// Mu: 15 a hectare.
    Mu,
    /// Ten thousand mu.
    WanMu,
    /// Square kilometres.
    Km2,
    /// Anything else: figures that the scheme states, in the unit that the rule's title names.
    Plain,
}

impl Unit {
    /// Every unit with the word rule packs use.
    pub(super) const WORDS: [(&'static str, Self); 5] = [
        ("ha", Self::Ha),
        ("mu", Self::Mu),
        ("wan_mu", Self::WanMu),
        ("km2", Self::Km2),
        ("plain", Self::Plain),
    ];

    /// The Chinese word; empty for [`Unit::Plain`].
    pub fn word(self) -> &'static str {
        match self {
            Self::Ha => "公顷",
            Self::Mu => "亩",
            Self::WanMu => "万亩",
            Self::Km2 => "平方千米",
            Self::Plain => "",
        }
    }

    /// Square metres as this unit: one multiplication and one division by whole numbers, so that round limits stay round.
    pub(crate) fn of_m2(self, area_m2: f64) -> f64 {
        match self {
            Self::Ha => area_m2 / 1e4,
            Self::Mu => area_m2 * 15.0 / 1e4,
            Self::WanMu => area_m2 * 15.0 / 1e8,
            Self::Km2 => area_m2 / 1e6,
            Self::Plain => area_m2,
        }
    }
}
