//! How a new exchange text is written.

use super::ring_start::RingStart;

/// What ends each ring.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClosingPoint {
    /// The first point again, under its own name. What the format's rule says.
    #[default]
    Repeat,
    /// The first point again, under the next number.
    NextNumber,
    /// Nothing.
    None,
}

/// How an exchange text is written.
#[derive(Clone, Debug, PartialEq)]
pub struct ExchangeTextOptions {
    /// Encoding by its WHATWG label; offices expect `gbk`.
    pub encoding: String,
    /// What ends each ring.
    pub closing_point: ClosingPoint,
    /// Stands before the numbers of points: `J` for J1, J2, ...
    pub point_prefix: String,
    /// Decimals of the coordinates: 3 for metres; degrees are written with 6 more.
    pub decimals: usize,
    /// True rounds coordinates that have more decimals; false makes them an error.
    pub round: bool,
    /// The point that each ring begins with.
    pub start: RingStart,
    /// True writes exteriors clockwise and interiors counter-clockwise, whatever their direction is.
    pub clockwise: bool,
    /// Whether the number of the zone stands before the eastings; `None` as the CRS has it.
    pub zone_prefix: Option<bool>,
    /// Header entries that replace those of the same key, or follow after them. What the CRS and the decimals decide (坐标系,
    /// 几度分带, 投影类型, 计量单位, 带号, 精度) is not taken from here.
    pub header: Vec<(String, String)>,
}

impl Default for ExchangeTextOptions {
    fn default() -> Self {
        Self {
            encoding: "gbk".to_owned(),
            closing_point: ClosingPoint::Repeat,
            point_prefix: "J".to_owned(),
            decimals: 3,
            round: false,
            start: RingStart::AsIs,
            clockwise: false,
            zone_prefix: None,
            header: Vec::new(),
        }
    }
}
