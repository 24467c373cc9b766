use super::predicate::{LayerZone, Predicate};

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
    /// Opinions and certificates that the document asks for.
    pub opinions: Vec<Opinion>,
    /// Activities that only this pack knows.
    pub activities: Vec<Activity>,
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
    /// What is allowed and needed when it does not hold and the verdict is conditional.
    pub condition: Condition,
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

/// What a broken rule still allows, and with what.
///
/// It counts where [`Rule::otherwise`] is [`Otherwise::Conditional`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    /// Activities that may be allowed, identifiers of `rules/activities.toml` or of the pack; empty for any. The parameter
    /// `activity` says what the project is.
    pub activities: Vec<String>,
    /// Who decides, in Chinese.
    pub authority: Option<String>,
    /// What must be there, in Chinese. Documents that the parameter `documents_in_hand` lists are there.
    pub documents: Vec<String>,
}

/// A kind of project that rules may allow or forbid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// Identifier, e.g. `linear_infrastructure`.
    pub id: String,
    /// Chinese name.
    pub title: String,
    /// Where the words were read.
    pub citation: String,
}

/// An opinion or certificate of one department: which layers it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opinion {
    /// Identifier, starting with the pack's.
    pub id: String,
    /// Chinese title, e.g. `占用林地核查意见`.
    pub title: String,
    /// The departments that issue it, in the order they sign.
    pub departments: Vec<String>,
    /// The layers, a row each.
    pub layers: Vec<LayerZone>,
    /// Clause of the document.
    pub clause: String,
    /// Full name and number of the document.
    pub document: String,
    /// Where the words were read.
    pub citation: String,
    /// Whether the document's text was read.
    pub status: RuleStatus,
}

/// Which plots, and which schemes, a rule applies to, by names of parameters and roles. Parameters have no default.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scope {
    /// Only plots in the list that this parameter holds.
    pub plots_in: Option<String>,
    /// Only plots not in the list that this parameter holds.
    pub plots_not_in: Option<String>,
    /// Only plots that lie completely within the layers of these roles together.
    pub plots_within: Vec<String>,
    /// Only plots that do not.
    pub plots_not_within: Vec<String>,
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

    /// The Chinese words, as reports have them.
    pub fn title(self) -> &'static str {
        match self {
            Self::Read => "已读原文",
            Self::Reported => "据转述",
        }
    }
}

/// What a parameter of a scheme must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParameterKind {
    /// A list of plot ids.
    Plots,
    /// True or false.
    Flag,
    /// A finite number.
    Number,
    /// The identifier of an activity.
    Activity,
    /// A list of texts.
    Texts,
}

/// The parameter that says what the project is.
pub(crate) const ACTIVITY: &str = "activity";
/// In a table of activities by plot: the entry for every plot that has none of its own.
pub(crate) const OTHER_PLOTS: &str = "other";
/// The parameter that lists the documents that are there.
pub(crate) const DOCUMENTS_IN_HAND: &str = "documents_in_hand";

impl Rule {
    /// Every parameter that the rule reads.
    pub(crate) fn parameters(&self) -> Vec<(&str, ParameterKind)> {
        let mut parameters: Vec<_> =
            self.scope.plot_parameters().map(|name| (name, ParameterKind::Plots)).collect();
        let flags = self.scope.flag_parameters().chain(self.predicate.flag_parameter());
        parameters.extend(flags.map(|name| (name, ParameterKind::Flag)));
        let numbers = self.predicate.number_parameters();
        parameters.extend(numbers.into_iter().map(|name| (name, ParameterKind::Number)));
        if !self.condition.activities.is_empty() {
            parameters.push((ACTIVITY, ParameterKind::Activity));
        }
        if !self.condition.documents.is_empty() {
            parameters.push((DOCUMENTS_IN_HAND, ParameterKind::Texts));
        }
        parameters
    }
}
