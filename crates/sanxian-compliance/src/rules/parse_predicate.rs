use toml::Value;

use super::parse::choice;
use super::predicate::{
    Bound, Existence, LayerZone, Limit, Predicate, ShareBase, ShareMeasure, TotalMeasure, Unit,
};
use super::roles::Role;
use crate::keys::{FaultAt, KeyFault, Keys};

#[derive(Clone, Copy)]
enum Name {
    MustNotOverlap,
    OverlapNeeds,
    MustLieWithin,
    DistanceAtLeast,
    Share(Bound),
    Total(Bound),
    Disjoint,
    Exists,
}

const NAMES: [(&str, Name); 10] = [
    ("must-not-overlap", Name::MustNotOverlap),
    ("overlap-needs", Name::OverlapNeeds),
    ("must-lie-within", Name::MustLieWithin),
    ("distance-at-least", Name::DistanceAtLeast),
    ("share-at-least", Name::Share(Bound::AtLeast)),
    ("share-at-most", Name::Share(Bound::AtMost)),
    ("total-at-least", Name::Total(Bound::AtLeast)),
    ("total-at-most", Name::Total(Bound::AtMost)),
    ("disjoint", Name::Disjoint),
    ("exists", Name::Exists),
];

/// Reads the predicate of a rule with the keys that belong to it.
pub(super) fn read_predicate(keys: &mut Keys<'_>, roles: &[Role]) -> Result<Predicate, FaultAt> {
    Ok(match choice(keys, "predicate", &NAMES)? {
        Name::MustNotOverlap => Predicate::MustNotOverlap(read_zone(keys, roles)?),
        Name::OverlapNeeds => Predicate::OverlapNeeds(read_zone(keys, roles)?),
        Name::MustLieWithin => Predicate::MustLieWithin(read_zone(keys, roles)?),
        Name::DistanceAtLeast => Predicate::DistanceAtLeast {
            distance_m: read_limit(keys, "distance_m", "distance_parameter")?,
            zone: read_zone(keys, roles)?,
        },
        Name::Share(bound) => read_share(keys, roles, bound)?,
        Name::Total(bound) => read_total(keys, roles, bound)?,
        Name::Disjoint => {
            let mut zones = Vec::new();
            for mut keys in keys.tables("layers")? {
                zones.push(read_zone(&mut keys, roles)?);
                keys.finish()?;
            }
            if zones.is_empty() {
                keys.not_misspelt("layers")?;
                return Err(keys.fault("layers", KeyFault::Missing));
            }
            Predicate::Disjoint(zones)
        }
        Name::Exists => Predicate::Exists(read_existence(keys, roles)?),
    })
}

#[derive(Clone, Copy)]
enum Measure {
    PublicInterest,
    Plots,
    Overlap,
    Layer,
    Figure,
}

fn read_share(keys: &mut Keys<'_>, roles: &[Role], bound: Bound) -> Result<Predicate, FaultAt> {
    let measures = [
        ("overlap", Measure::Overlap),
        ("figures", Measure::Figure),
        ("public_interest", Measure::PublicInterest),
    ];
    // An upper bound of public-interest land is nobody's rule.
    let known = if bound == Bound::AtLeast { &measures[..] } else { &measures[..2] };
    let measure = match choice(keys, "measure", known)? {
        Measure::Overlap => ShareMeasure::Overlap(read_zone(keys, roles)?),
        Measure::Figure => {
            // Both are asked for before either is required, since each is spelled nearly like the other.
            let _ = (keys.text("numerator_parameter")?, keys.text("denominator_parameter")?);
            ShareMeasure::Figures {
                numerator: keys.required_text("numerator_parameter")?,
                denominator: keys.required_text("denominator_parameter")?,
            }
        }
        _ => ShareMeasure::PublicInterest,
    };
    let threshold = read_threshold(keys)?;
    let base = match &measure {
        // Figures that a scheme states are those of the scheme.
        ShareMeasure::Figures { .. } => ShareBase::Scheme,
        _ => choice(keys, "per", &[("plot", ShareBase::Plot), ("scheme", ShareBase::Scheme)])?,
    };
    Ok(Predicate::Share { bound, measure, threshold, base })
}

