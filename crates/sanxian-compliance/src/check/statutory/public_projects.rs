use arrow_array::RecordBatch;
use arrow_schema::ArrowError;

use super::Sources;
use super::closing::Closer;
use crate::check::message::comma_list;
use crate::check::public_interest::{UseKind, UsesOnPlots};
use crate::columns::Columns;
use crate::figure::area_ha;

const TABLE: &str = "public_projects";

/// Uses with the same projects and classes.
struct Group {
    project: String,
    /// `None` where nobody says.
    classes: Option<String>,
    plots: Vec<usize>,
    area_m2: f64,
    note: Option<String>,
}

struct Row {
    number: Option<i64>,
    project: String,
    plots: String,
    classes: Option<String>,
    area_ha: f64,
    public_ha: Option<f64>,
    share: Option<f64>,
    note: Option<String>,
}

/// 表5-2: projects in the public interest with class, land and share of the scheme, and the total. Projects of which nobody says are
/// listed without a class, and count in no total of public-interest land.
pub(super) fn public_projects_table(
    sources: &Sources<'_>,
    uses: &UsesOnPlots,
    closer: &mut Closer,
) -> Result<RecordBatch, ArrowError> {
    let plots = &sources.rows.plots.plots;
    let decimals = closer.decimals;
    let groups = groups(uses);
    let scheme_m2: f64 = plots.iter().map(|plot| plot.area_m2).sum();
    let public: Vec<&Group> = groups.iter().filter(|group| group.classes.is_some()).collect();
    let public_m2: f64 = public.iter().map(|group| group.area_m2).sum();
    // The total is that of the plots' table, so that the two cannot differ.
    let whole = closer.sum(uses.shares.iter().map(|share| area_ha(share.public_m2, decimals)));
    let names: Vec<&str> = public.iter().map(|group| group.project.as_str()).collect();
    let parts: Vec<f64> = public.iter().map(|group| group.area_m2 / 1e4).collect();
    let areas = closer.parts(TABLE, "合计", &names, &parts, whole);
    let labels = |group: &Group| {
        let ids = group.plots.iter().filter_map(|plot| plots.get(*plot));
        comma_list(ids.map(|plot| plot.id.as_str()))
    };
    let mut rows: Vec<Row> = public
        .iter()
        .zip(&areas)
        .zip(1..)
        .map(|((group, area), number)| Row {
            number: Some(number),
            project: group.project.clone(),
            plots: labels(group),
            classes: group.classes.clone(),
            area_ha: *area,
            public_ha: Some(*area),
            share: (scheme_m2 > 0.0).then(|| group.area_m2 / scheme_m2),
            note: group.note.clone(),
        })
        .collect();
    let without = groups.iter().filter(|group| group.classes.is_none());
    rows.extend(without.zip(areas.len() as i64 + 1..).map(|(group, number)| Row {
        number: Some(number),
        project: group.project.clone(),
        plots: labels(group),
        classes: None,
        area_ha: area_ha(group.area_m2, decimals),
        public_ha: None,
        share: None,
        note: group.note.clone(),
    }));
    rows.push(Row {
        number: None,
        project: "合计".to_owned(),
        plots: String::new(),
        classes: None,
        area_ha: closer.sum(rows.iter().map(|row| row.area_ha)),
        public_ha: Some(closer.sum(rows.iter().filter_map(|row| row.public_ha))),
        share: (scheme_m2 > 0.0).then(|| public_m2 / scheme_m2),
        note: Some("用地比例为占成片开发总面积的比例".to_owned()),
    });
    Columns::default()
        .maybe_counts("number", rows.iter().map(|row| row.number))
        .texts("project", rows.iter().map(|row| &row.project))
        .texts("plots", rows.iter().map(|row| &row.plots))
        .maybe_texts("public_interest_class", rows.iter().map(|row| row.classes.as_deref()))
        .numbers("area_ha", rows.iter().map(|row| row.area_ha))
        .maybe_numbers("public_interest_ha", rows.iter().map(|row| row.public_ha))
        .maybe_numbers("share", rows.iter().map(|row| row.share))
        .maybe_texts("note", rows.iter().map(|row| row.note.as_deref()))
        .finish()
}

fn groups(uses: &UsesOnPlots) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for &(plot, feature, area_m2) in &uses.pieces {
        let text = |texts: &[Option<String>]| texts.get(feature).and_then(Clone::clone);
        let name = text(&uses.lists).or_else(|| text(&uses.names)).unwrap_or_else(|| "(未填写)".to_owned());
        let (classes, note) = match uses.kinds.get(feature) {
            Some(UseKind::Public(classes)) => {
                let classes = comma_list(classes.iter().map(String::as_str));
                // Class E asks for the use in the column of notes.
                let note = classes.contains('E').then(|| text(&uses.names)).flatten();
                (Some(classes), note)
            }
            Some(UseKind::Unknown(reason)) => (None, Some(reason.trim_start_matches('的').to_owned())),
            Some(UseKind::Other) | None => continue,
        };
        match groups.iter_mut().find(|group| group.project == name && group.classes == classes) {
            Some(group) => {
                group.area_m2 += area_m2;
                if !group.plots.contains(&plot) {
                    group.plots.push(plot);
                }
            }
            None => groups.push(Group { project: name, classes, plots: vec![plot], area_m2, note }),
        }
    }
    groups
}
