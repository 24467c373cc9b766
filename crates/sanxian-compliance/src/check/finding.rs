use sanxian_io::{Finding, Layer};

use crate::error::ComplianceError;

/// An oddity and the input it was met in.
#[derive(Clone, Debug, PartialEq)]
pub struct SourcedFinding {
    /// What was odd.
    pub finding: Finding,
    /// File name or role of the input; `None` for the check itself.
    pub source: Option<String>,
}

/// The findings of a run, in the order they are made.
#[derive(Debug, Default)]
pub(crate) struct Findings(pub(crate) Vec<SourcedFinding>);

impl Findings {
    pub(crate) fn add(&mut self, source: Option<&str>, finding: Finding) {
        self.0.push(SourcedFinding { finding, source: source.map(str::to_owned) });
    }

    /// Takes over what was found side by side, in the order of the inputs: the first error is that of the first input that has one.
    pub(super) fn take_in<T>(
        &mut self,
        found: impl IntoIterator<Item = Result<(T, Self), ComplianceError>>,
    ) -> Result<Vec<T>, ComplianceError> {
        let mut results = Vec::new();
        for one in found {
            let (result, findings) = one?;
            self.0.extend(findings.0);
            results.push(result);
        }
        Ok(results)
    }

    /// Carries the findings of a reader over.
    pub(crate) fn carry(&mut self, layer: &Layer) {
        let source = source_name(layer);
        for finding in &layer.findings {
            self.add(Some(&source), finding.clone());
        }
    }
}

/// What findings call an input: its file's name, else the layer's.
pub(super) fn source_name(layer: &Layer) -> String {
    let file = layer.source.as_ref().and_then(|source| source.path.file_name());
    file.map_or_else(|| layer.name.clone(), |name| name.to_string_lossy().into_owned())
}
