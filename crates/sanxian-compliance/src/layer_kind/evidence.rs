//! A recognition as JSON, for Python, `--json` and evidence.

use serde_json::{Value, json};

use super::recognition::{Candidate, Recognition};

impl Recognition<'_> {
    /// Everything but the findings, with stable keys.
    pub fn to_json(&self) -> Value {
        let kind = self.kind;
        let fields: Vec<Value> = self
            .fields
            .iter()
            .map(|field| {
                json!({
                    "name": field.standard.name,
                    "title": field.standard.title,
                    "field": field.field,
                    "how": field.how.as_str(),
                    "type": field.standard.field_type.as_str(),
                    "type_agrees": field.type_agrees,
                    "required": field.standard.required,
                    "domain": field.standard.domain,
                })
            })
            .collect();
        let missing: Vec<Value> =
            self.missing.iter().map(|field| json!({ "name": field.name, "title": field.title })).collect();
        json!({
            "outcome": self.outcome.as_str(),
            "layer": self.layer,
            "kind": kind.map(|kind| &kind.id),
            "title": kind.map(|kind| &kind.title),
            "role": kind.and_then(|kind| kind.role.as_ref()),
            "slot": kind.and_then(|kind| kind.slot).map(crate::scheme::Slot::as_str),
            "document": kind.map(|kind| &kind.document),
            "citation": kind.map(|kind| &kind.citation),
            "status": kind.map(|kind| kind.status.as_str()),
            "by_name": self.by_name.as_ref().map(|found| &found.name),
            "is_whole_name": self.by_name.as_ref().map(|found| found.is_whole),
            "by_role": self.by_role,
            "field_weight": self.field_weight,
            "fields": fields,
            "missing": missing,
            "unknown": self.unknown,
            "subclass": self.subclass(),
            "candidates": self.candidates.iter().map(candidate).collect::<Vec<_>>(),
            "contradicted_role": self.contradicted_role.map(|role| &role.id),
        })
    }

    /// The field of the file that tells the sub-zones of the kind's role, and the values that mean each.
    fn subclass(&self) -> Option<Value> {
        let role = self.kind_role?;
        let field = self.fields.iter().find(|field| role.subclass_fields.contains(&field.standard.name))?;
        let values: serde_json::Map<String, Value> =
            role.subclasses.iter().map(|subclass| (subclass.id.clone(), json!(subclass.values))).collect();
        Some(json!({ "field": field.field, "values": values }))
    }
}

fn candidate(candidate: &Candidate<'_>) -> Value {
    json!({
        "kind": candidate.kind.id,
        "title": candidate.kind.title,
        "role": candidate.kind.role,
        "by_name": candidate.by_name.as_ref().map(|found| &found.name),
        "field_weight": candidate.field_weight(),
        "fields": candidate.fields.iter().map(|field| &field.field).collect::<Vec<_>>(),
    })
}
