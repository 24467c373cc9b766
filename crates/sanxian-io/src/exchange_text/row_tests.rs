use super::*;

fn row(text: &str) -> PlotRow {
    plot_row(&plot_fields(text).unwrap(), None)
}

fn detect(text: &str) -> Option<(PointLayout, PointRow)> {
    let fields = point_fields(text);
    let layout = PointLayout::detect(&fields)?;
    Some((layout, layout.read(&fields, 1).unwrap()))
}

#[test]
fn plot_rows_of_every_length_find_their_fields() {
    let standard = row("50,8.7423,DK-1,东地块,面,I49G001,住宅,0701,@");
    assert_eq!(
        (standard.count.as_str(), standard.area.as_str(), standard.id.as_str()),
        ("50", "8.7423", "DK-1")
    );
    assert_eq!((standard.name.as_str(), standard.map_sheet.as_str()), ("东地块", "I49G001"));
    assert_eq!((standard.land_use.as_str(), standard.land_class.as_str()), ("住宅", "0701"));

    let short = row("8,1,DK-2,西地块,面,,,@");
    assert_eq!((short.id.as_str(), short.name.as_str(), short.kind.as_str()), ("DK-2", "西地块", "面"));
    let shortest = row("8,1,DK-2,西地块,@");
    assert_eq!((shortest.id.as_str(), shortest.name.as_str()), ("DK-2", "西地块"));
    let without_kind = row("8,1.5,,西地块,,,绿地,,@");
    assert_eq!((without_kind.name.as_str(), without_kind.land_use.as_str()), ("西地块", "绿地"));
    let province = row("0,0,330106104,横桥村,D8-003,地块4,面,,,,@");
    assert_eq!((province.id.as_str(), province.name.as_str()), ("D8-003", "地块4"));
    assert_eq!(province.others, ["330106104", "横桥村"]);
    let cropland = row("9,2.1,TB-7,后沟,2023,2,面,,耕地,备注,0103,8,@");
    assert_eq!(
        (cropland.id.as_str(), cropland.name.as_str(), cropland.land_class.as_str()),
        ("TB-7", "后沟", "0103")
    );
    assert_eq!(cropland.others, ["2023", "2", "备注", "8"]);
    let thirteen = row("5,1,a,b,面,s,u,c,TBLX,DL,GZQ,GZH,BZ,@");
    assert_eq!((thirteen.land_class.as_str(), thirteen.others.len()), ("c", 5));
}

#[test]
fn the_mark_may_stand_without_its_comma_or_in_full_width() {
    assert_eq!(row("5,1,a,b,面,,,1101@").land_class, "1101");
    assert_eq!(row("5，1，a，b，面，，，1101，＠").land_class, "1101");
    assert_eq!(row("5,1,a,甲，乙,面,,,,@").name, "甲，乙");
    assert_eq!(plot_fields("J1,1,2,3"), None);
}

#[test]
fn column_names_of_the_file_go_before_positions() {
    let names = column_names(&plot_fields("界址点数,地块面积,地块名称,地块编号,@").unwrap()).unwrap();
    let row = plot_row(&plot_fields("5,1,东地块,DK-1,@").unwrap(), Some(&names));
    assert_eq!((row.id.as_str(), row.name.as_str()), ("DK-1", "东地块"));
}

#[test]
fn point_rows_of_every_layout_find_their_coordinates() {
    let cases = [
        ("J1,1,2585776.157,38378508.034", Some("1"), "J1", None),
        ("J1, 1, 2585776.157, 38378508.034", Some("1"), "J1", None),
        (",1,2585776.157,38378508.034", Some("1"), "", None),
        ("J1,1,2585776.157,38378508.034,12.3,45.6", Some("1"), "J1", None),
        ("J1,1,2585776.157,38378508.034,12.3", Some("1"), "J1", None),
        ("7,3,2,J1,2585776.157,38378508.034", Some("2"), "J1", Some("3")),
        ("1,2585776.157,38378508.034", None, "1", None),
        ("2585776.157,38378508.034;", None, "", None),
        ("1 2585776.157 38378508.034", None, "1", None),
        ("J1，1，２585776.157，38378508.034", Some("1"), "J1", None),
    ];
    for (text, ring, id, plot) in cases {
        let (_, point) = detect(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!((point.first, point.second), (2_585_776.157, 38_378_508.034), "{text}");
        assert_eq!(
            (point.ring.as_deref(), point.id.as_str(), point.plot.as_deref()),
            (ring, id, plot),
            "{text}"
        );
    }
    for text in ["点号,圈号,X,Y", "说明", "J1", ""] {
        assert!(detect(text).is_none(), "{text}");
    }
}

#[test]
fn a_row_cut_short_or_damaged_is_an_error() {
    let (layout, _) = detect("J1,1,2585776.157,38378508.034").unwrap();
    assert_eq!(
        layout.read(&point_fields("J2,1,2585776"), 9),
        Err(TextFault::FieldCount { found: 3, expected: 4 })
    );
    assert_eq!(
        layout.read(&point_fields("J2,1,2585x76,38378508.034"), 9),
        Err(TextFault::NotACoordinate { column: 3, value: "2585x76".to_owned() })
    );
    assert!(layout.read(&point_fields("J2,1,nan,38378508.034"), 9).is_err());
}

#[test]
fn keys_are_words() {
    assert_eq!(key_value("带号=38"), Some(("带号", "38")));
    assert_eq!(key_value("转换参数 ＝ ,,,"), Some(("转换参数", ",,,")));
    assert_eq!(key_value("5,1,a=b,面,@"), None);
    assert_eq!(key_value("=3"), None);
}
