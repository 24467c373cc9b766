//! One plot, written in each of the ways that offices and programs write it: the plot stays the same, and what is odd is
//! said with its line.

#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use sanxian_geodesy::Crs;
use sanxian_io::{IoError, Plots, PlotsOptions, read_plots};
use sanxian_overlay::planar_area;

const HEADER: &str =
    "[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n计量单位=米\n带号=38\n精度=0.001\n[地块坐标]\n";
const ROW: &str = "5,1.0000,DK-1,东地块,面,,住宅,0701,@\n";
const POINTS: [&str; 5] = [
    "J1,1,4250100.000,38500000.000",
    "J2,1,4250100.000,38500100.000",
    "J3,1,4250000.000,38500100.000",
    "J4,1,4250000.000,38500000.000",
    "J1,1,4250100.000,38500000.000",
];

fn read_bytes(bytes: &[u8]) -> Result<Plots, IoError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plots.txt");
    std::fs::write(&path, bytes).unwrap();
    read_plots(&path, &PlotsOptions::default())
}

fn read(text: &str) -> Plots {
    read_bytes(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Codes of what is said of a text beside what is said of the usual one.
fn odd(plots: &Plots) -> Vec<&'static str> {
    let codes = plots.layer.findings.iter().map(|finding| finding.code);
    codes.filter(|code| *code != "area_matches_both").collect()
}

fn is_the_square(plots: &Plots, what: &str) {
    let view = plots.layer.polygons.view();
    assert_eq!(view.len(), 1, "{what}");
    assert_eq!(planar_area(view.feature(0)), 10_000.0, "{what}");
}

fn body() -> String {
    POINTS.map(|point| format!("{point}\n")).concat()
}

#[test]
fn headers_of_every_wording_name_the_same_zone() {
    let cases: [(&str, u32, &[&str]); 15] = [
        ("[项目信息]\n项目名称=甲\n[属性描述]\n坐标系=CGCS2000\n带号=38\n[地块坐标]\n", 4526, &[]),
        (
            "【属性描述】\n坐标系=2000国家大地坐标系\n分带=3度带\n带号=38\n【地块坐标】\n",
            4526,
            &["full_width_signs"],
        ),
        ("［属性描述］\n坐标系＝2000国家大地坐标系\n带号＝３８\n［地块坐标］\n", 4526, &["full_width_signs"]),
        ("[属性描述]\n格式版本号=1．01版本\n坐标系=2000国家大地坐标系\n带号=38\n[地块坐标]\n", 4526, &[]),
        ("[属性描述]\n格式版本号=\n坐标系=2000国家大地坐标系\n带号=38\n精度=3\n[地块坐标]\n", 4526, &[]),
        (
            "[属性描述]\n坐标系=2000国家大地坐标系\n带号=38\n精度=0.0100\n转换坐标=,,,,,,\n[地块坐标]\n",
            4526,
            &[],
        ),
        (
            "[属性描述]\n数据生产单位=甲\n数据生产日期=2024\n坐标系=2000国家大地坐标系\n带号=38\n[扩展信息]\n[地块坐标]\n",
            4526,
            &[],
        ),
        ("[属性描述]\n带号=38\n几度分带=三\n自家的键=乙\n坐标系=2000坐标系\n[地块坐标]\n", 4526, &[]),
        ("坐标系=2000国家大地坐标系\n带号=38\n", 4526, &[]),
        ("[属性描述]\n坐标系=80国家大地坐标系\n带号=38\n[地块坐标]\n", 2362, &[]),
        ("[属性描述]\n坐标系=1980西安坐标系\n带号=38\n[地块坐标]\n", 2362, &[]),
        ("[属性描述]\n坐标系=54北京坐标系\n带号=38\n[地块坐标]\n", 2414, &[]),
        ("[属性描述]\n坐标系=1954北京坐标系\n带号=38\n[地块坐标]\n", 2414, &[]),
        (
            "[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=6\n带号=38\n[地块坐标]\n",
            4526,
            &["zone_width_contradicts"],
        ),
        ("[地块坐标]\n", 4526, &["datum_assumed", "zone_from_prefix"]),
    ];
    for (header, epsg, expected) in cases {
        let plots = read(&format!("{header}{ROW}{}", body()));
        is_the_square(&plots, header);
        assert_eq!(plots.layer.crs.as_ref().and_then(Crs::epsg), Some(epsg), "{header}");
        assert_eq!(odd(&plots), expected, "{header}");
    }
}

#[test]
fn notes_and_column_names_in_brackets_are_no_plots() {
    let header = HEADER.replace(
        "[地块坐标]\n",
        "【说明】\n第一行说明\n第二行=说明\n[地块坐标]\n【界址点数,地块面积,地块编号,地块名称,图形属性,图幅号,地块用途,地类编码,@】\n",
    );
    let plots = read(&format!("{header}{ROW}{}", body()));
    is_the_square(&plots, &header);
    assert_eq!(odd(&plots), ["note_skipped", "full_width_signs"]);
}

#[test]
fn every_encoding_and_line_end_gives_the_same_text() {
    let text = format!("{HEADER}{ROW}{}", body());
    let utf16 = |text: &str| -> Vec<u8> {
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    let gbk = |text: &str| encoding_rs::GBK.encode(text).0.into_owned();
    let unended = text.trim_end().to_owned();
    for (what, bytes) in [
        ("UTF-8", text.clone().into_bytes()),
        ("UTF-8 with a mark", [b"\xef\xbb\xbf", text.as_bytes()].concat()),
        ("GBK", gbk(&text)),
        ("UTF-16", utf16(&text)),
        ("CR LF", gbk(&text.replace('\n', "\r\n"))),
        ("CR", gbk(&text.replace('\n', "\r"))),
        ("no end of the last line", gbk(&unended)),
    ] {
        let plots = read_bytes(&bytes).unwrap_or_else(|error| panic!("{what}: {error}"));
        is_the_square(&plots, what);
        assert!(odd(&plots).is_empty(), "{what}: {:?}", odd(&plots));
    }
}

#[test]
fn rows_of_plots_may_be_short_long_or_without_area() {
    let cases: [(&str, &[&str]); 12] = [
        ("5,1.0000,DK-1,东地块,@", &["plot_row_fields"]),
        ("5,1.0000,DK-1,东地块,,,住宅,,@", &[]),
        ("5,1.0000,DK-1,东地块,面,,,@", &["plot_row_fields"]),
        ("5,1.0000,DK-1,东地块,面,,住宅,0701@", &[]),
        ("5,1.0000,330106104,横桥村,DK-1,东地块,面,,,,@", &["plot_row_fields"]),
        ("5,1.0000,DK-1,东地块,2023,2,面,,耕地,备注,0103,8,@", &["plot_row_fields"]),
        ("5,1.0000,DK-1,东地块,面,,住宅,0701,TBLX,DL,GZQ,GZH,BZ,@", &["plot_row_fields"]),
        ("5,1.0000公顷,DK-1,东地块,面,,,,@", &[]),
        ("5,1,DK-1,东地块,面,,,,@", &[]),
        ("5,,DK-1,东地块,面,,,,@", &["area_missing"]),
        ("0,1.0000,DK-1,东地块,面,,,,@", &["count_differs"]),
        ("4,1.0000,DK-1,东地块,面,,,,@", &[]),
    ];
    for (row, expected) in cases {
        let plots = read(&format!("{HEADER}{row}\n{}", body()));
        is_the_square(&plots, row);
        assert_eq!(odd(&plots), expected, "{row}");
        let ids = plots.layer.attributes.column_by_name("plot_id").unwrap();
        assert_eq!(ids, &(std::sync::Arc::new(arrow_array::StringArray::from(vec!["DK-1"])) as _), "{row}");
    }
}

#[test]
fn closing_rows_of_every_kind_close_the_same_ring() {
    let [first, second, third, fourth, _] = POINTS;
    let cases: [(&str, &[&str]); 5] = [
        ("J1,1,4250100.000,38500000.000\n", &[]),
        ("J5,1,4250100.000,38500000.000\n", &["closing_point_renumbered"]),
        ("", &["ring_not_closed"]),
        ("J1,1,4250100.000,4250100.000\n", &["closing_point_wrong"]),
        ("J1,1,4250100.000,38500000.000\nJ1,1,4250100.000,38500000.000\n", &["closing_point_repeated"]),
    ];
    for (closing, expected) in cases {
        let plots = read(&format!("{HEADER}{ROW}{first}\n{second}\n{third}\n{fourth}\n{closing}"));
        is_the_square(&plots, closing);
        assert_eq!(
            odd(&plots).into_iter().filter(|code| *code != "count_differs").collect::<Vec<_>>(),
            expected,
            "{closing:?}"
        );
    }
}

#[test]
fn names_of_points_and_blanks_do_not_matter() {
    for names in [["J01", "J02", "J03", "J04", "J01"], ["1", "2", "3", "4", "1"], ["", "", "", "", ""]] {
        let rows = names.iter().zip(POINTS).map(|(name, point)| {
            let (_, rest) = point.split_once(',').unwrap();
            format!("{name}, {}\n", rest.replace(',', ", "))
        });
        let plots = read(&format!("{HEADER}{ROW}{}", rows.collect::<String>()));
        is_the_square(&plots, names[0]);
        let expected: &[&str] = if names[0].is_empty() { &["points_unnamed"] } else { &[] };
        assert_eq!(odd(&plots), expected, "{names:?}");
    }
}

#[test]
fn lines_and_points_among_areas_keep_their_rows_and_everything_of_them() {
    let others = "2,0,L-1,道路中线,线,,,,@\nJ1,1,4250100.5,38500000.25\nJ2,1,4250200,38500000\n\
        1,0,P-1,控制点,点,,,,@\nG1,1,4250300,38500300\n";
    let plots = read(&format!("{HEADER}{ROW}{}{others}", body()));
    assert_eq!(plots.layer.len(), 3);
    let named: Vec<_> = plots
        .layer
        .findings
        .iter()
        .filter(|finding| finding.code == "not_an_area")
        .map(|finding| (finding.line, finding.plot_id.as_deref(), finding.message.as_str()))
        .collect();
    let line = "图形属性是线,不是面,没有图形,点行:J1,1,4250100.5,38500000.25; J2,1,4250200,38500000";
    let point = "图形属性是点,不是面,没有图形,点行:G1,1,4250300,38500300";
    assert_eq!(named, [(Some(14), Some("L-1"), line), (Some(17), Some("P-1"), point)]);
    let view = plots.layer.polygons.view();
    assert_eq!([1, 2].map(|feature| view.feature(feature).count()), [0, 0]);
}

#[test]
fn a_file_in_foreign_characters_says_that_the_encoding_is_doubtful() {
    let text = format!("{HEADER}{ROW}{}", body());
    let garbled: String = text.bytes().map(char::from).collect();
    let plots = read(&garbled);
    is_the_square(&plots, "garbled");
    assert!(odd(&plots).contains(&"encoding_doubtful"));
}

#[test]
fn a_central_meridian_names_the_zone_and_is_held_against_its_number() {
    let unprefixed = body().replace(",38500", ",500");
    let header = HEADER.replace("带号=38", "中央子午线=114°00′");
    let plots = read(&format!("{header}{ROW}{unprefixed}"));
    is_the_square(&plots, "meridian");
    assert_eq!(plots.layer.crs.as_ref().and_then(Crs::epsg), Some(4547));
    assert_eq!(odd(&plots), ["no_zone_prefix", "zone_from_meridian"]);
    assert!(!plots.header.iter().any(|(key, _)| key == "带号"), "the header is the file's");

    let plots = read(&format!("{}{ROW}{}", HEADER.replace("带号=38", "带号=38\n中央经线=111"), body()));
    assert_eq!(plots.layer.crs.as_ref().and_then(Crs::epsg), Some(4526));
    assert_eq!(odd(&plots), ["meridian_contradicts"]);
    let plots = read(&format!("{}{ROW}{}", HEADER.replace("带号=38", "带号=38\n中央经线=114"), body()));
    assert!(odd(&plots).is_empty());
}

#[test]
fn what_deviates_from_the_format_is_told_once_with_its_first_line() {
    let lengths = POINTS.map(|point| format!("{point},100.000,\n")).concat();
    let renumbered = body().replacen("J1", "J5", 2).replacen("J5", "J1", 1);
    let unnamed = body().replace('J', "").replace("1,1,", ",1,").replace("2,1,", ",1,");
    let half: String = body();
    let full: String = half.chars().map(|c| if c == ',' { '，' } else { c }).collect();
    let cases: [(&str, String, &str, u64); 7] = [
        ("lengths", format!("{HEADER}{ROW}{lengths}"), "columns_not_read", 9),
        ("closing row", format!("{HEADER}{ROW}{renumbered}"), "closing_point_renumbered", 13),
        ("no names", format!("{HEADER}{ROW}{unnamed}"), "points_unnamed", 9),
        ("full width", format!("{HEADER}{ROW}{full}"), "full_width_signs", 9),
        ("five fields", format!("{HEADER}5,1.0000,DK-1,东地块,@\n{half}"), "plot_row_fields", 8),
        ("returns", format!("{HEADER}{ROW}{half}").replacen('\n', "\r\r\n", 1), "line_ends_odd", 1),
        ("full-width count", format!("{HEADER}{}{half}", ROW.replacen('5', "５", 1)), "", 0),
    ];
    for (what, text, code, line) in cases {
        let plots = read(&text);
        is_the_square(&plots, what);
        let found = plots.layer.findings.iter().filter(|finding| finding.code != "area_matches_both");
        let found: Vec<_> = found.map(|finding| (finding.code, finding.line.unwrap())).collect();
        let expected: Vec<_> = (!code.is_empty()).then_some((code, line)).into_iter().collect();
        assert_eq!(found, expected, "{what}");
    }
}

#[test]
fn a_closing_row_of_two_northings_closes_whatever_its_number_is() {
    let open = POINTS[..4].join("\n");
    for name in ["J1", "J5", "5"] {
        let plots = read(&format!("{HEADER}{ROW}{open}\n{name},1,4250100.000,4250100.000\n"));
        is_the_square(&plots, name);
        assert_eq!(odd(&plots), ["closing_point_wrong"], "{name}");
    }
}

#[test]
fn pairs_on_one_line_are_points() {
    let pairs = "38500000,4250100;38500100,4250100；38500100,4250000;38500000,4250000;\n";
    let plots = read(pairs);
    is_the_square(&plots, pairs);
}
