use std::path::Path;

use super::*;

#[test]
fn labels_of_cpg_files_are_understood() {
    for label in ["936", "CP936", "ANSI 936", "OEM 936", "cp-936", "GBK", "gb2312", "GB18030\r\n", "ms936"] {
        assert_eq!(known_label(label), Some(GB18030), "{label}");
    }
    for label in ["UTF-8", "utf8", "65001", "\u{feff}UTF-8"] {
        assert_eq!(known_label(label), Some(UTF_8), "{label}");
    }
    assert_eq!(known_label("ANSI 1252"), Some(encoding_rs::WINDOWS_1252));
    assert_eq!(known_label("ISO-8859-1"), Some(encoding_rs::WINDOWS_1252));
    for label in ["OEM", "ANSI", "", "system"] {
        assert_eq!(known_label(label), None, "{label}");
    }
}

#[test]
fn utf_16_without_a_mark_is_known_by_its_zero_bytes_however_chinese_its_head_is() {
    let head = "项目名称=某某县二〇二四年度第一批次城镇建设用地勘测定界技术报告书\r\n".repeat(40);
    let text = format!("{head}4,1,一,一,面,,,,@\r\nJ1,1,4250100.000,38500000.000\r\n");
    for (name, order) in
        [("UTF-16LE", u16::to_le_bytes as fn(u16) -> [u8; 2]), ("UTF-16BE", u16::to_be_bytes)]
    {
        let bytes: Vec<u8> = text.encode_utf16().flat_map(order).collect();
        let (decoded, encoding) = decode_text(Path::new("a.txt"), &bytes, None).unwrap();
        assert!(decoded == text && encoding.name() == name, "{name} taken for {}", encoding.name());
    }
    // Padding at the end of a file is no text of any kind.
    let padded = [encode(GB18030, &text).unwrap(), vec![0; 4096]].concat();
    assert_eq!(decode_text(Path::new("a.txt"), &padded, None).unwrap().1, GB18030);
}

#[test]
fn the_same_text_comes_out_of_every_encoding() {
    let text = "[属性描述]\r\n带号=38\r\n[地块坐标]\r\nJ1,1,4250000.000,38500000.000\r\n";
    let utf16 = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let with_bom = |bom: &[u8], bytes: &[u8]| [bom, bytes].concat();
    let cases = [
        ("UTF-8", text.as_bytes().to_vec()),
        ("UTF-8", with_bom(b"\xef\xbb\xbf", text.as_bytes())),
        ("gb18030", encode(GB18030, text).unwrap()),
        ("UTF-16LE", with_bom(b"\xff\xfe", &utf16(u16::to_le_bytes))),
        ("UTF-16LE", utf16(u16::to_le_bytes)),
        ("UTF-16BE", with_bom(b"\xfe\xff", &utf16(u16::to_be_bytes))),
        ("UTF-16BE", utf16(u16::to_be_bytes)),
    ];
    for (name, bytes) in cases {
        let (decoded, encoding) = decode_text(Path::new("a.txt"), &bytes, None).unwrap();
        assert_eq!((decoded.as_str(), encoding.name()), (text, name));
    }
}

#[test]
fn the_first_bad_byte_is_named() {
    let mut bytes = encode(GB18030, "甲\n乙\n").unwrap();
    bytes.extend(b"ok\xff\xff");
    match decode_text(Path::new("a.txt"), &bytes, None) {
        Err(IoError::Encoding { line: Some(3), offset: 8, encoding: "gb18030", .. }) => {}
        other => panic!("{other:?}"),
    }
    assert!(matches!(
        decode_text(Path::new("a"), b"a", Some("klingon")),
        Err(IoError::UnknownEncoding { .. })
    ));
}

#[test]
fn characters_that_an_encoding_lacks_are_refused() {
    assert_eq!(encode(encoding_rs::GBK, "地块😀"), Err('😀'));
    assert!(encode(GB18030, "地块😀").is_ok());
}
