//! WKB in an Arrow column, with the column's CRS metadata: a length of two bytes, the metadata, the geometry.
#![no_main]

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, BinaryArray, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use libfuzzer_sys::fuzz_target;
use sanxian_fuzz::split;
use sanxian_io::{features_from_arrow, layer_from_arrow};

fuzz_target!(|bytes: &[u8]| {
    let [metadata, wkb] = split(bytes);
    let metadata = HashMap::from([
        ("ARROW:extension:name".to_owned(), "geoarrow.wkb".to_owned()),
        ("ARROW:extension:metadata".to_owned(), String::from_utf8_lossy(metadata).into_owned()),
    ]);
    let field = Field::new("geometry", DataType::Binary, true).with_metadata(metadata);
    let schema = Arc::new(Schema::new(vec![field]));
    let column: ArrayRef = Arc::new(BinaryArray::from(vec![Some(wkb)]));
    let batch = RecordBatch::try_new(Arc::clone(&schema), vec![column]).expect("one column");
    let _ = features_from_arrow("a", &schema, std::slice::from_ref(&batch));
    let _ = layer_from_arrow("a", &schema, &[batch]);
});
