/// A set of rules from one document, with where it holds and how far it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct RulePack {
    /// Identifier, e.g. `shanxi-2021`.
    pub id: String,
    /// Chinese title.
    pub title: String,
    /// Version of the pack as data, not of the document.
    pub version: String,
    /// Where the rules hold, in Chinese.
    pub region: String,
    /// The document the pack stands for, with its number.
    pub document: String,
    /// First day in force, `YYYY-MM-DD`, where known.
    pub valid_from: Option<String>,
    /// Last day in force, `YYYY-MM-DD`, where known.
    pub valid_to: Option<String>,
    /// What was read, what was not, in Chinese.
    pub note: Option<String>,
    /// The rules, in the file's order.
    pub rules: Vec<Rule>,
    /// SHA-256 of the file's bytes, lower-case hexadecimal.
    pub sha256: String,
    /// Where the pack came from: `embedded`, or the path of a user's file as given.
    pub origin: String,
}

/// One requirement of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Identifier, unique among all packs of a run.
    pub id: String,
    /// Chinese title: the requirement in a few words.
    pub title: String,
    /// What is measured and compared.
    pub predicate: Predicate,
    /// Which plots or schemes it applies to.
    pub scope: Scope,
    /// The verdict when the predicate does not hold.
    pub otherwise: Otherwise,
    /// Clause of the document; says so where the number is not known.
    pub clause: String,
    /// Full name and number of the document the clause belongs to.
    pub document: String,
    /// Where the words were read.
    pub citation: String,
    /// Whether the document's text was read.
    pub status: RuleStatus,
    /// Where the rule holds; the pack's region unless the rule narrows it.
    pub region: String,
    /// First day in force where known.
    pub valid_from: Option<String>,
    /// Last day in force where known.
    pub valid_to: Option<String>,
    /// What is needed, and from whom, when the predicate does not hold.
    pub required: Option<String>,
}

/// What a rule measures. Roles and sub-zones are the identifiers of `rules/roles.toml`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Predicate {
    /// No plot shares area with the layer (or one sub-zone of it).
    MustNotOverlap {
        /// Role of the layer.
        role: String,
        /// Sub-zone, when the rule concerns one only.
        subclass: Option<String>,
    },
    /// Every plot lies inside the layer (or one sub-zone of it) completely.
    MustLieWithin {
        /// Role of the layer.
        role: String,
        /// Sub-zone, when the rule concerns one only.
        subclass: Option<String>,
    },
    /// The public-interest area is at least this share of the whole, compared unrounded.
    ShareAtLeast {
        /// The share, 0 to 1.
        threshold: f64,
        /// Whether each plot or the scheme as a whole must reach it.
        base: ShareBase,
    },
}

impl Predicate {
    /// The name used in rule packs, e.g. `must-not-overlap`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::MustNotOverlap { .. } => "must-not-overlap",
            Self::MustLieWithin { .. } => "must-lie-within",
            Self::ShareAtLeast { .. } => "share-at-least",
        }
    }

    /// The role of the layer concerned, if the rule is about one.
    pub fn role(&self) -> Option<&str> {
        match self {
            Self::MustNotOverlap { role, .. } | Self::MustLieWithin { role, .. } => Some(role),
            Self::ShareAtLeast { .. } => None,
        }
    }

    /// The sub-zone concerned, if the rule is about one.
    pub fn subclass(&self) -> Option<&str> {
        match self {
            Self::MustNotOverlap { subclass, .. } | Self::MustLieWithin { subclass, .. } => {
                subclass.as_deref()
            }
            Self::ShareAtLeast { .. } => None,
        }
    }
}

/// What a share is a share of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareBase {
    /// Each plot by itself.
    Plot,
    /// All plots of the scheme together.
    Scheme,
}

/// Which plots, and which schemes, a rule applies to, by names of parameters. Parameters have no default.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scope {
    /// Only plots in the list that this parameter holds.
    pub plots_in: Option<String>,
    /// Only plots not in the list that this parameter holds.
    pub plots_not_in: Option<String>,
    /// Only when this parameter is true.
    pub when: Option<String>,
    /// Only when this parameter is false.
    pub when_not: Option<String>,
}

impl Scope {
    /// The parameters that hold lists of plots.
    pub fn plot_parameters(&self) -> impl Iterator<Item = &str> {
        self.plots_in.as_deref().into_iter().chain(self.plots_not_in.as_deref())
    }

    /// The parameters that are true or false.
    pub fn flag_parameters(&self) -> impl Iterator<Item = &str> {
        self.when.as_deref().into_iter().chain(self.when_not.as_deref())
    }
}

/// The verdict of a rule whose predicate does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Otherwise {
    /// It may not be.
    NotCompliant,
    /// It may be, if what the rule requires is there.
    Conditional,
}

/// How the words of a rule are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleStatus {
    /// The text of the cited document was read.
    Read,
    /// Known from secondary sources.
    Reported,
}

impl RuleStatus {
    /// `read` or `reported`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Reported => "reported",
        }
    }
}
