//! A hundred broken exchange texts, made from whole ones. Each gives an error that names the path (and the line, where
//! there is one), or reads with findings; no plot and no point gets lost without a finding.

#![allow(clippy::panic, clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use sanxian_io::{PlotsOptions, read_plots};

/// What a broken text must come to.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Outcome {
    /// An error whose message has this in it, at this line (0: no line).
    Error(&'static str, u64),
    /// Read, with a finding of this code that the whole text does not have.
    Finding(&'static str),
    /// Read as if nothing had happened: the text is odd, but says the same.
    Same,
}

use Outcome::{Error, Finding, Same};

/// Two plots; the first has a hole. Lines are counted from 1.
const WHOLE: &str = "\
[属性描述]
格式版本号=1.01版本
数据产生单位=示例测绘院
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=38
精度=0.001
转换参数=,,,,,,
[地块坐标]
10,0.7500,DK-1,东地块,面,J49,住宅,0701,@
J1,1,4250100.000,38500000.000
J2,1,4250100.000,38500100.000
J3,1,4250000.000,38500100.000
J4,1,4250000.000,38500000.000
J1,1,4250100.000,38500000.000
J1,2,4250075.000,38500025.000
J2,2,4250025.000,38500025.000
J3,2,4250025.000,38500075.000
J4,2,4250075.000,38500075.000
J1,2,4250075.000,38500025.000
5,1.0000,DK-2,西地块,面,J49,绿地,1401,@
J1,1,4250100.000,38500200.000
J2,1,4250100.000,38500300.000
J3,1,4250000.000,38500300.000
J4,1,4250000.000,38500200.000
J1,1,4250100.000,38500200.000
";

/// A change of one line: its number, what it becomes (`None`: it is gone).
type Edit = (u64, Option<&'static str>);

#[rustfmt::skip]
const EDITS: [(&str, &[Edit], Outcome); 72] = [
    ("northing is a word", &[(14, Some("J2,1,北,38500100.000"))], Error("field 3", 14)),
    ("easting is a word", &[(14, Some("J2,1,4250100.000,abc"))], Error("field 4", 14)),
    ("northing is empty", &[(14, Some("J2,1,,38500100.000"))], Error("field 3", 14)),
    ("easting is empty", &[(14, Some("J2,1,4250100.000,"))], Error("3 fields", 14)),
    ("northing is nan", &[(14, Some("J2,1,nan,38500100.000"))], Error("field 3", 14)),
    ("easting is infinite", &[(14, Some("J2,1,4250100.000,inf"))], Error("field 4", 14)),
    ("easting overflows", &[(14, Some("J2,1,4250100.000,1e999"))], Error("field 4", 14)),
    ("two decimal points", &[(14, Some("J2,1,4250.100.000,38500100.000"))], Error("field 3", 14)),
    ("a letter for a digit", &[(14, Some("J2,1,425O100.000,38500100.000"))], Error("field 3", 14)),
    ("the comma between the coordinates is lost", &[(14, Some("J2,1,4250100.00038500100.000"))], Error("3 fields", 14)),
    ("the ring number is lost", &[(14, Some("J2,4250100.000,38500100.000"))], Error("3 fields", 14)),
    ("only the name is there", &[(14, Some("J2"))], Error("1 fields", 14)),
    ("the row is cut", &[(14, Some("J2,1,42501"))], Error("3 fields", 14)),
    ("axes are swapped in one row", &[(14, Some("J2,1,38500100.000,4250100.000"))], Error("is not a point of the kind", 14)),
    ("a point in degrees", &[(14, Some("J2,1,38.38,111.00"))], Error("is not a point of the kind", 14)),
    ("a point at the origin", &[(14, Some("J2,1,0,0"))], Error("is not a point of the kind", 14)),
    ("a negative northing", &[(14, Some("J2,1,-4250100.000,38500100.000"))], Error("is not a point of the kind", 14)),
    ("a digit too many", &[(14, Some("J2,1,42501000.000,38500100.000"))], Error("is not a point of the kind", 14)),
    ("a digit too few", &[(14, Some("J2,1,425010.000,38500100.000"))], Error("is not a point of the kind", 14)),
    ("the prefix is lost in one row", &[(14, Some("J2,1,4250100.000,500100.000"))], Error("zone 38", 14)),
    ("another prefix in one row", &[(14, Some("J2,1,4250100.000,40500100.000"))], Error("zone 40", 14)),
    ("another zone in the header", &[(8, Some("带号=40"))], Error("zone 40", 13)),
    ("an impossible zone in the header", &[(8, Some("带号=99"))], Finding("zone_not_understood")),
    ("a word for a zone", &[(8, Some("带号=三十八"))], Finding("zone_not_understood")),
    ("no zone", &[(8, None)], Finding("zone_from_prefix")),
    ("an empty zone", &[(8, Some("带号="))], Finding("zone_from_prefix")),
    ("no datum", &[(4, None)], Finding("datum_assumed")),
    ("an unknown datum", &[(4, Some("坐标系=火星坐标系"))], Error("no registered frame", 0)),
    ("a datum without this zone", &[(4, Some("坐标系=本地坐标系"))], Error("no registered frame", 0)),
    ("the unit is degrees", &[(7, Some("计量单位=度"))], Finding("unit_contradicts")),
    ("the width contradicts the zone", &[(5, Some("几度分带=6"))], Finding("zone_width_contradicts")),
    ("a precision without sense", &[(9, Some("精度=abc"))], Same),
    ("no section titles", &[(1, None), (11, None)], Same),
    ("a section title is cut", &[(11, Some("[地块坐标"))], Same),
    ("a foreign section", &[(11, Some("[宗地坐标]"))], Finding("unknown_section")),
    ("a line of words", &[(10, Some("转换参数无"))], Finding("line_not_understood")),
    ("words between points", &[(14, Some("J2,1,4250100.000,38500100.000\n以上为北边"))], Finding("line_not_understood")),
    ("the count is too high", &[(23, Some("9,1.0000,DK-2,西地块,面,J49,绿地,1401,@"))], Finding("count_differs")),
    ("the count is too low", &[(12, Some("3,0.7500,DK-1,东地块,面,J49,住宅,0701,@"))], Finding("count_differs")),
    ("the count is a word", &[(12, Some("十,0.7500,DK-1,东地块,面,J49,住宅,0701,@"))], Finding("count_not_understood")),
    ("the count is negative", &[(12, Some("-10,0.7500,DK-1,东地块,面,J49,住宅,0701,@"))], Finding("count_not_understood")),
    ("the count is empty", &[(12, Some(",0.7500,DK-1,东地块,面,J49,住宅,0701,@"))], Same),
    ("the area is wrong", &[(12, Some("10,9.9999,DK-1,东地块,面,J49,住宅,0701,@"))], Finding("area_differs")),
    ("the area is a word", &[(12, Some("10,若干,DK-1,东地块,面,J49,住宅,0701,@"))], Finding("area_not_understood")),
    ("the area is negative", &[(12, Some("10,-0.7500,DK-1,东地块,面,J49,住宅,0701,@"))], Finding("area_not_understood")),
    ("the area is empty", &[(12, Some("10,,DK-1,东地块,面,J49,住宅,0701,@"))], Finding("area_missing")),
    ("the area is in square metres", &[(12, Some("10,7500,DK-1,东地块,面,J49,住宅,0701,@"))], Finding("area_not_in_hectares")),
    ("the number is empty", &[(12, Some("10,0.7500,,东地块,面,J49,住宅,0701,@"))], Finding("plot_id_missing")),
    ("the number comes twice", &[(23, Some("5,1.0000,DK-1,西地块,面,J49,绿地,1401,@"))], Finding("plot_id_repeated")),
    ("the name is a field name", &[(12, Some("10,0.7500,DK-1,DKMC,面,J49,住宅,0701,@"))], Finding("placeholder")),
    ("a line, not an area", &[(23, Some("5,1.0000,DK-2,西地块,线,J49,绿地,1401,@"))], Finding("not_an_area")),
    ("a point, not an area", &[(23, Some("5,1.0000,DK-2,西地块,点,J49,绿地,1401,@"))], Finding("not_an_area")),
    ("the mark is lost in the first plot", &[(12, Some("10,0.7500,DK-1,东地块,面,J49,住宅,0701,"))], Finding("line_not_understood")),
    ("the mark is lost in the second plot", &[(23, Some("5,1.0000,DK-2,西地块,面,J49,绿地,1401,"))], Error("field 3", 23)),
    ("the second plot has no row", &[(23, None)], Finding("ring_numbers_out_of_order")),
    ("the second plot has no points", &[(24, None), (25, None), (26, None), (27, None), (28, None)], Error("cut off", 23)),
    ("the first plot has no points", &[(13, None), (14, None), (15, None), (16, None), (17, None), (18, None), (19, None), (20, None), (21, None), (22, None)], Finding("no_points")),
    ("a point is missing", &[(26, None)], Finding("count_differs")),
    ("a point comes twice", &[(26, Some("J3,1,4250000.000,38500300.000\nJ3,1,4250000.000,38500300.000"))], Finding("point_repeated")),
    ("the closing row is missing", &[(17, None)], Finding("ring_not_closed")),
    ("the closing row comes twice", &[(17, Some("J1,1,4250100.000,38500000.000\nJ1,1,4250100.000,38500000.000"))], Finding("closing_point_repeated")),
    ("the closing row repeats X", &[(28, Some("J1,1,4250100.000,4250100.000"))], Finding("closing_point_wrong")),
    ("two points stand in each other's place", &[(25, Some("J3,1,4250000.000,38500300.000")), (26, Some("J2,1,4250100.000,38500300.000"))], Finding("self_crossing")),
    ("point numbers are out of order", &[(25, Some("J7,1,4250100.000,38500300.000"))], Finding("point_numbers_out_of_order")),
    ("the hole has ring number 3", &[(18, Some("J1,3,4250075.000,38500025.000")), (19, Some("J2,3,4250025.000,38500025.000")), (20, Some("J3,3,4250025.000,38500075.000")), (21, Some("J4,3,4250075.000,38500075.000")), (22, Some("J1,3,4250075.000,38500025.000"))], Finding("ring_numbers_out_of_order")),
    ("the hole has ring number 1", &[(18, Some("J1,1,4250075.000,38500025.000")), (19, Some("J2,1,4250025.000,38500025.000")), (20, Some("J3,1,4250025.000,38500075.000")), (21, Some("J4,1,4250075.000,38500075.000")), (22, Some("J1,1,4250075.000,38500025.000"))], Finding("ring_number_repeated")),
    ("one row of a ring has another ring number", &[(26, Some("J3,2,4250000.000,38500300.000"))], Finding("ring_too_short")),
    ("the hole runs clockwise", &[(19, Some("J2,2,4250075.000,38500075.000")), (21, Some("J4,2,4250025.000,38500025.000"))], Finding("hole_not_counter_clockwise")),
    ("the exterior runs against the rule", &[(25, Some("J2,1,4250000.000,38500200.000")), (27, Some("J4,1,4250100.000,38500300.000"))], Finding("ring_not_clockwise")),
    ("the hole leaves the exterior", &[(19, Some("J2,2,4249925.000,38500025.000"))], Finding("overlapping_polygons")),
    ("a spike", &[(26, Some("J3,1,4250100.000,38500250.000\nJ4,1,4250000.000,38500300.000"))], Finding("spike")),
    ("a ring on one line", &[(26, Some("J3,1,4250100.000,38500350.000")), (27, Some("J4,1,4250100.000,38500400.000"))], Finding("zero_area")),
];

fn edited(edits: &[Edit]) -> String {
    let mut text = String::new();
    for (line, number) in WHOLE.lines().zip(1..) {
        match edits.iter().find(|(edit, _)| *edit == number) {
            Some((_, None)) => {}
            Some((_, Some(new))) => text.extend([new, "\n"]),
            None => text.extend([line, "\n"]),
        }
    }
    text
}

/// Breakages of the bytes, not of single lines.
fn byte_breakages() -> Vec<(String, Vec<u8>, Outcome)> {
    let gbk = |text: &str| encoding_rs::GBK.encode(text).0.into_owned();
    let whole = WHOLE.as_bytes();
    let mut cases: Vec<(String, Vec<u8>, Outcome)> = Vec::new();
    let mut case = |name: &str, bytes: Vec<u8>, outcome| cases.push((name.to_owned(), bytes, outcome));
    case("no bytes", Vec::new(), Error("empty", 0));
    case("nothing but blanks", b" \r\n\t\r\n".to_vec(), Error("empty", 0));
    case("nothing but a byte order mark", b"\xef\xbb\xbf".to_vec(), Error("empty", 0));
    case("a picture", b"\x89PNG\r\n\x1a\n\xff\xff\xff".to_vec(), Error("not gb18030 text", 3));
    case("nothing but the header", edited_until(12).into_bytes(), Error("no boundary point", 0));
    case("nothing but words", "关于地块坐标的说明\n".into(), Error("no boundary point", 0));
    case(
        "a bad byte in UTF-8 with mark",
        [b"\xef\xbb\xbf", &whole[..60], b"\xff", &whole[60..]].concat(),
        Error("not utf-8 text", 3),
    );
    case(
        "a bad byte in GBK",
        {
            let mut bytes = gbk(WHOLE);
            bytes[30] = 0xff;
            bytes
        },
        Error("not gb18030 text", 2),
    );
    case(
        "half a character at the end",
        [gbk(WHOLE).as_slice(), b"\xb5"].concat(),
        Error("not gb18030 text", 29),
    );
    case("GBK", gbk(WHOLE), Same);
    case("UTF-16 without mark", WHOLE.encode_utf16().flat_map(u16::to_le_bytes).collect(), Same);
    case(
        "UTF-16, other order",
        [0xfeff].into_iter().chain(WHOLE.encode_utf16()).flat_map(u16::to_be_bytes).collect(),
        Same,
    );
    case(
        "half a UTF-16 unit at the end",
        WHOLE.encode_utf16().flat_map(u16::to_le_bytes).chain([0x31]).collect(),
        Error("not utf-16le text", 29),
    );
    case("a lone CR as line end", WHOLE.replace('\n', "\r").into_bytes(), Same);
    case("CR CR LF as line end", WHOLE.replace('\n', "\r\r\n").into_bytes(), Finding("line_ends_odd"));
    case("blank lines everywhere", WHOLE.replace('\n', "\n\n").into_bytes(), Same);
    case("no line end at the end", WHOLE.trim_end().into(), Same);
    case("full-width commas", WHOLE.replace(',', "，").into_bytes(), Finding("full_width_signs"));
    case(
        "full-width digits in points",
        WHOLE.replace("J2,1,4250100", "J2,1,４２５０１００").into_bytes(),
        Finding("full_width_signs"),
    );
    case(
        "tabs for commas in points",
        WHOLE
            .lines()
            .map(
                |line| {
                    if line.starts_with('J') {
                        line.replace(',', "\t") + "\n"
                    } else {
                        line.to_owned() + "\n"
                    }
                },
            )
            .collect::<String>()
            .into_bytes(),
        Same,
    );
    case(
        "a zero byte in a coordinate",
        WHOLE.replacen("4250100", "42501\u{0}00", 1).into_bytes(),
        Error("field 3", 13),
    );
    case("the text twice", WHOLE.repeat(2).into_bytes(), Finding("plot_id_repeated"));
    // Cut off anywhere in the last plot but behind a whole ring.
    for line in 25..=27 {
        case(
            &format!("cut off after line {line}"),
            edited_until(line).into_bytes(),
            Error("cut off", line - 1),
        );
    }
    let last = edited_until(28);
    for (lost, line) in [(2, 27), (15, 27), (20, 27), (25, 27)] {
        let kept = &last[..last.len() - lost];
        let outcome = match lost {
            // The last zero is lost: the same number.
            2 => Finding("ring_not_closed"),
            25 => Error("2 fields", line),
            _ => Error("3 fields", line),
        };
        case(&format!("cut off {lost} bytes before the end of line 27"), kept.into(), outcome);
    }
    cases
}

/// The first lines before `line`.
fn edited_until(line: u64) -> String {
    WHOLE.split_inclusive('\n').take(line as usize - 1).collect()
}

fn write(folder: &Path, bytes: &[u8]) -> PathBuf {
    let path = folder.join("broken.txt");
    std::fs::write(&path, bytes).unwrap();
    path
}

fn outcome_fault(path: &Path, expected: Outcome) -> Option<String> {
    match (read_plots(path, &PlotsOptions::default()), expected) {
        (Err(error), Error(words, line)) => {
            let text = error.to_string();
            let names_path = error.path() == Some(path) && text.contains("broken.txt");
            let is_right = names_path
                && error.line().unwrap_or(0) == line
                && text.to_lowercase().contains(&words.to_lowercase());
            (!is_right).then(|| format!("{text} (line {:?})", error.line()))
        }
        (Err(error), _) => Some(format!("refused: {error}")),
        (Ok(plots), expected) => {
            let codes: Vec<_> = plots.layer.findings.iter().map(|finding| finding.code).collect();
            let is_right = match expected {
                Error(..) => false,
                Finding(code) => codes.contains(&code),
                Same => {
                    plots.layer.len() == 2
                        && codes == ["rings_nested", "area_matches_both", "area_matches_both"]
                }
            };
            (!is_right).then(|| format!("read: {:?}", plots.layer.findings))
        }
    }
}

#[test]
fn a_hundred_broken_texts_give_an_error_with_its_place_or_findings() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(outcome_fault(&write(folder.path(), WHOLE.as_bytes()), Same), None);
    let cases = EDITS
        .iter()
        .map(|(name, edits, outcome)| ((*name).to_owned(), edited(edits).into_bytes(), *outcome))
        .chain(byte_breakages());
    let mut count = 0;
    let mut wrong = Vec::new();
    for (name, bytes, outcome) in cases {
        count += 1;
        let path = write(folder.path(), &bytes);
        if let Some(fault) = outcome_fault(&path, outcome) {
            wrong.push(format!("{name}: expected {outcome:?}, {fault}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= 100, "{count}");
}

/// Every place where a text can be cut, and every line that can be lost: no panic, and what is lost is told.
#[test]
fn a_text_without_any_one_line_or_end_is_refused_or_has_a_finding() {
    let folder = tempfile::tempdir().unwrap();
    let lines = WHOLE.lines().count() as u64;
    for line in 12..=lines {
        let path = write(folder.path(), edited(&[(line, None)]).as_bytes());
        if let Ok(plots) = read_plots(&path, &PlotsOptions::default()) {
            let odd = plots.layer.findings.iter().any(|finding| {
                !matches!(finding.code, "rings_nested" | "area_matches_both" | "area_is_planar")
            });
            assert!(odd, "line {line}: {:?}", plots.layer.findings);
        }
    }
    for (end, _) in WHOLE.char_indices() {
        let path = write(folder.path(), &WHOLE.as_bytes()[..end]);
        if let Err(error) = read_plots(&path, &PlotsOptions::default()) {
            assert_eq!(error.path(), Some(path.as_path()), "{end}");
        }
    }
}
