use super::*;

#[test]
fn dates_go_there_and_back() {
    for (text, days) in [
        ("19700101", 0),
        ("20000229", 11_016),
        ("20240101", 19_723),
        ("19691231", -1),
        ("00010101", -719_162),
    ] {
        assert_eq!(date(text.as_bytes()), Ok(Some(days)), "{text}");
        assert_eq!(date_text(days).as_deref(), Some(text));
    }
    for blank in ["        ", "00000000", "\0\0\0\0\0\0\0\0"] {
        assert_eq!(date(blank.as_bytes()), Ok(None));
    }
    for wrong in ["20230229", "20231301", "2023-1-1", "20230100", "2023年"] {
        assert_eq!(date(wrong.as_bytes()).unwrap_err().0, "date_not_understood", "{wrong}");
    }
}

#[test]
fn numbers_are_read_as_programs_write_them() {
    assert_eq!(number(b"   12.50 "), Ok(Some(12.5)));
    assert_eq!(number(b" 1.2e+003"), Ok(Some(1200.0)));
    assert_eq!(number(b"12,5"), Ok(Some(12.5)));
    assert_eq!(number(b"     "), Ok(None));
    assert_eq!(number(b"\0\0\0\0"), Ok(None));
    assert_eq!(number(b"*****").unwrap_err().0, "number_overflow");
    for wrong in ["NaN", "inf", "-", "12a"] {
        assert_eq!(number(wrong.as_bytes()).unwrap_err().0, "number_not_understood", "{wrong}");
    }
    assert_eq!(whole_number(b"999999999999999999"), Ok(Some(999_999_999_999_999_999)));
    assert_eq!(whole_number(b"  7.000"), Ok(Some(7)));
}
