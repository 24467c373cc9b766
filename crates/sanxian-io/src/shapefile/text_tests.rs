use encoding_rs::UTF_8;

use super::*;

fn decoded(encoding: &'static Encoding, value: &[u8], width: usize) -> (String, Reading) {
    let mut text = Text::new(encoding, width);
    let reading = text.push(value);
    (String::from_utf8(text.grown).unwrap(), reading)
}

#[test]
fn every_byte_pair_comes_out_as_the_reference_decoder_gives_it() {
    for lead in 0x80..=0xff_u8 {
        for trail in 0..=0xff_u8 {
            let value = [b'a', lead, trail, b'b'];
            let (text, reading) = decoded(GB18030, &value, 9);
            let (expected, damaged) = GB18030.decode_without_bom_handling(&value);
            assert_eq!((text.as_str(), reading == Reading::Damaged), (&*expected, damaged), "{value:x?}");
        }
    }
}

#[test]
fn four_byte_characters_and_cut_ones_take_the_long_way() {
    let rare = "𠮷家㐂";
    let (bytes, ..) = GB18030.encode(rare);
    assert_eq!(decoded(GB18030, &bytes, 20), (rare.to_owned(), Reading::Whole));
    let (bytes, ..) = GB18030.encode("耕地");
    assert_eq!(decoded(GB18030, &bytes[..3], 3), ("耕".to_owned(), Reading::Cut));
    assert_eq!(decoded(UTF_8, &"耕地".as_bytes()[..5], 5), ("耕".to_owned(), Reading::Cut));
}
