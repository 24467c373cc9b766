/// What a rule, or a whole scheme, comes to. The order is that of gravity: the verdict of several is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The requirement is met.
    Compliant,
    /// It is met if what the rule requires is there.
    Conditional,
    /// Something that is needed to judge is missing or contradicts itself; never a pass.
    CannotBeJudged,
    /// The requirement is not met.
    NotCompliant,
}

impl Verdict {
    /// The word used in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Compliant => "compliant",
            Self::Conditional => "conditional",
            Self::CannotBeJudged => "cannot_be_judged",
            Self::NotCompliant => "not_compliant",
        }
    }
    /// The Chinese word, as reports have it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Compliant => "符合",
            Self::Conditional => "有条件",
            Self::CannotBeJudged => "无法判定",
            Self::NotCompliant => "不符合",
        }
    }
}
