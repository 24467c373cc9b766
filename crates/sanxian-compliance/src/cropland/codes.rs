use sanxian_io::Layer;

use crate::attribute::required_texts;
use crate::error::ComplianceError;
use crate::keys::{FaultAt, Keys};
use crate::rules::{RuleError, read_embedded};

const CROPLAND: &str = include_str!("../../rules/cropland.toml");

/// The three classes of cropland, the most precious first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CroplandClass {
    /// 水田.
    Paddy,
    /// 水浇地.
    Irrigated,
    /// 旱地.
    Dry,
}

impl CroplandClass {
    const ALL: [Self; 3] = [Self::Paddy, Self::Irrigated, Self::Dry];

    /// `paddy`, `irrigated` or `dry`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Paddy => "paddy",
            Self::Irrigated => "irrigated",
            Self::Dry => "dry",
        }
    }

    /// The Chinese name.
    pub fn title(self) -> &'static str {
        match self {
            Self::Paddy => "水田",
            Self::Irrigated => "水浇地",
            Self::Dry => "旱地",
        }
    }

    /// The class of this identifier or Chinese name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == name.trim() || class.title() == name.trim())
    }
}

/// One requirement of the balance, with its clause.
#[derive(Clone, Debug)]
pub(crate) struct Requirement {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) clause: String,
    pub(crate) document: String,
    pub(crate) status: String,
}

impl Requirement {
    fn read_all(keys: &mut Keys<'_>) -> Result<Vec<Self>, FaultAt> {
        let read = |mut keys: Keys<'_>| -> Result<Self, FaultAt> {
            keys.required_text("citation")?;
            let requirement = Self {
                id: keys.required_text("id")?,
                title: keys.required_text("title")?,
                clause: keys.required_text("clause")?,
                document: keys.required_text("document")?,
                status: keys.required_text("status")?,
            };
            keys.finish()?;
            Ok(requirement)
        };
        keys.tables("requirements")?.into_iter().map(read).collect()
    }
}

/// Land that cropland turns into, or is won from, and that the yearly balance counts.
#[derive(Clone, Debug)]
pub(crate) struct OtherLand {
    pub(crate) id: String,
    pub(crate) title: String,
    /// Beginnings of codes.
    codes: Vec<String>,
}

/// `[exchange]` of the same file: the yearly balance of cropland that comes and goes.
#[derive(Clone, Debug)]
pub(crate) struct ExchangeRule {
    others: Vec<OtherLand>,
    pub(crate) requirements: Vec<Requirement>,
}

impl ExchangeRule {
    fn read(mut keys: Keys<'_>) -> Result<Self, FaultAt> {
        let other = |mut keys: Keys<'_>| -> Result<OtherLand, FaultAt> {
            let other = OtherLand {
                id: keys.required_text("id")?,
                title: keys.required_text("title")?,
                codes: keys.texts("codes")?,
            };
            keys.finish()?;
            Ok(other)
        };
        let others = keys.tables("others")?.into_iter().map(other).collect::<Result<_, _>>()?;
        let requirements = Requirement::read_all(&mut keys)?;
        keys.finish()?;
        Ok(Self { others, requirements })
    }

    /// The land that a code belongs to; `None` for what the balance does not count, such as built land.
    pub(crate) fn other(&self, code: &str) -> Option<&OtherLand> {
        self.others.iter().find(|other| other.codes.iter().any(|known| code.starts_with(known.as_str())))
    }
}

/// `rules/cropland.toml`: which codes are cropland, and what must be made good.
#[derive(Clone, Debug)]
pub(crate) struct CroplandCodes {
    pub(crate) class_field: String,
    pub(crate) ridge_field: String,
    pub(crate) grade_fields: Vec<String>,
    codes: Vec<(CroplandClass, Vec<String>)>,
    pub(crate) requirements: Vec<Requirement>,
    pub(crate) exchange: ExchangeRule,
}

impl CroplandCodes {
    pub(crate) fn embedded() -> Result<Self, RuleError> {
        read_embedded("cropland", CROPLAND, |keys: &mut Keys<'_>| -> Result<Self, FaultAt> {
            keys.required_text("citation")?;
            keys.required_text("status")?;
            let mut codes = Vec::new();
            for mut keys in keys.tables("classes")? {
                let id = keys.required_text("id")?;
                keys.required_text("title")?;
                let class = CroplandClass::named(&id).ok_or_else(|| {
                    let known = CroplandClass::ALL.map(CroplandClass::as_str);
                    keys.fault("id", crate::keys::KeyFault::none_of(&id, known))
                })?;
                codes.push((class, keys.texts("codes")?));
                keys.finish()?;
            }
            Ok(Self {
                class_field: keys.required_text("class_field")?,
                ridge_field: keys.required_text("ridge_field")?,
                grade_fields: keys.texts("grade_fields")?,
                codes,
                requirements: Requirement::read_all(keys)?,
                exchange: ExchangeRule::read(keys.required_table("exchange")?)?,
            })
        })
    }

    /// The class of cropland of every patch of a survey; `None` for other land.
    pub(crate) fn classes_of(&self, survey: &Layer) -> Result<Vec<Option<CroplandClass>>, ComplianceError> {
        let class = |code: Option<String>| {
            let code = code?;
            self.codes.iter().find(|(_, codes)| codes.contains(&code)).map(|(class, _)| *class)
        };
        Ok(required_texts(survey, &self.class_field)?.into_iter().map(class).collect())
    }
}
