#!/usr/bin/env bash
# Fills fuzz/corpus with small real files: the fixtures of the tests, the rules, the example, and the reference data where it is there.
set -euo pipefail
cd "$(dirname "$0")/.."
reference=${SANXIAN_REFERENCE:-../shared/reference}
most_bytes=65536

# Copies files under names that say where they came from.
seed() {
    local target=$1
    shift
    mkdir -p "fuzz/corpus/$target"
    local file
    while IFS= read -r -d '' file; do
        cp "$file" "fuzz/corpus/$target/$(printf '%s' "$file" | md5sum | cut -c1-16)"
    done < <(find "$@" -type f -size "-${most_bytes}c" -print0 2>/dev/null)
}

folders=(crates tests rules examples)
if [ -d "$reference" ]; then folders+=("$reference"); else echo "seed: no reference data at $reference"; fi
seed exchange_text "${folders[@]}" -name '*.txt'
seed coordinate_table "${folders[@]}" '(' -name '*.csv' -o -name '*.tsv' ')'
seed workbook "${folders[@]}" '(' -name '*.xlsx' -o -name '*.xls' ')'
seed geoparquet "${folders[@]}" -name '*.parquet'
seed crs_text "${folders[@]}" '(' -name '*.prj' -o -name '*.wkt' ')'
seed rule_pack rules examples -name '*.toml'
seed scheme rules examples -name '*.toml'

# A Shapefile is one input: its parts, each but the last behind its length.
mkdir -p fuzz/corpus/shapefile
python3 - "$most_bytes" "${folders[@]}" <<'PYTHON'
import hashlib
import pathlib
import sys

most_bytes, *folders = sys.argv[1:]
for folder in folders:
    for shp in pathlib.Path(folder).rglob("*.shp"):
        parts = [shp.with_suffix(suffix) for suffix in (".dbf", ".shx", ".cpg", ".prj")]
        parts = [part.read_bytes() if part.is_file() else b"" for part in parts]
        if shp.stat().st_size > int(most_bytes) or any(len(part) > int(most_bytes) - 1 for part in parts):
            continue
        whole = b"".join(len(part).to_bytes(2, "little") + part for part in parts) + shp.read_bytes()
        name = hashlib.md5(str(shp).encode()).hexdigest()[:16]
        pathlib.Path("fuzz/corpus/shapefile", name).write_bytes(whole)
PYTHON
wc -l < <(find fuzz/corpus -type f) | xargs echo "seed: inputs:"
