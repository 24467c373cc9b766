//! What is said about every exchange text of the reference folder: all findings, or the error.

#![allow(clippy::panic, clippy::unwrap_used)]

mod reference;

use std::fmt::Write as _;

use sanxian_io::{IoError, PlotsOptions, read_plots};

/// File, then one line a finding: line of the file (0 for the file as a whole), severity, code, plot.
const EXPECTED: &str = include_str!("exchange_text_findings.txt");

#[test]
fn every_reference_text_has_the_findings_of_the_list() {
    let Some(folder) = reference::folder("exchange_text") else { return };
    let mut found = String::new();
    let mut names: Vec<_> = ["", "variants"]
        .iter()
        .flat_map(|sub| std::fs::read_dir(folder.join(sub)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|suffix| suffix == "txt"))
        .collect();
    names.sort();
    assert!(names.len() >= 13, "{names:?}");
    for path in names {
        let name = path.strip_prefix(&folder).unwrap().display();
        match read_plots(&path, &PlotsOptions::default()) {
            Ok(plots) => {
                let _ = writeln!(found, "{name}: {} plots", plots.layer.len());
                for finding in &plots.layer.findings {
                    let (line, plot) = (finding.line.unwrap_or(0), finding.plot_id.as_deref().unwrap_or("-"));
                    let _ = writeln!(found, "  {line} {} {} {plot}", finding.severity, finding.code);
                }
            }
            Err(IoError::ExchangeText { line, fault, .. }) => {
                let fault = format!("{fault:?}");
                let kind = fault.split([' ', '{']).next().unwrap();
                let _ = writeln!(found, "{name}: refused, {kind} at {}", line.unwrap_or(0));
            }
            Err(other) => panic!("{name}: {other}"),
        }
    }
    if found != EXPECTED {
        let differs = found.lines().zip(EXPECTED.lines()).find(|(found, expected)| found != expected);
        panic!("first difference (found, expected): {differs:?}\nall that was found:\n{found}");
    }
}
