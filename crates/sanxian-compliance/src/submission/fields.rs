//! Fields of layers of a known kind: which are missing, empty, too long, or hold codes that no table knows.

use std::collections::BTreeMap;

use sanxian_io::Layer;

use super::Run;
use super::finding::{Collector, Place};
use crate::attribute::texts;
use crate::error::ComplianceError;
use crate::layer_kind::{FieldMatch, FieldType, LayerKinds};

/// What a table of codes says of a value. Domains without a table here are not judged.
///
/// A layer does not say which classification of land it uses, so a code is unknown only when none has it.
fn is_in_domain(run: &Run<'_>, domain: &str, value: &str) -> bool {
    if let Some(role) = domain.strip_prefix("roles.").and_then(|rest| rest.strip_suffix(".subclasses")) {
        let role = run.tables.role(role);
        return role.is_none_or(|role| {
            role.subclasses.iter().any(|subclass| subclass.values.iter().any(|known| known == value))
        });
    }
    match domain {
        "ownership" => run.tables.ownership_of(value).is_some(),
        "land_class" => {
            run.tables.land_classes.iter().any(|classification| classification.class_of(value).is_some())
        }
        _ => true,
    }
}

/// Recognises the kind of a layer from its name and fields and holds the fields against it.
pub(super) fn check(layer: &Layer, run: &Run<'_>, findings: &mut Collector) -> Result<(), ComplianceError> {
    let kinds = LayerKinds::embedded()?;
    let schema = layer.attributes.schema();
    let recognition = kinds.recognise(&layer.name, schema.fields(), None);
    for finding in recognition.findings() {
        findings.add(finding.severity, finding.code, layer, finding.message);
    }
    for field in &recognition.fields {
        values(layer, field, run, findings);
    }
    Ok(())
}

fn values(layer: &Layer, field: &FieldMatch<'_>, run: &Run<'_>, findings: &mut Collector) {
    let Some(values) = texts(&layer.attributes, &field.field) else { return };
    let mut empty = Vec::new();
    let mut long = Vec::new();
    let mut unknown: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (row, value) in values.into_iter().enumerate() {
        let Some(value) = value else {
            empty.push(row);
            continue;
        };
        let is_text = field.standard.field_type == FieldType::Text;
        if is_text && field.standard.width.is_some_and(|width| value.chars().count() > width as usize) {
            long.push(row);
        }
        if field.standard.domain.as_ref().is_some_and(|domain| !is_in_domain(run, domain, &value)) {
            unknown.entry(value).or_default().push(row);
        }
    }
    let label = if field.field == field.standard.name {
        format!("{}({})", field.field, field.standard.title)
    } else {
        format!("{}({}，即{})", field.field, field.standard.title, field.standard.name)
    };
    let mut tell = |code: &'static str, rows: &[usize], message: String| {
        if let Some(&first) = rows.first() {
            let message = format!("{message}，如第{}个图斑", first + 1);
            findings.warning(code, layer, message).of(first).at(Place::feature(layer.polygons.view(), first));
        }
    };
    if field.standard.required {
        tell("field_empty", &empty, format!("必填字段{label}有{}个图斑为空", empty.len()));
    }
    let width = field.standard.width.unwrap_or_default();
    tell("value_too_long", &long, format!("字段{label}有{}个图斑的值超过{width}个字", long.len()));
    for (value, rows) in &unknown {
        let message = format!("字段{label}的值{value}不在代码表中({}个图斑)", rows.len());
        tell("code_unknown", rows, message);
    }
}
