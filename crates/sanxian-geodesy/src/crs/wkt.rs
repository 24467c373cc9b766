//! Well-known text as a tree of nodes: WKT1 of OGC and ESRI and WKT2 share one grammar.

use super::CrsError;

/// `KEYWORD[value, value, ...]`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    /// Upper case.
    pub(super) keyword: String,
    pub(super) values: Vec<Value>,
}

/// What stands between the brackets of a node.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Node(Node),
    Text(String),
    Number(f64),
    /// A bare word such as `north` or `ellipsoidal`.
    Word(String),
}

/// Files nest a dozen levels; the limit keeps a hostile text from exhausting the stack.
const MAX_DEPTH: usize = 32;

impl Node {
    /// Parses a whole text; anything after the closing bracket but white space is refused.
    pub(super) fn parse(text: &str) -> Result<Self, CrsError> {
        let mut parser = Parser { text, position: 0 };
        parser.skip_space();
        let keyword = parser.word();
        let node = parser.node(keyword, 0)?;
        parser.skip_space();
        if parser.position < text.len() {
            return Err(parser.error("text after the closing bracket"));
        }
        Ok(node)
    }

    /// Child nodes with one of these keywords, in order.
    pub(super) fn children<'a>(&'a self, keywords: &'a [&'a str]) -> impl Iterator<Item = &'a Self> {
        self.values.iter().filter_map(move |value| match value {
            Value::Node(node) if keywords.contains(&node.keyword.as_str()) => Some(node),
            _ => None,
        })
    }

    /// The first child node with one of these keywords.
    pub(super) fn child<'a>(&'a self, keywords: &'a [&'a str]) -> Option<&'a Self> {
        self.children(keywords).next()
    }

    /// The text of the first value, the name of nearly every node.
    pub(super) fn name(&self) -> &str {
        match self.values.first() {
            Some(Value::Text(text) | Value::Word(text)) => text,
            _ => "",
        }
    }

    /// The `index`-th value as a finite number; some writers put numbers in quotes.
    pub(super) fn number(&self, index: usize) -> Option<f64> {
        let number = match self.values.get(index) {
            Some(Value::Number(number)) => Some(*number),
            Some(Value::Text(text)) => text.trim().parse().ok(),
            _ => None,
        };
        number.filter(|number| number.is_finite())
    }

    /// The EPSG code in `AUTHORITY["EPSG","4526"]` or `ID["EPSG",4526]`.
    pub(super) fn epsg(&self) -> Option<u32> {
        let id = self.child(&["AUTHORITY", "ID"])?;
        let code = id.number(1)?;
        (id.name().eq_ignore_ascii_case("EPSG") && code.fract() == 0.0 && (1.0..1e6).contains(&code))
            .then_some(code as u32)
    }
}

struct Parser<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> Parser<'a> {
    fn error(&self, reason: &'static str) -> CrsError {
        CrsError::Wkt { position: self.position, reason }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.position..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        // A byte order mark at the head of a .prj file is neither text nor, for Rust, white space.
        let kept = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0');
        self.position += rest.len() - kept.len();
    }

    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c: char| !(c.is_alphanumeric() || "_+-.:".contains(c))).unwrap_or(rest.len());
        self.position += end;
        rest.get(..end).unwrap_or("")
    }

    fn node(&mut self, keyword: &str, depth: usize) -> Result<Node, CrsError> {
        if depth > MAX_DEPTH {
            return Err(self.error("brackets nested too deeply"));
        }
        if !keyword.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Err(self.error("a keyword was expected"));
        }
        self.skip_space();
        let close = match self.peek() {
            Some('[') => ']',
            Some('(') => ')',
            _ => return Err(self.error("an opening bracket was expected")),
        };
        self.position += 1;
        let mut values = Vec::new();
        loop {
            self.skip_space();
            if self.peek() == Some(close) {
                self.position += 1;
                return Ok(Node { keyword: keyword.to_ascii_uppercase(), values });
            }
            values.push(self.value(depth)?);
            self.skip_space();
            match self.peek() {
                Some(',') => self.position += 1,
                Some(end) if end == close => {}
                Some(_) => return Err(self.error("a comma or a closing bracket was expected")),
                None => return Err(self.error("the text ends inside a bracket")),
            }
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value, CrsError> {
        if self.peek() == Some('"') {
            return self.quoted().map(Value::Text);
        }
        let word = self.word();
        if word.is_empty() {
            return Err(self.error("a value was expected"));
        }
        if word.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) {
            // Dates in WKT2 (2000-01-01) are bare words that start with a digit.
            return Ok(word.parse().map_or_else(|_| Value::Word(word.to_owned()), Value::Number));
        }
        self.skip_space();
        if matches!(self.peek(), Some('[' | '(')) {
            return self.node(word, depth + 1).map(Value::Node);
        }
        Ok(Value::Word(word.to_owned()))
    }

    fn quoted(&mut self) -> Result<String, CrsError> {
        let mut text = String::new();
        let mut rest = self.rest().get(1..).unwrap_or("");
        loop {
            let Some(end) = rest.find('"') else { return Err(self.error("a quotation mark is not closed")) };
            text.push_str(rest.get(..end).unwrap_or(""));
            rest = rest.get(end + 1..).unwrap_or("");
            // A quotation mark inside a text is doubled.
            let Some(more) = rest.strip_prefix('"') else { break };
            text.push('"');
            rest = more;
        }
        self.position = self.text.len() - rest.len();
        Ok(text)
    }
}

#[cfg(test)]
#[path = "wkt_tests.rs"]
mod tests;
