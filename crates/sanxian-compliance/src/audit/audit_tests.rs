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

#[test]
fn subtotals_hold_their_rows_and_are_not_added_again() -> Result<(), Box<dyn std::error::Error>> {
    let table = |second: &str| {
        format!(
            r#"
            [[tables]]
            id = "5-1"
            unit = "公顷"
            columns = ["plot", "use", "area"]
            label = "plot"
            total_row = "合计"
            subtotal_rows = "小计"
            rows = [
                ["1", "住宅", "1.20"], ["1", "道路", "0.30"], ["小计", "", "1.50"],
                ["2", "公园", "2.00"], ["2", "学校", "{second}"], ["小计", "", "2.50"],
                ["合计", "", "4.00"],
            ]
        "#
        )
    };
    assert_eq!(run(&table("0.50"))?.verdict, AuditVerdict::Consistent);
    let report = run(&table("0.70"))?;
    assert_eq!(found(&report), [("error", "subtotal", None), ("error", "column_total", None)]);
    assert!(report.findings.iter().any(|finding| finding.message.contains("第6行小计")));
    Ok(())
}

#[test]
fn what_a_sum_cannot_take_in_is_listed_and_full_width_figures_are_read()
-> Result<(), Box<dyn std::error::Error>> {
    let report = run(r#"
        [[tables]]
        id = "t"
        unit = "公顷"
        columns = ["plot", "area"]
        rows = [["1", "１．２"], ["2", "约2.3"], ["3", "另计"]]
        total = ["合计", "3.5"]
    "#)?;
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    let left: Vec<_> = report.unchecked.iter().map(|left| left.reason.as_str()).collect();
    assert_eq!(left, ["载“另计”，不是数字，未计入各行之和"]);
    Ok(())
}

#[test]
fn a_share_printed_as_a_fraction_is_suspected_and_dashes_of_phases_do_not_matter()
-> Result<(), Box<dyn std::error::Error>> {
    let report = run(r#"
        [[tables]]
        id = "t"
        unit = "公顷"
        columns = ["plot", "part", "whole", "share", "phase"]
        units = { share = "%" }
        rows = [["1", "5.2", "10.0", "0.52", "2021—2025年"], ["2", "5.2", "10.0", "52.0", "2021－2026"]]
        shares = [{ share = "share", part = "part", whole = "whole" }]
        phase = "phase"
    "#)?;
    let expected = [("error", "row_share", Some("unit")), ("warning", "phase_not_of_plan", None)];
    assert_eq!(found(&report), expected);
    Ok(())
}

#[test]
fn headings_below_a_title_are_found_where_the_description_says() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text);
    write("t.csv", "表1 面积统计表(单位：公顷)\nname,area\n甲,1.20\n乙,2.30\n合计,3.50\n")?;
    let description = |header_row: &str| {
        format!(
            "{HEAD}[[tables]]\nid = \"t\"\npath = \"t.csv\"\nunit = \"公顷\"\ntotal_row = \"合计\"\n{header_row}"
        )
    };
    let outcome = |header_row: &str| -> Result<AuditReport, Box<dyn std::error::Error>> {
        write("audit.toml", &description(header_row))?;
        Ok(audit(&AuditDescription::from_toml(folder.path().join("audit.toml"), None)?, &[])?)
    };
    assert_eq!(outcome("header_row = 2\n")?.verdict, AuditVerdict::Consistent);
    let message = |header_row| outcome(header_row).err().map(|error| error.to_string()).unwrap_or_default();
    assert!(message("header_row = 0\n").contains("a whole number from 1 to 1000"));
    assert!(message("").contains("2 fields"), "{}", message(""));
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
