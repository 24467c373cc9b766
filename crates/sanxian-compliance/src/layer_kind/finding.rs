//! What a recognition finds, for the reader of a layer.

use sanxian_io::Finding;

use super::field_match::{FieldMatch, How};
use super::recognition::{Candidate, Outcome, Recognition};

impl Recognition<'_> {
    /// What was recognised and how (info), and what is odd about it (warnings): `layer_recognised`, `layer_ambiguous`,
    /// `field_missing`, `field_type_differs`, `role_contradicted`. A layer that is of no known kind has no finding: most
    /// files in the world are none of ours.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        match (self.outcome, self.kind) {
            (Outcome::Recognised, Some(kind)) => {
                let fields = self.fields.len();
                let message =
                    format!("认作{}：{}，认出{fields}个字段{}", kind.title, self.ground(), self.renamed());
                findings.push(Finding::info("layer_recognised", message));
            }
            (Outcome::Ambiguous, _) => {
                let message = format!("认不出图层种类，可能是：{}", self.possible());
                findings.push(Finding::info("layer_ambiguous", message));
            }
            _ => {}
        }
        if let Some(role) = self.contradicted_role {
            let message = match self.kind.filter(|kind| kind.role.as_deref() != Some(role.id.as_str())) {
                Some(kind) => format!("给定的角色是{}，图层名与字段却是{}，请核对", role.title, kind.title),
                None => format!("给定的角色是{}，字段却更像：{}，请核对", role.title, self.possible()),
            };
            findings.push(Finding::warning("role_contradicted", message));
        }
        if let Some(kind) = self.kind {
            for field in &self.missing {
                let why = kind.required_from.as_deref().unwrap_or_default();
                let message = format!("缺少字段{}({})；依据：{why}", field.name, field.title);
                findings.push(Finding::warning("field_missing", message));
            }
        }
        for field in self.fields.iter().filter(|field| !field.type_agrees) {
            let expected = field.standard.field_type.title();
            let message = format!("字段{}({})应为{expected}，文件中不是", field.field, field.standard.title);
            findings.push(Finding::warning("field_type_differs", message));
        }
        findings
    }

    fn ground(&self) -> String {
        let name = self.by_name.as_ref().map(|found| {
            let word = if found.is_whole { "图层名是" } else { "图层名含" };
            format!("{word}{}", found.name)
        });
        let role = self.by_role.then(|| "按给定的角色".to_owned());
        let ground: Vec<String> = [name, role].into_iter().flatten().collect();
        if ground.is_empty() { "按字段".to_owned() } else { ground.join("，") }
    }

    fn renamed(&self) -> String {
        let other = |field: &&FieldMatch<'_>| matches!(field.how, How::Alias | How::Cut);
        let renamed: Vec<String> = self
            .fields
            .iter()
            .filter(other)
            .map(|field| format!("{}即{}", field.field, field.name()))
            .collect();
        if renamed.is_empty() { String::new() } else { format!("，其中{}", renamed.join("、")) }
    }

    fn possible(&self) -> String {
        let one = |candidate: &Candidate<'_>| {
            let name = candidate.by_name.as_ref().map(|found| format!("图层名含{}", found.name));
            let fields = Some(candidate.fields.len()).filter(|&count| count > 0);
            let fields = fields.map(|count| format!("{count}个字段相符"));
            let ground: Vec<String> = [name, fields].into_iter().flatten().collect();
            format!("{}({})", candidate.kind.title, ground.join("，"))
        };
        self.candidates.iter().map(one).collect::<Vec<_>>().join("、")
    }
}
