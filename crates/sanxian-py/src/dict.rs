//! Dicts whose values are of several types.

/// `dict!(py, { "key": value, .. })`: a new dict, as a result.
macro_rules! dict {
    ($py:expr, { $($key:literal: $value:expr),* $(,)? }) => {
        (|| {
            let dict = pyo3::types::PyDict::new($py);
            $(pyo3::types::PyDictMethods::set_item(&dict, $key, $value)?;)*
            Ok::<_, pyo3::PyErr>(dict)
        })()
    };
}
