//! PROJ, for what has no kernel here. It is only ever given definitions written out, never a code to look up in its database.
//!
//! Machines with QGIS, conda or PostGIS point PROJ_DATA at a database of another version; every look-up then fails,
//! while definitions and pipelines still compute right. A test keeps it so.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use proj::Proj;

use crate::crs::Crs;
use crate::ellipsoid::Ellipsoid;

/// PROJ refused a pipeline, or one point.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Failure {
    /// Index of the point, when it was a point.
    pub(crate) point: Option<usize>,
    pub(crate) reason: String,
}

/// Pipelines kept on a thread before its cache is emptied, so that a service that meets many local systems does not grow for ever.
const MAX_CACHED: usize = 64;

thread_local! {
    // A PROJ object may not leave its thread and costs milliseconds to make: one a thread and pipeline, kept.
    static CACHE: RefCell<HashMap<String, Rc<Proj>>> = RefCell::new(HashMap::new());
}

fn cached(pipeline: &str) -> Result<Rc<Proj>, String> {
    CACHE.with_borrow_mut(|cache| {
        if let Some(made) = cache.get(pipeline) {
            return Ok(Rc::clone(made));
        }
        if cache.len() >= MAX_CACHED {
            cache.clear();
        }
        let made = Rc::new(Proj::new(pipeline).map_err(|error| error.to_string())?);
        cache.insert(pipeline.to_owned(), Rc::clone(&made));
        Ok(made)
    })
}

/// Runs a pipeline over points; on failure the points are as they were.
pub(crate) fn convert(pipeline: &str, points: &mut [[f64; 2]]) -> Result<(), Failure> {
    let proj = cached(pipeline).map_err(|reason| Failure { point: None, reason })?;
    let mut pairs: Vec<(f64, f64)> = points.iter().map(|&[x, y]| (x, y)).collect();
    if proj.convert_array(&mut pairs).is_err() {
        // PROJ does not tell which point it refused.
        for (index, &[x, y]) in points.iter().enumerate() {
            if let Err(error) = proj.convert((x, y)) {
                return Err(Failure { point: Some(index), reason: error.to_string() });
            }
        }
        return Err(Failure { point: None, reason: "PROJ failed without a reason".to_owned() });
    }
    // PROJ answers infinity, without an error, for some points outside the domain of a projection.
    if let Some(index) = pairs.iter().position(|(x, y)| !(x.is_finite() && y.is_finite())) {
        return Err(Failure {
            point: Some(index),
            reason: "outside the domain of the projection".to_owned(),
        });
    }
    for (point, (x, y)) in points.iter_mut().zip(pairs) {
        *point = [x, y];
    }
    Ok(())
}

/// The pipeline from the coordinates of `crs`, easting first, to degrees of its own datum and prime meridian.
pub(crate) fn to_degrees(crs: &Crs) -> Result<String, String> {
    between(crs.definition(), &longitude_latitude(crs)?)
}

/// The pipeline from degrees of the datum of `crs` to its coordinates, easting first.
pub(crate) fn from_degrees(crs: &Crs) -> Result<String, String> {
    between(&longitude_latitude(crs)?, crs.definition())
}

fn longitude_latitude(crs: &Crs) -> Result<String, String> {
    let ellipsoid = crs.ellipsoid().ok_or("its definition names no ellipsoid")?;
    Ok(format!("+proj=longlat {} +pm={:?} +no_defs +type=crs", figure(&ellipsoid), crs.prime_meridian_deg()))
}

/// The ellipsoid as PROJ parameters, with every digit.
pub(crate) fn figure(ellipsoid: &Ellipsoid) -> String {
    if ellipsoid.inverse_flattening().is_infinite() {
        format!("+R={:?}", ellipsoid.semi_major_m())
    } else {
        format!("+a={:?} +rf={:?}", ellipsoid.semi_major_m(), ellipsoid.inverse_flattening())
    }
}

/// Lets PROJ write out the steps between two definitions of one datum, and frees them of swapped axes.
fn between(from: &str, to: &str) -> Result<String, String> {
    let make = |definition: &str| Proj::new(definition).map_err(|error| error.to_string());
    let (from, to) = (make(from)?, make(to)?);
    let operation = from.create_crs_to_crs_from_pj(&to, None, None).map_err(|error| error.to_string())?;
    let definition = operation.def().map_err(|error| error.to_string())?;
    let mut steps: Vec<&str> = definition.split(" step ").collect();
    if steps.first() != Some(&"proj=pipeline") {
        return Err(format!("PROJ offers no plain pipeline ({definition:?})"));
    }
    // Definitions declare their axes in any order; points here come easting first.
    steps.retain(|step| step.trim() != "proj=axisswap order=2,1");
    if steps.iter().any(|step| step.contains("axisswap")) {
        return Err("its axes point south or west".to_owned());
    }
    let prefixed = |word: &str| format!(" +{word}");
    Ok(steps
        .iter()
        .enumerate()
        .map(|(index, step)| {
            let words: String = step.split_whitespace().map(prefixed).collect();
            if index == 0 { words.trim_start().to_owned() } else { format!(" +step{words}") }
        })
        .collect())
}
