//! What was found, and where it is on the ground.

use sanxian_geodesy::Crs;
use sanxian_io::{Layer, Severity};
use sanxian_overlay::{Point, PolygonSet, Polygons};

use crate::columns::Columns;
use crate::error::ComplianceError;

/// Where a finding is.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// Nowhere in particular: a figure, a field.
    None,
    /// At a point.
    Point(Point),
    /// A polygon feature, the only one of its set.
    Ground(PolygonSet),
}

impl Place {
    /// A feature of a set.
    pub(super) fn feature(polygons: Polygons<'_>, feature: usize) -> Self {
        Self::Ground(polygons.take([feature]))
    }
}

/// One finding of a submission.
#[derive(Clone, Debug, PartialEq)]
pub struct SubmissionFinding {
    /// How much it matters.
    pub severity: Severity,
    /// What was checked: `reading`, `geometry`, `tiling`, `areas`, `versions`, `uses`, `survey` or `fields`.
    pub topic: &'static str,
    /// A stable identifier, such as `uses_sum_differs`.
    pub code: &'static str,
    /// The input it was met in: the name of its layer.
    pub source: String,
    /// The feature concerned, from 0; readers show it from 1.
    pub feature: Option<usize>,
    /// The plot concerned.
    pub plot_id: Option<String>,
    /// What was met, in Chinese.
    pub message: String,
    /// Where.
    pub place: Place,
}

/// The findings of a run, in the order they are made.
#[derive(Debug, Default)]
pub(super) struct Collector {
    pub(super) findings: Vec<SubmissionFinding>,
    topic: &'static str,
}

impl Collector {
    /// What is found from here on belongs to this topic.
    pub(super) fn topic(&mut self, topic: &'static str) -> &mut Self {
        self.topic = topic;
        self
    }

    pub(super) fn add(
        &mut self,
        severity: Severity,
        code: &'static str,
        layer: &Layer,
        message: impl Into<String>,
    ) -> &mut SubmissionFinding {
        let index = self.findings.len();
        self.findings.push(SubmissionFinding {
            severity,
            topic: self.topic,
            code,
            source: layer.name.clone(),
            feature: None,
            plot_id: None,
            message: message.into(),
            place: Place::None,
        });
        &mut self.findings[index]
    }

    pub(super) fn error(
        &mut self,
        code: &'static str,
        layer: &Layer,
        message: impl Into<String>,
    ) -> &mut SubmissionFinding {
        self.add(Severity::Error, code, layer, message)
    }

    pub(super) fn warning(
        &mut self,
        code: &'static str,
        layer: &Layer,
        message: impl Into<String>,
    ) -> &mut SubmissionFinding {
        self.add(Severity::Warning, code, layer, message)
    }

    pub(super) fn info(
        &mut self,
        code: &'static str,
        layer: &Layer,
        message: impl Into<String>,
    ) -> &mut SubmissionFinding {
        self.add(Severity::Info, code, layer, message)
    }
}

impl SubmissionFinding {
    pub(super) fn of(&mut self, feature: usize) -> &mut Self {
        self.feature = Some(feature);
        self
    }

    pub(super) fn of_plot(&mut self, plot_id: &str) -> &mut Self {
        self.plot_id = Some(plot_id.to_owned());
        self
    }

    pub(super) fn at(&mut self, place: Place) -> &mut Self {
        self.place = place;
        self
    }
}

/// Findings as a layer: `severity, topic, code, source, feature, plot_id, message, easting_m, northing_m`, and the ground where a
/// finding has one. `feature` counts from 1, as GIS programs count records.
///
/// # Errors
/// None in practice; Arrow's own error when columns differ in length.
pub fn submission_findings_layer(
    findings: &[SubmissionFinding],
    crs: Option<Crs>,
) -> Result<Layer, ComplianceError> {
    let mut polygons = PolygonSet::default();
    for finding in findings {
        match &finding.place {
            Place::Ground(ground) => polygons.extend(ground.view()),
            _ => polygons.push_null(),
        }
    }
    let point = |axis: usize| {
        findings.iter().map(move |finding| match &finding.place {
            Place::Point(point) => Some(point[axis]),
            _ => None,
        })
    };
    let table = Columns::default()
        .texts("severity", findings.iter().map(|finding| finding.severity.as_str()))
        .texts("topic", findings.iter().map(|finding| finding.topic))
        .texts("code", findings.iter().map(|finding| finding.code))
        .texts("source", findings.iter().map(|finding| &finding.source))
        .maybe_counts("feature", findings.iter().map(|finding| finding.feature.map(|row| row as i64 + 1)))
        .maybe_texts("plot_id", findings.iter().map(|finding| finding.plot_id.as_deref()))
        .texts("message", findings.iter().map(|finding| &finding.message))
        .maybe_numbers("easting_m", point(0))
        .maybe_numbers("northing_m", point(1))
        .finish()?;
    Ok(Layer::new("findings", polygons, table, crs))
}
