use super::*;

#[test]
fn both_kinds_of_brackets_and_doubled_quotes() {
    let node = Node::parse(" geogcs ( \"a \"\"b\"\"\" , 1.5e3, north )\n").unwrap();
    assert_eq!(node.keyword, "GEOGCS");
    assert_eq!(node.name(), "a \"b\"");
    assert_eq!(node.number(1), Some(1500.0));
    assert_eq!(node.values.last(), Some(&Value::Word("north".to_owned())));
}

#[test]
fn an_id_may_be_quoted_or_not() {
    assert_eq!(Node::parse("A[\"x\",ID[\"EPSG\",4526]]").unwrap().epsg(), Some(4526));
    assert_eq!(Node::parse("A[\"x\",AUTHORITY[\"EPSG\",\"4526\"]]").unwrap().epsg(), Some(4526));
    assert_eq!(Node::parse("A[\"x\",AUTHORITY[\"ESRI\",\"4526\"]]").unwrap().epsg(), None);
}

#[test]
fn broken_text_is_an_error_with_its_position() {
    let position = |text: &str| match Node::parse(text) {
        Err(CrsError::Wkt { position, .. }) => position,
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(position(""), 0);
    assert_eq!(position("PROJCS"), 6);
    assert_eq!(position("PROJCS[\"a"), 7);
    assert_eq!(position("PROJCS[\"a\",1"), 12);
    assert_eq!(position("PROJCS[\"a\"] tail"), 12);
    assert_eq!(position("PROJCS[\"a\" 1]"), 11);
    assert_eq!(position("PROJCS[\"a\",§]"), 11);
    assert!(Node::parse(&"A[".repeat(10_000)).is_err());
}
