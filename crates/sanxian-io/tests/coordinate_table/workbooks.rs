//! Workbooks: sheets, merged cells, binary files, and what damages them.

use super::*;

#[test]
fn a_sheet_a_plot_is_named_by_its_sheet() {
    let (_folder, path) = workbook(&[
        ("说明", &|sheet| {
            sheet.write(0, 0, "制表人:某某").unwrap();
        }),
        ("东地块", &|sheet| {
            headings(sheet, 0);
            square(sheet, 1, 4_250_000.0, 38_500_000.0);
        }),
        ("西地块", &|sheet| {
            headings(sheet, 0);
            square(sheet, 1, 4_251_000.0, 38_500_000.0);
            sheet.write(3, 3, 98.5).unwrap();
        }),
    ]);
    let plots = read(&path);
    assert_eq!(ids(&plots), ["东地块", "西地块"]);
    let finding = plots.layer.findings.iter().find(|finding| finding.code == "side_differs").unwrap();
    assert_eq!((finding.severity, finding.line), (Severity::Warning, Some(4)));
    assert_eq!(finding.plot_id.as_deref(), Some("西地块"));
    assert!(finding.message.contains("工作表 西地块"), "{}", finding.message);
}

#[test]
fn merged_titles_merged_plots_and_numbers_as_text_are_read() {
    let (_folder, path) = workbook(&[("Sheet1", &|sheet| {
        let format = Format::new();
        sheet.merge_range(0, 0, 0, 4, "某县成片开发方案界址点坐标成果表", &format).unwrap();
        for (column, heading) in (0..).zip(["地块名称", "点号", "纵坐标(X)", "横坐标(Y)", "边长(m)"])
        {
            sheet.write(1, column, heading).unwrap();
        }
        for (plot, (name, north)) in (0_u32..).zip([("东地块", 4_250_000), ("西地块", 4_251_000)]) {
            let row = 2 + plot * 4;
            sheet.merge_range(row, 0, row + 3, 0, name, &format).unwrap();
            let corners = [(0, 0), (0, 100), (-100, 100), (-100, 0)];
            for (position, (dx, dy)) in (0_u32..).zip(corners) {
                sheet.write(row + position, 1, position + 1).unwrap();
                sheet.write(row + position, 2, format!("{}.000", north + dx)).unwrap();
                sheet.write(row + position, 3, format!("{}.000", 38_500_000 + dy)).unwrap();
                sheet.write(row + position, 4, "100.000").unwrap();
            }
        }
    })]);
    let plots = read(&path);
    assert_eq!(strings(&plots.layer.attributes, "plot_name"), ["东地块", "西地块"]);
    assert_eq!(rings(&plots), [vec![5], vec![5]]);
    let said = said(&plots);
    assert!(said.contains(&("numbers_as_text", Some(3), None)), "{said:?}");
    assert!(said.iter().any(|(code, ..)| *code == "sides_match"), "{said:?}");
}

#[test]
fn a_binary_workbook_is_read_like_any_other() {
    let plots = read(&fixture("titles.xls"));
    assert_eq!(ids(&plots), ["DK-1", "DK-2"]);
    assert_eq!(strings(&plots.layer.attributes, "plot_name"), ["东地块", "西地块"]);
    assert_eq!(declared_ha(&plots), [Some(1.0), Some(1.0)]);
    assert_eq!(plots.layer.crs.as_ref().and_then(sanxian_geodesy_epsg), Some(4526));
    assert!(plots.header.contains(&("方案名称".to_owned(), "某县2024年度土地征收成片开发方案".to_owned())));
    let view = plots.layer.polygons.view();
    assert_eq!(view.bounds(0), Some([38_500_000.5, 4_250_000.125, 38_500_100.5, 4_250_100.125]));
    assert_eq!(view.bounds(1), Some([38_499_000.5, 4_251_000.125, 38_499_100.5, 4_251_100.125]));
    let said = said(&plots);
    assert!(said.contains(&("numbers_as_text", Some(13), None)), "{said:?}");
    assert!(said.iter().any(|(code, ..)| *code == "sides_match"), "{said:?}");
    assert!(plots.layer.findings.iter().all(|finding| finding.severity == Severity::Info), "{said:?}");
}

#[test]
fn cells_beyond_the_columns_that_are_read_are_named() {
    let (_folder, path) = workbook(&[("地块", &|sheet: &mut Worksheet| {
        headings(sheet, 0);
        let next = square(sheet, 1, 4_252_000.0, 38_386_000.0);
        sheet.write_string(next - 1, 600, "远处").unwrap();
        sheet.write_string(next - 1, 601, "更远").unwrap();
    })]);
    let plots = read(&path);
    let beyond: Vec<_> = said(&plots).into_iter().filter(|(code, ..)| *code == "columns_beyond").collect();
    assert_eq!(beyond.len(), 1);
}

