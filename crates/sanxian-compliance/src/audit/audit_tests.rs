use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::{AuditDescription, AuditReport, AuditSeverity, AuditVerdict, audit};

const HEAD: &str = "[audit]\nname = \"t\"\ndocument = \"d\"\nphases = [\"2021-2025\"]\n";

fn file(text: &str) -> Result<(tempfile::TempDir, PathBuf), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("audit.toml");
    std::fs::write(&path, format!("{HEAD}{text}"))?;
    Ok((folder, path))
}

fn run(text: &str) -> Result<AuditReport, Box<dyn std::error::Error>> {
    let (_folder, path) = file(text)?;
    Ok(audit(&AuditDescription::from_toml(&path, None)?, &[])?)
}

fn found(report: &AuditReport) -> Vec<(&'static str, &'static str, Option<&'static str>)> {
    let row = |finding: &super::AuditFinding| (finding.severity.as_str(), finding.code, finding.suspicion);
    report.findings.iter().map(row).collect()
}

#[test]
fn a_table_whose_rows_make_its_total_passes() -> Result<(), Box<dyn std::error::Error>> {
    let report = run(r#"
        [[tables]]
        id = "t"
        unit = "公顷"
        columns = ["plot", "total", "state", "share"]
        units = { share = "%" }
        rows = [["1", "1.25", "0.25", "20.00"], ["2", "2.50", "1.00", "40.00"]]
        total = ["合计", "3.75", "1.25", ""]
        shares = [{ share = "share", part = "state", whole = "total" }]
        at_most = [{ smaller = "state", larger = "total" }]
    "#)?;
    assert_eq!(report.verdict, AuditVerdict::Consistent);
    assert_eq!((report.checked, report.unchecked.len()), (6, 1), "the total row states no share");
    Ok(())
}

#[test]
fn rows_a_tenth_too_large_fail_and_name_nothing_that_is_not_the_only_explanation()
-> Result<(), Box<dyn std::error::Error>> {
    let report = run(r#"
        [[tables]]
        id = "t"
        unit = "公顷"
        columns = ["plot", "total"]
        rows = [["1", "1.25"], ["2", "1.25"], ["3", "7.00"]]
        total = ["合计", "8.25"]
    "#)?;
    assert_eq!(found(&report), [("error", "column_total", None)], "either of two plots may be left out");
    assert!(report.findings.iter().all(|finding| finding.message.contains("相差+1.25公顷")));
    Ok(())
}

#[test]
fn what_is_not_stated_cannot_be_judged() -> Result<(), Box<dyn std::error::Error>> {
    let report = run(r#"
        [[tables]]
        id = "t"
        unit = "公顷"
        columns = ["plot", "total"]
        rows = [["1", "--"]]

        [[checks]]
        id = "whole"
        title = "总面积"
        stated = { value = "1.0", unit = "公顷" }
        computed = [{ table = "t", column = "total" }]
    "#)?;
    assert_eq!(report.verdict, AuditVerdict::CannotBeJudged);
    assert_eq!(report.unchecked.len(), 1);
    assert!(report.findings.is_empty());
    Ok(())
}

#[test]
fn units_denominators_and_nested_rows_are_suspected() -> Result<(), Box<dyn std::error::Error>> {
    let report = run(r#"
        [[tables]]
        id = "t"
        unit = "公顷"
        columns = ["name", "area"]
        rows = [["town", "100.00"], ["core", "20.00"]]
        total = ["合计", "120.00"]
        nested = { core = "town" }

        [[checks]]
        id = "mu"
        title = "总面积"
        stated = { value = "1500.00", unit = "公顷" }
        computed = [{ table = "t", column = "area", rows = ["town"] }]

        [[checks]]
        id = "share"
        title = "比例"
        stated = { value = "50.0", unit = "%" }
        computed = [{ value = "10.0", unit = "公顷" }]
        over = [{ value = "25.0", unit = "公顷" }]
        alternatives = [{ name = "另一面积", value = "20.0", unit = "公顷" }]

        [[checks]]
        id = "unit"
        title = "密度"
        stated = { value = "1", unit = "公里/百平方千米", printed_unit = "百里/平方千米" }
    "#)?;
    let expected = [
        ("error", "column_total", Some("nested_counted_twice")),
        ("error", "stated_figure", Some("unit")),
        ("error", "stated_figure", Some("other_denominator")),
        ("error", "unit_of_figure", None),
    ];
    assert_eq!(found(&report), expected);
    Ok(())
}

#[test]
fn rows_twice_phases_letters_and_limits_are_found() -> Result<(), Box<dyn std::error::Error>> {
    let report = run(r#"
        [[tables]]
        id = "t"
        unit = "亩"
        columns = ["n", "name", "area", "phase", "county"]
        rows = [
            ["1", "甲县lOMW电站", "50", "2021-2025", "甲县"],
            ["1", "乙县公路", "9", "2026-2030", "甲县"],
            ["3", "丙县水库", "x", "", "丙县"],
        ]
        label = "name"
        unique = ["n"]
        numbers = ["area"]
        letters = ["name"]
        phase = "phase"
        limits = [{ column = "area", value = "1", unit = "公顷", reason = "过大" }]
        place = { column = "county", name = "name", places = ["甲县", "乙县", "丙县"] }
    "#)?;
    let codes: Vec<_> = report.findings.iter().map(|finding| finding.code).collect();
    let expected = [
        "row_twice",
        "limit_exceeded",
        "letter_for_digit",
        "phase_not_of_plan",
        "place_differs",
        "not_a_number",
        "phase_missing",
    ];
    assert_eq!(codes, expected);
    Ok(())
}

#[test]
fn mistakes_in_a_description_name_their_key() -> Result<(), Box<dyn std::error::Error>> {
    let message = |text: &str| -> Result<String, Box<dyn std::error::Error>> {
        let (_folder, path) = file(text)?;
        let report = AuditDescription::from_toml(&path, None).and_then(|read| audit(&read, &[]));
        Ok(report
            .err()
            .map_or_else(String::new, |error| error.to_string().replace(&path.display().to_string(), "F")))
    };
    let table = "[[tables]]\nid = \"t\"\ncolumns = [\"a\", \"b\"]\nrows = [[\"1\", \"2\"]]\n";
    assert_eq!(
        message(&format!("{table}unit = \"公倾\"\n"))?.split(" has").next(),
        Some("F: key `tables[1].unit`")
    );
    assert!(message(&format!("{table}requried = []\n"))?.contains("nearest known one is `required`"));
    assert!(message(&format!("{table}required = [\"c\"]\n"))?.contains("there is no column `c`"));
    assert!(message("[[tables]]\nid = \"t\"\npath = \"none.csv\"\n")?.contains("cannot be read"));
    let mixed = "[[checks]]\nid = \"c\"\ntitle = \"c\"\nstated = { value = \"1\", unit = \"公顷\" }\ncomputed = [{ value = \"1\", unit = \"元\" }]\n";
    assert!(message(mixed)?.contains("check `c`: `公顷` and `元` do not measure the same"));
    Ok(())
}

#[test]
fn tables_of_every_kind_of_file_are_the_same_table() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text);
    write("t.csv", "name,area\n甲,1.20\n乙,2.30\n合计,3.60\n")?;
    write(
        "t.toml",
        "[a]\ncolumns = [\"name\", \"area\"]\nrows = [[\"甲\", \"1.20\"], [\"乙\", \"2.30\"], [\"合计\", \"3.60\"]]\n",
    )?;
    write(
        "t.json",
        r#"{"a": {"cols": ["name", "area"], "rows": [["甲", "1.20"], ["乙", "2.30"], ["合计", "3.60"]]}}"#,
    )?;
    for (name, part) in [("t.csv", ""), ("t.toml", "part = \"a\"\n"), ("t.json", "part = \"a\"\n")] {
        let text = format!(
            "{HEAD}[[tables]]\nid = \"t\"\npath = \"{name}\"\n{part}unit = \"公顷\"\ntotal_row = \"合计\"\n"
        );
        write("audit.toml", &text)?;
        let description =
            AuditDescription::from_toml(folder.path().join("audit.toml"), Some(Path::new(folder.path())))?;
        let report = audit(&description, &[])?;
        assert_eq!(found(&report), [("error", "column_total", None)], "{name}");
    }
    Ok(())
}

/// Rows of hundredths, printed; and their total.
fn table(rows: &[(i64, i64)], totals: (i64, i64, i64)) -> String {
    let figure = |hundredths: i64| format!("{}.{:02}", hundredths / 100, hundredths % 100);
    let row = |(at, (state, collective)): (usize, &(i64, i64))| {
        format!(
            "[\"{at}\", \"{}\", \"{}\", \"{}\"]",
            figure(state + collective),
            figure(*state),
            figure(*collective)
        )
    };
    let rows: Vec<_> = rows.iter().enumerate().map(row).collect();
    let (whole, state, collective) = totals;
    format!(
        "[[tables]]\nid = \"t\"\nunit = \"公顷\"\ncolumns = [\"n\", \"whole\", \"state\", \"collective\"]\nrows = [{}]\ntotal = [\"\", \"{}\", \"{}\", \"{}\"]\nsums = [{{ whole = \"whole\", parts = [\"state\", \"collective\"] }}]\n",
        rows.join(", "),
        figure(whole),
        figure(state),
        figure(collective)
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn tables_that_add_up_give_no_finding(rows in prop::collection::vec((0_i64..100_000, 0_i64..100_000), 1..30)) {
        let state: i64 = rows.iter().map(|row| row.0).sum();
        let collective: i64 = rows.iter().map(|row| row.1).sum();
        let report = run(&table(&rows, (state + collective, state, collective)));
        prop_assert_eq!(report.map(|report| (report.verdict, report.findings.len())).ok(), Some((AuditVerdict::Consistent, 0)));
    }

    #[test]
    fn rounding_alone_never_makes_an_error(rows in prop::collection::vec((0_i64..10_000_000, 0_i64..10_000_000), 1..30)) {
        // Figures to the hundred-thousandth, each printed to the hundredth on its own.
        let printed = |units: i64| (units + 500) / 1000;
        let figure = |hundredths: i64| format!("{}.{:02}", hundredths / 100, hundredths % 100);
        let lines: Vec<_> = rows.iter().enumerate().map(|(at, (state, collective))| {
            format!("[\"{at}\", \"{}\", \"{}\", \"{}\"]", figure(printed(state + collective)), figure(printed(*state)), figure(printed(*collective)))
        }).collect();
        let state: i64 = rows.iter().map(|row| row.0).sum();
        let collective: i64 = rows.iter().map(|row| row.1).sum();
        let text = format!(
            "[[tables]]\nid = \"t\"\nunit = \"公顷\"\ncolumns = [\"n\", \"whole\", \"state\", \"collective\"]\nrows = [{}]\ntotal = [\"\", \"{}\", \"{}\", \"{}\"]\nsums = [{{ whole = \"whole\", parts = [\"state\", \"collective\"] }}]\n",
            lines.join(", "), figure(printed(state + collective)), figure(printed(state)), figure(printed(collective))
        );
        let report = run(&text);
        prop_assert_eq!(report.as_ref().map(|report| report.verdict).ok(), Some(AuditVerdict::Consistent));
    }

    #[test]
    fn one_digit_changed_beyond_rounding_is_found(
        rows in prop::collection::vec((0_i64..100_000, 0_i64..100_000), 1..20),
        row in any::<prop::sample::Index>(),
        change in prop::sample::select(vec![100_i64, 1_000, 10_000]),
    ) {
        // Twenty rows and their total hide 21 halves of a hundredth: a whole hectare is beyond that.
        let state: i64 = rows.iter().map(|row| row.0).sum();
        let collective: i64 = rows.iter().map(|row| row.1).sum();
        let mut changed = rows.clone();
        if let Some(row) = changed.get_mut(row.index(rows.len())) {
            row.0 += change;
        }
        let report = run(&table(&changed, (state + collective, state, collective)));
        let is_error = |report: AuditReport| report.findings.iter().filter(|finding| finding.severity == AuditSeverity::Error).count();
        prop_assert_eq!(report.map(is_error).ok(), Some(2));
    }
}
