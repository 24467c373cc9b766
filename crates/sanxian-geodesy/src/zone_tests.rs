use super::*;

#[test]
fn numbers_are_13_to_23_and_25_to_45() {
    let accepted: Vec<u32> = (0..100).filter(|&number| Zone::new(number).is_ok()).collect();
    let expected: Vec<u32> = (13..=23).chain(25..=45).collect();
    assert_eq!(accepted, expected);
    assert_eq!(
        Zone::new(24).unwrap_err().to_string(),
        "24 is no Gauss-Kruger zone of China: 6-degree zones are 13 to 23, 3-degree zones 25 to 45"
    );
}

#[test]
fn the_border_of_two_zones_belongs_to_the_eastern_one() {
    let zone = |longitude| Zone::at_longitude(ZoneWidth::Three, longitude).unwrap().number().get();
    assert_eq!((zone(112.499_999), zone(112.5), zone(115.499)), (37, 38, 38));
    assert!(Zone::at_longitude(ZoneWidth::Three, 10.0).is_err());
    assert!(Zone::at_longitude(ZoneWidth::Six, f64::NAN).is_err());
}

#[test]
fn an_easting_far_east_of_zone_37_reads_like_zone_38() {
    let zone37 = ZoneNumber::new(37).unwrap();
    let overflowing = Easting::from_m(1_057_383.0).with_prefix(zone37);
    assert_eq!(overflowing.as_m(), 38_057_383.0);
    assert_eq!(overflowing.written_zone().unwrap().get(), 38);
    assert_eq!(overflowing.in_zone(zone37).as_m(), 1_057_383.0);
    assert!(PrefixedEasting::from_m(386_439.0).written_zone().is_err());
    assert!(PrefixedEasting::from_m(24_500_000.0).written_zone().is_err());
    assert!(PrefixedEasting::from_m(f64::NAN).written_zone().is_err());
}
