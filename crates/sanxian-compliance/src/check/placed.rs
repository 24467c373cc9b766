//! Control layers of points and lines: where their features are, and the ground that lies within their radius.

use sanxian_overlay::{LineSet, OnInvalid, OverlayOptions, PolygonSet, Progress, union};

use super::input::ControlLayer;
use super::layer_overlay::Overlayer;
use super::reach::capsule;
use crate::attribute::numbers;
use crate::error::ComplianceError;
use crate::scheme::Radius;

/// Radii of the features of a layer of points or lines.
#[derive(Clone, Debug)]
pub(super) enum Radii {
    /// Metres, one a feature.
    Known(Vec<f64>),
    /// What is missing.
    Missing(String),
}

impl Radii {
    /// The radii that a layer of points or lines was given; `None` for one of polygons.
    ///
    /// # Errors
    /// [`ComplianceError::NoField`] for a field of radii that the layer lacks, [`ComplianceError::RadiusOfPolygons`].
    pub(super) fn of(control: &ControlLayer) -> Result<Option<Self>, ComplianceError> {
        let Some(lines) = &control.layer.lines else {
            return match &control.radius {
                None => Ok(None),
                Some(_) => Err(ComplianceError::RadiusOfPolygons { layer: control.layer.name.clone() }),
            };
        };
        Ok(Some(match &control.radius {
            None => Self::Missing("没有给出半径(radius_m或radius_field)".to_owned()),
            Some(Radius::Metres(metres)) if metres.is_finite() && *metres > 0.0 => {
                Self::Known(vec![*metres; lines.len()])
            }
            Some(Radius::Metres(metres)) => Self::Missing(format!("半径{metres}不是大于0的米数")),
            Some(Radius::Field(field)) => by_feature(control, field, lines)?,
        }))
    }
}

fn by_feature(control: &ControlLayer, field: &str, lines: &LineSet) -> Result<Radii, ComplianceError> {
    let layer = &control.layer;
    let radii = numbers(&layer.attributes, field).ok_or_else(|| ComplianceError::no_field(layer, field))?;
    let is_radius = |radius: &Option<f64>| radius.is_some_and(|metres| metres.is_finite() && metres > 0.0);
    let unknown = (0..lines.len())
        .find(|&feature| lines.bounds(feature).is_some() && !radii.get(feature).is_some_and(is_radius));
    Ok(match unknown {
        Some(feature) => {
            Radii::Missing(format!("第{}个要素的半径字段{field}不是大于0的米数", layer.row(feature) + 1))
        }
        None => Radii::Known(radii.into_iter().map(Option::unwrap_or_default).collect()),
    })
}

/// The ground within its radius of each feature. A circle is a polygon that touches it from outside (see [`capsule`]): no ground is
/// left out, and none is added beyond 0.03 % of the radius.
pub(super) fn ground(
    lines: &LineSet,
    radii_m: &[f64],
    name: &str,
    progress: &Progress,
) -> Result<PolygonSet, ComplianceError> {
    let options = OverlayOptions { on_invalid: OnInvalid::Repair };
    let mut set = PolygonSet::default();
    for (feature, &radius_m) in radii_m.iter().enumerate() {
        let mut around = PolygonSet::default();
        for [from, to] in lines.edges(feature) {
            around.push_feature([[capsule(from, to, radius_m).as_slice()]]);
        }
        match around.len() {
            0 => set.push_null(),
            1 => set.extend(around.view()),
            _ => {
                let united = Overlayer::named(name, union(around.view(), &options, progress))?;
                set.extend(united.polygons.view());
            }
        }
    }
    Ok(set)
}