#[test]
fn broken_workbooks_are_errors() {
    let (_folder, path) = workbook(&[("Sheet1", &|sheet| {
        headings(sheet, 0);
        square(sheet, 1, 4_250_000.0, 38_500_000.0);
    })]);
    let whole = std::fs::read(&path).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let fails = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        read_plots(&path, &PlotsOptions::default()).unwrap_err()
    };
    for length in [1, 4, 100, whole.len() / 2, whole.len() - 1] {
        let error = fails("cut.xlsx", &whole[..length]);
        assert!(
            matches!(error, IoError::CoordinateTable { fault: TableFault::Workbook { .. }, .. }),
            "{error}"
        );
    }
    for name in ["text.xlsx", "text.xls"] {
        let error = fails(name, "点号,X,Y\n".as_bytes());
        assert!(
            matches!(error, IoError::CoordinateTable { fault: TableFault::Workbook { .. }, .. }),
            "{error}"
        );
    }
    assert!(matches!(fails("empty.xlsx", b""), IoError::Empty { .. }));
    // A workbook under the other suffix is read by what it is.
    let renamed = folder.path().join("renamed.xls");
    std::fs::write(&renamed, &whole).unwrap();
    assert_eq!(read(&renamed).layer.len(), 1);
}

#[test]
fn a_bomb_is_refused_before_it_unpacks() {
    use std::io::Write as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bomb.xlsx");
    let mut archive = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    archive.start_file("xl/sharedStrings.xml", zip::write::SimpleFileOptions::default()).unwrap();
    for _ in 0..40 {
        archive.write_all("<si><t>a</t></si>".repeat(1 << 16).as_bytes()).unwrap();
    }
    archive.finish().unwrap();
    let error = read_plots(&path, &PlotsOptions::default()).unwrap_err();
    assert!(matches!(error, IoError::CoordinateTable { fault: TableFault::TooLarge { .. }, .. }), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.csv", "a.tsv", "a.xlsx", "a.xls"] {
            let path = folder.path().join(name);
            std::fs::write(&path, &bytes).unwrap();
            let _ = read_plots(&path, &PlotsOptions::default());
        }
    }

    #[test]
    fn arbitrary_tables_never_panic(
        text in "((点号|X|Y|边长|地块名称|圈号|经度|J1|4250000\\.5|38500000|38°25′30″|东地块|:|\"|,|,|,|\n|\n){1,12}){1,20}"
    ) {
        let _ = read_csv(&text);
    }

    #[test]
    fn damaged_workbooks_never_panic(flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let (folder, path) = workbook(&[("Sheet1", &|sheet| {
            headings(sheet, 0);
            square(sheet, 1, 4_250_000.0, 38_500_000.0);
        })]);
        let mut bytes = std::fs::read(&path).unwrap();
        for (index, byte) in &flips {
            let at = index.index(bytes.len());
            bytes[at] = *byte;
        }
        let damaged = folder.path().join("damaged.xlsx");
        std::fs::write(&damaged, &bytes).unwrap();
        let _ = read_plots(&damaged, &PlotsOptions::default());
    }
}

#[test]
fn hidden_sheets_are_left_out_and_named() {
    let (_folder, path) = workbook(&[
        ("东", &|sheet| {
            headings(sheet, 0);
            square(sheet, 1, 4_250_100.0, 38_500_000.0);
        }),
        ("旧", &|sheet| {
            headings(sheet, 0);
            square(sheet, 1, 4_250_100.0, 38_500_500.0);
            sheet.set_hidden(true);
        }),
        ("西", &|sheet| {
            headings(sheet, 0);
            square(sheet, 1, 4_250_100.0, 38_500_200.0);
        }),
    ]);
    let plots = read(&path);
    assert_eq!(ids(&plots), ["东", "西"]);
    let hidden = plots.layer.findings.iter().find(|finding| finding.code == "sheet_hidden").unwrap();
    assert!(hidden.message.starts_with("工作表 旧"), "{hidden}");

    let (_folder, path) = workbook(&[
        ("封面", &|sheet| {
            sheet.write(0, 0, "某县成片开发方案").unwrap();
        }),
        ("坐标", &|sheet| {
            headings(sheet, 0);
            square(sheet, 1, 4_250_100.0, 38_500_000.0);
            sheet.set_hidden(true);
        }),
    ]);
    let error = read_plots(&path, &PlotsOptions::default()).unwrap_err();
    assert!(error.to_string().ends_with("show 坐标 in Excel or WPS"), "{error}");
}