/// A share as a number, or as a fraction in a text: `"2/3"`.
fn read_threshold(keys: &mut Keys<'_>) -> Result<f64, FaultAt> {
    let expected = "a share above 0 and not above 1, e.g. 0.40 for 40 %, or \"2/3\"";
    let (text, threshold) = match keys.value("threshold") {
        None => (String::new(), keys.required_number("threshold")?),
        Some(Value::Float(number)) => (number.to_string(), *number),
        Some(Value::Integer(number)) => (number.to_string(), *number as f64),
        Some(Value::String(text)) => {
            let fraction = text.split_once('/').and_then(|(above, below)| {
                let (above, below): (f64, f64) = (above.trim().parse().ok()?, below.trim().parse().ok()?);
                Some(above / below)
            });
            (text.clone(), fraction.unwrap_or(f64::NAN))
        }
        Some(other) => {
            let fault = KeyFault::WrongType { expected: "a share", found: other.type_str() };
            return Err(keys.fault("threshold", fault));
        }
    };
    if threshold > 0.0 && threshold <= 1.0 {
        Ok(threshold)
    } else {
        Err(keys.fault("threshold", KeyFault::BadValue { value: text, expected: expected.to_owned() }))
    }
}

fn read_total(keys: &mut Keys<'_>, roles: &[Role], bound: Bound) -> Result<Predicate, FaultAt> {
    let measures = [
        ("plots", Measure::Plots),
        ("overlap", Measure::Overlap),
        ("layer", Measure::Layer),
        ("figure", Measure::Figure),
    ];
    let measure = match choice(keys, "measure", &measures)? {
        Measure::Overlap => TotalMeasure::Overlap(read_zone(keys, roles)?),
        Measure::Layer => TotalMeasure::Layer(read_zone(keys, roles)?),
        Measure::Figure => TotalMeasure::Figure(keys.required_text("figure_parameter")?),
        _ => TotalMeasure::Plots,
    };
    let unit = choice(keys, "unit", &Unit::WORDS)?;
    if unit == Unit::Plain && !matches!(measure, TotalMeasure::Figure(_)) {
        let expected = "a unit of area, such as `ha`".to_owned();
        return Err(keys.fault("unit", KeyFault::BadValue { value: "plain".to_owned(), expected }));
    }
    let limit = read_limit(keys, "limit", "limit_parameter")?;
    let before = keys.text("before_parameter")?;
    Ok(Predicate::Total { bound, measure, limit, before, unit })
}

fn read_existence(keys: &mut Keys<'_>, roles: &[Role]) -> Result<Existence, FaultAt> {
    if let Some(parameter) = keys.text("said_parameter")? {
        return Ok(Existence::Said(parameter));
    }
    let each = keys.table("each")?;
    if each.is_none() {
        keys.not_misspelt("said_parameter")?;
    }
    let mut each = match each {
        Some(each) => each,
        None => keys.required_table("each")?,
    };
    let existence = Existence::InEach {
        each: read_zone(&mut each, roles)?,
        above_km2: each.number("above_km2")?,
        zone: read_zone(keys, roles)?,
    };
    each.finish()?;
    Ok(existence)
}

/// A figure of the document, or the name of the parameter that it leaves open: one of the two.
fn read_limit(keys: &mut Keys<'_>, given: &'static str, parameter: &'static str) -> Result<Limit, FaultAt> {
    if let Some(name) = keys.text(parameter)? {
        return Ok(Limit::Parameter(name));
    }
    let number = if let Some(number) = keys.number(given)? {
        number
    } else {
        keys.not_misspelt(parameter)?;
        keys.required_number(given)?
    };
    if number < 0.0 {
        let expected = "a number that is not negative".to_owned();
        return Err(keys.fault(given, KeyFault::BadValue { value: number.to_string(), expected }));
    }
    Ok(Limit::Given(number))
}

/// The keys `role` and `subclass`: one sub-zone or a list of them.
pub(super) fn read_zone(keys: &mut Keys<'_>, roles: &[Role]) -> Result<LayerZone, FaultAt> {
    let name = keys.required_text("role")?;
    let Some(role) = roles.iter().find(|role| role.is_called(&name)) else {
        return Err(keys.fault("role", KeyFault::none_of(&name, roles.iter().flat_map(Role::names))));
    };
    let names = match keys.value("subclass") {
        None => Vec::new(),
        Some(Value::String(name)) => vec![name.clone()],
        Some(other) => keys.texts_of("subclass", other)?,
    };
    let mut subclasses = Vec::with_capacity(names.len());
    for name in names {
        let Some(subclass) = role.subclass(&name) else {
            let known = role.subclasses.iter().flat_map(|subclass| [subclass.id.as_str(), &subclass.title]);
            return Err(keys.fault("subclass", KeyFault::none_of(&name, known)));
        };
        subclasses.push(subclass.id.clone());
    }
    Ok(LayerZone { role: role.id.clone(), subclasses })
}
