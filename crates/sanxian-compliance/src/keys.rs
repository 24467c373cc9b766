//! Reading TOML tables key by key, so that every fault names its key and an unknown key names the nearest known one.

use toml::{Table, Value};

/// What is wrong with one key of a TOML file.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFault {
    /// A key that must be there is not.
    #[error("is missing")]
    Missing,
    /// A key that nothing reads.
    #[error("is not a known key{}", nearest.as_ref().map_or_else(String::new, |key| format!("; the nearest known one is `{key}`")))]
    Unknown {
        /// The known key that is spelled most like it, when one comes near.
        nearest: Option<String>,
    },
    /// The value has another type than expected.
    #[error("must be {expected}, not {found}")]
    WrongType {
        /// What is expected, e.g. `a text`.
        expected: &'static str,
        /// The TOML type found, e.g. `integer`.
        found: &'static str,
    },
    /// The value has the right type and is still not one that can be used.
    #[error("has the value `{value}`, which is not {expected}")]
    BadValue {
        /// The value as written.
        value: String,
        /// What is expected, with the nearest or all possible values.
        expected: String,
    },
}

impl KeyFault {
    /// The fault of a value that is none of `known`.
    pub(crate) fn none_of<'k>(value: &str, known: impl IntoIterator<Item = &'k str> + Clone) -> Self {
        let expected = match nearest(value, known.clone()) {
            Some(near) => format!("known; the nearest known one is `{near}`"),
            None => format!("one of {}", quoted(known)),
        };
        Self::BadValue { value: value.to_owned(), expected }
    }
}

/// A fault and the dotted path of its key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FaultAt {
    pub(crate) key: String,
    pub(crate) fault: KeyFault,
}

/// A table being read; remembers which keys were asked for.
pub(crate) struct Keys<'t> {
    table: &'t Table,
    prefix: String,
    asked: Vec<&'static str>,
}

impl<'t> Keys<'t> {
    pub(crate) fn new(table: &'t Table, prefix: impl Into<String>) -> Self {
        Self { table, prefix: prefix.into(), asked: Vec::new() }
    }

    /// The dotted path of `key`.
    pub(crate) fn path(&self, key: &str) -> String {
        if self.prefix.is_empty() { key.to_owned() } else { format!("{}.{key}", self.prefix) }
    }

    pub(crate) fn fault(&self, key: &str, fault: KeyFault) -> FaultAt {
        FaultAt { key: self.path(key), fault }
    }

