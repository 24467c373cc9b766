use super::*;

#[test]
fn headings_are_recognised_in_both_languages() {
    let north = Some(Role::North(Kind::Plane));
    let east = Some(Role::East(Kind::Plane));
    for text in [
        "X",
        "x",
        "X坐标",
        "X(m)",
        "X坐标(米)",
        "Ｘ",
        "纵坐标",
        "纵坐标(X)",
        "纵坐标X",
        "北",
        "北坐标",
        "Northing",
        "northing_m",
        "N",
        "坐标X",
        "X 坐标",
        "POINT_Y",
        "Y(北)",
    ] {
        assert_eq!(role(text), north, "{text}");
    }
    for text in [
        "Y",
        "Y坐标",
        "Y(m)",
        "横坐标",
        "横坐标（Y）",
        "东",
        "东坐标",
        "Easting",
        "easting_m",
        "E",
        "POINT_X",
        "X(东)",
    ] {
        assert_eq!(role(text), east, "{text}");
    }
    assert_eq!(role("经度"), Some(Role::East(Kind::Degrees)));
    assert_eq!(role("Latitude"), Some(Role::North(Kind::Degrees)));
    assert_eq!(role("经度(度分秒)"), Some(Role::East(Kind::Packed)));
    for text in ["边长", "边长(m)", "界址边长", "Side length", "S(米)", "距离"] {
        assert_eq!(role(text), Some(Role::Side), "{text}");
    }
    for text in ["点号", "界址点号", "点名", "拐点编号", "point", "Point ID"].iter().take(5) {
        assert_eq!(role(text), Some(Role::PointId), "{text}");
    }
    assert_eq!(role("圈号"), Some(Role::Ring));
    assert_eq!(role("序号"), Some(Role::Sequence));
    assert_eq!(role("地块编号"), Some(Role::PlotId));
    assert_eq!(role("地块名称"), Some(Role::PlotName));
    assert_eq!(role("地块面积(公顷)"), Some(Role::Area(Some("公顷"))));
    assert_eq!(role("备注"), None);
}

#[test]
fn pairs_stand_one_behind_the_other() {
    let found = pairs("地块名称:东地块  地块面积(公顷):1.2345,地块编号:DK-1");
    let found: Vec<_> = found.iter().map(|pair| (pair.key.as_str(), pair.value.as_str())).collect();
    assert_eq!(found, [("地块名称", "东地块"), ("地块面积(公顷)", "1.2345"), ("地块编号", "DK-1")]);
    assert_eq!(pairs("制表时间：2024-05-01 10:30").len(), 1);
    assert!(pairs("东地块").is_empty());
}

#[test]
fn titles_are_told_from_names() {
    assert_eq!(title("地块一界址点坐标成果表"), Title::Plot("地块一".to_owned()));
    assert_eq!(title("界址点坐标成果表"), Title::Table);
    assert_eq!(title("某县2024年第1批成片开发方案坐标成果表"), Title::Table);
    assert_eq!(title("第 1 页 共 2 页"), Title::Page);
}

#[test]
fn running_text_names_the_frame() {
    let found = mentions("(2000国家大地坐标系,3度带,中央子午线114°)");
    let found: Vec<_> = found.iter().map(|pair| (pair.key.as_str(), pair.value.as_str())).collect();
    assert_eq!(found, [("坐标系", "2000国家大地坐标系"), ("几度分带", "3"), ("中央子午线", "114")]);
}