    fn take(&mut self, key: &'static str) -> Option<&'t Value> {
        self.asked.push(key);
        self.table.get(key)
    }

    fn wrong_type(&self, key: &str, expected: &'static str, value: &Value) -> FaultAt {
        self.fault(key, KeyFault::WrongType { expected, found: value.type_str() })
    }

    /// A missing key is most often a misspelt one: then the fault is that of the key that stands there instead.
    fn required<T>(&self, key: &'static str, value: Option<T>) -> Result<T, FaultAt> {
        let Some(value) = value else {
            self.not_misspelt(key)?;
            return Err(self.fault(key, KeyFault::Missing));
        };
        Ok(value)
    }

    /// Fails when a key that nothing has asked for is spelled nearly like `key`.
    pub(crate) fn not_misspelt(&self, key: &'static str) -> Result<(), FaultAt> {
        match nearest(key, self.rest().map(|(other, _)| other)) {
            Some(misspelt) => Err(self.fault(misspelt, KeyFault::Unknown { nearest: Some(key.to_owned()) })),
            None => Ok(()),
        }
    }

    /// A text that may be absent; an empty one is a fault.
    pub(crate) fn text(&mut self, key: &'static str) -> Result<Option<String>, FaultAt> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::String(text)) if text.trim().is_empty() => Err(self.fault(
                key,
                KeyFault::BadValue { value: text.clone(), expected: "a text with letters in it".to_owned() },
            )),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(other) => Err(self.wrong_type(key, "a text", other)),
        }
    }

    /// A text that must be there.
    pub(crate) fn required_text(&mut self, key: &'static str) -> Result<String, FaultAt> {
        let text = self.text(key)?;
        self.required(key, text)
    }

    /// A day that may be absent, as a text `YYYY-MM-DD` or a TOML date.
    pub(crate) fn day(&mut self, key: &'static str) -> Result<Option<String>, FaultAt> {
        let text = match self.take(key) {
            None => return Ok(None),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Datetime(day)) => day.to_string(),
            Some(other) => return Err(self.wrong_type(key, "a day as `YYYY-MM-DD`", other)),
        };
        let shape: String =
            text.chars().map(|letter| if letter.is_ascii_digit() { 'd' } else { letter }).collect();
        if shape == "dddd-dd-dd" {
            Ok(Some(text))
        } else {
            Err(self
                .fault(key, KeyFault::BadValue { value: text, expected: "a day as `YYYY-MM-DD`".to_owned() }))
        }
    }

    /// A number, whole or not, that may be absent.
    pub(crate) fn number(&mut self, key: &'static str) -> Result<Option<f64>, FaultAt> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::Integer(number)) => Ok(Some(*number as f64)),
            Some(Value::Float(number)) if number.is_finite() => Ok(Some(*number)),
            Some(other) => Err(self.wrong_type(key, "a finite number", other)),
        }
    }

    /// A number that must be there.
    pub(crate) fn required_number(&mut self, key: &'static str) -> Result<f64, FaultAt> {
        let number = self.number(key)?;
        self.required(key, number)
    }

    /// True or false, absent meaning nothing.
    pub(crate) fn flag(&mut self, key: &'static str) -> Result<Option<bool>, FaultAt> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::Boolean(flag)) => Ok(Some(*flag)),
            Some(other) => Err(self.wrong_type(key, "true or false", other)),
        }
    }

    /// A list of texts; absent is the empty list.
    pub(crate) fn texts(&mut self, key: &'static str) -> Result<Vec<String>, FaultAt> {
        let Some(value) = self.take(key) else { return Ok(Vec::new()) };
        self.texts_of(key, value)
    }

    /// The texts of a value that must be a list of them.
    pub(crate) fn texts_of(&self, key: &str, value: &Value) -> Result<Vec<String>, FaultAt> {
        let wrong = |found: &Value| self.wrong_type(key, "a list of texts", found);
        let items = value.as_array().ok_or_else(|| wrong(value))?;
        items.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(|| wrong(item))).collect()
    }

    /// A value that the caller reads itself.
    pub(crate) fn value(&mut self, key: &'static str) -> Option<&'t Value> {
        self.take(key)
    }

    /// A table that may be absent, ready to be read in turn.
    pub(crate) fn table(&mut self, key: &'static str) -> Result<Option<Keys<'t>>, FaultAt> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::Table(table)) => Ok(Some(Keys::new(table, self.path(key)))),
            Some(other) => Err(self.wrong_type(key, "a table", other)),
        }
    }

    /// A table that must be there.
    pub(crate) fn required_table(&mut self, key: &'static str) -> Result<Keys<'t>, FaultAt> {
        let table = self.table(key)?;
        self.required(key, table)
    }

    /// The tables of an array of tables; absent is none. Their paths count from 1, as people do.
    pub(crate) fn tables(&mut self, key: &'static str) -> Result<Vec<Keys<'t>>, FaultAt> {
        let Some(value) = self.take(key) else { return Ok(Vec::new()) };
        let items = value.as_array().ok_or_else(|| self.wrong_type(key, "an array of tables", value))?;
        items
            .iter()
            .enumerate()
            .map(|(index, item)| match item {
                Value::Table(table) => Ok(Keys::new(table, format!("{}[{}]", self.path(key), index + 1))),
                other => Err(self.wrong_type(key, "an array of tables", other)),
            })
            .collect()
    }

    /// Every entry that was not asked for, for tables whose keys are names.
    pub(crate) fn rest(&self) -> impl Iterator<Item = (&'t str, &'t Value)> {
        self.table
            .iter()
            .filter(|(key, _)| !self.asked.contains(&key.as_str()))
            .map(|(key, value)| (key.as_str(), value))
    }

    /// Fails at the first key that was never asked for.
    pub(crate) fn finish(self) -> Result<(), FaultAt> {
        match self.rest().next() {
            None => Ok(()),
            Some((key, _)) => {
                let nearest = nearest(key, self.asked.iter().copied()).map(str::to_owned);
                Err(self.fault(key, KeyFault::Unknown { nearest }))
            }
        }
    }
}

/// The known text most like `text`, when it comes near at all; the first of equals.
pub(crate) fn nearest<'k>(text: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let mut best: Option<(f64, &str)> = None;
    for candidate in known {
        let likeness = strsim::jaro_winkler(&text.to_lowercase(), &candidate.to_lowercase());
        // Below 0.75 Jaro-Winkler likeness a suggestion is more often absurd than helpful.
        if likeness >= 0.75 && best.is_none_or(|(likest, _)| likeness > likest) {
            best = Some((likeness, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The texts in backquotes with commas between.
pub(crate) fn quoted<'k>(texts: impl IntoIterator<Item = &'k str>) -> String {
    texts.into_iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ")
}
